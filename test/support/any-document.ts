/**
 * Any valid document for the schema of one role, with variables: what a caller could think of, weighted towards documents
 * that return rows and stay within the limits.
 */
import fc from 'fast-check';
import {
  type ConstValueNode,
  type GraphQLArgument,
  GraphQLBoolean,
  type GraphQLCompositeType,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  Kind,
  parse,
} from 'graphql';
import { defaultLimits } from '../../src/limits.ts';
import type { Condition, Item, Sent, Value } from './document-wish.ts';
import { type AnyDocument, writeDocument } from './write-document.ts';

/** Texts that mean something to an argument, and texts that find nothing. */
export type Pool = { hits: readonly string[]; misses: readonly string[] };

/** By schema coordinate: `Query.school(brin6:)`, `TlvFilter.decideBefore`. */
export type Known = Readonly<Record<string, Pool>>;

const leaf = (node: ConstValueNode, json: unknown): Value => ({ kind: 'leaf', node, json });
const nothing = leaf({ kind: Kind.NULL }, null);
const text = (value: string, block = false): Value =>
  leaf({ kind: Kind.STRING, value, block }, value);
const int = (value: number): Value => leaf({ kind: Kind.INT, value: String(value) }, value);
const flag = (value: boolean): Value => leaf({ kind: Kind.BOOLEAN, value }, value);

