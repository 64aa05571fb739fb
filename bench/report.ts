/** From measurements to the tables and the plot of docs/benchmarks.md. What stands between the marks there is replaced; the rest is written by hand. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Contents, serverSettings, today } from './database.ts';
import { type Measurement, poolSize, warmMs } from './measure.ts';
import { plot } from './plot.ts';
import { type QuestionName, questionNames } from './questions.ts';

/** A part of the document, or a picture beside it. */
export type Block = { name: string; text: string; picture?: string };

const connections = [1, 16, 64] as const;
type Metric = 'perSecond' | 'p50' | 'node' | 'postgres';

const titles: Record<QuestionName, string> = { caseload: 'Caseload', case: 'One case' };

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
};

type Cell = { variant: string; question: QuestionName; connections: number };

const select = <Row extends Measurement>(rows: readonly Row[], cell: Cell): Row[] =>
  rows.filter(
    (row) =>
      row.variant === cell.variant &&
      row.question === cell.question &&
      row.connections === cell.connections,
  );

const value = (rows: readonly Measurement[], cell: Cell, metric: Metric): number =>
  median(select(rows, cell).map((row) => row[metric]));

const cost = ({ node, postgres }: Measurement): number => node + postgres;

/** The median over the rounds of the ratio within a round: what disturbs a round disturbs both. */
const ratio = (
  rows: readonly Measurement[],
  of: Cell,
  to: Cell,
  read: (row: Measurement) => number,
): number => {
  const others = new Map(select(rows, to).map((row) => [row.round, read(row)]));
  return median(
    select(rows, of).flatMap((row) => {
      const other = others.get(row.round);
      return other === undefined ? [] : [read(row) / other];
    }),
  );
};

const digits = (number: number): string =>
  number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2);
const times = (number: number): string => `${number.toFixed(2)} ×`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** What is compared with the hub; what only shows the parts of its cost has a table of its own. */
const isCompared = (variant: string): boolean =>
  !variant.startsWith('statement') && variant !== 'hub without log';

const answersOf = (rows: readonly Measurement[], names: readonly string[]): string =>
  questionNames
    .map((question) => {
      const at = (variant: string, count: number, metric: Metric) =>
        digits(value(rows, { variant, question, connections: count }, metric));
      const body = names.map((variant) => [
        variant,
        ...connections.map((count) => at(variant, count, 'perSecond')),
        ...connections.map((count) => at(variant, count, 'p50')),
        ...connections.map(
          (count) => `${at(variant, count, 'node')} + ${at(variant, count, 'postgres')}`,
        ),
      ]);
      const head = [
        '',
        ...connections.map((count) => `answers/s, ${count}`),
        ...connections.map((count) => `p50 ms, ${count}`),
        ...connections.map((count) => `CPU ms, ${count}`),
      ];
      return `### ${titles[question]}\n\n${table(head, body)}`;
    })
    .join('\n\n');

const ratiosOf = (rows: readonly Measurement[], names: readonly string[]): string =>
  questionNames
    .map((question) => {
      const body = names
        .filter((name) => name !== 'hub')
        .map((variant) => {
          const against = (count: number, read: (row: Measurement) => number) =>
            times(
              ratio(
                rows,
                { variant: 'hub', question, connections: count },
                { variant, question, connections: count },
                read,
              ),
            );
          return [
            `hub : ${variant}`,
            ...connections.map((count) => against(count, ({ perSecond }) => perSecond)),
            ...connections.map((count) => against(count, cost)),
          ];
        });
      const head = [
        titles[question],
        ...connections.map((count) => `answers/s, ${count}`),
        ...connections.map((count) => `CPU, ${count}`),
      ];
      return table(head, body);
    })
    .join('\n\n');

type Goal = { question: QuestionName; against: string; least: number };

/** At 16 connections. */
const goals: readonly Goal[] = [
  { question: 'caseload', against: 'floor', least: 0.8 },
  { question: 'caseload', against: 'yoga', least: 4 },
  { question: 'caseload', against: 'mercurius', least: 4 },
  { question: 'case', against: 'floor + log', least: 0.65 },
  { question: 'case', against: 'yoga', least: 2 },
  { question: 'case', against: 'mercurius', least: 2 },
];

