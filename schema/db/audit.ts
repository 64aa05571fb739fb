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

/** Whose data an operation touched: one row per data subject, by the pseudonymous id it has in its compartment. */
export const accessSubject = audit
  .table(
    'access_subject',
    {
      operationId: uuid().notNull(),
      compartment: text().notNull(),
      subjectId: uuid().notNull(),
      at: instant().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.operationId, t.compartment, t.subjectId] }),
      index('access_subject_subject').on(t.compartment, t.subjectId, t.at),
    ],
  )
  .enableRLS();
