/**
 * Turns a BSN into a pseudonym that means nothing outside its compartment. Attendance and care have a key each, so the
 * two tokens of one child never match; there is no table from token to BSN.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const keys = z
  .object({
    current: z.string().min(1),
    keys: z.record(z.string(), z.base64()),
  })
  .refine(({ current, keys }) => Object.hasOwn(keys, current));

const keyringFile = z.object({ attendance: keys, care: keys });

/** Per compartment the keys by their ids, and which of them makes new tokens. */
export type Keyring = z.infer<typeof keyringFile>;

const keyBytes = 32;

/** Reads the keys of the hub. Refuses a file that others may read, and a key that is too short. */
export async function loadKeyring(path: string): Promise<Keyring> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others: make it yours alone (chmod 600)`);
  }
  const parsed = keyringFile.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is not a keyring: put it back from a copy`);
  const all = [parsed.data.attendance, parsed.data.care].flatMap(({ keys }) => Object.values(keys));
  if (all.some((key) => Buffer.from(key, 'base64').length < keyBytes)) {
    throw new Error(`${path} holds a key of less than ${keyBytes} bytes`);
  }
  if (new Set(all).size < all.length) {
    throw new Error(`${path} holds one key twice: tokens of two compartments would match`);
  }
  return parsed.data;
}

/** Makes a keyring with random keys, unless there is one already; a key that is lost makes every token worthless. */
export async function createKeyring(path: string): Promise<Keyring> {
  const compartment = () => ({
    current: '1',
    keys: { '1': randomBytes(keyBytes).toString('base64') },
  });
  const fresh: Keyring = { attendance: compartment(), care: compartment() };
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link fails when the name is taken; a rename would replace keys that are in use.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return loadKeyring(path);
}

/** The token of a BSN in one compartment, and the id of the key that made it. */
export function token(
  keyring: Keyring,
  compartment: keyof Keyring,
  bsn: string,
): { bsnToken: string; tokenKey: string } {
  const { current, keys } = keyring[compartment];
  const key = keys[current];
  if (key === undefined) throw new Error(`the keyring has no current key for ${compartment}`);
  const bsnToken = createHmac('sha256', Buffer.from(key, 'base64')).update(bsn).digest('base64url');
  return { bsnToken, tokenKey: current };
}

/** Never the parser's own message: it quotes the text, and the text is a key. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
