/**
 * `npm run soak`: a long load of real questions and commands on two hub processes with one database, while hub and backends
 * are killed. Every answer is held against the right one; the memory of the hub that lives on must not grow.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type HubProcess, identityProvider, startHubProcess } from './support/hub-process.ts';
import { type NotedCase, notedCase } from './support/noted-case.ts';
import { type OwnServer, ownServer } from './support/own-server.ts';
import {
  type Answer,
  comparable,
  demoQuestions,
  openAgent,
  put,
  type Question,
  verdictOn,
} from './support/questions.ts';

const usage = `usage: npm run soak -- [--minutes 20] [--rate 100] [--kill-minutes 2] [--write]

  --minutes       how long
  --rate          questions a second to the hub whose memory is measured; a tenth of it goes to the hub that is killed
  --kill-minutes  between two kills: the other hub, every backend, the other hub, ...
  --write         puts the result in docs/soak.md as well
`;

type Settings = { minutes: number; rate: number; killMinutes: number };

const minuteMs = 60_000;
/** Longer than every limit of the hub together. */
const hangMs = 12_000;
const commandEveryMs = 1_000;
const sampleMs = 10_000;
/** Until then a process is still filling its caches; of a short run a quarter. */
const warmUpMinutes = ({ minutes }: Settings) => Math.min(5, minutes / 4);
const slopeLimit = 1;
/** Beyond it the one who asks is the bottleneck. */
const mostOpen = 500;

const now = () => performance.now();
const say = (text: string) => process.stdout.write(`${text}\n`);

/** A hub, and when it was not there because we killed it. */
type Subject = { hub: HubProcess; agent: Agent; away: { from: number; until: number }[] };

type Kill = {
  minute: number;
  what: string;
  /** The hubs that feel it; the figures are of what they were asked since. */
  hubs: readonly Subject[];
  at: number;
  refused: number;
  lost: number;
  firstRightMs: number | null;
  lastRefusalMs: number;
};

type Tally = {
  right: number;
  refused: number;
  lost: number;
  skipped: number;
  wrong: Map<string, number>;
  ms: number[];
  traces: string[];
  kills: Kill[];
};

type Verdict = { verdict: string; answer: Answer | null };

const note = (wrong: Tally['wrong'], what: string) => wrong.set(what, (wrong.get(what) ?? 0) + 1);

/** Puts one question and says what became of it; `lost` only while we had killed the hub. */
const asked = async (
  subject: Subject,
  question: Question,
  expected: string | undefined,
): Promise<Verdict> => {
  const from = now();
  try {
    const { hub, agent } = subject;
    const answer = await put(hub.origin, question, { agent, timeoutMs: hangMs });
    return { verdict: verdictOn(answer, expected), answer };
  } catch (error) {
    const wasAway = subject.away.some((time) => from < time.until && now() > time.from);
    return { verdict: wasAway ? 'lost' : `${question.name}: ${error}`, answer: null };
  }
};

const count = (
  tally: Tally,
  { subject, since }: { subject: Subject; since: number },
  { verdict, answer }: Verdict,
) => {
  // What went wrong went wrong by the last kill, also when it was asked before.
  const from = verdict === 'right' ? since : now();
  const kill = tally.kills.findLast(({ at, hubs }) => at <= from && hubs.includes(subject));
  if (verdict === 'right' && answer) {
    tally.right += 1;
    tally.ms.push(answer.ms);
    tally.traces.push(answer.traceId);
    if (kill) kill.firstRightMs ??= now() - kill.at;
    return;
  }
  if (verdict !== 'refused' && verdict !== 'lost') {
    note(tally.wrong, verdict);
    return;
  }
  tally[verdict] += 1;
  if (kill) {
    kill[verdict] += 1;
    kill.lastRefusalMs = now() - kill.at;
  }
};

type Load = { isOver(): boolean; questions: readonly Question[]; expected: Map<Question, string> };

/** Questions at a fixed rate, whatever becomes of them. */
const stream = async (
  subject: Subject,
  perSecond: number,
  { isOver, questions, expected }: Load,
  tally: Tally,
) => {
  const open = new Set<Promise<void>>();
  const one = async (question: Question) => {
    const since = now();
    count(tally, { subject, since }, await asked(subject, question, expected.get(question)));
  };
  const start = now();
  for (let number = 0; !isOver(); await delay(5)) {
    for (; number < ((now() - start) / 1000) * perSecond; number += 1) {
      const question = questions[number % questions.length];
      if (question === undefined || open.size >= mostOpen) {
        tally.skipped += 1;
        continue;
      }
      const answered: Promise<void> = one(question).finally(() => open.delete(answered));
      open.add(answered);
    }
  }
  await Promise.all(open);
};

/** Commands one after the other, at either hub, each sent until it is answered; gives how many. */
const commands = async (
  subjects: readonly Subject[],
  noted: NotedCase,
  isOver: () => boolean,
  wrong: Tally['wrong'],
): Promise<number> => {
  let done = 0;
  for (let turn = 0; !isOver(); await delay(commandEveryMs)) {
    const command = noted.command();
    for (let verdict = ''; verdict !== 'right'; turn += 1) {
      const subject = subjects[turn % subjects.length];
      if (subject === undefined) break;
      ({ verdict } = await asked(subject, command, noted.answer));
      if (verdict === 'right') done += 1;
      else if (verdict === 'refused' || verdict === 'lost') await delay(200);
      else {
        note(wrong, verdict);
        break;
      }
    }
  }
  return done;
};

