/**
 * Requests of ten viewers through each other over three connections, whose backends are killed meanwhile: nobody ever
 * gets a row of somebody else. Where only row-level security limits, and through everything that answers a question.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAsViewer, scopeSetting } from '../../src/db/as-viewer.ts';
import { bounded, type Gate } from '../../src/db/pools.ts';
import { Unavailable } from '../../src/db/unavailable.ts';
import type { Statement } from '../../src/plans/statement.ts';
import { type Scope, scopeOf } from '../../src/policy/grant.ts';
import { readAccessTable } from '../policy/access-table.ts';
import { databaseCheck, keys } from '../policy/database-check.ts';
import { readModel } from '../policy/model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { schemas, testHub } from '../support/hub.ts';
import { buildWorld, today, type ViewerName, viewers, type World } from '../support/world.ts';

const requests = 100_000;
const questionsAsked = 4_000;
const connections = 3;
/** More than there are connections, so that every connection goes from one viewer to the next all the time. */
const atOnce = 24;
const killEveryMs = 100;
/** The backends are left alone after this, so that the rest shows that nothing of it lingers. */
const kills = 150;

/** Five roles; of three of them several organisations, and two organisations in more than one role. */
const names: readonly ViewerName[] = [
  'officer',
  'neighbour',
  'farOfficer',
  'swvPo',
  'swvVo',
  'lucas',
  'elckerlyc',
  'youth',
  'provider',
  'otherProvider',
];

let database: TestDatabase;
let world: World;
let tables: readonly string[];
let allowed: (table: string, name: ViewerName) => ReadonlySet<string>;
let gate: Gate;

beforeAll(async () => {
  database = await testDatabase({ server: connections, audit: 1 });
  world = await buildWorld(database);
  const judge = databaseCheck(
    database,
    schemas,
    readAccessTable(),
    await readModel(database, today),
  );
  const known = new Map(
    Object.keys(keys).flatMap((table) =>
      names.map((name) => [`${table} ${name}`, new Set(judge.allowed(table, viewers[name]))]),
    ),
  );
  allowed = (table, name) => known.get(`${table} ${name}`) ?? new Set();
  tables = Object.keys(keys).filter((table) => names.some((name) => allowed(table, name).size > 0));
  gate = bounded(database.pools.server, { max: connections * 2 });
});
afterAll(async () => {
  await world?.hub.stop();
  await database?.drop();
});

const scopes = Object.fromEntries(
  names.map((name) => [name, scopeOf(viewers[name], today, { regions: [], swvs: [] })]),
) as Record<ViewerName, Scope>;

/** Every row of a table, with no condition of our own. */
const everything = (table: string): Statement => ({
  text: `select ${keys[table]} as key from ${table}`,
  params: [],
});

/** The same order of viewers and tables in every run (mulberry32). */
const sequence = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

/** Does so many pieces of work, some at once. */
const inParallel = async (count: number, work: (number: number) => Promise<void>) => {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

/** Asks again for as long as the answer is "not now"; anything else that goes wrong is a failure. */
const untilAnswered = async <Answer>(
  ask: () => Promise<Answer>,
  refused: () => void,
): Promise<Answer> => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      refused();
    }
  }
};

/** Ends every backend of the hub's own pools, again and again; gives how many there were. */
const killBackends = async (times: number): Promise<number> => {
  let killed = 0;
  for (let time = 0; time < times; time += 1) {
    await delay(killEveryMs);
    const ended = await database.owner`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name in ('schakel server', 'schakel audit')`;
    killed += ended.length;
  }
  return killed;
};

type Read = (scope: Scope, statement: Statement) => Promise<readonly { key?: unknown }[]>;

const tally = { answered: 0, refused: 0, rows: 0, foreign: 0, missing: 0 };

/** Reads as the ten, interleaved, and holds every answer against what its viewer may see. */
const interleave = async (read: Read, count: number): Promise<typeof tally> => {
  const draw = sequence(7);
  const seen = { ...tally };
  await inParallel(count, async () => {
    const name = names[draw(names.length)] ?? 'officer';
    const table = tables[draw(tables.length)] ?? '';
    const rows = await untilAnswered(
      () => read(scopes[name], everything(table)),
      () => {
        seen.refused += 1;
      },
    );
    const mine = allowed(table, name);
    const own = rows.filter(({ key }) => mine.has(String(key))).length;
    seen.answered += 1;
    seen.rows += rows.length;
    seen.foreign += rows.length - own;
    seen.missing += mine.size - own;
  });
  return seen;
};

const report = (what: string, figures: Record<string, number>) =>
  process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);

