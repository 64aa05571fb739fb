/**
 * From grant and selection to SQL text with parameters. The row scope is inside every statement, counts included;
 * a field or scope that the grant does not hold is refused here, whatever the schema let through.
 */
import { and, is, Param, Placeholder, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, PgDialect } from 'drizzle-orm/pg-core';
import { type Grant, grantFor, NotGranted } from '../policy/grant.ts';
import type { Entity, ObjectField, Order } from './entity.ts';
import { afterSlot } from './list.ts';
import type { Selection } from './selection.ts';
import { slot, type Terms, type Values } from './terms.ts';

/** A statement ready to run: the text depends on the shape only, every value is a parameter. */
export type Statement = { text: string; params: unknown[] };

/** A statement whose values are still to come: each parameter is a constant or the name of a value. */
export type Template = {
  text: string;
  slots: readonly ({ name: string } | { constant: unknown })[];
};

const dialect = new PgDialect({ casing: 'snake_case' });

/** Every use of a value is the same parameter, however often a plan repeats it. */
export const toTemplate = (query: SQL): Template => {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const slots: Template['slots'][number][] = [];
  const numbers = new Map<string, number>();
  const add = (made: Template['slots'][number]): number => slots.push(made);
  const renumbered = params.map((param): number => {
    if (!is(param, Placeholder)) return add({ constant: param });
    const { name } = param;
    const number = numbers.get(name) ?? add({ name });
    numbers.set(name, number);
    return number;
  });
  return {
    text: text.replace(/\$(\d+)/g, (_, number) => `$${renumbered[Number(number) - 1]}`),
    slots,
  };
};

/** A value that nobody gave is null: a condition over it holds for no row. */
export const bind = ({ text, slots }: Template, values: Values): Statement => ({
  text,
  params: slots.map((made) => ('name' in made ? (values[made.name] ?? null) : made.constant)),
});

/** Name of the hidden columns that an edge starts from, and of the data subject. */
export const edgeColumn = (edge: string, index: number): string => `_${edge}${index}`;
export const subjectColumn = '_subject';
const objectMark = '_present';
const joinPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

export const mayRead = (grant: Grant, field: string): void => {
  if (!grant.fields.has(field)) throw new NotGranted(`${grant.type}.${field} is not granted`);
};

const objectColumns = (
  field: ObjectField,
  selection: Selection,
  terms: Terms,
  path: string,
): SQL[] => {
  const inner = grantFor(terms.role, field.type);
  const columns = [...selection].flatMap(([name, below]) => {
    mayRead(inner, name);
    const part = field.fields[name];
    if (part === undefined) throw new Error(`${field.type}.${name} has no mapping`);
    return part.kind === 'object'
      ? objectColumns(part, below, terms, joinPath(path, name))
      : [sql`${part.sql(terms)} as ${sql.identifier(joinPath(path, name))}`];
  });
  if (field.present) {
    columns.push(sql`${field.present(terms)} as ${sql.identifier(joinPath(path, objectMark))}`);
  }
  return columns;
};

/** The columns a selection needs, hidden ones included. */
const columnsFor = (entity: Entity, selection: Selection, grant: Grant, terms: Terms): SQL[] => {
  const columns = [...selection].flatMap(([name, below]) => {
    mayRead(grant, name);
    const field = entity.fields[name];
    if (field === undefined) throw new Error(`${entity.type}.${name} has no mapping`);
    if (field.kind === 'object') return objectColumns(field, below, terms, name);
    if (field.kind === 'elements') {
      const inner = grantFor(terms.role, field.type);
      for (const part of below.keys()) mayRead(inner, part);
    }
    if (field.kind !== 'edge') return [sql`${field.sql(terms)} as ${sql.identifier(name)}`];
    return field.parent.map(
      (parent, index) => sql`${parent} as ${sql.identifier(edgeColumn(name, index))}`,
    );
  });
  if (entity.subject)
    columns.push(sql`${entity.subject.column} as ${sql.identifier(subjectColumn)}`);
  return columns;
};

/** The condition for the rows the grant holds. A scope the entity does not know gives no rows. */
export const scopeCondition = (entity: Entity, grant: Grant, terms: Terms): SQL => {
  if (grant.type !== entity.type || grant.role !== terms.role)
    throw new NotGranted(`${grant.role}'s grant for ${grant.type} does not open ${entity.type}`);
  return entity.scopes[grant.rows]?.(terms) ?? sql`false`;
};

export const orderList = (orders: readonly Order[]): SQL =>
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

/**
 * Rows after a position: `(a, b) > ($1, $2)`, spelled out because directions may differ. That the first is not before
 * it says nothing new, but lets an index begin there.
 */
