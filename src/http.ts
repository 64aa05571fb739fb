/**
 * The HTTP edge: decides who may be heard before a byte of a body is read, keeps every request within limits, and hands
 * what is left to the handlers it is given. It knows nothing of GraphQL beyond the shape of a request.
 */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type Code, deliveryFormats } from '../schema/codes.ts';
import type { TokenVerifier } from './auth/token.ts';
import { AuthError, type Viewer } from './auth/viewer.ts';
import { createGate, type Gate } from './gate.ts';
import { defaultLimits } from './limits.ts';
import { BodyRefused, bodyChunks, wholeBody } from './request-body.ts';
import { type ScrubbedError, scrubError } from './scrub-error.ts';
import { Unavailable } from './unavailable.ts';

export type MediaType = 'application/json' | 'application/graphql-response+json';

export type GraphqlBody = {
  query?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
};

export type GraphqlRequest = {
  viewer: Viewer;
  body: GraphqlBody;
  /** What the caller reads best: the content type of the answer. */
  mediaType: MediaType;
  /** W3C Trace Context, when it is well-formed. */
  traceparent: string | null;
  /** Aborts when the caller leaves. */
  signal: AbortSignal;
};

export type GraphqlAnswer = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
};

export type DeliveryFormat = Code<typeof deliveryFormats>;

export type DeliveryRequest = {
  format: DeliveryFormat;
  idempotencyKey: string | null;
  contentType: string | null;
  traceparent: string | null;
  /** Ends with an error when the sender breaks off, is too slow, or sends too much. */
  body: Readable;
  signal: AbortSignal;
};

export type DeliveryAnswer = { status: number; body: unknown };

export type Health = {
  live(): boolean;
  ready(): Promise<{ ready: boolean; checks: unknown }>;
};

/** A page or file of demonstration mode; null when there is none at that path. */
export type Pages = (request: { path: string; query: URLSearchParams }) => Promise<Page | null>;
export type Page = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
};

export type HttpLog = {
  warn(fields: { error: ScrubbedError }, message: string): void;
  error(fields: { errorId: string; error: ScrubbedError }, message: string): void;
};

export type HttpLimits = {
  bodyBytes: number;
  /** From connecting or the previous request to the last header. */
  headersMs: number;
  /** For the body of a GraphQL request. */
  bodyMs: number;
  /** Without a byte in either direction; not during a delivery. */
  socketMs: number;
  /** How often Node looks for connections whose headers are late. */
  checkMs: number;
  connections: number;
  /** GraphQL requests at work, waiting, and how long they wait. */
  inFlight: number;
  waiting: number;
  waitMs: number;
  deliveries: number;
  deliveryBytes: number;
  deliveryIdleMs: number;
  deliveryMs: number;
  readyMs: number;
  /** How long what is left of a refused body is thrown away before the connection is cut. */
  discardMs: number;
  drainMs: number;
};

export const defaultHttpLimits: HttpLimits = {
  bodyBytes: defaultLimits.bodyBytes,
  headersMs: 5_000,
  bodyMs: 8_000,
  socketMs: 9_000,
  checkMs: 1_000,
  connections: 4_096,
  inFlight: 64,
  waiting: 256,
  waitMs: 2_000,
  deliveries: 4,
  deliveryBytes: 2 ** 30,
  deliveryIdleMs: 30_000,
  deliveryMs: 3_600_000,
  readyMs: 1_900,
  discardMs: 2_000,
  drainMs: 10_000,
};

export type HttpOptions = {
  host: string;
  /** 0 for any free one. */
  port: number;
  verify: TokenVerifier;
  graphql(request: GraphqlRequest): Promise<GraphqlAnswer>;
  deliver(viewer: Viewer, delivery: DeliveryRequest): Promise<DeliveryAnswer>;
  health: Health;
  /** Demonstration mode only. Answers only to a loopback name: no page elsewhere can rebind its name to this machine. */
  pages?: Pages;
  log: HttpLog;
  limits?: Partial<HttpLimits>;
};

