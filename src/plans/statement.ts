/**
 * From grant and selection to SQL text with parameters. The row scope is inside every statement, counts included;
 * a field or scope that the grant does not hold is refused here, whatever the schema let through.
 */
import { and, Param, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, PgDialect } from 'drizzle-orm/pg-core';
import { type Grant, grantFor, NotGranted } from '../policy/grant.ts';
import type { Entity, ObjectField, Order } from './entity.ts';
import type { Selection } from './selection.ts';

/** A statement ready to be prepared: the text depends on the shape only, every value is a parameter. */
export type Statement = { text: string; params: unknown[] };

const dialect = new PgDialect({ casing: 'snake_case' });

export const toStatement = (query: SQL): Statement => {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return { text, params };
};

/** Name of the hidden columns that an edge starts from, and of the data subject. */
export const edgeColumn = (edge: string, index: number): string => `_${edge}${index}`;
export const subjectColumn = '_subject';
const objectMark = '_present';
const joinPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const mayRead = (grant: Grant, field: string): void => {
  if (!grant.fields.has(field)) throw new NotGranted(`${grant.type}.${field} is not granted`);
};

const objectColumns = (
  field: ObjectField,
  selection: Selection,
  grant: Grant,
  path: string,
): SQL[] => {
  const inner = grantFor(grant.scope, field.type);
  const columns = [...selection].flatMap(([name, below]) => {
    mayRead(inner, name);
    const part = field.fields[name];
    if (part === undefined) throw new Error(`${field.type}.${name} has no mapping`);
    return part.kind === 'object'
      ? objectColumns(part, below, inner, joinPath(path, name))
      : [sql`${part.sql(grant.scope)} as ${sql.identifier(joinPath(path, name))}`];
  });
  if (field.present) {
    columns.push(
      sql`${field.present(grant.scope)} as ${sql.identifier(joinPath(path, objectMark))}`,
    );
  }
  return columns;
};

/** The columns a selection needs, hidden ones included. */
const columnsFor = (entity: Entity, selection: Selection, grant: Grant): SQL[] => {
  const columns = [...selection].flatMap(([name, below]) => {
    mayRead(grant, name);
    const field = entity.fields[name];
    if (field === undefined) throw new Error(`${entity.type}.${name} has no mapping`);
    if (field.kind === 'value') return [sql`${field.sql(grant.scope)} as ${sql.identifier(name)}`];
    if (field.kind === 'object') return objectColumns(field, below, grant, name);
    return field.parent.map(
      (parent, index) => sql`${parent} as ${sql.identifier(edgeColumn(name, index))}`,
    );
  });
  if (entity.subject)
    columns.push(sql`${entity.subject.column} as ${sql.identifier(subjectColumn)}`);
  return columns;
};

/** The condition for the rows the grant holds. A scope the entity does not know gives no rows. */
export const scopeCondition = (entity: Entity, grant: Grant): SQL => {
  if (grant.type !== entity.type)
    throw new NotGranted(`a grant for ${grant.type} does not open ${entity.type}`);
  return entity.scopes[grant.rows]?.(grant.scope) ?? sql`false`;
};

const orderList = (orders: readonly Order[]): SQL =>
  sql.join(
    orders.map((order) => (order.descending ? sql`${order.column} desc` : sql`${order.column}`)),
    sql`, `,
  );

/** The order of a list, made total by the key. */
export const totalOrder = (entity: Entity, orders: readonly Order[]): readonly Order[] => {
  const descending = orders.at(-1)?.descending ?? false;
  return [
    ...orders,
    ...entity.key
      .filter((key) => !orders.some((order) => order.column === key))
      .map((column) => ({ column, descending })),
  ];
};

/** Rows after a position: `(a, b) > ($1, $2)`, spelled out because directions may differ. */
const afterCondition = (orders: readonly Order[], position: readonly unknown[]): SQL => {
  const alternatives = orders.map((order, index) => {
    const equal = orders
      .slice(0, index)
      .map((earlier, at) => sql`${earlier.column} = ${position[at]}`);
    const beyond = order.descending
      ? sql`${order.column} < ${position[index]}`
      : sql`${order.column} > ${position[index]}`;
    return sql`(${sql.join([...equal, beyond], sql` and `)})`;
  });
  return sql`(${sql.join(alternatives, sql` or `)})`;
};

export const orderColumn = (index: number): string => `_order${index}`;

