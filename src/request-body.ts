/** Reads the body of a request within a number of bytes and within time, so that a slow or endless sender costs little. */
import type { IncomingMessage } from 'node:http';

/** The sender did not keep to the limits. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused';
  readonly code: 'BODY_TOO_LARGE' | 'BODY_TOO_SLOW';
  constructor(code: 'BODY_TOO_LARGE' | 'BODY_TOO_SLOW') {
    super(code === 'BODY_TOO_LARGE' ? 'the body is too large' : 'the body came too slowly');
    this.code = code;
  }
}

/** A length that is announced is refused before anything is read. */
const refuseAnnounced = (request: IncomingMessage, maxBytes: number) => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    throw new BodyRefused('BODY_TOO_LARGE');
  }
};

/** A small body as a whole. By events: an async iterator costs as much as the rest of a small request's edge. */
export async function wholeBody(
  request: IncomingMessage,
  { maxBytes, totalMs }: { maxBytes: number; totalMs: number },
): Promise<Buffer> {
  refuseAnnounced(request, maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { promise, resolve, reject } = withResolvers();
  const timer = setTimeout(() => reject(new BodyRefused('BODY_TOO_SLOW')), totalMs);
  const collect = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) reject(new BodyRefused('BODY_TOO_LARGE'));
    else chunks.push(chunk);
  };
  // A sender that leaves half-way gives an error or, when it was quick, only a close.
  const left = () => reject(new Error('the sender left'));
  request.on('data', collect).once('end', resolve).once('error', left).once('close', left);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    request.off('data', collect).off('end', resolve).off('error', left).off('close', left);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** The pieces of a large body as they come. Leaving early leaves the connection as it is, for an answer. */
export async function* bodyChunks(
  request: IncomingMessage,
  limits: {
    maxBytes: number;
    /** Time between two pieces; counts only while we are the one who waits. */
    idleMs: number;
    totalMs: number;
  },
): AsyncGenerator<Buffer> {
  refuseAnnounced(request, limits.maxBytes);
  const deadline = performance.now() + limits.totalMs;
  // By default a loop that is left destroys the request, and with it the socket that the answer must go through.
  const chunks: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  let bytes = 0;
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = await within(
        Math.min(limits.idleMs, deadline - performance.now()),
        chunks.next(),
      );
      isWaiting = false;
      if (next.done === true) return;
      bytes += next.value.length;
      if (bytes > limits.maxBytes) throw new BodyRefused('BODY_TOO_LARGE');
      yield next.value;
    }
  } finally {
    // An iterator that waits for a piece would only return after it.
    if (!isWaiting) await chunks.return?.();
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = withResolvers();
  const timer = setTimeout(() => reject(new BodyRefused('BODY_TOO_SLOW')), Math.max(0, ms));
  try {
    return await Promise.race([promise, late as Promise<never>]);
  } finally {
    clearTimeout(timer);
  }
}

/** `Promise.withResolvers` of Node 22. */
function withResolvers() {
  let resolve = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