const goalsOf = (rows: readonly Measurement[]): string =>
  table(
    ['at 16 connections', 'goal', 'measured', '', 'the floor itself'],
    goals.map(({ question, against, least }) => {
      const cell = { question, connections: 16 };
      const of = (variant: string) =>
        ratio(
          rows,
          { variant, ...cell },
          { variant: against, ...cell },
          ({ perSecond }) => perSecond,
        );
      const measured = of('hub');
      return [
        `${titles[question]}: answers/s, hub : ${against}`,
        `≥ ${times(least)}`,
        times(measured),
        measured >= least ? 'reached' : '**missed**',
        against.startsWith('floor') ? '' : times(of('floor')),
      ];
    }),
  );

/** What one part costs: the same with it and without it. */
const partOf = (rows: readonly Measurement[], withIt: string, without: string): string =>
  table(
    ['', 'connections', 'answers/s', 'p50 ms', 'Node CPU ms', 'PostgreSQL CPU ms'],
    questionNames.flatMap((question) =>
      connections.map((count) => {
        const cell = { question, connections: count };
        const both = (metric: Metric) =>
          `${digits(value(rows, { variant: without, ...cell }, metric))} → ${digits(value(rows, { variant: withIt, ...cell }, metric))}`;
        const kept = ratio(
          rows,
          { variant: withIt, ...cell },
          { variant: without, ...cell },
          ({ perSecond }) => perSecond,
        );
        return [
          titles[question],
          String(count),
          `${both('perSecond')} (${times(kept)})`,
          both('p50'),
          both('node'),
          both('postgres'),
        ];
      }),
    ),
  );

const machine = (version: string): string => {
  const [cpu] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gibibytes} GiB, Linux ${release()}; Node ${process.versions.node}, PostgreSQL ${version}`;
};

/** The commit that was measured, and whether something was changed since. */
const measuredCommit = (): string => {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'schema', 'resolvers') !== '';
  return `\`${git('rev-parse', '--short', 'HEAD')}\`${changed ? ', with changes that are not in it' : ''}`;
};

const number = new Intl.NumberFormat('en');

const contentsOf = ({ rows, spread, megabytes }: Contents): string =>
  `${Object.entries(rows)
    .map(([name, count]) => `${name} ${number.format(count)}`)
    .join(', ')}; ${number.format(megabytes)} MB. Open cases per municipality: ${spread.p10} / ${
    spread.p50
  } / ${spread.p90} / ${number.format(spread.max)} (10th, 50th, 90th percentile, most)`;

const settingsOf = (): string =>
  Object.entries(serverSettings)
    .map(([name, setting]) => `${name} ${setting}`)
    .join(', ');

type MainRun = {
  measurements: readonly Measurement[];
  scale: number;
  rounds: number;
  seconds: number;
  asked: Record<QuestionName, number>;
  contents: Contents;
};

