/** Opens pools of connections, apart for each kind of work so that none waits for another, and bounds who may wait for them. */
import postgres from 'postgres';
import { createGate } from '../gate.ts';
import { asUnavailable } from './unavailable.ts';

export type Pool = postgres.Sql;
type Login = 'server' | 'command' | 'ingest' | 'audit';
type PoolName = Login | 'analytics';
/** Analytics reads under the login of the server. */
export type PoolUrls = Record<Login, string>;
export type PoolSizes = Record<PoolName, number>;

type Limits = { statement_timeout?: number; idle_in_transaction_session_timeout: number };

/**
 * In milliseconds. What a request asks is given up before the edge gives up on the answer (8 s). A delivery has no limit
 * to a statement: it may take minutes, and its transaction waits while the file is still coming in.
 */
const poolLimits: Record<PoolName, Limits> = {
  server: { statement_timeout: 5_000, idle_in_transaction_session_timeout: 10_000 },
  analytics: { statement_timeout: 7_000, idle_in_transaction_session_timeout: 10_000 },
  command: { statement_timeout: 7_000, idle_in_transaction_session_timeout: 10_000 },
  audit: { statement_timeout: 5_000, idle_in_transaction_session_timeout: 10_000 },
  ingest: { idle_in_transaction_session_timeout: 300_000 },
};

/** Then a connection is closed when it is free, and what the server keeps for it is gone. */
export const longestConnectionSeconds = 3600;

export type Pools = Record<PoolName, Pool> & {
  sizes: PoolSizes;
  /** Waits up to `timeoutSeconds` for running statements, then closes every connection. */
  end(timeoutSeconds?: number): Promise<void>;
};

const asText = (value: string) => value;

/**
 * A date and an instant stay the text PostgreSQL sends: a JavaScript Date has no day without a time zone.
 * Amounts here are hours and counts, well within a double; ids are uuids, never bigint.
 */
const types: Record<string, postgres.PostgresType> = {
  date: { to: 1082, from: [1082], serialize: asText, parse: asText },
  instant: {
    to: 1184,
    from: [1114, 1184],
    serialize: (value: string | Date) => (value instanceof Date ? value.toISOString() : value),
    parse: asText,
  },
  numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
  bigint: { to: 20, from: [20], serialize: String, parse: Number },
};

/** One pool, which shows itself in `pg_stat_activity` as `schakel <name>`. */
export function openPool(
  url: string,
  name: string,
  max: number,
  limits: Partial<Limits> = {},
): Pool {
  return postgres(url, {
    max,
    prepare: true,
    // As long as anybody waits for a place.
    connect_timeout: 2,
    idle_timeout: 300,
    max_lifetime: longestConnectionSeconds,
    // The driver's own back-off grows to 20 s; a database that is back must be used within a second.
    backoff: (attempts: number) => Math.min(0.05 * 2 ** attempts, 0.5),
    // Dates go on as the text in which they came.
    connection: { application_name: `schakel ${name}`, DateStyle: 'ISO, YMD', ...limits },
    onnotice: () => undefined,
    types,
  });
}

export function openPools(urls: PoolUrls, sizes: PoolSizes): Pools {
  const open = (name: PoolName, login: Login) =>
    openPool(urls[login], name, sizes[name], poolLimits[name]);
  const pools = {
    server: open('server', 'server'),
    analytics: open('analytics', 'server'),
    command: open('command', 'command'),
    ingest: open('ingest', 'ingest'),
    audit: open('audit', 'audit'),
  };
  return {
    ...pools,
    sizes,
    end: async (timeoutSeconds = 5) => {
      await Promise.all(Object.values(pools).map((pool) => pool.end({ timeout: timeoutSeconds })));
    },
  };
}

export type Gate = {
  /** Runs the work when there is a place, and throws `Unavailable` when there is none in time or the database is gone. */
  run<T>(work: (pool: Pool) => Promise<T>): Promise<T>;
};

/**
 * A bounded queue in front of a pool: at most `max` pieces of work at once, `queue` waiting, none longer than `waitMs`.
 * The driver itself queues without limit and has no time-out for it.
 */
export function bounded(
  pool: Pool,
  { max, waitMs = 2000, queue = max * 25 }: { max: number; waitMs?: number; queue?: number },
): Gate {
  const gate = createGate({ inFlight: max, waiting: queue, waitMs });
  return {
    run: async (work) => {
      const leave = await gate.enter();
      try {
        return await work(pool);
      } catch (error) {
        throw asUnavailable(error);
      } finally {
        leave();
      }
    },
  };
}
