/** Starts one PostgreSQL for a test run, with a template database that is provisioned, migrated and has the reference data. */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded, stopAbandoned } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { openPools, type Pool } from '../src/db/pools.ts';
import { provision, roleUrls } from '../src/db/provision.ts';

const template = 'schakel_template';
const prefix = 'schakel-test-';

/** Durability is not what the tests are about; a database is made per file, so there may be many connections. */
const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  // Passable, so that the server's account reaches its data when the tests run as root.
  await chmod(directory, 0o711);
  const { superuserUrl, secrets, stop } = await startEmbedded(directory, settings);
  const tearDown = async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await provision(superuserUrl, secrets, { database: template });
    const urls = roleUrls(superuserUrl, secrets, template);
    await migrate(urls.owner);
    const pools = openPools(urls, { server: 1, analytics: 1, command: 1, ingest: 2, audit: 1 });
    await loadReferenceData(pools.ingest);
    await pools.end();
    const { superuser: _, ...passwords } = secrets;
    project.provide('testCluster', { superuserUrl, template, passwords });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

/** A run that was killed outright could not stop its server. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix)
      ? Number(name.slice(prefix.length).split('-')[0])
      : Number.NaN;
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    const left = join(tmpdir(), name);
    if ((await stat(left)).uid !== process.getuid?.()) continue;
    await stopAbandoned(left);
    await rm(left, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function loadReferenceData(sql: Pool): Promise<void> {
  const file = new URL('../src/reference/load.ts', import.meta.url);
  if (!existsSync(file)) return;
  const { loadReference } = await import(file.href);
  await loadReference(sql);
}
