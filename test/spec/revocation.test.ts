/** A revoked token over HTTP: its next request is refused, whatever the hub remembers of it. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRevocations } from '../../src/auth/revocation.ts';
import { createTokenVerifier, localJwks } from '../../src/auth/token.ts';
import {
  type DemoIdentityProvider,
  demoAudience,
  demoIssuer,
  openDemoIdentityProvider,
} from '../../src/demo/identity-provider.ts';
import type { RunningHttp } from '../../src/http/contract.ts';
import { startHttp } from '../../src/http/server.ts';
import { purposesOf } from '../../src/policy/policy.ts';

let directory: string;
let provider: DemoIdentityProvider;
let hub: RunningHttp;
let revocations: Awaited<ReturnType<typeof openRevocations>>;
let heard = 0;
let keysAsked = 0;

const revoke = async (list: object) => {
  const file = join(directory, 'revoked.json');
  await writeFile(`${file}.new`, JSON.stringify({ tokens: [], subjects: [], ...list }));
  await rename(`${file}.new`, file);
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'schakel-revocation-'));
  provider = await openDemoIdentityProvider(directory);
  await revoke({});
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  revocations = await openRevocations(join(directory, 'revoked.json'), log, 5);
  const keys = localJwks(provider.jwks());
  hub = await startHttp({
    host: '127.0.0.1',
    port: 0,
    verify: createTokenVerifier({
      issuer: demoIssuer,
      audience: demoAudience,
      jwks: (...asked) => {
        keysAsked += 1;
        return keys(...asked);
      },
      purposesOf,
      isRevoked: revocations.isRevoked,
    }),
    graphql: async () => {
      heard += 1;
      return { status: 200, headers: {}, body: '{}' };
    },
    deliver: async () => ({ status: 202, body: {} }),
    health: { live: () => true, ready: async () => ({ ready: true, checks: {} }) },
    log,
    limits: { drainMs: 500 },
  });
});
afterAll(async () => {
  revocations.close();
  await hub.close();
  await rm(directory, { recursive: true, force: true });
});

const tokenOf = (sub: string) =>
  provider.issueToken({
    sub,
    role: 'source',
    org: 'demo-leerplicht',
    purpose: purposesOf('source')[0] ?? '',
  });

const ask = (token: string, path = '/graphql') =>
  fetch(`http://127.0.0.1:${hub.port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"query":"{ viewer { role } }"}',
  });

const statuses = async (...tokens: string[]) =>
  (await Promise.all(tokens.map((token) => ask(token)))).map(({ status }) => status);

test('a token that was answered before is refused once it is on the list, on every path; others are not', async () => {
  const [stolen, same, other] = await Promise.all(['a', 'a', 'b'].map(tokenOf));
  if (!stolen || !same || !other) throw new Error('no tokens');
  expect(await statuses(stolen, same, other)).toEqual([200, 200, 200]);
  const asked = keysAsked;

  await revoke({ tokens: [decodeJwt(stolen).jti] });
  await expect.poll(() => statuses(stolen)).toEqual([401]);
  const heardBefore = heard;
  const refused = await ask(stolen);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(await refused.json()).toEqual({
    errors: [
      {
        message: 'the token has been revoked',
        extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' },
      },
    ],
  });
  expect((await ask(stolen, '/deliveries?format=ABSENCE_REPORTS')).status).toBe(401);
  expect(heard).toBe(heardBefore);
  expect(await statuses(same, other)).toEqual([200, 200]);

  const { iat = 0 } = decodeJwt(same);
  const issuedBefore = new Date((iat + 1) * 1000).toISOString();
  await revoke({ subjects: [{ sub: 'a', issuedBefore }] });
  await expect.poll(() => statuses(stolen, same, other)).toEqual([401, 401, 200]);

  await revoke({});
  await expect.poll(() => statuses(stolen, same, other)).toEqual([200, 200, 200]);
  // All of it without verifying a signature again: what is refused is what was remembered.
  expect(keysAsked).toBe(asked);
});
