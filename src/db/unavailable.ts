/** Tells a database that cannot be reached, or has no room, from a statement that is wrong. */
import { Unavailable } from '../unavailable.ts';

export { Unavailable };

const connectionCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * 57P01-57P03 shutting down or starting up, 57014 a statement that took too long, 25P03 a transaction that was idle for too
 * long, 53xxx no connections, memory or disk left, 55P03 a lock that did not come in time, 40P01 a deadlock; class 08 is the
 * connection itself.
 */
const retryableStates = /^(57P0[123]|57014|25P03|53[0-9A-Z]{3}|08[0-9A-Z]{3}|55P03|40P01)$/;

/** An `Unavailable` when the error, or what caused it, says that the database could not be reached; otherwise the error itself. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof Unavailable) return error;
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    const code = 'code' in cause ? String(cause.code) : '';
    if (connectionCodes.has(code) || retryableStates.test(code)) {
      return new Unavailable(`the database is unavailable (${code})`, { cause: error });
    }
    cause = cause.cause;
  }
  return error;
}
