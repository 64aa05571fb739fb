import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { auditServer } from 'graphql-http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTokenVerifier, localJwks } from '../../src/auth/token.ts';
import { demoPages } from '../../src/demo/explorer.ts';
import {
  type DemoIdentityProvider,
  demoAudience,
  demoIssuer,
  openDemoIdentityProvider,
} from '../../src/demo/identity-provider.ts';
import type {
  DeliveryRequest,
  GraphqlRequest,
  HttpOptions,
  RunningHttp,
} from '../../src/http/contract.ts';
import { startHttp } from '../../src/http/server.ts';
import { complexityRule, defaultLimits } from '../../src/limits.ts';
import { purposesOf } from '../../src/policy/policy.ts';
import { Unavailable } from '../../src/unavailable.ts';

// ---- one hub edge per test, on a real socket, with a small Apollo Server behind it

const apollo = new ApolloServer<{ role: string }>({
  typeDefs: `
    type Query { role: String school(id: ID): School fails: String }
    type School { id: ID name: String school: School }
  `,
  resolvers: {
    Query: {
      role: (_root: unknown, _args: unknown, context: { role: string }) => context.role,
      fails: () => {
        throw new Error('private-value');
      },
    },
  },
  parseOptions: { maxTokens: defaultLimits.maxTokens },
  validationRules: [complexityRule(defaultLimits)],
  includeStacktraceInErrorResponses: false,
  formatError: (error) =>
    error.extensions?.code === 'INTERNAL_SERVER_ERROR'
      ? { message: 'something went wrong here', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
      : error,
  plugins: [
    {
      // One error says enough; a hundred copies of it are an answer larger than the question.
      requestDidStart: async () => ({
        willSendResponse: async ({ response: { body } }) => {
          if (body.kind !== 'single') return;
          const { data, errors } = body.singleResult;
          if (data === undefined && errors) body.singleResult.errors = errors.slice(0, 1);
        },
      }),
    },
  ],
  logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
});

async function answerOfApollo({ viewer, body, mediaType }: GraphqlRequest) {
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([
        ['content-type', 'application/json'],
        ['accept', mediaType],
      ]),
      search: '',
      body,
    },
    context: async () => ({ role: viewer.role }),
  });
  return {
    status: answer.status ?? 200,
    headers: Object.fromEntries(answer.headers),
    body: answer.body.kind === 'complete' ? answer.body.string : '',
  };
}

let folder: string;
let provider: DemoIdentityProvider;
let officer: string;
let source: string;
beforeAll(async () => {
  await apollo.start();
  folder = await mkdtemp(join(tmpdir(), 'schakel-http-'));
  provider = await openDemoIdentityProvider(folder);
  const token = (role: string, org: string, purpose: string) =>
    provider.issueToken({ sub: 'test', role, org, purpose });
  officer = await token('attendanceOfficer', '0546', 'return-to-school');
  source = await token('source', 'demo-leerplicht', 'delivery');
});
afterAll(async () => {
  await apollo.stop();
  await rm(folder, { recursive: true, force: true });
});

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

type Edge = RunningHttp & { url: string; logged: unknown[]; heard: GraphqlRequest[] };

async function edge(changes: Partial<HttpOptions> = {}): Promise<Edge> {
  const logged: unknown[] = [];
  const heard: GraphqlRequest[] = [];
  const note = (fields: object, message: string) => logged.push({ ...fields, message });
  const running = await startHttp({
    host: '127.0.0.1',
    port: 0,
    verify: createTokenVerifier({
      issuer: demoIssuer,
      audience: demoAudience,
      jwks: localJwks(provider.jwks()),
      purposesOf,
    }),
    deliver: async () => ({ status: 202, body: {} }),
    health: { live: () => true, ready: async () => ({ ready: true, checks: {} }) },
    log: { warn: note, error: note },
    ...changes,
    graphql: (request) => {
      heard.push(request);
      return (changes.graphql ?? answerOfApollo)(request);
    },
    limits: { drainMs: 500, ...changes.limits },
  });
  open.push(running);
  return { ...running, url: `http://127.0.0.1:${running.port}`, logged, heard };
}

const json = { 'content-type': 'application/json' };

