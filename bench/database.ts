/** The database every variant reads: the hub's own schema and roles with the data set in it, made once per scale and kept under `var/`. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { type Embedded, startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { openPool } from '../src/db/pools.ts';
import { provision, roleUrls, withDatabase } from '../src/db/provision.ts';
import { loadReference } from '../src/reference/load.ts';

/** The day it is in the data set, and for everyone who reads it: what is open, overdue or stale never changes. */
export const today = '2026-02-02';

export type BenchUrls = ReturnType<typeof roleUrls> & {
  superuser: string;
  /** A login that row-level security does not bind, for everything that is not the hub. */
  reader: string;
};

export type BenchDatabase = {
  urls: BenchUrls;
  /** What is in it, and how it is spread: for the document. */
  contents: Contents;
  postmaster: number;
  stop(): Promise<void>;
};

export type Contents = {
  version: string;
  megabytes: number;
  rows: Readonly<Record<string, number>>;
  /** Open cases per municipality. */
  spread: { p10: number; p50: number; p90: number; max: number };
};

const database = 'schakel';
const reader = 'bench_reader';

/** Nothing runs by itself while something is timed: no autovacuum, no checkpoint. A commit waits for the disk, as it should. */
export const serverSettings = {
  max_connections: '160',
  shared_buffers: '2GB',
  work_mem: '32MB',
  random_page_cost: '1.1',
  effective_cache_size: '6GB',
  max_parallel_workers_per_gather: '0',
  max_wal_size: '6GB',
  checkpoint_timeout: '1d',
  autovacuum: 'off',
  fsync: 'on',
  synchronous_commit: 'on',
};

const loadingSettings = {
  ...serverSettings,
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_parallel_maintenance_workers: '2',
  maintenance_work_mem: '512MB',
};

