/**
 * Deletes what has come to its end: projections whose ground is over, and idempotency keys of more than 48 hours. Nothing
 * depends on it having run: a ground that is over is not read, and an old key does no harm.
 */
import type { Pool } from '../db/pools.ts';
import type { IsoDate } from '../ingest/record.ts';

const keptHours = 48;

/** How many rows went. */
export const expire = async (
  sql: Pool,
  { now, today }: { now: Date; today: IsoDate },
): Promise<number> => {
  const before = new Date(now.getTime() - keptHours * 3_600_000).toISOString();
  let deleted = 0;
  for (const table of [
    'shared_identity',
    'shared_absence',
    'shared_support',
    'shared_waiting',
  ] as const) {
    const { count } = await sql`delete from casework.${sql(table)} where valid_until < ${today}`;
    deleted += count;
  }
  const { count } = await sql`delete from casework.idempotency where created_at < ${before}`;
  return deleted + count;
};
