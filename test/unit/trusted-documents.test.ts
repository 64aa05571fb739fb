import { hash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { ConfigProblems } from '../../src/config.ts';
import { createDocumentOf } from '../../src/trusted-documents/documents.ts';
import { manifestOf, type RoleSchemas } from '../../src/trusted-documents/manifest.ts';
import { openDocuments } from '../../src/trusted-documents/open.ts';

const everybody = buildSchema('type Query { role: String }');
const officers = buildSchema(`
  type Query { role: String cases(first: Int): [Case] }
  type Case { id: ID! parts: [Case] }
  type Mutation { close(id: ID!): Boolean }
`);
const schemas = {
  ...Object.fromEntries(roles.map((role) => [role, everybody])),
  attendanceOfficer: officers,
} as RoleSchemas;

const sha = (text: string) => hash('sha256', text);
const operation = (body: string, changes: Record<string, unknown> = {}) => ({
  id: sha(body),
  name: /(?:query|mutation|subscription) (\w+)/.exec(body)?.[1] ?? '',
  type: /^\w+/.exec(body)?.[0] ?? '',
  body,
  ...changes,
});
const manifest = (...operations: object[]) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });

const caseload = 'query Caseload { cases { id } }';
const who = 'query Who { role }';
const close = 'mutation Close { close(id: "1") }';

describe('a manifest', () => {
  test('holds the documents by their hash, and says who can ask them', async () => {
    const text = manifest(...[caseload, who, close].map((body) => operation(body)));
    expect(await manifestOf('desk', text, schemas)).toEqual({
      value: {
        documents: new Map([caseload, who, close].map((body) => [sha(body), body])),
        roles: { Caseload: ['attendanceOfficer'], Who: roles, Close: ['attendanceOfficer'] },
      },
    });
  });

  test('may say of which client it is, when that is this one', async () => {
    const of = (clientName: string | null) =>
      manifestOf('desk', manifest(operation(who, { clientName })), schemas);
    expect(await of('desk')).toHaveProperty('value');
    expect(await of(null)).toHaveProperty('value');
    expect(await of('other')).toEqual({ problems: ['operation Who: it is of another client'] });
  });

  test.each([
    ['is not JSON', 'x', /^is not JSON$/],
    ['is a list', '[]', /^as a whole: /],
    ['is of another format', '{"format":"relay","version":1,"operations":[]}', /^format: /],
    [
      'has an operation without a body',
      manifest({ id: '', name: '', type: '' }),
      /^operations\.0\.body: /,
    ],
    [
      'has an id that is no hash',
      manifest(operation(who, { id: 'who' })),
      /its id is not the SHA-256 of its body/,
    ],
    [
      'has the hash of another body',
      manifest(operation(who, { id: sha(caseload) })),
      /its id is not/,
    ],
    [
      'has a name twice',
      manifest(operation(who), operation('query Who { role role }')),
      /operation Who: is there twice/,
    ],
    [
      'has a body that does not parse',
      manifest(operation('query Who { role')),
      /operation Who: its body: Syntax Error/,
    ],
    [
      'has a body that is too long',
      manifest(operation(`query Who { ${'role '.repeat(1000)}}`)),
      /more that 1000 tokens/,
    ],
    [
      'has two operations in a body',
      manifest(operation('query Who { role } query B { role }')),
      /its body must hold one operation/,
    ],
    [
      'has no operation in a body',
      manifest(operation('fragment A on Query { role }', { name: 'A' })),
      /its body must hold one operation/,
    ],
    [
      'has another name',
      manifest(operation(who, { name: 'Whoever' })),
      /operation Whoever: its body has another name/,
    ],
    [
      'has another kind of operation',
      manifest(operation(who, { type: 'mutation' })),
      /its body is not a mutation/,
    ],
    [
      'asks what nobody may',
      manifest(operation('query Pupils { pupils { id } }')),
      /valid for no role \(Cannot query field "pupils" on type "Query"\.\)/,
    ],
    [
      'asks more than is answered',
      manifest(operation(`query Deep { cases { ${'parts { '.repeat(9)} id ${'} '.repeat(9)} } }`)),
      /deeper than|valid for no role/,
    ],
    [
      'asks of a root that is not there',
      manifest(operation('subscription Watch { x }')),
      /valid for no role \(there is no subscription\)/,
    ],
  ])('that %s is refused', async (_what, text, problem) => {
    expect(await manifestOf('desk', text, schemas)).toEqual({
      problems: [expect.stringMatching(problem)],
    });
  });

  test('is told everything that is wrong at once', async () => {
    const text = manifest(operation(who, { id: 'x', name: 'Me' }), operation('query A { b }'));
    expect(await manifestOf('desk', text, schemas)).toEqual({
      problems: [
        'operation Me: its id is not the SHA-256 of its body',
        'operation Me: its body has another name',
        expect.stringMatching(/^operation A: it is valid for no role/),
      ],
    });
  });
});

