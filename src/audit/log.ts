/**
 * Commits access-log entries before their answers leave. Entries of concurrent requests go in one transaction: while
 * one commit is under way the next ones gather. If a commit fails, every answer that waited for it is withheld.
 */
import { accessEntry, accessSubject } from '../../schema/db/audit.ts';
import { insertRows } from '../db/insert.ts';
import type { Pool } from '../db/pools.ts';
import { asUnavailable, Unavailable } from '../db/unavailable.ts';
import { type AuditEntry, type AuditRows, auditRows } from './entry.ts';

export type AuditLog = {
  /** Resolves when the entry is committed; rejects with `Unavailable` when it is not. */
  append(entry: AuditEntry): Promise<void>;
  /** Whether an entry could be written now. */
  isWritable(): Promise<boolean>;
};

type Waiting = { rows: AuditRows; done: () => void; failed: (error: unknown) => void };

/** Entries that may wait at once; beyond it the log is too slow to answer. */
const maxWaiting = 2000;
const maxBatch = 200;

export const openAuditLog = (pool: Pool): AuditLog => {
  let waiting: Waiting[] = [];
  let writing = false;

  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      try {
        await pool.begin(async (tx) => {
          await insertRows(
            tx,
            accessEntry,
            batch.map(({ rows }) => rows.entry),
          );
          await insertRows(
            tx,
            accessSubject,
            batch.flatMap(({ rows }) => rows.subjects),
          );
        });
        for (const entry of batch) entry.done();
      } catch (error) {
        const refusal = asUnavailable(error);
        const why =
          refusal instanceof Unavailable
            ? refusal
            : new Unavailable('access log', { cause: error });
        for (const entry of batch) entry.failed(why);
      }
    }
    writing = false;
  };

  return {
    append: (entry) => {
      if (waiting.length >= maxWaiting)
        return Promise.reject(new Unavailable('access log is full'));
      return new Promise((done, failed) => {
        waiting.push({ rows: auditRows(entry), done, failed });
        if (!writing) void write();
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
