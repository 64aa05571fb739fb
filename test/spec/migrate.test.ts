import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { DatabaseNewer, migrate } from '../../src/db/migrate.ts';
import { openPool, type Pool } from '../../src/db/pools.ts';
import { provision, roleUrls, withDatabase } from '../../src/db/provision.ts';

const cluster = inject('testCluster');
const migrationsFolder = fileURLToPath(new URL('../../schema/migrations', import.meta.url));
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

/** The database as a hub left it whose last migration came before this one. */
const migrateUntil = async (tag: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'schakel-migrations-'));
  cpSync(migrationsFolder, folder, { recursive: true });
  const file = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { tag: string }[] };
  const before = journal.entries.findIndex((entry) => entry.tag === tag);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, before) }));
  const sql = openPool(owner, 'owner', 1);
  await applyMigrations(drizzle(sql), { migrationsFolder: folder });
  await sql.end();
  rmSync(folder, { recursive: true });
};

test('what was logged of data subjects one by one is kept when they come to stand in one row', async () => {
  await migrateUntil('0007_subjects_of_an_operation');
  const [one, other] = [1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [
    string,
    string,
  ];
  const [first, second] = [randomUUID(), randomUUID()];
  await door`
    insert into audit.access_subject (operation_id, compartment, subject_id, at) values
      (${first}, 'CARE', ${one}, '2026-02-01T09:00:00Z'), (${first}, 'CARE', ${other}, '2026-02-01T09:00:00Z'),
      (${first}, 'EDUCATION', ${one}, '2026-02-01T09:00:00Z'), (${second}, 'CARE', ${other}, '2026-02-02T09:00:00Z')`;
  await migrate(owner);
  const rows = await door`
    select operation_id, compartment, subject_ids, at::date::text as day from audit.access_subject order by at, compartment`;
  expect([...rows]).toEqual([
    { operation_id: first, compartment: 'CARE', subject_ids: [one, other], day: '2026-02-01' },
    { operation_id: first, compartment: 'EDUCATION', subject_ids: [one], day: '2026-02-01' },
    { operation_id: second, compartment: 'CARE', subject_ids: [other], day: '2026-02-02' },
  ]);
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
