import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider } from 'oidc-provider';
import { afterEach, expect, test } from 'vitest';
import { createTokenVerifier, remoteJwks } from '../../src/auth/token.ts';
import { Unavailable } from '../../src/unavailable.ts';

const audience = 'https://schakel.example';
const hubClaims = { role: 'swvCoordinator', org: 'PO-28-01', purpose: 'support-allocation' };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listening(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function signingKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}

const providerWith = (issuer: string, keys: JWK[]) =>
  new Provider(issuer, {
    jwks: { keys },
    clients: [
      {
        client_id: 'swv-desk',
        client_secret: 'secret-of-the-test',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    // A machine has no subject of its own: the client is the subject.
    extraTokenClaims: () => ({ ...hubClaims, sub: 'swv-desk' }),
  });

/** A provider on a real socket; `rotate` gives it other keys under the same address. */
async function openidProvider(...keys: JWK[]) {
  const requests: string[] = [];
  let handle: RequestListener = () => {};
  const { url } = await listening((request, response) => {
    requests.push(request.url ?? '');
    handle(request, response);
  });
  const rotate = (...next: JWK[]) => {
    handle = providerWith(url, next).callback();
  };
  rotate(...keys);
  return { url, rotate, requests };
}

async function accessToken(issuer: string, resource = audience): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('swv-desk:secret-of-the-test').toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
  });
  const body = (await response.json()) as { access_token?: string };
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body.access_token ?? '';
}

const verifierFor = (issuer: string, cooldownMs = 0) =>
  createTokenVerifier({
    issuer,
    audience,
    jwks: remoteJwks(issuer, { cooldownMs }),
    purposesOf: () => ['support-allocation'],
  });

const invalid = expect.objectContaining({ name: 'AuthError', code: 'TOKEN_INVALID' });

test('a token of an OpenID provider is verified with the keys its discovery document points to', async () => {
  const { url } = await openidProvider(await signingKey('k1'));
  await expect(verifierFor(url)(await accessToken(url))).resolves.toMatchObject({
    subject: 'swv-desk',
    role: 'swvCoordinator',
    organisation: 'PO2801',
    purpose: 'support-allocation',
  });
});

test('nothing is fetched before the first token, and the keys only once after it', async () => {
  const { url, requests } = await openidProvider(await signingKey('k1'));
  const verify = verifierFor(url);
  expect(requests).toEqual([]);
  const tokens = await Promise.all([1, 2, 3].map(() => accessToken(url)));
  await Promise.all(tokens.map(verify));
  expect(requests.filter((path) => path !== '/token')).toEqual([
    '/.well-known/openid-configuration',
    '/jwks',
  ]);
});

test('a token for another audience is refused', async () => {
  const { url } = await openidProvider(await signingKey('k1'));
  const token = await accessToken(url, 'https://other.example');
  await expect(verifierFor(url)(token)).rejects.toEqual(invalid);
});

test('a token of another provider is refused', async () => {
  const [ours, other] = [
    await openidProvider(await signingKey('k1')),
    await openidProvider(await signingKey('k1')),
  ];
  const token = await accessToken(other.url);
  await expect(verifierFor(ours.url)(token)).rejects.toEqual(invalid);
});

test('a rotated key is picked up, and the old one no longer counts', async () => {
  const [first, second] = [await signingKey('k1'), await signingKey('k2')];
  const { url, rotate } = await openidProvider(first);
  const verify = verifierFor(url);
  const old = await accessToken(url);
  const unseen = await accessToken(url);
  await verify(old);
  rotate(second);
  await expect(verify(await accessToken(url))).resolves.toMatchObject({ subject: 'swv-desk' });
  await expect(verify(unseen)).rejects.toEqual(invalid);
});

test('a flood of unknown key ids costs one fetch per cooldown', async () => {
  const { url, rotate, requests } = await openidProvider(await signingKey('k1'));
  const verify = verifierFor(url, 60_000);
  await verify(await accessToken(url));
  rotate(await signingKey('k2'));
  for (let n = 0; n < 5; n += 1) {
    await expect(verify(await accessToken(url))).rejects.toEqual(invalid);
  }
  expect(requests.filter((path) => path === '/jwks')).toHaveLength(1);
});

test('a provider that cannot be reached is not the fault of the token, and is asked again', async () => {
  const provider = await openidProvider(await signingKey('k1'));
  const token = await accessToken(provider.url);
  const { url, server } = await listening((_request, response) => response.writeHead(502).end());
  const verify = createTokenVerifier({
    issuer: url,
    audience,
    jwks: remoteJwks(url, { cooldownMs: 0 }),
    purposesOf: () => [],
  });
  await expect(verify(token)).rejects.toBeInstanceOf(Unavailable);

  // The provider comes back at the same address, with this token's key.
  server.removeAllListeners('request');
  server.on('request', (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ issuer: url, jwks_uri: `${provider.url}/jwks` }));
  });
  await expect(verify(token)).rejects.toEqual(invalid); // reached now: the issuer is another one
});

test('a discovery document of another issuer, or with keys over plain http, is not believed', async () => {
  const provider = await openidProvider(await signingKey('k1'));
  const token = await accessToken(provider.url);
  for (const document of [
    { issuer: 'https://elsewhere.example', jwks_uri: `${provider.url}/jwks` },
    { jwks_uri: 'http://keys.example/jwks' },
    {},
  ]) {
    const { url } = await listening((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ issuer: url, ...document }));
    });
    await expect(verifierFor(url)(token)).rejects.toBeInstanceOf(Unavailable);
  }
});