export type RunningHttp = {
  host: string;
  port: number;
  /** Stops accepting, lets what is in flight finish, then cuts it off. True when nothing had to be cut off. */
  close(): Promise<boolean>;
};

/** Resolves when the server listens. */
export async function startHttp(options: HttpOptions): Promise<RunningHttp> {
  const limits: HttpLimits = { ...defaultHttpLimits, ...options.limits };
  const edge: Edge = {
    ...options,
    limits,
    requests: createGate(limits),
    deliveries: createGate({ inFlight: limits.deliveries, waiting: 0, waitMs: 0 }),
    isDraining: false,
  };
  const server = createServer({
    headersTimeout: limits.headersMs,
    // Counted over the whole request, so a large delivery would not pass: each route times its own body instead.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.checkMs,
    maxHeaderSize: 16_384,
  });
  server.timeout = limits.socketMs;
  // One more than is allowed: Node drops the rest without a word.
  server.maxHeadersCount = maxHeaders + 1;
  server.maxConnections = limits.connections;

  const connections = trackConnections(server);
  const serve = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => {
    handle(edge, { request, response, awaitsContinue }).catch((error: unknown) => {
      options.log.error({ errorId: randomUUID(), error: scrubError(error) }, 'answer not sent');
      request.socket.destroy();
    });
  };
  server.on('request', (request, response) => serve(request, response, false));
  // Otherwise Node itself would ask for the body before we know who sends it.
  server.on('checkContinue', (request, response) => serve(request, response, true));

  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let closing: Promise<boolean> | null = null;
  return {
    host: options.host,
    port,
    close: () => {
      edge.isDraining = true;
      closing ??= drain(server, connections, limits.drainMs);
      return closing;
    },
  };
}

const maxHeaders = 100;

type Edge = HttpOptions & {
  limits: HttpLimits;
  requests: Gate;
  deliveries: Gate;
  isDraining: boolean;
};

type Exchange = { request: IncomingMessage; response: ServerResponse; awaitsContinue: boolean };

type Answer = GraphqlAnswer;

/** Ends a request early. Its message is ours, so it may be shown. */
class Refusal extends Error {
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

async function handle(edge: Edge, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  const route = routes[path] ?? pageRoute;
  // A sender that breaks off is an 'error' of the request; whoever reads the body hears it from there.
  request.on('error', () => {});
  let answer: Answer;
  try {
    checkHeaders(edge, request);
    answer = await route.answer(edge, exchange, { path, query: new URLSearchParams(search) });
  } catch (error) {
    if (response.destroyed) {
      edge.log.warn({ error: scrubError(error) }, 'the sender left before the answer');
      return;
    }
    answer = route.refuse(refusalOf(error, edge.log), request);
  }
  if (response.destroyed) return;
  send(edge, exchange, answer);
  discardRest(request, edge.limits.discardMs);
}

type Route = {
  answer(
    edge: Edge,
    exchange: Exchange,
    target: { path: string; query: URLSearchParams },
  ): Promise<Answer>;
  refuse(refusal: Refusal, request: IncomingMessage): Answer;
};

function checkHeaders(edge: Edge, request: IncomingMessage): void {
  if (request.rawHeaders.length > 2 * maxHeaders) {
    throw new Refusal(431, 'TOO_MANY_HEADERS', `a request has at most ${maxHeaders} headers`);
  }
  if (edge.pages !== undefined && !isLoopback(request.headers.host ?? '')) {
    throw new Refusal(421, 'WRONG_HOST', 'in demonstration mode only localhost is served');
  }
}

const isLoopback = (host: string): boolean =>
  /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host);

// ---- POST /graphql

