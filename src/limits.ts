/**
 * How much one request may ask: the limits of the HTTP edge, and one complexity rule for documents.
 * Everything is counted with fragments expanded, in linear time, before anything is executed.
 */
import {
  type ASTVisitor,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
  type ValidationRule,
  type ValueNode,
} from 'graphql';

export type Limits = {
  /** Bytes of a GraphQL request. */
  bodyBytes: number;
  /** Lexical tokens of a document; for the parser (`parseOptions.maxTokens`), not for the rule. */
  maxTokens: number;
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
  variables: number;
  /** Rows × fields in the worst case: every page as full as it was asked for. */
  cost: number;
  /** Rows assumed of a page that does not say how long it is. */
  pageSize: number;
  /** Rows assumed of a list that is not a page: those are bounded by law or by form. */
  listSize: number;
  /** Fields below `__schema` and `__type`, which have no part in depth and cost. */
  introspectionFields: number;
};

export const defaultLimits: Limits = {
  bodyBytes: 65_536,
  maxTokens: 1_000,
  depth: 10,
  fields: 300,
  aliases: 30,
  directives: 20,
  variables: 50,
  cost: 20_000,
  pageSize: 100,
  listSize: 10,
  introspectionFields: 300,
};

export type Variables = Readonly<Record<string, unknown>>;

/**
 * The rule for a validator, which knows no variables: a page whose length is a variable counts as `pageSize`.
 * With the variables at hand, ask `complexityError` again before executing.
 */
export const complexityRule =
  (limits: Limits, variables?: Variables): ValidationRule =>
  (context): ASTVisitor => ({
    Document: (document) => {
      const error = complexityError(context.getSchema(), document, limits, variables);
      if (error !== null) context.reportError(error);
    },
  });

/** Why this document is refused, or null. The message names the limit and nothing of the document. */
export const complexityError = (
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: Limits,
  variables: Variables = {},
): GraphQLError | null => sizeUp(schema, document, limits, variables).error;

/** What a document costs at most (rows × fields, every page as full as it was asked for), and why it is refused, if it is. */
export function sizeUp(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: Limits,
  variables: Variables,
): { cost: number | null; error: GraphQLError | null } {
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [operation, ...more] = operations;
  if (operation === undefined || more.length > 0) {
    return { cost: null, error: tooComplex('operations', 'a request has one operation') };
  }
  const size = new Sizes(schema, document, limits, variables).ofOperation(operation);
  for (const [limit, reason] of Object.entries(reasons) as [keyof typeof reasons, Reason][]) {
    if (size[limit] > limits[limit]) {
      return { cost: size.cost, error: tooComplex(limit, reason(limits[limit])) };
    }
  }
  const tooMany =
    size.memberLists > 1
      ? tooComplex('introspection', 'introspection lists the members of a type one level deep')
      : null;
  return { cost: size.cost, error: tooMany };
}

type Sized = ReturnType<typeof sizeUp>;

/** Shapes of variables that are remembered of one document. */
const maxRemembered = 64;

/** What `sizeUp` finds, remembered: of the variables only numbers and the lengths of lists have a part in it. */
export const createSizer = (limits: Limits) => {
  const known = new WeakMap<DocumentNode, Map<string, Sized>>();
  return (schema: GraphQLSchema, document: DocumentNode, variables: Variables): Sized => {
    const sizes = known.get(document) ?? new Map<string, Sized>();
    known.set(document, sizes);
    const key = JSON.stringify(
      Object.entries(variables).map(([name, value]) => {
        if (typeof value === 'number' || value === null) return [name, value];
        return Array.isArray(value) ? [name, [value.length]] : [name];
      }),
    );
    const size = sizes.get(key) ?? sizeUp(schema, document, limits, variables);
    if (sizes.size >= maxRemembered) sizes.clear();
    sizes.set(key, size);
    return size;
  };
};

type Reason = (limit: number) => string;

const reasons = {
  depth: (limit) => `the query is more than ${limit} levels deep`,
  fields: (limit) => `the query has more than ${limit} fields`,
  aliases: (limit) => `the query has more than ${limit} aliases`,
  directives: (limit) => `the query has more than ${limit} directives`,
  variables: (limit) => `the query has more than ${limit} variables`,
  introspectionFields: (limit) => `the introspection query has more than ${limit} fields`,
  cost: (limit) =>
    `the query asks for more than ${limit} values: ask for shorter pages or fewer fields`,
} satisfies Partial<Record<keyof Limits, Reason>>;

const tooComplex = (limit: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'TOO_COMPLEX', limit } });

type Size = Record<keyof typeof reasons, number> & {
  /** How deep lists of the members of a type are nested in an introspection. */
  memberLists: number;
};

const nothing: Readonly<Size> = {
  depth: 0,
  fields: 0,
  aliases: 0,
  directives: 0,
  variables: 0,
  introspectionFields: 0,
  cost: 0,
  memberLists: 0,
};

/** Side by side: counts add up, depths do not. */
const beside = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  fields: a.fields + b.fields,
  aliases: a.aliases + b.aliases,
  directives: a.directives + b.directives,
  variables: a.variables + b.variables,
  introspectionFields: a.introspectionFields + b.introspectionFields,
  cost: a.cost + b.cost,
  memberLists: Math.max(a.memberLists, b.memberLists),
});

/** The fields of a root that are in no type, and where they lead. */
const metaTypes = new Map([
  ['__schema', '__Schema'],
  ['__type', '__Type'],
]);

/** Two of these within each other multiply the whole schema by itself. */
const memberListNames = ['fields', 'inputFields', 'interfaces', 'possibleTypes'];

