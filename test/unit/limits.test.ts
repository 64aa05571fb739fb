import {
  buildSchema,
  getIntrospectionQuery,
  NoFragmentCyclesRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  complexityError,
  complexityRule,
  defaultLimits,
  type Variables,
} from '../../src/limits.ts';

const schema = buildSchema(`
  directive @note(text: String) repeatable on QUERY | FIELD | FRAGMENT_DEFINITION | FRAGMENT_SPREAD | INLINE_FRAGMENT | VARIABLE_DEFINITION
  interface Node { id: ID! }
  type School implements Node { id: ID! name: String pupils(first: Int, last: Int): PupilConnection! }
  type Pupil implements Node { id: ID! name: String school: School! tlvs: [Tlv!]! schools(codes: [String!]): [School!]! events(last: Int! = 3): [Event!]! }
  type Tlv { id: ID! pupil: Pupil! }
  type Event { at: String kind: String }
  type PupilConnection { totalCount: Int! edges: [PupilEdge!]! }
  type PupilEdge { node: Pupil! }
  type Query { node(id: ID): Node school(id: ID): School pupils(first: Int, last: Int): PupilConnection! }
  type Mutation { note(text: String): School }
`);

/** The limit this document breaks, or null. */
const broken = (document: string, variables?: Variables): unknown =>
  complexityError(schema, parse(document), defaultLimits, variables)?.extensions.limit ?? null;

const times = (count: number, part: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => part(n)).join(' ');

describe('each limit, on its boundary', () => {
  /** `node` 1, then `school` and `pupils`… : one page with a single row, so that only the depth counts. */
  const deep = (levels: number) => {
    const [open, close] = ['school { pupils(first: 1) { edges { node { ', ' } } } }'];
    const rounds = Math.floor((levels - 1) / 4);
    const rest = (levels - 1) % 4;
    const tail = ['id', 'school { id }', 'school { pupils(first: 1) { totalCount } }'][rest] ?? '';
    return `{ node { ... on Pupil { ${open.repeat(rounds)}${tail}${close.repeat(rounds)} } } }`;
  };

  test.each`
    what                             | document                                                          | limit
    ${'10 levels'}                   | ${deep(9)}                                                        | ${null}
    ${'11 levels'}                   | ${deep(10)}                                                       | ${'depth'}
    ${'300 fields'}                  | ${`{ school { ${times(299, () => 'id')} } }`}                     | ${null}
    ${'301 fields'}                  | ${`{ school { ${times(300, () => 'id')} } }`}                     | ${'fields'}
    ${'301 times __typename'}        | ${`{ ${times(301, () => '__typename')} }`}                        | ${'fields'}
    ${'30 aliases'}                  | ${`{ ${times(30, (n) => `a${n}: school { id }`)} }`}              | ${null}
    ${'31 aliases'}                  | ${`{ ${times(31, (n) => `a${n}: school { id }`)} }`}              | ${'aliases'}
    ${'31 aliases of __typename'}    | ${`{ ${times(31, (n) => `a${n}: __typename`)} }`}                 | ${'aliases'}
    ${'31 aliases of __schema'}      | ${`{ ${times(31, (n) => `a${n}: __schema { __typename }`)} }`}    | ${'aliases'}
    ${'20 directives'}               | ${`{ school ${'@note '.repeat(20)} { id } }`}                     | ${null}
    ${'21 directives'}               | ${`{ school ${'@note '.repeat(21)} { id } }`}                     | ${'directives'}
    ${'21 unknown directives'}       | ${`{ school ${'@x '.repeat(21)} { id } }`}                        | ${'directives'}
    ${'21 directives on the query'}  | ${`query ${'@note '.repeat(21)} { school { id } }`}               | ${'directives'}
    ${'21 directives on a variable'} | ${`query ($a: Int ${'@note '.repeat(21)}) { school { id } }`}     | ${'directives'}
    ${'50 variables'}                | ${`query (${times(50, (n) => `$v${n}: Int`)}) { school { id } }`} | ${null}
    ${'51 variables'}                | ${`query (${times(51, (n) => `$v${n}: Int`)}) { school { id } }`} | ${'variables'}
    ${'two operations'}              | ${'query A { school { id } } query B { school { id } }'}          | ${'operations'}
    ${'500 operations'}              | ${times(500, (n) => `query Q${n} { __typename }`)}                | ${'operations'}
    ${'no operation'}                | ${'fragment F on School { id }'}                                  | ${'operations'}
  `('$what', ({ document, limit }) => {
    expect(broken(document)).toBe(limit);
  });
});

