/** Makes the hub's roles and closes its database to others. Runs before the migrations, which grant to those roles. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { type RolePasswords, roleNames } from './secrets.ts';

const script = (name: string) => readFile(new URL(`../../schema/${name}`, import.meta.url), 'utf8');

/** One provisioning at a time on a server: `alter role` by two at once fails. Locks are per database, so all take it in the same one. */
const provisionLock = 7_224_526;

const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * Makes the database when it is not there, the five roles with these passwords, and their grants on the database.
 * `adminUrl` must be of a role that may create roles (with BYPASSRLS: a superuser, or one that has it). May be repeated.
 */
export async function provision(
  adminUrl: string,
  passwords: RolePasswords,
  { database }: { database: string },
): Promise<void> {
  const admin = provisioner(adminUrl);
  try {
    const roles = await script('provision.sql');
    await admin.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${provisionLock})`;
      await tx.unsafe(roles);
      for (const [key, name] of Object.entries(roleNames)) {
        // A verifier, so that the password itself never reaches the server's log.
        const verifier = scramVerifier(passwords[key as keyof RolePasswords]);
        await tx.unsafe(`alter role ${quoteName(name)} password '${verifier}'`);
      }
    });
    await makeDatabase(admin, database);
  } finally {
    await admin.end({ timeout: 5 });
  }
  await closeDatabase(adminUrl, database);
}

/** The grants on one database; a copy of a template needs them anew. */
export async function closeDatabase(adminUrl: string, database: string): Promise<void> {
  const inside = provisioner(withDatabase(adminUrl, database));
  try {
    const grants = await script('provision-database.sql');
    await inside.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${provisionLock})`;
      await tx.unsafe(grants);
    });
  } finally {
    await inside.end({ timeout: 5 });
  }
}

/** The same server and login, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

/** The same server and database, another login. */
function withLogin(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = encodeURIComponent(password);
  return changed.href;
}

/** The login addresses of the roles that `provision` made. */
export function roleUrls(
  adminUrl: string,
  passwords: RolePasswords,
  database: string,
): Record<keyof RolePasswords, string> {
  const inside = withDatabase(adminUrl, database);
  const url = (role: keyof RolePasswords) => withLogin(inside, roleNames[role], passwords[role]);
  return {
    owner: url('owner'),
    server: url('server'),
    command: url('command'),
    ingest: url('ingest'),
    audit: url('audit'),
  };
}

const provisioner = (url: string) =>
  postgres(url, {
    max: 1,
    connect_timeout: 5,
    connection: { application_name: 'schakel provision' },
    onnotice: () => undefined,
  });

async function makeDatabase(admin: postgres.Sql, database: string): Promise<void> {
  const [existing] = await admin`select from pg_database where datname = ${database}`;
  if (existing) return;
  // CREATE DATABASE cannot run in a transaction, so two starters are told apart by the error.
  await admin.unsafe(`create database ${quoteName(database)}`).catch((error: { code?: string }) => {
    if (error.code !== '42P04' && error.code !== '23505') throw error;
  });
  await admin.unsafe(`alter database ${quoteName(database)} owner to ${roleNames.owner}`);
}

/** RFC 5803, as PostgreSQL stores it. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const server = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
