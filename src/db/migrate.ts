/** Brings the database to the code's version: all pending migrations in one transaction, by one hub at a time. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const migrationsFolder = fileURLToPath(new URL('../../schema/migrations', import.meta.url));
const migrationLock = 7_224_527;
const retryForMs = 60_000;
const lockNotAvailable = '55P03';

/** The database has migrations this code does not know, so an older hub was started on a newer database. */
export class DatabaseNewer extends Error {
  readonly code = 'DATABASE_NEWER';

  constructor(unknown: number) {
    super(
      `the database has ${unknown} migration(s) this version does not know: start the newer hub`,
    );
    this.name = 'DatabaseNewer';
  }
}

/** Applies what is pending, as the owner. Gives up a lock after 2 s and tries again, so that reads are never queued behind it for long. */
export async function migrate(ownerUrl: string): Promise<void> {
  const sql = postgres(ownerUrl, {
    max: 1,
    connect_timeout: 5,
    connection: { application_name: 'schakel migrate', lock_timeout: 2000, statement_timeout: 0 },
    onnotice: () => undefined,
  });
  try {
    const deadline = performance.now() + retryForMs;
    for (let wait = 100; ; wait = Math.min(wait * 2, 2000)) {
      try {
        await migrateOnce(sql);
        return;
      } catch (error) {
        if (sqlState(error) !== lockNotAvailable || performance.now() > deadline) throw error;
        await delay(wait);
      }
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function migrateOnce(sql: postgres.Sql): Promise<void> {
  await sql`select pg_advisory_lock(${migrationLock})`;
  try {
    await refuseNewer(sql);
    await applyMigrations(drizzle(sql), { migrationsFolder });
  } finally {
    await sql`select pg_advisory_unlock(${migrationLock})`;
  }
}

async function refuseNewer(sql: postgres.Sql): Promise<void> {
  const [table] = await sql<{ name: string | null }[]>`
    select to_regclass('drizzle.__drizzle_migrations')::text as name`;
  if (!table?.name) return;
  const [row] = await sql<{ unknown: number }[]>`
    select count(*)::int as unknown from drizzle.__drizzle_migrations
    where created_at <> all (${knownMigrations()}::bigint[])`;
  if (row && row.unknown > 0) throw new DatabaseNewer(row.unknown);
}

/** Drizzle tells migrations apart by the moment they were generated. */
function knownMigrations(): number[] {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[];
  };
  return journal.entries.map(({ when }) => when);
}

function sqlState(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof postgres.PostgresError) return cause.code;
  }
  return undefined;
}
