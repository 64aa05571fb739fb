/**
 * Makes a valid document of what is wished for, whatever that is: a response key that is taken is merged with or gets
 * another name, a fragment is spread again only where it fits, a variable has a type that its place takes.
 */
import {
  type ArgumentNode,
  type ConstValueNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isNonNullType,
  Kind,
  type NameNode,
  OperationTypeNode,
  parse,
  parseType,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { complexityError, defaultLimits } from '../../src/limits.ts';
import type {
  Condition,
  DocumentWish,
  FieldWish,
  GroupWish,
  Item,
  Sent,
  Value,
  VariableWish,
} from './document-wish.ts';

/** A cursor that must be taken from an earlier page before the document can be asked. */
export type EarlierPage = {
  /** What stands in the document and its variables until then. */
  placeholder: string;
  query: string;
  variables: Record<string, unknown>;
  /** Which of the cursors that are found. */
  pick: number;
};

export type AnyDocument = {
  query: string;
  variables: Record<string, unknown>;
  /** Variables with which the same text is asked once more; null when it is not. */
  again: Record<string, unknown> | null;
  pages: readonly EarlierPage[];
};

/** What stands under each response key of a merged selection. */
type Keys = Map<string, Entry>;
type Entry = { name: string; signature: string; args: readonly ArgumentNode[]; below: Keys };

type Variable = { definition: VariableDefinitionNode; sent: SentJson; again: SentJson };

/** Undefined when it is left out. */
type SentJson = { json: unknown } | undefined;

/** Where a field stands: the fields above it, with their arguments. */
type Chain = readonly { name: string; args: readonly ArgumentNode[] }[];

/** How much is cut away to stay within the limits: nothing; pages and repetitions; depth and breadth as well. */
type Cut = 0 | 1 | 2;

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });

const jsonOf = (value: Value): unknown => {
  switch (value.kind) {
    case 'leaf':
      return value.json;
    case 'list':
      return value.items.map(jsonOf);
    case 'object':
      return Object.fromEntries(value.fields.map(([name, part]) => [name, jsonOf(part)]));
    default:
      throw new Error(`${value.kind} within a variable`);
  }
};

const constOf = (value: Value): ConstValueNode => {
  switch (value.kind) {
    case 'leaf':
      return value.node;
    case 'list':
      return { kind: Kind.LIST, values: value.items.map(constOf) };
    case 'object':
      return {
        kind: Kind.OBJECT,
        fields: value.fields.map(([name, part]) => ({
          kind: Kind.OBJECT_FIELD,
          name: nameNode(name),
          value: constOf(part),
        })),
      };
    default:
      throw new Error(`${value.kind} within a constant`);
  }
};

const signatureOf = (name: string, args: readonly ArgumentNode[]): string =>
  `${name}(${args.map((argument) => print(argument)).join(', ')})`;

const variablesWithin = (set: SelectionSetNode): Set<string> => {
  const names = new Set<string>();
  visit(set, { Variable: ({ name }) => void names.add(name.value) });
  return names;
};

const isPageLength = (name: string): boolean => name === 'first' || name === 'last';

