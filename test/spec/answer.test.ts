/** What a caller hears of its own mistakes, of a busy database, and of ours. */
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testHub, viewer } from '../support/hub.ts';

const analyst = viewer('analyst', 'JZ18');
let database: TestDatabase;
let hub: Awaited<ReturnType<typeof testHub>>;
beforeAll(async () => {
  database = await testDatabase();
  hub = await testHub(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

test.each([
  ['an unknown field', '{ viewer { rolle } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a syntax error', '{ viewer', 'GRAPHQL_PARSE_FAILED'],
  [
    'a deep query',
    `{ municipality(code: "0546") ${'{ swvs { swv { municipalities '.repeat(5)}{ code }${' } } }'.repeat(5)} }`,
    'TOO_COMPLEX',
  ],
  [
    'an endless page',
    '{ swv(code: "PO2801") { schools(first: 30000) { totalCount } } }',
    'TOO_COMPLEX',
  ],
  ['two operations', 'query A { viewer { role } } query B { viewer { role } }', 'TOO_COMPLEX'],
  [
    'too long a page',
    '{ swv(code: "PO2801") { schools(first: 101) { totalCount } } }',
    'BAD_USER_INPUT',
  ],
])('%s is answered with one error and its code', async (_what, query, code) => {
  const { errors } = await hub.ask(analyst, query);
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.extensions.code).toBe(code);
  expect(errors?.[0]?.message).not.toMatch(/Did you mean|\bat \//);
});

const pages =
  'query ($first: Int!) { swv(code: "PO2801") { schools(first: $first) { edges { node { name } } } } }';

test.each([
  ['a page whose length is a variable', pages, { first: 10_000_000 }, 'TOO_COMPLEX'],
  [
    'text with a NUL',
    'query ($code: String!) { swv(code: $code) { code } }',
    { code: '\0' },
    'BAD_USER_INPUT',
  ],
])("%s is refused as the caller's mistake", async (_what, query, variables, code) => {
  const { status, errors } = await hub.ask(analyst, query, variables);
  expect({ status, code: errors?.[0]?.extensions.code }).toEqual({ status: 400, code });
});

test('a demonstration tells what an answer cost, however it was made', async () => {
  const cost = async (options: Parameters<typeof testHub>[2], first: number) => {
    const showing = await testHub(database, undefined, { ...options, showCost: true });
    const { body } = await showing.ask(analyst, pages, { first });
    await showing.stop();
    return JSON.parse(body).extensions;
  };
  // One SWV, one connection, and of each school an edge, a node and its name.
  expect(await cost({ readPath: 'compiled' }, 4)).toEqual({ cost: 14 });
  expect(await cost({ readPath: 'reference' }, 4)).toEqual({ cost: 14 });
  expect(await cost({}, 5)).toEqual({ cost: 17 });
  const { body } = await hub.ask(analyst, pages, { first: 4 });
  expect(JSON.parse(body)).not.toHaveProperty('extensions');
});

test('a thousand wrong fields are one error', async () => {
  const { errors } = await hub.ask(
    analyst,
    `{ viewer { ${Array.from({ length: 200 }, (_, n) => `x${n}`).join(' ')} } }`,
  );
  expect(errors).toHaveLength(1);
});

test.each(roles)('the introspection of %s is answered', async (role) => {
  const { data, errors } = await hub.ask<{ __schema: object }>(
    viewer(role, 'JZ18'),
    getIntrospectionQuery(),
  );
  expect(errors).toBeUndefined();
  expect(data.__schema).toBeDefined();
});

test('a database that breaks off is "ask again", and the next answer is right', async () => {
  const ask = () =>
    hub.ask<{ municipality: { name: string } }>(analyst, '{ municipality(code: "0546") { name } }');
  expect((await ask()).data.municipality.name).toBe('Leiden');
  for (let round = 0; round < 5; round += 1) {
    const killed = database.owner`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename in ('hub_server', 'hub_audit')`;
    const answers = await Promise.allSettled([...Array.from({ length: 20 }, ask), killed]);
    for (const answer of answers.slice(0, 20)) {
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({ name: 'Unavailable' });
    }
  }
  await expect
    .poll(async () => (await ask().catch(() => null))?.data.municipality.name)
    .toBe('Leiden');
});

test('our own fault is an id for the caller and a scrubbed error in the log', async () => {
  await database.owner`alter table reference.municipality rename column province to provincie`;
  const { errors, body } = await hub.ask(analyst, '{ municipality(code: "0546") { province } }');
  await database.owner`alter table reference.municipality rename column provincie to province`;
  expect(errors?.[0]).toMatchObject({
    message: 'something went wrong in the hub',
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
  expect(body).not.toContain('province"');
  const { errorId, error } = hub.logged.at(-1) as { errorId: string; error: object };
  expect(body).toContain(errorId);
  expect(JSON.stringify(error)).not.toContain('0546');
});
