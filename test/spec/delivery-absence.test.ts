/** Absence reports: what is accepted line by line, what is refused, and who a report is about. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DeliveryContext, deliver } from '../../src/ingest/run.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  absence,
  addSources,
  body,
  deliveryContext,
  giver,
  leiden,
  leiderdorp,
} from '../support/deliveries.ts';
import { clearRecords, dump } from '../support/store-dump.ts';

let db: TestDatabase;
let context: DeliveryContext;
let give: ReturnType<typeof giver>;

beforeAll(async () => {
  db = await testDatabase({ ingest: 3 });
  await addSources(db.pools.ingest);
  context = await deliveryContext(db.pools.ingest);
  give = giver(context);
});
afterAll(() => db.drop());
beforeEach(() => clearRecords(db.owner));

const reports = () =>
  db.owner<Record<string, unknown>[]>`
    select report_number, municipality_code, status, until_on, hours, as_of from attendance.absence_report
    order by report_number`;

test('each line is accepted or rejected by itself, and the rejects are kept in the order of the file', async () => {
  const report = await deliver(context, {
    source: 'test-leerplicht',
    format: 'ABSENCE_REPORTS',
    body: body([
      absence(),
      { reject: true },
      absence({ reportNumber: 'M-2', bsnToken: 'child-b' }),
    ]),
  });
  expect(report.counts).toEqual({ received: 3, accepted: 2, unchanged: 0, rejected: 1, linked: 2 });
  expect(report.rejects).toEqual([
    { line: 2, field: 'bsn', code: 'BSN_FORMAT', message: 'Vul 9 cijfers in.' },
  ]);
  const [stored] = await db.owner`select * from staging.delivery where id = ${report.id}`;
  expect(stored).toMatchObject({
    source: 'test-leerplicht',
    status: 'COMPLETED',
    received_count: 3,
    accepted_count: 2,
    rejected_count: 1,
    linked_count: 2,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    bytes: expect.any(Number),
  });
  expect(
    await db.owner`select seq, line, code from staging.reject where delivery_id = ${report.id}`,
  ).toEqual([{ seq: 1, line: 2, code: 'BSN_FORMAT' }]);
  expect(await reports()).toHaveLength(2);
});

test('the same file twice changes nothing, to the byte', async () => {
  const file = [
    absence(),
    absence({ reportNumber: 'M-2', bsnToken: 'child-b', prefix: 'van der', hours: null }),
    absence({ reportNumber: 'M-2', bsnToken: 'child-b', prefix: 'van', hours: null }),
  ];
  expect(await give('test-leerplicht', file)).toBe(
    'accepted 2, unchanged 0, linked 2; 2 DUPLICATE_IN_FILE',
  );
  const before = await dump(db.owner);
  expect(await give('test-leerplicht', file)).toBe(
    'accepted 0, unchanged 2, linked 2; 2 DUPLICATE_IN_FILE',
  );
  expect(await dump(db.owner)).toEqual(before);
});

test('of lines with the same number the last one counts', async () => {
  expect(
    await give('test-leerplicht', [
      absence({ hours: 20 }),
      absence({ hours: 30 }),
      absence({ hours: 40 }),
    ]),
  ).toBe('accepted 1, unchanged 0, linked 1; 1 DUPLICATE_IN_FILE; 2 DUPLICATE_IN_FILE');
  expect(await reports()).toMatchObject([{ hours: 40 }]);
});

test.each([
  ['newer and different', { asOf: '2026-11-21', hours: 99 }, 'accepted 1, unchanged 0', 99],
  ['of the same day and different', { hours: 99 }, 'accepted 1, unchanged 0', 99],
  [
    'newer and equal: the source vouches for it again',
    { asOf: '2026-11-21' },
    'accepted 1, unchanged 0',
    120.5,
  ],
  ['older and equal', { asOf: '2026-11-19' }, 'accepted 0, unchanged 1', 120.5],
  ['older and different', { asOf: '2026-11-19', hours: 99 }, 'accepted 0, unchanged 0', 120.5],
])('a line that is %s', async (_, change, said, hours) => {
  await give('test-leerplicht', [absence()]);
  const answer = await give('test-leerplicht', [absence(change)]);
  expect(answer).toContain(said);
  expect(answer.includes('1 OLDER_THAN_STORED')).toBe(said === 'accepted 0, unchanged 0');
  expect(await reports()).toMatchObject([{ hours }]);
});

test('a child has one open report of long-term absence per school', async () => {
  const second = absence({ reportNumber: 'M-2', fromOn: '2026-10-01' });
  expect(await give('test-leerplicht', [absence(), second])).toContain('2 OPEN_REPORT_EXISTS');
  expect(await give('test-leerplicht', [second])).toContain('1 OPEN_REPORT_EXISTS');
  expect(await give('other-leerplicht', [second])).toContain('1 OPEN_REPORT_EXISTS');
  const elsewhere = absence({ reportNumber: 'M-3', brin6: '02VD00' });
  expect(await give('test-leerplicht', [elsewhere])).toContain('accepted 1');
  const closed = absence({ untilOn: '2026-09-28', status: 'CLOSED' });
  expect(await give('test-leerplicht', [second, closed])).toBe('accepted 2, unchanged 0, linked 2');
});

test('a child that moves within the region stays one child; its reports keep the municipality they were made to', async () => {
  await give('test-leerplicht', [absence({ status: 'CLOSED', untilOn: '2026-10-20' })]);
  await give('test-leerplicht', [
    absence({ reportNumber: 'M-2', municipalityCode: leiderdorp, asOf: '2026-11-21' }),
  ]);
  const home = () => db.owner`
    select youth.municipality_code as youth, identity.municipality_code as identity
    from attendance.youth join attendance.youth_identity as identity on youth_id = youth.id`;
  expect(await home()).toEqual([{ youth: leiderdorp, identity: leiderdorp }]);
  expect(await reports()).toMatchObject([
    { report_number: 'M-1', municipality_code: leiden },
    { report_number: 'M-2', municipality_code: leiderdorp },
  ]);
  // A report that comes later but speaks of an earlier day does not move the child back.
  await give('other-leerplicht', [
    absence({ reportNumber: 'M-9', kind: 'LUXURY', untilOn: '2026-09-03', asOf: '2026-11-19' }),
  ]);
  expect(await home()).toEqual([{ youth: leiderdorp, identity: leiderdorp }]);
});

test('a report number never passes to another child', async () => {
  await give('test-leerplicht', [absence()]);
  expect(
    await give('test-leerplicht', [absence({ bsnToken: 'child-b', asOf: '2026-11-22' })]),
  ).toBe('accepted 0, unchanged 0, linked 0; 1 OTHER_CHILD');
});

test('a file that is refused leaves its refusal and nothing else', async () => {
  const before = await dump(db.owner);
  const report = await deliver(context, {
    source: 'test-leerplicht',
    format: 'ABSENCE_REPORTS',
    body: body([absence(), { refuse: true }]),
  });
  expect(report).toMatchObject({ status: 'REFUSED', problem: { code: 'MISSING_COLUMN' } });
  expect(await dump(db.owner)).toEqual(before);
  expect(
    await db.owner`select status, problem_code, problem, received_count from staging.delivery where id = ${report.id}`,
  ).toEqual([
    {
      status: 'REFUSED',
      problem_code: 'MISSING_COLUMN',
      problem: 'Er ontbreekt een kolom.',
      received_count: 0,
    },
  ]);
});

test('a source delivers only what it may', async () => {
  await db.owner`
    insert into staging.source values ('narrow', '', '{ENROLMENTS}', '{}', '{}', '{}', '{}') on conflict do nothing`;
  const of = (source: string) =>
    deliver(context, { source, format: 'ABSENCE_REPORTS', body: body([absence()]) });
  await expect(of('narrow')).rejects.toMatchObject({ code: 'FORMAT_NOT_ALLOWED' });
  await expect(of('nobody')).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN' });
});

test('an error in a line ends the delivery without a word of the line', async () => {
  const broken = absence({ fromOn: 'Voorbeeld', familyName: 'Voorbeeld' });
  const error: unknown = await deliver(context, {
    source: 'test-leerplicht',
    format: 'ABSENCE_REPORTS',
    body: body([broken]),
  }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DeliveryFailed', code: 'INTERNAL' });
  const { message, stack, where, cause } = error as Error & { where: string };
  expect(cause).toBeUndefined();
  expect(JSON.stringify([message, stack, where])).not.toContain('Voorbeeld');
  expect(where).toContain('staging.absence_report_line');
  expect(await reports()).toEqual([]);
  expect(
    await db.owner`select count(*)::int as open from staging.delivery where status = 'RECEIVING'`,
  ).toEqual([{ open: 0 }]);
});
