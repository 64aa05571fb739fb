/**
 * Asks, in a process of its own: a fixed number of connections, each with one question under way. Speaks just enough HTTP over plain sockets
 * to stay cheap, since it shares the processors with what it measures. Every answer is checked: status, first bytes and length while
 * it is timed, the whole of it at its first coming and now and then after that.
 */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export type LoadJob =
  | { kind: 'prepare'; server: string; requests: string[]; expected: string[] | null }
  | { kind: 'visit'; server: string; port: number; connections: number }
  | { kind: 'run'; server: string; port: number; connections: number; warmMs: number; ms: number };

export type LoadReply =
  | { kind: 'ready' }
  | { kind: 'visited'; digests: string[] }
  | { kind: 'started' }
  | { kind: 'ended' }
  | { kind: 'measured'; answered: number; ms: number; p50: number; checked: number }
  | { kind: 'failed'; why: string };

type Server = {
  requests: Buffer[];
  /** Per question the digest of the right answer; null for the server that the others are compared to. */
  expected: string[] | null;
  /** Per question the length of the answer that was checked; 0 before the first. */
  lengths: Int32Array;
};

/** One in so many answers is kept and compared as a whole. */
const sampled = 97;
const longestWaitMs = 20_000;
const beginning = '{"data":';

const servers = new Map<string, Server>();

/** Cursors are opaque, and differ by right. */
const withoutCursors = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutCursors);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'endCursor' && name !== 'cursor')
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, below]) => [name, withoutCursors(below)]),
  );
};

const digestOf = (body: string): string => {
  const answer = JSON.parse(body) as { data?: unknown; errors?: unknown };
  if (answer.errors !== undefined || !answer.data) {
    throw new Error(`the answer has errors: ${JSON.stringify(answer.errors).slice(0, 400)}`);
  }
  if (Object.values(answer.data).includes(null)) throw new Error('the answer is empty');
  return createHash('sha256')
    .update(JSON.stringify(withoutCursors(answer.data)))
    .digest('hex');
};

const unchunked = (body: Buffer): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, line), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
};

/** One connection: sends a request and gives the body of its answer, whole where `keep` says so, else its length. */
type Line = { ask(request: Buffer, keep: boolean): void; close(): void };

const openLine = (
  port: number,
  onAnswer: (length: number, body: Buffer | null) => void,
  onBroken: (why: string) => void,
): Promise<Line> => {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let head: Buffer | null = null;
  let length = -1;
  let isChunked = false;
  let received = 0;
  let keeps = false;
  let kept: Buffer[] = [];

  const take = (part: Buffer): void => {
    received += part.length;
    if (keeps || isChunked) kept.push(part);
    if (isChunked) {
      const tail = part.length >= 5 ? part : Buffer.concat(kept);
      if (tail.toString('latin1', tail.length - 5) !== '0\r\n\r\n') return;
    } else if (received < length) return;
    const body = kept.length === 0 ? null : Buffer.concat(kept);
    const whole = isChunked && body !== null ? unchunked(body) : body;
    const total = isChunked ? (whole?.length ?? 0) : received;
    head = null;
    length = -1;
    received = 0;
    kept = [];
    onAnswer(total, whole);
  };

  socket.on('data', (chunk: Buffer) => {
    if (length >= 0 || isChunked) return take(chunk);
    const data = head === null ? chunk : Buffer.concat([head, chunk]);
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) {
      head = data;
      return;
    }
    const text = data.toString('latin1', 0, end);
    if (!text.startsWith('HTTP/1.1 200')) {
      return onBroken(`${text.slice(0, 40)} ${data.toString('utf8', end + 4, end + 400)}`);
    }
    const announced = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    isChunked = announced === undefined;
    if (announced !== undefined) length = Number(announced);
    const body = data.subarray(end + 4);
    if (!isChunked && body.length >= beginning.length) {
      if (body.toString('latin1', 0, beginning.length) !== beginning) {
        return onBroken(body.toString('utf8', 0, 400));
      }
    }
    take(body);
  });
  socket.on('error', (error) => onBroken(error.message));
  socket.on('close', () => onBroken('the server hung up'));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve({
        ask: (request, keep) => {
          keeps = keep;
          isChunked = false;
          socket.write(request);
        },
        close: () => {
          socket.removeAllListeners('close').removeAllListeners('error');
          socket.on('error', () => undefined);
          socket.destroy();
        },
      });
    });
  });
};

type Kept = { question: number; body: string };

