/** The whole hub as a process of its own, as `npm start` runs it, on a given database and with a given identity provider. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Viewer } from '../../src/auth/viewer.ts';
import { createKeyring } from '../../src/link/pseudonym.ts';
import type { TestDatabase } from './database.ts';

const audience = 'schakel-test';

/** An OpenID provider on a real socket that gives a token to whoever the test names. */
export const identityProvider = async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }];
  const server = createServer((request, response) => {
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    const document = isDiscovery ? { issuer, jwks_uri: `${issuer}/jwks` } : { keys };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    tokenFor: ({ subject, role, organisation, purpose }: Viewer): Promise<string> =>
      new SignJWT({ role, org: organisation, purpose })
        .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('8h')
        .sign(privateKey),
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** The arguments of `npm start`, without the `node` before them. */
const startArguments = (): string[] => {
  const { scripts } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { scripts: { start: string } };
  return scripts.start.split(' ').slice(1);
};

export type HubProcess = {
  child: ChildProcess;
  origin: string;
  /** False when it ended, by itself or not. */
  isAlive(): boolean;
  /** Resolves with how it ended, and what it wrote, when it was not us who killed it. */
  died: Promise<string>;
  /** What it wrote: its operational log. */
  output(): string;
  /** Ends it outright. */
  kill(): Promise<void>;
};

/** Starts a hub, on the port that is given or on a free one; resolves when it is ready. */
export const startHubProcess = async (
  urls: TestDatabase['urls'],
  issuer: string,
  { port = 0 }: { port?: number } = {},
): Promise<HubProcess> => {
  const directory = await mkdtemp(join(tmpdir(), 'schakel-hub-'));
  const keyring = join(directory, 'keyring.json');
  await createKeyring(keyring);
  const child = spawn(process.execPath, startArguments(), {
    env: {
      PATH: process.env.PATH ?? '',
      HOST: '127.0.0.1',
      PORT: String(port),
      SCHAKEL_DATA: directory,
      SCHAKEL_KEYRING: keyring,
      DATABASE_URL: urls.owner,
      DATABASE_URL_SERVER: urls.server,
      DATABASE_URL_COMMAND: urls.command,
      DATABASE_URL_INGEST: urls.ingest,
      DATABASE_URL_AUDIT: urls.audit,
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: audience,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let killed = false;
  const died = exited.then(([code, signal]) =>
    killed ? new Promise<never>(() => undefined) : `${signal ?? `exit ${code}`}: ${output}`,
  );
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const origin = async (): Promise<string> => {
    for (;;) {
      if (!isAlive()) throw new Error(`the hub ended: ${output}`);
      const [, told] = /listens on (\S+)\/graphql/.exec(output) ?? [];
      if (told !== undefined) return told;
      await delay(20);
    }
  };
  return {
    child,
    origin: await origin(),
    isAlive,
    died,
    output: () => output,
    kill: async () => {
      killed = true;
      if (isAlive()) child.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
};
