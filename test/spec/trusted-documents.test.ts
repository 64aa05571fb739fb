/** Registered operations over HTTP, on a hub as it runs outside a demonstration: environment, provider, manifests, access log. */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/codes.ts';
import { ConfigProblems, readConfig } from '../../src/config.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { createKeyring } from '../../src/link/pseudonym.ts';
import { createLog } from '../../src/log.ts';
import { purposesOf } from '../../src/policy/policy.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  absence,
  addSources,
  deliveryContext,
  giver,
  leiden,
  today,
} from '../support/deliveries.ts';

const sha = (text: string) => hash('sha256', text);
const openCase =
  'mutation OpenCase($input: ThuiszitterCaseOpenInput!) { thuiszitterCaseOpen(input: $input) { thuiszitterCase { status } userErrors { code } } }';
const reports =
  'query Reports($first: Int) { absenceReports(first: $first) { totalCount edges { node { id } } } }';
const who = 'query Who { viewer { role } }';

const manifest = (...bodies: string[]) =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: bodies.map((body) => {
      const [, type, name] = /^(query|mutation) (\w+)/m.exec(body) ?? [];
      return { id: sha(body), name, type, body };
    }),
  });

let directory: string;
let clients: string;
let database: TestDatabase;
let provider: Server;
let issuer: string;
let signingKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
let hub: Hub;
let caseload: string;
const logged: string[] = [];

const environment = () => ({
  HOST: '127.0.0.1',
  PORT: '0',
  SCHAKEL_DATA: directory,
  SCHAKEL_KEYRING: join(directory, 'keyring.json'),
  DATABASE_URL: database.urls.owner,
  DATABASE_URL_SERVER: database.urls.server,
  DATABASE_URL_COMMAND: database.urls.command,
  DATABASE_URL_INGEST: database.urls.ingest,
  DATABASE_URL_AUDIT: database.urls.audit,
  POOL_SERVER: '2',
  POOL_COMMAND: '2',
  OIDC_ISSUER: issuer,
  OIDC_AUDIENCE: 'schakel',
  SCHAKEL_TRUSTED_DOCUMENTS: clients,
  SCHAKEL_TRUSTED_ONLY: 'attendanceOfficer',
  SCHAKEL_REVOKED: join(directory, 'revoked.json'),
});

const started = () =>
  startHub(readConfig(environment()), {
    log: createLog('info', { write: (line: string) => logged.push(line) }),
    now: () => new Date(`${today}T12:00:00Z`),
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'schakel-trusted-'));
  clients = join(directory, 'clients');
  await mkdir(clients);
  caseload = await readFile(new URL('../contract/caseload.graphql', import.meta.url), 'utf8');
  await writeFile(join(clients, 'desk.json'), manifest(caseload, reports, openCase, who));
  await writeFile(join(directory, 'revoked.json'), '{"tokens":[],"subjects":[]}');
  await createKeyring(join(directory, 'keyring.json'));

  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  signingKey = privateKey;
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
  provider = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const found =
      request.url === '/jwks' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` };
    response.end(JSON.stringify(found));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;

  database = await testDatabase({ ingest: 3 });
  await addSources(database.pools.ingest);
  const give = giver(await deliveryContext(database.pools.ingest));
  await give('test-leerplicht', [absence({ kind: 'SIXTEEN_HOURS', hours: 16 })]);
  hub = await started();
});
afterAll(async () => {
  await hub.close();
  provider.close();
  provider.closeAllConnections();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

type Caller = {
  role: Role;
  org: string;
  client_id?: string | undefined;
  azp?: string;
  jti?: string;
};
const officer = { role: 'attendanceOfficer', org: leiden, client_id: 'desk' } as const;
const analyst = { role: 'analyst', org: 'JZ18', client_id: 'desk' } as const;

const tokenOf = ({ role, ...claims }: Caller) =>
  new SignJWT({ role, purpose: purposesOf(role)[0] ?? '', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience('schakel')
    .setSubject(`${role}-1`)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(signingKey);

type Body = { query?: string; variables?: object; extensions?: object };
type Reply = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
};
const byHash = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: sha(text) } },
});

const ask = async (as: Caller, body: Body) => {
  const response = await fetch(`http://127.0.0.1:${hub.port}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf(as)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text) as Reply;
  return { status: response.status, data, code: errors?.[0]?.extensions.code, text };
};

