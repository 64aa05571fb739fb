/** Gives every test file a database of its own: a copy of the migrated template, with the hub's real roles and grants. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { openPool, openPools, type Pool, type PoolSizes, type Pools } from '../../src/db/pools.ts';
import { closeDatabase, roleUrls, withDatabase } from '../../src/db/provision.ts';
import type { RolePasswords } from '../../src/db/secrets.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testCluster: { superuserUrl: string; template: string; passwords: RolePasswords };
  }
}

export type TestDatabase = {
  name: string;
  /** The superuser, whom no policy binds: the door for proofs that a negative test could fail. */
  owner: Pool;
  /** The hub's pools, each under its own role; analytics reads as the server does. */
  pools: Pools;
  /** `owner` is the migrating role here, `superuser` the door above. */
  urls: Record<keyof RolePasswords | 'superuser', string>;
  /** Closes the pools and removes the database; call it in `afterAll`. */
  drop(): Promise<void>;
};

const defaultSizes: PoolSizes = { server: 4, analytics: 1, command: 2, ingest: 1, audit: 1 };

/** A fresh copy of the template: migrated, with the reference data and no person in it. */
export async function testDatabase(sizes: Partial<PoolSizes> = {}): Promise<TestDatabase> {
  const { superuserUrl, template, passwords } = inject('testCluster');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = postgres(superuserUrl, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`create database ${name} template ${template} owner schakel_owner`);
  await closeDatabase(superuserUrl, name);
  const urls = {
    ...roleUrls(superuserUrl, passwords, name),
    superuser: withDatabase(superuserUrl, name),
  };
  const owner = openPool(urls.superuser, 'test owner', 2);
  const pools = openPools(urls, { ...defaultSizes, ...sizes });
  return {
    name,
    owner,
    pools,
    urls,
    drop: async () => {
      await Promise.all([pools.end(), owner.end({ timeout: 5 })]);
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end({ timeout: 5 });
    },
  };
}
