/** SQL expressions that several entities share. Instants and ids come out as the text the API prints. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { type ValueField, value } from './entity.ts';
import type { Terms } from './terms.ts';

/** The value of a column as it is. */
export const column = (from: PgColumn): ValueField => value(() => sql`${from}`);

/** A date: the pools have PostgreSQL write it as ISO 8601, as it always does in JSON. */
export const day = (from: PgColumn): ValueField => column(from);

/** An instant as ISO 8601 text in UTC, to the millisecond. */
export const instantText = (from: SQLWrapper): SQL =>
  sql`to_char(${from} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export const instant = (from: PgColumn): ValueField => value(() => instantText(from));

/** An id that carries its distribution key, so that looking it up touches one node: `JZ18.<uuid>`. */
export const nodeId = (scopeColumn: PgColumn, id: PgColumn): ValueField =>
  value(() => sql`${scopeColumn} || '.' || ${id}`);

/** Whole weeks from `from` until `until`; null when either is. */
export const weeks = (from: SQLWrapper, until: SQLWrapper): SQL =>
  sql`floor((${until} - ${from}) / 7.0)::int`;

/** Age in whole years on the viewer's today. */
export const age = (birthDate: SQLWrapper, { today }: Terms): SQL =>
  sql`extract(year from age(${today}, ${birthDate}))::int`;

/** Given name, prefix and family name as one. */
export const fullName = (given: PgColumn, prefix: PgColumn, family: PgColumn): SQL =>
  sql`concat_ws(' ', ${given}, ${prefix}, ${family})`;

export type NodeId = { scope: string; id: string };

export const printNodeId = ({ scope, id }: NodeId): string => `${scope}.${id}`;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The parts of an id, or null for anything that is not one: answered exactly like an id that does not exist. */
export const readNodeId = (text: string): NodeId | null => {
  const dot = text.indexOf('.');
  const scope = text.slice(0, dot);
  const id = text.slice(dot + 1).toLowerCase();
  return dot > 0 && /^[A-Z]{2}\d{2,4}$/.test(scope) && uuid.test(id) ? { scope, id } : null;
};

/** Codes are stored in capitals, however they are typed. */
export const upperCase = (text: string): string => text.toUpperCase();

/** A text of the plan itself, as it stands in a statement. Never for a value that came from outside: those are bound. */
export const literal = (text: string): SQL => sql.raw(`'${text.replaceAll("'", "''")}'`);
