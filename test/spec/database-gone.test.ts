/**
 * The whole hub as a process, under a steady load, while its database is killed, stopped, frozen or fails over: it lives,
 * every answer is the right one or "not now", a command is carried out once, and afterwards it answers at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HubProcess, identityProvider, startHubProcess } from '../support/hub-process.ts';
import { type NotedCase, notedCase } from '../support/noted-case.ts';
import { type OwnServer, ownServer } from '../support/own-server.ts';
import {
  type Answer,
  comparable,
  demoQuestions,
  openAgent,
  put,
  type Question,
  verdictOn,
} from '../support/questions.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

/** So many ask at once, each with a pause between two questions: more than the hub lets at its database. */
const askers = 24;
const pauseMs = 200;
/** Longer than every limit of the hub together: waiting at the edge and for the pool, a statement, the access log. */
const hangMs = 12_000;
/** A hub that is not back by then does not come back. */
const recoverMs = 30_000;
/** So many right answers in a row, asked after the database was back, are a hub that recovered. */
const inARow = 40;

let server: OwnServer;
let provider: Awaited<ReturnType<typeof identityProvider>>;
let questions: Question[];
let expected: Map<Question, string>;
let noted: NotedCase;
const agent = openAgent();
const opened: (() => Promise<void>)[] = [];

const ask = (origin: string, question: Parameters<typeof put>[1]) =>
  put(origin, question, { agent, timeoutMs: hangMs });

const startHub = async (urls = server.urls): Promise<HubProcess> => {
  const hub = await startHubProcess(urls, provider.issuer);
  opened.push(hub.kill);
  return hub;
};
const closeAll = async () => {
  for (const close of opened.splice(0)) await close();
};

beforeAll(async () => {
  [server, provider] = await Promise.all([ownServer(), identityProvider()]);
  const { origin } = await startHub();
  questions = await demoQuestions(provider.tokenFor, (question) => ask(origin, question));
  expected = new Map();
  for (const question of questions) {
    const { status, body } = await ask(origin, question);
    expect({ name: question.name, status, errors: JSON.parse(body).errors }).toEqual({
      name: question.name,
      status: 200,
      errors: undefined,
    });
    expected.set(question, comparable(body));
  }
  noted = await notedCase(server.owner, provider.tokenFor);
  await closeAll();
}, 120_000);
afterEach(closeAll);
afterAll(async () => {
  agent.destroy();
  await provider.stop();
  await server.remove();
});

const now = () => performance.now();

type Seen = {
  right: Answer[];
  refused: Answer[];
  wrong: string[];
  /** Of each command its attempts: all but the last were "not now". */
  commands: Answer[][];
  health: { path: string; status: number; asked: number; answered: number }[];
};

/** Asks on and on: questions at a steady pace, commands one after the other, and how the hub is. */
const load = (origin: string) => {
  const seen: Seen = { right: [], refused: [], wrong: [], commands: [], health: [] };
  let stopped = false;
  let abandoned = false;
  let since = Number.POSITIVE_INFINITY;
  let streak = 0;
  let firstRight: number | null = null;

  const answered = async (question: Question) => {
    const asked = now();
    const verdict = await ask(origin, question).then(
      (answer) => {
        const found = verdictOn(answer, expected.get(question));
        if (found === 'right') seen.right.push(answer);
        if (found === 'refused') seen.refused.push(answer);
        return found;
      },
      (error: unknown) => `${error} after ${Math.round(now() - asked)} ms`,
    );
    if (verdict !== 'right' && verdict !== 'refused')
      seen.wrong.push(`${question.name}: ${verdict}`);
    if (verdict !== 'right') streak = 0;
    else if (asked >= since) {
      streak += 1;
      firstRight ??= now() - since;
    }
  };

  let next = 0;
  const ofQuestions = async () => {
    while (!stopped) {
      const question = questions[next++ % questions.length];
      if (question !== undefined) await answered(question);
      await delay(pauseMs);
    }
  };

  const carriedOut = async (attempts: Answer[]) => {
    const command = noted.command();
    while (!abandoned) {
      const verdict = await ask(origin, command).then(
        (answer) => {
          attempts.push(answer);
          return verdictOn(answer, noted.answer);
        },
        (error: unknown) => String(error),
      );
      if (verdict === 'right') return;
      if (verdict !== 'refused') {
        seen.wrong.push(`a command: ${verdict}`);
        return;
      }
      await delay(100);
    }
  };

  const ofCommands = async () => {
    while (!stopped) {
      const attempts: Answer[] = [];
      seen.commands.push(attempts);
      await carriedOut(attempts);
      await delay(100);
    }
  };

  const ofHealth = async (path: string) => {
    while (!stopped) {
      const asked = now();
      const answer = await fetch(`${origin}${path}`).catch(() => null);
      await answer?.body?.cancel();
      seen.health.push({ path, status: answer?.status ?? 0, asked, answered: now() });
      await delay(100);
    }
  };

  const loops = [
    ...Array.from({ length: askers }, ofQuestions),
    ofCommands(),
    ofHealth('/health/ready'),
    ofHealth('/health/live'),
  ];
  return {
    /** How long after this moment the first right answer came, when there have been many in a row. */
    recovered: async (from: number): Promise<number> => {
      streak = 0;
      firstRight = null;
      since = from;
      // Whether it is soon is reported; here it is asked that it comes.
      const deadline = now() + recoverMs;
      while (streak < inARow && now() < deadline) await delay(20);
      abandoned = streak < inARow;
      return abandoned ? Number.NaN : (firstRight ?? Number.NaN);
    },
    stop: async () => {
      stopped = true;
      await Promise.all(loops);
      return seen;
    },
    /** After a failure: nobody waits for what is still to come. */
    abandon: async () => {
      stopped = true;
      abandoned = true;
    },
  };
};

