/** The documents that the proof of the read path is made with: each is valid, and everything a document can hold is in some of them. */
import fc from 'fast-check';
import {
  type ASTNode,
  buildSchema,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  parse,
  type SelectionSetNode,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { type Role, roles } from '../../schema/codes.ts';
import { complexityRule, defaultLimits } from '../../src/limits.ts';
import { anyDocument } from '../support/any-document.ts';
import { type AnyWorld, anyWorld } from '../support/any-world.ts';
import { schemas } from '../support/hub.ts';
import type { AnyDocument } from '../support/write-document.ts';

const world: AnyWorld = anyWorld(7);
const numRuns = 500;

const samples = new Map<Role, AnyDocument[]>();
const sample = (role: Role): AnyDocument[] => {
  const drawn =
    samples.get(role) ??
    fc.sample(anyDocument(schemas[role], world.known[role]), { seed: 7, numRuns });
  samples.set(role, drawn);
  return drawn;
};

const isAliased = (node: FieldNode): boolean => node.alias !== undefined;
const keyOf = (node: FieldNode): string => (node.alias ?? node.name).value;
const fieldsOf = ({ selections }: SelectionSetNode): FieldNode[] =>
  selections.filter((selection) => selection.kind === Kind.FIELD);
const argument = (node: FieldNode, name: string) =>
  node.arguments?.find((given) => given.name.value === name)?.value;

/** What of all that a document can hold is in this one. */
const featuresOf = (
  schema: GraphQLSchema,
  { variables, again, pages }: AnyDocument,
  document: DocumentNode,
): Set<string> => {
  const found = new Set<string>();
  const note = (feature: string, holds: boolean | undefined) => {
    if (holds) found.add(feature);
  };
  const spreads: string[] = [];
  const types = new TypeInfo(schema);
  const connections: ASTNode[] = [];
  const within = { fragment: false, input: 0 };
  note('cursor of an earlier page', pages.length > 0);
  note('asked again', again !== null);
  note(
    'asked again with other variables',
    again !== null && JSON.stringify(again) !== JSON.stringify(variables),
  );
  visit(
    document,
    visitWithTypeInfo(types, {
      OperationDefinition: {
        enter({ selectionSet, name }) {
          note('several root fields', selectionSet.selections.length > 1);
          note('named operation', name !== undefined);
        },
      },
      VariableDefinition({ variable, type, defaultValue }) {
        const given = variables[variable.name.value];
        note('variable', true);
        note('variable with a default', defaultValue !== undefined);
        note('variable without a default', defaultValue === undefined);
        note('variable left out', given === undefined);
        note('variable null', given === null);
        note('variable of a list', type.kind === Kind.LIST_TYPE);
        note(
          'input object in a variable',
          typeof given === 'object' && given !== null && !Array.isArray(given),
        );
      },
      SelectionSet(set) {
        const fields = fieldsOf(set);
        const keys = fields.map(keyOf);
        note('one key twice', new Set(keys).size < keys.length);
        note(
          'one field under two keys',
          fields.some((one) =>
            fields.some(
              (other) => one.name.value === other.name.value && keyOf(one) !== keyOf(other),
            ),
          ),
        );
        note(
          'one field with two sets of arguments',
          fields.some((one) =>
            fields.some(
              (other) =>
                one.name.value === other.name.value &&
                keyOf(one) !== keyOf(other) &&
                JSON.stringify(one.arguments) !== JSON.stringify(other.arguments),
            ),
          ),
        );
      },
      Field: {
        enter(node) {
          const parent = types.getParentType();
          note('alias', isAliased(node));
          const others = parent && 'getFields' in parent ? parent.getFields() : {};
          note(
            'alias named like another field',
            node.alias !== undefined && Object.hasOwn(others, node.alias.value),
          );
          note('__typename', node.name.value === '__typename');
          note('introspection', /^__(type|schema)$/.test(node.name.value));
          const type = getNamedType(types.getType());
          if (type?.name.endsWith('Connection') && node.selectionSet) {
            note('nested connection', connections.length > 0);
            note(
              'nested connection with a length',
              connections.length > 0 && argument(node, 'first') !== undefined,
            );
            note(
              'nested connection with a cursor',
              connections.length > 0 && argument(node, 'after') !== undefined,
            );
            connections.push(node);
            const names = fieldsOf(node.selectionSet).map(({ name }) => name.value);
            const isAlone = names.length === node.selectionSet.selections.length;
            note('total with rows', names.includes('totalCount') && names.includes('edges'));
            note(
              'total without rows',
              isAlone && names.includes('totalCount') && !names.includes('edges'),
            );
            note('only where a page ends', isAlone && names.every((name) => name === 'pageInfo'));
            const cursor = argument(node, 'after');
            note(
              'cursor that is none',
              cursor?.kind === Kind.STRING &&
                pages.every(({ placeholder }) => placeholder !== cursor.value),
            );
            note('order', argument(node, 'orderBy') !== undefined);
            note('filter', argument(node, 'where') !== undefined);
          }
          const length = argument(node, 'first') ?? argument(node, 'last');
          const asked =
            length?.kind === Kind.INT
              ? Number(length.value)
              : length?.kind === Kind.VARIABLE
                ? variables[length.name.value]
                : undefined;
          note('length out of range', typeof asked === 'number' && (asked < 1 || asked > 100));
        },
        leave(node) {
          if (connections.at(-1) === node) connections.pop();
        },
      },
      InlineFragment({ typeCondition, directives }) {
        note('inline fragment with a type', typeCondition !== undefined);
        note('inline fragment without a type', typeCondition === undefined);
        note('condition on an inline fragment', (directives ?? []).length > 0);
      },
      FragmentDefinition: {
        enter() {
          within.fragment = true;
        },
        leave() {
          within.fragment = false;
        },
      },
      FragmentSpread({ name, directives }) {
        note('named fragment', true);
        note('named fragment twice', spreads.includes(name.value));
        note('fragment in a fragment', within.fragment);
        note('condition on a spread', (directives ?? []).length > 0);
        spreads.push(name.value);
      },
      Directive(node, _key, _parent, _path, ancestors) {
        const on = ancestors.at(-1);
        const value = node.arguments?.[0]?.value;
        note(`@${node.name.value} with a literal`, value?.kind === Kind.BOOLEAN);
        note(`@${node.name.value} with a variable`, value?.kind === Kind.VARIABLE);
        note(
          'both conditions',
          on !== undefined && 'kind' in on && 'directives' in on && on.directives?.length === 2,
        );
      },
      ObjectValue: {
        enter() {
          within.input += 1;
          note('input object', true);
        },
        leave() {
          within.input -= 1;
        },
      },
      Variable() {
        note('variable within an input object', within.input > 0);
      },
      ListValue: () => note('list', true),
      EnumValue: () => note('enum value', true),
      NullValue: () => note('null', true),
      StringValue: ({ block }) => note('text on several lines', block),
    }),
  );
  note('everything left out', isEmpty(document));
  return found;
};

/** Whether no field of the root is without a literal condition that drops it. */
const isEmpty = ({ definitions }: DocumentNode): boolean =>
  definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.selectionSet.selections.every(({ directives }) =>
        directives?.some(
          ({ name, arguments: given }) =>
            given?.[0]?.value.kind === Kind.BOOLEAN &&
            given[0].value.value === (name.value === 'skip'),
        ),
      ),
  );

