/**
 * Takes one delivery in, from bytes to merged tables: adapter, staging, checks, merge, cases, projections, rejects. All of
 * that is one transaction: a delivery that fails, or whose hub is killed, has changed nothing and may simply be sent again.
 */
import { createHash, randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { Code, deliveryFormats, deliveryStatuses } from '../../schema/codes.ts';
import type { Pool } from '../db/pools.ts';
import { asUnavailable } from '../db/unavailable.ts';
import { followRecords } from '../link/follow.ts';
import { linkedCases } from '../link/linked-records.ts';
import { absenceNews, type CaseSettings, openCases } from '../link/open-cases.ts';
import { type Keyring, token } from '../link/pseudonym.ts';
import { renewCases } from '../link/renew-cases.ts';
import type { ReferenceFacts } from '../reference/facts.ts';
import type { RecordType } from '../staging/line-tables.ts';
import { keepRejects, type RejectSummary } from '../staging/reject.ts';
import { CopyFailed, type Staged, stage, unstage } from '../staging/stage.ts';
import type { Merge } from '../store/merge.ts';
import { countLinesOf, type SourceCompartment, scopesOf, stores } from '../store/stores.ts';
import { dayInAmsterdam } from '../today.ts';
import { Unavailable } from '../unavailable.ts';
import { type Adapter, type AdapterFacts, DeliveryRefused } from './record.ts';

export type DeliveryFormat = Code<typeof deliveryFormats>;

/** What deliveries need of the hub. */
export type DeliveryContext = {
  /** Connections of role `hub_ingest`. */
  sql: Pool;
  adapters: Readonly<Record<DeliveryFormat, Adapter>>;
  reference: Pick<ReferenceFacts, 'youthRegionOf' | 'school' | 'hasSwv'>;
  keyring: Keyring;
  settings: CaseSettings;
  /** BSNs of the official test range: demonstration and test only. */
  allowTestBsn: boolean;
  now: () => Date;
};

type DeliveryProgress = { phase: 'receiving'; bytes: number } | { phase: 'merging'; lines: number };

export type DeliveryInput = {
  source: string;
  format: DeliveryFormat;
  body: AsyncIterable<Uint8Array>;
  onProgress?: (progress: DeliveryProgress) => void;
};

type DeliveryCounts = {
  received: number;
  accepted: number;
  unchanged: number;
  rejected: number;
  linked: number;
};

export type DeliveryReport = {
  id: string;
  status: Extract<Code<typeof deliveryStatuses>, 'COMPLETED' | 'REFUSED'>;
  counts: DeliveryCounts;
  /** The first ones, in the order of the file. */
  rejects: RejectSummary['first'];
  rejectsTotal: number;
  /** Why the file as a whole was refused. */
  problem: { code: string; message: string } | null;
};

/** This source may not deliver this: nothing was read, nothing is kept. */
export class DeliveryNotAllowed extends Error {
  override readonly name = 'DeliveryNotAllowed';
  constructor(readonly code: 'SOURCE_UNKNOWN' | 'FORMAT_NOT_ALLOWED') {
    super(code === 'SOURCE_UNKNOWN' ? 'unknown source' : 'the source may not deliver this format');
  }
}

/**
 * The delivery came to a stop; nothing of it is stored. Has no `cause`: errors of the driver quote lines, which is
 * personal data. `where` says what is needed to find the fault.
 */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  constructor(
    readonly deliveryId: string,
    /** INTERRUPTED: the sender stopped. INTERNAL: we did. */
    readonly code: 'INTERRUPTED' | 'INTERNAL',
    readonly where: string,
  ) {
    super(`delivery ${deliveryId} failed: ${where}`);
  }
}

/** The rejects that a report shows at once; the others are asked for over the API. */
const rejectsShown = 20;

const failureMessages = {
  INTERRUPTED: 'De levering is onderbroken. Er is niets verwerkt. Lever het bestand opnieuw aan.',
  INTERNAL:
    'Er ging iets mis bij het verwerken. Er is niets verwerkt. Lever het bestand later opnieuw aan.',
};

const noCounts: DeliveryCounts = { received: 0, accepted: 0, unchanged: 0, rejected: 0, linked: 0 };

/** Resolves when the delivery is merged or refused; rejects with `DeliveryNotAllowed`, `DeliveryFailed` or `Unavailable`. */
export async function deliver(
  context: DeliveryContext,
  input: DeliveryInput,
): Promise<DeliveryReport> {
  const { sql } = context;
  const source = await findSource(sql, input);
  const deliveryId = randomUUID();
  const receivedAt = context.now();
  await sql`
    insert into staging.delivery (id, source, format, received_at, status)
    values (${deliveryId}, ${input.source}, ${input.format}, ${receivedAt.toISOString()}, 'RECEIVING')`
    .execute()
    .catch((error: unknown) => {
      throw asUnavailable(error);
    });
  try {
    return await sql.begin((tx) =>
      takeIn(
        {
          // The driver's own types are not generic over what the pool reads dates as.
          tx: tx as unknown as postgres.TransactionSql,
          deliveryId,
          source: input.source,
          deliveredAt: receivedAt.toISOString(),
          today: dayInAmsterdam(receivedAt),
        },
        context,
        input,
        source,
      ),
    );
  } catch (error) {
    if (error instanceof DeliveryRefused) return refuse(context, deliveryId, error);
    const failure = failed(deliveryId, error);
    // When the database is gone this fails as well; the next start finds the delivery.
    await close(context, deliveryId, 'FAILED', {
      code: failure instanceof DeliveryFailed ? failure.code : 'INTERNAL',
      message: failureMessages[failure instanceof DeliveryFailed ? failure.code : 'INTERNAL'],
    }).catch(() => undefined);
    throw failure;
  }
}