/** The first is the simplest: what fails is tried with it as well. */
const weighted = <T>(...choices: (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(
    { withCrossShrink: true },
    ...choices
      .filter(([weight]) => weight > 0)
      .map(([weight, arbitrary]) => ({ weight, arbitrary })),
  );

const sometimes = <T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  weighted<T | null>([100 - percent, fc.constant(null)], [percent, arbitrary]);

const pageLength = weighted(
  [300, fc.integer({ min: 1, max: 5 })],
  [140, fc.integer({ min: 6, max: 30 })],
  [30, fc.constantFrom(50, 99, 100)],
  [8, fc.constantFrom(0, 101, -1, 2_147_483_647, -2_147_483_648)],
).map(int);

/** Texts for a place nobody described. */
const anyText = fc.constantFrom('', 'x', '0546', "o'clock", '"', '\\', '\u{1F600}');

const sent = (value: fc.Arbitrary<Value>): fc.Arbitrary<Sent> =>
  fc.record({
    given: weighted<Sent['given']>(
      [120, fc.constant('value')],
      [36, fc.constant('omitted')],
      [1, fc.constant('null')],
    ),
    value,
  });

const inPool = ({ hits, misses }: Pool): fc.Arbitrary<string> =>
  weighted(
    [hits.length > 0 ? 9 : 0, fc.constantFrom(...hits)],
    [misses.length > 0 ? 2 : 0, fc.constantFrom(...misses)],
  );

const garbageCursors = ['x', '!', 'A'.repeat(60), 'eyJpZCI6MX0=', 'é', '-'.repeat(41)];

type Place = { coordinate: string; isCursor: boolean; isPage: boolean; hasDefault: boolean };

const values = (known: Known) => {
  const scalar = (type: GraphQLScalarType, place: Place): fc.Arbitrary<Value> => {
    if (place.isPage) return pageLength;
    const pool = known[place.coordinate];
    const said = pool ? inPool(pool) : anyText;
    switch (type.name) {
      case 'Boolean':
        return fc.boolean().map(flag);
      case 'Int':
        return fc.integer({ min: -5, max: 50 }).map(int);
      case 'Float':
        return fc
          .constantFrom(0, 0.5, -1)
          .map((value) => leaf({ kind: Kind.FLOAT, value: String(value) }, value));
      case 'ID':
        return weighted([30, said.map((value) => text(value))], [1, fc.nat().map(int)]);
      case 'String':
        return fc.tuple(said, sometimes(5, fc.constant(true))).map(([value, block]) =>
          // A block string cannot say everything; what it says must come back as it was.
          text(value, block === true && /^[\w-]+$/.test(value)),
        );
      default:
        return (pool ? inPool(pool) : fc.constantFrom('2026-11-23', '2026-02-01')).map((value) =>
          text(value),
        );
    }
  };

  const enumValue = (type: GraphQLEnumType): fc.Arbitrary<Value> =>
    fc
      .constantFrom(...type.getValues().map(({ name }) => name))
      .map((value) => leaf({ kind: Kind.ENUM, value }, value));

  /** A value of the type, with variables within it when `loose`. */
  const of = (type: GraphQLInputType, place: Place, loose: boolean): fc.Arbitrary<Value> => {
    const bare = getNullableType(type);
    const inner: Place = { ...place, hasDefault: false };
    const within = (part: GraphQLInputType, at: Place) =>
      loose ? place_(part, at) : of(part, at, false);
    const given: fc.Arbitrary<Value> = isListType(bare)
      ? weighted(
          [
            8,
            fc
              .array(within(bare.ofType, inner), { maxLength: 4 })
              .map((items): Value => ({ kind: 'list', items })),
          ],
          // One value stands for a list of one.
          [2, of(bare.ofType, inner, false)],
        )
      : isInputObjectType(bare)
        ? objectOf(
            Object.values(bare.getFields()).map((field): [string, boolean, fc.Arbitrary<Value>] => [
              field.name,
              isNonNullType(field.type) && field.defaultValue === undefined,
              within(field.type, {
                coordinate: `${bare.name}.${field.name}`,
                isCursor: false,
                isPage: false,
                hasDefault: field.defaultValue !== undefined,
              }),
            ]),
          )
        : isEnumType(bare)
          ? enumValue(bare)
          : scalar(bare as GraphQLScalarType, place);
    return isNonNullType(type) ? given : weighted([15, given], [1, fc.constant(nothing)]);
  };

  const objectOf = (fields: [string, boolean, fc.Arbitrary<Value>][]): fc.Arbitrary<Value> =>
    fc
      .tuple(
        ...fields.map(([name, isRequired, value]) =>
          (isRequired ? value : sometimes(Math.min(60, Math.ceil(140 / fields.length)), value)).map(
            (made): [string, Value][] => (made === null ? [] : [[name, made]]),
          ),
        ),
      )
      .map((parts): Value => ({ kind: 'object', fields: parts.flat() }));

  const variable = (type: GraphQLInputType, place: Place): fc.Arbitrary<Value> =>
    fc
      .record({
        kind: fc.constant('variable' as const),
        type: fc.constant(type),
        mayBeAbsent: fc.constant(!isNonNullType(type) || place.hasDefault),
        isNonNull: fc.boolean(),
        default: sometimes(30, of(new GraphQLNonNull(getNullableType(type)), place, false)),
        sent: sent(of(new GraphQLNonNull(getNullableType(type)), place, false)),
        sentAgain: sometimes(60, sent(of(new GraphQLNonNull(getNullableType(type)), place, false))),
        isShared: fc.boolean(),
      })
      .map((wish): Value => wish);

  const cursor: fc.Arbitrary<Value> = weighted<Value>(
    [30, fc.nat(200).map((pick): Value => ({ kind: 'cursor', pick }))],
    [1, fc.constantFrom(...garbageCursors).map((value) => text(value))],
    [1, fc.constant(text(''))],
    [1, fc.constant(nothing)],
  );

  /** What stands in a place of this type: a value, or a variable. */
  const place_ = (type: GraphQLInputType, place: Place): fc.Arbitrary<Value> =>
    place.isCursor
      ? weighted(
          [3, cursor],
          [
            2,
            fc
              .record({ made: variable(type, place), value: cursor })
              .map(
                ({ made, value }): Value =>
                  made.kind === 'variable'
                    ? { ...made, default: null, sent: { ...made.sent, value }, sentAgain: null }
                    : made,
              ),
          ],
        )
      : weighted([7, of(type, place, true)], [3, variable(type, place)]);

  return { inPlace: place_ };
};

/** Keys that a careless writer of JSON or SQL trips over. */
const aliases = [
  ...['a', 'b', 'node', 'edges', 'id', 'status', 'totalCount', 'name', 'pageInfo', 'code', 'kind'],
  ...['__proto__', 'constructor', 'toString', 'then', 'length', 'hasOwnProperty', 'data', 'errors'],
  ...['_0', '_subject', 'select', 'A'],
];
const longAlias = `a${'b'.repeat(79)}`;
const alias = weighted([300, fc.constantFrom(...aliases)], [1, fc.constant(longAlias)]);

const isConnection = (type: GraphQLNamedType): boolean => type.name.endsWith('Connection');
const isEdge = (type: GraphQLNamedType): boolean => type.name.endsWith('Edge');

/** How often a field is chosen among those of its type. Below a page are its rows; references lead round in circles. */
const weightOf = (type: GraphQLNamedType, field: string, isLeaf: boolean, levels: number) => {
  if (field === 'edges' || field === 'node') return 24;
  // Pages below rows.
  if (field === 'timeline' || field === 'schools' || field === 'rejects') return 9;
  if (isConnection(type) || isEdge(type)) return 3;
  if (isLeaf) return 3;
  return levels >= 6 ? 3 : levels >= 4 ? 2 : 1;
};

const mostItems = (type: GraphQLNamedType, levels: number): number => {
  if (isEdge(type) || isConnection(type)) return 2;
  return levels >= 9 ? 2 : levels >= 5 ? 4 : levels >= 3 ? 3 : 2;
};

/** Fields of the root that hold rows of the role itself are asked more than what everybody may know. */
const ownWeight = 5;
const isReference = (field: string): boolean =>
  ['viewer', 'municipality', 'swv', 'school', 'careProvider'].includes(field);

const selections = (schema: GraphQLSchema, known: Known) => {
  const { inPlace } = values(known);
  const made = new Map<string, fc.Arbitrary<Item[]>>();

  /** Mostly so that the part stays. */
  const conditionOf = (name: Condition['name']): fc.Arbitrary<Condition> => {
    const flagged = weighted(
      [7, fc.constant(flag(name === 'include'))],
      [3, fc.constant(flag(name === 'skip'))],
    );
    const variable = fc.record({
      kind: fc.constant('variable' as const),
      type: fc.constant(new GraphQLNonNull(GraphQLBoolean)),
      mayBeAbsent: fc.constant(false),
      isNonNull: fc.boolean(),
      default: sometimes(40, flagged),
      sent: sent(flagged),
      sentAgain: sometimes(60, sent(flagged)),
      isShared: fc.boolean(),
    });
    return fc.record({
      name: fc.constant(name),
      if: weighted<Value>([1, flagged], [1, variable]),
    });
  };
  const condition = fc.oneof(conditionOf('skip'), conditionOf('include'));
  const conditions = weighted<Condition[]>(
    [88, fc.constant([])],
    [10, condition.map((only) => [only])],
    [2, fc.tuple(conditionOf('skip'), conditionOf('include')).map((both) => [...both])],
  );

  const argumentsOf = (
    type: GraphQLNamedType,
    field: GraphQLField<unknown, unknown>,
  ): fc.Arbitrary<[string, Value][]> =>
    fc
      .tuple(...field.args.map((argument) => argumentOf(type, field, argument)))
      .map((parts) => parts.flat());

  const argumentOf = (
    type: GraphQLNamedType,
    field: GraphQLField<unknown, unknown>,
    argument: GraphQLArgument,
  ): fc.Arbitrary<[string, Value][]> => {
    const isCursor = argument.name === 'after';
    const isPage = argument.name === 'first' || argument.name === 'last';
    const value = inPlace(argument.type, {
      coordinate: `${type.name}.${field.name}(${argument.name}:)`,
      isCursor,
      isPage,
      hasDefault: argument.defaultValue !== undefined,
    }).map((said): [string, Value][] => [[argument.name, said]]);
    if (isRequiredArgument(argument)) return value;
    const percent = isCursor ? 22 : isPage ? 75 : 45;
    return sometimes(percent, value).map((said) => said ?? []);
  };

  const fieldOf = (
    type: GraphQLNamedType,
    field: GraphQLField<unknown, unknown>,
    levels: number,
  ): fc.Arbitrary<Item> => {
    const named = getNamedType(field.type);
    const below: fc.Arbitrary<Item[] | null> = isCompositeType(named)
      ? itemsOf(named, levels - 1)
      : fc.constant(null);
    return fc.record({
      kind: fc.constant('field' as const),
      name: fc.constant(field.name),
      alias: sometimes(14, alias),
      args: argumentsOf(type, field),
      conditions,
      below,
      merges: fc.boolean(),
      again: sometimes(7, fc.record({ conditions, below })),
    });
  };

  const typename: fc.Arbitrary<Item> = fc.record({
    kind: fc.constant('field' as const),
    name: fc.constant('__typename'),
    alias: sometimes(20, alias),
    args: fc.constant([]),
    conditions,
    below: fc.constant(null),
    merges: fc.boolean(),
    again: fc.constant(null),
  });

  /** Types that a fragment within this one may name. */
  const conditionsOn = (type: GraphQLCompositeType): readonly GraphQLCompositeType[] =>
    isAbstractType(type)
      ? [type, ...schema.getPossibleTypes(type)]
      : [
          type,
          ...(Object.values(schema.getTypeMap()).filter(
            (other) => isAbstractType(other) && schema.isSubType(other, type),
          ) as GraphQLCompositeType[]),
        ];

  const groupOf = (type: GraphQLCompositeType, levels: number, depth: number) =>
    fc.oneof(
      ...conditionsOn(type).flatMap((on) =>
        (on === type ? [null, on.name] : [on.name]).map(
          (name): fc.Arbitrary<Item> =>
            fc.record({
              kind: fc.constant('group' as const),
              on: fc.constant(name),
              wrap: sometimes(
                95,
                fc.record({
                  form: fc.constantFrom('inline' as const, 'named' as const),
                  conditions,
                  reuses: fc.boolean(),
                  twice: sometimes(15, conditions),
                }),
              ),
              items: itemsOf(on, levels, depth + 1),
            }),
        ),
      ),
    );

  const itemsOf = (type: GraphQLCompositeType, levels: number, depth = 0): fc.Arbitrary<Item[]> => {
    const key = `${type.name} ${levels} ${depth}`;
    const known = made.get(key);
    if (known) return known;
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const choices = fields.flatMap((field): [number, fc.Arbitrary<Item>][] => {
      const isLeaf = !isCompositeType(getNamedType(field.type));
      if (!isLeaf && levels < 2) return [];
      const weight =
        type === schema.getQueryType()
          ? isReference(field.name)
            ? 2
            : 2 * ownWeight
          : weightOf(type, field.name, isLeaf, levels);
      return [[weight, fieldOf(type, field, levels)]];
    });
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    const share = (percent: number) => Math.max(1, Math.round((total * percent) / 100));
    const item = weighted<Item>(
      [share(5), typename],
      ...choices,
      ...(depth < 2 ? [[share(12), groupOf(type, levels, depth)] as const] : []),
    );
    // Seldom without the first, so that it can be left out of what fails.
    const arbitrary = fc
      .tuple(
        sometimes(97, item),
        fc.array(item, { maxLength: mostItems(type, levels) - 1, size: 'max' }),
      )
      .map(([one, others]) => (one === null ? others : [one, ...others]));
    made.set(key, arbitrary);
    return arbitrary;
  };

  return { itemsOf };
};

/** Any valid document of this schema, with variables; `known` says which texts mean something where. */
export const anyDocument = (schema: GraphQLSchema, known: Known): fc.Arbitrary<AnyDocument> => {
  const root = schema.getQueryType();
  if (!root) throw new Error('a schema without a query type');
  const { itemsOf } = selections(schema, known);
  return fc
    .record({
      items: weighted(
        [97, itemsOf(root, defaultLimits.depth)],
        [2, introspection(itemsOf(root, 4))],
        [1, itemsOf(root, defaultLimits.depth + 2)],
      ),
      name: sometimes(40, fc.constantFrom('Q', 'Caseload', `q${'9'.repeat(120)}`)),
      mayExceed: weighted([49, fc.constant(false)], [1, fc.constant(true)]),
      asksAgain: weighted([3, fc.constant(false)], [1, fc.constant(true)]),
      spoils: sometimes(1, fc.nat(5)),
    })
    .map((wish) => writeDocument(schema, wish));
};

const introspection = (items: fc.Arbitrary<Item[]>): fc.Arbitrary<Item[]> =>
  fc
    .tuple(
      items,
      fc.constantFrom('__type(name: "School") { name kind }', '__schema { queryType { name } }'),
    )
    .map(([others, asked]): Item[] => {
      const [definition] = parse(`{ ${asked} }`, { noLocation: true }).definitions;
      const selection =
        definition?.kind === Kind.OPERATION_DEFINITION && definition.selectionSet.selections[0];
      return selection && selection.kind === Kind.FIELD
        ? [...others, { kind: 'introspection', node: selection }]
        : others;
    });
