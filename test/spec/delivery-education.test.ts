/** Enrolments, applications and support decisions: pupils without a BSN, and until when the SWV has a task for them. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  addSources,
  application,
  arrangement,
  deliveryContext,
  enrolment,
  giver,
  opp,
  site,
  tlv,
} from '../support/deliveries.ts';
import { clearRecords, dump } from '../support/store-dump.ts';

let db: TestDatabase;
let give: ReturnType<typeof giver>;

beforeAll(async () => {
  db = await testDatabase({ ingest: 3 });
  await addSources(db.pools.ingest);
  give = giver(await deliveryContext(db.pools.ingest));
});
afterAll(() => db.drop());
beforeEach(() => clearRecords(db.owner));

const taskUntil = async () => {
  const rows = await db.owner<{ pupil: string | null; identity: string | null }[]>`
    select pupil.swv_task_until as pupil, identity.swv_task_until as identity
    from education.pupil join education.pupil_identity as identity on pupil_id = pupil.id`;
  // The policy reads the copy, so it may never differ.
  for (const { pupil, identity } of rows) expect(identity).toBe(pupil);
  return rows.map(({ pupil }) => pupil);
};
const tlvs = () => db.owner`
  select source_key, number, status, requested_on, decided_on from education.tlv order by source_key`;

test('an enrolment brings its pupil, and tells when the pupil leaves', async () => {
  expect(await give('test-school', [enrolment()])).toBe('accepted 1, unchanged 0, linked 0');
  expect(
    await give('test-school', [
      enrolment({ leftOn: '2026-11-15', asOf: '2026-11-21' }),
      enrolment({ enrolledOn: '2026-11-16', asOf: '2026-11-21', familyName: 'Ander' }),
    ]),
  ).toBe('accepted 2, unchanged 0, linked 0');
  expect(
    await db.owner`select enrolled_on, left_on, valid_during from education.enrolment order by enrolled_on`,
  ).toEqual([
    { enrolled_on: '2024-08-01', left_on: '2026-11-15', valid_during: '[2024-08-01,2026-11-16)' },
    { enrolled_on: '2026-11-16', left_on: null, valid_during: '[2026-11-16,)' },
  ]);
  expect(await db.owner`select family_name from education.pupil_identity`).toEqual([
    { family_name: 'Ander' },
  ]);
  expect(await give('test-school', [enrolment()])).toContain('1 OLDER_THAN_STORED');
});

test('a decision about a pupil we do not know is rejected, the others are not', async () => {
  await give('test-school', [enrolment()]);
  const unknown = { schoolPupilNumber: '9999' };
  expect(
    await give('test-swv', [
      tlv(),
      tlv({ ...unknown, number: '2801-8' }),
      opp(),
      opp(unknown),
      arrangement(),
      arrangement({ ...unknown, number: 'A-4' }),
    ]),
  ).toBe('accepted 3, unchanged 0, linked 0; 2 UNKNOWN_PUPIL; 4 UNKNOWN_PUPIL; 6 UNKNOWN_PUPIL');
});

test('the same decisions twice change nothing, to the byte', async () => {
  await give('test-school', [enrolment()]);
  const file = [tlv(), opp(), opp({ version: 2 }), arrangement()];
  await give('test-swv', file);
  const before = await dump(db.owner);
  expect(await give('test-swv', file)).toBe('accepted 0, unchanged 4, linked 0');
  expect(await give('test-school', [enrolment()])).toBe('accepted 0, unchanged 1, linked 0');
  expect(await dump(db.owner)).toEqual(before);
});

test.each([
  ['nothing', [opp()], null],
  ['an application', [application()], '9999-12-31'],
  ['a TLV that is not decided', [tlv({ status: 'IN_PROGRESS', decidedOn: null })], '9999-12-31'],
  ['a TLV that is granted', [tlv()], '2028-07-31'],
  ['a TLV that is refused', [tlv({ status: 'REFUSED', validUntil: null })], null],
  ['an arrangement that runs', [arrangement()], '2027-07-31'],
  ['an arrangement without end', [arrangement({ validUntil: null })], '9999-12-31'],
  ['a TLV and an arrangement: the last of both', [arrangement(), tlv()], '2028-07-31'],
] as const)('the SWV has a task for a pupil with %s', async (_, lines, until) => {
  await give('test-school', [enrolment()]);
  await give('test-swv', lines);
  expect(await taskUntil()).toEqual([until]);
});

test('a task ends when the SWV refuses after all', async () => {
  await give('test-school', [enrolment()]);
  await give('test-swv', [tlv()]);
  await give('test-swv', [tlv({ status: 'WITHDRAWN', validUntil: null, asOf: '2026-11-21' })]);
  expect(await taskUntil()).toEqual([null]);
});

test('an application brings the pupil, and the numbered TLV becomes of it: one row, not two', async () => {
  await give('test-school', [application()]);
  expect(await tlvs()).toEqual([
    {
      source_key: `oso:${site}:1001:2026-10-01`,
      number: null,
      status: 'REQUESTED',
      requested_on: '2026-10-01',
      decided_on: null,
    },
  ]);
  const [applied] = await db.owner`select id from education.tlv`;
  expect(await give('test-swv', [tlv()])).toBe('accepted 1, unchanged 0, linked 0');
  const numbered = [
    {
      source_key: 'nr:2801-7',
      number: '2801-7',
      status: 'GRANTED',
      requested_on: '2026-10-02',
      decided_on: '2026-11-10',
    },
  ];
  expect(await tlvs()).toEqual(numbered);
  expect(await db.owner`select id from education.tlv`).toEqual([applied]);
  expect(await give('test-school', [application()])).toBe('accepted 0, unchanged 1, linked 0');
  expect(await give('test-swv', [tlv()])).toBe('accepted 0, unchanged 1, linked 0');
  expect(await tlvs()).toEqual(numbered);
});

test('an application that comes after its numbered TLV is not taken for a new one', async () => {
  await give('test-school', [enrolment()]);
  await give('test-swv', [tlv({ requestedOn: '2026-10-01' })]);
  await give('test-school', [application()]);
  expect(await tlvs()).toHaveLength(1);
  const before = await dump(db.owner);
  expect(await give('test-school', [application()])).toBe('accepted 0, unchanged 1, linked 0');
  expect(await dump(db.owner)).toEqual(before);
});

test.each([
  ['of another kind', { kind: 'SBO', fundingCategory: null, cluster: null }],
  [
    'decided before it',
    { decidedOn: '2025-05-01', requestedOn: '2025-04-01', validUntil: '2026-07-31' },
  ],
  ['requested on another day and not decided', { status: 'REQUESTED', decidedOn: null }],
] as const)('a TLV %s leaves the application as it is', async (_, change) => {
  await give('test-school', [application()]);
  await give('test-swv', [tlv(change)]);
  expect(await tlvs()).toHaveLength(2);
});

test('an application for an arrangement becomes the arrangement that the SWV numbers', async () => {
  await give('test-school', [application({ application: 'ARRANGEMENT', tlvKind: null })]);
  await give('test-swv', [arrangement({ requestedOn: '2026-10-03', decidedOn: '2026-10-20' })]);
  expect(await db.owner`select source_key, kind, status from education.arrangement`).toEqual([
    { source_key: 'nr:A-3', kind: 'GROUP', status: 'RUNNING' },
  ]);
});

test('a decision goes along when the pupil goes to another school of the SWV', async () => {
  const there = { brin6: '00XX00', schoolPupilNumber: '55' };
  await give('test-school', [enrolment(), enrolment(there)]);
  await give('test-swv', [tlv()]);
  expect(await give('test-swv', [tlv({ ...there, asOf: '2026-11-21' })])).toContain('accepted 1');
  expect(
    await db.owner`
      select pupil.school_pupil_number as pupil, swv_task_until as until, tlv.number as tlv
      from education.pupil left join education.tlv on tlv.pupil_id = pupil.id order by 1`,
  ).toEqual([
    { pupil: '1001', until: null, tlv: null },
    { pupil: '55', until: '2028-07-31', tlv: '2801-7' },
  ]);
});