/** One page of a root list: `limit` rows in total order, after a position. */
export const pageStatement = (options: {
  entity: Entity;
  grant: Grant;
  selection: Selection;
  where: readonly SQL[];
  orders: readonly Order[];
  after: readonly unknown[] | null;
  limit: number;
}): Statement => {
  const { entity, grant, orders } = options;
  const columns = [
    ...columnsFor(entity, options.selection, grant),
    ...orders.map(
      (order, index) => sql`(${order.column})::text as ${sql.identifier(orderColumn(index))}`,
    ),
  ];
  return toStatement(
    sql`select ${sql.join(columns, sql`, `)} from ${entity.from(grant.scope)} where ${and(
      scopeCondition(entity, grant),
      ...options.where,
      ...(options.after ? [afterCondition(orders, options.after)] : []),
    )} order by ${orderList(orders)} limit ${options.limit}`,
  );
};

/** How many rows a root list has for this viewer: the same conditions, no page. */
export const countStatement = (entity: Entity, grant: Grant, where: readonly SQL[]): Statement =>
  toStatement(
    sql`select count(*)::int as total from ${entity.from(grant.scope)} where ${and(scopeCondition(entity, grant), ...where)}`,
  );

const keyCondition = (columns: readonly PgColumn[], keys: readonly (readonly unknown[])[]): SQL[] =>
  columns.map(
    (column, index) =>
      sql`${column} = any(${new Param([...new Set(keys.map((key) => key[index]))])}::${
        column.getSQLType() === 'uuid' ? sql`uuid[]` : sql`text[]`
      })`,
  );

/** The rows behind one edge for many parents at once: at most `limit` a parent, after a position where given. */
export const edgeStatement = (options: {
  entity: Entity;
  grant: Grant;
  selection: Selection;
  child: readonly PgColumn[];
  keys: readonly (readonly unknown[])[];
  orders: readonly Order[];
  after: readonly unknown[] | null;
  limit: number;
}): Statement => {
  const { entity, grant, orders, child } = options;
  const columns = [
    ...columnsFor(entity, options.selection, grant),
    ...child.map((column, index) => sql`${column} as ${sql.identifier(edgeColumn('', index))}`),
    ...orders.map(
      (order, index) => sql`(${order.column})::text as ${sql.identifier(orderColumn(index))}`,
    ),
    sql`row_number() over (partition by ${sql.join([...child], sql`, `)} order by ${orderList(orders)}) as _row`,
  ];
  return toStatement(
    sql`select * from (select ${sql.join(columns, sql`, `)} from ${entity.from(grant.scope)} where ${and(
      scopeCondition(entity, grant),
      ...keyCondition(child, options.keys),
      ...(options.after ? [afterCondition(orders, options.after)] : []),
    )}) as rows where _row <= ${options.limit} order by _row`,
  );
};

/** How many rows an edge has for each parent. */
export const edgeCountStatement = (
  entity: Entity,
  grant: Grant,
  child: readonly PgColumn[],
  keys: readonly (readonly unknown[])[],
): Statement => {
  const columns = child.map(
    (column, index) => sql`${column} as ${sql.identifier(edgeColumn('', index))}`,
  );
  return toStatement(
    sql`select ${sql.join(columns, sql`, `)}, count(*)::int as total from ${entity.from(grant.scope)} where ${and(
      scopeCondition(entity, grant),
      ...keyCondition(child, keys),
    )} group by ${sql.join([...child], sql`, `)}`,
  );
};

/** A row as SQL gave it, as the nested values of the API: `due.on` back into `{ due: { on } }`. Edges are left out. */
export const shapeRow = (
  entity: Entity,
  selection: Selection,
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const shaped: Record<string, unknown> = {};
  for (const [name, below] of selection) {
    const field = entity.fields[name];
    if (field?.kind === 'value') shaped[name] = row[name];
    else if (field?.kind === 'object') shaped[name] = shapeObject(field, below, row, name);
  }
  return shaped;
};

const shapeObject = (
  field: ObjectField,
  selection: Selection,
  row: Readonly<Record<string, unknown>>,
  path: string,
): Record<string, unknown> | null => {
  if (field.present && row[joinPath(path, objectMark)] !== true) return null;
  const shaped: Record<string, unknown> = {};
  for (const [name, below] of selection) {
    const part = field.fields[name];
    const at = joinPath(path, name);
    shaped[name] = part?.kind === 'object' ? shapeObject(part, below, row, at) : row[at];
  }
  return shaped;
};
