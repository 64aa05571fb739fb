/** How a request ends that is not carried out: what the caller hears, and what only the log does. */
import { randomUUID } from 'node:crypto';
import { AuthError } from '../auth/viewer.ts';
import { scrubError } from '../scrub-error.ts';
import { Unavailable } from '../unavailable.ts';
import type { GraphqlAnswer, HttpLog } from './contract.ts';
import { BodyRefused } from './request-body.ts';

/** Ends a request early. Its message is ours, so it may be shown. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, string>>;
  constructor(
    status: number,
    code: string,
    message: string,
    more: { headers?: Record<string, string>; details?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.details = more.details ?? {};
  }
}

export const badRequest = (message: string) => new Refusal(400, 'BAD_REQUEST', message);

/** What a caller hears of an error. Of one that is not ours: an id, under which the log has the rest. */
export function refusalOf(error: unknown, log: HttpLog): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof AuthError) {
    // RFC 6750 §3.1: no error code when there was no token at all.
    const challenge = error.code === 'TOKEN_MISSING' ? 'Bearer' : 'Bearer error="invalid_token"';
    return new Refusal(401, 'UNAUTHENTICATED', error.message, {
      headers: { 'www-authenticate': challenge },
      details: { reason: error.code },
    });
  }
  if (error instanceof BodyRefused) {
    return error.code === 'BODY_TOO_LARGE'
      ? new Refusal(413, error.code, error.message)
      : new Refusal(408, error.code, error.message, { headers: { connection: 'close' } });
  }
  if (error instanceof Unavailable) {
    log.warn({ error: scrubError(error) }, 'unavailable');
    return new Refusal(503, 'UNAVAILABLE', 'not now: ask again in a moment', {
      headers: { 'retry-after': String(error.retryAfterSeconds) },
    });
  }
  const errorId = randomUUID();
  log.error({ errorId, error: scrubError(error) }, 'request failed');
  return new Refusal(500, 'INTERNAL_SERVER_ERROR', 'something went wrong here', {
    details: { id: errorId },
  });
}

/** RFC 9457. */
export const problem = ({ status, code, message, headers, details }: Refusal): GraphqlAnswer => ({
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headers },
  body: JSON.stringify({ type: 'about:blank', status, code, title: message, ...details }),
});
