import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readAllAsViewer, readAsViewer, readAsViewerRaw } from '../../src/db/as-viewer.ts';
import { bounded, type Gate, openPool, type Pool } from '../../src/db/pools.ts';
import { Unavailable } from '../../src/db/unavailable.ts';
import { type Scope, scopeOf } from '../../src/policy/grant.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { viewer } from '../support/hub.ts';

let database: TestDatabase;
const opened: Pool[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pool) => pool.end({ timeout: 5 })));
});
afterAll(() => database.drop());

const officer = (organisation: string): Scope =>
  scopeOf(viewer('attendanceOfficer', organisation), '2026-11-23', { regions: [], swvs: [] });
const leiden = officer('0546');

const openGate = (connections: number, limits: { statement_timeout?: number } = {}) => {
  const pool = openPool(database.urls.server, 'as viewer', connections, limits);
  opened.push(pool);
  return { pool, gate: bounded(pool, { max: connections }) };
};

const ask = (text: string, ...params: unknown[]) => ({ text, params });

const scopeNow = ask(
  `select current_setting('hub.role', true) as role, current_setting('hub.organisation', true) as organisation,
    current_setting('hub.today', true) as today`,
);

/** What a connection without a viewer has left: the settings were never there, or are empty again. */
const leftOver = async (pool: Pool) => {
  const [row] = await pool.unsafe(
    `select concat(${['role', 'organisation', 'party', 'office', 'today', 'case', 'case_key']
      .map((name) => `current_setting('hub.${name}', true)`)
      .join(', ')}, current_setting('citus.propagate_set_commands', true)) as scope,
      current_setting('transaction_read_only') as read_only`,
  );
  return row;
};
const nothing = { scope: '', read_only: 'off' };

const endBackends = () => database.owner`
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'schakel as viewer' and datname = current_database()`;

/** Waits until somebody of this file is at work on what the pattern names. */
const isAtWork = (pattern: string) =>
  expect
    .poll(async () => {
      const [row] = await database.owner`
        select count(*)::int as working from pg_stat_activity
        where application_name = 'schakel as viewer' and datname = current_database()
          and state = 'active' and query like ${pattern}`;
      return row?.working;
    })
    .toBeGreaterThan(0);

describe('a read as a viewer', () => {
  test('is one read-only transaction in the scope, on one connection', async () => {
    const { gate } = openGate(2);
    const here = ask(
      `select pg_backend_pid() as pid, now()::text as began, current_setting('transaction_read_only') as read_only,
        current_setting('hub.organisation') as organisation, $1::int as asked`,
      7,
    );
    const reads = Array.from({ length: 40 }, async (_, n) => {
      const organisation = String(1000 + n);
      const found = await readAllAsViewer(gate, officer(organisation), [here, here, here]);
      const rows = found.flat();
      expect(rows).toHaveLength(3);
      expect(rows[0]).toMatchObject({ read_only: 'on', organisation, asked: 7 });
      expect(rows[1]).toEqual(rows[0]);
      expect(rows[2]).toEqual(rows[0]);
      return rows[0]?.pid;
    });
    expect(new Set(await Promise.all(reads)).size).toBe(2);
  });

  test('gives the rows under row-level security, and none without the scope', async () => {
    const { pool, gate } = openGate(1);
    const name = ask(`select name from reference.municipality where code = $1`, '0546');
    expect(await readAsViewer(gate, leiden, { ...name, params: [...name.params] })).toEqual([
      { name: 'Leiden' },
    ]);
    expect(await pool.unsafe(name.text, ['0546'])).toEqual([]);
  });

  test('takes one round trip', async () => {
    const { url, roundTrips, close } = await countRoundTrips(database.urls.server);
    const pool = openPool(url, 'as viewer', 1);
    const gate = bounded(pool, { max: 1 });
    const read = () =>
      readAllAsViewer(gate, leiden, [
        ask(`select name from reference.municipality where code = $1`, '0546'),
        ask(`select count(*) from reference.school where brin6 = any($1::text[])`, ['15NJ00']),
      ]);
    await read();
    await read();
    await read();
    const before = roundTrips();
    expect(await read()).toEqual([[{ name: 'Leiden' }], [{ count: 1 }]]);
    expect(roundTrips() - before).toBe(1);
    await pool.end({ timeout: 5 });
    await close();
  });

  test('enters any text as what it is', async () => {
    const { gate } = openGate(1);
    const organisation = `'; reset all; select "x" \\'' $1 -- é`;
    expect(await readAllAsViewer(gate, officer(organisation), [scopeNow])).toMatchObject([
      [{ organisation, role: 'attendanceOfficer' }],
    ]);
  });

  test('leaves nothing of the viewer behind', async () => {
    const { pool, gate } = openGate(1);
    expect(await readAsViewer(gate, leiden, { ...scopeNow, params: [] })).toEqual([
      { role: 'attendanceOfficer', organisation: '0546', today: '2026-11-23' },
    ]);
    expect(await leftOver(pool)).toEqual(nothing);
  });
});

