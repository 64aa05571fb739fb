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

/**
 * The pieces of a large body as they come. Not the iterator of the request itself: while that waits for a piece it
 * cannot be left, so that nothing else could read, or throw away, what still comes.
 */
export async function* bodyChunks(
  request: IncomingMessage,
  limits: {
    maxBytes: number;
    /** Time between two pieces; counts only while we are the one who waits. */
    idleMs: number;
    totalMs: number;
  },
  /** Aborts when nobody wants the rest. */
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  refuseAnnounced(request, limits.maxBytes);
  const deadline = performance.now() + limits.totalMs;
  let bytes = 0;
  while (!signal.aborted) {
    const chunk: Buffer | null = request.read();
    if (chunk !== null) {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) throw new BodyRefused('BODY_TOO_LARGE');
      yield chunk;
    } else if (request.readableEnded) {
      return;
    } else if (request.destroyed) {
      throw new Error('the sender left');
    } else {
      await change(request, Math.min(limits.idleMs, deadline - performance.now()), signal);
    }
  }
}

/** Waits until there is something to read, or nothing any more. */
async function change(request: IncomingMessage, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = withResolvers();
  const timer = setTimeout(() => reject(new BodyRefused('BODY_TOO_SLOW')), Math.max(0, ms));
  const events = ['readable', 'end', 'error', 'close'];
  for (const event of events) request.on(event, resolve);
  signal.addEventListener('abort', resolve);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    for (const event of events) request.off(event, resolve);
    signal.removeEventListener('abort', resolve);
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
