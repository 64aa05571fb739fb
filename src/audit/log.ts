/**
 * Commits access-log entries before their answers leave. Entries of concurrent requests go in one statement: while every
 * connection has a commit under way the next ones gather. If a commit fails, every answer that waited for it is withheld.
 */
import { accessEntry, accessSubject } from '../../schema/db/audit.ts';
import { insertOfJson } from '../db/insert.ts';
import type { Pool } from '../db/pools.ts';
import { asUnavailable, Unavailable } from '../db/unavailable.ts';
import { type AuditEntry, type AuditRows, auditRows } from './entry.ts';

export type AuditLog = {
  /** Resolves when the entry is committed; rejects with `Unavailable` when it is not. */
  append(entry: AuditEntry): Promise<void>;
  /** Whether an entry could be written now. */
  isWritable(): Promise<boolean>;
};

type Waiting = { rows: AuditRows; done: () => void; failed: (error: Unavailable) => void };

/** Entries that may wait at once; beyond it the log is too slow to answer. */
const maxWaiting = 2000;
/** What one commit takes at most: so many entries, and no further one after so many data subjects. */
const maxEntries = 200;
const maxSubjects = 5000;

/** Both tables in one statement, so in one transaction and one round trip. */
const insertion = `with entries as (${insertOfJson(accessEntry, '$1')}) ${insertOfJson(accessSubject, '$2')}`;

/** Classes 22 and 23: something in the data themselves, which would fail again. */
const isBadData = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));

export const openAuditLog = (pool: Pool): AuditLog => {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let starting = false;

  const takeBatch = (): Waiting[] => {
    let subjects = 0;
    const end = waiting.findIndex(({ rows }, index) => {
      if (index === maxEntries || subjects >= maxSubjects) return true;
      subjects += rows.entry.subjectCount;
      return false;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  };

  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const entries = batch.map(({ rows }) => rows.entry);
      const subjects = batch.flatMap(({ rows }) => rows.subjects);
      await pool.unsafe(insertion, [JSON.stringify(entries), JSON.stringify(subjects)], {
        prepare: true,
      });
    } catch (error) {
      // One entry that cannot be written must not withhold the answers of others.
      if (batch.length > 1 && isBadData(error)) {
        for (const entry of batch) await commit([entry]);
        return;
      }
      const refusal = asUnavailable(error);
      const why =
        refusal instanceof Unavailable ? refusal : new Unavailable('access log', { cause: error });
      for (const entry of batch) entry.failed(why);
      return;
    }
    for (const entry of batch) entry.done();
  };

  const start = (): void => {
    starting = false;
    while (underWay < pool.options.max && waiting.length > 0) {
      underWay += 1;
      void commit(takeBatch()).then(() => {
        underWay -= 1;
        start();
      });
    }
  };

  return {
    append: (entry) => {
      if (waiting.length >= maxWaiting)
        return Promise.reject(new Unavailable('access log is full'));
      return new Promise((done, failed) => {
        waiting.push({ rows: auditRows(entry), done, failed });
        if (starting) return;
        starting = true;
        // Entries of the same turn go together.
        queueMicrotask(start);
      });
    },
    isWritable: async () => {
      try {
        const [row] = await pool<{ writable: boolean }[]>`
          select has_any_column_privilege('audit.access', 'insert')
             and has_any_column_privilege('audit.access_subject', 'insert')
             and not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable`;
        return row?.writable === true;
      } catch {
        return false;
      }
    },
  };
};
