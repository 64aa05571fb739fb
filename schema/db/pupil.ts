/** Tables of pupils, their identity and their enrolments, in the education compartment. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  date,
  foreignKey,
  index,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { daterange, provenance } from './columns.ts';
import { education } from './schemas.ts';

/**
 * A pupil as the school and the SWV know it. Random id; natural key is the site and the school's own pupil number.
 * Never a BSN, nor anything derived from it. `swvTaskUntil` is the last day the SWV has a task for this pupil
 * (WPO art. 18a: allotment, TLV, advice); null when it never had one.
 */
export const pupil = education
  .table(
    'pupil',
    {
      swvCode: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      brin6: text().notNull(),
      schoolPupilNumber: text().notNull(),
      swvTaskUntil: date(),
      ...provenance(),
    },
    (t) => [
      primaryKey({ columns: [t.swvCode, t.id] }),
      uniqueIndex('pupil_natural_key').on(t.swvCode, t.brin6, t.schoolPupilNumber),
      // The pupils an SWV may see are few of those of its schools: read in order, without passing by the others.
      index('pupil_swv_task')
        .on(t.swvCode, t.schoolPupilNumber, t.id)
        .where(sql`${t.swvTaskUntil} is not null`),
    ],
  )
  .enableRLS();

/** Who the pupil is: a table of its own, so that the privacy line is a table. Scope columns are copies of the pupil's. */
export const pupilIdentity = education
  .table(
    'pupil_identity',
    {
      swvCode: text().notNull(),
      pupilId: uuid().notNull(),
      brin6: text().notNull(),
      swvTaskUntil: date(),
      givenName: text().notNull(),
      prefix: text(),
      familyName: text().notNull(),
      birthDate: date().notNull(),
      nameProtected: boolean().notNull(),
    },
    (t) => [
      foreignKey({
        columns: [t.swvCode, t.pupilId],
        foreignColumns: [pupil.swvCode, pupil.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.swvCode, t.pupilId] }),
    ],
  )
  .enableRLS();

/** Enrolment of a pupil at a site. */
export const enrolment = education
  .table(
    'enrolment',
    {
      swvCode: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      pupilId: uuid().notNull(),
      brin6: text().notNull(),
      validDuring: daterange().notNull(),
      enrolledOn: date().notNull(),
      leftOn: date(),
      ...provenance(),
    },
    (t) => [
      foreignKey({
        columns: [t.swvCode, t.pupilId],
        foreignColumns: [pupil.swvCode, pupil.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.swvCode, t.id] }),
      uniqueIndex('enrolment_natural_key').on(t.swvCode, t.pupilId, t.enrolledOn),
    ],
  )
  .enableRLS();
