/** Writes rows of a reference table in bulk, so that a row that is already there and equal is left alone. */
import { getTableColumns, type InferInsertModel } from 'drizzle-orm';
import { CasingCache } from 'drizzle-orm/casing';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { Sql, TransactionSql } from 'postgres';

const casing = new CasingCache('snake_case');

/**
 * Inserts the rows, updates those that differ, and says how many rows that changed. One statement for all rows: they
 * travel as one JSON text, which takes its column types from the table.
 */
export const upsert = async <Table extends PgTable>(
  sql: Sql | TransactionSql,
  table: Table,
  rows: readonly InferInsertModel<Table>[],
): Promise<number> => {
  if (rows.length === 0) return 0;
  const config = getTableConfig(table);
  const target = `"${config.schema}"."${config.name}"`;
  const name = (column: PgColumn) => casing.getColumnCasing(column);
  const key = (config.primaryKeys[0]?.columns ?? config.columns.filter((it) => it.primary)).map(
    name,
  );
  const names = config.columns.map(name);
  const others = names.filter((it) => !key.includes(it));
  const list = (columns: readonly string[], prefix = '') =>
    columns.map((it) => `${prefix}"${it}"`).join(', ');

  const properties = Object.entries<PgColumn>(getTableColumns(table)).map(
    ([property, column]) => [name(column), property as keyof InferInsertModel<Table>] as const,
  );
  const records = rows.map((row) =>
    Object.fromEntries(properties.map(([column, property]) => [column, row[property] ?? null])),
  );
  const written = await sql.unsafe(
    `insert into ${target} as existing (${list(names)})
     select ${list(names)} from json_populate_recordset(null::${target}, $1::text::json)
     on conflict (${list(key)}) do update set (${list(others)}) = row(${list(others, 'excluded.')})
     where (${list(others, 'existing.')}) is distinct from (${list(others, 'excluded.')})`,
    [JSON.stringify(records)],
  );
  return written.count;
};