/** What the last request left in the access log. */
const lastRow = async () => {
  const [row] = await database.owner<{ operation: string; outcome: string; hash: string }[]>`
    select operation, outcome, document_hash as hash, subject_count::int as subjects
    from audit.access order by ctid desc limit 1`;
  return row;
};
const caseCount = async () =>
  (await database.owner`select 1 from casework.thuiszitter_case`).length;

describe('a role that is limited to registered operations', () => {
  test('is answered what its client registered, by text and by hash', async () => {
    for (const body of [
      { query: caseload },
      byHash(caseload),
      { query: caseload, ...byHash(caseload) },
    ]) {
      const answer = await ask(officer, body);
      expect(answer).toMatchObject({ status: 200, code: undefined });
      expect(answer.data).toBeTruthy();
      expect(await lastRow()).toMatchObject({ outcome: 'ALLOWED', hash: sha(caseload) });
    }
    const { data } = await ask({ ...officer, client_id: undefined, azp: 'desk' }, byHash(reports));
    expect(data).toMatchObject({ absenceReports: { totalCount: 1 } });
  });

  test('is refused everything else in the same words, before anything of it is read', async () => {
    const asked: Body[] = [
      { query: '{ viewer { role } }' },
      { query: `${who} ` },
      { query: '{ noSuchField }' },
      { query: '{ viewer {' },
      { query: '{ __schema { types { name } } }' },
      byHash('query Other { viewer { role } }'),
      { query: '{ viewer { role } }', ...byHash('{ viewer { role } }') },
    ];
    const answers = new Set<string>();
    for (const body of asked) {
      const { status, code, text } = await ask(officer, body);
      expect({ status, code }).toEqual({ status: 403, code: 'DOCUMENT_NOT_TRUSTED' });
      answers.add(text);
      expect(await lastRow()).toEqual({
        operation: 'refused',
        outcome: 'DENIED',
        hash: body.query === undefined ? sha('query Other { viewer { role } }') : sha(body.query),
        subjects: 0,
      });
    }
    expect(answers.size).toBe(1);
  });

  test.each([
    ['another client', { ...officer, client_id: 'other' }],
    ['a token without a client', { ...officer, client_id: undefined }],
    ['a client that is a path', { ...officer, client_id: '../clients/desk' }],
  ])('through %s has nothing registered', async (_which, as) => {
    expect(await ask(as, byHash(caseload))).toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED' });
    expect(await ask(as, { query: caseload })).toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED' });
  });

  test('cannot act otherwise either', async () => {
    const { data } = await ask(officer, byHash(reports));
    const found = data as { absenceReports: { edges: { node: { id: string } }[] } };
    const absenceReportId = found.absenceReports.edges[0]?.node.id;
    const input = { absenceReportId, idempotencyKey: 'trusted-documents-1' };
    const variables = { input };
    const other = openCase.replace('{ status }', '{ id }');
    expect(await ask(officer, { query: other, variables })).toMatchObject({ status: 403 });
    expect(await caseCount()).toBe(0);
    expect(await ask(officer, { ...byHash(openCase), variables })).toMatchObject({
      data: { thuiszitterCaseOpen: { thuiszitterCase: { status: 'REPORTED' }, userErrors: [] } },
    });
    expect(await caseCount()).toBe(1);
  });
});