export const openBenchDatabase = async (
  scale: number,
  say: (text: string) => void,
): Promise<BenchDatabase> => {
  const directory = fileURLToPath(new URL(`../var/bench-${scale}`, import.meta.url));
  const mark = await markOf(scale);
  if (!(await holds(directory, mark))) {
    say(`Making the data set at scale ${scale} …`);
    const started = performance.now();
    await build(directory, scale, mark, say);
    say(`Made in ${Math.round((performance.now() - started) / 1000)} s.`);
  }
  const server = await startAfresh(directory, serverSettings);
  try {
    const urls = urlsOf(server);
    const sql = openPool(urls.superuser, 'bench', 1);
    try {
      // What earlier runs logged would make the log of this one slower.
      await sql`truncate audit.access, audit.access_subject`;
      const [row] = await sql<{ directory: string }[]>`
        select current_setting('data_directory') as directory`;
      const pidFile = await readFile(join(row?.directory ?? '', 'postmaster.pid'), 'utf8');
      return {
        urls,
        contents: await contentsOf(sql),
        postmaster: Number.parseInt(pidFile, 10),
        stop: server.stop,
      };
    } finally {
      await sql.end();
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
};

/** A server that a run left behind when it was broken off has the settings of that run. */
const startAfresh = async (
  directory: string,
  settings: Record<string, string>,
): Promise<Embedded> => {
  const server = await startEmbedded(directory, settings);
  if (!server.reused) return server;
  await server.stop();
  return startEmbedded(directory, settings);
};

const urlsOf = (server: Embedded): BenchUrls => {
  const { superuser: password, ...passwords } = server.secrets;
  const superuser = withDatabase(server.superuserUrl, database);
  const url = new URL(superuser);
  url.username = reader;
  url.password = password;
  return { ...roleUrls(server.superuserUrl, passwords, database), superuser, reader: url.href };
};

const readerGrants = `
do $$ begin
  if not exists (select from pg_roles where rolname = '${reader}') then
    create role ${reader} login bypassrls;
  end if;
end $$;
grant connect on database ${database} to ${reader};
grant usage on schema reference, casework, audit to ${reader};
grant select on all tables in schema reference, casework to ${reader};
grant insert on all tables in schema audit to ${reader}`;

const dataSet = new URL('data-set.sql', import.meta.url);
const migrations = new URL('../schema/migrations/', import.meta.url);

/** Names the data set by what it is made from: a change of a migration makes a new one. */
const markOf = async (scale: number): Promise<string> => {
  const hash = createHash('sha256').update(`${today} ${scale}`);
  hash.update(await readFile(dataSet)).update(readerGrants);
  for (const name of (await readdir(migrations)).sort()) {
    if (name.endsWith('.sql')) hash.update(await readFile(new URL(name, migrations)));
  }
  return `bench ${hash.digest('hex').slice(0, 16)}`;
};

const holds = async (directory: string, mark: string): Promise<boolean> => {
  const server = await startAfresh(directory, serverSettings);
  const sql = openPool(urlsOf(server).superuser, 'bench', 1);
  try {
    const [row] = await sql`select obj_description('casework'::regnamespace) as mark`;
    return row?.mark === mark;
  } catch {
    return false;
  } finally {
    await sql.end();
    await server.stop();
  }
};

const build = async (
  directory: string,
  scale: number,
  mark: string,
  say: (text: string) => void,
): Promise<void> => {
  const server = await startAfresh(directory, loadingSettings);
  try {
    const admin = postgres(server.superuserUrl, { max: 1, onnotice: () => undefined });
    await admin.unsafe(`drop database if exists ${database} with (force)`);
    await admin.end();
    await provision(server.superuserUrl, server.secrets, { database });
    const urls = urlsOf(server);
    await migrate(urls.owner);
    const loader = openPool(urls.ingest, 'bench', 1);
    await loadReference(loader);
    await loader.end();
    const sql = openPool(urls.superuser, 'bench', 1);
    await makeReader(sql, server.secrets.superuser);
    await sql.unsafe(`set bench.scale = ${scale}; set bench.today = '${today}'`);
    const statements = (await readFile(dataSet, 'utf8')).split('--> statement-breakpoint');
    for (const statement of statements) {
      const started = performance.now();
      const { count } = await sql.unsafe(statement).simple();
      const table = /insert into (\S+)/.exec(statement)?.[1];
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (table !== undefined) say(`  ${table}: ${count} rows, ${seconds} s`);
    }
    await sql.unsafe('vacuum (analyze)');
    await sql.unsafe(`comment on schema casework is '${mark}'`);
    await sql.unsafe('checkpoint');
    await sql.end();
  } finally {
    await server.stop();
  }
};

const makeReader = async (sql: postgres.Sql, password: string): Promise<void> => {
  await sql.unsafe(readerGrants);
  await sql.unsafe(`alter role ${reader} password '${password}'`);
};

const counted = [
  'education.pupil',
  'education.tlv',
  'casework.thuiszitter_case',
  'casework.case_event',
  'casework.ground',
  'casework.shared_identity',
  'casework.shared_absence',
  'casework.shared_support',
  'casework.shared_waiting',
  'casework.case_party',
  'care.waiting_list_entry',
];

const contentsOf = async (sql: postgres.Sql): Promise<Contents> => {
  const rows = await sql<{ name: string; rows: number }[]>`
    select oid::regclass::text as name, reltuples::int as rows from pg_class
    where oid = any (${counted}::regclass[]::oid[])`;
  const [spread] = await sql<Contents['spread'][]>`
    select percentile_disc(0.1) within group (order by n)::int as p10, percentile_disc(0.5) within group (order by n)::int as p50,
      percentile_disc(0.9) within group (order by n)::int as p90, max(n)::int as max
    from (select count(*) as n from casework.thuiszitter_case where closed_on is null group by municipality_code) as open`;
  const [server] = await sql<{ version: string; megabytes: number }[]>`
    select current_setting('server_version') as version, (pg_database_size(current_database()) / 1048576)::int as megabytes`;
  if (!spread || !server) throw new Error('the data set is empty');
  return {
    ...server,
    rows: Object.fromEntries(counted.map((name) => [name, rowsOf(rows, name)])),
    spread,
  };
};

const rowsOf = (rows: readonly { name: string; rows: number }[], name: string): number =>
  rows.find((row) => row.name === name)?.rows ?? 0;
