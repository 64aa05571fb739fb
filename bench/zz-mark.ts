import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { openPool } from '../src/db/pools.ts';
import { roleUrls, withDatabase } from '../src/db/provision.ts';
import { serverSettings, today } from './database.ts';

const scale = Number(process.argv[2]);
const readerGrants = (await readFile(new URL('database.ts', import.meta.url), 'utf8'))
  .match(/const readerGrants = `([^`]*)`/)![1]!
  .replaceAll('${reader}', 'bench_reader')
  .replaceAll('${database}', 'schakel');
const hash = createHash('sha256').update(`${today} ${scale}`);
hash.update(await readFile(new URL('data-set.sql', import.meta.url))).update(readerGrants);
const migrations = new URL('../schema/migrations/', import.meta.url);
for (const name of (await readdir(migrations)).sort())
  if (name.endsWith('.sql')) hash.update(await readFile(new URL(name, migrations)));
const mark = `bench ${hash.digest('hex').slice(0, 16)}`;
const server = await startEmbedded(
  fileURLToPath(new URL(`../var/bench-${scale}`, import.meta.url)),
  serverSettings,
);
const { superuser: _, ...passwords } = server.secrets;
await migrate(roleUrls(server.superuserUrl, passwords, 'schakel').owner);
const sql = openPool(withDatabase(server.superuserUrl, 'schakel'), 'x', 1);
await sql.unsafe('set statement_timeout = 0');
await sql.unsafe('vacuum (analyze) casework.thuiszitter_case');
await sql.unsafe(`comment on schema casework is '${mark}'`);
await sql.unsafe('checkpoint');
console.log(mark, await sql`select count(*)::int from drizzle.__drizzle_migrations`);
await sql.end();
await server.stop();