describe('the document of a request', () => {
  const officer = { role: 'attendanceOfficer', organisation: '0546', client: 'desk' } as const;
  const documents = (
    trustedOnly: readonly ['attendanceOfficer'] | [] = [],
    maxCharacters?: number,
  ) =>
    createDocumentOf({
      manifestOf: (client) =>
        client === 'desk'
          ? { documents: new Map([[sha(caseload), caseload]]), roles: {} }
          : undefined,
      trustedOnly,
      ...(maxCharacters !== undefined && { maxCharacters }),
    });
  const refused = (code: string) => ({ refusal: expect.objectContaining({ code }) });
  const found = (query: string) => ({ refusal: null, query, hash: sha(query) });

  test('is what its client registered, by its hash alone or with its text', () => {
    const documentOf = documents();
    for (const body of [{ persistedHash: sha(caseload) }, { query: caseload }]) {
      expect(documentOf(officer, body)).toMatchObject(found(caseload));
    }
  });

  test.each([
    ['of another client', { ...officer, client: 'other' }],
    ['without a client', { ...officer, client: null }],
  ])('%s is not what this client registered', (_who, viewer) => {
    const body = { persistedHash: sha(caseload) };
    expect(documents()(viewer, body)).toMatchObject(refused('PERSISTED_QUERY_NOT_FOUND'));
    const limited = documents(['attendanceOfficer']);
    expect(limited(viewer, body)).toMatchObject(refused('DOCUMENT_NOT_TRUSTED'));
    expect(limited(viewer, { query: caseload })).toMatchObject(refused('DOCUMENT_NOT_TRUSTED'));
  });

  test('of a limited role is a registered one, to the letter', () => {
    const documentOf = documents(['attendanceOfficer']);
    expect(documentOf(officer, { query: caseload })).toMatchObject(found(caseload));
    for (const body of [
      { query: `${caseload} ` },
      { query: who },
      { query: who, persistedHash: sha(caseload) },
      { persistedHash: sha(who) },
      { query: '{' },
      {},
    ]) {
      expect(documentOf(officer, body)).toMatchObject({
        ...refused('DOCUMENT_NOT_TRUSTED'),
      });
    }
    expect(documentOf({ ...officer, role: 'analyst' }, { query: who })).toMatchObject(found(who));
  });

  test('is remembered under its hash once it proved valid', () => {
    const documentOf = documents();
    const byHash = { persistedHash: sha(who) };
    expect(documentOf(officer, byHash)).toMatchObject(refused('PERSISTED_QUERY_NOT_FOUND'));
    const first = documentOf(officer, { query: who, ...byHash });
    expect(documentOf(officer, byHash)).toMatchObject(refused('PERSISTED_QUERY_NOT_FOUND'));
    if (first.refusal === null) first.accepted();
    expect(documentOf(officer, byHash)).toMatchObject(found(who));
    expect(documentOf({ ...officer, client: null }, byHash)).toMatchObject(found(who));
    for (const other of [{ organisation: '0547' }, { role: 'youthCoordinator' } as const]) {
      expect(documentOf({ ...officer, ...other }, byHash)).toMatchObject(
        refused('PERSISTED_QUERY_NOT_FOUND'),
      );
    }
  });

  const accept = (
    documentOf: ReturnType<typeof documents>,
    query: string,
    persistedHash?: string,
  ) => {
    const document = documentOf(officer, { query, ...(persistedHash && { persistedHash }) });
    if (document.refusal === null) document.accepted();
  };

  test('is not remembered when it was sent without its hash, or under another', () => {
    const documentOf = documents();
    accept(documentOf, who);
    expect(documentOf(officer, { persistedHash: sha(who) })).toMatchObject(
      refused('PERSISTED_QUERY_NOT_FOUND'),
    );
    accept(documentOf, who, sha(close));
    expect(documentOf(officer, { persistedHash: sha(close) })).toMatchObject(
      refused('PERSISTED_QUERY_NOT_FOUND'),
    );
  });

  test('is forgotten when there are too many, the longest unused first', () => {
    const [a, b, c] = ['query A { role }', 'query B { role }', 'query C { role }'];
    const documentOf = documents([], 250);
    const isKnown = (query: string) =>
      documentOf(officer, { persistedHash: sha(query) }).refusal === null;
    for (const query of [a, b]) accept(documentOf, query, sha(query));
    expect([a, b].map(isKnown)).toEqual([true, true]);
    expect(isKnown(a)).toBe(true);
    accept(documentOf, c, sha(c));
    expect([a, b, c].map(isKnown)).toEqual([true, false, true]);
    const long = `query D { role ${'#'.repeat(300)} }`;
    accept(documentOf, long, sha(long));
    expect([a, c, long].map(isKnown)).toEqual([false, false, false]);
    accept(documentOf, a, sha(a));
    expect(isKnown(a)).toBe(true);
  });
});