describe.each(roles)('%s', (role) => {
  test('every document is valid, and few ask too much', () => {
    const schema = schemas[role];
    const drawn = sample(role).map((made) => ({ made, document: parse(made.query) }));
    const invalid = drawn.flatMap(({ made, document }) =>
      validate(schema, document).map(({ message }) => `${message}\n${made.query}`),
    );
    expect(invalid).toEqual([]);
    const tooMuch = drawn.filter(
      ({ made, document }) =>
        validate(schema, document, [complexityRule(defaultLimits, made.variables)]).length > 0,
    );
    expect(tooMuch.length).toBeLessThan(numRuns * 0.02);
  });
});

test('the pages that cursors are taken from are valid documents', () => {
  for (const role of roles) {
    for (const { pages } of sample(role)) {
      for (const { query } of pages) {
        expect(validate(schemas[role], parse(query)), query).toEqual([]);
      }
    }
  }
});

/** Of 500 documents of an attendance officer, at least so many. */
const atLeast: Record<string, number> = {
  alias: 170,
  'asked again': 100,
  'asked again with other variables': 50,
  'alias named like another field': 20,
  'one key twice': 140,
  'one field under two keys': 85,
  'one field with two sets of arguments': 20,
  __typename: 160,
  'several root fields': 115,
  'named operation': 100,
  introspection: 4,
  'inline fragment with a type': 75,
  'inline fragment without a type': 70,
  'named fragment': 100,
  'named fragment twice': 20,
  'fragment in a fragment': 30,
  '@include with a literal': 100,
  '@include with a variable': 90,
  '@skip with a literal': 95,
  '@skip with a variable': 100,
  'both conditions': 65,
  'condition on a spread': 25,
  'condition on an inline fragment': 20,
  'everything left out': 2,
  variable: 180,
  'variable with a default': 100,
  'variable without a default': 155,
  'variable left out': 40,
  'variable null': 1,
  'variable of a list': 2,
  'variable within an input object': 15,
  'input object': 50,
  'input object in a variable': 20,
  list: 15,
  'enum value': 65,
  null: 2,
  'text on several lines': 3,
  'nested connection': 25,
  'nested connection with a length': 20,
  'nested connection with a cursor': 4,
  'cursor of an earlier page': 50,
  'cursor that is none': 2,
  'length out of range': 1,
  'total with rows': 20,
  'total without rows': 35,
  'only where a page ends': 25,
  filter: 70,
  order: 70,
};

