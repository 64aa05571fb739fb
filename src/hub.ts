/**
 * Composition root: opens what the hub needs, in order, and closes it in reverse. Database → reference data → policy
 * and schemas → HTTP.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import { allResolvers } from '../resolvers/all.ts';
import { createAnswer, traceIdOf } from './answer.ts';
import { type AuditLog, openAuditLog } from './audit/log.ts';
import { type IsRevoked, openRevocations } from './auth/revocation.ts';
import { createTokenVerifier, localJwks, remoteJwks } from './auth/token.ts';
import { type Config, databaseName } from './config.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { requirePatchedDriver } from './db/patch-check.ts';
import { bounded, openPool, openPools, type Pool, type Pools, type PoolUrls } from './db/pools.ts';
import { provision, roleUrls, withDatabase } from './db/provision.ts';
import { databaseSecrets } from './db/secrets.ts';
import { demoPages } from './demo/explorer.ts';
import { demoAudience, demoIssuer, openDemoIdentityProvider } from './demo/identity-provider.ts';
import type { HttpOptions, RunningHttp } from './http/contract.ts';
import { startHttp } from './http/server.ts';
import { createDeliver } from './ingest/deliver.ts';
import { type DeliveryContext, failAbandoned } from './ingest/run.ts';
import { adapters } from './ingest/sources/registry.ts';
import { endCovenants } from './link/end-covenants.ts';
import { expire } from './link/expire.ts';
import { createKeyring, loadKeyring } from './link/pseudonym.ts';
import { legalBasisOf, purposesOf } from './policy/policy.ts';
import { loadReferenceFacts } from './reference/facts.ts';
import { loadReference } from './reference/load.ts';
import { defaultTerms } from './rules/terms.ts';
import { scrubError } from './scrub-error.ts';
import { dayInAmsterdam } from './today.ts';
import { openDocuments } from './trusted-documents/open.ts';
import { roleSchemas, wholeSchema } from './whole-schema.ts';

export type Hub = {
  host: string;
  port: number;
  /** Drains, then closes everything. True when nothing had to be cut off. */
  close(): Promise<boolean>;
};

/** Fills an empty demonstration; given by the entry file, so that the hub itself knows no seeds. */
export type Demonstration = (given: {
  superuser: Pool;
  pools: Pools;
  delivery: (reference: DeliveryContext['reference']) => DeliveryContext;
  settings: { terms: typeof defaultTerms; definition: Config['thuiszitterDefinition'] };
  now: Date;
}) => Promise<void>;

const demoDatabase = 'schakel';
/** How long a covenant that was ended early may still be relied on, at most. */
const tidyMs = 60_000;
/** How often the log tells how many operations were compiled, and why others were left to the resolvers. */
const tellReadsMs = 600_000;

type Database = { urls: PoolUrls; superuserUrl: string | null; stop(): Promise<void> };