describe('fragments are expanded', () => {
  test.each`
    what                        | document                                                                                                                                                                                             | limit
    ${'fields'}                 | ${`{ school { ${times(31, () => '...F')} } } fragment F on School { ${times(10, () => 'id')} }`}                                                                                                     | ${'fields'}
    ${'aliases'}                | ${`{ a: school { ...F } b: school { ...F } } fragment F on School { ${times(15, (n) => `a${n}: id`)} }`}                                                                                             | ${'aliases'}
    ${'directives'}             | ${`{ school { ...F ...F ...F } } fragment F on School { ${times(7, () => 'id @note')} }`}                                                                                                            | ${'directives'}
    ${'directives on a spread'} | ${`{ school { ${times(21, () => '...F @note')} } } fragment F on School { id }`}                                                                                                                     | ${'directives'}
    ${'depth'}                  | ${'{ node { ...A } } fragment A on Pupil { school { pupils(first: 1) { edges { node { ...B } } } } } fragment B on Pupil { school { pupils(first: 1) { edges { node { school { id } } } } } }'}      | ${'depth'}
    ${'depth in either order'}  | ${'fragment B on Pupil { school { pupils(first: 1) { edges { node { school { id } } } } } } fragment A on Pupil { school { pupils(first: 1) { edges { node { ...B } } } } } { node { ...B ...A } }'} | ${'depth'}
    ${'nothing too large'}      | ${'{ school { ...F ...F } } fragment F on School { id name }'}                                                                                                                                       | ${null}
  `('$what', ({ document, limit }) => {
    expect(broken(document)).toBe(limit);
  });

  test('a fan-out of 2 to the 60th takes no time', () => {
    const fan = times(60, (n) => `fragment F${n} on School { ...F${n + 1} ...F${n + 1} }`);
    expect(broken(`{ school { ...F0 } } ${fan} fragment F60 on School { id }`)).toBe('fields');
  });

  test('also when the number no longer fits', () => {
    const fan = times(60, (n) => `fragment F${n} on School { ${times(40, () => `...F${n + 1}`)} }`);
    const page = 'pupils(first: 2147483647) { edges { node { id } } }';
    expect(broken(`{ school { ...F0 } } ${fan} fragment F60 on School { ${page} }`)).toBe('fields');
  });

  test.each([
    '{ school { ...A } } fragment A on School { id ...A }',
    '{ school { ...A } } fragment A on School { ...B } fragment B on School { ...C } fragment C on School { ...A }',
    '{ school { ...Absent } }',
  ])('fragments that have no end are left to the rule for those: %s', (text) => {
    const document = parse(text);
    expect(complexityError(schema, document, defaultLimits)).toBeNull();
    const rules = [NoFragmentCyclesRule, complexityRule(defaultLimits)];
    expect(validate(schema, document, rules)).toHaveLength(text.includes('Absent') ? 0 : 1);
  });
});

