/**
 * Two layers, each proven alone: the database refuses what the judge hides when it is asked in plain SQL, and the plans
 * refuse it when every policy of the database says yes. And no policy could be left out unnoticed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { schema, schemas } from '../support/hub.ts';
import { buildWorld, today, type ViewerName, viewers, type World } from '../support/world.ts';
import { readAccessTable } from './access-table.ts';
import { databaseCheck, forEveryone, keys, scopeOf } from './database-check.ts';
import { documentsOf } from './documents.ts';
import { type Model, readModel } from './model.ts';
import { comparable, judgeFor, print } from './paths.ts';

const table = readAccessTable();
const everybody = Object.keys(viewers) as ViewerName[];
const ours = ['reference', 'education', 'attendance', 'care', 'casework', 'staging', 'audit'];

let database: TestDatabase;
let world: World;
let model: Model;
let check: ReturnType<typeof databaseCheck>;

beforeAll(async () => {
  database = await testDatabase();
  world = await buildWorld(database);
  model = await readModel(database, today);
  check = databaseCheck(database, schemas, table, model);
});
afterAll(async () => {
  await world?.hub.stop();
  await database?.drop();
});

describe('the database alone', () => {
  test('lets reads reach the tables that the judge knows, and no other', async () => {
    expect(new Set(await check.readableBy('server'))).toEqual(
      new Set([...Object.keys(keys), ...forEveryone]),
    );
    const closed = await database.owner<{ name: string }[]>`
      select schemaname || '.' || tablename as name from pg_tables where schemaname = any(${ours})
        and not has_table_privilege('hub_server', schemaname || '.' || tablename, 'select')`;
    expect(closed.length).toBeGreaterThan(10);
    for (const { name } of closed) {
      const scope = scopeOf(viewers.officer);
      await expect(check.read('server', scope, `select 1 as key from ${name}`)).rejects.toThrow(
        'permission denied',
      );
    }
  });

  test('hides rows from somebody in every table with persons (so that this can fail)', () => {
    for (const name of Object.keys(keys)) {
      const rows = model.rows.filter((row) => row.table === name);
      expect(rows.length, name).toBeGreaterThan(1);
    }
  });

  test.each(Object.keys(keys))(
    'gives every reader the rows of %s that are allowed',
    async (name) => {
      expect(await check.mistakes('server', name)).toEqual([]);
    },
  );

  test('gives everybody with a scope what holds no person, and nobody without', async () => {
    for (const name of forEveryone) expect(await check.mistakes('server', name)).toEqual([]);
  });

  test.each([
    ['no role', { role: '' }],
    ['no organisation', { organisation: '' }],
    ['a role that is not one', { role: 'superuser' }],
    ['a day on which nothing holds', { today: '2099-01-01' }],
  ])('gives a scope with %s no row of a child that it should not', async (_what, change) => {
    const scope = JSON.stringify({ ...JSON.parse(scopeOf(viewers.swvPo)), ...change });
    for (const name of [
      'casework.thuiszitter_case',
      'education.pupil',
      'casework.shared_support',
    ]) {
      const seen = await check.read('server', scope, `select ${keys[name]} as key from ${name}`);
      const whole = await check.read(
        'server',
        scopeOf(viewers.swvPo),
        `select ${keys[name]} as key from ${name}`,
      );
      expect(whole.length, name).toBeGreaterThan(0);
      expect(seen.length, name).toBeLessThan(whole.length);
    }
  });

  test('gives a command its own registers, and of the cases the one that it names and may', async () => {
    for (const name of await check.readableBy('command')) {
      expect(await check.mistakes('command', name)).toEqual([]);
    }
  });

  const changes: [string, string][] = [
    ['changes the case', 'update casework.thuiszitter_case set version = version + 1 returning 1'],
    ['changes its parties', `update casework.case_party set until = '2026-01-01' returning 1`],
    ['changes its grounds', `update casework.ground set recipients = '{}' returning 1`],
    ['takes away what is shared', 'delete from casework.shared_identity returning 1'],
  ];
  test.each(changes)(
    'lets no command that %s touch a case that is not its own, or not named',
    async (_what, statement) => {
      const { owner, pools } = database;
      const cases = await owner<
        { id: string; key: string }[]
      >`select id, case_key as key from casework.thuiszitter_case`;
      /** How many rows the statement touches; it is undone. */
      const touches = async (scope: string): Promise<number> => {
        let touched = -1;
        await pools.command
          .begin(async (tx) => {
            await tx`select hub.enter(${scope})`;
            touched = (await tx.unsafe(statement)).length;
            throw new Error('undo');
          })
          .catch((error: Error) => {
            if (error.message !== 'undo') throw error;
          });
        return touched;
      };
      let done = 0;
      for (const name of everybody) {
        const who = viewers[name];
        expect(await touches(scopeOf(who)), name).toBe(0);
        for (const { id } of cases) {
          const touched = await touches(scopeOf(who, { case: id }));
          if (!check.isInReach(id, who)) expect(touched, `${name} ${id}`).toBe(0);
          done += touched;
        }
      }
      expect(done).toBeGreaterThan(0);
    },
  );

  test('lets no command add to a case that is not its own, or make one elsewhere', async () => {
    const { pools } = database;
    const [id = ''] = [...model.cases].flatMap(([key, node]) =>
      node.relation(viewers.neighbour) === 'own case' ? [key.split('.')[1] ?? ''] : [],
    );
    const as = async (who: (typeof viewers)[ViewerName], named: object, statement: string) =>
      pools.command.begin(async (tx) => {
        await tx`select hub.enter(${scopeOf(who, named)})`;
        await tx.unsafe(statement);
        throw new Error('undo');
      });
    const event = (
      municipality: string,
    ) => `insert into casework.case_event (youth_region, case_id, municipality_code, at, compartment, kind, actor_role)
      values ('JZ18', '${id}', '${municipality}', now(), 'CASEWORK', 'ACTION_NOTED', 'attendanceOfficer')`;
    await expect(as(viewers.neighbour, { case: id }, event('0547'))).rejects.toThrow('undo');
    await expect(as(viewers.officer, { case: id }, event('0547'))).rejects.toThrow(
      'row-level security',
    );
    await expect(as(viewers.neighbour, {}, event('0547'))).rejects.toThrow('row-level security');
    const made = `insert into casework.thuiszitter_case (youth_region, id, municipality_code, case_key, youth_id, status, definition, first_absent_on, opened_on, version)
      values ('JZ18', '00000000-0000-4000-8000-000000000001', '0547', 'JZ18-0', gen_random_uuid(), 'REPORTED', 'OCW_2016', now(), now(), 1)`;
    const named = { case: '00000000-0000-4000-8000-000000000001' };
    await expect(as(viewers.neighbour, named, made)).rejects.toThrow('undo');
    await expect(as(viewers.officer, named, made)).rejects.toThrow('row-level security');
    await expect(as(viewers.swvPo, named, made)).rejects.toThrow('row-level security');
  });
});

