/** `POST /deliveries` and `schakel deliver`: a file through the real edge, adapters and database. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTokenVerifier, localJwks } from '../../src/auth/token.ts';
import {
  type DemoIdentityProvider,
  demoAudience,
  demoIssuer,
  openDemoIdentityProvider,
} from '../../src/demo/identity-provider.ts';
import type { RunningHttp } from '../../src/http/contract.ts';
import { startHttp } from '../../src/http/server.ts';
import { passesElevenTest } from '../../src/ingest/bsn.ts';
import { createDeliver } from '../../src/ingest/deliver.ts';
import { deliverCommand } from '../../src/ingest/deliver-cli.ts';
import { adapters } from '../../src/ingest/sources/registry.ts';
import { purposesOf } from '../../src/policy/policy.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addSources, deliveryContext, today } from '../support/deliveries.ts';
import { clearRecords } from '../support/store-dump.ts';

let db: TestDatabase;
let directory: string;
let provider: DemoIdentityProvider;
let hub: RunningHttp;
const logged: unknown[] = [];

beforeAll(async () => {
  db = await testDatabase({ ingest: 3 });
  await addSources(db.pools.ingest);
  await db.owner`
    insert into staging.source values ('narrow', '', '{ENROLMENTS}', '{}', '{}', '{}', '{}')`;
  directory = await mkdtemp(join(tmpdir(), 'schakel-cli-'));
  provider = await openDemoIdentityProvider(directory);
  const note = (...said: unknown[]) => logged.push(said);
  hub = await startHttp({
    host: '127.0.0.1',
    port: 0,
    verify: createTokenVerifier({
      issuer: demoIssuer,
      audience: demoAudience,
      jwks: localJwks(provider.jwks()),
      purposesOf,
    }),
    graphql: () => Promise.reject(new Error('nobody asks')),
    deliver: createDeliver(await deliveryContext(db.pools.ingest, { adapters }), {
      info: note,
      error: note,
    }),
    health: { live: () => true, ready: async () => ({ ready: true, checks: {} }) },
    log: { warn: note, error: note },
    limits: { drainMs: 500, deliveryBytes: 1_000_000 },
  });
});
afterAll(async () => {
  await hub.close();
  await db.drop();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  logged.length = 0;
  await clearRecords(db.owner);
});

/** Numbers of the official test range. */
const bsns = Array.from({ length: 200 }, (_, index) => String(999_990_000 + index)).filter(
  passesElevenTest,
);

const header =
  'meldingsnummer;bsn;voornaam;voorvoegsel;achternaam;geboortedatum;geheimhouding;gemeentecode;vestigingscode;' +
  'verzuimsoort;status;begindatum;einddatum;uren;meldingsdatum;peildatum';
const report = (number: string, bsn = bsns[0], from = '2026-09-01') =>
  `${number};${bsn};Kind;;Voorbeeld;2015-03-14;N;0546;15NJ00;LRV;GEREGISTREERD;${from};;120,5;2026-10-05;${today}`;
const csv = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`;

const tokenOf = (role: string, org: string) =>
  provider.issueToken({
    sub: 'tester',
    role,
    org,
    purpose: purposesOf(role as never)[0] ?? '',
  });

const post = async (
  body: string,
  { format = 'ABSENCE_REPORTS', role = 'source', org = 'test-leerplicht' } = {},
) => {
  const response = await fetch(`http://127.0.0.1:${hub.port}/deliveries?format=${format}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(role, org)}` },
    body,
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
};

test('a delivery answers with its counts and its first rejects', async () => {
  const broken = Array.from({ length: 25 }, (_, index) => report(`B-${index}`, '123456789'));
  const answer = await post(csv(report('M-1'), ...broken));
  expect(answer).toMatchObject({
    status: 200,
    type: expect.stringContaining('application/json'),
    body: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'COMPLETED',
      counts: { received: 26, accepted: 1, unchanged: 0, rejected: 25, linked: 1 },
      rejectsTotal: 25,
    },
  });
  const rejects = answer.body.rejects as unknown[];
  expect(rejects).toHaveLength(20);
  expect(rejects[0]).toEqual({
    line: 3,
    field: 'bsn',
    code: 'BSN_ELEVEN_TEST',
    message: expect.stringContaining('elfproef'),
  });
  const [stored] = await db.owner<{ bytes: number }[]>`select bytes from staging.delivery`;
  expect(stored?.bytes).toBe(Buffer.byteLength(csv(report('M-1'), ...broken)));
  expect(JSON.stringify(logged)).not.toMatch(/Voorbeeld|9999\d{5}|123456789/);
});

