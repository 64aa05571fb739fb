/** The staging tables: they hold every field of a record, and nobody but the loader comes there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver } from '../../src/ingest/run.ts';
import { lineTables, type RecordType } from '../../src/staging/line-tables.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { absence, addSources, body, deliveryContext, enrolment } from '../support/deliveries.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase({ ingest: 3 });
  await addSources(db.pools.ingest);
});
afterAll(() => db.drop());

/** Columns that the merge keeps for itself. */
const ofTheMerge = ['delivery_id', 'seq', 'line', 'tells_person', 'entry_id'];

test.each(Object.keys(lineTables) as RecordType[])(
  'the columns for %s are those of the record',
  async (type) => {
    const [schema = '', table = ''] = lineTables[type].table.split('.');
    const columns = await db.owner<{ name: string }[]>`
    select column_name as name from information_schema.columns
    where table_schema = ${schema} and table_name = ${table}`;
    const named = columns.map(({ name }) => name).filter((name) => !ofTheMerge.includes(name));
    expect(new Set(named)).toEqual(new Set(lineTables[type].columns));
  },
);

test('row-level security is forced on every staging table, and lines have no policy', async () => {
  const tables = await db.owner<{ name: string; forced: boolean; policies: number }[]>`
    select relname as name, relrowsecurity and relforcerowsecurity as forced, (
      select count(*)::int from pg_policy where polrelid = pg_class.oid) as policies
    from pg_class where relnamespace = 'staging'::regnamespace and relkind = 'r' and relname like '%_line'`;
  expect(tables).toHaveLength(Object.keys(lineTables).length + 1);
  for (const { forced, policies } of tables) expect([forced, policies]).toEqual([true, 0]);
  await expect(db.pools.server`select * from staging.absence_report_line`).rejects.toThrow(
    'permission denied',
  );
});

test('text that COPY gives a meaning arrives as it was', async () => {
  const context = await deliveryContext(db.pools.ingest);
  const odd = 'a\tb\\c\nd\re\\N;"\u00e9\u{1F600}';
  await deliver(context, {
    source: 'test-leerplicht',
    format: 'ABSENCE_REPORTS',
    body: body([absence({ familyName: odd, prefix: '\\N' })]),
  });
  expect(await db.owner`select prefix, family_name from attendance.youth_identity`).toEqual([
    { prefix: '\\N', family_name: odd },
  ]);
});

test('a file of several batches is taken in whole, and leaves no line behind', async () => {
  const context = await deliveryContext(db.pools.ingest);
  const pupils = Array.from({ length: 25_000 }, (_, index) =>
    index % 1000 === 7
      ? { reject: true as const }
      : enrolment({ schoolPupilNumber: String(index) }),
  );
  const report = await deliver(context, {
    source: 'test-school',
    format: 'ENROLMENTS',
    body: body(pupils),
  });
  expect(report.counts).toEqual({
    received: 25_000,
    accepted: 24_975,
    unchanged: 0,
    rejected: 25,
    linked: 0,
  });
  expect(report.rejects.map(({ line }) => line).slice(0, 3)).toEqual([8, 1008, 2008]);
  expect(await db.owner`select count(*)::int as pupils from education.pupil`).toEqual([
    { pupils: 24_975 },
  ]);
  expect(await db.owner`select count(*)::int as lines from staging.enrolment_line`).toEqual([
    { lines: 0 },
  ]);
});

test('two deliveries about the same children by two sources wait for each other and both succeed', async () => {
  const context = await deliveryContext(db.pools.ingest);
  const file = (prefix: string, backwards: boolean) => {
    const lines = Array.from({ length: 500 }, (_, child) =>
      absence({
        bsnToken: `same-${child}`,
        reportNumber: `${prefix}-${child}`,
        kind: 'LUXURY',
        untilOn: '2026-09-04',
      }),
    );
    return body(backwards ? lines.reverse() : lines);
  };
  const reports = await Promise.all([
    deliver(context, {
      source: 'test-leerplicht',
      format: 'ABSENCE_REPORTS',
      body: file('A', false),
    }),
    deliver(context, {
      source: 'other-leerplicht',
      format: 'ABSENCE_REPORTS',
      body: file('B', true),
    }),
  ]);
  expect(reports.map(({ counts }) => counts.accepted)).toEqual([500, 500]);
  expect(
    await db.owner`select count(*)::int as children from attendance.youth where bsn_token like 'same-%'`,
  ).toEqual([{ children: 500 }]);
});
