/**
 * What is hidden does not show through: not by its id, a cursor, a filter, a count, an error, a description, or by the
 * difference that it makes to anything else.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, roles } from '../../schema/codes.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { schema, schemas, viewer } from '../support/hub.ts';
import {
  buildWorld,
  type ChildName,
  leiden,
  po,
  sites,
  today,
  type ViewerName,
  viewers,
  type World,
} from '../support/world.ts';
import { readAccessTable } from './access-table.ts';
import { keys } from './database-check.ts';
import { documentsOf } from './documents.ts';
import { type Model, readModel } from './model.ts';
import { comparable, judgeFor, print } from './paths.ts';

const table = readAccessTable();
const everybody = Object.keys(viewers) as ViewerName[];

let database: TestDatabase;
let world: World;
let model: Model;
/** What no answer to somebody else may hold: names, keys, tokens and ids of the region. */
let secrets: string[];

beforeAll(async () => {
  database = await testDatabase();
  world = await buildWorld(database);
  model = await readModel(database, today);
  const { owner } = database;
  const found = await owner<{ secret: string }[]>`
    select unnest(array[given_name, family_name]) as secret from attendance.youth_identity
    union select unnest(array[given_name, family_name]) from education.pupil_identity
    union select bsn_token from attendance.youth union select bsn_token from care.client
    union select case_key from casework.thuiszitter_case union select id::text from casework.thuiszitter_case
    union select youth_id::text from casework.thuiszitter_case union select id::text from education.pupil
    union select id::text from education.tlv union select id::text from care.waiting_list_entry
    union select client_id::text from care.waiting_list_entry union select reference from care.waiting_list_entry
    union select id::text from attendance.absence_report union select id::text from casework.ground
    union select consent_id::text from casework.ground where consent_id is not null
    union select school_pupil_number from education.pupil`;
  secrets = found.map(({ secret }) => secret);
});
afterAll(async () => {
  await world?.hub.stop();
  await database?.drop();
});

const holdsNothing = (text: string, request: string) =>
  expect(secrets.filter((secret) => text.includes(secret) && !request.includes(secret))).toEqual(
    [],
  );

const inCaseRoom = everybody.filter(
  (name) => 'ThuiszitterCase' in schemas[viewers[name].role].getTypeMap(),
);
const absentId = 'JZ18.00000000-0000-4000-8000-000000000000';

describe('an id', () => {
  test('of a hidden case answers, byte for byte, like one that does not exist', async () => {
    const query =
      'query ($id: ID!) { thuiszitterCase(id: $id) { id status pupil { name } timeline { totalCount } } }';
    let hidden = 0;
    for (const name of inCaseRoom) {
      const absent = await world.hub.ask(viewers[name], query, { id: absentId });
      const judge = judgeFor(schema, table, model, viewers[name]);
      for (const [id, node] of model.cases) {
        const answer = await world.hub.ask(viewers[name], query, { id });
        if (judge.sees(node)) expect(answer.body).not.toBe(absent.body);
        else {
          expect(answer).toEqual(absent);
          hidden += 1;
        }
      }
    }
    expect(hidden).toBeGreaterThan(100);
  });

  test('of another type, of another region or of no form at all answers likewise', async () => {
    const query = 'query ($id: ID!) { thuiszitterCase(id: $id) { id } }';
    const absent = await world.hub.ask(viewers.officer, query, { id: absentId });
    const own = world.cases.anna.id;
    const ids = [
      await world.pupil('anna'),
      await world.report('M-anna'),
      await world.entry('W-anna'),
      own.replace('JZ18', 'JZ24'),
      own.replace('JZ18.', ''),
      own.slice(0, -1),
      `${own} `,
      '',
      '.',
      'JZ18.',
      "JZ18.' or true --",
      world.cases.anna.key,
      '9'.repeat(5000),
    ];
    for (const id of ids)
      expect(await world.hub.ask(viewers.officer, query, { id }), id).toEqual(absent);
    const upper = own.replace(/\.(.*)$/, (_, id: string) => `.${id.toUpperCase()}`);
    expect((await world.hub.ask(viewers.officer, query, { id: upper })).body).not.toBe(absent.body);
  });
});