/** Starts or finds the database, with its roles and its migrations. Who opens it stops it. */
export const openDatabase = async ({ database, dataDir }: Config): Promise<Database> => {
  const none = async () => undefined;
  if (database.kind === 'given') {
    await migrate(database.ownerUrl);
    return { urls: database.urls, superuserUrl: null, stop: none };
  }
  if (database.kind === 'provisioned') {
    const secrets = await databaseSecrets(dataDir);
    const name = databaseName(database.adminUrl);
    await provision(database.adminUrl, secrets, { database: name });
    const { owner, ...urls } = roleUrls(database.adminUrl, secrets, name);
    await migrate(owner);
    return { urls, superuserUrl: null, stop: none };
  }
  const embedded = await startEmbedded(dataDir);
  try {
    await provision(embedded.superuserUrl, embedded.secrets, { database: demoDatabase });
    const { owner, ...urls } = roleUrls(embedded.superuserUrl, embedded.secrets, demoDatabase);
    await migrate(owner);
    return {
      urls,
      superuserUrl: withDatabase(embedded.superuserUrl, demoDatabase),
      stop: embedded.stop,
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
};

/** Reference data come with the release: loaded into an empty database, updated later by `schakel reference`. */
const hasReference = async (pools: Pools): Promise<boolean> => {
  const [row] = await pools.ingest`select 1 from reference.municipality limit 1`;
  return row !== undefined;
};

const openVerifier = async (config: Config, isRevoked: IsRevoked) => {
  if (config.oidc) {
    const { issuer, audience } = config.oidc;
    const jwks = remoteJwks(issuer);
    return {
      verify: createTokenVerifier({ issuer, audience, jwks, purposesOf, isRevoked }),
      pages: null,
    };
  }
  const provider = await openDemoIdentityProvider(config.dataDir);
  const verify = createTokenVerifier({
    issuer: demoIssuer,
    audience: demoAudience,
    jwks: localJwks(provider.jwks()),
    purposesOf,
    isRevoked,
  });
  return { verify, pages: await demoPages(provider) };
};

type Deliver = HttpOptions['deliver'];

/** A delivery leaves its row in the access log as well. Whose data came in is kept with the records: each names its delivery. */
const audited =
  (deliver: Deliver, audit: AuditLog, now: () => Date): Deliver =>
  async (viewer, request) => {
    const answer = await deliver(viewer, request);
    await audit.append({
      caller: viewer.subject,
      scope: { ...viewer, legalBasis: legalBasisOf(viewer.role, viewer.purpose) },
      action: 'C',
      operation: `delivery ${request.format}`,
      documentHash: '',
      outcome: answer.status < 400 ? 'ALLOWED' : 'DENIED',
      subjects: [],
      traceId: traceIdOf(request.traceparent),
      at: now(),
    });
    return answer;
  };

export const startHub = async (
  config: Config,
  {
    log,
    demonstration,
    now = () => new Date(),
  }: { log: Logger; demonstration?: Demonstration; now?: () => Date },
): Promise<Hub> => {
  requirePatchedDriver();
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    // Each is closed, whatever becomes of the others: a pool left open would keep the process, a server its data.
    for (const close of closers.reverse()) {
      await close().catch((error: unknown) =>
        log.warn({ error: scrubError(error) }, 'not closed cleanly'),
      );
    }
    closers.length = 0;
  };
  try {
    await mkdir(config.dataDir, { recursive: true });
    const keyring = config.demonstration
      ? await createKeyring(config.keyringFile)
      : await loadKeyring(config.keyringFile);
    const database = await openDatabase(config);
    closers.push(database.stop);
    const pools = openPools(database.urls, config.poolSizes);
    closers.push(() => pools.end());

    if (!(await hasReference(pools))) await loadReference(pools.ingest);
    await failAbandoned(pools.ingest, now());
    const tidy = async () => {
      const today = dayInAmsterdam(now());
      try {
        await endCovenants(pools.ingest, today);
        await expire(pools.ingest, { now: now(), today });
      } catch (error) {
        log.warn({ error: scrubError(error) }, 'what is over was not ended');
      }
    };
    await tidy();
    const tidying = setInterval(tidy, tidyMs).unref();
    closers.push(async () => clearInterval(tidying));
    const settings = { terms: defaultTerms, definition: config.thuiszitterDefinition };
    const delivery = (reference: DeliveryContext['reference']): DeliveryContext => ({
      sql: pools.ingest,
      adapters,
      reference,
      keyring,
      settings,
      allowTestBsn: config.demonstration,
      now,
    });
    if (demonstration && database.superuserUrl !== null) {
      const superuser = openPool(database.superuserUrl, 'demonstration', 1);
      try {
        await demonstration({ superuser, pools, delivery, settings, now: now() });
      } finally {
        await superuser.end();
      }
    }
    const facts = await loadReferenceFacts(pools.ingest);

    const schemas = roleSchemas(wholeSchema(allResolvers));
    const documents = await openDocuments({
      directory: config.trustedDocuments,
      trustedOnly: config.trustedOnly,
      schemas,
      log,
    });
    closers.push(async () => documents.close());
    const audit = openAuditLog(pools.audit);
    const { sizes } = pools;
    const gates = {
      server: bounded(pools.server, { max: sizes.server, queue: sizes.server * 50 }),
      analytics: bounded(pools.analytics, { max: sizes.analytics }),
      command: bounded(pools.command, { max: sizes.command }),
    };
    const answer = createAnswer({
      schemas,
      facts: () => facts,
      audit,
      documentOf: documents.documentOf,
      ...gates,
      cursorSecret: createHash('sha256').update(JSON.stringify(keyring.attendance)).digest(),
      now,
      settings,
      introspection: config.demonstration,
      showCost: config.demonstration,
      log,
    });
    closers.push(() => answer.stop());
    const tellReads = () => log.info({ reads: answer.counts() }, 'how reads were answered');
    const telling = setInterval(tellReads, tellReadsMs).unref();
    closers.push(async () => {
      clearInterval(telling);
      tellReads();
    });
    const revocations = await openRevocations(config.revokedFile, log);
    closers.push(async () => revocations.close());
    const { verify, pages } = await openVerifier(config, revocations.isRevoked);
    const ready = async () => {
      const [reachable, writable] = await Promise.all([
        gates.server
          .run((pool) => pool`select 1`)
          .then(
            () => true,
            () => false,
          ),
        audit.isWritable(),
      ]);
      return {
        ready: reachable && writable,
        checks: { migrated: true, database: reachable, audit: writable },
      };
    };
    const http: RunningHttp = await startHttp({
      host: config.host,
      port: config.port,
      verify,
      graphql: answer.graphql,
      deliver: audited(createDeliver(delivery(facts), log), audit, now),
      health: { live: () => true, ready },
      ...(pages && { pages }),
      log,
      limits: { deliveryBytes: config.maxDeliveryBytes },
    });
    return {
      host: http.host,
      port: http.port,
      close: async () => {
        try {
          return await http.close();
        } finally {
          await closeAll();
        }
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};
