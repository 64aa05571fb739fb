/** Table of OPP dates and statuses, in the education compartment. */
import {
  date,
  foreignKey,
  integer,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { provenance } from './columns.ts';
import { pupil } from './pupil.ts';
import { education } from './schemas.ts';

/** Ontwikkelingsperspectief (OPP): dates and status only, never the text. WPO art. 40a, WEC art. 41a. `swvTaskUntil` is a copy of the pupil's. */
export const opp = education
  .table(
    'opp',
    {
      swvCode: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      pupilId: uuid().notNull(),
      brin6: text().notNull(),
      swvTaskUntil: date(),
      version: integer().notNull(),
      status: text().notNull(),
      establishedOn: date(),
      guardiansConsultedOn: date(),
      pupilHeardOn: date(),
      evaluatedOn: date(),
      ...provenance(),
    },
    (t) => [
      foreignKey({
        columns: [t.swvCode, t.pupilId],
        foreignColumns: [pupil.swvCode, pupil.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.swvCode, t.id] }),
      uniqueIndex('opp_natural_key').on(t.swvCode, t.pupilId, t.version),
    ],
  )
  .enableRLS();
