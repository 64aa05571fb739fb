/**
 * Carries out plans for one request: every row it hands out came through a grant, every data subject is noted for the
 * access log, and edges of many rows are fetched together, so a list of n takes as many statements as a list of one.
 */
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { EdgeField, Entity, ListPlan, Order, RowPlan } from '../plans/entity.ts';
import { afterSlot, askedOf, conditionsOf, type ListArguments, orderOf } from '../plans/list.ts';
import { BadCursor, type Cursors, checkLength, maxPage, type Place } from '../plans/page.ts';
import { nodesOf, type Selection, selectionOf } from '../plans/selection.ts';
import {
  bind,
  countStatement,
  edgeColumn,
  edgeCountStatement,
  edgeStatement,
  orderColumn,
  pageStatement,
  type Statement,
  shapeRow,
  subjectColumn,
  type Template,
  totalOrder,
} from '../plans/statement.ts';
import { scopeValues, slot, termsOf, type Values, viewpointOf } from '../plans/terms.ts';
import { grantFor, type Scope } from '../policy/grant.ts';
import type { Row } from './as-viewer.ts';

export type Connection<Node> = {
  edges: { node: Node; cursor: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount: () => Promise<number>;
};

/** Somebody whose data were read: the compartment and the pseudonymous id there. */
export type Subject = { compartment: string; id: string };

export type Reader = {
  /** A page of a list at the root. `Node` is the class of the type, by the mapping that its entity declares. */
  list<Node>(
    plan: ListPlan,
    args: ListArguments,
    info: GraphQLResolveInfo,
  ): Promise<Connection<Node>>;
  /** The one row that is asked for, or null: absent and out of reach are the same answer. */
  one<Node>(plan: RowPlan, asked: string, info: GraphQLResolveInfo): Promise<Node | null>;
  /** Forgets what was fetched: after a command it is no longer true. */
  forget(): void;
  /** Everybody whose data this request has read so far. */
  subjects(): readonly Subject[];
};

type EdgeArguments = { first?: number; after?: string | null; last?: number };
type EdgeFunction = (args: EdgeArguments, context: unknown, info: GraphQLResolveInfo) => unknown;

export const createReader = (options: {
  run: (statement: Statement) => Promise<readonly Row[]>;
  scope: Scope;
  cursors: Cursors;
}): Reader => {
  const { scope, cursors } = options;
  const terms = termsOf(viewpointOf(scope));
  const viewer = scopeValues(scope);
  const run = (template: Template, values: Values) =>
    options.run(bind(template, { ...viewer, ...values }));
  const subjects = new Map<string, Subject>();
  const loaders = new Map<string, DataLoader<readonly unknown[], unknown, string>>();

  /** Rows as the resolvers pass them on: values in place, each edge a function that loads on demand. */
  const present = (entity: Entity, selection: Selection, row: Row): object => {
    const id = row[subjectColumn];
    if (entity.subject && typeof id === 'string') {
      subjects.set(`${entity.subject.compartment} ${id}`, {
        compartment: entity.subject.compartment,
        id,
      });
    }
    const shaped = shapeRow(entity, selection, row);
    for (const name of selection.keys()) {
      const field = entity.fields[name];
      if (field?.kind !== 'edge') continue;
      const key = field.parent.map((_, index) => row[edgeColumn(name, index)]);
      shaped[name] = followEdge(`${entity.type}.${name}`, field, key);
    }
    return shaped;
  };

  const loader = (
    name: string,
    fetch: (keys: readonly (readonly unknown[])[]) => Promise<Map<string, unknown>>,
    absent: unknown,
  ) => {
    const existing = loaders.get(name);
    if (existing) return existing;
    const created = new DataLoader<readonly unknown[], unknown, string>(
      async (keys) => {
        const found = await fetch(keys);
        return keys.map((key) => found.get(JSON.stringify(key)) ?? absent);
      },
      { cacheKeyFn: (key) => JSON.stringify(key) },
    );
    loaders.set(name, created);
    return created;
  };

  const followEdge = (name: string, edge: EdgeField, key: readonly unknown[]): EdgeFunction => {
    const missing = key.some((part) => part === null || part === undefined);
    return (args, _context, info) => {
      const selection = selectionOf(info);
      if (edge.cardinality === 'connection')
        return edgeConnection(name, edge, key, args, selection);
      const entity = edge.entity();
      const orders = totalOrder(entity, edge.order ?? []);
      const limit = edge.cardinality === 'one' ? 1 : checkLength(args.last ?? maxPage);
      const absent = edge.cardinality === 'one' ? (edge.absent ?? null) : [];
      if (missing) return absent;
      return loader(
        `${name} ${limit} ${describe(selection)}`,
        async (keys) => {
          const groups = await fetchEdge(edge, orders, selection, keys, [], limit);
          const rows = new Map(
            [...groups].map(([at, list]) => {
              const presented = list.map((row) => present(entity, selection, row));
              return [at, args.last === undefined ? presented : presented.reverse()];
            }),
          );
          return edge.cardinality === 'one'
            ? new Map([...rows].map(([at, list]) => [at, list[0]]))
            : rows;
        },
        absent,
      ).load(key);
    };
  };

  const fetchEdge = async (
    edge: EdgeField,
    orders: readonly Order[],
    selection: Selection,
    keys: readonly (readonly unknown[])[],
    position: readonly unknown[],
    limit: number,
  ): Promise<Map<string, Row[]>> => {
    const entity = edge.entity();
    const rows = await run(
      edgeStatement({
        entity,
        grant: grantFor(scope.role, entity.type),
        terms,
        selection,
        child: edge.child,
        keys,
        orders,
        after: position.length > 0,
      }),
      { limit, ...Object.fromEntries(position.map((at, index) => [afterSlot('', index), at])) },
    );
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const at = JSON.stringify(edge.child.map((_, index) => row[edgeColumn('', index)]));
      const group = groups.get(at);
      if (group) group.push(row);
      else groups.set(at, [row]);
    }
    return groups;
  };

  const edgeConnection = async (
    name: string,
    edge: EdgeField,
    key: readonly unknown[],
    args: EdgeArguments,
    selection: Selection,
  ): Promise<Connection<object>> => {
    const entity = edge.entity();
    const orders = totalOrder(entity, edge.order ?? []);
    const first = checkLength(args.first ?? maxPage);
    const place = args.after ? cursors.read(name, args.after) : null;
    // A cursor of the same list below another row.
    if (place && JSON.stringify(place.below) !== JSON.stringify(key)) throw new BadCursor();
    const nodes = nodesOf(selection);
    const rows = needsRows(selection)
      ? ((await loader(
          `${name} ${first} ${args.after ?? ''} ${describe(nodes)}`,
          (keys) => fetchEdge(edge, orders, nodes, keys, place?.position ?? [], first + 1),
          [],
        ).load(key)) as readonly Row[])
      : [];
    const total = () =>
      loader(
        `${name} total`,
        async (keys) => {
          const counts = await run(
            edgeCountStatement(entity, grantFor(scope.role, entity.type), terms, edge.child, keys),
            {},
          );
          return new Map(
            counts.map((row) => [
              JSON.stringify(edge.child.map((_, index) => row[edgeColumn('', index)])),
              row.total,
            ]),
          );
        },
        0,
      ).load(key) as Promise<number>;
    return connectionOf(
      rows,
      first,
      (position) => cursors.write(name, { position, below: key }),
      orders,
      selection.has('edges') ? (row) => present(entity, nodes, row) : nobody,
      total,
    );
  };

  const connectionOf = <Node>(
    rows: readonly Row[],
    first: number,
    cursorOf: (position: Place['position']) => string,
    orders: readonly Order[],
    node: (row: Row) => Node,
    totalCount: () => Promise<number>,
  ): Connection<Node> => {
    const edges = rows.slice(0, first).map((row) => ({
      node: node(row),
      cursor: cursorOf(orders.map((_, index) => row[orderColumn(index)])),
    }));
    return {
      edges,
      pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null },
      totalCount,
    };
  };

  return {
    async list<Node>(plan: ListPlan, args: ListArguments, info: GraphQLResolveInfo) {
      const { entity } = plan;
      const grant = grantFor(scope.role, entity.type);
      const { shape, values, first, name } = askedOf(plan, info.fieldName, args, cursors);
      const where = conditionsOf(plan, grant, terms, shape);
      const orders = totalOrder(entity, orderOf(plan, grant, shape));
      const selection = selectionOf(info);
      const nodes = nodesOf(selection);
      const { after } = shape;
      const rows = needsRows(selection)
        ? await run(
            pageStatement({ entity, grant, terms, selection: nodes, where, orders, after }),
            { ...values, limit: first + 1 },
          )
        : [];
      return connectionOf(
        rows,
        first,
        (position) => cursors.write(name, { position }),
        orders,
        (row) => (selection.has('edges') ? present(entity, nodes, row) : nobody()) as Node,
        async () => {
          const [counted] = await run(countStatement(entity, grant, terms, where), values);
          return (counted?.total as number | undefined) ?? 0;
        },
      );
    },

    async one<Node>({ entity, read, where }: RowPlan, asked: string, info: GraphQLResolveInfo) {
      const selection = selectionOf(info);
      const values = read(asked);
      if (values === null) return null;
      const [row] = await run(
        pageStatement({
          entity,
          grant: grantFor(scope.role, entity.type),
          terms,
          selection,
          where: where(slot),
          orders: totalOrder(entity, []),
          after: false,
        }),
        { ...values, limit: 1 },
      );
      return row ? (present(entity, selection, row) as Node) : null;
    },

    forget: () => loaders.clear(),

    subjects: () => [...subjects.values()],
  };
};

const describe = (selection: Selection): string =>
  [...selection]
    .map(([name, below]) => (below.size > 0 ? `${name}{${describe(below)}}` : name))
    .sort((one, other) => (one < other ? -1 : 1))
    .join(',');

/** A page of which only the total is asked is not read. */
const needsRows = (selection: Selection): boolean =>
  selection.has('edges') || selection.has('pageInfo');

/** Stands for a row of which nothing is asked: nobody's data are shown. */
const nobody = (): object => ({});
