/** The hub without its socket: asks a GraphQL question as a viewer, through everything that answers it. */
import { createHash } from 'node:crypto';
import { allResolvers } from '../../resolvers/all.ts';
import type { Role } from '../../schema/codes.ts';
import { type AnswerOptions, createAnswer } from '../../src/answer.ts';
import { openAuditLog } from '../../src/audit/log.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { bounded, type Gate } from '../../src/db/pools.ts';
import { purposesOf } from '../../src/policy/policy.ts';
import { loadReferenceFacts } from '../../src/reference/facts.ts';
import { defaultTerms } from '../../src/rules/terms.ts';
import { createDocumentOf } from '../../src/trusted-documents/documents.ts';
import { roleSchemas, wholeSchema } from '../../src/whole-schema.ts';
import type { TestDatabase } from './database.ts';

export const schema = wholeSchema(allResolvers);
export const schemas = roleSchemas(schema);

/** What the cursors of a test's hub are encrypted with. */
export const cursorSecret = createHash('sha256').update('test').digest();

export const viewer = (
  role: Role,
  organisation: string,
  subject = `${role}@${organisation}`,
): Viewer => ({
  subject,
  role,
  organisation,
  purpose: purposesOf(role)[0] ?? '',
  client: null,
  expiresAt: Number.MAX_SAFE_INTEGER,
});

export type Answer<Data> = {
  status: number;
  data: Data;
  errors:
    | { message: string; extensions: { code: string }; path?: (string | number)[] }[]
    | undefined;
  body: string;
};

export const testHub = async (
  database: TestDatabase,
  now: () => Date = () => new Date(),
  options: Partial<Pick<AnswerOptions, 'readPath' | 'showCost'>> = {},
) => {
  const { pools } = database;
  const facts = await loadReferenceFacts(database.owner);
  const logged: unknown[] = [];
  const gate = bounded(pools.server, { max: 16 });
  let statements = 0;
  const counted: Gate = {
    run: (work) => {
      statements += 1;
      return gate.run(work);
    },
  };
  const hub = createAnswer({
    schemas,
    facts: () => facts,
    audit: openAuditLog(pools.audit),
    documentOf: createDocumentOf({ manifestOf: () => undefined, trustedOnly: [] }),
    server: counted,
    analytics: counted,
    command: bounded(pools.command, { max: 8 }),
    cursorSecret,
    now,
    settings: { terms: defaultTerms, definition: 'OCW_2016' },
    introspection: true,
    showCost: false,
    ...options,
    log: { error: (fields) => logged.push(fields) },
  });
  return {
    facts,
    /** How many statements were read since the last time this was asked. */
    statements: () => {
      const counted = statements;
      statements = 0;
      return counted;
    },
    /** What went into the operational log. */
    logged,
    ask: async <Data = Record<string, never>>(
      as: Viewer,
      query: string,
      variables: Record<string, unknown> = {},
    ): Promise<Answer<Data>> => {
      const answer = await hub.graphql({
        viewer: as,
        body: { query, variables },
        mediaType: 'application/graphql-response+json',
        traceparent: null,
        signal: new AbortController().signal,
      });
      const body = answer.body.toString();
      return { status: answer.status, body, ...JSON.parse(body) };
    },
    /** How the read operations of each role were answered. */
    counts: hub.counts,
    stop: hub.stop,
  };
};