describe('cost is rows times fields', () => {
  test.each`
    what                                        | document                                                                                                                                                  | variables                         | limit
    ${'100 × 199 fields'}                       | ${`{ pupils(first: 100) { edges { node { ${times(196, () => 'id')} } } } }`}                                                                              | ${{}}                             | ${null}
    ${'100 × 201 fields'}                       | ${`{ pupils(first: 100) { edges { node { ${times(200, () => 'id')} } } } }`}                                                                              | ${{}}                             | ${'cost'}
    ${'a page without a length is 100'}         | ${`{ pupils { edges { node { ${times(200, () => 'id')} } } } }`}                                                                                          | ${{}}                             | ${'cost'}
    ${'first: null too'}                        | ${`{ pupils(first: null) { edges { node { ${times(200, () => 'id')} } } } }`}                                                                             | ${{}}                             | ${'cost'}
    ${'pages in pages'}                         | ${'{ pupils(first: 100) { edges { node { school { pupils(first: 100) { totalCount } } } } } }'}                                                           | ${{}}                             | ${null}
    ${'pages in pages with rows'}               | ${'{ pupils(first: 100) { edges { node { school { pupils(first: 100) { edges { node { id } } } } } } } }'}                                                | ${{}}                             | ${'cost'}
    ${'last counts like first'}                 | ${'{ pupils(last: 100) { edges { node { school { pupils(last: 100) { edges { node { id } } } } } } } }'}                                                  | ${{}}                             | ${'cost'}
    ${'the larger of first and last'}           | ${'{ pupils(first: 1, last: 20001) { totalCount } }'}                                                                                                     | ${{}}                             | ${'cost'}
    ${'first as a variable'}                    | ${'query ($n: Int) { pupils(first: $n) { totalCount } }'}                                                                                                 | ${{ n: 20_001 }}                  | ${'cost'}
    ${'a small variable'}                       | ${`query ($n: Int) { pupils(first: $n) { edges { node { ${times(200, () => 'id')} } } } }`}                                                               | ${{ n: 5 }}                       | ${null}
    ${'the default of a variable'}              | ${'query ($n: Int = 20001) { pupils(first: $n) { totalCount } }'}                                                                                         | ${{}}                             | ${'cost'}
    ${'a variable against its default'}         | ${'query ($n: Int = 20001) { pupils(first: $n) { totalCount } }'}                                                                                         | ${{ n: 3 }}                       | ${null}
    ${'a null variable is 100'}                 | ${`query ($n: Int = 1) { pupils(first: $n) { edges { node { ${times(200, () => 'id')} } } } }`}                                                           | ${{ n: null }}                    | ${'cost'}
    ${'a negative page is one row'}             | ${'{ pupils(first: -5) { edges { node { school { pupils(first: -5) { totalCount } } } } } }'}                                                             | ${{}}                             | ${null}
    ${'the default of the schema'}              | ${`{ pupils(first: 10) { edges { node { events { ${times(200, () => 'at')} } } } } }`}                                                                    | ${{}}                             | ${null}
    ${'plain lists are 10 each'}                | ${'{ node { ... on Pupil { tlvs { pupil { tlvs { pupil { tlvs { pupil { tlvs { id pupil { id } } } } } } } } } } }'}                                      | ${{}}                             | ${'cost'}
    ${'a list of 20,001 codes'}                 | ${'query ($c: [String!]) { node { ... on Pupil { schools(codes: $c) { id } } } }'}                                                                        | ${{ c: Array(20_001).fill('x') }} | ${'cost'}
    ${'a page inside a fragment, spread often'} | ${`{ ${times(30, (n) => `a${n}: node { ...F }`)} } fragment F on Pupil { school { pupils(first: 100) { edges { node { ${times(5, () => 'id')} } } } } }`} | ${{}}                             | ${'cost'}
  `('$what: $limit', ({ document, variables, limit }) => {
    expect(broken(document, variables)).toBe(limit);
  });
});

describe('introspection', () => {
  const everything = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });

  test('the standard query of explorers passes, also with the other rules', () => {
    const document = parse(everything, { maxTokens: defaultLimits.maxTokens });
    const rules = [...specifiedRules, complexityRule(defaultLimits)];
    expect(validate(schema, document, rules)).toEqual([]);
  });

  test.each([
    '{ __schema { types { fields { type { fields { name } } } } } }',
    '{ __type(name: "School") { interfaces { possibleTypes { name } } } }',
    '{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...U } } } fragment U on __Type { ofType { inputFields { name } } }',
  ])('the members of members are not listed: %s', (document) => {
    expect(broken(document)).toBe('introspection');
  });

  test('has a number of fields of its own', () => {
    expect(broken(`{ __schema { ${times(299, () => '__typename')} } }`)).toBe(null);
    expect(broken(`{ __schema { ${times(300, () => '__typename')} } }`)).toBe(
      'introspectionFields',
    );
  });

  test('does not hide a query beside it', () => {
    expect(broken('{ __schema { __typename } pupils(first: 20001) { totalCount } }')).toBe('cost');
  });
});

test('the refusal names the limit, in a code and in words, and nothing of the document', () => {
  const [error, ...more] = validate(
    schema,
    parse(`query SecretName { school { ${times(301, () => 'id')} } }`),
    [complexityRule(defaultLimits)],
  );
  expect(more).toEqual([]);
  expect(error?.toJSON()).toEqual({
    message: 'the query has more than 300 fields',
    extensions: { code: 'TOO_COMPLEX', limit: 'fields' },
  });
});