type Act = Pick<Kill, 'what' | 'hubs'> & { kill(): Promise<unknown> };

/** Kills at fixed times, one after the other in turn. */
const killing = async (
  killMinutes: number,
  { start, isOver }: { start: number; isOver: () => boolean },
  kills: Kill[],
  acts: readonly Act[],
) => {
  for (let turn = 0; ; turn += 1) {
    const minute = (turn + 1) * killMinutes;
    while (now() < start + minute * minuteMs) {
      if (isOver()) return;
      await delay(50);
    }
    const act = acts[turn % acts.length];
    if (act === undefined || isOver()) return;
    const { what, hubs } = act;
    const counts = { refused: 0, lost: 0, firstRightMs: null, lastRefusalMs: 0 };
    kills.push({ minute, what, hubs, at: now(), ...counts });
    await act.kill();
  }
};

type Sample = { minute: number; mib: number };

const residentMib = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;

/** MiB a minute, by least squares. */
const slopeOf = (samples: readonly Sample[]): number => {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [minute, mib] = [mean((sample) => sample.minute), mean((sample) => sample.mib)];
  const spread = mean((sample) => (sample.minute - minute) ** 2);
  return mean((sample) => (sample.minute - minute) * (sample.mib - mib)) / spread;
};

/** Of so many right answers, how many have exactly one row in the access log. */
const withOneRow = async (owner: OwnServer['owner'], traces: readonly string[]) => {
  let found = 0;
  for (let from = 0; from < traces.length; from += 20_000) {
    const [row] = await owner<{ count: number }[]>`
      select count(*) from (
        select trace_id from audit.access where trace_id = any(${traces.slice(from, from + 20_000)})
        group by trace_id having count(*) = 1) once`;
    found += row?.count ?? 0;
  }
  return found;
};

/** What changes at midnight (weeks at home, terms) would look like wrong answers. */
const minutesToMidnight = (): number => {
  const time = new Date().toLocaleTimeString('nl-NL', { timeZone: 'Europe/Amsterdam' });
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return 24 * 60 - (hours * 60 + minutes);
};

const quantile = (sorted: readonly number[], part: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);

const rounded = (value: number | null) => (value === null ? '–' : String(Math.round(value)));

type Result = {
  settings: Settings;
  tally: Tally;
  samples: readonly Sample[];
  commandsDone: number;
  actionsNoted: number;
  rows: number;
};

const table = (rows: readonly (readonly (string | number)[])[]) =>
  rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The result in Markdown, and whether it is good. */
const judged = ({ settings, tally, samples, commandsDone, actionsNoted, rows }: Result) => {
  const warm = samples.filter(({ minute }) => minute >= warmUpMinutes(settings));
  const slope = slopeOf(warm);
  const ms = tally.ms.sort((a, b) => a - b);
  const wrong = [...tally.wrong.values()].reduce((sum, times) => sum + times, 0);
  const mib = (sample: Sample | undefined) => `${(sample?.mib ?? 0).toFixed(0)} MiB`;
  const good =
    wrong === 0 &&
    tally.skipped === 0 &&
    tally.right > 0 &&
    slope < slopeLimit &&
    commandsDone === actionsNoted &&
    rows === tally.right;
  const summary = table([
    ['measured', ''],
    ['---', '---'],
    ['minutes, questions a second', `${settings.minutes}, ${settings.rate}`],
    ['right answers', tally.right],
    ['503, to be asked again', tally.refused],
    ['lost with the hub that was killed', tally.lost],
    ['**wrong answers**', wrong],
    ['not asked, because too many were open', tally.skipped],
    ['commands, and how often one was carried out', `${commandsDone}, ${actionsNoted}`],
    ['right answers with exactly one access-log row', rows],
    ['p50, p99, longest', `${[0.5, 0.99, 1].map((part) => quantile(ms, part)).join(', ')} ms`],
    ['memory after the warm-up, at the end', `${mib(warm[0])}, ${mib(warm.at(-1))}`],
    ['**memory slope**', `${slope.toFixed(2)} MiB a minute`],
  ]);
  const kills = table([
    ['minute', 'killed', '503', 'lost', 'first right answer (ms)', 'last refusal (ms)'],
    ['---', '---', '---', '---', '---', '---'],
    ...tally.kills.map(({ minute, what, refused, lost, firstRightMs, lastRefusalMs }) => [
      minute.toFixed(1),
      what,
      refused,
      lost,
      rounded(firstRightMs),
      rounded(lastRefusalMs),
    ]),
  ]);
  const details = [...tally.wrong].slice(0, 20).map(([what, times]) => `${times} × ${what}`);
  return { good, text: [summary, kills, ...details].join('\n\n') };
};

