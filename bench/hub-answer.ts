/** The hub from a verified request to its answer, put together as `src/hub.ts` does it, on the day of the data set. */
import { randomBytes } from 'node:crypto';
import { allResolvers } from '../resolvers/all.ts';
import { createAnswer } from '../src/answer.ts';
import { type AuditLog, openAuditLog } from '../src/audit/log.ts';
import { bounded, openPools } from '../src/db/pools.ts';
import { createLog } from '../src/log.ts';
import { loadReferenceFacts } from '../src/reference/facts.ts';
import { defaultTerms } from '../src/rules/terms.ts';
import { openDocuments } from '../src/trusted-documents/open.ts';
import { roleSchemas, wholeSchema } from '../src/whole-schema.ts';
import type { ServeOptions } from './serve.ts';

const noLog: AuditLog = { append: async () => undefined, isWritable: async () => true };

export const openAnswer = async ({
  urls,
  today,
  connections,
  logsAccess,
}: Pick<ServeOptions, 'urls' | 'today' | 'connections' | 'logsAccess'>) => {
  const morning = Date.parse(`${today}T09:00:00Z`);
  const log = createLog('warn');
  const pools = openPools(urls, {
    server: connections,
    analytics: 2,
    command: 4,
    ingest: 2,
    audit: 2,
  });
  const facts = await loadReferenceFacts(pools.ingest);
  const schemas = roleSchemas(wholeSchema(allResolvers));
  const documents = await openDocuments({ directory: null, trustedOnly: [], schemas, log });
  const answer = createAnswer({
    schemas,
    facts: () => facts,
    audit: logsAccess ? openAuditLog(pools.audit) : noLog,
    documentOf: documents.documentOf,
    server: bounded(pools.server, { max: connections, queue: connections * 50 }),
    analytics: bounded(pools.analytics, { max: pools.sizes.analytics }),
    command: bounded(pools.command, { max: pools.sizes.command }),
    cursorSecret: randomBytes(32),
    now: () => new Date(morning + performance.now()),
    settings: { terms: defaultTerms, definition: 'OCW_2016' },
    introspection: false,
    showCost: false,
    log,
  });
  return { answer, pools, facts, log };
};