/**
 * Marks deliveries whose hub was killed as failed. A delivery in progress holds a lock on its row until its transaction
 * ends, however it ends, so only dead ones are found. Called at every start; returns how many there were.
 */
export async function failAbandoned(sql: Pool, now: Date): Promise<number> {
  const { count } = await sql`
    update staging.delivery
    set status = 'FAILED', problem_code = 'INTERRUPTED', problem = ${failureMessages.INTERRUPTED},
      finished_at = ${now.toISOString()}
    where id in (
      select id from staging.delivery where status = 'RECEIVING' for update skip locked)`;
  return count;
}

async function findSource(sql: Pool, { source, format }: DeliveryInput) {
  const [found] = await sql<(AdapterFacts['source'] & { formats: string[] })[]>`
    select name, formats, municipality_codes as "municipalityCodes", swv_codes as "swvCodes",
      brin6s, provider_agbs as "providerAgbs"
    from staging.source where name = ${source}`
    .execute()
    .catch((error: unknown) => {
      throw asUnavailable(error);
    });
  if (found === undefined) throw new DeliveryNotAllowed('SOURCE_UNKNOWN');
  if (!found.formats.includes(format)) throw new DeliveryNotAllowed('FORMAT_NOT_ALLOWED');
  return found;
}

async function takeIn(
  merge: Merge,
  context: DeliveryContext,
  { format, body, onProgress }: DeliveryInput,
  source: AdapterFacts['source'],
): Promise<DeliveryReport> {
  const { tx, deliveryId } = merge;
  await prepare(merge);
  const received = measured(body, (bytes) => onProgress?.({ phase: 'receiving', bytes }));
  const facts: AdapterFacts = {
    ...context.reference,
    source,
    token: (compartment, bsn) => token(context.keyring, compartment, bsn),
    allowTestBsn: context.allowTestBsn,
    today: merge.today,
  };
  const staged = await stage(tx, deliveryId, context.adapters[format](received.body, facts));
  await received.drain();
  onProgress?.({ phase: 'merging', lines: staged.received });

  const types = recordTypesOf(staged);
  const scopes = await lockScopes(merge, types);
  const unchanged = await mergeLines(merge, context, types, scopes);
  const linked = await countLinked(merge, types, scopes);
  const rejects = await keepRejects(tx, {
    deliveryId,
    source: merge.source,
    show: rejectsShown,
  });
  const counts: DeliveryCounts = {
    received: staged.received,
    accepted: staged.received - rejects.lines - unchanged,
    unchanged,
    rejected: rejects.lines,
    linked,
  };
  await unstage(tx, deliveryId, types);
  await tx`
    update staging.delivery
    set status = 'COMPLETED', finished_at = ${context.now().toISOString()},
      problem_code = null, problem = null, sha256 = ${received.sha256()}, bytes = ${received.bytes()},
      received_count = ${counts.received}, accepted_count = ${counts.accepted},
      unchanged_count = ${counts.unchanged}, rejected_count = ${counts.rejected},
      linked_count = ${counts.linked}
    where id = ${deliveryId}`;
  return {
    id: deliveryId,
    status: 'COMPLETED',
    counts,
    rejects: rejects.first,
    rejectsTotal: rejects.total,
    problem: null,
  };
}

/** Shows that this delivery is alive, and waits for its turn: deliveries of one source are merged in the order they came. */
async function prepare({ tx, deliveryId, source }: Merge): Promise<void> {
  // The time-out of the role is for requests; a delivery waits for the one before it, however large that is.
  await tx`set local lock_timeout = 0`;
  // When the hub is killed the server must notice, or it would hold the locks to the end of a long statement.
  await tx`
    do $$ begin
      set local client_connection_check_interval = '1s';
    exception when others then null; -- not on every platform
    end $$`;
  // Joins go in the order they are written: staging has no statistics, and all lines of a source share their region, so the
  // planner would join on the region alone (15 s instead of 0.1 s for 2,000 lines).
  await tx`set local join_collapse_limit = 1`;
  // Plans of foreign-key checks that were made when the tables were small would scan them once per row.
  await tx`discard plans`;
  await tx`select from staging.delivery where id = ${deliveryId} for update`;
  await tx`select pg_advisory_xact_lock(hashtextextended(${`delivery:${source}`}, 0))`;
}