const write = (schema: GraphQLSchema, wish: DocumentWish, cut: Cut): Written => {
  const variables: Variable[] = [];
  const fragments: FragmentDefinitionNode[] = [];
  const pages: { placeholder: string; pick: number; chain: Chain }[] = [];
  let fragmentNames = 0;
  let aliasesLeft = wish.mayExceed ? Number.POSITIVE_INFINITY : defaultLimits.aliases;
  let conditionsLeft = wish.mayExceed ? Number.POSITIVE_INFINITY : defaultLimits.directives;

  const variable = (made: VariableWish, chain: Chain): ValueNode => {
    const bare = getNullableType(made.type);
    const needsValue = isNonNullType(made.type) && !made.mayBeAbsent;
    const isNonNull = made.isNonNull || (needsValue && made.default === null);
    const type = `${bare}${isNonNull ? '!' : ''}`;
    const shared = made.isShared
      ? variables.find(
          ({ definition }) =>
            print(definition.type) === type &&
            (!needsValue || isNonNull || definition.defaultValue !== undefined),
        )
      : undefined;
    if (shared && made.sent.value.kind !== 'cursor') return shared.definition.variable;
    const isOptional = !isNonNull || made.default !== null;
    const asSent = ({ given, value }: Sent): SentJson => {
      if (given === 'omitted' && isOptional) return undefined;
      if (given === 'null' && !isNonNull) return { json: null };
      return { json: value.kind === 'cursor' ? page(value.pick, chain) : jsonOf(value) };
    };
    const sent = asSent(made.sent);
    const node = { kind: Kind.VARIABLE, name: nameNode(`v${variables.length}`) } as const;
    variables.push({
      definition: {
        kind: Kind.VARIABLE_DEFINITION,
        variable: node,
        type: parseType(type),
        ...(made.default && { defaultValue: constOf(made.default) }),
      },
      sent,
      again: made.sentAgain ? asSent(made.sentAgain) : sent,
    });
    return node;
  };

  const page = (pick: number, chain: Chain): string => {
    const placeholder = `cursor-of-earlier-page-${pages.length}-`;
    pages.push({ placeholder, pick, chain });
    return placeholder;
  };

  const valueNode = (value: Value, chain: Chain): ValueNode => {
    switch (value.kind) {
      case 'leaf':
        return value.node;
      case 'list':
        return { kind: Kind.LIST, values: value.items.map((item) => valueNode(item, chain)) };
      case 'object':
        return {
          kind: Kind.OBJECT,
          fields: value.fields.map(([name, part]) => ({
            kind: Kind.OBJECT_FIELD,
            name: nameNode(name),
            value: valueNode(part, chain),
          })),
        };
      case 'cursor':
        return { kind: Kind.STRING, value: page(value.pick, chain) };
      default:
        return variable(value, chain);
    }
  };

  const argument = (name: string, value: ValueNode): ArgumentNode => ({
    kind: Kind.ARGUMENT,
    name: nameNode(name),
    value,
  });

  const directives = (conditions: readonly Condition[]): DirectiveNode[] =>
    conditions.slice(0, Math.max(0, conditionsLeft)).map((condition): DirectiveNode => {
      conditionsLeft -= 1;
      return {
        kind: Kind.DIRECTIVE,
        name: nameNode(condition.name),
        arguments: [argument('if', valueNode(condition.if, []))],
      };
    });

  const argumentNodes = (
    wanted: FieldWish,
    definition: GraphQLField<unknown, unknown> | undefined,
    chain: Chain,
  ): ArgumentNode[] => {
    const pageLength = definition?.args.find(({ name }) => isPageLength(name))?.name;
    const given = wanted.args.filter(([name]) => cut === 0 || !isPageLength(name));
    // The cursor comes last: the page it is taken from has the other arguments.
    const ordered = [
      ...given.filter(([name]) => name !== 'after'),
      ...given.filter(([name]) => name === 'after'),
    ];
    const nodes: ArgumentNode[] = [];
    if (cut > 0 && pageLength !== undefined) {
      nodes.push(argument(pageLength, { kind: Kind.INT, value: String(3 - cut) }));
    }
    for (const [name, value] of ordered) {
      nodes.push(argument(name, valueNode(value, [...chain, { name: wanted.name, args: nodes }])));
    }
    return nodes;
  };

  /** The key this field gets, and whether what stands there already is what it becomes part of. */
  const keyFor = (wanted: FieldWish, keys: Keys): { key: string; entry?: Entry } | null => {
    const key = wanted.alias !== null && aliasesLeft > 0 ? wanted.alias : wanted.name;
    const taken = keys.get(key);
    if (taken === undefined) return { key };
    const isSame = taken.name === wanted.name;
    const isPlain = isSame && wanted.args.length + taken.args.length === 0;
    // The same once more is worth having, but not everywhere.
    if (isPlain) return wanted.merges ? { key, entry: taken } : null;
    if (isSame && (wanted.merges || aliasesLeft < 1)) return { key, entry: taken };
    if (aliasesLeft < 1) return null;
    for (let n = 2; ; n += 1) if (!keys.has(`${key}_${n}`)) return { key: `${key}_${n}` };
  };

  const field = (
    wanted: FieldWish,
    type: GraphQLCompositeType,
    keys: Keys,
    chain: Chain,
    later: SelectionNode[],
  ): SelectionNode[] => {
    const definition = 'getFields' in type ? type.getFields()[wanted.name] : undefined;
    const at = keyFor(wanted, keys);
    if (at === null) return [];
    const args = at.entry?.args ?? argumentNodes(wanted, definition, chain);
    const entry: Entry = at.entry ?? {
      name: wanted.name,
      signature: signatureOf(wanted.name, args),
      args,
      below: new Map(),
    };
    keys.set(at.key, entry);
    const named = definition && getNamedType(definition.type);
    const node = (conditions: Condition[], below: Item[] | null): FieldNode => {
      if (at.key !== wanted.name) aliasesLeft -= 1;
      return {
        kind: Kind.FIELD,
        name: nameNode(wanted.name),
        ...(at.key !== wanted.name && { alias: nameNode(at.key) }),
        arguments: args,
        directives: directives(conditions),
        ...(below !== null &&
          isCompositeType(named) && {
            selectionSet: selectionSet(below, named, entry.below, [
              ...chain,
              { name: wanted.name, args },
            ]),
          }),
      };
    };
    const first = node(wanted.conditions, wanted.below);
    if (wanted.again !== null && cut < 2 && aliasesLeft > 0) {
      later.push(node(wanted.again.conditions, wanted.again.below));
    }
    return [first];
  };

  /** The keys of a fragment that is there, or null when one of them means something else here. */
  const joined = (set: SelectionSetNode, keys: Keys, apply: boolean): boolean =>
    set.selections.every((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return joined(selection.selectionSet, keys, apply);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const spread = fragments.find(({ name }) => name.value === selection.name.value);
        return spread !== undefined && joined(spread.selectionSet, keys, apply);
      }
      const key = selection.alias?.value ?? selection.name.value;
      const args = selection.arguments ?? [];
      const signature = signatureOf(selection.name.value, args);
      const entry = keys.get(key) ?? {
        name: selection.name.value,
        signature,
        args,
        below: new Map(),
      };
      if (entry.signature !== signature) return false;
      if (apply) keys.set(key, entry);
      return !selection.selectionSet || joined(selection.selectionSet, entry.below, apply);
    });

  const group = (
    wanted: GroupWish,
    type: GraphQLCompositeType,
    keys: Keys,
    chain: Chain,
  ): SelectionNode[] => {
    const on = wanted.on === null ? type : (schema.getType(wanted.on) as GraphQLCompositeType);
    const { wrap } = wanted;
    if (wrap === null && on === type) return selectionNodes(wanted.items, type, keys, chain);
    const typeCondition = { kind: Kind.NAMED_TYPE, name: nameNode(on.name) } as const;
    const spreads = (name: string): SelectionNode[] =>
      [wrap?.conditions ?? [], ...(wrap?.twice && cut === 0 ? [wrap.twice] : [])].map(
        (conditions) => ({
          kind: Kind.FRAGMENT_SPREAD,
          name: nameNode(name),
          directives: directives(conditions),
        }),
      );
    if (wrap?.form === 'named') {
      const there =
        wrap.reuses && cut === 0
          ? fragments.find(
              (fragment) =>
                fragment.typeCondition.name.value === on.name &&
                joined(fragment.selectionSet, keys, false),
            )
          : undefined;
      if (there) {
        joined(there.selectionSet, keys, true);
        return spreads(there.name.value);
      }
      fragmentNames += 1;
      const name = `F${fragmentNames}`;
      const set = selectionSet(wanted.items, on, keys, chain);
      fragments.push({
        kind: Kind.FRAGMENT_DEFINITION,
        name: nameNode(name),
        typeCondition,
        selectionSet: set,
      });
      return spreads(name);
    }
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(wanted.on !== null && { typeCondition }),
        directives: directives(wrap?.conditions ?? []),
        selectionSet: selectionSet(wanted.items, on, keys, chain),
      },
    ];
  };

  const selectionNodes = (
    items: readonly Item[],
    type: GraphQLCompositeType,
    keys: Keys,
    chain: Chain,
  ): SelectionNode[] => {
    const later: SelectionNode[] = [];
    const nodes = (cut === 2 ? items.slice(0, 2) : items).flatMap((item): SelectionNode[] => {
      if (item.kind === 'group') return group(item, type, keys, chain);
      if (item.kind === 'field') {
        const isTooDeep = cut === 2 && item.below !== null && chain.length >= 7;
        return isTooDeep ? [] : field(item, type, keys, chain, later);
      }
      const key = item.node.name.value;
      if (keys.has(key)) return [];
      keys.set(key, { name: key, signature: print(item.node), args: [], below: new Map() });
      return [item.node];
    });
    return [...nodes, ...later];
  };

  const selectionSet = (
    items: readonly Item[],
    type: GraphQLCompositeType,
    keys: Keys,
    chain: Chain,
  ): SelectionSetNode => {
    const selections = selectionNodes(items, type, keys, chain);
    return {
      kind: Kind.SELECTION_SET,
      selections:
        selections.length > 0 ? selections : [{ kind: Kind.FIELD, name: nameNode('__typename') }],
    };
  };

  const root = schema.getQueryType();
  if (!root) throw new Error('a schema without a query type');
  const set = selectionSet(wish.items, root, new Map(), []);
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [operation(wish.name, set, variables), ...fragments],
  };
  return {
    document,
    variables: givenOf(variables, 'sent'),
    again: wish.asksAgain ? givenOf(variables, 'again') : null,
    pages: pages.map(({ placeholder, pick, chain }) => {
      const set = pageAbove(chain);
      const used = variablesWithin(set);
      const own = variables.filter(({ definition }) => used.has(definition.variable.name.value));
      return {
        placeholder,
        pick,
        query: print({
          kind: Kind.DOCUMENT,
          definitions: [operation('EarlierPage', set, own)],
        }),
        variables: givenOf(own, 'sent'),
      };
    }),
  };
};

