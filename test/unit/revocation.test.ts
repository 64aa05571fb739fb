import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRevocations, revocationList } from '../../src/auth/revocation.ts';

const noon = Date.UTC(2026, 10, 23, 12) / 1000;
const token = (changes: { jti?: string; sub?: string; iat?: number | undefined } = {}) => ({
  jti: 't-1',
  sub: 'officer-1',
  iat: noon,
  ...changes,
});

const listed = (list: object) => {
  const found = revocationList(JSON.stringify({ tokens: [], subjects: [], ...list }));
  if ('problems' in found) throw new Error(found.problems.join('\n'));
  return found.value;
};

describe('a list', () => {
  test('that is empty revokes nothing', () => {
    expect(listed({})(token())).toBe(false);
  });

  test('names tokens', () => {
    const isRevoked = listed({ tokens: ['t-1'] });
    expect(isRevoked(token())).toBe(true);
    expect(isRevoked(token({ jti: 'T-1' }))).toBe(false);
    expect(isRevoked({ ...token(), jti: undefined })).toBe(false);
  });

  test.each`
    issued       | at                  | revoked
    ${noon - 1}  | ${'12:00:00Z'}      | ${true}
    ${noon}      | ${'12:00:00Z'}      | ${false}
    ${noon}      | ${'12:00:00.5Z'}    | ${true}
    ${noon}      | ${'13:00:01+01:00'} | ${true}
    ${noon}      | ${'13:00:00+01:00'} | ${false}
    ${undefined} | ${'12:00:00Z'}      | ${true}
  `('a token of $issued, all before $at: $revoked', ({ issued, at, revoked }) => {
    const isRevoked = listed({
      subjects: [{ sub: 'officer-1', issuedBefore: `2026-11-23T${at}` }],
    });
    expect(isRevoked(token({ iat: issued }))).toBe(revoked);
    expect(isRevoked(token({ iat: issued, sub: 'officer-2' }))).toBe(false);
  });

  test('that names a subject more than once means the last instant', () => {
    const isRevoked = listed({
      subjects: ['11', '13', '12'].map((hour) => ({
        sub: 'officer-1',
        issuedBefore: `2026-11-23T${hour}:00:00Z`,
      })),
    });
    expect(isRevoked(token({ iat: noon + 1800 }))).toBe(true);
    expect(isRevoked(token({ iat: noon + 3600 }))).toBe(false);
  });

  test.each([
    ['no JSON', '{', ['is not JSON']],
    ['a list', '[]', [expect.stringMatching(/^as a whole: /)]],
    ['half of it', '{"tokens":[]}', [expect.stringMatching(/^subjects: /)]],
    [
      'another word',
      '{"tokens":[],"subjects":[],"subject":["private-value"]}',
      [expect.stringMatching(/^as a whole: .*"subject"/)],
    ],
    [
      'tokens that are objects, and an instant that is a day',
      '{"tokens":[{"jti":"private-value"}],"subjects":[{"sub":"private-value","issuedBefore":"2026-11-23"}]}',
      [
        expect.stringMatching(/^tokens\.0: (?!.*private-value)/),
        expect.stringMatching(/^subjects\.0\.issuedBefore: (?!.*private-value)/),
      ],
    ],
  ])('that is %s is refused, without telling a value', (_what, text, problems) => {
    expect(revocationList(text)).toEqual({ problems });
  });
});

describe('the file', () => {
  let directory: string;
  let file: string;
  let logged: object[];
  let close = () => {};
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'schakel-revoked-'));
    file = join(directory, 'revoked.json');
    logged = [];
  });
  afterEach(async () => {
    close();
    await rm(directory, { recursive: true, force: true });
  });

  const put = async (text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const revoke = (...tokens: string[]) => put(JSON.stringify({ tokens, subjects: [] }));
  const opened = async () => {
    const list = await openRevocations(
      file,
      { info: (fields) => logged.push(fields), error: (fields) => logged.push(fields) },
      5,
    );
    ({ close } = list);
    return (jti: string) => list.isRevoked(token({ jti }));
  };

  test('may be absent when none is asked for', async () => {
    const list = await openRevocations(null, { info: () => {}, error: () => {} });
    expect(list.isRevoked(token())).toBe(false);
    list.close();
  });

  test('must be there at the start, and be right', async () => {
    await expect(opened()).rejects.toThrow(
      /SCHAKEL_REVOKED: revoked\.json cannot be read \(ENOENT\)/,
    );
    await put('{}');
    await expect(opened()).rejects.toThrow(/SCHAKEL_REVOKED: revoked\.json tokens: /);
  });

  test('is followed, also when a token is taken off it', async () => {
    await revoke('a');
    const isRevoked = await opened();
    expect(['a', 'b'].map(isRevoked)).toEqual([true, false]);
    await revoke('b');
    await expect.poll(() => ['a', 'b'].map(isRevoked)).toEqual([false, true]);
  });

  test('that goes wrong later counts as it was, and is logged once each time', async () => {
    await revoke('a');
    const isRevoked = await opened();
    const problems = () =>
      logged.flatMap((fields) => ('problems' in fields ? fields.problems : []));
    await rm(file);
    await expect.poll(problems).toEqual(['SCHAKEL_REVOKED: revoked.json cannot be read (ENOENT)']);
    expect(isRevoked('a')).toBe(true);
    await put('{"tokens":["b"');
    await expect
      .poll(problems)
      .toEqual([
        'SCHAKEL_REVOKED: revoked.json cannot be read (ENOENT)',
        'SCHAKEL_REVOKED: revoked.json is not JSON',
      ]);
    expect(['a', 'b'].map(isRevoked)).toEqual([true, false]);
    await revoke('b');
    await expect.poll(() => ['a', 'b'].map(isRevoked)).toEqual([false, true]);
    expect(problems()).toHaveLength(2);
  });
});
