/**
 * Every way through a role's schema to every type of it, as documents that ask every value on the way; and what the
 * judge says the answer is. The documents come from the schema, the answers from the model and access.csv.
 */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  parse,
} from 'graphql';
import { complexityError, defaultLimits } from '../../src/limits.ts';
import type { AccessTable } from './access-table.ts';
import type { Model, Node, Who } from './model.ts';

/** Field with its arguments → what is asked below it; null for a value. */
export type Tree = Map<string, Tree | null>;

const lengths: Record<string, string> = {
  'Swv.schools': '(first: 2)',
  'ThuiszitterCase.events': '(last: 25)',
  'ThuiszitterCase.timeline': '(first: 25)',
  'Delivery.rejects': '(first: 5)',
};
const maxDepth = 10;

const nameOf = (asked: string) => asked.replace(/\(.*$/s, '');

export const print = (tree: Tree): string =>
  `{ ${[...tree].map(([field, below]) => (below ? `${field} ${print(below)}` : field)).join(' ')} }`;

const valuesOf = (type: GraphQLObjectType): Tree =>
  new Map(
    Object.values(type.getFields())
      .filter((field) => !isObjectType(getNamedType(field.type)))
      .map((field) => [field.name, null]),
  );

/** Ways down from a type: each asks the values of every type it passes, and ends where it comes to one for the second time. */
const waysBelow = (
  schema: GraphQLSchema,
  typeName: string,
  passed: readonly string[],
  depth: number,
): Tree[] => {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  const values = valuesOf(type);
  const ways: Tree[] = [];
  for (const field of Object.values(type.getFields())) {
    const below = getNamedType(field.type);
    if (!isObjectType(below) || depth + 2 > maxDepth) continue;
    const asked = `${field.name}${lengths[`${typeName}.${field.name}`] ?? ''}`;
    const isBack = below.name === typeName || passed.includes(below.name);
    for (const way of isBack
      ? [valuesOf(below)]
      : waysBelow(schema, below.name, [...passed, typeName], depth + 1)) {
      if (way.size > 0) ways.push(new Map([[asked, way]]));
    }
  }
  if (values.size === 0) return ways;
  return ways.length === 0 ? [values] : ways.map((way) => new Map([...values, ...way]));
};

const merged = (a: Tree, b: Tree): Tree => {
  const both: Tree = new Map(a);
  for (const [field, below] of b) {
    const known = both.get(field);
    both.set(field, known && below ? merged(known, below) : (known ?? below));
  }
  return both;
};

const depthOf = (tree: Tree): number =>
  1 + Math.max(0, ...[...tree.values()].map((below) => (below ? depthOf(below) : 0)));

/** A way without its last step. The hub answers none that is longer: reference data within reference data. */
const shortened = (tree: Tree, depth: number): Tree =>
  new Map(
    [...tree].flatMap(([field, below]): [string, Tree | null][] => {
      if (!below) return [[field, null]];
      return depth > 2 ? [[field, shortened(below, depth - 1)]] : [];
    }),
  );

/** The ways below one field at the root, in as few documents as the hub's limits allow. `depth` is where it stands. */
export const documentsFor = (
  schema: GraphQLSchema,
  root: string,
  asked: string,
  depth = 1,
): Tree[] => {
  const field = schema.getQueryType()?.getFields()[root];
  if (!field) return [];
  const documents: Tree[] = [];
  const isTooMuch = (tree: Tree) =>
    complexityError(schema, parse(print(tree)), defaultLimits) !== null;
  for (const way of waysBelow(schema, getNamedType(field.type).name, [], depth)) {
    let wanted: Tree = new Map([[asked, way]]);
    while (isTooMuch(wanted)) wanted = shortened(wanted, depthOf(wanted));
    const last = documents.at(-1);
    const together = last && merged(last, wanted);
    if (together && !isTooMuch(together)) {
      documents[documents.length - 1] = together;
    } else documents.push(wanted);
  }
  return documents;
};

/** The types that a document reaches, with the field it comes from. */
export const edgesIn = (schema: GraphQLSchema, tree: Tree, typeName = 'Query'): string[] => {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  return [...tree].flatMap(([asked, below]) => {
    const field = type.getFields()[nameOf(asked)];
    const edge = `${typeName}.${nameOf(asked)}`;
    return field && below
      ? [edge, ...edgesIn(schema, below, getNamedType(field.type).name)]
      : [edge];
  });
};

export const judgeFor = (whole: GraphQLSchema, table: AccessTable, model: Model, who: Who) => {
  const sees = (node: Node) => table.isVisible(who.role, node.type, node.relation(who));

  const read = (node: Node, tree: Tree): Record<string, unknown> => {
    const type = whole.getType(node.type);
    if (!isObjectType(type)) throw new Error(`${node.type} is not a type`);
    const relation = node.relation(who);
    return Object.fromEntries(
      [...tree].map(([asked, below]) => {
        const name = nameOf(asked);
        const field = type.getFields()[name];
        if (!field) throw new Error(`${node.type} has no field ${name}`);
        const verdict = table.expected(who.role, node.type, name, relation);
        if (verdict === 'withheld') return [name, 'WITHHELD'];
        if (verdict === 'null') return [name, null];
        return [name, below ? follow(node, field, asked, below) : storedValue(node, name)];
      }),
    );
  };

  const storedValue = (node: Node, name: string) => {
    if (!(name in node.values)) throw new Error(`the model has no ${node.type}.${name}`);
    return node.values[name];
  };

  const follow = (
    node: Node,
    field: GraphQLField<unknown, unknown>,
    asked: string,
    below: Tree,
  ) => {
    const edge = node.edges[field.name];
    if (!edge) throw new Error(`the model has no ${node.type}.${field.name}`);
    const found = edge(who);
    if (getNamedType(field.type).name.endsWith('Connection'))
      return page(found as Node[], asked, below);
    if (isListType(getNullableType(field.type)))
      return (found as Node[]).filter(sees).map((one) => read(one, below));
    const one = found as Node | null;
    return one && sees(one) ? read(one, below) : null;
  };

  /** What can be seen of a list, and nothing that tells of the rest. */
  const page = (all: readonly Node[], asked: string, below: Tree) => {
    const rows = all.filter(sees);
    const first = Number(/first: (\d+)/.exec(asked)?.[1] ?? 50);
    const shown = rows.slice(0, first);
    return Object.fromEntries(
      [...below].map(([name, inside]) => {
        if (name === 'totalCount') return [name, rows.length];
        if (name === 'edges') return [name, shown.map((row) => readEdge(row, inside ?? new Map()))];
        return [
          name,
          { hasNextPage: rows.length > first, endCursor: shown.length > 0 ? 'a cursor' : null },
        ];
      }),
    );
  };

  const readEdge = (row: Node, tree: Tree) =>
    Object.fromEntries(
      [...tree].map(([name, below]) => [name, below ? read(row, below) : 'a cursor']),
    );

  return {
    sees,
    /** The answer to a document with one field at the root. */
    answer(tree: Tree): Record<string, unknown> {
      return Object.fromEntries(
        [...tree].map(([asked, below]) => {
          const name = nameOf(asked);
          const list = model.lists[name];
          if (!below) throw new Error('a root has fields');
          if (list) return [name, page(list, asked, below)];
          const code = /: "([^"]*)"/.exec(asked)?.[1] ?? '';
          const node = name === 'viewer' ? model.viewer(who) : model.byCode(name, code);
          return [name, node && sees(node) ? read(node, below) : null];
        }),
      );
    },
  };
};

const cursorFields = ['cursor', 'endCursor'];

/** An answer in a form that compares: lists as sets, cursors only as being there. */
export const comparable = (value: unknown, name = ''): unknown => {
  if (Array.isArray(value)) {
    return value
      .map((one) => comparable(one))
      .map((one) => [JSON.stringify(one), one] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, one]) => one);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, one]) => [key, comparable(one, key)]),
    );
  }
  return cursorFields.includes(name) && typeof value === 'string' && value !== ''
    ? 'a cursor'
    : value;
};
