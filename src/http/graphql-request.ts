/** The shape of a GraphQL request: what it must be sent as, and what of its body is handed on. */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { GraphqlBody, MediaType } from './contract.ts';
import { badRequest, Refusal } from './refusal.ts';

/** Exactly JSON, in UTF-8: other types would make it a "simple" cross-site request, other charsets are an attack on decoders. */
export function requireJson({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  if (!/^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?$/i.test(type)) {
    throw new Refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'the content type must be application/json');
  }
  refuseEncoding(headers['content-encoding']);
}

export function refuseEncoding(encoding: string | undefined): void {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Refusal(415, 'UNSUPPORTED_ENCODING', 'send the body without content-encoding', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
}

const offered: readonly MediaType[] = ['application/json', 'application/graphql-response+json'];

/** The one of our two media types that `Accept` rates highest, or null. Of equals the first named; anything at all gets JSON. */
export function negotiated(accept: string | undefined): MediaType | null {
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

export function graphqlBody(bytes: Buffer): GraphqlBody {
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
  const persistedHash = persistedHashOf(extensions, query ?? '');
  if (!query && persistedHash === undefined) throw badRequest('"query" is missing');
  return {
    ...(query && { query }),
    ...(isName(operationName) && { operationName }),
    ...(isObject(variables) && { variables }),
    ...(persistedHash && { persistedHash }),
  };
}

/** As Apollo's clients name a document by its hash; `query` may come with it, so that the hub can remember it. */
function persistedHashOf(extensions: unknown, query: string): string | undefined {
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  if (isAbsent(persisted)) return undefined;
  if (!isObject(persisted) || persisted.version !== 1) {
    throw badRequest('"persistedQuery" must have version 1');
  }
  const { sha256Hash } = persisted;
  if (typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash)) {
    throw badRequest('"sha256Hash" must be 64 hexadecimal digits');
  }
  if (query !== '' && hash('sha256', query) !== sha256Hash) {
    throw badRequest('"sha256Hash" is not that of "query"');
  }
  return sha256Hash;
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
