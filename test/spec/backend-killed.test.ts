import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverPatch, patchedParts, requirePatchedDriver } from '../../src/db/patch-check.ts';
import { openPool } from '../../src/db/pools.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const patchedDriver = import.meta.resolve('postgres');
const rounds = 20;

let database: TestDatabase;
let unpatchedDirectory: string;
let unpatchedDriver: string;

beforeAll(async () => {
  database = await testDatabase();
  unpatchedDirectory = mkdtempSync(join(tmpdir(), 'schakel-unpatched-'));
  cpSync(fileURLToPath(new URL('..', patchedDriver)), unpatchedDirectory, { recursive: true });
  for (const { file, before, after } of patchedParts(readFileSync(driverPatch, 'utf8'))) {
    const path = join(unpatchedDirectory, file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(after, () => before),
    );
  }
  unpatchedDriver = pathToFileURL(join(unpatchedDirectory, 'src/index.js')).href;
});

afterAll(async () => {
  rmSync(unpatchedDirectory, { recursive: true, force: true });
  await database.drop();
});

type Count = { done: number; failed: number };

/** A process at work on the test database, until it is stopped or dies. */
async function startTarget(driver: string) {
  const target: ChildProcess = fork(
    fileURLToPath(new URL('../support/kill-target.ts', import.meta.url)),
    [driver, database.urls.superuser],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  let complaint = '';
  target.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const exited = once(target, 'exit') as Promise<[number | null]>;
  await Promise.race([once(target, 'message'), exited]);

  const alive = () => target.exitCode === null && target.signalCode === null;
  const count = async (): Promise<Count | null> => {
    if (!alive()) return null;
    const answer = once(target, 'message').then(([message]) => message as Count);
    target.send('count');
    return Promise.race([answer, exited.then(() => null)]);
  };
  return {
    count,
    alive,
    complaint: () => complaint,
    /** True when it finished so much more work; false when it died. */
    finishes: async (more: number): Promise<boolean> => {
      const start = await count();
      for (let now = start; start && now; now = await count()) {
        if (now.done >= start.done + more) return true;
        await delay(5);
      }
      return false;
    },
    stop: async () => {
      if (!alive()) return;
      target.send('stop');
      await exited;
    },
  };
}

const killBackends = () => database.owner`
  select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kill target'`;

describe('backends that die inside transactions', () => {
  test(`the process lives and works on through ${rounds} rounds`, async () => {
    const target = await startTarget(patchedDriver);
    for (let round = 0; round < rounds; round += 1) {
      expect(await target.finishes(8), target.complaint()).toBe(true);
      await killBackends();
    }
    expect(await target.finishes(8), target.complaint()).toBe(true);
    expect((await target.count())?.failed).toBeGreaterThan(0);
    await target.stop();
  });

  // And just to check that our test is valid: without the patch the same rounds end the process.
  test('without the patch the process dies', async () => {
    const target = await startTarget(unpatchedDriver);
    for (let round = 0; round < 10 * rounds && (await target.finishes(8)); round += 1) {
      await killBackends();
    }
    expect(target.alive()).toBe(false);
    expect(target.complaint()).toContain("reading 'write'");
  });
});

describe('a statement of a transaction that is over', () => {
  test('never runs in the next transaction on that connection', async () => {
    const sql = openPool(database.urls.server, 'lost transaction', 1);
    let beginNext = () => {};
    const nextBegan = new Promise<void>((resolve) => {
      beginNext = resolve;
    });
    let late: Promise<unknown> = Promise.resolve();
    const lost = sql.begin(async (tx) => {
      const [backend] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      await database.owner`select pg_terminate_backend(${backend?.pid ?? 0})`;
      late = nextBegan.then(() => tx`select current_setting('hub.role', true) as role`);
      await late;
    });
    await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    const seen = await sql.begin(async (tx) => {
      await tx`select set_config('hub.role', 'next', true)`;
      beginNext();
      await expect(late).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
      return tx`select current_setting('hub.role', true) as role`;
    });
    expect(seen).toEqual([{ role: 'next' }]);
    await sql.end();
  });

  test('is refused after the commit', async () => {
    const escaped = await database.pools.server.begin(async (tx) => ({ tx }));
    await expect(escaped.tx`select 1`).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
  });

  test('is refused on a connection that was given back', async () => {
    const connection = await database.pools.server.reserve();
    connection.release();
    await expect(connection`select 1`).rejects.toMatchObject({ code: 'CONNECTION_RELEASED' });
  });
});

describe('the check at start-up', () => {
  test('accepts the installed driver', () => {
    expect(() => requirePatchedDriver()).not.toThrow();
  });

  test('refuses a driver without the patch and says what to run', () => {
    expect(() => requirePatchedDriver(unpatchedDriver)).toThrow('npx patch-package');
  });
});
