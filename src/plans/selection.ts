/**
 * Which fields an operation asks for below a field, as GraphQL collects them (specification §6.3.2): in order of first
 * appearance, occurrences with the same response key merged, fragments opened, @skip and @include decided.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective as include,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  GraphQLSkipDirective as skip,
} from 'graphql';

export type Operation = {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>;
  /** Coerced. */
  variableValues: Readonly<Record<string, unknown>>;
};

/** What stands under one response key: the field, and every place where it is asked for. */
export type Asked = { name: string; nodes: readonly [FieldNode, ...FieldNode[]] };

type Collecting = Map<string, { name: string; nodes: [FieldNode, ...FieldNode[]] }>;

const isIncluded = (
  node: Parameters<typeof getDirectiveValues>[1],
  { variableValues }: Operation,
): boolean =>
  getDirectiveValues(skip, node, variableValues)?.if !== true &&
  getDirectiveValues(include, node, variableValues)?.if !== false;

const applies = (
  condition: string | undefined,
  type: GraphQLObjectType,
  schema: GraphQLSchema,
): boolean => {
  if (condition === undefined || condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
};

const collect = (
  operation: Operation,
  type: GraphQLObjectType,
  set: SelectionSetNode,
  into: Collecting,
  opened: Set<string>,
): void => {
  for (const node of set.selections) {
    if (!isIncluded(node, operation)) continue;
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const already = into.get(key);
      if (already) already.nodes.push(node);
      else into.set(key, { name: node.name.value, nodes: [node] });
      continue;
    }
    const name = node.kind === Kind.FRAGMENT_SPREAD ? node.name.value : null;
    if (name !== null && opened.has(name)) continue;
    if (name !== null) opened.add(name);
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? operation.fragments[name ?? ''] : node;
    if (fragment && applies(fragment.typeCondition?.name.value, type, operation.schema)) {
      collect(operation, type, fragment.selectionSet, into, opened);
    }
  }
};

/** The fields of these selection sets, by response key. */
export const fieldsOf = (
  operation: Operation,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, Asked> => {
  const fields: Collecting = new Map();
  const opened = new Set<string>();
  for (const set of sets) collect(operation, type, set, fields, opened);
  return fields;
};

/** The fields below a field, wherever it is asked for. */
export const fieldsBelow = (
  operation: Operation,
  type: GraphQLObjectType,
  { nodes }: Asked,
): ReadonlyMap<string, Asked> =>
  fieldsOf(
    operation,
    type,
    nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : [])),
  );

/** Field name → what is asked below it: the columns a row needs. Response keys of one field are merged. */
export type Selection = ReadonlyMap<string, Selection>;

type Building = Map<string, Building>;

const build = (
  operation: Operation,
  type: GraphQLObjectType,
  fields: ReadonlyMap<string, Asked>,
  into: Building,
): Building => {
  for (const asked of fields.values()) {
    if (asked.name.startsWith('__')) continue;
    const below = into.get(asked.name) ?? new Map();
    into.set(asked.name, below);
    const named = getNamedType(type.getFields()[asked.name]?.type);
    if (isObjectType(named)) build(operation, named, fieldsBelow(operation, named, asked), below);
  }
  return into;
};

export const selectionOf = (info: GraphQLResolveInfo): Selection => {
  const type = getNamedType(info.returnType);
  if (!isObjectType(type)) return new Map();
  const [first, ...more] = info.fieldNodes;
  if (first === undefined) return new Map();
  const asked: Asked = { name: info.fieldName, nodes: [first, ...more] };
  return build(info, type, fieldsBelow(info, type, asked), new Map());
};

const nothing: Selection = new Map();

/** What is asked of the nodes of a connection. */
export const nodesOf = (selection: Selection): Selection =>
  selection.get('edges')?.get('node') ?? nothing;