test('everything that a document can hold is in some', () => {
  const schema = schemas.attendanceOfficer;
  const counted = new Map<string, number>();
  for (const made of sample('attendanceOfficer')) {
    for (const feature of featuresOf(schema, made, parse(made.query))) {
      counted.set(feature, (counted.get(feature) ?? 0) + 1);
    }
  }
  const missing = Object.entries(atLeast).filter(
    ([feature, least]) => (counted.get(feature) ?? 0) < least,
  );
  expect(missing.map(([feature]) => `${feature}: ${counted.get(feature) ?? 0}`)).toEqual([]);
});

test('fragments name interfaces and unions, and the types within them', () => {
  const schema = buildSchema(`
    interface Node { id: ID! }
    type School implements Node { id: ID! name: String next: Node }
    type Pupil implements Node { id: ID! age(on: Int): Int school: School }
    union Record = School | Pupil
    type Query { node: Node record(of: [ID!]): Record records: [Record!]! }
  `);
  const conditions = new Set<string>();
  for (const { query } of fc.sample(anyDocument(schema, {}), { seed: 7, numRuns })) {
    const document = parse(query);
    expect(validate(schema, document), query).toEqual([]);
    const types = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(types, {
        InlineFragment: ({ typeCondition }) => {
          if (typeCondition) conditions.add(`${typeCondition.name.value}`);
        },
        FragmentDefinition: ({ typeCondition }) => {
          conditions.add(`fragment ${typeCondition.name.value}`);
        },
      }),
    );
  }
  expect([...conditions]).toEqual(
    expect.arrayContaining([
      'Node',
      'School',
      'Pupil',
      'Record',
      'fragment Node',
      'fragment Record',
    ]),
  );
});

test('a document that fails is made small', () => {
  const asksTheDenomination = (query: string) => query.includes('denomination');
  const { counterexample } = fc.check(
    fc.property(
      anyDocument(schemas.attendanceOfficer, world.known.attendanceOfficer),
      ({ query }) => !asksTheDenomination(query),
    ),
    { seed: 7, numRuns: 1_000 },
  );
  const [smallest] = counterexample ?? [];
  // Nothing but the way to it.
  const sizes: number[] = [];
  visit(parse(smallest?.query ?? ''), {
    SelectionSet: ({ selections }) => void sizes.push(selections.length),
    Directive: () => void sizes.push(-1),
    FragmentSpread: () => void sizes.push(-2),
  });
  expect(new Set(sizes)).toEqual(new Set([1]));
});