describe('without decoding', () => {
  test('columns are the bytes that came, and null', async () => {
    const { gate } = openGate(1);
    const statements = [
      ask(`select json_build_object('naam', $1::text)::text, null, 1`, 'Zoë'),
      ask(`select 'a' where false`),
      ask(`select n::text from generate_series(1, 3) as n where n > $1::int`, 1),
    ];
    // Unprepared, prepared anew, prepared before.
    for (let use = 0; use < 3; use += 1) {
      expect(await readAsViewerRaw(gate, leiden, statements)).toEqual([
        [[Buffer.from('{"naam" : "Zoë"}'), null, Buffer.from('1')]],
        [],
        [[Buffer.from('2')], [Buffer.from('3')]],
      ]);
    }
  });
});

describe('a read that fails', () => {
  test('reads nothing when the scope cannot be entered, and says why', async () => {
    const { pool, gate } = openGate(1);
    const lock = ask('select pg_advisory_lock(7)');
    // PostgreSQL has no null among settings.
    const nobody = { ...leiden, today: null as unknown as string };
    await expect(readAllAsViewer(gate, nobody, [lock])).rejects.toMatchObject({ code: '22004' });
    const [held] = await database.owner`
      select count(*)::int as locks from pg_locks where locktype = 'advisory' and objid = 7`;
    expect(held).toEqual({ locks: 0 });
    expect(await leftOver(pool)).toEqual(nothing);
  });

  test.each([
    ['a wrong value', 'select 1 / $1::int', '22012'],
    ['a wrong statement', 'select nothing from $1', '42601'],
    ['a table out of reach', 'select $1::int from care.client', '42501'],
    ['a write', 'create temporary table kept as select $1::int', '25006'],
  ])('is told by its own error, not by what that stopped: %s', async (_, text, code) => {
    const { pool, gate } = openGate(1);
    for (let use = 0; use < 3; use += 1) {
      const failing = readAllAsViewer(gate, leiden, [scopeNow, ask(text, 0), scopeNow]);
      await expect(failing).rejects.toMatchObject({ code });
      expect(await leftOver(pool)).toEqual(nothing);
    }
    expect(await readAllAsViewer(gate, leiden, [scopeNow])).toMatchObject([
      [{ organisation: '0546' }],
    ]);
  });

  test('is unavailable when it took too long, and the connection is clean', async () => {
    const { pool, gate } = openGate(1, { statement_timeout: 50 });
    const slow = readAllAsViewer(gate, leiden, [ask('select pg_sleep($1)', 60)]);
    await expect(slow).rejects.toBeInstanceOf(Unavailable);
    expect(await leftOver(pool)).toEqual(nothing);
  });

  test('is unavailable when it was cancelled, and the connection is clean', async () => {
    const { pool, gate } = openGate(1);
    const cancelled = expect(
      readAllAsViewer(gate, leiden, [ask('select pg_sleep($1), 71', 60)]),
    ).rejects.toBeInstanceOf(Unavailable);
    await isAtWork('%, 71%');
    await database.owner`
      select pg_cancel_backend(pid) from pg_stat_activity
      where application_name = 'schakel as viewer' and datname = current_database()`;
    await cancelled;
    expect(await leftOver(pool)).toEqual(nothing);
  });

  test('is unavailable when its backend ends, and gives its place back', async () => {
    const { pool, gate } = openGate(1);
    const lost = expect(
      readAllAsViewer(gate, leiden, [ask('select pg_sleep($1), 72', 60)]),
    ).rejects.toBeInstanceOf(Unavailable);
    await isAtWork('%, 72%');
    await endBackends();
    await lost;
    await expect
      .poll(() => readAllAsViewer(gate, leiden, [scopeNow]).catch(() => null))
      .toMatchObject([[{ organisation: '0546' }]]);
    expect(await leftOver(pool)).toEqual(nothing);
  });

  test('never gives the rows of a statement that was sent again outside the scope', async () => {
    await database.owner`create table reference.changing (code text, note text)`;
    await database.owner`insert into reference.changing values ('0546', 'x')`;
    await database.owner`alter table reference.changing enable row level security`;
    await database.owner`create policy seen on reference.changing using (hub.role() is not null)`;
    await database.owner`grant select on reference.changing to hub_server`;
    const { gate } = openGate(1);
    const read = () => readAllAsViewer(gate, leiden, [ask('select note from reference.changing')]);
    for (let use = 0; use < 3; use += 1) expect(await read()).toEqual([[{ note: 'x' }]]);
    // What was prepared now has another result type: the server refuses it, and the driver tries again.
    await database.owner`alter table reference.changing alter note type varchar(9)`;
    await expect(read()).rejects.toBeInstanceOf(Unavailable);
    expect(await read()).toEqual([[{ note: 'x' }]]);
    await database.owner`drop table reference.changing`;
  });
});

