/** Waiting lists and iJw messages: the dates of an entry, and which message is about which entry. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  addSources,
  careEvent,
  deliveryContext,
  giver,
  leiden,
  leiderdorp,
  waiting,
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

const entries = () => db.owner`
  select reference, status, allocation_number, allocated_on, intended_start, started_on, ended_on,
    end_reason, as_of
  from care.waiting_list_entry order by reference`;

const allocated = careEvent();
const started = careEvent({
  message: 'JW305',
  messageId: 'B-305',
  occurredOn: '2026-11-18',
  intendedStart: null,
  asOf: '2026-11-19',
});
const stopped = careEvent({
  message: 'JW307',
  messageId: 'B-307',
  occurredOn: '2026-11-20',
  intendedStart: null,
  endReason: '31',
  asOf: '2026-11-21',
});

test('an allocation, a start and a stop set the dates of the entry, one after the other', async () => {
  await give('test-care', [waiting()]);
  await give('test-care', [allocated]);
  expect(await entries()).toMatchObject([
    {
      status: 'WAITING_FOR_START',
      allocation_number: '77',
      allocated_on: '2026-11-12',
      intended_start: '2027-01-15',
      as_of: '2026-11-12',
    },
  ]);
  await give('test-care', [started]);
  expect(await entries()).toMatchObject([{ status: 'STARTED', started_on: '2026-11-18' }]);
  await give('test-care', [stopped]);
  expect(await entries()).toMatchObject([
    { status: 'ENDED', started_on: '2026-11-18', ended_on: '2026-11-20', end_reason: '31' },
  ]);
  expect(
    await db.owner`select message, occurred_on, end_reason from care.waiting_list_event order by message`,
  ).toEqual([
    { message: 'JW301', occurred_on: '2026-11-12', end_reason: null },
    { message: 'JW305', occurred_on: '2026-11-18', end_reason: null },
    { message: 'JW307', occurred_on: '2026-11-20', end_reason: '31' },
  ]);
  const before = await dump(db.owner);
  expect(await give('test-care', [stopped, started, allocated])).toBe(
    'accepted 0, unchanged 3, linked 0',
  );
  expect(await dump(db.owner)).toEqual(before);
});

test('in one file the order of the lines does not matter', async () => {
  await give('test-care', [waiting()]);
  expect(await give('test-care', [stopped, started, allocated])).toBe(
    'accepted 3, unchanged 0, linked 0',
  );
  expect(await entries()).toMatchObject([{ status: 'ENDED', allocated_on: '2026-11-12' }]);
});

test('a message without an entry is rejected', async () => {
  await give('test-care', [waiting()]);
  expect(
    await give('test-care', [started, careEvent({ bsnToken: 'care-b', allocationNumber: '78' })]),
  ).toBe('accepted 0, unchanged 0, linked 0; 1 NO_WAITING_LIST_ENTRY; 2 NO_WAITING_LIST_ENTRY');
});

test('allocations of one child go to its newest entries without a number, one each', async () => {
  await give('test-care', [
    waiting({ reference: 'W-old', referredOn: '2026-01-05' }),
    waiting({ reference: 'W-new' }),
    waiting({ reference: 'W-has', referredOn: '2026-10-01', allocationNumber: '50' }),
  ]);
  const of = (allocationNumber: string, occurredOn: string) =>
    careEvent({ allocationNumber, messageId: `B-${allocationNumber}`, occurredOn });
  expect(
    await give('test-care', [of('1', '2026-11-01'), of('2', '2026-11-05'), of('3', '2026-10-01')]),
  ).toBe('accepted 2, unchanged 0, linked 0; 3 NO_WAITING_LIST_ENTRY');
  expect(await entries()).toMatchObject([
    { reference: 'W-has', allocation_number: '50' },
    { reference: 'W-new', allocation_number: '2' },
    { reference: 'W-old', allocation_number: '1' },
  ]);
});

test('a message that is older than the list only fills what is empty', async () => {
  await give('test-care', [waiting({ asOf: '2026-11-20', allocatedOn: '2026-11-15' })]);
  await give('test-care', [allocated]);
  expect(await entries()).toMatchObject([
    {
      allocation_number: '77',
      allocated_on: '2026-11-15',
      intended_start: '2027-02-10',
      as_of: '2026-11-20',
    },
  ]);
});

test('a list that is silent on the allocation does not undo it; a list from before the message is too old', async () => {
  await give('test-care', [waiting()]);
  await give('test-care', [allocated]);
  expect(await give('test-care', [waiting()])).toContain(
    'unchanged 0, linked 0; 1 OLDER_THAN_STORED',
  );
  expect(await give('test-care', [waiting({ asOf: '2026-11-22', intendedStart: null })])).toContain(
    'accepted 1',
  );
  expect(await entries()).toMatchObject([
    {
      allocation_number: '77',
      allocated_on: '2026-11-12',
      intended_start: '2027-01-15',
      as_of: '2026-11-22',
    },
  ]);
});

test('the same list twice changes nothing; a newer one with the same words is a fresh word', async () => {
  const file = [waiting(), waiting({ reference: 'W-2', bsnToken: 'care-b', status: 'REGISTERED' })];
  await give('test-care', file);
  const before = await dump(db.owner);
  expect(await give('test-care', file)).toBe('accepted 0, unchanged 2, linked 0');
  expect(await dump(db.owner)).toEqual(before);
  expect(
    await give(
      'test-care',
      file.map((line) => ({ ...line, asOf: '2026-11-20' })),
    ),
  ).toBe('accepted 2, unchanged 0, linked 0');
  expect(await entries()).toMatchObject([{ as_of: '2026-11-20' }, { as_of: '2026-11-20' }]);
});

test('a client that moves keeps its place; a reference never passes to another child', async () => {
  await give('test-care', [waiting()]);
  await give('test-care', [waiting({ municipalityCode: leiderdorp, asOf: '2026-11-20' })]);
  expect(
    await db.owner`
      select client.municipality_code as client, entry.municipality_code as entry
      from care.client join care.waiting_list_entry as entry on entry.client_id = client.id`,
  ).toEqual([{ client: leiderdorp, entry: leiderdorp }]);
  expect(
    await give('test-care', [
      waiting({ bsnToken: 'care-b', municipalityCode: leiden, asOf: '2026-11-21' }),
    ]),
  ).toContain('1 OTHER_CHILD');
});
