/** Runs the servers in turn and measures them: throughput and time of an answer as the load process sees them, processor time from /proc. */
import { once } from 'node:events';
import { openDemoIdentityProvider } from '../src/demo/identity-provider.ts';
import { postgresCpu, processCpu } from './cpu.ts';
import { type BenchDatabase, today } from './database.ts';
import type { LoadJob, LoadReply } from './load.ts';
import {
  type Manner,
  type Question,
  type QuestionName,
  questionNames,
  requestFor,
} from './questions.ts';
import { type Served, startProcess, startServer } from './serve.ts';

export type Variant = {
  name: string;
  file: string;
  manner: Manner;
  logsAccess: boolean;
  /** Whose answers its own are compared with; null for one that others are compared with. */
  judge: string | null;
};

const floor: Variant = {
  name: 'floor',
  file: './servers/floor.ts',
  manner: 'address',
  logsAccess: false,
  judge: null,
};
const hub: Variant = {
  name: 'hub',
  file: './servers/hub.ts',
  manner: 'token',
  logsAccess: true,
  judge: 'floor',
};
const peer = (name: string): Variant => ({
  name,
  file: `./peers/${name}.ts`,
  manner: 'document',
  logsAccess: false,
  judge: 'floor',
});
const bare: Variant = {
  name: 'statement',
  file: './servers/statement.ts',
  manner: 'address',
  logsAccess: false,
  judge: null,
};

/** In this order, and back again in the next round. */
export const variants: readonly Variant[] = [
  floor,
  { ...floor, name: 'floor + log', logsAccess: true, judge: 'floor' },
  hub,
  { ...hub, name: 'hub without log', logsAccess: false },
  peer('mercurius'),
  peer('yoga'),
  peer('ordinary'),
  bare,
  { ...bare, name: 'statement as viewer', logsAccess: true, judge: 'statement' },
];

export type Measurement = {
  variant: string;
  question: QuestionName;
  connections: number;
  round: number;
  answered: number;
  checked: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  /** Milliseconds of processor time for one answer. */
  node: number;
  postgres: number;
};

/** Connections each server has for reading. */
export const poolSize = 8;
export const warmMs = 400;

type Load = {
  ask(job: LoadJob, onReply?: (reply: LoadReply) => void): Promise<LoadReply>;
  stop(): void;
};

const openLoad = (): Load => {
  const child = startProcess('./load.ts');
  return {
    ask: async (job, onReply) => {
      child.send(job);
      for (;;) {
        const [reply] = (await once(child, 'message')) as [LoadReply];
        onReply?.(reply);
        if (reply.kind === 'failed') throw new Error(reply.why);
        if (reply.kind !== 'started' && reply.kind !== 'ended') return reply;
      }
    },
    stop: () => child.disconnect(),
  };
};

/** A token for the attendance officer of each municipality that asks. */
const tokensFor = async (
  dataDir: string,
  questions: Iterable<Question>,
): Promise<Map<string, string>> => {
  const identities = await openDemoIdentityProvider(dataDir);
  const tokens = new Map<string, string>();
  for (const { municipality } of questions) {
    if (tokens.has(municipality)) continue;
    const token = await identities.issueToken({
      sub: `officer-${municipality}`,
      role: 'attendanceOfficer',
      org: municipality,
      purpose: 'return-to-school',
      expiresInSeconds: 12 * 3600,
    });
    tokens.set(municipality, token);
  }
  return tokens;
};

export type Field = {
  /** One variant, one question, so many connections, for `seconds`. */
  measure(
    variant: Variant,
    question: QuestionName,
    connections: number,
    seconds: number,
  ): Promise<Omit<Measurement, 'round'>>;
  stop(): Promise<void>;
};

/** Starts the servers, asks each of them everything once and compares what they say. */
export const openField = async (
  database: BenchDatabase,
  questions: Record<QuestionName, Question[]>,
  chosen: readonly Variant[],
  dataDir: string,
  say: (text: string) => void,
): Promise<Field> => {
  const load = openLoad();
  const served = new Map<string, Served>();
  const stop = async () => {
    load.stop();
    await Promise.all([...served.values()].map((server) => server.stop()));
  };
  try {
    const tokens = await tokensFor(dataDir, [...questions.caseload, ...questions.case]);
    const right = new Map<string, string[]>();
    for (const variant of chosen) {
      const server = await startServer(variant.file, {
        urls: database.urls,
        today,
        connections: poolSize,
        dataDir,
        logsAccess: variant.logsAccess,
      });
      served.set(variant.name, server);
      for (const name of questionNames) {
        const key = `${variant.name}: ${name}`;
        const requests = questions[name].map((question) =>
          requestFor(
            variant.manner,
            name,
            question,
            (municipality) => tokens.get(municipality) ?? '',
          ),
        );
        const expected =
          variant.judge === null ? null : (right.get(`${variant.judge}: ${name}`) ?? null);
        await load.ask({ kind: 'prepare', server: key, requests, expected });
        const visited = await load
          .ask({ kind: 'visit', server: key, port: server.port, connections: 16 })
          .catch((error: Error) => {
            throw new Error(`${key}: ${error.message}`);
          });
        if (visited.kind === 'visited') right.set(key, visited.digests);
      }
      say(
        `${variant.name}: ${questions.caseload.length + questions.case.length} answers are right`,
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    async measure(variant, question, connections, seconds) {
      const server = served.get(variant.name);
      if (server === undefined) throw new Error(`${variant.name} was not started`);
      const looks: { node: number; postgres: number }[] = [];
      const key = `${variant.name}: ${question}`;
      const reply = await load.ask(
        {
          kind: 'run',
          server: key,
          port: server.port,
          connections,
          warmMs,
          ms: seconds * 1000,
        },
        ({ kind }) => {
          if (kind === 'started' || kind === 'ended') {
            looks.push({
              node: processCpu(server.pid),
              postgres: postgresCpu(database.postmaster),
            });
          }
        },
      );
      const [before, after] = looks;
      if (reply.kind !== 'measured' || !before || !after || reply.answered === 0)
        throw new Error(`${key} was not measured`);
      return {
        variant: variant.name,
        question,
        connections,
        answered: reply.answered,
        checked: reply.checked,
        perSecond: (reply.answered * 1000) / reply.ms,
        p50: reply.p50,
        node: (after.node - before.node) / reply.answered,
        postgres: (after.postgres - before.postgres) / reply.answered,
      };
    },
    stop,
  };
};