const graphqlRoute: Route = {
  async answer(edge, exchange) {
    const { request, response } = exchange;
    requireMethod(request, ['POST']);
    const viewer = await authenticated(edge, request);
    requireJson(request);
    const mediaType = negotiated(request.headers.accept);
    if (mediaType === null) {
      throw new Refusal(406, 'NOT_ACCEPTABLE', 'answers are application/json');
    }
    askForBody(exchange);
    const body = graphqlBody(
      await wholeBody(request, { maxBytes: edge.limits.bodyBytes, totalMs: edge.limits.bodyMs }),
    );
    const signal = signalOf(response);
    const leave = await edge.requests.enter(signal);
    try {
      const traceparent = traceparentOf(request);
      const answer = await edge.graphql({ viewer, body, mediaType, traceparent, signal });
      // Whatever a cache-control plugin thinks of it: an answer is for this caller only.
      return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
    } finally {
      leave();
    }
  },
  refuse: ({ status, code, message, headers, details }, request) => {
    const mediaType = negotiated(request.headers.accept) ?? 'application/json';
    return {
      status,
      headers: { 'content-type': `${mediaType}; charset=utf-8`, ...headers },
      body: JSON.stringify({ errors: [{ message, extensions: { code, ...details } }] }),
    };
  },
};

/** Exactly JSON, in UTF-8: other types would make it a "simple" cross-site request, other charsets are an attack on decoders. */
function requireJson({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  if (!/^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?$/i.test(type)) {
    throw new Refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'the content type must be application/json');
  }
  refuseEncoding(headers['content-encoding']);
}

function refuseEncoding(encoding: string | undefined): void {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Refusal(415, 'UNSUPPORTED_ENCODING', 'send the body without content-encoding', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
}

const offered: readonly MediaType[] = ['application/json', 'application/graphql-response+json'];

/** The one of our two media types that `Accept` rates highest, or null. Of equals the first named; anything at all gets JSON. */
function negotiated(accept: string | undefined): MediaType | null {
  if (accept === undefined || accept === '*/*') return 'application/json';
  let best: MediaType | null = null;
  let bestQuality = 0;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(
      parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1,
    );
    const match =
      type === '*/*' || type === 'application/*'
        ? 'application/json'
        : offered.find((mediaType) => mediaType === type);
    if (match !== undefined && quality > bestQuality) {
      best = match;
      bestQuality = quality;
    }
  }
  return best;
}

/** Deeper JSON than any input type is only there to exhaust the stack of whoever walks it. */
const maxJsonDepth = 32;

const badRequest = (message: string) => new Refusal(400, 'BAD_REQUEST', message);

function graphqlBody(bytes: Buffer): GraphqlBody {
  if (!isUtf8(bytes)) throw badRequest('the body is not UTF-8');
  const text = bytes.toString('utf8');
  if (isDeeperThan(text, maxJsonDepth)) throw badRequest('the body is nested too deeply');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('the body is not JSON');
  }
  if (!isObject(body)) throw badRequest('the body must be one JSON object: no batches');
  const { query, operationName, variables, extensions } = body;
  if (!isAbsent(query) && typeof query !== 'string') throw badRequest('"query" must be a string');
  if (!isAbsent(variables) && !isObject(variables)) {
    throw badRequest('"variables" must be an object');
  }
  if (!isAbsent(extensions) && !isObject(extensions)) {
    throw badRequest('"extensions" must be an object');
  }
  // A name that is not one would only come back in an error message.
  if (!isAbsent(operationName) && !isName(operationName)) {
    throw badRequest('"operationName" must be a name of at most 200 characters');
  }
  if (!query && isAbsent(extensions)) throw badRequest('"query" is missing');
  return {
    ...(query && { query }),
    ...(isName(operationName) && { operationName }),
    ...(isObject(variables) && { variables }),
    ...(isObject(extensions) && { extensions }),
  };
}

const isAbsent = (value: unknown): value is null | undefined =>
  value === undefined || value === null;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[_A-Za-z]\w{0,199}$/.test(value);