/** One GraphQL request as a well-behaved client sends it, with changes. */
function ask(
  { url }: Edge,
  body: unknown,
  { headers = {}, method = 'POST' }: { headers?: Record<string, string>; method?: string } = {},
) {
  return fetch(`${url}/graphql`, {
    method,
    headers: { authorization: `Bearer ${officer}`, ...json, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

const codeOf = async (response: Response): Promise<unknown> => {
  const body = (await response.json()) as { errors?: { extensions?: { code?: string } }[] };
  return body.errors?.[0]?.extensions?.code;
};

/** A connection on which bytes are sent as they are; `text` is all that came back so far. */
async function raw({ port }: Edge, first = '') {
  const socket: Socket = connect(port, '127.0.0.1');
  open.push({ close: () => socket.destroy() });
  const connection = {
    socket,
    text: '',
    closed: new Promise<string>((resolve) => socket.once('close', () => resolve(connection.text))),
    receives: (part: string | RegExp) =>
      vi.waitFor(() => expect(connection.text).toMatch(part), { timeout: 10_000, interval: 5 }),
  };
  socket.on('data', (chunk) => {
    connection.text += chunk;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(first);
  return connection;
}

const head = (path: string, headers: Record<string, string | number>, method = 'POST') =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

// ---- the tests

test('a good request is answered', async () => {
  const hub = await edge();
  const response = await ask(hub, { query: '{ role }' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ data: { role: 'attendanceOfficer' } });
});

describe('nobody is heard without a token', () => {
  test.each([
    ['no header', {}],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['no token after the scheme', { authorization: 'Bearer' }],
    ['two tokens', { authorization: 'Bearer a b' }],
  ])('%s', async (_title, headers) => {
    const hub = await edge();
    const response = await fetch(`${hub.url}/graphql`, { method: 'POST', headers, body: '{' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await codeOf(response)).toBe('UNAUTHENTICATED');
  });

  test('a token that is no good is told apart, and not repeated', async () => {
    const hub = await edge();
    const response = await ask(hub, '{', { headers: { authorization: 'Bearer abc.def.ghi' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await response.text()).not.toContain('abc');
  });

  test('the refusal comes before a byte of the body was sent', async () => {
    const hub = await edge();
    const caller = await raw(hub, head('/graphql', { ...json, 'content-length': 40_000_000 }));
    await caller.receives(/^HTTP\/1.1 401 /);
  });

  test('and a sender that keeps sending is cut off', async () => {
    const hub = await edge({ limits: { discardMs: 50, socketMs: 600_000 } });
    const caller = await raw(hub, head('/graphql', { ...json, 'content-length': 40_000_000 }));
    await caller.receives(/^HTTP\/1.1 401 /);
    caller.socket.write('x'.repeat(100_000));
    expect(await caller.closed).not.toContain('400');
  });

  test('who asks "100 Continue" is not told to continue', async () => {
    const hub = await edge();
    const caller = await raw(
      hub,
      head('/graphql', { ...json, 'content-length': 20, expect: '100-continue' }),
    );
    const text = await caller.closed;
    expect(text).toMatch(/^HTTP\/1.1 401 /);
    expect(text).not.toContain('100 Continue');
  });

  test('with a token one is', async () => {
    const hub = await edge();
    const body = JSON.stringify({ query: '{ role }' });
    const headers = { ...json, authorization: `Bearer ${officer}`, expect: '100-continue' };
    const caller = await raw(hub, head('/graphql', { ...headers, 'content-length': body.length }));
    await caller.receives('100 Continue');
    caller.socket.write(body);
    await caller.receives('attendanceOfficer');
  });

  test('keys that cannot be fetched are a 503, not a 401', async () => {
    const hub = await edge({ verify: () => Promise.reject(new Unavailable('no keys')) });
    const response = await ask(hub, { query: '{ role }' });
    expect(response.status).toBe(503);
  });
});

describe('the request line and its headers', () => {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s is refused',
    async (method) => {
      const hub = await edge();
      const response = await fetch(`${hub.url}/graphql?query={role}`, {
        method,
        headers: { origin: 'https://evil.example', authorization: `Bearer ${officer}` },
      });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
    },
  );

  test.each`
    type                                      | status
    ${'application/json'}                     | ${200}
    ${'application/json; charset=utf-8'}      | ${200}
    ${'application/json;charset="UTF-8"'}     | ${200}
    ${'application/json; charset=utf-16'}     | ${415}
    ${'application/json; charset=x-user'}     | ${415}
    ${'application/json; charset=utf-7; a=b'} | ${415}
    ${'application/graphql'}                  | ${415}
    ${'application/jsonp'}                    | ${415}
    ${'text/plain'}                           | ${415}
    ${'application/x-www-form-urlencoded'}    | ${415}
    ${'multipart/form-data; boundary=x'}      | ${415}
    ${''}                                     | ${415}
  `('content type "$type": $status', async ({ type, status }) => {
    const hub = await edge();
    const response = await ask(hub, { query: '{ role }' }, { headers: { 'content-type': type } });
    expect(response.status).toBe(status);
  });

  test.each(['gzip', 'br', 'deflate', 'gzip, gzip', 'x'])(
    'content-encoding %s is refused',
    async (encoding) => {
      const hub = await edge();
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${officer}`, 'content-encoding': encoding },
        body: gzipSync(JSON.stringify({ query: `{ role } #${' '.repeat(4_000_000)}` })),
      });
      expect(response.status).toBe(415);
      expect(hub.heard).toEqual([]);
    },
  );

  test.each`
    accept                                                          | type
    ${'application/json'}                                           | ${'application/json; charset=utf-8'}
    ${'*/*'}                                                        | ${'application/json; charset=utf-8'}
    ${'text/html, */*;q=0.1'}                                       | ${'application/json; charset=utf-8'}
    ${'application/graphql-response+json'}                          | ${'application/graphql-response+json; charset=utf-8'}
    ${'application/graphql-response+json, application/json'}        | ${'application/graphql-response+json; charset=utf-8'}
    ${'application/graphql-response+json;q=0.5, application/json'}  | ${'application/json; charset=utf-8'}
    ${'application/graphql-response+json;charset=utf-8, */*;q=0.1'} | ${'application/graphql-response+json; charset=utf-8'}
    ${'text/html'}                                                  | ${null}
    ${'application/json;q=0'}                                       | ${null}
  `('accept "$accept" gives $type', async ({ accept, type }) => {
    const hub = await edge();
    const response = await ask(hub, { query: '{ role }' }, { headers: { accept } });
    expect(response.status).toBe(type === null ? 406 : 200);
    if (type !== null) expect(response.headers.get('content-type')).toBe(type);
  });

  test('a header block that is too large, or has too many lines, is refused', async () => {
    const hub = await edge();
    const large = await raw(hub, head('/graphql', { 'x-large': 'x'.repeat(20_000) }));
    expect(await large.closed).toMatch(/^HTTP\/1.1 431 /);
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`x-${n}`, '1']));
    const caller = await raw(hub, head('/graphql', many));
    await caller.receives(/^HTTP\/1.1 431 /);
  });

  test.each([
    ['/graphql/', 404],
    ['/GRAPHQL', 404],
    ['/', 404],
    ['/__proto__', 404],
    ['/constructor', 404],
    ['/demo/token?identity=swv-po', 404],
    ['/explorer/', 404],
    ['/../etc/passwd', 404],
  ])('%s is %d', async (path, status) => {
    const hub = await edge();
    const caller = await raw(hub, head(path, {}, 'GET'));
    await caller.receives(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each([
    ['graphql', 'POST', '{"query":"{ role }"}'],
    ['graphql', 'GET', undefined],
    ['graphql', 'POST', '{'],
    ['deliveries', 'POST', 'x'],
    ['health/live', 'GET', undefined],
    ['nothing', 'GET', undefined],
  ])('answers of /%s to %s are safe to handle', async (path, method, body) => {
    const hub = await edge();
    const { headers } = await fetch(`${hub.url}/${path}`, {
      method,
      headers: { ...json, origin: 'https://evil.example', authorization: `Bearer ${officer}` },
      ...(body !== undefined && { body }),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const names = [...headers.keys()];
    expect(names.filter((name) => /^access-control|^x-powered|^server$|cookie/.test(name))).toEqual(
      [],
    );
  });
});

describe('the body', () => {
  const padded = (bytes: number) => {
    const body = JSON.stringify({ query: '{ role } #' });
    return body.replace('#', `#${'x'.repeat(bytes - body.length)}`);
  };

  test.each([
    [65_536, 200],
    [65_537, 413],
    [1_000_000, 413],
  ])('of %d bytes: %d', async (bytes, status) => {
    const hub = await edge();
    const response = await ask(hub, padded(bytes));
    expect(response.status).toBe(status);
    expect(hub.heard).toHaveLength(status === 200 ? 1 : 0);
  });

  test('that announces too much is refused before it is sent', async () => {
    const hub = await edge();
    const headers = { ...json, authorization: `Bearer ${officer}` };
    const caller = await raw(hub, head('/graphql', { ...headers, 'content-length': 65_537 }));
    await caller.receives(/^HTTP\/1.1 413 /);
  });

  test('that does not announce its length is refused when it is too much', async () => {
    const hub = await edge();
    const headers = { ...json, authorization: `Bearer ${officer}` };
    const caller = await raw(hub, head('/graphql', { ...headers, 'transfer-encoding': 'chunked' }));
    caller.socket.write(`10001\r\n${'x'.repeat(0x10001)}\r\n`);
    await caller.receives(/^HTTP\/1.1 413 /);
  });

  test('with two lengths, or a length and chunks, is refused', async () => {
    const hub = await edge();
    const start = head('/graphql', { ...json, authorization: `Bearer ${officer}` }).slice(0, -2);
    for (const lines of [
      'content-length: 5\r\ncontent-length: 6',
      'content-length: 5\r\ntransfer-encoding: chunked',
    ]) {
      const caller = await raw(hub, `${start}${lines}\r\n\r\n0\r\n\r\n`);
      expect(await caller.closed).toMatch(/^HTTP\/1.1 400 /);
    }
    expect(hub.heard).toEqual([]);
  });

  test.each([
    ['not JSON', '{"query":'],
    ['not an object', '"{ role }"'],
    ['null', 'null'],
    ['a batch', '[{"query":"{ role }"},{"query":"{ role }"}]'],
    ['without a query', '{}'],
    ['with an empty query', '{"query":""}'],
    ['with a query that is a list', '{"query":["{ role }"]}'],
    ['with variables in a string', '{"query":"{ role }","variables":"{}"}'],
    ['with variables in a list', '{"query":"{ role }","variables":[]}'],
    ['with extensions that are a number', '{"query":"{ role }","extensions":1}'],
    ['with an operation name that is an object', '{"query":"{ role }","operationName":{}}'],
    ['with an operation name that is none', '{"query":"{ role }","operationName":"a b"}'],
    [
      'nested too deeply',
      `{"query":"{ role }","variables":{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`,
    ],
  ])('%s is refused', async (_title, body) => {
    const hub = await edge();
    const response = await ask(hub, body);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('BAD_REQUEST');
    expect(hub.heard).toEqual([]);
  });

  test('that is not UTF-8 is refused', async () => {
    const hub = await edge();
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${officer}` },
      body: Buffer.from('{"query":"{ role } # caf\xe9"}', 'latin1'),
    });
    expect(response.status).toBe(400);
  });

  test('may say null where it could say nothing', async () => {
    const hub = await edge();
    const body = { query: '{ role }', operationName: null, variables: null, extensions: null };
    expect((await ask(hub, body)).status).toBe(200);
    expect(hub.heard[0]?.body).toEqual({ query: '{ role }' });
  });

  test('brackets in strings do not count as nesting', async () => {
    const hub = await edge();
    const body = { query: '{ role }', variables: { text: `"\\${'['.repeat(100)}` } };
    expect((await ask(hub, body)).status).toBe(200);
  });

  test.each([100_000, 50_000])(
    'an operation name of %d characters is not echoed',
    async (length) => {
      const hub = await edge();
      const operationName = 'A'.repeat(length);
      const response = await ask(hub, { query: 'query B { role }', operationName });
      expect([400, 413]).toContain(response.status);
      expect((await response.text()).length).toBeLessThan(300);
    },
  );
});

describe('documents that ask too much are refused', () => {
  const times = (count: number, part: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => part(n)).join(' ');

  test.each([
    ['500 operations', times(500, (n) => `query Q${n} { role }`), 400],
    ['two operations', 'query A { role } query B { role }', 400],
    ['1 MB of comments', `{ role } ${'#x\n'.repeat(350_000)}`, 413],
    ['1,001 tokens', `{ ${times(1_001, () => 'role')} }`, 400],
    ['200 aliases', `{ ${times(200, (n) => `a${n}: role`)} }`, 400],
    ['200 aliases of __typename', `{ ${times(200, (n) => `a${n}: __typename`)} }`, 400],
    ['30 levels', `{ ${'school { '.repeat(30)}id${' }'.repeat(30)} }`, 400],
    [
      'levels in fragments',
      `{ school { ...A } } fragment A on School { ${'school { '.repeat(6)}...B${' }'.repeat(6)} } fragment B on School { ${'school { '.repeat(6)}id${' }'.repeat(6)} }`,
      400,
    ],
    [
      'a fan-out of fragments',
      `{ school { ...F0 } } ${times(40, (n) => `fragment F${n} on School { ...F${n + 1} ...F${n + 1} }`)} fragment F40 on School { id }`,
      400,
    ],
    [
      'fragments in a circle',
      '{ school { ...A } } fragment A on School { ...B } fragment B on School { ...A }',
      400,
    ],
    ['100 directives', `{ role ${'@skip(if: false) '.repeat(100)} }`, 400],
    ['a document that is none', '{ role', 400],
    ['half a million brackets', '{'.repeat(500_000), 413],
    ['60,000 brackets', '{'.repeat(60_000), 400],
  ])('%s', async (_title, query, status) => {
    const hub = await edge();
    const response = await ask(hub, { query });
    const text = await response.text();
    expect({ status: response.status, isShort: text.length < 2_000 }).toEqual({
      status,
      isShort: true,
    });
    expect(text).not.toMatch(/ {4}at |node_modules|\.ts:/);
  });

  test('an error of a resolver shows neither its message nor a stack', async () => {
    const hub = await edge();
    const text = await (await ask(hub, { query: '{ fails }' })).text();
    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toMatch(/private-value|stacktrace| {4}at /);
  });
});

describe('slow senders are cut off', () => {
  const quick = { headersMs: 100, checkMs: 20, bodyMs: 100, discardMs: 50, deliveryIdleMs: 100 };

  test('before the last header', async () => {
    const hub = await edge({ limits: quick });
    const caller = await raw(hub, 'POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    expect(await caller.closed).toMatch(/^HTTP\/1.1 408 /);
  });

  test('also when they send a byte now and then', async () => {
    const hub = await edge({ limits: quick });
    const caller = await raw(hub, 'POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    const drip = setInterval(() => caller.socket.write('x'), 20);
    expect(await caller.closed).toMatch(/^HTTP\/1.1 408 /);
    clearInterval(drip);
  });

  test('when they say nothing at all', async () => {
    const hub = await edge({ limits: { socketMs: 100, headersMs: 600_000 } });
    const caller = await raw(hub);
    await caller.closed;
  });

  test('in the body, also when they send a byte now and then', async () => {
    const hub = await edge({ limits: quick });
    const headers = { ...json, authorization: `Bearer ${officer}`, 'content-length': 1_000 };
    const caller = await raw(hub, head('/graphql', headers));
    const drip = setInterval(() => caller.socket.write('x'), 20);
    expect(await caller.closed).toMatch(/^HTTP\/1.1 408 /);
    clearInterval(drip);
    expect(hub.heard).toEqual([]);
  });

  test('in a delivery, when nothing comes for a while', async () => {
    const hub = await edge({
      limits: quick,
      deliver: async (_viewer, { body }) => {
        try {
          for await (const _chunk of body);
        } catch (cause) {
          throw new Error('the delivery broke', { cause });
        }
        return { status: 202, body: {} };
      },
    });
    const headers = { authorization: `Bearer ${source}`, 'content-length': 1_000 };
    const caller = await raw(hub, `${head('/deliveries?format=IJW', headers)}x`);
    expect(await caller.closed).toMatch(/^HTTP\/1.1 408 /);
  });

  test('the limits that count in production are those of the design', async () => {
    const { defaultHttpLimits } = await import('../../src/http/contract.ts');
    expect(defaultHttpLimits).toMatchObject({
      bodyBytes: 65_536,
      headersMs: 5_000,
      bodyMs: 8_000,
      socketMs: 9_000,
      checkMs: 1_000,
      waitMs: 2_000,
      answerMs: 8_000,
      drainMs: 10_000,
    });
  });
});

describe('a bounded number of requests at work', () => {
  const query = { query: '{ role }' };

  test('the next one waits its turn', async () => {
    const { open: finish, opened } = gate();
    const hub = await edge({
      limits: { inFlight: 1, waiting: 1 },
      graphql: async (request) => {
        await opened;
        return answerOfApollo(request);
      },
    });
    const [first, second] = [ask(hub, query), ask(hub, query)];
    await vi.waitFor(() => expect(hub.heard).toHaveLength(1));
    finish();
    expect((await first).status).toBe(200);
    expect((await second).status).toBe(200);
  });

  test('with the queue full the answer is 503 with Retry-After, while health answers', async () => {
    const { open: finish, opened } = gate();
    const hub = await edge({
      limits: { inFlight: 1, waiting: 0 },
      graphql: async (request) => {
        await opened;
        return answerOfApollo(request);
      },
    });
    const first = ask(hub, query);
    await vi.waitFor(() => expect(hub.heard).toHaveLength(1));
    const refused = await ask(hub, query);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await codeOf(refused)).toBe('UNAVAILABLE');
    expect((await fetch(`${hub.url}/health/live`)).status).toBe(200);
    finish();
    expect((await first).status).toBe(200);
    expect((await ask(hub, query)).status).toBe(200);
  });

  test('who waited too long is sent away, and its place is free again', async () => {
    const { open: finish, opened } = gate();
    const hub = await edge({
      limits: { inFlight: 1, waiting: 1, waitMs: 50 },
      graphql: async (request) => {
        await opened;
        return answerOfApollo(request);
      },
    });
    const first = ask(hub, query);
    await vi.waitFor(() => expect(hub.heard).toHaveLength(1));
    for (let n = 0; n < 3; n += 1) expect((await ask(hub, query)).status).toBe(503);
    finish();
    expect((await first).status).toBe(200);
    expect((await ask(hub, query)).status).toBe(200);
  });

  test('whose answer takes too long is told so, and its place is free when the work is done', async () => {
    const { open: finish, opened } = gate();
    const hub = await edge({
      limits: { inFlight: 1, waiting: 0, answerMs: 50 },
      graphql: async (request) => {
        await opened;
        return answerOfApollo(request);
      },
    });
    for (let n = 0; n < 2; n += 1) {
      const refused = await ask(hub, query);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await codeOf(refused)).toBe('UNAVAILABLE');
    }
    expect(hub.heard).toHaveLength(1);
    finish();
    await vi.waitFor(async () => expect((await ask(hub, query)).status).toBe(200));
  });

  test('a caller that leaves aborts its request', async () => {
    const { open: finish, opened } = gate();
    const hub = await edge({
      graphql: async ({ signal }) => {
        await opened;
        return { status: 200, headers: {}, body: String(signal.aborted) };
      },
    });
    const body = JSON.stringify(query);
    const headers = { ...json, authorization: `Bearer ${officer}`, 'content-length': body.length };
    const caller = await raw(hub, head('/graphql', headers) + body);
    await vi.waitFor(() => expect(hub.heard).toHaveLength(1));
    expect(hub.heard[0]?.signal.aborted).toBe(false);
    caller.socket.destroy();
    await vi.waitFor(() => expect(hub.heard[0]?.signal.aborted).toBe(true));
    finish();
  });
});

describe('when a handler fails', () => {
  test('for now: 503 with Retry-After', async () => {
    const hub = await edge({
      graphql: () => Promise.reject(new Unavailable('pool is full', { retryAfterSeconds: 2 })),
    });
    const response = await ask(hub, { query: '{ role }' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.text()).not.toContain('pool');
  });

  test('for good: 500 with an id that the log has too, and nothing of the error', async () => {
    const hub = await edge({
      graphql: () => {
        const cause = Object.assign(new Error('params: private-value'), { code: '23505' });
        throw new Error('failed query for\n    at private-value (/private-value.ts:1:1)', {
          cause,
        });
      },
    });
    const response = await ask(hub, { query: '{ role }' });
    expect(response.status).toBe(500);
    const body = (await response.json()) as { errors: { extensions: { id: string } }[] };
    const id = body.errors[0]?.extensions.id;
    expect(hub.logged).toEqual([
      expect.objectContaining({
        errorId: id,
        error: expect.objectContaining({ cause: expect.objectContaining({ code: '23505' }) }),
      }),
    ]);
    expect(JSON.stringify([body, hub.logged])).not.toContain('private-value');
    expect(JSON.stringify(hub.logged)).toContain('http.test.ts');
  });
});

describe('POST /deliveries', () => {
  const deliver = (
    hub: Edge,
    changes: { path?: string; headers?: Record<string, string>; body?: string } = {},
  ) =>
    fetch(`${hub.url}${changes.path ?? '/deliveries?format=ABSENCE_REPORTS'}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${source}`,
        'content-type': 'text/csv',
        ...changes.headers,
      },
      body: changes.body ?? 'a;b\n',
    });

  const counting = async (_viewer: unknown, { body }: DeliveryRequest) => {
    let bytes = 0;
    for await (const chunk of body) bytes += (chunk as Buffer).length;
    return { status: 202, body: { bytes } };
  };

  test('hands on the source, the format, the key and the body, however large', async () => {
    const seen: unknown[] = [];
    const hub = await edge({
      deliver: (viewer, delivery) => {
        const { format, idempotencyKey, contentType } = delivery;
        seen.push({ organisation: viewer.organisation, format, idempotencyKey, contentType });
        return counting(viewer, delivery);
      },
    });
    const response = await deliver(hub, {
      headers: { 'idempotency-key': 'week-7' },
      body: 'x'.repeat(3_000_000),
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ bytes: 3_000_000 });
    expect(seen).toEqual([
      {
        organisation: 'demo-leerplicht',
        format: 'ABSENCE_REPORTS',
        idempotencyKey: 'week-7',
        contentType: 'text/csv',
      },
    ]);
  });

  test('hands on the first line before the last one is sent', async () => {
    const received: string[] = [];
    const hub = await edge({
      deliver: async (_viewer, { body }) => {
        for await (const chunk of body) received.push(String(chunk));
        return { status: 202, body: {} };
      },
    });
    const sender = httpRequest(`${hub.url}/deliveries?format=IJW`, {
      method: 'POST',
      headers: { authorization: `Bearer ${source}` },
    });
    const answered = once(sender, 'response');
    sender.write('first');
    await vi.waitFor(() => expect(received).toEqual(['first']));
    sender.end('last');
    await answered;
    expect(received).toEqual(['first', 'last']);
  });

  test('is for sources only, and says so before the body', async () => {
    const hub = await edge();
    const headers = { authorization: `Bearer ${officer}`, 'content-length': 40_000_000 };
    const caller = await raw(hub, head('/deliveries?format=IJW', headers));
    await caller.receives(/^HTTP\/1.1 403 [\s\S]*application\/problem\+json[\s\S]*FORBIDDEN/);
  });

  test.each([
    ['no token', { headers: { authorization: '' } }, 401],
    ['no format', { path: '/deliveries' }, 400],
    ['an unknown format', { path: '/deliveries?format=PDF' }, 400],
    ['two formats', { path: '/deliveries?format=IJW&format=IJW' }, 400],
    ['a key that is too long', { headers: { 'idempotency-key': 'x'.repeat(201) } }, 400],
    ['a compressed body', { headers: { 'content-encoding': 'gzip' } }, 415],
  ])('with %s is refused', async (_title, changes, status) => {
    const hub = await edge();
    const response = await deliver(hub, changes);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status, code: expect.any(String) });
  });

  test('that announces too much is refused before it is sent', async () => {
    const hub = await edge({ limits: { deliveryBytes: 1_000 }, deliver: counting });
    const headers = { authorization: `Bearer ${source}`, 'content-length': 1_001 };
    const caller = await raw(hub, head('/deliveries?format=IJW', headers));
    await caller.receives(/^HTTP\/1.1 413 /);
  });

  test('that turns out too large ends with an error for the handler, and 413 for the sender', async () => {
    let broken: unknown = null;
    const hub = await edge({
      limits: { deliveryBytes: 1_000 },
      deliver: async (viewer, delivery) => {
        // This one tells a story of its own about a broken body; the sender hears the reason.
        broken = await counting(viewer, delivery).catch((error: Error) => error.name);
        return { status: 500, body: {} };
      },
    });
    const headers = { authorization: `Bearer ${source}`, 'transfer-encoding': 'chunked' };
    const caller = await raw(hub, head('/deliveries?format=IJW', headers));
    caller.socket.write(`400\r\n${'x'.repeat(0x400)}\r\n`);
    await caller.receives(/^HTTP\/1.1 413 /);
    expect(broken).toBe('BodyRefused');
  });

  test('of a sender that breaks off ends with an error for the handler', async () => {
    const outcomes: string[] = [];
    const hub = await edge({
      deliver: async (viewer, delivery) => {
        try {
          const answer = await counting(viewer, delivery);
          outcomes.push('whole');
          return answer;
        } catch (error) {
          outcomes.push('broken');
          throw error;
        }
      },
    });
    const headers = { authorization: `Bearer ${source}`, 'content-length': 1_000 };
    const caller = await raw(hub, `${head('/deliveries?format=IJW', headers)}half`);
    caller.socket.end();
    await vi.waitFor(() => expect(outcomes).toEqual(['broken']));
    expect((await fetch(`${hub.url}/health/live`)).status).toBe(200);
  });

  test('may be answered before the body was read, on a connection that stays in use', async () => {
    const hub = await edge({ deliver: async () => ({ status: 422, body: { code: 'NO' } }) });
    const headers = { authorization: `Bearer ${source}`, 'content-length': 100_000 };
    const caller = await raw(hub, head('/deliveries?format=IJW', headers));
    await caller.receives(/^HTTP\/1.1 422 /);
    caller.socket.write('x'.repeat(100_000));
    caller.socket.write(head('/health/live', {}, 'GET'));
    await caller.receives('"live":true');
  });

  test('may be answered half-way the body, on a connection that stays in use', async () => {
    const hub = await edge({
      deliver: async (_viewer, { body }) => {
        for await (const _chunk of body) break;
        return { status: 422, body: { code: 'NO' } };
      },
    });
    const headers = { authorization: `Bearer ${source}`, 'content-length': 1_000_000 };
    const half = 'x'.repeat(500_000);
    const caller = await raw(hub, head('/deliveries?format=IJW', headers) + half);
    await caller.receives(/^HTTP\/1.1 422 /);
    caller.socket.write(half);
    caller.socket.write(head('/health/live', {}, 'GET'));
    await caller.receives('"live":true');
  });

  test('that breaks off while its handler is busy elsewhere harms nobody', async () => {
    const { open: finish, opened } = gate();
    const bodies: DeliveryRequest['body'][] = [];
    const hub = await edge({
      deliver: async (_viewer, { body }) => {
        bodies.push(body.resume());
        await opened;
        return { status: 202, body: {} };
      },
    });
    const headers = { authorization: `Bearer ${source}`, 'content-length': 1_000 };
    const caller = await raw(hub, `${head('/deliveries?format=IJW', headers)}half`);
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    caller.socket.destroy();
    await vi.waitFor(() => expect(bodies[0]?.errored).toBeInstanceOf(Error));
    finish();
    expect((await fetch(`${hub.url}/health/live`)).status).toBe(200);
  });

  test('takes no more at a time than there is room for', async () => {
    const { open: finish, opened } = gate();
    let started = 0;
    const hub = await edge({
      limits: { deliveries: 1 },
      deliver: async () => {
        started += 1;
        await opened;
        return { status: 202, body: {} };
      },
    });
    const first = deliver(hub);
    await vi.waitFor(() => expect(started).toBe(1));
    const second = await deliver(hub);
    expect(second.status).toBe(503);
    expect(second.headers.get('retry-after')).toBe('1');
    finish();
    expect((await first).status).toBe(202);
  });

  test('may take longer to merge than a silent connection may last', async () => {
    const { open: finish, opened } = gate();
    const hub = await edge({
      limits: { socketMs: 50 },
      deliver: async (viewer, delivery) => {
        await counting(viewer, delivery);
        await opened;
        return { status: 202, body: {} };
      },
    });
    const answer = deliver(hub);
    // A silent connection beside it is the clock.
    await (await raw(hub)).closed;
    await (await raw(hub)).closed;
    finish();
    expect((await answer).status).toBe(202);
  });
});

describe('health', () => {
  test.each`
    ready                                                    | status | body
    ${async () => ({ ready: true, checks: { db: true } })}   | ${200} | ${{ ready: true, checks: { db: true } }}
    ${async () => ({ ready: false, checks: { db: false } })} | ${503} | ${{ ready: false, checks: { db: false } }}
    ${() => new Promise(() => {})}                           | ${503} | ${{ ready: false, checks: { inTime: false } }}
  `('ready: $status', async ({ ready, status, body }) => {
    const hub = await edge({ health: { live: () => true, ready }, limits: { readyMs: 100 } });
    const response = await fetch(`${hub.url}/health/ready`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
    expect((await fetch(`${hub.url}/health/live`, { method: 'HEAD' })).status).toBe(200);
  });

  test('a check that fails is not ready', async () => {
    const ready = () => Promise.reject(new Error('private-value'));
    const hub = await edge({ health: { live: () => true, ready } });
    expect((await fetch(`${hub.url}/health/ready`)).status).toBe(500);
  });
});

describe('closing', () => {
  const query = { query: '{ role }' };

  test('lets 50 requests in flight finish, and takes no more', async () => {
    const { open: finish, opened } = gate();
    const hub = await edge({
      limits: { drainMs: 30_000 },
      graphql: async (request) => {
        await opened;
        return answerOfApollo(request);
      },
    });
    const answers = Array.from({ length: 50 }, () => ask(hub, query));
    await vi.waitFor(() => expect(hub.heard).toHaveLength(50), { timeout: 10_000 });
    const closed = hub.close();
    await vi.waitFor(() => expect(fetch(`${hub.url}/health/live`)).rejects.toThrow());
    finish();
    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('connection')).toBe('close');
    }
    expect(await closed).toBe(true);
  });

  test('lets a delivery finish that is half-way', async () => {
    const { open: started, opened } = gate();
    const hub = await edge({
      limits: { drainMs: 30_000 },
      deliver: async (_viewer, { body }) => {
        let bytes = 0;
        for await (const chunk of body) {
          bytes += (chunk as Buffer).length;
          started();
        }
        return { status: 202, body: { bytes } };
      },
    });
    const headers = { authorization: `Bearer ${source}`, 'content-length': 10 };
    const caller = await raw(hub, `${head('/deliveries?format=IJW', headers)}12345`);
    await opened;
    const closed = hub.close();
    caller.socket.write('67890');
    expect(await caller.closed).toMatch(/^HTTP\/1.1 202 [\s\S]*"bytes":10/);
    expect(await closed).toBe(true);
  });

  test('does not wait for connections that ask nothing', async () => {
    const hub = await edge({ limits: { drainMs: 30_000, socketMs: 600_000 } });
    const silent = await raw(hub);
    const idle = await raw(hub, head('/health/live', {}, 'GET'));
    await idle.receives('"live":true');
    expect(await hub.close()).toBe(true);
    await Promise.all([silent.closed, idle.closed]);
  });

  test('cuts off what does not finish in time, and says so', async () => {
    const hub = await edge({ limits: { drainMs: 50 }, graphql: () => new Promise(() => {}) });
    const answer = ask(hub, query).catch(() => 'cut off');
    await vi.waitFor(() => expect(hub.heard).toHaveLength(1));
    expect(await hub.close()).toBe(false);
    expect(await answer).toBe('cut off');
    expect(await hub.close()).toBe(false);
  });

  test('a port that is taken is an error at the start', async () => {
    const hub = await edge();
    await expect(edge({ port: hub.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('demonstration mode', () => {
  const demo = async () => edge({ pages: await demoPages(provider) });

  test.each`
    host                        | status
    ${'localhost'}              | ${200}
    ${'localhost:4000'}         | ${200}
    ${'127.0.0.1:4000'}         | ${200}
    ${'[::1]:4000'}             | ${200}
    ${'evil.example'}           | ${421}
    ${'localhost.evil.example'} | ${421}
    ${'127.0.0.1.nip.io'}       | ${421}
    ${'localhost@evil.example'} | ${421}
  `('the host $host gets $status, whatever it asks', async ({ host, status }) => {
    const hub = await demo();
    for (const path of ['/', '/demo/token?identity=swv-po', '/health/live']) {
      const caller = await raw(hub, `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      await caller.receives(new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  test('a token of an identity opens the API', async () => {
    const hub = await demo();
    const page = await fetch(`${hub.url}/demo/token?identity=swv-po`);
    const { token } = (await page.json()) as { token: string };
    const response = await ask(
      hub,
      { query: '{ role }' },
      { headers: { authorization: `Bearer ${token}` } },
    );
    expect(await response.json()).toEqual({ data: { role: 'swvCoordinator' } });
    expect((await fetch(`${hub.url}/demo/token?identity=nobody`)).status).toBe(404);
  });

  test('the first page is in Dutch and leads to an explorer for every identity', async () => {
    const hub = await demo();
    const page = await (await fetch(`${hub.url}/`)).text();
    expect(page).toContain('<html lang="nl">');
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(8);
    for (const link of links) expect((await fetch(`${hub.url}${link}`)).status).toBe(200);
  });

  test('everything the explorer loads is our own, and its policy allows nothing else', async () => {
    const hub = await demo();
    const response = await fetch(`${hub.url}/explorer/als/swv-po/`);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
    const page = await response.text();
    expect(page).not.toMatch(/<script(?![^>]*src=)/);
    const base = new URL(/<base href="([^"]+)"/.exec(page)?.[1] ?? '', hub.url);
    const loaded = [...page.matchAll(/(?:src|(?<!base )href)="([^"]+)"/g)].map(
      ([, link]) => new URL(link ?? '', base),
    );
    expect(loaded.length).toBeGreaterThan(5);
    for (const url of loaded) {
      expect(url.origin).toBe(hub.url);
      if (url.pathname !== base.pathname) expect((await fetch(url)).status, url.pathname).toBe(200);
    }
  });

  test.each([
    '/explorer/altair/../../package.json',
    '/explorer/altair/%2e%2e/package.json',
    '/explorer/altair/index.html',
    '/explorer/als/nobody/',
  ])('there is no %s', async (path) => {
    const hub = await demo();
    const caller = await raw(hub, head(path, {}, 'GET'));
    await caller.receives(/^HTTP\/1.1 404 /);
  });
});

test('GraphQL over HTTP: no MUST fails, and only the three SHOULDs that are a choice of Apollo Server', async () => {
  const hub = await edge();
  const results = await auditServer({
    url: `${hub.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: {
          ...(init.headers as Record<string, string>),
          authorization: `Bearer ${officer}`,
        },
      }),
  });
  const failed = results.filter(({ status }) => status === 'error');
  expect(failed.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  const open = results.filter(({ status, name }) => status === 'warn' && name.startsWith('SHOULD'));
  // Status 200 for a document that cannot be parsed, validated or coerced, under application/json: Apollo says 400.
  expect(new Set(open.map(({ id }) => id))).toEqual(new Set(['572B', '7B9B', 'FDE2']));
});