/** Compares kept answers with what they should be; remembers how long a right answer is. */
const check = (server: Server, kept: readonly Kept[]): string[] =>
  kept.map(({ question, body }) => {
    const digest = digestOf(body);
    const expected = server.expected?.[question];
    if (expected !== undefined && digest !== expected) {
      throw new Error(`the answer to question ${question} is another than it should be`);
    }
    return digest;
  });

/**
 * Keeps `connections` lines busy. `next` gives the number of the next question, or null for no more on this line. Resolves
 * when every line is done.
 */
const work = async (
  server: Server,
  port: number,
  connections: number,
  next: () => number | null,
  onAnswered: (ms: number) => void,
): Promise<Kept[]> => {
  const kept: Kept[] = [];
  let asked = 0;
  const lines = Array.from(
    { length: connections },
    () =>
      new Promise<void>((resolve, reject) => {
        let question = 0;
        let began = 0;
        const opening = openLine(
          port,
          (length, body) => {
            onAnswered(performance.now() - began);
            const known = server.lengths[question];
            if (body !== null) kept.push({ question, body: body.toString('utf8') });
            if (known === 0) server.lengths[question] = length;
            else if (known !== length) {
              reject(
                new Error(
                  `question ${question}: ${length} bytes, and ${known} when it was checked`,
                ),
              );
            }
            proceed();
          },
          (why) => reject(new Error(why)),
        );
        const proceed = (): void => {
          const number = next();
          opening.then((line) => {
            if (number === null) {
              line.close();
              resolve();
              return;
            }
            question = number;
            asked += 1;
            const keep = server.lengths[number] === 0 || asked % sampled === 1;
            began = performance.now();
            line.ask(server.requests[number] as Buffer, keep);
          }, reject);
        };
        proceed();
      }),
  );
  await Promise.all(lines);
  return kept;
};

const serverFor = (name: string): Server => {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`nothing was prepared for ${name}`);
  return server;
};

/** Every question once, each answer compared. */
const visit = async (job: LoadJob & { kind: 'visit' }): Promise<string[]> => {
  const server = serverFor(job.server);
  server.lengths.fill(0);
  let question = 0;
  const kept = await work(
    server,
    job.port,
    job.connections,
    () => (question < server.requests.length ? question++ : null),
    () => undefined,
  );
  const digests: string[] = [];
  const found = check(server, kept);
  kept.forEach(({ question: at }, index) => {
    digests[at] = found[index] ?? '';
  });
  return digests;
};

const reply = (message: LoadReply): void => {
  process.send?.(message);
};

/** Where the last run was in the questions, so that a short one does not ask the same few each time. */
const places = new Map<string, number>();

const run = async (job: LoadJob & { kind: 'run' }): Promise<LoadReply> => {
  const server = serverFor(job.server);
  const times: number[] = [];
  let at = places.get(job.server) ?? 0;
  let phase: 'warming' | 'timing' | 'over' = 'warming';
  let began = performance.now();
  let ended = 0;
  let answered = 0;
  /** A slow server is given the time to answer on every connection, before the timing begins and again before it ends. */
  const isOver = (ms: number): boolean => {
    const waited = performance.now() - began;
    return waited >= ms && (answered >= job.connections || waited >= ms + longestWaitMs);
  };
  const clock = setInterval(() => {
    if (phase === 'warming' && isOver(job.warmMs)) {
      phase = 'timing';
      began = performance.now();
      answered = 0;
      reply({ kind: 'started' });
    } else if (phase === 'timing' && isOver(job.ms)) {
      phase = 'over';
      ended = performance.now();
      reply({ kind: 'ended' });
      clearInterval(clock);
    }
  }, 5);
  const kept = await work(
    server,
    job.port,
    job.connections,
    () => (phase === 'over' ? null : at++ % server.requests.length),
    (ms) => {
      answered += 1;
      if (phase === 'timing') times.push(ms);
    },
  ).finally(() => clearInterval(clock));
  places.set(job.server, at % server.requests.length);
  check(server, kept);
  times.sort((one, other) => one - other);
  return {
    kind: 'measured',
    answered: times.length,
    ms: ended - began,
    p50: times[times.length >> 1] ?? 0,
    checked: kept.length,
  };
};

const answer = async (job: LoadJob): Promise<LoadReply> => {
  if (job.kind === 'visit') return { kind: 'visited', digests: await visit(job) };
  if (job.kind === 'run') return run(job);
  servers.set(job.server, {
    requests: job.requests.map((request) => Buffer.from(request)),
    expected: job.expected,
    lengths: new Int32Array(job.requests.length),
  });
  return { kind: 'ready' };
};

process.on('message', (job: LoadJob) => {
  answer(job).then(reply, (error: Error) => reply({ kind: 'failed', why: error.message }));
});
process.once('disconnect', () => process.exit());
