import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/audit/entry.ts';
import { type AuditLog, openAuditLog } from '../../src/audit/log.ts';
import { Unavailable } from '../../src/db/unavailable.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const connections = 2;
let database: TestDatabase;
let audit: AuditLog;

beforeAll(async () => {
  database = await testDatabase({ audit: connections });
  audit = openAuditLog(database.pools.audit);
});
afterAll(() => database.drop());

const newTrace = () => randomUUID().replaceAll('-', '');

const entry = (changed: Partial<AuditEntry> = {}): AuditEntry => ({
  caller: 'somebody',
  scope: {
    role: 'attendanceOfficer',
    organisation: '0546',
    purpose: 'compulsory-education',
    legalBasis: 'Leerplichtwet 1969',
  },
  action: 'R',
  operation: 'caseload',
  documentHash: 'd0c',
  outcome: 'ALLOWED',
  subjects: [],
  traceId: newTrace(),
  at: new Date('2026-11-23T10:00:00.123Z'),
  ...changed,
});

/** How often each of these traces is in the table. */
const written = async (traces: readonly string[]): Promise<Map<string, number>> => {
  const rows = await database.owner<{ traceId: string; times: number }[]>`
    select trace_id as "traceId", count(*)::int as times from audit.access
    where trace_id = any(${traces as string[]}) group by trace_id`;
  return new Map(rows.map(({ traceId, times }) => [traceId, times]));
};

describe('what is appended', () => {
  test('is in both tables, column by column, when it resolves', async () => {
    const child = randomUUID();
    const youth = randomUUID();
    const refused = entry({ outcome: 'DENIED', action: 'E', operation: 'quote " \\ and ’' });
    const read = entry({
      subjects: [
        { compartment: 'education', id: child },
        { compartment: 'attendance', id: youth },
      ],
    });
    await Promise.all([audit.append(refused), audit.append(read)]);
    const rows = await database.owner`
      select * from audit.access where trace_id = any(${[refused.traceId, read.traceId]}) order by outcome`;
    const common = {
      operation_id: expect.stringMatching(/^[\da-f-]{36}$/),
      at: '2026-11-23 10:00:00.123+00',
      subject: 'somebody',
      role: 'attendanceOfficer',
      organisation: '0546',
      purpose: 'compulsory-education',
      legal_basis: 'Leerplichtwet 1969',
      document_hash: 'd0c',
    };
    expect(rows).toEqual([
      {
        ...common,
        action: 'R',
        operation: 'caseload',
        outcome: 'ALLOWED',
        subject_count: 2,
        trace_id: read.traceId,
      },
      {
        ...common,
        action: 'E',
        operation: 'quote " \\ and ’',
        outcome: 'DENIED',
        subject_count: 0,
        trace_id: refused.traceId,
      },
    ]);
    const subjects = await database.owner`
      select * from audit.access_subject
      where operation_id = any(${rows.map((row) => row.operation_id as string)}) order by compartment`;
    const of = { operation_id: rows[0]?.operation_id, at: common.at };
    expect(subjects).toEqual([
      { ...of, compartment: 'attendance', subject_ids: [youth] },
      { ...of, compartment: 'education', subject_ids: [child] },
    ]);
  });

  test('is committed together with what else came in', async () => {
    const entries = Array.from({ length: 500 }, () =>
      entry({ subjects: [{ compartment: 'casework', id: randomUUID() }] }),
    );
    await Promise.all(entries.map((one) => audit.append(one)));
    const traces = entries.map(({ traceId }) => traceId);
    expect([...(await written(traces)).values()]).toEqual(Array(500).fill(1));
    const [row] = await database.owner`
      select count(distinct access.xmin::text)::int as commits,
        count(distinct access_subject.xmin::text)::int as of_subjects, count(*)::int as subjects,
        bool_and(access.xmin = access_subject.xmin) as together
      from audit.access join audit.access_subject using (operation_id)
      where trace_id = any(${traces})`;
    expect(row).toMatchObject({ subjects: 500, together: true });
    expect(row?.commits).toBeLessThanOrEqual(10);
  });
});

