/** What the catalogue can show of the day-one rules: keys, policies, grants and types that hold on one server and on many. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const ours = ['reference', 'education', 'attendance', 'care', 'casework', 'staging', 'audit'];
const distributedBy: Record<string, string> = {
  education: 'swv_code',
  attendance: 'youth_region',
  care: 'youth_region',
  casework: 'youth_region',
};
/** Small, without persons, replicated to every node. */
const replicated = ['casework.covenant', 'casework.covenant_party'];

type Named = { name: string }[];
const names = (rows: Named) => rows.map(({ name }) => name);

describe('row-level security', () => {
  const open = (owner: TestDatabase['owner']) => owner<Named>`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(${ours}) and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`;

  test('is enabled and forced on every table', async () => {
    expect(names(await open(database.owner))).toEqual([]);
  });

  test('is missed when it is dropped from one (this test can fail)', async () => {
    await database.owner`alter table care.client no force row level security`;
    expect(names(await open(database.owner))).toEqual(['care.client']);
    await database.owner`alter table care.client force row level security`;
  });

  test('has no policy with a subquery: plain expressions over the row and the scope', async () => {
    const rows = await database.owner<Named>`
      select schemaname || '.' || policyname as name from pg_policies
      where schemaname = any(${ours}) and (coalesce(qual, '') || coalesce(with_check, '')) ~* '\\m(select|exists)\\M'`;
    expect(names(rows)).toEqual([]);
  });

  test('has no policy for everybody', async () => {
    const rows = await database.owner<Named>`
      select schemaname || '.' || policyname as name from pg_policies
      where schemaname = any(${ours}) and 'public' = any(roles::text[])`;
    expect(names(rows)).toEqual([]);
  });
});

describe('the login roles', () => {
  test('own nothing, are no superuser, and only the loader bypasses row-level security', async () => {
    const rows = await database.owner<
      { name: string; super: boolean; bypass: boolean; owned: number }[]
    >`
      select r.rolname as name, r.rolsuper as super, r.rolbypassrls as bypass,
        (select count(*)::int from pg_class c where c.relowner = r.oid) as owned
      from pg_roles r where r.rolname in ('hub_server', 'hub_command', 'hub_ingest', 'hub_audit') order by 1`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { name: 'hub_audit', super: false, bypass: false, owned: 0 },
      { name: 'hub_command', super: false, bypass: false, owned: 0 },
      { name: 'hub_ingest', super: false, bypass: true, owned: 0 },
      { name: 'hub_server', super: false, bypass: false, owned: 0 },
    ]);
  });

  test('keep their time in UTC', async () => {
    const rows = await database.owner<Named>`
      select r.rolname as name from pg_roles r where r.rolname like 'hub\\_%'
        and not exists (select from pg_db_role_setting s, unnest(s.setconfig) c
          where s.setrole = r.oid and lower(c) in ('timezone=utc', 'timezone="utc"'))`;
    expect(names(rows)).toEqual([]);
  });

  test('that read requests cannot write, anywhere', async () => {
    const rows = await database.owner<Named>`
      select table_schema || '.' || table_name || ' ' || privilege_type as name
      from information_schema.role_table_grants
      where grantee = 'hub_server' and privilege_type <> 'SELECT'
      union all
      select table_schema || '.' || table_name || '.' || column_name || ' ' || privilege_type
      from information_schema.column_privileges
      where grantee = 'hub_server' and privilege_type <> 'SELECT'`;
    expect(names(rows)).toEqual([]);
  });

  test('cannot change or remove what is in the access log', async () => {
    const rows = await database.owner<Named>`
      select grantee || ' ' || privilege_type as name from information_schema.role_table_grants
      where table_schema = 'audit' and grantee like 'hub\\_%' and privilege_type <> 'INSERT'
      union all
      select grantee || ' ' || privilege_type from information_schema.column_privileges
      where table_schema = 'audit' and grantee like 'hub\\_%' and privilege_type <> 'INSERT'`;
    expect(names(rows)).toEqual([]);
  });

  test('cannot delete a case, an event, a ground or a record of a compartment', async () => {
    const rows = await database.owner<Named>`
      select grantee || ' ' || table_schema || '.' || table_name as name from information_schema.role_table_grants
      where grantee like 'hub\\_%' and privilege_type in ('DELETE', 'TRUNCATE')
        and (table_schema in ('education', 'attendance', 'care')
          or table_name in ('thuiszitter_case', 'case_event', 'case_party', 'ground', 'link'))`;
    expect(names(rows)).toEqual([]);
  });

  test('reach the compartments only through the roles of the request and the loader', async () => {
    const rows = await database.owner<{ grantee: string }[]>`
      select distinct grantee from information_schema.role_table_grants
      where table_schema in ('education', 'attendance', 'care') and grantee <> 'schakel_owner' order by 1`;
    expect(rows.map(({ grantee }) => grantee)).toEqual(['hub_command', 'hub_ingest', 'hub_server']);
  });
});

