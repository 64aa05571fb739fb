/** Writes rows of a table of schema/db: one statement however many rows, column names from the declaration. */
import { getTableColumns, type InferInsertModel, Param, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { TransactionSql } from 'postgres';
import { toStatement } from '../plans/statement.ts';

const columnName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Columns that no row names are left to their defaults. */
export const insertRows = async <Table extends PgTable>(
  tx: TransactionSql,
  table: Table,
  rows: readonly InferInsertModel<Table>[],
): Promise<void> => {
  const [first] = rows;
  if (first === undefined) return;
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const properties = Object.keys(getTableColumns(table)).filter((property) => given.has(property));
  const columns = properties.map((property) => sql.identifier(columnName(property)));
  const values = rows.map(
    (row) =>
      sql`(${sql.join(
        properties.map(
          (property) => sql`${new Param((row as Record<string, unknown>)[property] ?? null)}`,
        ),
        sql`, `,
      )})`,
  );
  const { text, params } = toStatement(
    sql`insert into ${table} (${sql.join(columns, sql`, `)}) values ${sql.join(values, sql`, `)}`,
  );
  // Without types the driver asks the server first; a few rows at a time is a shape that comes back.
  await tx.unsafe(text, params as never[], { prepare: rows.length <= 8 });
};
