/** A PostgreSQL of a test's own, with the demonstration region in it: it can be stopped, frozen and started again. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openPool, openPools } from '../../src/db/pools.ts';
import { provision, roleUrls, withDatabase } from '../../src/db/provision.ts';
import { loadReference } from '../../src/reference/load.ts';
import type { TestDatabase } from './database.ts';
import { demoDatabase } from './demo.ts';

export type OwnServer = {
  directory: string;
  /** The superuser's door. It outlives a stop: its next statement connects anew. */
  owner: TestDatabase['owner'];
  urls: TestDatabase['urls'];
  /** Ends every backend of the hubs' own pools; gives how many. */
  endBackends(): Promise<number>;
  /** Immediate shutdown: the server drops everything, as in a crash. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** No process of the server gets any further; nothing is closed. */
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
};

const name = 'schakel';

const hubPools = ['server', 'analytics', 'command', 'ingest', 'audit'].map(
  (pool) => `schakel ${pool}`,
);

/** Two hubs with every pool at its default size. */
const settings = { max_connections: '80' };

export const ownServer = async (): Promise<OwnServer> => {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'schakel-own-server-')));
  // Passable, so that the server's account reaches its data when the tests run as root.
  await chmod(directory, 0o711);
  let server = await startEmbedded(directory, settings);
  const { superuserUrl, secrets } = server;
  await provision(superuserUrl, secrets, { database: name });
  const urls = {
    ...roleUrls(superuserUrl, secrets, name),
    superuser: withDatabase(superuserUrl, name),
  };
  await migrate(urls.owner);
  const owner = openPool(urls.superuser, 'test owner', 2);
  const pools = openPools(urls, {
    server: 1,
    analytics: 1,
    command: 2,
    ingest: 3,
    audit: 1,
  });
  const world = basename(directory);
  try {
    await loadReference(pools.ingest);
    await demoDatabase({ name: world, owner, pools, urls, drop: async () => undefined });
  } finally {
    await pools.end();
    await rm(join(tmpdir(), `schakel-keyring-${world}.json`), { force: true });
  }

  const [{ data } = { data: '' }] = await owner<{ data: string }[]>`
    select current_setting('data_directory') as data`;
  const postmaster = (): number | null => {
    const file = join(data, 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
  };
  /** The postmaster first: what it starts afterwards would be missed. */
  const signal = (kind: NodeJS.Signals) => {
    const parent = postmaster();
    if (parent === null) throw new Error('there is no PostgreSQL to signal');
    process.kill(parent, kind);
    for (const child of childrenOf(parent)) process.kill(child, kind);
  };

  return {
    directory,
    owner,
    urls,
    endBackends: async () => {
      const ended = await owner`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = any(${hubPools})`;
      return ended.length;
    },
    crash: async () => {
      const parent = postmaster();
      if (parent !== null) process.kill(parent, 'SIGQUIT');
      while (postmaster() !== null) await delay(10);
    },
    start: async () => {
      server = await startEmbedded(directory, settings);
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    remove: async () => {
      await owner.end({ timeout: 1 });
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const childrenOf = (parent: number): number[] =>
  execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []));