export const mainBlocks = (run: MainRun): Block[] => {
  const { measurements: rows } = run;
  const names = [...new Set(rows.map(({ variant }) => variant))];
  const compared = names.filter(isCompared);
  const has = (...wanted: string[]) => wanted.every((name) => names.includes(name));
  const sum = (read: (row: Measurement) => number) =>
    rows.reduce((total, row) => total + read(row), 0);
  const blocks: Block[] = [
    {
      name: 'run',
      text: [
        `- Measured on ${new Date().toISOString().slice(0, 10)}, of commit ${measuredCommit()}.`,
        `- Machine: ${machine(run.contents.version)}.`,
        `- ${run.rounds} rounds; ${run.seconds} s per server, question and number of connections in each, after ${warmMs / 1000} s of warming up. ${poolSize} connections to PostgreSQL for each server.`,
        `- Asked in turn: the caseload of ${number.format(run.asked.caseload)} municipalities, ${number.format(run.asked.case)} cases. ${number.format(sum(({ answered }) => answered))} answers were timed; ${number.format(sum(({ checked }) => checked))} of them compared as a whole, the others by status, beginning and length.`,
        `- Data set, scale ${run.scale}, day ${today}: ${contentsOf(run.contents)}.`,
        `- PostgreSQL: ${settingsOf()}.`,
      ].join('\n'),
    },
    { name: 'answers', text: answersOf(rows, compared) },
  ];
  if (has('hub')) blocks.push({ name: 'ratios', text: ratiosOf(rows, compared) });
  if (has('hub', ...goals.map(({ against }) => against))) {
    blocks.push({ name: 'goals', text: goalsOf(rows) });
  }
  if (has('statement', 'statement as viewer')) {
    blocks.push({
      name: 'row-level-security',
      text: partOf(rows, 'statement as viewer', 'statement'),
    });
  }
  if (has('hub', 'hub without log')) {
    blocks.push({ name: 'access-log', text: partOf(rows, 'hub', 'hub without log') });
  }
  const picture = plot(
    questionNames.map((question) => ({
      title: `${titles[question]}: answers per second at 16 connections`,
      bars: compared.map((variant) => ({
        label: variant,
        value: value(rows, { variant, question, connections: 16 }, 'perSecond'),
      })),
    })),
  );
  const alternative = questionNames.map((question) => {
    const bars = compared.map(
      (variant) =>
        `${variant} ${digits(value(rows, { variant, question, connections: 16 }, 'perSecond'))}`,
    );
    return `${titles[question]}: ${bars.join(', ')}.`;
  });
  blocks.push({
    name: 'plot',
    text: `![Answers per second at 16 connections. ${alternative.join(' ')}](benchmarks.svg)`,
    picture,
  });
  return blocks;
};

type GrowthRun = {
  measurements: readonly (Measurement & { scale: number })[];
  rounds: number;
  seconds: number;
  rows: Record<'small' | 'large', Contents['rows']>;
};

/** How much more an answer may take where everything is ten times as much. */
const growthGoal = 1.3;

export const growthBlocks = ({ measurements, rounds, seconds, rows }: GrowthRun): Block[] => {
  const at = (scale: number) => measurements.filter((row) => row.scale === scale);
  const [small, large] = [at(1), at(10)];
  const both = [...small, ...large.map((row) => ({ ...row, variant: `${row.variant} ×10` }))];
  const body = questionNames.flatMap((question) =>
    [...new Set(measurements.map(({ variant }) => variant))].map((variant) => {
      const one = { variant, question, connections: 1 };
      const ten = { ...one, variant: `${variant} ×10` };
      const grown = (read: (row: Measurement) => number) => ratio(both, ten, one, read);
      const waits = grown(({ p50 }) => p50);
      const costs = grown(({ postgres }) => postgres);
      return [
        titles[question],
        variant,
        `${digits(value(both, one, 'p50'))} → ${digits(value(both, ten, 'p50'))} (${times(waits)})`,
        `${digits(value(both, one, 'postgres'))} → ${digits(value(both, ten, 'postgres'))} (${times(costs)})`,
        Math.max(waits, costs) <= growthGoal ? 'reached' : '**missed**',
      ];
    }),
  );
  const size = (name: string) =>
    `${number.format(rows.small[name] ?? 0)} → ${number.format(rows.large[name] ?? 0)}`;
  return [
    {
      name: 'growth',
      text: [
        `Pupils ${size('education.pupil')}, cases ${size('casework.thuiszitter_case')}, waiting-list entries ${size('care.waiting_list_entry')}; ${rounds} rounds of ${seconds} s, one connection. Goal: ≤ ${times(growthGoal)}.`,
        '',
        table(['', '', 'p50 ms', 'PostgreSQL CPU ms', ''], body),
      ].join('\n'),
    },
  ];
};

const begin = (name: string): string => `<!-- bench: ${name} -->`;
const end = '<!-- bench: end -->';

/** Puts the blocks between their marks in benchmarks.md, and the picture beside it. */
export const writeBlocks = async (directory: string, blocks: readonly Block[]): Promise<void> => {
  const path = join(directory, 'benchmarks.md');
  let document = await readFile(path, 'utf8');
  for (const { name, text, picture } of blocks) {
    const from = document.indexOf(begin(name));
    const to = document.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`${path} has no place for ${name}`);
    document = `${document.slice(0, from)}${begin(name)}\n${text}\n${document.slice(to)}`;
    if (picture !== undefined) await writeFile(join(directory, 'benchmarks.svg'), picture);
  }
  await writeFile(path, document);
};
