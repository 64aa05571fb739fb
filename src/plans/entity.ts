/**
 * How a type of the API stands in the database: fields are expressions over one row, edges are equalities between
 * columns, a row scope is a condition over the row's own columns. Declarations only; nothing here runs a query.
 */
import type { Placeholder, SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Code, compartments } from '../../schema/codes.ts';
import type { RowScope } from '../policy/policy.ts';
import type { Terms, Values } from './terms.ts';

export type Expression = (terms: Terms) => SQL;

/** A scalar or list of scalars out of the row. */
export type ValueField = { kind: 'value'; sql: Expression };

/** An object made of the same row; null when `present` is false. It is a type of its own in the policy. */
export type ObjectField = {
  kind: 'object';
  type: string;
  fields: Readonly<Record<string, ValueField | ObjectField>>;
  present?: Expression;
};

/** A list of objects that stands in one jsonb column of the row: each field is an expression over the element. */
export type ElementsField = {
  kind: 'elements';
  type: string;
  sql: Expression;
  fields: Readonly<Record<string, (element: SQL) => SQL>>;
};

export type Order = { column: PgColumn | SQL; descending?: boolean };

/** Rows of another entity whose columns equal the parent's. The distribution key comes first in `parent` and `child`. */
export type EdgeField = {
  kind: 'edge';
  cardinality: 'one' | 'many' | 'connection';
  entity: () => Entity;
  parent: readonly PgColumn[];
  child: readonly PgColumn[];
  order?: readonly Order[];
  /** What stands there when there is no row. Default null for one, and an empty list. */
  absent?: Readonly<Record<string, unknown>>;
};

export type Field = ValueField | ObjectField | ElementsField | EdgeField;

export type Entity = {
  /** The type in the API, and so in the policy. */
  type: string;
  /** Table with its joins. */
  from: Expression;
  fields: Readonly<Record<string, Field>>;
  /** Rows reached under each scope that the policy may grant for this type. Another scope gives no rows. */
  scopes: Readonly<Partial<Record<RowScope, Expression>>>;
  /** Columns that order a page totally and identify a row; they go into cursors. */
  key: readonly PgColumn[];
  /** Whose data a row is, for the access log. */
  subject?: { compartment: Code<typeof compartments>; column: PgColumn };
};

/**
 * A condition of a list, on the field it depends on: over a value that is bound when it runs, as `read` makes it of what
 * was asked; or, where the choice shapes the condition, one of a few.
 */
export type Filter = { field: string } & (
  | { sql: (wanted: Placeholder) => SQL; read?: (wanted: never) => unknown }
  | { choose: (wanted: boolean) => SQL }
);

/** A list at the root: which filters and orders exist, and on which field each depends. */
export type ListPlan = {
  entity: Entity;
  filters: Readonly<Record<string, Filter>>;
  orders: Readonly<Record<string, { field: string; order: readonly Order[] }>>;
  defaultOrder: string;
  /** Holds unless a filter says otherwise. */
  unlessFiltered?: { by: readonly string[]; sql: SQL };
  /** For a row scope that no index answers: a condition that holds for all its rows, and that one does. */
  ways?: Partial<Record<RowScope, Expression>>;
};

/** One row at the root, by what an argument names: null when it names nothing that can exist. */
export type RowPlan = {
  entity: Entity;
  argument: string;
  read: (asked: string) => Values | null;
  /** Over placeholders by the names that `read` gives; `slots` finds them. */
  where: (slots: (name: string) => Placeholder) => readonly SQL[];
};

export const value = (sql: Expression): ValueField => ({ kind: 'value', sql });

export const object = (
  type: string,
  fields: ObjectField['fields'],
  present?: Expression,
): ObjectField => ({ kind: 'object', type, fields, ...(present && { present }) });

export const elements = (
  type: string,
  sql: Expression,
  fields: ElementsField['fields'],
): ElementsField => ({ kind: 'elements', type, sql, fields });

export const one = (
  entity: () => Entity,
  parent: readonly PgColumn[],
  child: readonly PgColumn[],
  more: Pick<EdgeField, 'order' | 'absent'> = {},
): EdgeField => ({ kind: 'edge', cardinality: 'one', entity, parent, child, ...more });

export const many = (
  entity: () => Entity,
  parent: readonly PgColumn[],
  child: readonly PgColumn[],
  order: readonly Order[],
): EdgeField => ({ kind: 'edge', cardinality: 'many', entity, parent, child, order });

export const connection = (
  entity: () => Entity,
  parent: readonly PgColumn[],
  child: readonly PgColumn[],
  order: readonly Order[],
): EdgeField => ({ kind: 'edge', cardinality: 'connection', entity, parent, child, order });