test.each([
  [
    'a file that is refused',
    csv(report('M-1')).replace('verzuimsoort', 'soort'),
    {},
    422,
    'MISSING_COLUMN',
  ],
  ['a format the source may not deliver', csv(), { org: 'narrow' }, 403, 'FORMAT_NOT_ALLOWED'],
  ['a source nobody knows', csv(), { org: 'unknown' }, 403, 'SOURCE_UNKNOWN'],
  ['another role', csv(), { role: 'attendanceOfficer', org: '0546' }, 403, 'FORBIDDEN'],
  ['an unknown format', csv(), { format: 'TEA' }, 400, 'BAD_REQUEST'],
  ['a file that is too large', csv('x'.repeat(1_000_001)), {}, 413, 'BODY_TOO_LARGE'],
])('%s is a problem', async (_, body, change, status, code) => {
  const answer = await post(body, change);
  expect(answer).toMatchObject({
    status,
    type: expect.stringContaining('application/problem+json'),
    body: { status, code, title: expect.any(String) },
  });
  expect(await db.owner`select * from attendance.youth`).toEqual([]);
  expect(await db.owner`select * from staging.delivery where status = 'RECEIVING'`).toEqual([]);
});

const command = async (...args: string[]) => {
  let out = '';
  let err = '';
  const code = await deliverCommand(['--url', `http://127.0.0.1:${hub.port}`, ...args], {
    env: { SCHAKEL_DATA: directory },
    out: (text) => {
      out += text;
    },
    err: {
      write: (text: string) => {
        err += text;
      },
    },
  });
  return { code, out, err };
};

const saved = async (name: string, content: string) => {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
};

test('the command sends a file, guesses its format and prints what became of it', async () => {
  const file = await saved('meldingen.csv', csv(report('M-1'), report('M-2', bsns[1])));
  const { code, out, err } = await command(file, '--source', 'test-leerplicht');
  expect(code).toBe(0);
  expect(out).toMatch(/aangenomen +2\n/);
  expect(out).toMatch(/bij een dossier +2\n/);
  expect(err).toBe('Versturen: 100% (0,0 van 0,0 MB)\nVerwerken…\n');
  const again = await command(file, '--source', 'test-leerplicht');
  expect(again.out).toMatch(/ongewijzigd +2\n/);
});

test('the command ends with 1 when a line is rejected, and says which', async () => {
  const file = await saved('fout.csv', csv(report('M-1'), report('M-2', '123456789')));
  const { code, out } = await command(
    file,
    '--source',
    'test-leerplicht',
    '--format',
    'ABSENCE_REPORTS',
  );
  expect(code).toBe(1);
  expect(out).toContain('regel 3, bsn: ');
  expect(out).not.toContain('Voorbeeld');
});

test.each([
  ['a refused file', ['refused.csv', '--source', 'test-leerplicht'], 1, 'Het bestand is geweigerd'],
  ['an unknown source', ['good.csv', '--source', 'unknown'], 1, 'Deze bron mag dit niet leveren'],
  [
    'a wrong token',
    ['good.csv', '--source', 'test-leerplicht', '--token', 'x'],
    1,
    'toegangsbewijs',
  ],
  ['no source', ['good.csv'], 2, '--source'],
  ['no file', ['--source', 'x'], 2, 'één bestand'],
  ['a file that is not there', ['gone.csv', '--source', 'x'], 2, 'niet te lezen'],
  ['a file of no known format', ['what.csv', '--source', 'x'], 2, '--format'],
  ['an unknown option', ['good.csv', '--source', 'x', '--fast'], 2, 'klopt niet'],
])('the command tells of %s', async (_, [name, ...rest], code, said) => {
  await saved('good.csv', csv(report('M-1')));
  await saved('refused.csv', csv(report('M-1')).replace(';uren;', ';tijd;'));
  await saved('what.csv', 'a;b\n1;2\n');
  const file = name?.endsWith('.csv') ? join(directory, name) : (name ?? '');
  const answer = await command(file, ...rest);
  expect(answer.code).toBe(code);
  expect(answer.out + answer.err).toContain(said);
});

test('the command tells that the hub is not there', async () => {
  const file = await saved('good.csv', csv(report('M-1')));
  const { code, err } = await command(file, '--source', 'x', '--url', 'http://127.0.0.1:1');
  expect(code).toBe(1);
  expect(err).toContain('niet bereikbaar');
});
