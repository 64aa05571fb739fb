/** Table of extra support, in the education compartment. */
import { date, foreignKey, index, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { provenance } from './columns.ts';
import { pupil } from './pupil.ts';
import { education } from './schemas.ts';

/** Extra support allotted by the SWV, by its own reference: WPO art. 18a. */
export const arrangement = education
  .table(
    'arrangement',
    {
      swvCode: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      pupilId: uuid().notNull(),
      brin6: text().notNull(),
      sourceKey: text().notNull(),
      kind: text().notNull(),
      status: text().notNull(),
      requestedOn: date().notNull(),
      decidedOn: date(),
      validFrom: date(),
      validUntil: date(),
      ...provenance(),
    },
    (t) => [
      foreignKey({
        columns: [t.swvCode, t.pupilId],
        foreignColumns: [pupil.swvCode, pupil.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.swvCode, t.id] }),
      uniqueIndex('arrangement_natural_key').on(t.swvCode, t.sourceKey),
      index('arrangement_pupil').on(t.swvCode, t.pupilId),
    ],
  )
  .enableRLS();