export const afterCondition = (orders: readonly Order[], prefix = ''): SQL => {
  const compared = ({ column, descending }: Order, index: number, orEqual: '' | '=') => {
    const sign = sql.raw(`${descending ? '<' : '>'}${orEqual}`);
    return sql`${column} ${sign} ${slot(afterSlot(prefix, index))}`;
  };
  const alternatives = orders.map((order, index) => {
    const equal = orders
      .slice(0, index)
      .map((earlier, at) => sql`${earlier.column} = ${slot(afterSlot(prefix, at))}`);
    return sql`(${sql.join([...equal, compared(order, index, '')], sql` and `)})`;
  });
  const begins = orders.slice(0, 1).map((order) => compared(order, 0, '='));
  return sql`(${sql.join([...begins, sql`(${sql.join(alternatives, sql` or `)})`], sql` and `)})`;
};

export const orderColumn = (index: number): string => `_order${index}`;

/** One page of a root list: so many rows (value `limit`) in total order, after a position where asked. */
export const pageStatement = (options: {
  entity: Entity;
  grant: Grant;
  terms: Terms;
  selection: Selection;
  where: readonly SQL[];
  orders: readonly Order[];
  after: boolean;
}): Template => {
  const { entity, grant, terms, orders } = options;
  const columns = [
    ...columnsFor(entity, options.selection, grant, terms),
    ...orders.map(
      (order, index) => sql`(${order.column})::text as ${sql.identifier(orderColumn(index))}`,
    ),
  ];
  return toTemplate(
    sql`select ${sql.join(columns, sql`, `)} from ${entity.from(terms)} where ${and(
      scopeCondition(entity, grant, terms),
      ...options.where,
      ...(options.after ? [afterCondition(orders)] : []),
    )} order by ${orderList(orders)} limit ${slot('limit')}`,
  );
};

/** How many rows a root list has for this viewer: the same conditions, no page. */
export const countStatement = (
  entity: Entity,
  grant: Grant,
  terms: Terms,
  where: readonly SQL[],
): Template =>
  toTemplate(
    sql`select count(*)::int as total from ${entity.from(terms)} where ${and(scopeCondition(entity, grant, terms), ...where)}`,
  );

const keyCondition = (columns: readonly PgColumn[], keys: readonly (readonly unknown[])[]): SQL[] =>
  columns.map(
    (column, index) =>
      sql`${column} = any(${new Param([...new Set(keys.map((key) => key[index]))])}::${
        column.getSQLType() === 'uuid' ? sql`uuid[]` : sql`text[]`
      })`,
  );

/** The rows behind one edge for many parents at once: at most so many (value `limit`) a parent, after a position where asked. */
export const edgeStatement = (options: {
  entity: Entity;
  grant: Grant;
  terms: Terms;
  selection: Selection;
  child: readonly PgColumn[];
  keys: readonly (readonly unknown[])[];
  orders: readonly Order[];
  after: boolean;
}): Template => {
  const { entity, grant, terms, orders, child } = options;
  const columns = [
    ...columnsFor(entity, options.selection, grant, terms),
    ...child.map((column, index) => sql`${column} as ${sql.identifier(edgeColumn('', index))}`),
    ...orders.map(
      (order, index) => sql`(${order.column})::text as ${sql.identifier(orderColumn(index))}`,
    ),
    sql`row_number() over (partition by ${sql.join([...child], sql`, `)} order by ${orderList(orders)}) as _row`,
  ];
  return toTemplate(
    sql`select * from (select ${sql.join(columns, sql`, `)} from ${entity.from(terms)} where ${and(
      scopeCondition(entity, grant, terms),
      ...keyCondition(child, options.keys),
      ...(options.after ? [afterCondition(orders)] : []),
    )}) as rows where _row <= ${slot('limit')} order by _row`,
  );
};

/** How many rows an edge has for each parent. */
export const edgeCountStatement = (
  entity: Entity,
  grant: Grant,
  terms: Terms,
  child: readonly PgColumn[],
  keys: readonly (readonly unknown[])[],
): Template => {
  const columns = child.map(
    (column, index) => sql`${column} as ${sql.identifier(edgeColumn('', index))}`,
  );
  return toTemplate(
    sql`select ${sql.join(columns, sql`, `)}, count(*)::int as total from ${entity.from(terms)} where ${and(
      scopeCondition(entity, grant, terms),
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
    if (field?.kind === 'object') shaped[name] = shapeObject(field, below, row, name);
    else if (field && field.kind !== 'edge') shaped[name] = row[name];
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