describe('keys', () => {
  test('contain the distribution key of their compartment: primary, unique and foreign', async () => {
    const rows = await database.owner<
      { schema: string; table: string; key: string; columns: string[] }[]
    >`
      select n.nspname as schema, c.relname as table, i.relname as key,
        array(select a.attname::text from unnest(x.indkey) k join pg_attribute a on a.attrelid = c.oid and a.attnum = k) as columns
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
      join pg_namespace n on n.oid = c.relnamespace
      where x.indisunique and n.nspname = any(${Object.keys(distributedBy)})
      union all
      select n.nspname, c.relname, f.conname,
        array(select a.attname::text from unnest(f.conkey) k join pg_attribute a on a.attrelid = c.oid and a.attnum = k)
      from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
      where f.contype = 'f' and n.nspname = any(${Object.keys(distributedBy)})`;
    expect(rows.length).toBeGreaterThan(20);
    const without = rows.filter(
      ({ schema, table, columns }) =>
        !replicated.includes(`${schema}.${table}`) &&
        !columns.includes(distributedBy[schema] ?? ''),
    );
    expect(without.map(({ key }) => key)).toEqual([]);
  });

  test('have no foreign key from one compartment to another', async () => {
    const rows = await database.owner<Named>`
      select f.conname as name from pg_constraint f
      join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
      where f.contype = 'f' and c.relnamespace <> r.relnamespace and c.relnamespace::regnamespace::text = any(${ours})`;
    expect(names(rows)).toEqual([]);
  });

  test('of distributed tables are not null', async () => {
    const rows = await database.owner<Named>`
      select table_schema || '.' || table_name as name from information_schema.columns
      where ((table_schema = 'education' and column_name = 'swv_code')
          or (table_schema in ('attendance', 'care', 'casework') and column_name = 'youth_region'))
        and is_nullable = 'YES'`;
    expect(names(rows)).toEqual([]);
  });
});

test('there are no triggers, no serial columns and no views that would run as their owner', async () => {
  const rows = await database.owner<Named>`
    select 'trigger ' || tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where not tgisinternal and c.relnamespace::regnamespace::text = any(${ours})
    union all
    select 'sequence ' || relname from pg_class where relkind = 'S' and relnamespace::regnamespace::text = any(${ours})
    union all
    select 'view ' || relname from pg_class where relkind in ('v', 'm') and relnamespace::regnamespace::text = any(${ours})`;
  expect(names(rows)).toEqual([]);
});

test('no function of ours runs with the rights of its owner or can be run by everybody', async () => {
  const rows = await database.owner<Named>`
    select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'hub' and (p.prosecdef or has_function_privilege('hub_audit', p.oid, 'execute'))`;
  expect(names(rows)).toEqual([]);
});

test('without a scope there are no rows, for a reader and for a command', async () => {
  const readable = await database.owner<{ grantee: string; name: string }[]>`
    select grantee, table_schema || '.' || table_name as name from information_schema.role_table_grants
    where grantee in ('hub_server', 'hub_command') and privilege_type = 'SELECT' order by 1, 2`;
  expect(readable.length).toBeGreaterThan(40);
  for (const { grantee, name } of readable) {
    const pool = grantee === 'hub_server' ? database.pools.server : database.pools.command;
    const [counted] = await pool.unsafe(`select count(*)::int as rows from ${name}`);
    expect({ name, ...counted }).toEqual({ name, rows: 0 });
  }
  const [known] = await database.owner`select count(*)::int as rows from reference.municipality`;
  expect(known).toEqual({ rows: 342 });
});

test('a scope ends with its transaction and an unknown key of it is refused', async () => {
  const { server } = database.pools;
  const scope = JSON.stringify({
    role: 'analyst',
    organisation: 'JZ18',
    today: '2026-02-01',
  });
  const [, inside] = await server.begin((tx) => [
    tx`select hub.enter(${scope})`,
    tx`select count(*)::int as rows from reference.municipality`,
  ]);
  expect(inside[0]).toEqual({ rows: 342 });
  expect((await server`select count(*)::int as rows from reference.municipality`)[0]).toEqual({
    rows: 0,
  });
  await expect(server.begin((tx) => [tx`select hub.enter('{"superuser":"yes"}')`])).rejects.toThrow(
    'unknown scope key',
  );
});