const soak = async (settings: Settings): Promise<{ good: boolean; text: string }> => {
  const closers: (() => Promise<unknown>)[] = [];
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
  });
  try {
    const provider = await identityProvider();
    closers.push(provider.stop);
    const server = await ownServer();
    closers.push(server.remove);
    const subject = async (): Promise<Subject> => {
      const made: Subject = {
        hub: await startHubProcess(server.urls, provider.issuer),
        agent: openAgent(),
        away: [],
      };
      closers.push(async () => {
        made.agent.destroy();
        await made.hub.kill();
      });
      return made;
    };
    const [measured, mortal] = [await subject(), await subject()];

    const questions = await demoQuestions(provider.tokenFor, (question) =>
      put(measured.hub.origin, question, { agent: measured.agent, timeoutMs: hangMs }),
    );
    const expected = new Map<Question, string>();
    for (const question of questions) {
      const answers = [];
      for (const { hub, agent } of [measured, mortal]) {
        const { status, body } = await put(hub.origin, question, { agent, timeoutMs: hangMs });
        if (status !== 200 || 'errors' in JSON.parse(body)) {
          throw new Error(`${question.name} is not answered: ${status}`);
        }
        answers.push(comparable(body));
      }
      if (answers[0] !== answers[1]) throw new Error(`${question.name}: two hubs, two answers`);
      expected.set(question, answers[0] ?? '');
    }
    const noted = await notedCase(server.owner, provider.tokenFor);
    const actionsBefore = await noted.actions();

    const tally: Tally = {
      right: 0,
      refused: 0,
      lost: 0,
      skipped: 0,
      wrong: new Map(),
      ms: [],
      traces: [],
      kills: [],
    };
    const samples: Sample[] = [];
    const start = now();
    const minute = () => (now() - start) / minuteMs;
    const isOver = () => interrupted || minute() >= settings.minutes;
    const load = { isOver, questions, expected };
    say(`${questions.length} questions, ${settings.rate} a second, ${settings.minutes} minutes`);

    const sampling = async () => {
      for (let number = 0; !isOver() && measured.hub.isAlive(); number += 1) {
        samples.push({ minute: minute(), mib: residentMib(measured.hub.child.pid ?? 0) });
        if (number % 6 === 0) {
          const { right, refused, lost, wrong } = tally;
          const figures = `${right} right, ${refused} 503, ${lost} lost, ${wrong.size} wrong`;
          say(`minute ${minute().toFixed(1)}: ${figures}, ${samples.at(-1)?.mib.toFixed(0)} MiB`);
        }
        await delay(sampleMs);
      }
    };
    const watch = ({ hub }: Subject) =>
      void hub.died.then((how) => note(tally.wrong, `a hub ended by itself, ${how}`));
    watch(measured);
    watch(mortal);
    const acts: Act[] = [
      {
        what: 'the other hub (kill -9)',
        hubs: [mortal],
        kill: async () => {
          const time = { from: now(), until: Number.POSITIVE_INFINITY };
          mortal.away.push(time);
          const port = Number(new URL(mortal.hub.origin).port);
          await mortal.hub.kill();
          mortal.hub = await startHubProcess(server.urls, provider.issuer, { port });
          watch(mortal);
          time.until = now();
        },
      },
      { what: 'every backend', hubs: [measured, mortal], kill: server.endBackends },
    ];
    const [commandsDone] = await Promise.all([
      commands([measured, mortal], noted, isOver, tally.wrong),
      stream(measured, settings.rate, load, tally),
      stream(mortal, settings.rate / 10, load, tally),
      sampling(),
      killing(settings.killMinutes, { start, isOver }, tally.kills, acts),
    ]);
    return judged({
      settings,
      tally,
      samples,
      commandsDone,
      actionsNoted: (await noted.actions()) - actionsBefore,
      rows: await withOneRow(server.owner, tally.traces),
    });
  } finally {
    interrupted = true;
    for (const close of closers.reverse()) await close();
  }
};

const page = new URL('../docs/soak.md', import.meta.url);
const marks = /(<!-- soak: run -->\n).*(\n<!-- soak: end -->)/s;

const writeResult = (text: string) => {
  const [processor] = cpus();
  const where = `${cpus().length} × ${processor?.model ?? 'processor'}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`;
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(
      marks,
      (_all, before: string, after: string) => `${before}${where}\n\n${text}${after}`,
    ),
  );
};

const option = (name: string, text: string | undefined, fallback: number): number => {
  const value = text === undefined ? fallback : Number(text);
  if (!(value > 0)) throw new Error(`--${name} is a number above 0\n\n${usage}`);
  return value;
};

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    rate: { type: 'string' },
    'kill-minutes': { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const settings = {
  minutes: option('minutes', values.minutes, 20),
  rate: option('rate', values.rate, 100),
  killMinutes: option('kill-minutes', values['kill-minutes'], 2),
};
if (minutesToMidnight() < settings.minutes + 5) {
  throw new Error('at midnight the right answers change: start after it');
}
const { good, text } = await soak(settings);
say(`\n${text}\n\n${good ? 'good' : 'NOT good'}`);
if (values.write) writeResult(text);
process.exitCode = good ? 0 : 1;
