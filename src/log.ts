/** The operational log: JSON lines with ids, codes and counts. What people did belongs in the audit log, who they are nowhere here. */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';
import { type ScrubbedError, scrubError } from './scrub-error.ts';

/** Errors go under `err` or `error`, never in the message: only those two are scrubbed. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: loggedError, error: loggedError },
  };
  return destination ? pino(options, destination) : pino(options);
}

type LoggedError = ScrubbedError & {
  severity?: string;
  schema?: string;
  table?: string;
  constraint?: string;
};

/** What may be logged of an error: of the database's also which constraint refused, never which value. */
function loggedError(error: unknown): unknown {
  // Already scrubbed by whoever logs it; anything else that is no error is not logged at all.
  if (!(error instanceof Error)) return isScrubbed(error) ? error : scrubError(error);
  return { ...scrubError(error), ...databaseFacts(error) } satisfies LoggedError;
}

const isScrubbed = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'name' in value && 'frames' in value;

const factNames = {
  severity: 'severity',
  schema: 'schema_name',
  table: 'table_name',
  constraint: 'constraint_name',
} as const;

/** Names out of our own migrations; the driver's message, detail, query and parameters hold values. */
function databaseFacts(error: Error): Partial<Record<keyof typeof factNames, string>> {
  let cause: unknown = error;
  for (let depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    if (cause.name === 'PostgresError') {
      const source = cause as unknown as Record<string, unknown>;
      const facts = Object.entries(factNames).flatMap(([name, key]) => {
        const value = source[key];
        return typeof value === 'string' && /^\w{1,63}$/.test(value) ? [[name, value]] : [];
      });
      return Object.fromEntries(facts);
    }
    cause = cause.cause;
  }
  return {};
}
