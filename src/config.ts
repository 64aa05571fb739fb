/** Reads the hub's settings from the environment, all problems at once. Each variable is described in docs/configuration.md. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Code, type Role, roles, thuiszitterDefinitions } from '../schema/codes.ts';
import type { PoolSizes, PoolUrls } from './db/pools.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where the database is: our own, one whose roles we make, or one whose roles are given. */
type DatabaseConfig =
  | { kind: 'embedded' }
  | { kind: 'provisioned'; adminUrl: string }
  | { kind: 'given'; ownerUrl: string; urls: PoolUrls };

export type Config = {
  port: number;
  host: string;
  dataDir: string;
  /** Embedded database, built-in identity provider, invented people: this machine only. */
  demonstration: boolean;
  database: DatabaseConfig;
  poolSizes: PoolSizes;
  /** Null in a demonstration, which is its own identity provider. */
  oidc: { issuer: string; audience: string } | null;
  keyringFile: string;
  /** The directory of the manifests, one per client; null when there are none. */
  trustedDocuments: string | null;
  /** The roles that can ask only what their client has registered. */
  trustedOnly: readonly Role[];
  /** The list of revoked tokens, when one is kept. */
  revokedFile: string | null;
  logLevel: LogLevel;
  thuiszitterDefinition: Code<typeof thuiszitterDefinitions>;
  maxDeliveryBytes: number;
};

