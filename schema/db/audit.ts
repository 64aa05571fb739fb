/** Tables of the access log: rows are only ever added. */
import { index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { audit } from './schemas.ts';

/** Who did what, when, in which role, for which purpose and on which ground, and how it ended. One row per operation, refusals too (NEN 7513). */
export const accessEntry = audit
  .table(
    'access',
    {
      operationId: uuid().primaryKey(),
      at: instant().notNull(),
      subject: text().notNull(),
      role: text().notNull(),
      organisation: text().notNull(),
      purpose: text().notNull(),
      legalBasis: text().notNull(),
      action: text().notNull(),
      operation: text().notNull(),
      documentHash: text().notNull(),
      outcome: text().notNull(),
      subjectCount: integer().notNull(),
      traceId: text().notNull(),
    },
    (t) => [index('access_at').on(t.at)],
  )
  .enableRLS();

/**
 * Whose data an operation touched: a row for each compartment, with the pseudonymous ids that its data subjects have there.
 * A row for each data subject would cost six times as much to write (0017).
 */
export const accessSubject = audit
  .table(
    'access_subject',
    {
      operationId: uuid().notNull(),
      compartment: text().notNull(),
      subjectIds: uuid().array().notNull(),
      at: instant().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.operationId, t.compartment] }),
      // A list of what is still to be indexed, kept short: whoever finds it full works it off.
      index('access_subject_ids').using('gin', t.subjectIds).with({ gin_pending_list_limit: 512 }),
    ],
  )
  .enableRLS();