describe('a registered operation', () => {
  test('is held to the limits', async () => {
    const { data, code } = await ask(officer, { ...byHash(reports), variables: { first: 30_000 } });
    expect(data).toBeFalsy();
    expect(code).toBe('TOO_COMPLEX');
  });

  test('is held to the schema of the role, and says nothing of what is not in it', async () => {
    const { data, code, text } = await ask(analyst, byHash(caseload));
    expect(data).toBeFalsy();
    expect(code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(text).not.toContain('Did you mean');
  });

  test('is there for the roles that the log names at the start', () => {
    const line = logged.map((text) => JSON.parse(text)).find(({ client }) => client === 'desk');
    expect(line.roles.OpenCase).toEqual(['attendanceOfficer']);
    expect(line.roles.Caseload).toContain('attendanceOfficer');
    expect(line.roles.Who).toContain('analyst');
  });

  test('comes and goes with the manifest of a running hub', async () => {
    const asked = { ...officer, client_id: 'app' };
    await writeFile(join(directory, 'new'), manifest(who));
    await rename(join(directory, 'new'), join(clients, 'app.json'));
    const code = async () => (await ask(asked, byHash(who))).code;
    await expect.poll(code, { timeout: 20_000 }).toBeUndefined();
    await rm(join(clients, 'app.json'));
    await expect.poll(code, { timeout: 20_000 }).toBe('DOCUMENT_NOT_TRUSTED');
  });
});

describe('a role that is free', () => {
  const free = { ...analyst, client_id: undefined };
  const municipality = 'query Municipality { municipality(code: "0546") { name } }';
  const notFound = { status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' };

  test('sends a document once, and its hash from then on', async () => {
    const first = await ask(free, byHash(municipality));
    expect(first).toMatchObject(notFound);
    expect(JSON.parse(first.text).errors[0].message).toBe('PersistedQueryNotFound');
    for (const body of [{ query: municipality, ...byHash(municipality) }, byHash(municipality)]) {
      expect(await ask(free, body)).toMatchObject({ data: { municipality: { name: 'Leiden' } } });
      expect(await lastRow()).toMatchObject({
        operation: 'Municipality',
        outcome: 'ALLOWED',
        hash: sha(municipality),
      });
    }
    for (const other of [{ ...free, org: 'JZ24' }, { ...free, role: 'operator' } as const]) {
      expect(await ask(other, byHash(municipality))).toMatchObject(notFound);
    }
  });

  test('has nothing remembered that was refused', async () => {
    const wrong = 'query Wrong { municipality(code: "0546") { nam } }';
    expect(await ask(free, { query: wrong, ...byHash(wrong) })).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
    expect(await ask(free, byHash(wrong))).toMatchObject(notFound);
  });

  test('asks what it likes, with a registered operation or without', async () => {
    expect(await ask(analyst, byHash(who))).toMatchObject({
      data: { viewer: { role: 'analyst' } },
    });
    expect(await ask(analyst, { query: '{ viewer { role } }' })).toMatchObject({ status: 200 });
  });
});

test('a revoked token is refused by a running hub', async () => {
  const as = { ...analyst, jti: 'stolen' };
  expect(await ask(as, { query: who })).toMatchObject({ status: 200 });
  await writeFile(join(directory, 'new'), '{"tokens":["stolen"],"subjects":[]}');
  await rename(join(directory, 'new'), join(directory, 'revoked.json'));
  await expect
    .poll(async () => (await ask(as, { query: who })).status, { timeout: 20_000 })
    .toBe(401);
  expect(await ask(analyst, { query: who })).toMatchObject({ status: 200 });
});

test('a hub does not start with a manifest that is wrong', async () => {
  await writeFile(join(clients, 'wrong.json'), manifest('query Wrong { nowhere }'));
  const refusal = await started().catch((error: unknown) => error);
  await rm(join(clients, 'wrong.json'));
  expect(refusal).toBeInstanceOf(ConfigProblems);
  expect((refusal as ConfigProblems).problems).toEqual([
    expect.stringMatching(
      /^SCHAKEL_TRUSTED_DOCUMENTS: wrong\.json operation Wrong: it is valid for no role/,
    ),
  ]);
});