describe('a directory of manifests', () => {
  let directory: string;
  let logged: object[];
  const open: { close(): void }[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'schakel-documents-'));
    logged = [];
  });
  afterEach(async () => {
    for (const documents of open.splice(0)) documents.close();
    await rm(directory, { recursive: true, force: true });
  });

  const put = async (name: string, text: string) => {
    await writeFile(join(directory, `.${name}`), text);
    await rename(join(directory, `.${name}`), join(directory, name));
  };
  const opened = async (path = directory) => {
    const documents = await openDocuments({
      directory: path,
      trustedOnly: ['attendanceOfficer'],
      schemas,
      log: { info: (fields) => logged.push(fields), error: (fields) => logged.push(fields) },
      everyMs: 5,
    });
    open.push(documents);
    return (client: string, query: string) =>
      documents.documentOf(
        { role: 'attendanceOfficer', organisation: '0546', client },
        { persistedHash: sha(query) },
      ).refusal === null;
  };

  test('has one for each client, by the name of the file', async () => {
    await put('desk.json', manifest(operation(caseload)));
    await put('https.example-app.json', manifest(operation(who)));
    await put('README.md', 'x');
    await put('.hidden.json', 'x');
    const isTrusted = await opened();
    expect(isTrusted('desk', caseload)).toBe(true);
    expect(isTrusted('https.example-app', who)).toBe(true);
    expect(isTrusted('desk', who)).toBe(false);
    expect(isTrusted('../desk', caseload)).toBe(false);
    expect(logged).toContainEqual({ client: 'desk', roles: { Caseload: ['attendanceOfficer'] } });
  });

  test('with anything wrong in it is refused at the start, with all that is wrong', async () => {
    await put('a.json', 'x');
    await put('b.json', manifest(operation(who, { id: 'x' })));
    await put('c.json', manifest(operation(who)));
    await mkdir(join(directory, 'd.json'));
    const refusal = await opened().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigProblems);
    expect((refusal as ConfigProblems).problems.toSorted()).toEqual([
      'SCHAKEL_TRUSTED_DOCUMENTS: a.json is not JSON',
      'SCHAKEL_TRUSTED_DOCUMENTS: b.json operation Who: its id is not the SHA-256 of its body',
      'SCHAKEL_TRUSTED_DOCUMENTS: d.json cannot be read (EISDIR)',
    ]);
    await expect(opened(join(directory, 'nowhere'))).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  test('is followed: a client comes, changes and goes', async () => {
    await put('desk.json', manifest(operation(caseload)));
    const isTrusted = await opened();
    await put('app.json', manifest(operation(who)));
    await expect.poll(() => isTrusted('app', who)).toBe(true);
    await put('desk.json', manifest(operation(close)));
    await expect.poll(() => isTrusted('desk', close)).toBe(true);
    expect(isTrusted('desk', caseload)).toBe(false);
    await rm(join(directory, 'app.json'));
    await expect.poll(() => isTrusted('app', who)).toBe(false);
  });

  test('keeps the old one of a client whose new one is wrong, says so once, and follows the others', async () => {
    await put('desk.json', manifest(operation(caseload)));
    const isTrusted = await opened();
    await put('desk.json', 'half a fi');
    const said = {
      problems: ['SCHAKEL_TRUSTED_DOCUMENTS: desk.json is not JSON'],
    };
    await expect.poll(() => logged).toContainEqual(said);
    await put('app.json', manifest(operation(who)));
    await expect.poll(() => isTrusted('app', who)).toBe(true);
    expect(isTrusted('desk', caseload)).toBe(true);
    expect(logged.filter((fields) => 'problems' in fields)).toEqual([said]);
    await put('desk.json', manifest(operation(close)));
    await expect.poll(() => isTrusted('desk', close)).toBe(true);
  });

  test('that disappears changes nothing', async () => {
    await put('desk.json', manifest(operation(caseload)));
    const isTrusted = await opened();
    await rm(directory, { recursive: true });
    await expect
      .poll(() => logged)
      .toContainEqual({
        problems: ['SCHAKEL_TRUSTED_DOCUMENTS: the directory cannot be read (ENOENT)'],
      });
    expect(isTrusted('desk', caseload)).toBe(true);
  });
});
