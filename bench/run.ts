/** `npm run bench`: makes the data set, runs all servers in turn and prints how they compare. What it does and how to read it: docs/benchmarks.md. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openBenchDatabase } from './database.ts';
import { type Measurement, openField, variants } from './measure.ts';
import { questionNames, questionsOf } from './questions.ts';
import { type Block, growthBlocks, mainBlocks, writeBlocks } from './report.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '1.5' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string' },
    growth: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const whole = (name: 'rounds' | 'scale'): number => {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1 || number > 100)
    throw new Error(`--${name} must be a whole number from 1 to 100`);
  return number;
};
const rounds = whole('rounds');
const seconds = Number(values.seconds);
if (!(seconds >= 0.5 && seconds <= 60)) throw new Error('--seconds must be 0.5 to 60');

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
const path = (place: string) => fileURLToPath(new URL(place, import.meta.url));

/** The other servers are no part of the hub: they are installed when they are first needed. */
const installPeers = (): void => {
  if (existsSync(path('node_modules'))) return;
  say('Installing the servers to compare with …');
  const { status } = spawnSync('npm', ['ci', '--prefix', path('.')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('npm ci --prefix bench failed');
};

const wanted = values.only?.split(',').map((name) => name.trim());
const chosen = variants.filter(
  ({ name }) =>
    wanted === undefined ||
    wanted.includes(name) ||
    variants.some(({ name: one, judge }) => judge === name && wanted.includes(one)),
);
const unknown = wanted?.filter((name) => !variants.some((variant) => variant.name === name)) ?? [];
if (unknown.length > 0) {
  const names = variants.map(({ name }) => name).join(', ');
  throw new Error(`--only knows ${names}; not ${unknown.join(', ')}`);
}

if (values.write && wanted !== undefined)
  throw new Error('--write is for a whole run: leave --only out');

const inTurn = <Item>(items: readonly Item[], round: number): readonly Item[] =>
  round % 2 === 0 ? items : [...items].reverse();

/** Opens what a run needs at one scale. */
const openScale = async (scale: number, names: readonly string[] | null) => {
  const database = await openBenchDatabase(scale, say);
  try {
    const questions = await questionsOf(database, scale);
    const dataDir = path(`../var/bench-${scale}`);
    const servers = names === null ? chosen : variants.filter(({ name }) => names.includes(name));
    const field = await openField(database, questions, servers, dataDir, say);
    const stop = async () => {
      await field.stop();
      await database.stop();
    };
    return { database, questions, field, servers, stop };
  } catch (error) {
    await database.stop();
    throw error;
  }
};

const compare = async (scale: number): Promise<void> => {
  const { database, questions, field, servers, stop } = await openScale(scale, null);
  const measurements: Measurement[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const question of questionNames) {
        for (const connections of [1, 16, 64]) {
          for (const variant of inTurn(servers, round)) {
            const measured = await field.measure(variant, question, connections, seconds);
            measurements.push({ ...measured, round });
          }
        }
      }
      say(`round ${round + 1} of ${rounds} is done`);
    }
  } finally {
    await stop();
  }
  const asked = { caseload: questions.caseload.length, case: questions.case.length };
  const { contents } = database;
  await publish(mainBlocks({ measurements, scale, rounds, seconds, asked, contents }));
};

/** The same questions where everything is ten times as much. */
const grow = async (): Promise<void> => {
  const names = ['floor', 'hub'];
  const small = await openScale(1, names);
  const measurements: (Measurement & { scale: number })[] = [];
  try {
    const large = await openScale(10, names);
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const question of questionNames) {
          for (const variant of inTurn(small.servers, round)) {
            for (const [scale, { field }] of inTurn(
              [[1, small] as const, [10, large] as const],
              round,
            )) {
              const measured = await field.measure(variant, question, 1, seconds);
              measurements.push({ ...measured, round, scale });
            }
          }
        }
        say(`round ${round + 1} of ${rounds} is done`);
      }
      const rows = { small: small.database.contents.rows, large: large.database.contents.rows };
      await publish(growthBlocks({ measurements, rounds, seconds, rows }));
    } finally {
      await large.stop();
    }
  } finally {
    await small.stop();
  }
};

const publish = async (blocks: readonly Block[]): Promise<void> => {
  for (const { name, text } of blocks) process.stdout.write(`## ${name}\n\n${text}\n\n`);
  if (!values.write) return;
  await writeBlocks(path('../docs'), blocks);
  say('written to docs/benchmarks.md');
};

const main = async (): Promise<void> => {
  installPeers();
  await mkdir(path('../var'), { recursive: true });
  await (values.growth ? grow() : compare(whole('scale')));
};

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
