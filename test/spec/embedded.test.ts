import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbedded, stopAbandoned } from '../../src/db/embedded.ts';

let directory: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'schakel-embedded-')));
  chmodSync(directory, 0o711);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stopAbandoned(directory);
  rmSync(directory, { recursive: true, force: true });
});

type Report = { superuserUrl: string; reused: boolean } | { refused: string };

/** Another hub: a process of its own, so that it can be killed. */
async function startHub(): Promise<{ child: ChildProcess; report: Report }> {
  const child = fork(
    fileURLToPath(new URL('../support/embedded-starter.ts', import.meta.url)),
    [directory],
    { execArgv: ['--import', 'tsx'] },
  );
  children.push(child);
  const [report] = (await once(child, 'message')) as [Report];
  return { child, report };
}

async function ask<Row>(url: string, statement: string): Promise<Row | undefined> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const [row] = await sql.unsafe(statement);
    return row as Row | undefined;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const pidFile = () => join(directory, 'postgres', 'postmaster.pid');
const postmasterPid = () => Number(readFileSync(pidFile(), 'utf8').split('\n')[0]);

async function killed(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

describe('the first start', () => {
  test('makes a cluster that only this machine and its password can reach', async () => {
    const database = await startEmbedded(directory);
    try {
      expect(database.reused).toBe(false);
      expect(
        await ask(
          database.superuserUrl,
          `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
             current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
             current_setting('unix_socket_directories') as sockets,
             (select count(*)::int from pg_hba_file_rules where auth_method <> 'scram-sha-256') as open`,
        ),
      ).toEqual({
        addresses: '127.0.0.1',
        fsync: 'on',
        encoding: 'UTF8',
        zone: 'UTC',
        sockets: '',
        open: 0,
      });
      const wrong = new URL(database.superuserUrl);
      wrong.password = 'guessed';
      await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
      expect(statSync(join(directory, 'database.json')).mode & 0o777).toBe(0o600);
    } finally {
      await database.stop();
    }
  });

  test('keeps errors, which quote statements and values, out of the log file of the server', async () => {
    const database = await startEmbedded(directory);
    try {
      const failing = ask(database.superuserUrl, `select 'Zwanenburg'::int`);
      await expect(failing).rejects.toMatchObject({ code: '22P02' });
    } finally {
      await database.stop();
    }
    const log = readFileSync(join(directory, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('Zwanenburg');
  });
});

describe('the next start', () => {
  test('finds the data and the address again', async () => {
    const first = await startEmbedded(directory);
    await ask(first.superuserUrl, 'create table kept as select 7 as value');
    await first.stop();
    const second = await startEmbedded(directory);
    try {
      expect(second.superuserUrl).toBe(first.superuserUrl);
      expect(await ask(second.superuserUrl, 'select value from kept')).toEqual({ value: 7 });
    } finally {
      await second.stop();
    }
  });

  test('takes over the server of a hub that was killed', async () => {
    const { child } = await startHub();
    const before = postmasterPid();
    await killed(child);
    const database = await startEmbedded(directory);
    expect(database.reused).toBe(true);
    expect(postmasterPid()).toBe(before);
    await database.stop();
    expect(() => readFileSync(pidFile())).toThrow('ENOENT');
  });

  test('starts anew when the server was killed as well, and nothing committed is lost', async () => {
    const { child, report } = await startHub();
    if ('refused' in report) throw new Error(report.refused);
    await ask(report.superuserUrl, 'create table kept as select 7 as value');
    await killed(child);
    process.kill(postmasterPid(), 'SIGKILL');
    const database = await startEmbedded(directory);
    try {
      expect(database.reused).toBe(false);
      expect(await ask(database.superuserUrl, 'select value from kept')).toEqual({ value: 7 });
    } finally {
      await database.stop();
    }
  });

  test('is not stopped by a process that got the number of an earlier server', async () => {
    await (await startEmbedded(directory)).stop();
    // Of the account the server runs as: PostgreSQL itself passes over numbers of other accounts.
    const { uid, gid } = statSync(join(directory, 'postgres'));
    const stranger = spawn('sleep', ['600'], process.getuid?.() === 0 ? { uid, gid } : {});
    children.push(stranger);
    writeFileSync(
      pidFile(),
      `${stranger.pid}\n${join(directory, 'postgres')}\n1\n1\n\n127.0.0.1\n1 1\nready\n`,
    );
    const database = await startEmbedded(directory);
    try {
      expect(database.reused).toBe(false);
      expect(stranger.exitCode).toBe(null);
    } finally {
      await database.stop();
    }
  });
});

describe('two hubs on one directory', () => {
  test('the second is refused and leaves the first alone', async () => {
    const first = await startEmbedded(directory);
    try {
      await expect(startEmbedded(directory)).rejects.toThrow('another hub is using');
      expect(await ask(first.superuserUrl, 'select 1 as one')).toEqual({ one: 1 });
    } finally {
      await first.stop();
    }
  });

  test('started at the same moment on an empty directory, one serves and one is refused', async () => {
    const started = await Promise.all([startHub(), startHub()]);
    const serving = started.filter(({ report }) => !('refused' in report));
    expect(serving).toHaveLength(1);
    const refusal = started.map(({ report }) => ('refused' in report ? report.refused : ''));
    expect(refusal.join('')).toContain('another hub is using');
  });
});

test('Ctrl-C, which goes to the whole process group of the hub, leaves the server running', async () => {
  const database = await startEmbedded(directory);
  try {
    // A signal to a group exists only for the number of its leader: the server leads a group of its own.
    expect(() => process.kill(-postmasterPid(), 0)).not.toThrow();
  } finally {
    await database.stop();
  }
});

test('a hub that stops waits until the server is gone', async () => {
  const { child } = await startHub();
  child.send('stop');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(() => readFileSync(pidFile())).toThrow('ENOENT');
});
