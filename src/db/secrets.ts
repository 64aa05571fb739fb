/** Keeps the passwords of the database roles the hub makes itself, in a file only its own user can read. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The login roles, by the pool that uses them; `schema/provision.sql` says what each is for. */
export const roleNames = {
  owner: 'schakel_owner',
  server: 'hub_server',
  command: 'hub_command',
  ingest: 'hub_ingest',
  audit: 'hub_audit',
} as const;

export type RolePasswords = Record<keyof typeof roleNames, string>;
export type DatabaseSecrets = RolePasswords & { superuser: string };

const password = z.string().regex(/^[\w-]{20,}$/);
const secretsFile = z.object({
  superuser: password,
  owner: password,
  server: password,
  command: password,
  ingest: password,
  audit: password,
});

const randomPassword = () => randomBytes(24).toString('base64url');

/** The passwords in `<dataDir>/database.json`, made on first use. Two hubs starting at once get the same ones. */
export async function databaseSecrets(dataDir: string): Promise<DatabaseSecrets> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'database.json');
  const stored = await readIfPresent(path);
  if (stored === null) {
    const fresh = Object.fromEntries(
      Object.keys(secretsFile.shape).map((role) => [role, randomPassword()]),
    );
    const draft = join(dataDir, `database.json.${randomBytes(6).toString('hex')}`);
    await writeFile(draft, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    try {
      // A link fails when the name is taken, a rename would replace what another hub already uses.
      await link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft);
    }
  }
  await chmod(path, 0o600);
  const parsed = secretsFile.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!parsed.success) {
    throw new Error(
      `${path} is damaged: put it back from a copy, or remove ${dataDir} to start anew`,
    );
  }
  return parsed.data;
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
