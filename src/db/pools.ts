/** Opens one pool of connections per database role, and bounds who may wait for them. */
import postgres from 'postgres';
import { createGate } from '../gate.ts';
import { asUnavailable } from './unavailable.ts';

export type Pool = postgres.Sql;
type PoolName = 'server' | 'command' | 'ingest' | 'audit';
export type PoolUrls = Record<PoolName, string>;
export type PoolSizes = Record<PoolName, number>;

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
export function openPool(url: string, name: string, max: number): Pool {
  return postgres(url, {
    max,
    prepare: true,
    connect_timeout: 5,
    idle_timeout: 300,
    max_lifetime: 3600,
    // The driver's own back-off grows to 20 s; a database that is back must be used within a second.
    backoff: (attempts: number) => Math.min(0.05 * 2 ** attempts, 0.5),
    connection: { application_name: `schakel ${name}` },
    onnotice: () => undefined,
    types,
  });
}

export function openPools(urls: PoolUrls, sizes: PoolSizes): Pools {
  const open = (name: PoolName) => openPool(urls[name], name, sizes[name]);
  const pools = {
    server: open('server'),
    command: open('command'),
    ingest: open('ingest'),
    audit: open('audit'),
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
