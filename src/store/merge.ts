/** What every merge of staged lines into the store has in common: the delivery it is part of, and how rows are compared. */
import type { PendingQuery, Row, TransactionSql } from 'postgres';
import type { IsoDate } from '../ingest/record.ts';

export type Fragment = PendingQuery<Row[]>;

/** One delivery in its transaction. `deliveredAt` is a parameter: on Citus an upsert may not call now(). */
export type Merge = {
  tx: TransactionSql;
  deliveryId: string;
  source: string;
  deliveredAt: string;
  /** Today in the Netherlands. */
  today: IsoDate;
};

/**
 * What became of the lines that were not rejected. A line is unchanged when all it says is stored already, with the same
 * or a later `as_of`. An equal line with a later `as_of` is accepted: the source vouches for the record again.
 */
export type MergeResult = {
  unchanged: number;
  /** Records that lost something to another record, so that what is shared of them must be looked at again. */
  displaced: string[];
};

/** A merge of which every line is unchanged: the common case of a daily file, told before anything is written. */
export const nothingNew = async (
  { tx, deliveryId }: Merge,
  lines: string,
  unchanged: number,
): Promise<boolean> => {
  if (unchanged === 0) return false;
  const [staged] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${tx.unsafe(lines)} where delivery_id = ${deliveryId}`;
  return staged?.lines === unchanged;
};

/** `(stored.kind, stored.status)` */
export const row = (tx: TransactionSql, alias: string, columns: readonly string[]): Fragment =>
  tx.unsafe(`(${columns.map((column) => `${alias}.${column}`).join(', ')})`);

/** `kind, status`, or `line.kind, line.status` */
export const list = (tx: TransactionSql, columns: readonly string[], alias?: string): Fragment =>
  tx.unsafe(columns.map((column) => (alias ? `${alias}.${column}` : column)).join(', '));

/** `stored.kind = line.kind and stored.status = line.status` */
export const equal = (
  tx: TransactionSql,
  left: string,
  right: string,
  columns: readonly string[],
): Fragment =>
  tx.unsafe(columns.map((column) => `${left}.${column} = ${right}.${column}`).join(' and '));

/** True when one of the columns differs; null is a value like any other. */
export const differs = (
  tx: TransactionSql,
  left: string,
  right: string,
  columns: readonly string[],
): Fragment =>
  columns.length === 0
    ? tx`false`
    : tx`${row(tx, left, columns)} is distinct from ${row(tx, right, columns)}`;

export const provenanceColumns = ['source', 'delivery_id', 'delivered_at', 'as_of'] as const;

/** The values of `provenanceColumns` for what a line says. */
export const provenance = (
  { tx, source, deliveryId, deliveredAt }: Merge,
  asOf = 'line.as_of',
): Fragment =>
  tx`${source}::text, ${deliveryId}::uuid, ${deliveredAt}::timestamptz, ${tx.unsafe(asOf)}`;