type Written = {
  document: DocumentNode;
  variables: Record<string, unknown>;
  again: Record<string, unknown> | null;
  pages: EarlierPage[];
};

const operation = (
  name: string | null,
  selectionSet: SelectionSetNode,
  variables: readonly Variable[],
): DefinitionNode => ({
  kind: Kind.OPERATION_DEFINITION,
  operation: OperationTypeNode.QUERY,
  ...(name !== null && { name: nameNode(name) }),
  variableDefinitions: variables.map(({ definition }) => definition),
  selectionSet,
});

const givenOf = (variables: readonly Variable[], time: 'sent' | 'again'): Record<string, unknown> =>
  Object.fromEntries(
    variables.flatMap(({ definition, [time]: sent }) =>
      sent ? [[definition.variable.name.value, sent.json]] : [],
    ),
  );

/** The same list from its beginning: fields from the root down to it, and its cursors. */
const pageAbove = (chain: Chain): SelectionSetNode => {
  const [next, ...rest] = chain;
  if (next === undefined) {
    const cursor = { kind: Kind.FIELD, name: nameNode('cursor') } as const;
    return {
      kind: Kind.SELECTION_SET,
      selections: [
        {
          kind: Kind.FIELD,
          name: nameNode('edges'),
          selectionSet: { kind: Kind.SELECTION_SET, selections: [cursor] },
        },
      ],
    };
  }
  const isLast = rest.length === 0;
  const args = next.args.filter(
    ({ name }) => name.value !== 'after' && !(isLast && isPageLength(name.value)),
  );
  const first: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: nameNode('first'),
    value: { kind: Kind.INT, value: '30' },
  };
  return {
    kind: Kind.SELECTION_SET,
    selections: [
      {
        kind: Kind.FIELD,
        name: nameNode(next.name),
        arguments: isLast ? [...args, first] : args,
        selectionSet: pageAbove(rest),
      },
    ],
  };
};

const isWithinLimits = (schema: GraphQLSchema, { document, variables }: Written): boolean => {
  const text = print(document);
  try {
    // A token and what stands between it and the next are two characters at least.
    if (text.length > 2 * defaultLimits.maxTokens) {
      parse(text, { maxTokens: defaultLimits.maxTokens });
    }
  } catch {
    return false;
  }
  // Once as the validator counts, which knows no variables, and once as it is asked.
  return [{}, variables].every(
    (given) => complexityError(schema, document, defaultLimits, given) === null,
  );
};

/** The document that is wished for, kept valid and, unless it may exceed them, within the limits. */
export const writeDocument = (schema: GraphQLSchema, wish: DocumentWish): AnyDocument => {
  let made = write(schema, wish, 0);
  for (const cut of [1, 2] as const) {
    if (wish.mayExceed || isWithinLimits(schema, made)) break;
    made = write(schema, wish, cut);
  }
  const names = Object.keys(made.variables);
  const spoilt = wish.spoils === null ? undefined : names[wish.spoils % names.length];
  return {
    query: print(made.document),
    variables: { ...made.variables, ...(spoilt !== undefined && { [spoilt]: { wrong: true } }) },
    again: made.again,
    pages: made.pages,
  };
};
