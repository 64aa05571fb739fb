/** Writes projections as one statement, however many there are: they travel as one JSON value. */
import { getTableName } from 'drizzle-orm';
import { CasingCache } from 'drizzle-orm/casing';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import type { PendingQuery, Row, TransactionSql } from 'postgres';

const casing = new CasingCache('snake_case');

type Rows<Table extends PgTable> = readonly [Table['$inferInsert'], ...Table['$inferInsert'][]];

/** All rows name the same properties; a column that none names gets its default. */
function source<Table extends PgTable>(tx: TransactionSql, table: Table, rows: Rows<Table>) {
  const { columns, primaryKeys, schema } = getTableConfig(table);
  const named = columns
    .map((column) => ({ property: column.name, column: casing.getColumnCasing(column) }))
    .filter(({ property }) => Object.hasOwn(rows[0], property));
  const list = (names: readonly string[], prefix = '') =>
    tx.unsafe(names.map((name) => `${prefix}"${name}"`).join(', '));
  const target = tx.unsafe(`"${schema}"."${getTableName(table)}"`);
  const all = list(named.map(({ column }) => column));
  const json = rows.map((row) =>
    Object.fromEntries(
      named.map(({ property, column }) => [
        column,
        (row as Record<string, unknown>)[property] ?? null,
      ]),
    ),
  );
  return {
    list,
    columnOf: (property: string) =>
      named.find((name) => name.property === property)?.column ?? property,
    key: (primaryKeys[0]?.columns ?? []).map((column) => casing.getColumnCasing(column)),
    insert: tx`
      insert into ${target} as stored (${all})
      select ${all} from jsonb_populate_recordset(null::${target}, ${tx.json(json as never)})` as PendingQuery<
      Row[]
    >,
  };
}

const isFilled = <Table extends PgTable>(
  rows: readonly Table['$inferInsert'][],
): rows is Rows<Table> => rows.length > 0;

/**
 * Inserts projections, and updates those that differ in one of these properties. Answers with the rows that were written
 * (`youthRegion`, `caseId`, `groundId`); a row that is stored already, and equal, is left alone.
 */
export async function upsertProjections<Table extends PgTable>(
  tx: TransactionSql,
  table: Table,
  rows: readonly Table['$inferInsert'][],
  properties: readonly (keyof Table['$inferInsert'] & string)[],
): Promise<{ youthRegion: string; caseId: string; groundId: string }[]> {
  if (!isFilled<Table>(rows)) return [];
  const { insert, key, list, columnOf } = source(tx, table, rows);
  const columns = properties.map(columnOf);
  return tx<{ youthRegion: string; caseId: string; groundId: string }[]>`
    ${insert}
    on conflict (${list(key)}) do update
    set (${list(columns)}) = row(${list(columns, 'excluded.')})
    where row(${list(columns, 'stored.')}) is distinct from row(${list(columns, 'excluded.')})
    returning youth_region as "youthRegion", case_id as "caseId", ground_id as "groundId"`;
}