describe('connections', () => {
  test('are all there again after reads that were cut off at every moment', async () => {
    const { pool, gate } = openGate(3);
    const outcomes = new Set<string>();
    const stop = new AbortController();
    const work = async () => {
      while (!stop.signal.aborted) {
        await readAllAsViewer(gate, leiden, [scopeNow, ask('select $1::int', 1)]).then(
          ([rows]) => outcomes.add(String(rows?.[0]?.organisation)),
          (error: unknown) => outcomes.add((error as Error).name),
        );
      }
    };
    const workers = Array.from({ length: 12 }, work);
    for (let round = 0; round < 60; round += 1) {
      await endBackends();
      await delay(round % 15);
    }
    stop.abort();
    await Promise.all(workers);
    expect(outcomes).toEqual(new Set(['0546', 'Unavailable']));
    // All three wait at the same time, so each has a connection.
    const door = await database.owner.reserve();
    await door`select pg_advisory_lock(8)`;
    const waiting = [1, 2, 3].map(() =>
      readAllAsViewer(gate, leiden, [ask('select pg_advisory_xact_lock_shared($1)', 8)]),
    );
    await expect
      .poll(
        () => database.owner`
          select pid from pg_locks where locktype = 'advisory' and objid = 8 and not granted`,
      )
      .toHaveLength(3);
    await door`select pg_advisory_unlock(8)`;
    door.release();
    await Promise.all(waiting);
    expect(await leftOver(pool)).toEqual(nothing);
  });

  test('are closed when the pool is, once the reads on them are done', async () => {
    const { pool, gate } = openGate(1);
    const reading = readAllAsViewer(gate, leiden, [ask('select pg_sleep($1), 73', 0.2)]);
    await isAtWork('%, 73%');
    const [, done] = await Promise.all([pool.end(), reading]);
    expect(done).toHaveLength(1);
    await expect(readAllAsViewer(gate, leiden, [scopeNow])).rejects.toBeInstanceOf(Unavailable);
    await expect
      .poll(
        () => database.owner`
          select pid from pg_stat_activity
          where application_name = 'schakel as viewer' and datname = current_database()`,
      )
      .toHaveLength(0);
  });
});

describe('what is prepared', () => {
  const prepared = async (gate: Gate): Promise<number> => {
    const [rows] = await readAllAsViewer(gate, leiden, [
      ask(
        `select count(*) as kept from pg_prepared_statements where statement like 'select $1::int + %'`,
      ),
    ]);
    return Number(rows?.[0]?.kept);
  };

  test('is a text from its second use, and not more of them than a connection can hold', async () => {
    const { gate } = openGate(1);
    const document = (n: number) => ask(`select $1::int + ${n} as document`, 1);
    const read = async (n: number) =>
      expect(await readAllAsViewer(gate, leiden, [document(n)])).toEqual([[{ document: 1 + n }]]);
    await read(0);
    expect(await prepared(gate)).toBe(0);
    await read(0);
    expect(await prepared(gate)).toBe(1);
    for (let n = 1; n < 600; n += 1) {
      await read(n);
      await read(n);
    }
    const kept = await prepared(gate);
    expect(kept).toBeGreaterThan(400);
    expect(kept).toBeLessThanOrEqual(500);
  });
});

/** A way to the database that counts how often the client spoke after it had been answered. */
async function countRoundTrips(to: string) {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let trips = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    let answered = true;
    client.on('data', (bytes) => {
      if (answered) trips += 1;
      answered = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      answered = true;
      client.write(bytes);
    });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        server.destroy();
      });
    }
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const address = proxy.address();
  const url = new URL(to);
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  return {
    url: url.href,
    roundTrips: () => trips,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}
