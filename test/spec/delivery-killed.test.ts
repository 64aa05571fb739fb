/** `kill -9` in the middle of a delivery, then the same delivery again: nothing lost, nothing doubled. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type DeliveryContext, deliver, failAbandoned } from '../../src/ingest/run.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  absence,
  addSources,
  body,
  deliveryContext,
  enrolment,
  type Line,
} from '../support/deliveries.ts';
import { clearRecords, dump } from '../support/store-dump.ts';

let db: TestDatabase;
let context: DeliveryContext;
let directory: string;
let file: string;
let undisturbed: Awaited<ReturnType<typeof dump>>;

/** Every part of the flow: children with several reports, cases, a reject, a duplicate. */
const lines: Line[] = [
  ...Array.from({ length: 600 }, (_, child) =>
    absence({
      bsnToken: `child-${child}`,
      reportNumber: `M-${child}`,
      kind: child % 3 === 0 ? 'LONG_TERM' : 'OTHER',
    }),
  ),
  ...Array.from({ length: 50 }, (_, child) =>
    absence({
      bsnToken: `child-${child}`,
      reportNumber: `L-${child}`,
      kind: 'LUXURY',
      untilOn: '2026-09-03',
    }),
  ),
  { reject: true },
  absence({ bsnToken: 'child-1', reportNumber: 'M-1', kind: 'OTHER', hours: 7 }),
];

/** Random by nature, so different in every run. */
const ignoring = [
  ...['id', 'youth_id', 'case_id', 'ground_id', 'record_id', 'report_id', 'delivery_id'],
  'case_key',
];

beforeAll(async () => {
  db = await testDatabase({ ingest: 3 });
  await addSources(db.pools.ingest);
  context = await deliveryContext(db.pools.ingest);
  directory = await mkdtemp(join(tmpdir(), 'schakel-delivery-'));
  file = join(directory, 'reports.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await again();
  undisturbed = await dump(db.owner, { ignoring });
});
afterAll(async () => {
  await db.drop();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => clearRecords(db.owner));

const again = () =>
  deliver(context, { source: 'test-leerplicht', format: 'ABSENCE_REPORTS', body: body(lines) });

const start = (...args: string[]): ChildProcess =>
  spawn(
    process.execPath,
    [
      ...['--import', 'tsx'],
      fileURLToPath(new URL('../support/delivery-target.ts', import.meta.url)),
      ...[db.urls.ingest, file, ...args],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );

const kill = async (child: ChildProcess) => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
};

const backends = (waiting: boolean) => db.owner<{ pid: number }[]>`
  select pid from pg_stat_activity
  where application_name = 'schakel delivery target' and datname = ${db.name}
    and (not ${waiting} or wait_event_type = 'Lock')`;

const until = (condition: () => Promise<void>) =>
  vi.waitFor(condition, { timeout: 30_000, interval: 50 });

const gone = () => until(async () => expect(await backends(false)).toEqual([]));

/** What must be true after a kill, wherever it came. */
async function expectRecovery(): Promise<void> {
  await gone();
  const empty = Object.values(await dump(db.owner)).flat();
  expect(empty).toEqual([]);
  expect(await db.owner`select status from staging.delivery`).toEqual([{ status: 'RECEIVING' }]);
  expect(await failAbandoned(db.pools.ingest, new Date())).toBe(1);
  expect(await db.owner`select status, problem_code from staging.delivery`).toEqual([
    { status: 'FAILED', problem_code: 'INTERRUPTED' },
  ]);
  const { counts } = await again();
  expect(counts).toEqual({ received: 652, accepted: 650, unchanged: 0, rejected: 2, linked: 217 });
  expect(await dump(db.owner, { ignoring })).toEqual(undisturbed);
}

test('killed while the file is coming in', async () => {
  const child = start('40000');
  const [said] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  expect(String(said)).toBe('halted\n');
  // It is alive, so it is left alone.
  expect(await failAbandoned(db.pools.ingest, new Date())).toBe(0);
  await kill(child);
  await expectRecovery();
});

test.each([
  'attendance.youth',
  'attendance.absence_report',
  'casework.ground',
  'casework.shared_absence',
  'staging.reject',
])('killed while it is about to write to %s', async (table) => {
  // Held by somebody else, the table stops the delivery at exactly this place.
  const holder = await db.owner.reserve();
  try {
    await holder.unsafe(`begin; lock table ${table} in share row exclusive mode`);
    const child = start();
    await until(async () => expect(await backends(true)).toHaveLength(1));
    await kill(child);
    await holder.unsafe('rollback');
  } finally {
    holder.release();
  }
  await expectRecovery();
});

test('deliveries of one source wait for each other, those of another source do not', async () => {
  const child = start('40000');
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  let isDone = false;
  const behind = again().then(() => {
    isDone = true;
  });
  const other = await deliver(context, {
    source: 'test-school',
    format: 'ENROLMENTS',
    body: body([enrolment()]),
  });
  expect(other.counts.accepted).toBe(1);
  expect(isDone).toBe(false);
  await kill(child);
  await behind;
  expect(isDone).toBe(true);
});
