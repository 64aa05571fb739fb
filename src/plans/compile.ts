/**
 * From a read operation to SQL that gives its answer as JSON text: one statement for each compartment it touches. Every
 * row comes out of `rows`, which takes a grant and puts its scope into the subquery; every field is asked of the grant.
 * What cannot be shown to come out byte for byte as the resolvers would give it is not compiled.
 *
 * An entity is read in two steps. Inside: its own columns, its scope, its order, under the names of its fields. Outside:
 * the JSON of the answer, whose edges see only those names, so that a table may stand inside itself.
 */
import { and, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { Code, compartments } from '../../schema/codes.ts';
import { type Grant, grantFor } from '../policy/grant.ts';
import {
  type Ask,
  askConnection,
  askLast,
  askList,
  askRow,
  belowSlot,
  firstSlot,
  type Given,
  limitSlot,
} from './arguments.ts';
import type {
  EdgeField,
  ElementsField,
  Entity,
  ListPlan,
  ObjectField,
  Order,
  RowPlan,
} from './entity.ts';
import { constant, guarded, leaf, mark, markJson } from './leaf.ts';
import { conditionsOf, orderOf } from './list.ts';
import { NotCompiled } from './not-compiled.ts';
import { type Cursors, maxPage } from './page.ts';
import { roots } from './roots.ts';
import { type Asked, fieldsBelow, fieldsOf, type Operation } from './selection.ts';
import {
  afterCondition,
  mayRead,
  orderList,
  scopeCondition,
  type Template,
  toTemplate,
  totalOrder,
} from './statement.ts';
import { slot, type Terms, termsOf, type Viewpoint } from './terms.ts';

type Compartment = Code<typeof compartments>;
type Field = GraphQLField<unknown, unknown>;

type ViewerField = { key: string; name: string };

/** What stands under one response key at the root without reading anything. */
type Known = { key: string } & (
  | { kind: 'text'; json: string }
  | { kind: 'viewer'; fields: readonly ViewerField[] }
);

/** What stands under one response key at the root. */
type Part =
  | Known
  | {
      key: string;
      kind: 'rows';
      statement: number;
      /** Of the JSON; the data subjects are in the next one. */
      column: number;
      compartment: Compartment | null;
    };

type Found = Known | { key: string; kind: 'rows'; root: Root };

export type Plan = { statements: readonly Template[]; parts: readonly Part[] };

/** What is being built, with everything in it that depends on arguments, in order. */
type Building = {
  operation: Operation;
  terms: Terms;
  cursors: Cursors;
  asks: Ask[];
  /** How many cursors' lists and rows have a name so far. */
  named: number;
};

/** Columns of the inner step, by the names the outer step knows them by. */
type Columns = Map<string, SQL>;

/** The rows of an entity while they are built: what the inner step reads, and the records that the outer one makes of it. */
type Row = { alias: SQL; columns: Columns; records: SQL[] };

const newAlias = (building: Building): SQL => {
  building.named += 1;
  return sql`${sql.identifier(hidden(String(building.named)))}`;
};

const newRow = (building: Building): Row => ({
  alias: newAlias(building),
  columns: new Map(),
  records: [],
});

const read = ({ alias, columns }: Row, name: string, column: SQL): SQL => {
  columns.set(name, column);
  return sql`${alias}.${sql.identifier(name)}`;
};

/** Response keys cannot begin with it. */
const hidden = (name: string): string => `#${name}`;

/** PostgreSQL cuts longer names off. */
const maxName = 63;

type Members = readonly (readonly [string, SQL])[];

const selected = (members: Members): SQL => {
  if (members.some(([key]) => Buffer.byteLength(key) > maxName))
    throw new NotCompiled('long alias');
  const columns = members.map(([key, value]) => sql`${value} as ${sql.identifier(key)}`);
  return sql`select ${sql.join(columns, sql`, `)}`;
};

/** An object on its own. */
const jsonObject = (members: Members): SQL =>
  sql`(select row_to_json(o) from (${selected(members)}) o)`;

/**
 * An object as a record beside its row, without a subquery to run: it becomes JSON with the row. Its name is no response
 * key, so it cannot be taken for a column.
 */
const record = (building: Building, row: Row, members: Members): SQL => {
  const alias = newAlias(building);
  row.records.push(sql` cross join lateral (${selected(members)}) ${alias}`);
  return alias;
};

// ---- rows

/** Who may read how: an entity cannot be read without a grant for it. */
type Source = { entity: Entity; grant: Grant; conditions: readonly SQL[] };

type Cut = { orders: readonly Order[]; limit: SQL; after?: string };

/** The rows of an entity in the grant's scope, with their records. Whatever else selects them, the scope is in it. */
const rows = (
  { terms }: Building,
  { entity, grant, conditions }: Source,
  { alias, columns, records }: Row,
  cut: Cut | null,
): SQL => {
  const inner = [...columns].map(([name, column]) => sql`${column} as ${sql.identifier(name)}`);
  const where = and(
    scopeCondition(entity, grant, terms),
    ...conditions,
    ...(cut?.after === undefined ? [] : [afterCondition(cut.orders, cut.after)]),
  );
  const part = cut ? sql` order by ${orderList(cut.orders)} limit ${cut.limit}` : sql``;
  const found = sql`select ${sql.join(inner, sql`, `)} from ${entity.from(terms)} where ${where}${part}`;
  return sql`(${found}) ${alias}${sql.join(records)}`;
};

// ---- objects

const objectTypeOf = (type: GraphQLOutputType): GraphQLObjectType => {
  const named = getNamedType(type);
  if (!isObjectType(named)) throw new NotCompiled('type');
  return named;
};

const fieldOf = (type: GraphQLObjectType, name: string): Field => {
  const field = type.getFields()[name];
  if (field === undefined) throw new NotCompiled('type');
  return field;
};

const below = ({ operation }: Building, type: GraphQLObjectType, asked: Asked) =>
  fieldsBelow(operation, type, asked);

/** What an object of `type` holds: its name where that is asked, everything else as `value` says. */
const members = (
  building: Building,
  type: GraphQLObjectType,
  asked: Asked,
  value: (member: Asked, field: Field) => SQL,
): Members =>
  [...below(building, type, asked)].map(([key, member]) => [
    key,
    member.name === '__typename' ? constant(type.name) : value(member, fieldOf(type, member.name)),
  ]);

const entityRecord = (
  building: Building,
  { entity, grant }: Pick<Source, 'entity' | 'grant'>,
  type: GraphQLObjectType,
  asked: Asked,
  row: Row,
): SQL => {
  const held = members(building, type, asked, (member, field) => {
    mayRead(grant, member.name);
    const mapped = entity.fields[member.name];
    switch (mapped?.kind) {
      case 'value':
        return leaf(field.type, read(row, member.name, mapped.sql(building.terms)));
      case 'object':
        return objectRecord(building, mapped, field, member, row, member.name);
      case 'elements':
        return elementsJson(building, mapped, field, member, row);
      case 'edge':
        return edgeJson(building, entity, mapped, field, member, row);
      default:
        throw new NotCompiled('type');
    }
  });
  return record(building, row, held);
};

const objectRecord = (
  building: Building,
  object: ObjectField,
  field: Field,
  asked: Asked,
  row: Row,
  path: string,
): SQL => {
  const { terms } = building;
  const type = objectTypeOf(field.type);
  const grant = grantFor(terms.role, object.type);
  const held = members(building, type, asked, (member, inner) => {
    mayRead(grant, member.name);
    const mapped = object.fields[member.name];
    const at = `${path}.${member.name}`;
    if (mapped?.kind === 'object') return objectRecord(building, mapped, inner, member, row, at);
    if (mapped === undefined) throw new NotCompiled('type');
    return leaf(inner.type, read(row, at, mapped.sql(terms)));
  });
  const made = record(building, row, held);
  if (object.present === undefined) return made;
  const present = read(row, hidden(path), object.present(terms));
  return isNonNullType(field.type)
    ? sql`case when ${present} then to_json(${made}) else ${markJson} end`
    : sql`case when ${present} then ${made} end`;
};

const elementsJson = (
  building: Building,
  elements: ElementsField,
  field: Field,
  asked: Asked,
  row: Row,
): SQL => {
  const type = objectTypeOf(field.type);
  const grant = grantFor(building.terms.role, elements.type);
  const list = read(row, asked.name, elements.sql(building.terms));
  const element = sql`element.value`;
  const held = members(building, type, asked, (member, inner) => {
    mayRead(grant, member.name);
    const mapped = elements.fields[member.name];
    if (mapped === undefined) throw new NotCompiled('type');
    return leaf(inner.type, sql`(${mapped(element)})`);
  });
  const all = sql`to_json(array(select ${jsonObject(held)} from jsonb_array_elements(${list}) with ordinality as element (value, place) order by element.place))`;
  return guarded(isNonNullType(field.type), sql`${list} is not null`, all, markJson, list);
};

// ---- edges

/** Whose data a child is must follow from its parent, whose data subject is noted already. */
const checkSubject = (parent: Entity, edge: EdgeField, child: Entity): void => {
  const { subject } = child;
  if (subject === undefined) return;
  const isParents = edge.child.some(
    (column, index) =>
      column === subject.column &&
      parent.subject !== undefined &&
      edge.parent[index] === parent.subject.column &&
      subject.compartment === parent.subject.compartment,
  );
  if (!isParents) throw new NotCompiled('data subject');
};

const edgeJson = (
  building: Building,
  parent: Entity,
  edge: EdgeField,
  field: Field,
  asked: Asked,
  row: Row,
): SQL => {
  const entity = edge.entity();
  checkSubject(parent, edge, entity);
  const keys = edge.parent.map((column, index) =>
    read(row, hidden(`${asked.name}.${index}`), sql`${column}`),
  );
  const source: Source = {
    entity,
    grant: grantFor(building.terms.role, entity.type),
    conditions: edge.child.map((column, index) => sql`${column} = ${keys[index]}`),
  };
  switch (edge.cardinality) {
    case 'one':
      return oneJson(building, edge, field, asked, source);
    case 'many':
      return manyJson(building, edge, field, asked, source);
    case 'connection':
      return belowJson(building, `${parent.type}.${asked.name}`, edge, field, asked, source, keys);
  }
};

const oneJson = (
  building: Building,
  edge: EdgeField,
  field: Field,
  asked: Asked,
  source: Source,
): SQL => {
  const { entity } = source;
  const type = objectTypeOf(field.type);
  const row = newRow(building);
  const json = sql`row_to_json(${entityRecord(building, source, type, asked, row)})`;
  const isKey = edge.order === undefined && entity.key.every((key) => edge.child.includes(key));
  const orders = totalOrder(entity, edge.order ?? []);
  const one = sql`(select ${json} from ${rows(building, source, row, isKey ? null : { orders, limit: sql`1` })})`;
  if (edge.absent) {
    const absent = jsonObject(absentMembers(building, edge.absent, type, asked));
    return sql`coalesce(${one}, ${absent})`;
  }
  return isNonNullType(field.type) ? sql`coalesce(${one}, ${markJson})` : one;
};

/** What stands there when there is no row: fixed texts, everything else null. */
const absentMembers = (
  building: Building,
  absent: NonNullable<EdgeField['absent']>,
  type: GraphQLObjectType,
  asked: Asked,
): Members =>
  members(building, type, asked, ({ name }, field) => {
    const text = absent[name];
    if (typeof text === 'string') return constant(text);
    return isNonNullType(field.type) ? mark : sql`null::text`;
  });

const manyJson = (
  building: Building,
  edge: EdgeField,
  field: Field,
  asked: Asked,
  source: Source,
): SQL => {
  const row = newRow(building);
  const made = entityRecord(building, source, objectTypeOf(field.type), asked, row);
  const orders = totalOrder(source.entity, edge.order ?? []);
  const all = (limit: SQL) =>
    sql`select row_to_json(${made}) from ${rows(building, source, row, { orders, limit })}`;
  if (!field.args.some(({ name }) => name === 'last')) {
    // In the text, so that the planner knows it.
    return sql`array(${all(sql.raw(String(maxPage)))})`;
  }
  // The last ones are the first of the list as it is read; they are shown the other way round.
  const { prefix } = addAsk(building, (at) => askLast(at, field, asked.nodes[0]));
  const back = orders.map(({ column, descending }, index) => {
    const at = read(row, hidden(`order.${index}`), sql`${column}`);
    return descending ? at : sql`${at} desc`;
  });
  return sql`array(${all(sql`${slot(limitSlot(prefix))}`)} order by ${sql.join(back, sql`, `)})`;
};

/** Notes something whose text or values depend on arguments; its prefix keeps its values apart from others'. */
const addAsk = (
  { asks, operation, cursors }: Building,
  make: (prefix: string) => Ask,
): { prefix: string; given: Given } => {
  const prefix = `${asks.length}.`;
  const ask = make(prefix);
  asks.push(ask);
  return { prefix, given: ask(operation.variableValues, cursors) };
};

const belowJson = (
  building: Building,
  name: string,
  edge: EdgeField,
  field: Field,
  asked: Asked,
  source: Source,
  keys: readonly SQL[],
): SQL => {
  const { prefix, given } = addAsk(building, (at) =>
    askConnection(at, name, field, asked.nodes[0]),
  );
  const isAfter = given.key !== '';
  const { page, json } = connectionJson(building, source, {
    prefix,
    orders: totalOrder(source.entity, edge.order ?? []),
    isAfter,
    keys,
    type: objectTypeOf(field.type),
    asked,
  });
  const connection = sql`(select ${json} from (${page}) p)`;
  if (!isAfter) return connection;
  // A cursor of the same list below another row is refused by the resolvers.
  const isHere = keys.map((key, index) => sql`${key}::text = ${slot(belowSlot(prefix, index))}`);
  return sql`case when ${sql.join(isHere, sql` and `)} then ${connection} else ${markJson} end`;
};

// ---- connections

type Connection = {
  prefix: string;
  orders: readonly Order[];
  isAfter: boolean;
  /** Of the row it stands below: its cursors hold them. */
  keys: readonly SQL[];
  type: GraphQLObjectType;
  asked: Asked;
};

/** A cursor is encrypted outside the database: here stands the mark, which list it belongs to, and the place. */
const cursorText = (prefix: string, row: Row, orders: readonly Order[], keys: readonly SQL[]) => {
  const position = orders.map(({ column }, index) =>
    read(row, hidden(`place.${index}`), sql`(${column})::text`),
  );
  const place = [position, ...(keys.length > 0 ? [keys.map((key) => sql`${key}::text`)] : [])].map(
    (texts) => sql`array_to_json(array[${sql.join(texts, sql`, `)}])::text`,
  );
  return sql`${mark} || ${constant(`${prefix}[`)} || ${sql.join(place, sql` || ',' || `)} || ']'`;
};

/**
 * A connection as JSON over one row `p`: of its page, as arrays, what each row gives, and how many rows there are, one
 * more than was asked for if more follow. A page of which only the total is asked is not read.
 */
const connectionJson = (
  building: Building,
  source: Source,
  { prefix, orders, isAfter, keys, type, asked }: Connection,
): { page: SQL; json: SQL; subjects: SQL } => {
  const { entity } = source;
  const first = sql`${slot(firstSlot(prefix))}::int`;
  const row = newRow(building);
  const collected: SQL[] = [];
  const collect = (value: SQL): SQL => sql`p.${sql.identifier(`a${collected.push(value) - 1}`)}`;
  const cursor = () => cursorText(prefix, row, orders, keys);

  const edges = (field: Field, member: Asked): SQL => {
    const edgeType = objectTypeOf(field.type);
    const held = members(building, edgeType, member, (part, inner) =>
      part.name === 'node'
        ? entityRecord(building, source, objectTypeOf(inner.type), part, row)
        : cursor(),
    );
    const json = sql`row_to_json(${record(building, row, held)})`;
    return sql`coalesce(${collect(json)}[1:${first}], '{}')`;
  };
  const pageInfo = (field: Field, member: Asked): SQL =>
    jsonObject(
      members(building, objectTypeOf(field.type), member, ({ name }) =>
        name === 'hasNextPage'
          ? sql`p.n > ${first}`
          : sql`${collect(cursor())}[least(p.n, ${first})]`,
      ),
    );
  const json = jsonObject(
    members(building, type, asked, (member, field) => {
      if (member.name === 'edges') return edges(field, member);
      if (member.name === 'pageInfo') return pageInfo(field, member);
      if (member.name === 'totalCount') return countJson(building, source);
      throw new NotCompiled('type');
    }),
  );
  const asks = [...below(building, type, asked).values()].map(({ name }) => name);
  const subjects =
    entity.subject && asks.includes('edges')
      ? sql`${collect(read(row, hidden('subject'), sql`${entity.subject.column}`))}[1:${first}]::text`
      : sql`null::text`;
  if (!asks.includes('edges') && !asks.includes('pageInfo')) {
    return { page: sql`select`, json, subjects };
  }
  const limit = sql`${slot(limitSlot(prefix))}`;
  const cut = { orders, limit, ...(isAfter && { after: prefix }) };
  return { page: arraysOf(collected, rows(building, source, row, cut)), json, subjects };
};

/** Of rows that are read, what each gives as an array, and how many there are. */
const arraysOf = (collected: readonly SQL[], found: SQL): SQL => {
  const names = collected.map((_, index) => sql.identifier(`a${index}`));
  const arrays = collected.map((value, index) => sql`array_agg(${value}) as ${names[index]}, `);
  return sql`select ${sql.join(arrays)}count(*)::int as n from ${found}`;
};

const countJson = ({ terms }: Building, { entity, grant, conditions }: Source): SQL =>
  sql`(select count(*)::int from ${entity.from(terms)} where ${and(scopeCondition(entity, grant, terms), ...conditions)})`;

// ---- the root

/** One row of JSON text and, as the text of an array, whose data are in it. */
type Root = { entity: Entity; json: SQL; subjects: SQL; page: SQL };

const listRoot = (building: Building, plan: ListPlan, field: Field, asked: Asked): Root => {
  const { entity } = plan;
  const grant = grantFor(building.terms.role, entity.type);
  const { prefix, given } = addAsk(building, (at) => askList(at, plan, field, asked.nodes[0]));
  if (given.shape === null) throw new NotCompiled('root field');
  const conditions = conditionsOf(plan, grant, building.terms, given.shape, prefix);
  return {
    entity,
    ...connectionJson(
      building,
      { entity, grant, conditions },
      {
        prefix,
        orders: totalOrder(entity, orderOf(plan, grant, given.shape)),
        isAfter: given.shape.after,
        keys: [],
        type: objectTypeOf(field.type),
        asked,
      },
    ),
  };
};

const rowRoot = (building: Building, plan: RowPlan, field: Field, asked: Asked): Root => {
  const { entity } = plan;
  const { prefix } = addAsk(building, (at) => askRow(at, plan, field, asked.nodes[0]));
  const conditions = plan.where((name) => slot(`${prefix}${name}`));
  const source: Source = { entity, grant: grantFor(building.terms.role, entity.type), conditions };
  const row = newRow(building);
  const made = entityRecord(building, source, objectTypeOf(field.type), asked, row);
  const collected = [sql`row_to_json(${made})`];
  if (entity.subject) collected.push(read(row, hidden('subject'), sql`${entity.subject.column}`));
  const cut = { orders: totalOrder(entity, []), limit: sql`1` };
  return {
    entity,
    page: arraysOf(collected, rows(building, source, row, cut)),
    json: sql`p.a0[1]`,
    subjects: entity.subject ? sql`p.a1::text` : sql`null::text`,
  };
};

/** The compartment whose tables an entity is read from; reference data go along with any. */
const schemaOf = (entity: Entity): string => {
  const [key] = entity.key;
  if (key === undefined) throw new Error(`${entity.type} has no key`);
  return getTableConfig(key.table as PgTable).schema ?? '';
};

const viewerFields = (building: Building, field: Field, asked: Asked): ViewerField[] =>
  [...below(building, objectTypeOf(field.type), asked)].map(([key, { name }]) => ({ key, name }));

const reference = 'reference';

/** The roots that one statement answers: those of one compartment, and reference data along with the first. */
const grouped = (found: readonly Root[]): Root[][] => {
  const schemas = [...new Set(found.map(({ entity }) => schemaOf(entity)))];
  const first = schemas.find((schema) => schema !== reference) ?? reference;
  const statementOf = ({ entity }: Root) =>
    schemaOf(entity) === reference ? first : schemaOf(entity);
  return schemas
    .filter((schema) => schema !== reference || first === reference)
    .map((schema) => found.filter((root) => statementOf(root) === schema));
};

const rootName = (index: number) => sql.identifier(`r${index}`);

/** Two columns for each root. */
const statementOf = (group: readonly Root[]): Template => {
  const selects = group.map(
    ({ json, subjects, page }) =>
      sql`select (${json})::text as json, ${subjects} as subjects from (${page}) p`,
  );
  if (selects.length === 1) return toTemplate(sql`${selects[0]}`);
  const columns = selects.map(
    (_, index) => sql`${rootName(index)}.json, ${rootName(index)}.subjects`,
  );
  const from = selects.map((select, index) => sql`(${select}) ${rootName(index)}`);
  return toTemplate(sql`select ${sql.join(columns, sql`, `)} from ${sql.join(from, sql`, `)}`);
};

/** Throws NotCompiled, and whatever the arguments of the operation are refused with. */
export const compile = (
  operation: Operation,
  selectionSet: SelectionSetNode,
  viewpoint: Viewpoint,
  cursors: Cursors,
): { plan: Plan; asks: readonly Ask[] } => {
  const terms = termsOf(viewpoint);
  const building: Building = { operation, terms, cursors, asks: [], named: 0 };
  const query = operation.schema.getQueryType();
  if (!query) throw new NotCompiled('root field');
  const found = [...fieldsOf(operation, query, [selectionSet])].map(([key, asked]): Found => {
    if (asked.name === '__typename') return { key, kind: 'text', json: JSON.stringify(query.name) };
    if (asked.name.startsWith('__')) throw new NotCompiled('introspection');
    const field = fieldOf(query, asked.name);
    if (asked.name === 'viewer') {
      return { key, kind: 'viewer', fields: viewerFields(building, field, asked) };
    }
    const plan = roots[asked.name];
    if (plan === undefined) throw new NotCompiled('root field');
    const root =
      'read' in plan
        ? rowRoot(building, plan, field, asked)
        : listRoot(building, plan, field, asked);
    return { key, kind: 'rows', root };
  });
  if (found.length === 0) throw new NotCompiled('nothing asked');
  const groups = grouped(found.flatMap((one) => (one.kind === 'rows' ? [one.root] : [])));
  const parts = found.map((one): Part => {
    if (one.kind !== 'rows') return one;
    const statement = groups.findIndex((group) => group.includes(one.root));
    const column = 2 * (groups[statement]?.indexOf(one.root) ?? 0);
    const compartment = one.root.entity.subject?.compartment ?? null;
    return { key: one.key, kind: 'rows', statement, column, compartment };
  });
  return { plan: { statements: groups.map(statementOf), parts }, asks: building.asks };
};
