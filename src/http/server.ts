/**
 * The HTTP edge: decides who may be heard before a byte of a body is read, keeps every request within limits, and hands
 * what is left to the handlers it is given. It knows nothing of GraphQL beyond the shape of a request.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { deliveryFormats } from '../../schema/codes.ts';
import { AuthError, type Viewer } from '../auth/viewer.ts';
import { createGate, type Gate } from '../gate.ts';
import { scrubError } from '../scrub-error.ts';
import { Unavailable } from '../unavailable.ts';
import { drain, trackConnections } from './connections.ts';
import {
  type DeliveryAnswer,
  type DeliveryFormat,
  type DeliveryRequest,
  defaultHttpLimits,
  type GraphqlAnswer,
  type HttpLimits,
  type HttpOptions,
  type RunningHttp,
} from './contract.ts';
import { graphqlBody, negotiated, refuseEncoding, requireJson } from './graphql-request.ts';
import { badRequest, problem, Refusal, refusalOf } from './refusal.ts';
import { BodyRefused, bodyChunks, wholeBody } from './request-body.ts';

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

async function handle(edge: Edge, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  const route = routes[path] ?? pageRoute;
  // A sender that breaks off is an 'error' of the request; whoever reads the body hears it from there.
  request.on('error', () => {});
  let answer: GraphqlAnswer;
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
  ): Promise<GraphqlAnswer>;
  refuse(refusal: Refusal, request: IncomingMessage): GraphqlAnswer;
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
    const traceparent = traceparentOf(request);
    const answered = async () => {
      const leave = await edge.requests.enter(signal);
      try {
        return await edge.graphql({ viewer, body, mediaType, traceparent, signal });
      } finally {
        leave();
      }
    };
    const answer = await inTime(answered(), edge.limits.answerMs);
    // Whatever a cache-control plugin thinks of it: an answer is for this caller only.
    return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
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

/** Work that is late goes on and keeps its place, but nobody waits for it any longer. */
async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Unavailable('no answer in time')), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

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

/** On every answer. No CORS headers, ever: pages of other origins have no business here. */
const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function send(
  edge: Edge,
  { request, response, awaitsContinue }: Exchange,
  answer: GraphqlAnswer,
): void {
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