/** What is wrong with the environment: one line per problem, never the value of an address, which may hold a password. */
export class ConfigProblems extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s):\n${problems.join('\n')}`);
    this.name = 'ConfigProblems';
  }
}

const wholeNumber = (least: number, most: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)
    .optional()
    .transform((value) => value ?? fallback)
    .describe(`a whole number from ${least} to ${most}`);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
  z
    .enum(values)
    .optional()
    .transform((value) => value ?? fallback)
    .describe(`one of ${values.join(', ')}`);

const isUrl = (protocols: string[]) => (text: string) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return protocols.includes(url.protocol) && url.hostname !== '';
};

const databaseUrl = z
  .string()
  .refine((text) => isUrl(['postgres:', 'postgresql:'])(text) && databaseName(text) !== '')
  .optional()
  .describe('an address like postgres://user:password@host:5432/schakel');

const text = (what: string) => z.string().optional().describe(what);

const listOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z
    .string()
    .transform((list) => list.split(',').map((value) => value.trim()))
    .pipe(z.array(z.enum(values)))
    .optional()
    .transform((list) => list ?? [])
    .describe(`one or more of ${values.join(', ')}, with commas between`);

const variables = {
  NODE_ENV: text('any text'),
  PORT: wholeNumber(0, 65_535, 4000),
  HOST: text('an address to listen on'),
  SCHAKEL_DATA: text('a directory'),
  SCHAKEL_KEYRING: text('a file'),
  DATABASE_URL: databaseUrl,
  DATABASE_URL_SERVER: databaseUrl,
  DATABASE_URL_COMMAND: databaseUrl,
  DATABASE_URL_INGEST: databaseUrl,
  DATABASE_URL_AUDIT: databaseUrl,
  POOL_SERVER: wholeNumber(1, 200, 8),
  POOL_ANALYTICS: wholeNumber(1, 20, 2),
  POOL_COMMAND: wholeNumber(1, 200, 4),
  POOL_INGEST: wholeNumber(1, 20, 2),
  POOL_AUDIT: wholeNumber(1, 20, 2),
  OIDC_ISSUER: z
    .string()
    .refine(isUrl(['https:', 'http:']))
    .optional()
    .describe('the address of an identity provider, as it stands in "iss"'),
  OIDC_AUDIENCE: text('the audience that tokens for this hub have'),
  SCHAKEL_TRUSTED_DOCUMENTS: text('a directory'),
  SCHAKEL_TRUSTED_ONLY: listOf(roles),
  SCHAKEL_REVOKED: text('a file'),
  LOG_LEVEL: oneOf(logLevels, 'info'),
  THUISZITTER_DEFINITION: oneOf(thuiszitterDefinitions, 'OCW_2016'),
  MAX_DELIVERY_BYTES: wholeNumber(1024, 2 ** 40, 512 * 1024 * 1024),
};

const loginUrls = [
  'DATABASE_URL_SERVER',
  'DATABASE_URL_COMMAND',
  'DATABASE_URL_INGEST',
  'DATABASE_URL_AUDIT',
] as const;

type Variables = z.infer<z.ZodObject<typeof variables>>;

/** Throws `ConfigProblems`. An empty variable counts as absent. Without a database and an identity provider it is a demonstration. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(variables)) {
    const parsed = schema.safeParse(env[name]?.trim() || undefined);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(`${name} must be ${schema.description}`);
  }
  const given = (name: keyof typeof variables) => Boolean(env[name]?.trim());
  const demonstration = !given('DATABASE_URL') && !given('OIDC_ISSUER');
  if (given('SCHAKEL_TRUSTED_ONLY') && !given('SCHAKEL_TRUSTED_DOCUMENTS')) {
    problems.push(
      'SCHAKEL_TRUSTED_DOCUMENTS is missing: SCHAKEL_TRUSTED_ONLY would leave its roles nothing to ask',
    );
  }
  problems.push(...(demonstration ? demonstrationProblems(env, given) : productionProblems(given)));
  if (problems.length > 0) throw new ConfigProblems(problems);

  const read = values as Variables;
  const dataDir = resolve(read.SCHAKEL_DATA ?? 'var');
  return {
    port: read.PORT,
    host: demonstration ? '127.0.0.1' : (read.HOST ?? '0.0.0.0'),
    dataDir,
    demonstration,
    database: databaseConfig(read),
    poolSizes: {
      server: read.POOL_SERVER,
      analytics: read.POOL_ANALYTICS,
      command: read.POOL_COMMAND,
      ingest: read.POOL_INGEST,
      audit: read.POOL_AUDIT,
    },
    oidc:
      read.OIDC_ISSUER && read.OIDC_AUDIENCE
        ? { issuer: read.OIDC_ISSUER, audience: read.OIDC_AUDIENCE }
        : null,
    keyringFile: resolve(read.SCHAKEL_KEYRING ?? `${dataDir}/keyring.json`),
    trustedDocuments: pathOrNull(read.SCHAKEL_TRUSTED_DOCUMENTS),
    trustedOnly: read.SCHAKEL_TRUSTED_ONLY,
    revokedFile: pathOrNull(read.SCHAKEL_REVOKED),
    logLevel: read.LOG_LEVEL,
    thuiszitterDefinition: read.THUISZITTER_DEFINITION,
    maxDeliveryBytes: read.MAX_DELIVERY_BYTES,
  };
}

const pathOrNull = (path: string | undefined) => (path === undefined ? null : resolve(path));

type Given = (name: keyof typeof variables) => boolean;

/** A demonstration with invented people must never be taken for the real hub, nor half of a real set-up for a demonstration. */
function demonstrationProblems(env: Record<string, string | undefined>, given: Given): string[] {
  const problems: string[] = [];
  if (env.NODE_ENV?.trim() === 'production') {
    problems.push(
      'NODE_ENV is production, but without DATABASE_URL and OIDC_ISSUER this is a demonstration with invented people',
    );
  }
  if (given('HOST') && !/^(127\.0\.0\.1|localhost)$/.test(env.HOST?.trim() ?? '')) {
    problems.push('HOST must be left out: a demonstration listens on 127.0.0.1 only');
  }
  for (const name of [...loginUrls, 'OIDC_AUDIENCE'] as const) {
    if (given(name)) {
      problems.push(
        `${name} is set, but DATABASE_URL and OIDC_ISSUER are not: set them all, or none`,
      );
    }
  }
  return problems;
}

function productionProblems(given: Given): string[] {
  const needed = ['DATABASE_URL', 'OIDC_ISSUER', 'OIDC_AUDIENCE', 'SCHAKEL_KEYRING'] as const;
  const problems = needed
    .filter((name) => !given(name))
    .map((name) => `${name} is missing: a hub that is no demonstration needs ${needed.join(', ')}`);
  const logins = loginUrls.filter(given);
  if (logins.length > 0 && logins.length < loginUrls.length) {
    for (const name of loginUrls) {
      if (!given(name)) problems.push(`${name} is missing: set all four login addresses, or none`);
    }
  }
  return problems;
}

function databaseConfig(read: Variables): DatabaseConfig {
  if (!read.DATABASE_URL) return { kind: 'embedded' };
  const { DATABASE_URL_SERVER: server, DATABASE_URL_COMMAND: command } = read;
  const { DATABASE_URL_INGEST: ingest, DATABASE_URL_AUDIT: audit } = read;
  if (server && command && ingest && audit) {
    return { kind: 'given', ownerUrl: read.DATABASE_URL, urls: { server, command, ingest, audit } };
  }
  return { kind: 'provisioned', adminUrl: read.DATABASE_URL };
}

/** The database a PostgreSQL address names; empty when it names none. */
export function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
