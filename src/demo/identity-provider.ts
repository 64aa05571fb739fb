/**
 * The built-in identity provider of demonstration mode: one ES256 key pair on disk, shared by the hub and the token
 * command. It issues whatever it is asked for, so it must never run in production.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { z } from 'zod';

/** Not a URL, so that nobody mistakes it for a provider that can be reached. */
export const demoIssuer = 'urn:schakel:demo';
export const demoAudience = 'schakel';

export type DemoTokenRequest = {
  sub: string;
  role: string;
  org: string;
  purpose: string;
  /** One hour when absent. */
  expiresInSeconds?: number;
};

export type DemoIdentityProvider = {
  issueToken(request: DemoTokenRequest): Promise<string>;
  /** The public key only. */
  jwks(): JSONWebKeySet;
};

const privateJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

/** Opens the provider whose key lies in this folder; the first one to come creates folder and key. */
export async function openDemoIdentityProvider(dataDir: string): Promise<DemoIdentityProvider> {
  const path = join(dataDir, 'demo-identity.json');
  const jwk = (await storedKey(path)) ?? (await createdKey(dataDir, path));
  const { d: _private, ...publicJwk } = jwk;
  const kid = await calculateJwkThumbprint(publicJwk);
  const key = await importJWK(jwk, 'ES256');

  return {
    issueToken: ({ sub, role, org, purpose, expiresInSeconds = 3600 }) =>
      new SignJWT({ role, org, purpose })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
        .setIssuer(demoIssuer)
        .setAudience(demoAudience)
        .setSubject(sub)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
        .sign(key),
    jwks: () => ({ keys: [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }] }),
  };
}

async function storedKey(path: string): Promise<z.infer<typeof privateJwk> | null> {
  try {
    return privateJwk.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    // Without the cause: it would print the file, and the file is a private key.
    throw new Error(`the key of the demo identity provider cannot be read: remove ${path}`);
  }
}

/**
 * `link` creates the final name with its content, or fails because another process was first: nobody ever
 * reads half a key, and two processes that start at once end up with the same one.
 */
async function createdKey(dataDir: string, path: string) {
  await mkdir(dataDir, { recursive: true });
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk: JWK = await exportJWK(privateKey);
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(jwk)}\n`, { mode: 0o600, flag: 'wx' });
    await link(draft, path);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const stored = await storedKey(path);
  if (stored === null) throw new Error(`the key of the demo identity provider is gone: ${path}`);
  return stored;
}