/** Counts brackets outside strings, without parsing. */
function isDeeperThan(json: string, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') {
      isInString = true;
    } else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === '}' || character === ']') {
      depth -= 1;
    }
  }
  return false;
}

// ---- POST /deliveries

const deliveriesRoute: Route = {
  async answer(edge, exchange, { query }) {
    const { request, response } = exchange;
    requireMethod(request, ['POST']);
    const viewer = await authenticated(edge, request);
    if (viewer.role !== 'source') {
      throw new Refusal(403, 'FORBIDDEN', 'only a source delivers');
    }
    const format = deliveryFormat(query);
    const idempotencyKey = idempotencyKeyOf(request);
    refuseEncoding(request.headers['content-encoding']);
    const signal = signalOf(response);
    const leave = await edge.deliveries.enter(signal);
    // Merging the last lines takes time in which nothing goes over the wire.
    request.socket.setTimeout(0);
    try {
      const { status, body } = await delivered(edge, exchange, viewer, {
        format,
        idempotencyKey,
        contentType: request.headers['content-type'] ?? null,
        traceparent: traceparentOf(request),
        signal,
      });
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      return {
        status,
        headers: { 'content-type': `${type}; charset=utf-8` },
        body: JSON.stringify(body),
      };
    } finally {
      request.socket.setTimeout(edge.limits.socketMs);
      leave();
    }
  },
  refuse: (refusal) => problem(refusal),
};

async function delivered(
  edge: Edge,
  exchange: Exchange,
  viewer: Viewer,
  delivery: Omit<DeliveryRequest, 'body'>,
): Promise<DeliveryAnswer> {
  const { limits } = edge;
  let bodyRefused: BodyRefused | null = null;
  const done = new AbortController();
  async function* chunks() {
    try {
      const { deliveryBytes: maxBytes, deliveryIdleMs: idleMs, deliveryMs: totalMs } = limits;
      yield* bodyChunks(exchange.request, { maxBytes, idleMs, totalMs }, done.signal);
    } catch (error) {
      if (error instanceof BodyRefused) bodyRefused = error;
      throw error;
    }
  }
  const body = Readable.from(chunks(), { objectMode: false });
  // The handler may be done with the body when the sender breaks off: nobody listens then.
  body.on('error', () => {});
  try {
    askForBody(exchange);
    const answer = await edge.deliver(viewer, { ...delivery, body });
    if (bodyRefused !== null) throw bodyRefused;
    return answer;
  } catch (error) {
    // What the handler makes of a broken body says less than why it broke.
    throw bodyRefused ?? error;
  } finally {
    done.abort();
    body.destroy();
  }
}

function deliveryFormat(query: URLSearchParams): DeliveryFormat {
  const [asked, ...more] = query.getAll('format');
  const format = deliveryFormats.find((known) => known === asked);
  if (format === undefined || more.length > 0) {
    throw badRequest(`add ?format= with one of ${deliveryFormats.join(', ')}`);
  }
  return format;
}

function idempotencyKeyOf({ headers }: IncomingMessage): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw badRequest('Idempotency-Key must be 1 to 200 printable characters');
  }
  return key;
}

// ---- GET /health/live, GET /health/ready

const healthRoute = (check: (edge: Edge) => Promise<{ ok: boolean; body: unknown }>): Route => ({
  async answer(edge, { request }) {
    requireMethod(request, ['GET', 'HEAD']);
    const { ok, body } = await check(edge);
    return {
      status: ok ? 200 : 503,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    };
  },
  refuse: (refusal) => problem(refusal),
});

const live = healthRoute(async (edge) => {
  const isLive = edge.health.live();
  return { ok: isLive, body: { live: isLive } };
});

const ready = healthRoute(async (edge) => {
  if (edge.isDraining) return { ok: false, body: { ready: false, checks: { draining: true } } };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ready: boolean; checks: unknown }>((resolve) => {
    timer = setTimeout(resolve, edge.limits.readyMs, { ready: false, checks: { inTime: false } });
  });
  try {
    const state = await Promise.race([edge.health.ready(), late]);
    return { ok: state.ready, body: state };
  } finally {
    clearTimeout(timer);
  }
});

