/**
 * Tokens that no longer count although their signature is good: named by their `jti`, or all that a subject got before an
 * instant. The list is a file that the hub follows, so that a theft or a dismissal need not wait for `exp`.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import { type FollowLog, followFiles, type Interpreted } from '../follow-files.ts';

/** Asked on every request, so it must be cheap. */
export type IsRevoked = (claims: RevocableClaims) => boolean;

/** Of RFC 7519: which token, whose, and since when in seconds since 1970. */
export type RevocableClaims = {
  jti: string | undefined;
  sub: string | undefined;
  iat: number | undefined;
};

const listFormat = z.strictObject({
  tokens: z.array(z.string().min(1)),
  subjects: z.array(
    z.strictObject({ sub: z.string().min(1), issuedBefore: z.iso.datetime({ offset: true }) }),
  ),
});

/** The list as text, ready to be asked. Its problems say where, never which token or whose. */
export function revocationList(text: string): Interpreted<IsRevoked> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problems: ['is not JSON'] };
  }
  const parsed = listFormat.safeParse(json);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'as a whole'}: ${message}`,
      ),
    };
  }
  const tokens = new Set(parsed.data.tokens);
  const subjects = new Map<string, number>();
  for (const { sub, issuedBefore } of parsed.data.subjects) {
    subjects.set(sub, Math.max(subjects.get(sub) ?? 0, Date.parse(issuedBefore) / 1000));
  }
  return {
    value: ({ jti, sub, iat }) => {
      if (jti !== undefined && tokens.has(jti)) return true;
      const issuedBefore = sub === undefined ? undefined : subjects.get(sub);
      // A token that does not say when it was issued may be of before.
      return issuedBefore !== undefined && (iat === undefined || iat < issuedBefore);
    },
  };
}

/** Follows the list in this file; without one nothing is revoked. Throws `ConfigProblems` when it cannot be used at the start. */
export const openRevocations = async (
  file: string | null,
  log: FollowLog,
  everyMs?: number,
): Promise<{ isRevoked: IsRevoked; close(): void }> => {
  if (file === null) return { isRevoked: () => false, close: () => undefined };
  const list = await followFiles({
    setting: 'SCHAKEL_REVOKED',
    list: async () => [file],
    interpret: (_name, text) => revocationList(text),
    log,
    ...(everyMs !== undefined && { everyMs }),
  });
  const name = basename(file);
  return { isRevoked: (claims) => list.current().get(name)?.(claims) ?? true, close: list.close };
};
