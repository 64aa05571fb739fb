import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool, type Pool } from '../../src/db/pools.ts';
import { createLog } from '../../src/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const secret = 'Zwanenburg-Kastelein';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = openPool(database.urls.superuser, 'log test', 1);
  await pool`create table public.person (name text, constraint person_name unique (name))`;
  await pool`insert into public.person values (${secret})`;
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** The lines that logging this error gives. */
function logged(error: unknown): { text: string; err: Record<string, unknown> } {
  let text = '';
  const log = createLog('info', {
    write: (line) => {
      text += line;
    },
  });
  log.error({ err: error }, 'statement failed');
  return { text, err: JSON.parse(text).err };
}

const failure = (work: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(work).then(
    () => expect.unreachable('the statement should fail'),
    (error: unknown) => error,
  );

describe('a unique violation', () => {
  const duplicate = () => pool`insert into public.person values (${secret})`;

  test('is logged by constraint and code, without the value', async () => {
    const { text, err } = logged(await failure(duplicate()));
    expect(err).toMatchObject({
      name: 'PostgresError',
      code: '23505',
      severity: 'ERROR',
      table: 'person',
      constraint: 'person_name',
    });
    expect(text).not.toContain(secret);
  });

  // And just to check that our test is valid: the error itself does hold the value.
  test('holds the value in the error itself', async () => {
    const error = await failure(duplicate());
    expect(JSON.stringify(error)).toContain(secret);
  });

  test('is logged likewise when drizzle wraps it', async () => {
    const statement = drizzle(pool).execute(sql`insert into public.person values (${secret})`);
    const error = await failure(statement);
    expect((error as Error).message).toContain(secret);
    const { text, err } = logged(error);
    expect(err).toMatchObject({ constraint: 'person_name', cause: { code: '23505' } });
    expect(text).not.toContain(secret);
  });
});

test('a value of the wrong type does not appear', async () => {
  const error = await failure(pool`select ${secret}::text::uuid`);
  expect((error as Error).message).toContain(secret);
  expect(logged(error).text).not.toContain(secret);
});

test('something thrown that is no error is not written out', () => {
  expect(logged({ name: secret }).text).not.toContain(secret);
  expect(logged(secret).text).not.toContain(secret);
});
