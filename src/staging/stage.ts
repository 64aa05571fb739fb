/**
 * Copies what an adapter hands on into the staging tables, in batches: a delivery of any size takes the same memory.
 * Lines that the adapter rejected lie in `staging.reject_line`, where the later checks add theirs.
 */
import type { TransactionSql } from 'postgres';
import type { LineOutcome } from '../ingest/record.ts';
import { lineTables, type RecordType } from './line-tables.ts';

export type Staged = {
  received: number;
  /** How many lines of each type were copied; a type that is absent is 0. */
  lines: Partial<Record<RecordType, number>>;
};

/** 10,000 lines are 1 to 2 MB of text; larger batches were not faster. */
const batchLines = 10_000;

/** The text format of COPY: tab between fields, newline after a row, `\N` for null. */
const field = (value: unknown): string => {
  if (value === null) return '\\N';
  const text = String(value);
  return /[\\\t\n\r]/.test(text)
    ? text.replace(/[\\\t\n\r]/g, (mark) => escapes[mark] ?? mark)
    : text;
};
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export async function stage(
  tx: TransactionSql,
  deliveryId: string,
  outcomes: AsyncIterable<LineOutcome>,
): Promise<Staged> {
  const staged: Staged = { received: 0, lines: {} };
  let batch = new Map<RecordType | 'reject', string[]>();

  const put = (kind: RecordType | 'reject', fields: readonly unknown[]) => {
    const rows = batch.get(kind);
    const row = `${fields.map(field).join('\t')}\n`;
    if (rows) rows.push(row);
    else batch.set(kind, [row]);
  };
  const flush = async () => {
    const full = batch;
    batch = new Map();
    for (const [kind, rows] of full) await copy(tx, kind, rows);
  };

  for await (const outcome of outcomes) {
    staged.received += 1;
    const seq = staged.received;
    if ('reasons' in outcome) {
      for (const reason of outcome.reasons) {
        put('reject', [deliveryId, seq, outcome.line, reason.field, reason.code, reason.message]);
      }
    } else {
      const record = outcome.record as unknown as Record<string, unknown>;
      const { type } = outcome.record;
      put(type, [
        deliveryId,
        seq,
        outcome.line,
        ...lineTables[type].fields.map((name) => record[name]),
      ]);
      staged.lines[type] = (staged.lines[type] ?? 0) + 1;
    }
    if (seq % batchLines === 0) await flush();
  }
  await flush();
  return staged;
}

/** `in_failed_sql_transaction`: of the statement behind the one that failed. */
const transactionFailed = '25P02';

async function copy(
  tx: TransactionSql,
  kind: RecordType | 'reject',
  rows: readonly string[],
): Promise<void> {
  const [table, columns] =
    kind === 'reject'
      ? ['staging.reject_line', ['field', 'code', 'message']]
      : [lineTables[kind].table, lineTables[kind].columns];
  const writable = await tx
    .unsafe(`copy ${table} (delivery_id, seq, line, ${columns.join(', ')}) from stdin`)
    .writable();
  await new Promise<void>((resolve, reject) => {
    writable.once('error', reject);
    writable.write(rows.join(''), (error) => (error ? reject(error) : resolve()));
  });
  writable.end();
  // The driver (3.4.9) forgets an error that comes after the last row, or a connection that is lost then, and `finish`
  // never comes. A statement behind the copy finds out: it fails as well.
  await tx`select`.catch((error: { code?: unknown }) => {
    throw error.code === transactionFailed ? new CopyFailed(table) : error;
  });
}

/** The database did not take lines of this kind: an adapter handed on a value that its column cannot hold. */
export class CopyFailed extends Error {
  override readonly name = 'CopyFailed';
  constructor(readonly table: string) {
    super(`copying into ${table} failed`);
  }
}

/** Takes the lines of a delivery away again: what they said is in the store, or in the rejects. */
export async function unstage(
  tx: TransactionSql,
  deliveryId: string,
  types: readonly RecordType[],
): Promise<void> {
  for (const type of types) {
    await tx`delete from ${tx.unsafe(lineTables[type].table)} where delivery_id = ${deliveryId}`;
  }
  await tx`delete from staging.reject_line where delivery_id = ${deliveryId}`;
}