/** What the access log has of each of these answers, by the trace they were asked under. */
const rowsOf = async (answers: readonly Answer[]): Promise<string[][]> => {
  const traces = answers.map(({ traceId }) => traceId);
  const rows = await server.owner<{ trace: string; action: string }[]>`
    select trace_id as trace, action from audit.access where trace_id = any(${traces})`;
  const byTrace = new Map(traces.map((trace) => [trace, [] as string[]]));
  for (const { trace, action } of rows) byTrace.get(trace)?.push(action);
  return [...byTrace.values()];
};

type Disturbance = {
  urls?: OwnServer['urls'];
  /** Gives since when and until when nothing could be answered, if so, and when the database was back. */
  disturb(): Promise<{ away: [number, number] | null; back: number }>;
};

const disturbances: [string, () => Promise<Disturbance>][] = [
  [
    'every backend is ended each 150 ms for 3 s',
    async () => ({
      disturb: async () => {
        for (const end = now() + 3_000; now() < end; await delay(150)) await server.endBackends();
        return { away: null, back: now() };
      },
    }),
  ],
  [
    'PostgreSQL stops at once and is started again',
    async () => ({
      disturb: async () => {
        await server.crash();
        const gone = now();
        await delay(2_500);
        const until = now();
        await server.start();
        return { away: [gone, until], back: now() };
      },
    }),
  ],
  [
    'PostgreSQL stands still for 10 s',
    async () => ({
      disturb: async () => {
        server.freeze();
        const gone = now();
        await delay(10_000);
        const back = now();
        server.thaw();
        return { away: [gone, back], back };
      },
    }),
  ],
  [
    'the address fails over: every connection is lost, and it leads on after 2.5 s',
    async () => {
      const target = new URL(server.urls.server);
      const proxy = await tcpProxy({ host: target.hostname, port: Number(target.port) });
      opened.push(proxy.close);
      const through = Object.entries(server.urls).map(([name, url]) => {
        const changed = new URL(url);
        changed.port = String(proxy.port);
        return [name, changed.href];
      });
      return {
        urls: Object.fromEntries(through) as OwnServer['urls'],
        disturb: async () => {
          await proxy.down();
          const gone = now();
          await delay(2_500);
          const back = now();
          await proxy.up();
          return { away: [gone, back], back };
        },
      };
    },
  ],
];

describe.each(disturbances)('while %s', (what, prepare) => {
  test('the hub lives, answers right or "not now", does a command once, and is back', async () => {
    const { urls, disturb } = await prepare();
    const hub = await startHub(urls);
    const before = await noted.actions();
    const asking = load(hub.origin);
    opened.unshift(asking.abandon);
    await asking.recovered(now());
    const { away, back } = await disturb();
    const firstRightMs = await asking.recovered(back);
    const { right, refused, wrong, commands, health } = await asking.stop();
    const slowest = Math.max(...[...right, ...refused].map(({ ms }) => ms));
    report(what, {
      firstRightMs,
      right: right.length,
      refused: refused.length,
      commands: commands.length,
      slowestMs: slowest,
    });

    expect([...new Set(wrong)]).toEqual([]);
    expect(firstRightMs).not.toBeNaN();
    expect(hub.isAlive()).toBe(true);
    expect(hub.output()).not.toMatch(/"level":"(error|fatal)"/);
    expect(right.length).toBeGreaterThan(inARow);
    expect(refused.length).toBeGreaterThan(0);

    expect(await noted.actions()).toBe(before + commands.length);
    for (const rows of await rowsOf(right)) expect(rows).toEqual(['R']);
    for (const rows of await rowsOf(refused)) expect(rows.length).toBeLessThan(2);
    for (const attempts of commands) {
      const rows = await rowsOf(attempts);
      expect(rows.at(-1)).toContain('E');
      expect(rows.flat().filter((action) => action === 'U')).toEqual(['U']);
    }

    const told = (path: string) => health.filter((answer) => answer.path === path);
    expect(new Set(told('/health/live').map(({ status }) => status))).toEqual(new Set([200]));
    const ready = told('/health/ready');
    expect(ready.at(0)?.status).toBe(200);
    expect(ready.at(-1)?.status).toBe(200);
    if (away !== null) {
      const [gone, until] = away;
      const meanwhile = ready.filter(({ asked, answered }) => asked > gone && answered < until);
      expect(meanwhile.length).toBeGreaterThan(0);
      expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([503]));
    }
  }, 120_000);
});

const report = (what: string, figures: Record<string, number>) =>
  process.stdout.write(
    `${what}: ${JSON.stringify(figures, (_key, value) => (typeof value === 'number' ? Math.round(value) : value))}\n`,
  );
