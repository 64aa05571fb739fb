import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKeyring, loadKeyring, token } from '../../../src/link/pseudonym.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'schakel-keyring-'));
  path = join(directory, 'keyring.json');
});
afterEach(() => rm(directory, { recursive: true }));

const key = (letter: string) => Buffer.alloc(32, letter).toString('base64');
const keyring = {
  attendance: { current: 'b', keys: { a: key('a'), b: key('b') } },
  care: { current: 'c', keys: { c: key('c') } },
};

test('a token is HMAC-SHA-256 under the current key of its compartment', () => {
  expect(token(keyring, 'attendance', '999990019')).toEqual({
    // Computed with Python: hmac.new(b'b' * 32, b'999990019', 'sha256').
    bsnToken: '3z-ic3BkrPz7eLoHhND8KwdXHzDeTZDqOvt-K4JqKHE',
    tokenKey: 'b',
  });
  const attendance = token(keyring, 'attendance', '999990019').bsnToken;
  expect(token(keyring, 'attendance', '999990019').bsnToken).toBe(attendance);
  expect(token(keyring, 'care', '999990019').bsnToken).not.toBe(attendance);
  expect(token(keyring, 'attendance', '999990020').bsnToken).not.toBe(attendance);
});

test('a keyring is made once, for its owner alone, with other keys each time', async () => {
  const made = await createKeyring(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await createKeyring(path)).toEqual(made);
  expect(await loadKeyring(path)).toEqual(made);
  expect(await createKeyring(join(directory, 'other.json'))).not.toEqual(made);
  expect(made.attendance.keys).not.toEqual(made.care.keys);
});

test('two hubs that start at once get the same keys', async () => {
  const [one, other] = await Promise.all([createKeyring(path), createKeyring(path)]);
  expect(one).toEqual(other);
});

test.each([
  ['is no JSON', 'secret{', 'not a keyring'],
  [
    'has no current key',
    { ...keyring, care: { current: 'x', keys: { c: key('c') } } },
    'not a keyring',
  ],
  [
    'has a short key',
    { ...keyring, care: { current: 'c', keys: { c: 'YWJj' } } },
    'less than 32 bytes',
  ],
  ['has one key for both', { attendance: keyring.care, care: keyring.care }, 'twice'],
])('a keyring that %s is refused, without a word of it', async (_, content, said) => {
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), {
    mode: 0o600,
  });
  const error: unknown = await loadKeyring(path).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(said);
  expect(String(error)).not.toContain('secret');
  expect(String(error)).not.toContain(key('c'));
});

test('a keyring that others can read is refused', async () => {
  await createKeyring(path);
  await chmod(path, 0o640);
  await expect(loadKeyring(path)).rejects.toThrow('chmod 600');
  expect(await readFile(path, 'utf8')).toContain('attendance');
});