describe('where only row-level security limits', () => {
  test('ten viewers differ, and each has rows that another has not (so that this can fail)', () => {
    expect(new Set(names.map((name) => viewers[name].role)).size).toBe(5);
    expect(tables.length).toBeGreaterThan(12);
    for (const table of tables) {
      const sights = names.map((name) => JSON.stringify([...allowed(table, name)]));
      expect(new Set(sights).size, table).toBeGreaterThan(1);
    }
  });

  test(`${requests} reads over ${connections} connections, with backends killed, bring 0 rows of another`, async () => {
    const asHub: Read = (scope, statement) => readAsViewer(gate, scope, statement);
    const [killed, { answered, rows, refused, ...wrong }] = await Promise.all([
      killBackends(kills),
      interleave(asHub, requests),
    ]);
    expect(wrong).toEqual({ foreign: 0, missing: 0 });
    expect(answered).toBe(requests);
    expect(rows).toBeGreaterThan(requests);
    expect(refused).toBeGreaterThan(0);
    expect(killed).toBeGreaterThan(connections * 10);
    report('row-level security alone', { answered, rows, killed, refused });
  }, 300_000);

  const setForSession = (scope: Scope) => `
    select set_config('hub.' || key, value, false) from json_each_text('${scopeSetting(scope)}')`;
  const broken: [string, 'foreign' | 'missing', Read][] = [
    [
      'keeps the scope with the connection',
      'foreign',
      (scope, statement) =>
        gate.run((pool) =>
          pool.begin(async (tx) => {
            const [session] = await tx`select current_setting('hub.role', true) as role`;
            if (!session?.role) await tx.unsafe(setForSession(scope));
            return tx.unsafe(statement.text);
          }),
        ),
    ],
    [
      'sends scope and statement apart',
      'foreign',
      (scope, statement) =>
        gate.run(async (pool) => {
          await pool.unsafe(setForSession(scope));
          return pool.unsafe(statement.text);
        }),
    ],
    [
      'forgets to enter',
      'missing',
      (_scope, statement) =>
        gate.run((pool) => pool.begin('read only', (tx) => tx.unsafe(statement.text))),
    ],
  ];
  // And just to check that our test is valid: doors as one might write them are found out by the same reads.
  test.each(broken)('a door that %s is found out', async (_what, by, read) => {
    const found = await interleave(read, 2_000);
    expect(found[by]).toBeGreaterThan(0);
    // What it left in its sessions must not meet the next one.
    await killBackends(1);
  });
});

describe('through everything that answers a question', () => {
  const contract = (name: string) =>
    // A cursor is another one every time.
    readFileSync(new URL(`../contract/${name}.graphql`, import.meta.url), 'utf8').replace(
      'endCursor',
      '',
    );
  type Question = { name: ViewerName; text: string; variables: Record<string, unknown> };

  const questions = (): Question[] => {
    const caseIds = Object.values(world.cases).map(({ id }) => id);
    const lists: Partial<Record<string, string>> = {
      attendanceOfficer: contract('caseload'),
      swvCoordinator: contract('support-decisions'),
      schoolCareCoordinator:
        '{ pupils(first: 10) { totalCount edges { node { id name tlvs { id number } } } } }',
      youthCoordinator: contract('waiting-list'),
      careProvider: contract('waiting-list'),
    };
    return names.flatMap((name) => {
      const { role } = viewers[name];
      const list = { name, text: lists[role] ?? '', variables: {} };
      if (role === 'careProvider') return [list];
      const pages = caseIds.map((id) => ({ name, text: contract('case'), variables: { id } }));
      return [list, ...pages];
    });
  };

  test(`${questionsAsked} questions with backends killed get the bytes of an undisturbed hub`, async () => {
    const hub = await testHub(database, () => new Date(`${today}T11:00:00Z`));
    const asked = questions();
    const put = ({ name, text, variables }: Question) => hub.ask(viewers[name], text, variables);
    const expected: string[] = [];
    for (const question of asked) {
      const { status, errors, body } = await put(question);
      expect({ status, errors }).toEqual({ status: 200, errors: undefined });
      expected.push(body);
    }
    // The same words mean something else for somebody else.
    expect(new Set(expected).size).toBeGreaterThan(25);

    const draw = sequence(11);
    let refused = 0;
    const different = new Set<string>();
    const ask = () =>
      inParallel(questionsAsked, async () => {
        const index = draw(asked.length);
        const question = asked[index];
        if (question === undefined) return;
        const { status, body } = await untilAnswered(
          () => put(question),
          () => {
            refused += 1;
          },
        );
        if (status !== 200 || body !== expected[index]) {
          different.add(`${question.name} ${JSON.stringify(question.variables)} ${status}`);
        }
      });
    const [killed] = await Promise.all([killBackends(kills / 3), ask()]);
    expect([...different]).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    expect(hub.logged).toEqual([]);
    report('whole questions', { answered: questionsAsked, killed, refused });
    await hub.stop();
  }, 300_000);
});