/**
 * Sizes of the parts of one document. A fragment is measured once, however often it is spread: a size is linear in
 * the rows of what surrounds it, so its own size with one row is enough.
 */
class Sizes {
  readonly #schema: GraphQLSchema;
  readonly #limits: Limits;
  readonly #variables: Variables;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #measured = new Map<string, Size>();
  #defaults = new Map<string, ValueNode>();

  constructor(schema: GraphQLSchema, document: DocumentNode, limits: Limits, variables: Variables) {
    this.#schema = schema;
    this.#limits = limits;
    this.#variables = variables;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        this.#fragments.set(definition.name.value, definition);
      }
    }
  }

  ofOperation(operation: OperationDefinitionNode): Size {
    const variables = operation.variableDefinitions ?? [];
    this.#defaults = new Map(
      variables.flatMap(({ variable, defaultValue }) =>
        defaultValue === undefined ? [] : [[variable.name.value, defaultValue] as const],
      ),
    );
    const root = this.#schema.getRootType(operation.operation) ?? null;
    const directives = variables.reduce(
      (count, variable) => count + (variable.directives?.length ?? 0),
      0,
    );
    return beside(
      { ...nothing, variables: variables.length, directives },
      beside(directivesOf(operation), this.#ofSelections(operation.selectionSet, root)),
    );
  }

  #ofSelections({ selections }: SelectionSetNode, parent: GraphQLCompositeType | null): Size {
    let size: Size = nothing;
    for (const selection of selections) {
      size = beside(size, directivesOf(selection));
      if (selection.kind === Kind.FIELD) {
        size = beside(size, this.#ofField(selection, parent));
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        size = beside(size, this.#ofFragment(selection.name.value));
      } else {
        const type =
          selection.typeCondition === undefined
            ? parent
            : this.#composite(typeFromAST(this.#schema, selection.typeCondition));
        size = beside(size, this.#ofSelections(selection.selectionSet, type));
      }
    }
    return size;
  }

  #ofFragment(name: string): Size {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // A fragment within itself counts for nothing the second time: that it is one is for another rule to refuse.
    this.#measured.set(name, nothing);
    if (fragment === undefined) return nothing;
    const type = this.#composite(typeFromAST(this.#schema, fragment.typeCondition));
    const size = beside(directivesOf(fragment), this.#ofSelections(fragment.selectionSet, type));
    this.#measured.set(name, size);
    return size;
  }

  #ofField(field: FieldNode, parent: GraphQLCompositeType | null): Size {
    const name = field.name.value;
    const aliases = field.alias === undefined ? 0 : 1;
    const isIntrospection = metaTypes.has(name) || isOfIntrospection(parent);
    const definition = fieldOf(parent, name);
    const type = this.#composite(
      metaTypes.has(name)
        ? this.#schema.getType(metaTypes.get(name) ?? '')
        : definition && getNamedType(definition.type),
    );
    const below =
      field.selectionSet === undefined ? nothing : this.#ofSelections(field.selectionSet, type);
    if (isIntrospection) {
      return {
        ...below,
        depth: 0,
        aliases: below.aliases + aliases,
        introspectionFields: below.introspectionFields + 1,
        memberLists: below.memberLists + (memberListNames.includes(name) ? 1 : 0),
      };
    }
    return {
      ...below,
      depth: below.depth + 1,
      fields: below.fields + 1,
      aliases: below.aliases + aliases,
      // `first` counts at the connection, so its edges must not count again.
      cost: 1 + below.cost * (definition === undefined ? 1 : this.#rows(field, definition)),
    };
  }

  /** How many rows a field gives at most, as far as the document tells. */
  #rows(field: FieldNode, definition: GraphQLField<unknown, unknown>): number {
    const pages = definition.args.filter(({ name }) => name === 'first' || name === 'last');
    if (pages.length > 0) {
      const asked = pages.flatMap(({ name, defaultValue }) => {
        const node = field.arguments?.find((argument) => argument.name.value === name)?.value;
        const value = node === undefined ? defaultValue : this.#number(node);
        return typeof value === 'number' ? [value] : [];
      });
      return asked.length === 0 ? this.#limits.pageSize : Math.max(1, ...asked);
    }
    if (!isListType(getNullableType(definition.type))) return 1;
    if (definition.name === 'edges' || definition.name === 'nodes') return 1;
    const lists = (field.arguments ?? []).map(({ value }) => this.#length(value));
    return Math.max(this.#limits.listSize, ...lists);
  }

  #number(node: ValueNode): number | null {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind !== Kind.VARIABLE) return null;
    const value = this.#variables[node.name.value];
    if (typeof value === 'number') return value;
    const byDefault = this.#defaults.get(node.name.value);
    return value === undefined && byDefault !== undefined ? this.#number(byDefault) : null;
  }

  /** `schools(brin6s: [...])` gives as many rows as there are values. */
  #length(node: ValueNode): number {
    if (node.kind === Kind.LIST) return node.values.length;
    const value = node.kind === Kind.VARIABLE ? this.#variables[node.name.value] : null;
    return Array.isArray(value) ? value.length : 0;
  }

  #composite(type: unknown): GraphQLCompositeType | null {
    return isCompositeType(type) ? type : null;
  }
}

const directivesOf = (node: { directives?: readonly DirectiveNode[] | undefined }): Size =>
  node.directives === undefined || node.directives.length === 0
    ? nothing
    : { ...nothing, directives: node.directives.length };

const isOfIntrospection = (type: GraphQLCompositeType | null): boolean =>
  type?.name.startsWith('__') ?? false;

const fieldOf = (
  parent: GraphQLCompositeType | null,
  name: string,
): GraphQLField<unknown, unknown> | undefined =>
  isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
