/** Writes rows of a table of schema/db: one statement however many rows, column names from the declaration. */
import { getTableColumns, getTableName, type InferInsertModel } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import type { TransactionSql } from 'postgres';

/** The protocol counts parameters in 16 bits. */
const maxParams = 65_535;

type Target = { name: string; columns: ReadonlyMap<string, string> };

const targets = new WeakMap<PgTable, Target>();

const columnName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Where rows of a table go. Kept, since commands write many small batches and the declarations are slow to walk. */
const targetOf = (table: PgTable): Target => {
  const known = targets.get(table);
  if (known) return known;
  const made = {
    name: `"${getTableConfig(table).schema}"."${getTableName(table)}"`,
    columns: new Map(
      Object.keys(getTableColumns(table)).map((property) => [
        property,
        `"${columnName(property)}"`,
      ]),
    ),
  };
  targets.set(table, made);
  return made;
};

/**
 * SQL that inserts the rows of a JSON array, given as a parameter of type text: the same statement however many they are.
 * Not for a table that Citus distributes, see below.
 */
export const insertOfJson = (table: PgTable, parameter: string): string => {
  const { name, columns } = targetOf(table);
  const types = getTableColumns(table);
  const properties = [...columns.keys()].map((property) => `"${property}"`).join(', ');
  const record = [...columns.keys()].map(
    (property) => `"${property}" ${types[property]?.getSQLType()}`,
  );
  return `insert into ${name} (${[...columns.values()].join(', ')}) select ${properties} from json_to_recordset(${parameter}::text::json) as given (${record.join(', ')})`;
};

/** Columns that no row names are left to their defaults. VALUES, since a loader's INSERT … SELECT is not for a role under row-level security. */
export const insertRows = async <Table extends PgTable>(
  tx: TransactionSql,
  table: Table,
  rows: readonly InferInsertModel<Table>[],
): Promise<void> => {
  if (rows.length === 0) return;
  const { name, columns } = targetOf(table);
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const properties = [...columns.keys()].filter((property) => given.has(property));
  const most = Math.floor(maxParams / properties.length);
  if (rows.length > most) {
    await insertRows(tx, table, rows.slice(0, most));
    return insertRows(tx, table, rows.slice(most));
  }
  const params = rows.flatMap((row) =>
    properties.map((property) => (row as Record<string, unknown>)[property] ?? null),
  );
  const values = rows.map(
    (_, row) =>
      `(${properties.map((__, column) => `$${row * properties.length + column + 1}`).join(', ')})`,
  );
  const text = `insert into ${name} (${properties.map((property) => columns.get(property)).join(', ')}) values ${values.join(', ')}`;
  // Without types the driver asks the server first; a few rows at a time is a shape that comes back.
  await tx.unsafe(text, params as never[], { prepare: rows.length <= 8 });
};
