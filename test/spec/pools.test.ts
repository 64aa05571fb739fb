import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bounded, openPool } from '../../src/db/pools.ts';
import { asUnavailable } from '../../src/db/unavailable.ts';
import { Unavailable } from '../../src/unavailable.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.drop());

describe('what the pools read', () => {
  test('dates and instants as text, amounts as numbers', async () => {
    const [row] = await database.pools.server`
      select date '2026-02-01' as day, timestamptz '2026-02-01 12:00+01' as instant, 1.5::numeric as hours,
        7::bigint as count, daterange('2025-08-01', '2026-08-01') as period, array[date '2026-02-01'] as days`;
    expect(row).toEqual({
      day: '2026-02-01',
      instant: '2026-02-01 11:00:00+00',
      hours: 1.5,
      count: 7,
      period: '[2025-08-01,2026-08-01)',
      days: ['2026-02-01'],
    });
  });
});

describe.each([
  ['server', 'hub_server', '5s', '10s'],
  ['analytics', 'hub_server', '30s', '10s'],
  ['command', 'hub_command', '10s', '10s'],
  ['audit', 'hub_audit', '5s', '10s'],
  ['ingest', 'hub_ingest', '0', '5min'],
] as const)('pool %s', (name, role, statementTimeout, idleTimeout) => {
  test(`logs in as ${role}, with its limits`, async () => {
    const [row] = await database.pools[name]`
      select current_user as role, current_setting('statement_timeout') as statement,
        current_setting('lock_timeout') as lock, current_setting('timezone') as zone,
        current_setting('idle_in_transaction_session_timeout') as idle, current_setting('search_path') as path`;
    expect(row).toEqual({
      role,
      statement: statementTimeout,
      lock: '2s',
      zone: 'UTC',
      idle: idleTimeout,
      path: 'pg_catalog',
    });
  });

  test(`${role} owns nothing, makes nothing and inherits nothing`, async () => {
    const [row] = await database.owner`
      select rolsuper or rolcreatedb or rolcreaterole or rolinherit as may, rolbypassrls,
        (select count(*) from pg_shdepend where refobjid = pg_roles.oid and deptype = 'o') as owned,
        (select count(*) from pg_auth_members where member = pg_roles.oid) as memberships,
        has_database_privilege(rolname, current_database(), 'create') as creates,
        has_schema_privilege(rolname, 'public', 'usage') as public
      from pg_roles where rolname = ${role}`;
    expect(row).toEqual({
      may: false,
      rolbypassrls: role === 'hub_ingest',
      owned: 0,
      memberships: 0,
      creates: false,
      public: false,
    });
  });
});

describe('a bounded pool', () => {
  test('sends away who waits too long or finds the queue full, and recovers at once', async () => {
    const gate = bounded(database.pools.server, { max: 1, waitMs: 50, queue: 1 });
    let release = () => {};
    const busy = gate.run(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const waiting = gate.run((sql) => sql`select 1`);
    await expect(gate.run((sql) => sql`select 1`)).rejects.toThrow(Unavailable);
    await expect(waiting).rejects.toThrow(Unavailable);
    release();
    await busy;
    expect(await gate.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test('leaves room again after work that failed', async () => {
    const gate = bounded(database.pools.server, { max: 1, waitMs: 50 });
    await expect(gate.run((sql) => sql`select 1/0`)).rejects.toMatchObject({ code: '22012' });
    expect(await gate.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });
});

describe('a lost database', () => {
  test('is told as unavailable when nothing listens', async () => {
    const probe = createServer();
    await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
    const address = probe.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await new Promise((closed) => probe.close(closed));
    const url = new URL(database.urls.server);
    url.port = String(port);
    const pool = openPool(url.href, 'nowhere', 1);
    await expect(bounded(pool, { max: 1 }).run((sql) => sql`select 1`)).rejects.toThrow(
      Unavailable,
    );
    await pool.end();
  });

  test('is told as unavailable when the backend is ended, and the next statement succeeds', async () => {
    const gate = bounded(database.pools.command, { max: 2 });
    const sleeping = gate.run((sql) => sql.begin((tx) => tx`select pg_sleep(60)`));
    const ended = expect(sleeping).rejects.toThrow(Unavailable);
    await expect
      .poll(async () => {
        const [row] = await database.owner`
          select count(pg_terminate_backend(pid)) as ended from pg_stat_activity
          where application_name = 'schakel command' and query like '%pg_sleep(60)%'
            and datname = current_database()`;
        return row?.ended;
      })
      .toBe(1);
    await ended;
    expect(await gate.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test('is not what a wrong statement means', async () => {
    const error: unknown = await database.pools.server`select 1/0`.catch((caught) => caught);
    expect(asUnavailable(error)).toBe(error);
  });
});
