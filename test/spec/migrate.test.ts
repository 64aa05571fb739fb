import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { DatabaseNewer, migrate } from '../../src/db/migrate.ts';
import { openPool, type Pool } from '../../src/db/pools.ts';
import { provision, roleUrls, withDatabase } from '../../src/db/provision.ts';

const cluster = inject('testCluster');
let name: string;
let owner: string;
let door: Pool;

/** An empty database, as a hub finds it on its first day. */
beforeEach(async () => {
  name = `test_migrate_${process.pid}_${Date.now()}`;
  await provision(cluster.superuserUrl, cluster.passwords, { database: name });
  owner = roleUrls(cluster.superuserUrl, cluster.passwords, name).owner;
  door = openPool(withDatabase(cluster.superuserUrl, name), 'door', 1);
});

afterEach(async () => {
  await door.end();
  const admin = openPool(cluster.superuserUrl, 'admin', 1);
  await admin.unsafe(`drop database ${name} with (force)`);
  await admin.end();
});

const applied = async () => {
  const [row] = await door`select count(*) as applied from drizzle.__drizzle_migrations`;
  return row?.applied as number;
};

describe('migrating', () => {
  test('twice changes nothing the second time', async () => {
    await migrate(owner);
    const once = await applied();
    await migrate(owner);
    expect(once).toBeGreaterThan(0);
    expect(await applied()).toBe(once);
  });

  test('two hubs at the same moment do it once', async () => {
    await Promise.all([migrate(owner), migrate(owner)]);
    const both = await applied();
    await migrate(owner);
    expect(await applied()).toBe(both);
    const [row] = await door`
      select count(*) - count(distinct hash) as doubled from drizzle.__drizzle_migrations`;
    expect(row?.doubled).toBe(0);
  });

  test('refuses a database that is newer than the code', async () => {
    await migrate(owner);
    await door`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9e12)`;
    await expect(migrate(owner)).rejects.toThrow(DatabaseNewer);
  });
});

describe('provisioning', () => {
  test('may be repeated after the migrations and keeps every grant', async () => {
    await migrate(owner);
    const grants = () => door`
      select nspname, nspacl::text as acl from pg_namespace where nspacl is not null order by 1`;
    const before = await grants();
    await provision(cluster.superuserUrl, cluster.passwords, { database: name });
    expect(await grants()).toEqual(before);
  });

  test('leaves a database that only the hub may enter', async () => {
    const [row] = await door`
      select array_agg(rolname::text order by rolname) as enter from pg_roles
      where not rolsuper and rolcanlogin and has_database_privilege(oid, current_database(), 'connect')`;
    expect(row?.enter).toEqual([
      'hub_audit',
      'hub_command',
      'hub_ingest',
      'hub_server',
      'schakel_owner',
    ]);
  });
});
