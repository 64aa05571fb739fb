import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { graphqlBody } from '../../src/http/graphql-request.ts';

const query = '{ role }';
const sha256Hash = hash('sha256', query);
const bodyOf = (body: object) => graphqlBody(Buffer.from(JSON.stringify(body)));
const named = (persistedQuery: unknown, more: object = {}) =>
  bodyOf({ ...more, extensions: { persistedQuery } });

test('a document may be named by its hash, with or without its text', () => {
  expect(named({ version: 1, sha256Hash })).toEqual({ persistedHash: sha256Hash });
  expect(named({ version: 1, sha256Hash }, { query: '' })).toEqual({ persistedHash: sha256Hash });
  expect(named({ version: 1, sha256Hash }, { query })).toEqual({
    query,
    persistedHash: sha256Hash,
  });
  expect(named(null, { query })).toEqual({ query });
});

test.each([
  ['another version', { version: 2, sha256Hash }, {}],
  ['no version', { sha256Hash }, {}],
  ['no hash', { version: 1 }, { query }],
  ['a hash that is not one', { version: 1, sha256Hash: 'x' }, {}],
  ['a hash in capitals', { version: 1, sha256Hash: sha256Hash.toUpperCase() }, { query }],
  ['the hash of another text', { version: 1, sha256Hash }, { query: '{ role role }' }],
  ['a list', [1], { query }],
  ['a text', 'x', {}],
  ['nothing, without a query', undefined, {}],
])('%s is refused', (_what, persistedQuery, more) => {
  expect(() => named(persistedQuery, more)).toThrow(
    expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }),
  );
});
