import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAuditLog } from '../../src/audit/log.ts';
import { readAllAsViewer } from '../../src/db/as-viewer.ts';
import { bounded, openPool } from '../../src/db/pools.ts';
import { asUnavailable } from '../../src/db/unavailable.ts';
import { startHttp } from '../../src/http/server.ts';
import { scopeOf } from '../../src/policy/grant.ts';
import { Unavailable } from '../../src/unavailable.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { viewer } from '../support/hub.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.drop());

const officer = viewer('attendanceOfficer', '0546');
const scope = scopeOf(officer, '2026-11-23', { regions: [], swvs: [] });
const municipality = {
  text: 'select name from reference.municipality where code = $1',
  params: ['0546'],
};

/** A lock that whoever asks for it waits for, up to the lock time-out of the role (2 s) or its own. */
const shutDoor = async (key: number) => {
  const door = await database.owner.reserve();
  await door`select pg_advisory_lock(${key})`;
  return {
    wait: { text: `select pg_advisory_xact_lock_shared(${key})::text, $1::int`, params: [1] },
    waiting: (count: number) =>
      expect
        .poll(
          () => database.owner`
            select pid from pg_locks where locktype = 'advisory' and objid = ${key} and not granted`,
        )
        .toHaveLength(count),
    open: async () => {
      await door`select pg_advisory_unlock(${key})`;
      door.release();
    },
  };
};

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
  ['analytics', 'hub_server', '7s', '10s'],
  ['command', 'hub_command', '7s', '10s'],
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

describe('pools apart', () => {
  test('those who read go on while analytics is full', async () => {
    const { analytics, server } = database.pools;
    const slow = bounded(analytics, { max: 1, queue: 1, waitMs: 60_000 });
    const interactive = bounded(server, { max: 2 });
    const door = await shutDoor(11);
    const blocked = [1, 2].map(() => readAllAsViewer(slow, scope, [door.wait]));
    await door.waiting(1);
    await expect(readAllAsViewer(slow, scope, [municipality])).rejects.toThrow(Unavailable);
    for (let reads = 0; reads < 20; reads += 1) {
      expect(await readAllAsViewer(interactive, scope, [municipality])).toEqual([
        [{ name: 'Leiden' }],
      ]);
    }
    await door.waiting(1);
    await door.open();
    expect(await Promise.all(blocked)).toHaveLength(2);
  });

  test('a caller of a full one hears when to ask again', async () => {
    const gate = bounded(database.pools.analytics, { max: 1, queue: 1, waitMs: 100 });
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const edge = await startHttp({
      host: '127.0.0.1',
      port: 0,
      verify: async () => officer,
      graphql: async () => {
        const rows = await readAllAsViewer(gate, scope, [municipality]);
        return { status: 200, headers: {}, body: JSON.stringify(rows) };
      },
      deliver: async () => ({ status: 202, body: {} }),
      health: { live: () => true, ready: async () => ({ ready: true, checks: {} }) },
      log,
    });
    const ask = () =>
      fetch(`http://127.0.0.1:${edge.port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
        body: '{"query":"{ viewer { role } }"}',
      });
    const door = await shutDoor(12);
    const blocked = readAllAsViewer(gate, scope, [door.wait]);
    await door.waiting(1);
    for (const refused of await Promise.all([ask(), ask(), ask()])) {
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
    }
    await door.open();
    await blocked;
    expect(await (await ask()).json()).toEqual([[{ name: 'Leiden' }]]);
    await edge.close();
  });
});

describe('a statement that takes too long', () => {
  test.each(['server', 'analytics', 'command', 'audit'] as const)(
    'in pool %s is told as unavailable',
    async (name) => {
      const pool = openPool(database.urls[name === 'analytics' ? 'server' : name], 'slow', 1, {
        statement_timeout: 50,
      });
      const gate = bounded(pool, { max: 1 });
      await expect(gate.run((sql) => sql`select pg_sleep(60)`)).rejects.toThrow(Unavailable);
      await expect(
        gate.run((sql) => sql.begin((tx) => [tx`select 1`, tx`select pg_sleep(60)`])),
      ).rejects.toThrow(Unavailable);
      expect(await gate.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
      await pool.end({ timeout: 5 });
    },
  );

  test('is told as unavailable when it waited for a lock, and its connection is given back', async () => {
    const gate = bounded(database.pools.server, { max: 1 });
    const door = await shutDoor(13);
    await expect(readAllAsViewer(gate, scope, [door.wait])).rejects.toThrow(Unavailable);
    await door.open();
    expect(await readAllAsViewer(gate, scope, [municipality])).toEqual([[{ name: 'Leiden' }]]);
  });
});

describe('backends of all pools that are ended every 150 ms for 3 s', () => {
  test('cost some requests a "not now", and nothing after that', async () => {
    const { pools } = database;
    const server = bounded(pools.server, { max: pools.sizes.server });
    const analytics = bounded(pools.analytics, { max: pools.sizes.analytics });
    const audit = openAuditLog(pools.audit);
    const read = async (gate: typeof server) =>
      expect(await readAllAsViewer(gate, scope, [municipality, municipality])).toEqual([
        [{ name: 'Leiden' }],
        [{ name: 'Leiden' }],
      ]);
    const append = () =>
      audit.append({
        caller: 'somebody',
        scope,
        action: 'R',
        operation: 'caseload',
        documentHash: '',
        outcome: 'ALLOWED',
        subjects: [{ compartment: 'casework', id: randomUUID() }],
        traceId: randomUUID(),
        at: new Date(),
      });
    const outcomes = new Map<string, number>();
    const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const stop = new AbortController();
    const repeat = async (name: string, work: () => Promise<unknown>) => {
      while (!stop.signal.aborted) {
        await work().then(
          () => count(`${name} done`),
          (error: unknown) => count(error instanceof Unavailable ? `${name} not now` : `${error}`),
        );
      }
    };
    const load = [
      ...Array.from({ length: 12 }, () => repeat('read', () => read(server))),
      ...Array.from({ length: 2 }, () => repeat('figures', () => read(analytics))),
      ...Array.from({ length: 16 }, () => repeat('append', append)),
    ];
    for (let round = 0; round < 20; round += 1) {
      await delay(150);
      await database.owner`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename in ('hub_server', 'hub_audit', 'hub_command')`;
    }
    await expect.poll(() => Promise.all([read(server), read(analytics), append()])).toHaveLength(3);
    stop.abort();
    await Promise.all(load);
    expect(new Set(outcomes.keys())).toEqual(
      new Set(['read', 'figures', 'append'].flatMap((name) => [`${name} done`, `${name} not now`])),
    );
    for (let times = 0; times < 20; times += 1) {
      await Promise.all([read(server), read(analytics), append()]);
    }
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
