/**
 * Projections: the small typed rows that cross a compartment line into a case, with just the fields the ground allows.
 * Each is written in the transaction that changes its record or its ground, and deleted in the one that ends the ground.
 */
import {
  boolean,
  date,
  foreignKey,
  jsonb,
  numeric,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { access, audience, instant } from './columns.ts';
import { ground } from './ground.ts';
import { casework } from './schemas.ts';

const key = () => ({
  youthRegion: text().notNull(),
  caseId: uuid().notNull(),
  groundId: uuid().notNull(),
  municipalityCode: text().notNull(),
});

/** Who the child is, as the recipients may know it: `name` is null for a protected name outside its own register. */
export const sharedIdentity = casework
  .table(
    'shared_identity',
    {
      ...key(),
      ...audience(),
      name: text(),
      nameProtected: boolean().notNull(),
      birthDate: date().notNull(),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId, t.groundId],
        foreignColumns: [ground.youthRegion, ground.caseId, ground.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.groundId] }),
    ],
  )
  .enableRLS();

/** One absence report; `hours` is null where the ground gives the status only. A school gets its own reports (`brin6`). */
export const sharedAbsence = casework
  .table(
    'shared_absence',
    {
      ...key(),
      reportId: uuid().notNull(),
      ...audience(),
      brin6: text(),
      kind: text().notNull(),
      status: text().notNull(),
      fromOn: date().notNull(),
      untilOn: date(),
      hours: numeric({ mode: 'number' }),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId, t.groundId],
        foreignColumns: [ground.youthRegion, ground.caseId, ground.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.groundId, t.reportId] }),
    ],
  )
  .enableRLS();

export type SharedArrangement = {
  kind: string | null;
  status: string;
  from: string | null;
  until: string | null;
};

/** Support decisions: the last TLV, the last OPP, the arrangements. Dates and status, never a text. */
export const sharedSupport = casework
  .table(
    'shared_support',
    {
      ...key(),
      pupilId: uuid().notNull(),
      ...audience(),
      tlvKind: text(),
      tlvStatus: text(),
      tlvValidUntil: date(),
      oppStatus: text(),
      oppEstablishedOn: date(),
      oppPupilHeardOn: date(),
      arrangements: jsonb().$type<SharedArrangement[]>().notNull(),
      asOf: date().notNull(),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId, t.groundId],
        foreignColumns: [ground.youthRegion, ground.caseId, ground.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.groundId, t.pupilId] }),
    ],
  )
  .enableRLS();

/** Whether the child waits for help: no provider, no kind of care, no referrer crosses (Jeugdwet 7.3.11). */
export const sharedWaiting = casework
  .table(
    'shared_waiting',
    {
      ...key(),
      entryId: uuid().notNull(),
      ...audience(),
      waitingForHelp: text().notNull(),
      expectedStartWeek: text(),
      bridging: boolean().notNull(),
      asOf: date().notNull(),
      source: text().notNull(),
      deliveredAt: instant().notNull(),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId, t.groundId],
        foreignColumns: [ground.youthRegion, ground.caseId, ground.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.groundId, t.entryId] }),
    ],
  )
  .enableRLS();
