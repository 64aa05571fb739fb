/** Access tokens: signature, issuer, audience and time are checked with jose; what is left becomes a Viewer. */
import { hash } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Role } from '../../schema/codes.ts';
import { Unavailable } from '../unavailable.ts';
import type { IsRevoked, RevocableClaims } from './revocation.ts';
import { AuthError, type Viewer, viewerFromClaims } from './viewer.ts';

/** Rejects with AuthError (the token is no good) or Unavailable (the keys cannot be fetched now). */
export type TokenVerifier = (token: string) => Promise<Viewer>;

/** Signatures with a public key only: with an HMAC in this list, a public key would be a signing key. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** RFC 9068 and what providers wrote before it. A logout token or a DPoP proof of the same issuer is not an access token. */
const types: readonly (string | undefined)[] = ['at+jwt', 'application/at+jwt', 'jwt', undefined];

const leewaySeconds = 5;

/**
 * Verified tokens are remembered by their SHA-256 until they expire: a signature costs more than the rest of
 * a small request. A key that is withdrawn therefore still counts for tokens that were seen before, at most until their `exp`.
 * What is revoked is asked anew for every request.
 */
export function createTokenVerifier(options: {
  issuer: string;
  audience: string;
  jwks: JWTVerifyGetKey;
  purposesOf: (role: Role) => readonly string[];
  isRevoked?: IsRevoked;
  /** Milliseconds since 1970. */
  now?: () => number;
  cacheSize?: number;
}): TokenVerifier {
  const { issuer, audience, jwks, purposesOf, isRevoked, now = Date.now } = options;
  const { cacheSize = 10_000 } = options;
  const seen = new Map<string, Verified>();
  const unlessRevoked = ({ viewer, claims }: Verified): Viewer => {
    if (isRevoked?.(claims)) throw new AuthError('TOKEN_REVOKED', 'the token has been revoked');
    return viewer;
  };

  return async (token) => {
    const key = hash('sha256', token, 'base64');
    const known = seen.get(key);
    // Deleting and setting again keeps the map in order of use: its first key is the one to drop.
    if (known !== undefined) seen.delete(key);
    if (known !== undefined && now() < known.viewer.expiresAt * 1000) {
      seen.set(key, known);
      return unlessRevoked(known);
    }
    const claims = await verifiedClaims(token, jwks, {
      issuer,
      audience,
      algorithms,
      clockTolerance: leewaySeconds,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'sub'],
    });
    const viewer = Object.freeze(viewerFromClaims(claims, purposesOf));
    const { jti, sub, iat } = claims;
    const verified = { viewer, claims: { jti, sub, iat } };
    if (now() < viewer.expiresAt * 1000) seen.set(key, verified);
    if (seen.size > cacheSize) seen.delete(seen.keys().next().value ?? key);
    return unlessRevoked(verified);
  };
}

type Verified = { viewer: Viewer; claims: RevocableClaims };

async function verifiedClaims(
  token: string,
  jwks: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await verifyWithAnyKey(token, jwks, options);
    if (!types.includes(protectedHeader.typ?.toLowerCase())) {
      throw new AuthError('TOKEN_INVALID', 'the token is not an access token');
    }
    return payload;
  } catch (error) {
    if (error instanceof Unavailable || error instanceof AuthError) throw error;
    if (error instanceof errors.JWTExpired) {
      throw new AuthError('TOKEN_EXPIRED', 'the token has expired');
    }
    // Whatever else goes wrong on a stranger's token (jose throws TypeErrors too) is a refusal.
    throw new AuthError('TOKEN_INVALID', 'the token is not valid here', { cause: error });
  }
}

/** A token without `kid` fits every key of its algorithm: during a rotation each of them is tried. */
async function verifyWithAnyKey(token: string, jwks: JWTVerifyGetKey, options: JWTVerifyOptions) {
  try {
    return await jwtVerify(token, jwks, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (attempt) {
        if (!(attempt instanceof errors.JWSSignatureVerificationFailed)) throw attempt;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** The keys of an identity provider inside this process, such as the one of demonstration mode. */
export const localJwks = (keys: JSONWebKeySet): JWTVerifyGetKey => createLocalJWKSet(keys);

/**
 * The keys of an OpenID provider, found through its discovery document at the first token, and fetched again when
 * a token names a key we do not have. An unknown `kid` costs at most one fetch per cooldown, so it is no lever for a flood.
 */
export function remoteJwks(
  issuer: string,
  options: { cooldownMs?: number; timeoutMs?: number } = {},
): JWTVerifyGetKey {
  const { cooldownMs = 5_000, timeoutMs = 5_000 } = options;
  let discovery: Promise<JWTVerifyGetKey> | null = null;
  let failedAt = Number.NEGATIVE_INFINITY;

  const discovered = (): Promise<JWTVerifyGetKey> => {
    if (discovery === null) {
      if (Date.now() < failedAt + Math.min(cooldownMs, 1_000)) {
        throw new Unavailable('identity provider could not be reached');
      }
      discovery = discoverJwksUri(issuer, timeoutMs)
        .then((uri) =>
          createRemoteJWKSet(uri, { cooldownDuration: cooldownMs, timeoutDuration: timeoutMs }),
        )
        .catch((error: unknown) => {
          discovery = null;
          failedAt = Date.now();
          throw error;
        });
    }
    return discovery;
  };

  return async (header, token) => {
    try {
      return await (await discovered())(header, token);
    } catch (error) {
      // These say something about the token; anything else is about the provider or the network.
      const isAboutTheToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      if (isAboutTheToken || error instanceof Unavailable) throw error;
      throw new Unavailable('identity provider could not be reached', { cause: error });
    }
  };
}

async function discoverJwksUri(issuer: string, timeoutMs: number): Promise<URL> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`OpenID discovery answered ${response.status}`);
  const document = (await response.json()) as Record<string, unknown> | null;
  // OpenID Connect Discovery §4.3: otherwise one provider could hand out the keys of another.
  if (document?.issuer !== issuer) throw new Error('OpenID discovery names another issuer');
  const uri = new URL(String(document.jwks_uri));
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(uri.hostname);
  if (uri.protocol !== 'https:' && !isLoopback) throw new Error('jwks_uri is not https');
  return uri;
}