describe('a mutation', () => {
  const next = {
    kind: 'REVIEW',
    dueOn: '2026-12-01',
    owner: { role: 'attendanceOfficer', organisation: leiden },
  };
  const consent = {
    givenBy: 'GUARDIANS',
    recipients: [{ role: 'attendanceOfficer', organisation: leiden }],
    validUntil: '2027-01-01',
    evidenceRef: 'D/2',
  };
  const noKey = 'JZ18-0000-0000-0000-0000';
  const absentIn = (id: string) => `${id.split('.')[0]}.${randomUUID()}`;
  type Twin = {
    who: ViewerName;
    mutation: string;
    field: string;
    hidden: () => Promise<string>;
    rest: () => object;
  };
  const caseOf = (child: ChildName) => async () => world.cases[child].id;

  const twins: Twin[] = [
    ...(['neighbour', 'farOfficer', 'swvPo', 'swvVo', 'lyceum', 'lucas', 'farYouth'] as const).map(
      (who) => ({
        who,
        mutation: 'thuiszitterCaseNoteAction',
        field: 'caseId',
        hidden: caseOf('bram'),
        rest: () => ({ done: 'REVIEW', next }),
      }),
    ),
    {
      who: 'swvPo',
      mutation: 'thuiszitterCaseNoteAction',
      field: 'caseId',
      hidden: caseOf('finn'),
      rest: () => ({ done: 'REVIEW', next }),
    },
    {
      who: 'lucas',
      mutation: 'thuiszitterCaseNoteAction',
      field: 'caseId',
      hidden: caseOf('elin'),
      rest: () => ({ done: 'REVIEW', next }),
    },
    {
      who: 'neighbour',
      mutation: 'thuiszitterCaseClose',
      field: 'caseId',
      hidden: caseOf('anna'),
      rest: () => ({ reason: 'MOVED' }),
    },
    {
      who: 'officer',
      mutation: 'thuiszitterCaseOpen',
      field: 'absenceReportId',
      hidden: () => world.report('M-daan'),
      rest: () => ({}),
    },
    {
      who: 'officer',
      mutation: 'thuiszitterCaseOpen',
      field: 'absenceReportId',
      hidden: () => world.report('M-nora-3'),
      rest: () => ({}),
    },
    {
      who: 'swvPo',
      mutation: 'thuiszitterCaseAttachPupil',
      field: 'pupilId',
      hidden: () => world.pupil('kim'),
      rest: () => ({ caseKey: world.cases.bram.key }),
    },
    {
      who: 'swvVo',
      mutation: 'thuiszitterCaseAttachPupil',
      field: 'pupilId',
      hidden: () => world.pupil('anna'),
      rest: () => ({ caseKey: world.cases.bram.key, consent }),
    },
    {
      who: 'elckerlyc',
      mutation: 'thuiszitterCaseAttachPupil',
      field: 'pupilId',
      hidden: () => world.pupil('anna'),
      rest: () => ({ caseKey: world.cases.anna.key, consent }),
    },
    {
      who: 'otherProvider',
      mutation: 'thuiszitterCaseAttachWaitingListEntry',
      field: 'waitingListEntryId',
      hidden: () => world.entry('W-anna'),
      rest: () => ({ caseKey: world.cases.anna.key, consent }),
    },
    {
      who: 'youth',
      mutation: 'thuiszitterCaseAttachWaitingListEntry',
      field: 'waitingListEntryId',
      hidden: () => world.entry('W-daan'),
      rest: () => ({ caseKey: world.cases.bram.key }),
    },
    {
      who: 'youth',
      mutation: 'thuiszitterCaseAttachWaitingListEntry',
      field: 'waitingListEntryId',
      hidden: () => world.entry('W-mila'),
      rest: () => ({ caseKey: world.cases.bram.key }),
    },
    {
      who: 'provider',
      mutation: 'consentWithdraw',
      field: 'consentId',
      hidden: async () => world.consents.anna ?? '',
      rest: () => ({ caseKey: world.cases.anna.key }),
    },
    {
      who: 'youth',
      mutation: 'consentWithdraw',
      field: 'consentId',
      hidden: async () => world.consents.daan ?? '',
      rest: () => ({ caseKey: world.cases.daan.key }),
    },
  ];

  test.each(twins)('$mutation by $who answers of something hidden as of nothing', async (twin) => {
    const { who, mutation, field } = twin;
    const hidden = await twin.hidden();
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const send = async (value: string) => {
      const before = await operations();
      const answer = await world.hub.ask<Record<string, { userErrors: { code: string }[] }>>(
        viewers[who],
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code field message } } }`,
        { input: { ...twin.rest(), [field]: value, idempotencyKey: randomUUID() } },
      );
      const logged = await database.owner`
        select action, operation, outcome, subject_count from audit.access
        where operation_id <> all(${before}::uuid[])`;
      return { answer, logged: logged.map((row) => ({ ...row })) };
    };
    const [of, absent] = [await send(hidden), await send(absentIn(hidden))];
    expect(absent.answer.data[mutation]?.userErrors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
    expect(of).toEqual(absent);
    expect(of.logged).toHaveLength(1);
    // The same id is found by whom it belongs to, so it was hidden, not absent.
    const [scope = '', id = ''] = hidden.split('.');
    const [{ found } = { found: 0 }] = await database.owner<{ found: number }[]>`
      select count(*)::int as found from (
        select id from casework.thuiszitter_case union all select id from attendance.absence_report
        union all select id from education.pupil union all select id from care.waiting_list_entry
        union all select distinct consent_id from casework.ground) all_ids where id = ${id}::uuid`;
    expect({ scope, found }).toEqual({ scope: expect.stringMatching(/^[A-Z]{2}\d+$/), found: 1 });
  });

  const operations = async () =>
    (await database.owner<{ id: string }[]>`select operation_id as id from audit.access`).map(
      ({ id }) => id,
    );

  test.each([
    ['swvPo', 'thuiszitterCaseAttachPupil', async () => ({ pupilId: await world.pupil('anna') })],
    [
      'provider',
      'thuiszitterCaseAttachWaitingListEntry',
      async () => ({ waitingListEntryId: await world.entry('W-bram'), consent }),
    ],
    ['youth', 'consentWithdraw', async () => ({ consentId: world.consents.anna })],
  ] as const)(
    'of %s, %s, finds no case by a key that is nearly right',
    async (who, mutation, rest) => {
      const real = world.cases.bram.key;
      const near = real.slice(0, -1) + (real.endsWith('0') ? '1' : '0');
      const errors = async (caseKey: string) =>
        (await world.act(who, mutation, { caseKey, ...(await rest()) })).userErrors;
      expect(await errors(near)).toEqual(await errors(noKey));
      expect((await errors(near)).map(({ code }) => code)).toEqual(['NOT_FOUND']);
    },
  );
});

describe('a cursor', () => {
  const cursorOf = async (who: ReturnType<typeof viewer>, list: string, args = 'first: 1') => {
    const { data } = await world.hub.ask<Record<string, { pageInfo: { endCursor: string } }>>(
      who,
      `{ ${list}(${args}) { pageInfo { endCursor } } }`,
    );
    return data[list]?.pageInfo.endCursor ?? '';
  };
  const use = (who: ReturnType<typeof viewer>, list: string, after: string, args = 'first: 1') =>
    world.hub.ask(who, `{ ${list}(${args}, after: "${after}") { edges { node { id } } } }`);

  test('works for the caller it was made for, in its list, filter and order, and for nobody and nowhere else', async () => {
    const cursor = await cursorOf(viewers.swvPo, 'tlvs');
    expect((await use(viewers.swvPo, 'tlvs', cursor)).errors).toBeUndefined();
    const colleague = viewer('swvCoordinator', po, 'a colleague');
    const bytes = Buffer.from(cursor, 'base64url');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const refused = await Promise.all([
      use(colleague, 'tlvs', cursor),
      use(viewers.swvVo, 'tlvs', cursor),
      use(viewers.swvPo, 'tlvs', cursor, 'first: 1, orderBy: REQUESTED_LAST'),
      use(viewers.swvPo, 'tlvs', cursor, 'first: 1, where: { status: [GRANTED] }'),
      use(viewers.swvPo, 'tlvs', bytes.toString('base64url')),
      use(viewers.swvPo, 'tlvs', 'WyIyMDI2LTAxLTAxIl0'),
      use(viewers.swvPo, 'tlvs', await cursorOf(viewers.swvPo, 'pupils')),
    ]);
    for (const { errors, body } of refused) {
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_CURSOR']);
      expect(body).toBe(refused[0]?.body);
    }
  });

  test('of the timeline of one case opens no other, nor the same one for another party', async () => {
    const timeline = (who: ViewerName, child: ChildName, after = '') =>
      world.hub.ask<{ thuiszitterCase: { timeline: { pageInfo: { endCursor: string } } } }>(
        viewers[who],
        `query ($id: ID!) { thuiszitterCase(id: $id) { timeline(first: 1${after && `, after: "${after}"`}) { pageInfo { endCursor } } } }`,
        { id: world.cases[child].id },
      );
    const { data } = await timeline('officer', 'anna');
    const cursor = data.thuiszitterCase.timeline.pageInfo.endCursor;
    expect((await timeline('officer', 'anna', cursor)).errors).toBeUndefined();
    for (const answer of [
      await timeline('officer', 'gijs', cursor),
      await timeline('swvPo', 'anna', cursor),
    ]) {
      expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_CURSOR']);
    }
  });

  test('shows nothing of the row that it stands for', async () => {
    for (const [who, list] of [
      ['officer', 'thuiszitterCases'],
      ['swvPo', 'pupils'],
      ['provider', 'waitingListEntries'],
    ] as const) {
      const plain = Buffer.from(await cursorOf(viewers[who], list), 'base64url').toString('latin1');
      expect(plain).not.toMatch(/20\d\d-\d\d|JZ\d\d|PO2801|L-[a-z]{3}|[0-9a-f]{8}-/);
      holdsNothing(plain, '');
    }
  });
});

describe('a list', () => {
  const page = async (who: ViewerName, list: string, args: string) => {
    const answer = await world.hub.ask<
      Record<string, { totalCount: number; edges: object[]; pageInfo: { hasNextPage: boolean } }>
    >(
      viewers[who],
      `{ ${list}(${args}) { totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(answer.errors).toBeUndefined();
    return { ...answer, list: answer.data[list] };
  };

  test.each([
    [
      'neighbour',
      'thuiszitterCases',
      `where: { school: "${sites.lucas}" }`,
      'where: { school: "00XX00" }',
    ],
    [
      'swvVo',
      'thuiszitterCases',
      `where: { school: "${sites.lucas}" }`,
      'where: { school: "00XX00" }',
    ],
    ['swvVo', 'thuiszitterCases', 'where: { status: [CLOSED] }', 'where: { status: [ESCALATED] }'],
    [
      'swvPo',
      'pupils',
      'where: { schoolPupilNumber: "L-kim" }',
      'where: { schoolPupilNumber: "L-nobody" }',
    ],
    ['swvPo', 'pupils', `where: { school: "${sites.gymnasium}" }`, 'where: { school: "00XX00" }'],
    [
      'lucas',
      'pupils',
      'where: { schoolPupilNumber: "L-daan" }',
      'where: { schoolPupilNumber: "L-nobody" }',
    ],
    ['swvVo', 'tlvs', 'where: { status: [REFUSED] }', 'where: { status: [OBJECTION] }'],
    [
      'neighbour',
      'absenceReports',
      'where: { kind: [LONG_TERM], status: [REGISTERED], school: "15NJ00" }',
      'where: { kind: [LUXURY] }',
    ],
    [
      'provider',
      'waitingListEntries',
      'where: { reference: "W-joris-2" }',
      'where: { reference: "W-nobody" }',
    ],
    ['youth', 'waitingListEntries', 'where: { status: [ENDED] }', 'where: { status: [CANCELLED] }'],
  ] as const)(
    'of %s, %s, answers a filter that only hidden rows match like one that none does',
    async (who, list, hidden, none) => {
      const [matched, unmatched] = [
        await page(who, list, `first: 5, ${hidden}`),
        await page(who, list, `first: 5, ${none}`),
      ];
      expect(matched.body).toBe(unmatched.body);
      expect(matched.list?.totalCount).toBe(0);
    },
  );

  test('by the key of a case finds what the caller may see, and the key of another nothing', async () => {
    const byKey = (key: string) =>
      page('officer', 'thuiszitterCases', `first: 5, where: { caseKey: "${key}" }`);
    expect((await byKey(world.cases.anna.key)).list?.totalCount).toBe(1);
    expect((await byKey(world.cases.daan.key)).body).toBe(
      (await byKey('JZ18-0000-0000-0000-0000')).body,
    );
  });

  test('has no next page when only hidden rows follow', async () => {
    let lists = 0;
    for (const name of everybody) {
      const judge = judgeFor(schema, table, model, viewers[name]);
      const fields = Object.keys(schemas[viewers[name].role].getQueryType()?.getFields() ?? {});
      for (const list of Object.keys(model.lists).filter((field) => fields.includes(field))) {
        const all = model.lists[list] ?? [];
        const length = all.filter(judge.sees).length;
        if (length === 0) continue;
        expect(all.length).toBeGreaterThan(length);
        const open =
          list === 'thuiszitterCases'
            ? ', where: { status: [REPORTED, INVESTIGATING, CLOSED] }'
            : '';
        const exact = await page(name, list, `first: ${length}${open}`);
        expect(exact.list, `${list} of ${name}`).toMatchObject({
          totalCount: length,
          pageInfo: { hasNextPage: false },
        });
        if (length > 1) {
          expect(
            (await page(name, list, `first: ${length - 1}${open}`)).list?.pageInfo.hasNextPage,
          ).toBe(true);
        }
        lists += 1;
      }
    }
    expect(lists).toBeGreaterThan(15);
  });
});

describe('a block that is withheld', () => {
  const block = async (who: ViewerName, child: ChildName, asked: string) => {
    const { data } = await world.hub.ask<{ thuiszitterCase: object }>(
      viewers[who],
      `query ($id: ID!) { thuiszitterCase(id: $id) { ${asked} } }`,
      { id: world.cases[child].id },
    );
    return JSON.stringify(data.thuiszitterCase);
  };
  const waiting =
    'waitingStatus { availability waitingForHelp expectedStartWeek bridging asOf provenance { source deliveredAt } }';
  const support =
    'support { availability tlv { kind status validUntil } opp { status } arrangements { kind status } }';

  test.each([
    ['there are data that nobody attached', 'officer', 'bram', waiting],
    ['others were attached to it', 'officer', 'finn', waiting],
    ['the consent was withdrawn', 'officer', 'gijs', waiting],
    ['it was shared with another party', 'swvPo', 'hanna', waiting],
    ['there are data that nobody attached', 'officer', 'bram', support],
    ['the consent ended', 'officer', 'finn', support],
    ['the case was closed', 'officer', 'elin', support],
    ['it was shared with another party', 'youth', 'anna', support],
  ] as const)(
    'is the same when %s (%s, %s) as when there is nothing at all',
    async (_why, who, child, asked) => {
      const nothing = await block('officer', 'casper', asked);
      expect(nothing).toContain('"WITHHELD"');
      expect(await block(who, child, asked)).toBe(nothing);
    },
  );
});

describe('rows that are hidden', () => {
  /** Removes rows, and gives back the way to put them back. Rules between tables are off for the time being. */
  const without = async (
    rows: readonly { table: string; key: string }[],
    columns: Record<string, string>,
  ) => {
    const { owner } = database;
    const tables = [...new Set(rows.map((row) => row.table))];
    await owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const name of tables) {
        const keep = `kept.${name.replace('.', '_')}`;
        const keys = rows.filter((row) => row.table === name).map(({ key }) => key);
        await tx.unsafe(
          `create table ${keep} as select * from ${name} where ${columns[name]} = any($1)`,
          [keys],
        );
        await tx.unsafe(`delete from ${name} where ${columns[name]} = any($1)`, [keys]);
      }
    });
    return async () => {
      await owner.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        for (const name of tables) {
          const keep = `kept.${name.replace('.', '_')}`;
          await tx.unsafe(`insert into ${name} select * from ${keep}`);
          await tx.unsafe(`drop table ${keep}`);
        }
      });
    };
  };

  test.each([
    'officer',
    'neighbour',
    'swvPo',
    'swvVo',
    'lucas',
    'youth',
    'provider',
    'source',
    'analyst',
  ] as const)('make no difference to any answer to %s', async (name) => {
    const who = viewers[name];
    const answers = async () => {
      const all: unknown[] = [];
      for (const document of documentsOf(model, name)) {
        const { data, errors } = await world.hub.ask(who, print(document));
        expect(errors).toBeUndefined();
        all.push(comparable(data));
      }
      return all;
    };
    const before = await answers();
    const hidden = model.rows.filter(
      (row) =>
        !(row.type in schemas[who.role].getTypeMap()) ||
        !table.isVisible(who.role, row.type, row.relation(who)),
    );
    expect(hidden.length).toBeGreaterThan(100);
    await database.owner`create schema if not exists kept`;
    const putBack = await without(hidden, keys);
    try {
      expect(await answers()).toEqual(before);
    } finally {
      await putBack();
    }
    expect(await answers()).toEqual(before);
  });
});

