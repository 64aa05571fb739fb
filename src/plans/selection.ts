/** Which fields an operation asks for below a field: the columns a plan has to fetch. */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Field name → what is asked below it. Aliases of one field are merged. */
export type Selection = ReadonlyMap<string, Selection>;

type Building = Map<string, Building>;

const collect = (set: SelectionSetNode, info: GraphQLResolveInfo, into: Building): void => {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      if (node.name.value.startsWith('__')) continue;
      const below = into.get(node.name.value) ?? new Map();
      into.set(node.name.value, below);
      if (node.selectionSet) collect(node.selectionSet, info, below);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(node.selectionSet, info, into);
    } else {
      const fragment = info.fragments[node.name.value];
      if (fragment) collect(fragment.selectionSet, info, into);
    }
  }
};

export const selectionOf = (info: GraphQLResolveInfo): Selection => {
  const fields: Building = new Map();
  for (const node of info.fieldNodes satisfies readonly FieldNode[]) {
    if (node.selectionSet) collect(node.selectionSet, info, fields);
  }
  return fields;
};

const nothing: Selection = new Map();

/** What is asked of the nodes of a connection. */
export const nodesOf = (selection: Selection): Selection =>
  selection.get('edges')?.get('node') ?? nothing;