type Policy = { table: string; name: string; using: string; roles: string[] };

const policies = () => database.owner<Policy[]>`
  select schemaname || '.' || tablename as table, policyname as name, qual as using, roles::text[] as roles
  from pg_policies where schemaname = any(${ours}) and cmd in ('SELECT', 'ALL') order by 1, 2`;
const setPredicate = ({ table: on, name }: Policy, predicate: string) =>
  database.owner.unsafe(`alter policy ${name} on ${on} using (${predicate})`);

describe('a policy that says yes to everything', () => {
  test('is noticed by the check of the database, whichever it is', async () => {
    const survivors: string[] = [];
    const all = await policies();
    expect(all.length).toBeGreaterThan(35);
    for (const policy of all) {
      const mistakes: string[] = [];
      await setPredicate(policy, 'true');
      try {
        for (const login of ['server', 'command'] as const) {
          if (mistakes.length > 0 || !policy.roles.includes(`hub_${login}`)) continue;
          mistakes.push(...(await check.mistakes(login, policy.table)));
        }
      } finally {
        await setPredicate(policy, policy.using);
      }
      if (mistakes.length === 0) survivors.push(policy.name);
    }
    expect(survivors).toEqual([]);
    expect(await policies()).toEqual(all);
  });
});

describe('the plans alone', () => {
  test('give the same answers when every policy says yes', async () => {
    const all = await policies();
    for (const policy of all) await setPredicate(policy, 'true');
    try {
      const everything = await check.read(
        'server',
        null,
        'select id::text as key from casework.thuiszitter_case',
      );
      expect(everything).toHaveLength(model.cases.size);
      for (const name of everybody) {
        const who = viewers[name];
        const judge = judgeFor(schema, table, model, who);
        for (const document of documentsOf(model, name)) {
          const query = print(document);
          const { data, errors } = await world.hub.ask(who, query);
          expect(errors, query).toBeUndefined();
          expect(comparable(data), query).toEqual(comparable(judge.answer(document)));
        }
      }
    } finally {
      for (const policy of all) await setPredicate(policy, policy.using);
    }
  });

  test('let no command reach what is not its own when every policy says yes', async () => {
    const all = await policies();
    for (const policy of all) await setPredicate(policy, 'true');
    try {
      const { cases, act } = world;
      const next = {
        kind: 'REVIEW',
        dueOn: '2026-12-01',
        owner: { role: 'attendanceOfficer', organisation: '0546' },
      };
      const consent = {
        givenBy: 'GUARDIANS',
        recipients: [{ role: 'attendanceOfficer', organisation: '0546' }],
        validUntil: '2027-01-01',
        evidenceRef: 'D/1',
      };
      const attempts: [ViewerName, string, object][] = [
        ['officer', 'thuiszitterCaseNoteAction', { caseId: cases.daan.id, done: 'REVIEW', next }],
        ['swvPo', 'thuiszitterCaseNoteAction', { caseId: cases.finn.id, done: 'REVIEW', next }],
        ['officer', 'thuiszitterCaseClose', { caseId: cases.iris.id, reason: 'MOVED' }],
        ['officer', 'thuiszitterCaseOpen', { absenceReportId: await world.report('M-nora-3') }],
        [
          'swvPo',
          'thuiszitterCaseAttachPupil',
          { caseKey: cases.bram.key, pupilId: await world.pupil('kim'), consent },
        ],
        [
          'elckerlyc',
          'thuiszitterCaseAttachPupil',
          { caseKey: cases.bram.key, pupilId: await world.pupil('bram'), consent },
        ],
        [
          'otherProvider',
          'thuiszitterCaseAttachWaitingListEntry',
          { caseKey: cases.bram.key, waitingListEntryId: await world.entry('W-bram'), consent },
        ],
        [
          'youth',
          'thuiszitterCaseAttachWaitingListEntry',
          { caseKey: cases.bram.key, waitingListEntryId: await world.entry('W-mila'), consent },
        ],
        [
          'provider',
          'consentWithdraw',
          { caseKey: cases.anna.key, consentId: world.consents.anna },
        ],
      ];
      for (const [name, mutation, input] of attempts) {
        const { userErrors } = await act(name, mutation, input);
        expect(
          userErrors.map(({ code }) => code),
          `${mutation} by ${name}`,
        ).toEqual(['NOT_FOUND']);
      }
    } finally {
      for (const policy of all) await setPredicate(policy, policy.using);
    }
  });
});