// ---- everything else

const pageRoute: Route = {
  async answer(edge, { request }, target) {
    const page = await edge.pages?.(target);
    if (page === undefined || page === null) {
      throw new Refusal(404, 'NOT_FOUND', 'there is nothing here');
    }
    requireMethod(request, ['GET', 'HEAD']);
    return page;
  },
  refuse: (refusal) => problem(refusal),
};

const routes: Readonly<Record<string, Route>> = Object.assign(Object.create(null), {
  '/graphql': graphqlRoute,
  '/deliveries': deliveriesRoute,
  '/health/live': live,
  '/health/ready': ready,
});

// ---- shared by the routes

function requireMethod({ method }: IncomingMessage, allowed: readonly string[]): void {
  if (!allowed.includes(method ?? '')) {
    const list = allowed.join(', ');
    throw new Refusal(405, 'METHOD_NOT_ALLOWED', `use ${list}`, { headers: { allow: list } });
  }
}

async function authenticated(edge: Edge, { headers }: IncomingMessage): Promise<Viewer> {
  const token = /^Bearer +([\w\-.~+/]+=*) *$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new AuthError('TOKEN_MISSING', 'send an access token: "Authorization: Bearer …"');
  }
  return await edge.verify(token);
}

const traceparentOf = ({ headers }: IncomingMessage): string | null => {
  const value = headers.traceparent;
  return typeof value === 'string' &&
    /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(value)
    ? value
    : null;
};

function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function askForBody({ response, awaitsContinue }: Exchange): void {
  if (awaitsContinue) response.writeContinue();
}

/** What a caller hears of an error. Of one that is not ours: an id, under which the log has the rest. */
function refusalOf(error: unknown, log: HttpLog): Refusal {
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
const problem = ({ status, code, message, headers, details }: Refusal): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headers },
  body: JSON.stringify({ type: 'about:blank', status, code, title: message, ...details }),
});

/** On every answer. No CORS headers, ever: pages of other origins have no business here. */
const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function send(edge: Edge, { request, response, awaitsContinue }: Exchange, answer: Answer): void {
  // A sender still waiting for "100 Continue" may or may not send its body now: nobody can tell where it would begin.
  const isLast = edge.isDraining || (awaitsContinue && !request.complete);
  response.writeHead(answer.status, {
    ...safeHeaders,
    ...answer.headers,
    ...(isLast && { connection: 'close' }),
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

/**
 * A refused sender may still be sending. Cutting it off at once would reset the connection, and the answer would be
 * lost with it; so the rest is thrown away, for a short while.
 */
function discardRest(request: IncomingMessage, discardMs: number): void {
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), discardMs);
  request.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
}

// ---- shutdown

type Connections = { all: Set<Socket>; busy: Map<Socket, number> };

function trackConnections(server: Server): Connections {
  const connections: Connections = { all: new Set(), busy: new Map() };
  const { all, busy } = connections;
  server.on('connection', (socket: Socket) => {
    all.add(socket);
    socket.once('close', () => all.delete(socket));
  });
  const count = ({ socket }: IncomingMessage, response: ServerResponse) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (left === 0) busy.delete(socket);
      else busy.set(socket, left);
    });
  };
  server.on('request', count).on('checkContinue', count);
  return connections;
}

async function drain(
  server: Server,
  { all, busy }: Connections,
  drainMs: number,
): Promise<boolean> {
  const closed = once(server, 'close');
  server.close();
  // What has arrived but was not yet read becomes a request in the next turn of the event loop.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  for (const socket of all) if (!busy.has(socket)) socket.destroy();
  let isClean = true;
  const timer = setTimeout(() => {
    isClean = false;
    for (const socket of all) socket.destroy();
  }, drainMs);
  await closed;
  clearTimeout(timer);
  return isClean;
}