describe('an error', () => {
  const wrong: [string, string, Record<string, unknown>?][] = [
    ['a field that is nearly right', '{ viewer { rol } }'],
    ['a field of another role', '{ thuiszitterCasess { totalCount } }'],
    ['a type that is nearly right', '{ viewer { ... on Viewers { role } } }'],
    ['a type of another role', '{ viewer { ... on WaitingListEntri { id } } }'],
    ['an argument that is nearly right', '{ municipality(cod: "0546") { name } }'],
    [
      'an enum value that is nearly right',
      '{ tlvs(orderBy: DUE_FIRS) { totalCount } thuiszitterCases(orderBy: DUE_FIRS) { totalCount } }',
    ],
    [
      'an enum value in a variable',
      'query ($by: ThuiszitterCaseOrder!) { thuiszitterCases(orderBy: $by) { totalCount } }',
      { by: 'DUE_FIRS' },
    ],
    [
      'an input field that is nearly right',
      'query ($where: ThuiszitterCaseFilter) { thuiszitterCases(where: $where) { totalCount } }',
      { where: { casekey: 'x' } },
    ],
    ['a directive that is nearly right', '{ viewer { role @skipp(if: true) } }'],
    ['an id of the wrong type', '{ thuiszitterCase(id: { a: 1 }) { id } }'],
    [
      'a date that is none',
      '{ thuiszitterCases(where: { dueBefore: "tomorrow" }) { totalCount } }',
    ],
    [
      'a page that is too long',
      '{ thuiszitterCases(first: 101) { edges { node { id } } } tlvs(first: 0) { totalCount } }',
    ],
    ['a cursor that is none', '{ thuiszitterCases(after: "x") { edges { node { id } } } }'],
    [
      'a mutation of another role',
      'mutation { thuiszitterCaseClos(input: {}) { userErrors { code } } }',
    ],
    ['a missing variable', 'query ($id: ID!) { thuiszitterCase(id: $id) { id } }', {}],
    [
      'a role that is none',
      'mutation ($input: ThuiszitterCaseNoteActionInput!) { thuiszitterCaseNoteAction(input: $input) { userErrors { code } } }',
      { input: { caseId: 'x', done: 'REVIE', next: null } },
    ],
    ['no document', '{'],
  ];

  test.each(roles)(
    'to %s suggests nothing, and names nothing that was not in the request',
    async (role) => {
      const who = Object.values(viewers).find((one) => one.role === role);
      if (!who) throw new Error('nobody has this role');
      let refused = 0;
      for (const [what, query, variables] of wrong) {
        const { body, errors } = await world.hub.ask(who, query, variables);
        refused += errors ? 1 : 0;
        expect(body, what).not.toMatch(/did you mean/i);
        expect(body, what).not.toMatch(/stack|node_modules|select |casework\.|\b\d{9}\b/i);
        holdsNothing(body, query + JSON.stringify(variables));
        const hiddenTypes = Object.keys(schema.getTypeMap()).filter(
          (type) => !(type in schemas[role].getTypeMap()),
        );
        const named = hiddenTypes.filter(
          (type) => new RegExp(`\\b${type}\\b`).test(body) && !query.includes(type),
        );
        expect(named, what).toEqual([]);
      }
      expect(refused).toBeGreaterThanOrEqual(wrong.length - 1);
    },
  );

  test('to a business rule names nobody', async () => {
    const { userErrors } = await world.act('officer', 'thuiszitterCaseOpen', {
      absenceReportId: await world.report('M-anna'),
    });
    expect(userErrors.map(({ code }) => code)).toEqual(['ALREADY_OPEN']);
    holdsNothing(JSON.stringify(userErrors), '');
    const attach = await world.act('swvPo', 'thuiszitterCaseAttachPupil', {
      caseKey: world.cases.anna.key,
      pupilId: await world.pupil('anna'),
    });
    expect(attach.userErrors.map(({ code }) => code)).toEqual(['ALREADY_ATTACHED']);
    holdsNothing(JSON.stringify(attach.userErrors), '');
  });

  test('of our own says an id and nothing else; the operational log holds nobody either', async () => {
    const { owner } = database;
    await owner`alter table casework.thuiszitter_case rename column due_on to due_gone`;
    try {
      const query = `{ thuiszitterCases(where: { caseKey: "${world.cases.anna.key}" }) { edges { node { id } } } }`;
      const { body, errors } = await world.hub.ask(viewers.officer, query);
      expect(errors).toEqual([
        {
          message: 'something went wrong in the hub',
          extensions: {
            code: 'INTERNAL_SERVER_ERROR',
            id: expect.stringMatching(/^[0-9a-f]{16}$/),
          },
        },
      ]);
      holdsNothing(body, '');
      expect(world.hub.logged.length).toBeGreaterThan(0);
      holdsNothing(JSON.stringify(world.hub.logged), '');
    } finally {
      await owner`alter table casework.thuiszitter_case rename column due_gone to due_on`;
    }
  });
});

