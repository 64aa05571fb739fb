import { createHmac, generateKeyPairSync } from 'node:crypto';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { IsRevoked } from '../../src/auth/revocation.ts';
import { createTokenVerifier, localJwks } from '../../src/auth/token.ts';
import { Unavailable } from '../../src/unavailable.ts';

const issuer = 'https://idp.example/';
const audience = 'schakel';
const start = Date.UTC(2026, 1, 1, 12);
const seconds = (ms: number) => Math.floor(ms / 1000);
const claims = { role: 'attendanceOfficer', org: '0546', purpose: 'leerplicht' };

type Signer = Awaited<ReturnType<typeof generateKeyPair>> & { jwk: JWK };

async function signer(alg: string, kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

let es: Signer;
let stranger: Signer;
beforeAll(async () => {
  es = await signer('ES256', 'es-1');
  stranger = await signer('ES256', 'es-1');
});

type Changes = {
  payload?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: Signer;
};

function signed({ payload = {}, header = {}, key = es }: Changes = {}): Promise<string> {
  const body = {
    iss: issuer,
    aud: audience,
    sub: 'officer-1',
    iat: seconds(start),
    exp: seconds(start) + 600,
    ...claims,
    ...payload,
  };
  return new SignJWT(body as Record<string, unknown>)
    .setProtectedHeader({ alg: 'ES256', kid: 'es-1', typ: 'at+jwt', ...header })
    .sign(key.privateKey);
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A verifier over these keys, with a clock and a revocation that the test moves, and the number of times it asked for a key. */
function verifier(keys: JWK[] = [es.jwk], cacheSize = 10) {
  const nothing: IsRevoked = () => false;
  const state = { now: start, asked: 0, keys: localJwks({ keys }), isRevoked: nothing };
  const jwks: JWTVerifyGetKey = (header, token) => {
    state.asked += 1;
    return state.keys(header, token);
  };
  const verify = createTokenVerifier({
    issuer,
    audience,
    jwks,
    purposesOf: () => ['leerplicht'],
    isRevoked: (claims) => state.isRevoked(claims),
    now: () => state.now,
    cacheSize,
  });
  return { state, verify };
}

const refused = (code: string) => expect.objectContaining({ name: 'AuthError', code });

describe('a good token', () => {
  test('becomes a viewer', async () => {
    await expect(verifier().verify(await signed())).resolves.toEqual({
      subject: 'officer-1',
      role: 'attendanceOfficer',
      organisation: '0546',
      purpose: 'leerplicht',
      client: null,
      expiresAt: seconds(start) + 600,
    });
  });

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('may be signed with %s', async (alg) => {
    const key = await signer(alg, 'k');
    const token = await signed({ key, header: { alg, kid: 'k' } });
    await expect(verifier([key.jwk]).verify(token)).resolves.toMatchObject({
      organisation: '0546',
    });
  });

  test.each(['at+jwt', 'application/at+jwt', 'JWT', undefined])('may have typ %s', async (typ) => {
    const token = await signed({ header: { typ } });
    await expect(verifier().verify(token)).resolves.toBeDefined();
  });

  test('without kid is tried with each key of its algorithm', async () => {
    const other = await signer('ES256', 'es-2');
    const token = await signed({ header: { kid: undefined } });
    await expect(verifier([other.jwk, es.jwk]).verify(token)).resolves.toBeDefined();
    await expect(
      verifier([other.jwk, { ...stranger.jwk, kid: 'es-3' }]).verify(token),
    ).rejects.toEqual(refused('TOKEN_INVALID'));
  });
});

describe('the clock has a leeway of 5 seconds', () => {
  test.each`
    claim    | offset  | outcome
    ${'exp'} | ${-4}   | ${'accepted'}
    ${'exp'} | ${-5}   | ${'TOKEN_EXPIRED'}
    ${'exp'} | ${-600} | ${'TOKEN_EXPIRED'}
    ${'nbf'} | ${5}    | ${'accepted'}
    ${'nbf'} | ${6}    | ${'TOKEN_INVALID'}
  `('$claim at $offset s from now: $outcome', async ({ claim, offset, outcome }) => {
    const token = await signed({ payload: { [claim]: seconds(start) + offset } });
    const answer = verifier().verify(token);
    if (outcome === 'accepted') await expect(answer).resolves.toBeDefined();
    else await expect(answer).rejects.toEqual(refused(outcome));
  });
});

describe('refused', () => {
  test.each<[string, Changes]>([
    ['another audience', { payload: { aud: 'other' } }],
    ['another issuer', { payload: { iss: 'https://idp.example' } }],
    ['no audience', { payload: { aud: undefined } }],
    ['no issuer', { payload: { iss: undefined } }],
    ['no expiry', { payload: { exp: undefined } }],
    ['an expiry that is not a number', { payload: { exp: '9999999999' } }],
    ['a kid nobody has', { header: { kid: 'es-9' } }],
    ['a kid that is a path', { header: { kid: '../../../../dev/null' } }],
    ['a kid that is SQL', { header: { kid: "x' union select 'k" } }],
    ['a logout token', { header: { typ: 'logout+jwt' } }],
    ['an unknown critical header', { header: { crit: ['x'], x: 1 } }],
  ])('%s', async (_title, changes) => {
    const token = signed(changes).catch(() => {
      // jose itself does not sign a critical header it does not know.
      const header = base64url({ alg: 'ES256', kid: 'es-1', ...changes.header });
      return `${header}.${base64url({ iss: issuer })}.AA`;
    });
    await expect(verifier().verify(await token)).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  test('signed with another key under a known kid', async () => {
    const token = await signed({ key: stranger });
    await expect(verifier().verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  test('a key brought along in the header', async () => {
    for (const header of [
      { jwk: stranger.jwk },
      { jku: 'https://evil.example/jwks' },
      { x5u: 'https://evil.example/cert' },
    ]) {
      const token = await signed({ key: stranger, header });
      await expect(verifier().verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
    }
  });

  test.each(['none', 'None', 'nOnE'])('alg %s, with and without a signature', async (alg) => {
    const [, payload, signature] = (await signed()).split('.');
    for (const tail of ['', signature]) {
      const token = `${base64url({ alg, kid: 'es-1' })}.${payload}.${tail}`;
      await expect(verifier().verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
    }
  });

  test('HS256 with the public key as its secret', async () => {
    const rs = await signer('RS256', 'rs-1');
    const payload = (await signed()).split('.')[1];
    const head = `${base64url({ alg: 'HS256', kid: 'rs-1' })}.${payload}`;
    for (const secret of [await exportSPKI(rs.publicKey), JSON.stringify(rs.jwk)]) {
      const token = `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
      await expect(verifier([rs.jwk]).verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
      // Not even when the key set offers it as a secret: HMACs are not in the list.
      const oct = { kty: 'oct', kid: 'rs-1', k: Buffer.from(secret).toString('base64url') };
      await expect(verifier([oct]).verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
    }
  });

  test('RS384 and ES384, although jose knows them', async () => {
    for (const alg of ['RS384', 'ES384']) {
      const key = await signer(alg, 'k');
      const token = await signed({ key, header: { alg, kid: 'k' } });
      await expect(verifier([key.jwk]).verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
    }
  });

  test('an RSA key of 1024 bits', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const { createSign } = await import('node:crypto');
    const head = `${base64url({ alg: 'RS256', kid: 'weak' })}.${(await signed()).split('.')[1]}`;
    const signature = createSign('RSA-SHA256').update(head).sign(privateKey).toString('base64url');
    const jwk = { ...(publicKey.export({ format: 'jwk' }) as JWK), kid: 'weak', alg: 'RS256' };
    await expect(verifier([jwk]).verify(`${head}.${signature}`)).rejects.toEqual(
      refused('TOKEN_INVALID'),
    );
  });

  test('a changed payload, a changed signature, half a token, no token at all', async () => {
    const token = await signed();
    const [header, , signature] = token.split('.');
    const forged = base64url({ iss: issuer, aud: audience, sub: 'x', exp: 9e9, ...claims });
    for (const bad of [
      `${header}.${forged}.${signature}`,
      `${token.slice(0, -8)}AAAAAAAA`,
      token.slice(0, token.lastIndexOf('.')),
      `${token}.${token}`,
      '',
      'x',
      '..',
      '\u0000',
    ]) {
      await expect(verifier().verify(bad)).rejects.toEqual(refused('TOKEN_INVALID'));
    }
  });

  test('claims of a viewer are checked after the signature', async () => {
    const token = await signed({ payload: { role: 'admin' } });
    await expect(verifier().verify(token)).rejects.toEqual(refused('ROLE_INVALID'));
  });

  test('the message holds nothing of the token', async () => {
    const token = await signed({ payload: { org: 'private-value', sub: 'private-value' } });
    await expect(verifier().verify(token)).rejects.not.toThrow(/private-value/);
  });
});

describe('verified tokens are remembered', () => {
  test('so that the signature is checked once', async () => {
    const { state, verify } = verifier();
    const token = await signed();
    const first = await verify(token);
    await expect(verify(token)).resolves.toBe(first);
    expect(state.asked).toBe(1);
  });

  test('until they expire, without leeway', async () => {
    const { state, verify } = verifier();
    const token = await signed();
    await verify(token);
    state.now = start + 600_000 - 1;
    await verify(token);
    expect(state.asked).toBe(1);
    state.now = start + 600_000;
    await verify(token);
    expect(state.asked).toBe(2);
    state.now = start + 605_000;
    await expect(verify(token)).rejects.toEqual(refused('TOKEN_EXPIRED'));
  });

  test('but refused ones are not', async () => {
    const { state, verify } = verifier();
    const token = await signed({ key: stranger });
    await verify(token).catch(() => null);
    await verify(token).catch(() => null);
    expect(state.asked).toBe(2);
  });

  test('up to a number, the longest unused one goes first', async () => {
    const { state, verify } = verifier([es.jwk], 2);
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((sub) => signed({ payload: { sub } })));
    for (const token of [a, b, a, c]) await verify(token ?? '');
    expect(state.asked).toBe(3);
    await verify(a ?? '');
    expect(state.asked).toBe(3);
    await verify(b ?? '');
    expect(state.asked).toBe(4);
  });
});

describe('a revoked token', () => {
  test('is refused at once, also when it was seen before; others are not', async () => {
    const { state, verify } = verifier();
    const [stolen, other] = await Promise.all(
      ['t-1', 't-2'].map((jti) => signed({ payload: { jti } })),
    );
    await verify(stolen ?? '');
    await verify(other ?? '');
    state.isRevoked = ({ jti }) => jti === 't-1';
    await expect(verify(stolen ?? '')).rejects.toEqual(refused('TOKEN_REVOKED'));
    await expect(verify(other ?? '')).resolves.toBeDefined();
    expect(state.asked).toBe(2);
  });

  test('is refused when it is new', async () => {
    const { state, verify } = verifier();
    state.isRevoked = ({ sub, iat }) => sub === 'officer-1' && iat === seconds(start);
    await expect(verify(await signed())).rejects.toEqual(refused('TOKEN_REVOKED'));
  });

  test('stays remembered until it expires, and counts again when it is taken off the list', async () => {
    const { state, verify } = verifier();
    const token = await signed();
    state.isRevoked = () => true;
    await expect(verify(token)).rejects.toEqual(refused('TOKEN_REVOKED'));
    await expect(verify(token)).rejects.toEqual(refused('TOKEN_REVOKED'));
    expect(state.asked).toBe(1);
    state.isRevoked = () => false;
    await expect(verify(token)).resolves.toBeDefined();
    state.now = start + 605_000;
    state.isRevoked = () => true;
    await expect(verify(token)).rejects.toEqual(refused('TOKEN_EXPIRED'));
  });

  test('is not told from any other that is not ours', async () => {
    const { state, verify } = verifier();
    state.isRevoked = () => true;
    const token = await signed({ key: stranger });
    await expect(verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
  });
});

describe('keys', () => {
  test('a key that came later counts, one that went no longer does', async () => {
    const next = await signer('ES256', 'es-2');
    const { state, verify } = verifier();
    const token = await signed({ key: next, header: { kid: 'es-2' } });
    await expect(verify(token)).rejects.toEqual(refused('TOKEN_INVALID'));
    state.keys = localJwks({ keys: [next.jwk] });
    await expect(verify(token)).resolves.toBeDefined();
    await expect(verify(await signed())).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  test('keys that cannot be fetched are not the fault of the token', async () => {
    const verify = createTokenVerifier({
      issuer,
      audience,
      jwks: () => Promise.reject(new Unavailable('identity provider could not be reached')),
      purposesOf: () => ['leerplicht'],
    });
    await expect(verify(await signed())).rejects.toBeInstanceOf(Unavailable);
  });
});