describe('a commit that waits or fails', () => {
  beforeAll(() =>
    // Holds up the entry that asks for it for as long as a test wants.
    database.owner.unsafe(`
      create function audit.hold_up() returns trigger language plpgsql as
        'begin perform pg_catalog.pg_advisory_xact_lock_shared(5); return new; end';
      create trigger hold_up before insert on audit.access for each row
        when (new.operation = 'slow') execute function audit.hold_up();`),
  );
  afterAll(() => database.owner.unsafe('drop function audit.hold_up cascade'));

  /** While the work runs, no slow entry gets in. */
  const heldUp = async (work: (slow: Promise<void>, traceId: string) => Promise<void>) => {
    const door = await database.owner.reserve();
    await door`select pg_advisory_lock(5)`;
    try {
      const slow = entry({ operation: 'slow' });
      const appended = audit.append(slow);
      appended.catch(() => undefined);
      await expect
        .poll(
          () => database.owner`
            select pid from pg_locks where locktype = 'advisory' and objid = 5 and not granted`,
        )
        .toHaveLength(1);
      await work(appended, slow.traceId);
    } finally {
      await door`select pg_advisory_unlock(5)`;
      door.release();
    }
  };

  test('does not hold up the next ones, and resolves no sooner than it is committed', async () => {
    let told = false;
    let held: Promise<void> = Promise.resolve();
    await heldUp(async (slow, traceId) => {
      held = slow.then(() => {
        told = true;
      });
      const others = Array.from({ length: 20 }, () => entry());
      for (const other of others) await audit.append(other);
      expect((await written(others.map((other) => other.traceId))).size).toBe(20);
      expect(told).toBe(false);
      expect((await written([traceId])).size).toBe(0);
    });
    await held;
    expect(told).toBe(true);
  });

  test('gathers entries meanwhile', async () => {
    const others = Array.from({ length: 300 }, () => entry());
    await heldUp(async () => {
      await Promise.all(
        others.map(async (other, n) => {
          await delay(n % 10);
          await audit.append(other);
        }),
      );
    });
    const [row] = await database.owner`
      select count(*)::int as entries, count(distinct xmin::text)::int as commits from audit.access
      where trace_id = any(${others.map((other) => other.traceId)})`;
    expect(row?.entries).toBe(300);
    expect(row?.commits).toBeLessThan(60);
  });

  test('refuses its own entries only', async () => {
    const others = Array.from({ length: 5 }, () => entry());
    await heldUp(async (slow, traceId) => {
      const refused = expect(slow).rejects.toBeInstanceOf(Unavailable);
      const appended = others.map((other) => audit.append(other));
      await database.owner`
        select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 5 and not granted`;
      await refused;
      await Promise.all(appended);
      expect(await written([traceId])).toEqual(new Map());
    });
    expect((await written(others.map(({ traceId }) => traceId))).size).toBe(5);
  });

  test('that cannot be written refuses none of those it came with', async () => {
    const others = Array.from({ length: 5 }, () => entry());
    const bad = entry({ caller: 'nobody\0' });
    const [first, ...rest] = await Promise.allSettled(
      [bad, ...others].map((one) => audit.append(one)),
    );
    expect(first).toMatchObject({ status: 'rejected', reason: expect.any(Unavailable) });
    expect(rest.map(({ status }) => status)).toEqual(Array(5).fill('fulfilled'));
    const times = await written([bad, ...others].map(({ traceId }) => traceId));
    expect(times).toEqual(new Map(others.map(({ traceId }) => [traceId, 1])));
  });
});

describe('when its backends are ended again and again', () => {
  test('what was resolved is in the table once, what was not is "ask again"', async () => {
    const resolved: string[] = [];
    const rejected: string[] = [];
    const stop = new AbortController();
    const work = async () => {
      while (!stop.signal.aborted) {
        const one = entry({ subjects: [{ compartment: 'care', id: randomUUID() }] });
        await audit.append(one).then(
          () => resolved.push(one.traceId),
          (error: unknown) => {
            expect(error).toBeInstanceOf(Unavailable);
            rejected.push(one.traceId);
          },
        );
      }
    };
    const workers = Array.from({ length: 32 }, work);
    for (let round = 0; round < 40; round += 1) {
      await database.owner`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = 'hub_audit'`;
      await delay(5 + (round % 20));
    }
    stop.abort();
    await Promise.all(workers);
    expect(resolved.length).toBeGreaterThan(0);
    expect(rejected.length).toBeGreaterThan(0);
    const times = await written([...resolved, ...rejected]);
    expect(resolved.filter((traceId) => times.get(traceId) !== 1)).toEqual([]);
    expect(rejected.filter((traceId) => (times.get(traceId) ?? 0) > 1)).toEqual([]);
    const [row] = await database.owner`
      select count(*)::int as incomplete from audit.access
      where subject_count <> (select coalesce(sum(cardinality(subject_ids)), 0) from audit.access_subject where access_subject.operation_id = access.operation_id)`;
    expect(row).toEqual({ incomplete: 0 });
    await expect.poll(() => audit.append(entry()).then(() => 'written', String)).toBe('written');
  });
});
