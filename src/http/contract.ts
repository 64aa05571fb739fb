/** What the HTTP edge and its handlers ask of each other, and within which limits. */
import type { Readable } from 'node:stream';
import type { Code, deliveryFormats } from '../../schema/codes.ts';
import type { TokenVerifier } from '../auth/token.ts';
import type { Viewer } from '../auth/viewer.ts';
import { defaultLimits } from '../limits.ts';
import type { ScrubbedError } from '../scrub-error.ts';

export type MediaType = 'application/json' | 'application/graphql-response+json';

export type GraphqlBody = {
  query?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  /** Of `extensions.persistedQuery`: the SHA-256 of `query`, or of a document that the hub should have. */
  persistedHash?: string;
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
  /** For an answer, waiting included: less than a silent connection lasts, so that the caller hears why there is none. */
  answerMs: number;
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
  answerMs: 8_000,
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