/**
 * Two sources may deliver for the same children at once: reading and staging go side by side, merging one area of one
 * compartment goes one after the other, in a fixed order. Otherwise two merges could wait for each other's rows.
 */
async function lockScopes(merge: Merge, types: readonly RecordType[]) {
  const scopes = new Map<SourceCompartment, string[]>();
  for (const type of types) {
    const { compartment } = stores[type];
    const known = scopes.get(compartment) ?? [];
    const found = await scopesOf(merge, type);
    scopes.set(compartment, [...new Set([...known, ...found])]);
  }
  const locks = [...scopes].flatMap(([compartment, all]) =>
    all.map((scope) => `merge:${compartment}:${scope}`),
  );
  for (const lock of locks.sort()) {
    await merge.tx`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
  }
  return scopes;
}

type Scopes = Awaited<ReturnType<typeof lockScopes>>;

async function mergeLines(
  merge: Merge,
  { settings }: DeliveryContext,
  types: readonly RecordType[],
  scopes: Scopes,
): Promise<number> {
  const hasReports = types.includes('absenceReport');
  const news = hasReports ? await absenceNews(merge, settings.definition) : new Set<string>();
  let unchanged = 0;
  const displaced: string[] = [];
  for (const type of types) {
    const result = await stores[type].merge(merge);
    unchanged += result.unchanged;
    displaced.push(...result.displaced);
  }
  for (const [compartment, keys] of scopes) {
    await followRecords(merge, compartment, keys, displaced);
  }
  if (hasReports) {
    await renewCases(merge, settings, scopes.get('ATTENDANCE') ?? []);
    await openCases(merge, settings, news);
  }
  return unchanged;
}

async function countLinked(merge: Merge, types: readonly RecordType[], scopes: Scopes) {
  let linked = 0;
  const attached = new Map<SourceCompartment, string[]>();
  for (const [compartment, keys] of scopes) {
    const cases = await linkedCases(merge, compartment, keys);
    attached.set(
      compartment,
      cases.filter(({ isOpen }) => isOpen).map(({ recordId }) => recordId),
    );
  }
  for (const type of types) {
    linked += await countLinesOf(merge, type, attached.get(stores[type].compartment) ?? []);
  }
  return linked;
}

const recordTypesOf = (staged: Staged): RecordType[] =>
  (Object.keys(stores) as RecordType[]).filter((type) => (staged.lines[type] ?? 0) > 0);

/** The body, counted and hashed on its way to the adapter. */
function measured(body: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void) {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* read() {
    try {
      for await (const chunk of body) {
        hash.update(chunk);
        bytes += chunk.length;
        onBytes(bytes);
        yield chunk;
      }
    } catch {
      throw new BodyInterrupted();
    }
  }
  const reading = read();
  return {
    body: reading,
    /** What the adapter left unread belongs to the hash as well. */
    drain: async () => {
      for await (const _ of reading);
    },
    bytes: () => bytes,
    sha256: () => hash.digest('hex'),
  };
}

/** The sender went away. Without a cause: it says nothing that helps. */
class BodyInterrupted extends Error {
  override readonly name = 'BodyInterrupted';
}

async function refuse(
  context: DeliveryContext,
  deliveryId: string,
  { code, message }: DeliveryRefused,
): Promise<DeliveryReport> {
  const problem = { code, message };
  await close(context, deliveryId, 'REFUSED', problem);
  return {
    id: deliveryId,
    status: 'REFUSED',
    counts: noCounts,
    rejects: [],
    rejectsTotal: 0,
    problem,
  };
}

const close = (
  { sql, now }: DeliveryContext,
  deliveryId: string,
  status: 'REFUSED' | 'FAILED',
  { code, message }: { code: string; message: string },
) => sql`
  update staging.delivery
  set status = ${status}, problem_code = ${code}, problem = ${message},
    finished_at = ${now().toISOString()}
  where id = ${deliveryId}`;

/** The error without anything a line could be read from. */
function failed(deliveryId: string, error: unknown): DeliveryFailed | Unavailable {
  const available = asUnavailable(error);
  if (available instanceof Unavailable) return available;
  if (error instanceof BodyInterrupted) {
    return new DeliveryFailed(deliveryId, 'INTERRUPTED', 'the sender stopped');
  }
  if (error instanceof postgres.PostgresError) {
    const { code, routine, schema_name, table_name, column_name, constraint_name } = error;
    const place = [schema_name, table_name, column_name, constraint_name].filter(Boolean).join('.');
    return new DeliveryFailed(
      deliveryId,
      'INTERNAL',
      `SQLSTATE ${code} ${routine ?? ''} ${place}`.trim(),
    );
  }
  if (error instanceof CopyFailed) return new DeliveryFailed(deliveryId, 'INTERNAL', error.message);
  const thrown = error instanceof Error ? error : new Error();
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return new DeliveryFailed(
    deliveryId,
    'INTERNAL',
    `${thrown.name} ${frames.slice(0, 3).join(' ').replace(/\s+/g, ' ').trim()}`,
  );
}