describe.each(roles)('introspection by %s', (role: Role) => {
  const who = Object.values(viewers).find((one) => one.role === role) ?? viewers.analyst;
  const hiddenTypes = Object.keys(schema.getTypeMap()).filter(
    (type) => !(type in schemas[role].getTypeMap()),
  );

  test('lists the types of the role, and of a hidden one knows as much as of none', async () => {
    const { data } = await world.hub.ask<{ __schema: { types: { name: string }[] } }>(
      who,
      '{ __schema { types { name } } }',
    );
    expect(new Set(data.__schema.types.map(({ name }) => name))).toEqual(
      new Set(Object.keys(schemas[role].getTypeMap())),
    );
    const ask = async (type: string) =>
      (
        await world.hub.ask(
          who,
          'query ($type: String!) { __type(name: $type) { name fields { name } } }',
          { type },
        )
      ).body;
    const nothing = await ask('Nothing');
    expect(nothing).toContain('null');
    expect(hiddenTypes.length).toBeGreaterThan(10);
    for (const type of hiddenTypes) expect(await ask(type)).toBe(nothing);
  });

  test('reads no description that names a hidden type, or an example of a person', async () => {
    const { data } = await world.hub.ask<{ __schema: { types: object[] } }>(
      who,
      '{ __schema { types { name description fields { name description args { name description } } inputFields: __typename enumValues { name description } } } }',
    );
    const text = JSON.stringify(data.__schema.types);
    const compound = hiddenTypes.filter((type) => /[a-z][A-Z]/.test(type));
    expect(compound.filter((type) => new RegExp(`\\b${type}\\b`).test(text))).toEqual([]);
    expect(text).not.toMatch(/\b\d{9}\b/);
    holdsNothing(text, '');
  });
});

describe('what is told of care', () => {
  test('is never the provider, the kind of care or the source, to whoever reads a case', async () => {
    for (const name of inCaseRoom) {
      for (const document of documentsOf(model, name).filter((tree) =>
        [...tree.keys()][0]?.startsWith('thuiszitterCase'),
      )) {
        const { data } = await world.hub.ask(viewers[name], print(document));
        const told =
          /4242000\d|Jeugdhulp (first|second|idle)|OUTPATIENT|GENERAL_PRACTITIONER|test-care|W-[a-z]/;
        expect(told.exec(JSON.stringify(comparable(data)))?.[0]).toBeUndefined();
      }
    }
    // It is there to be told: the care provider reads it.
    const { body } = await world.hub.ask(
      viewers.provider,
      '{ waitingListEntries(first: 5) { edges { node { careKind reference provider { agb name } } } } }',
    );
    expect(body).toMatch(/42420001.*Jeugdhulp first/);
    expect(body).toContain('OUTPATIENT');
  });
});
