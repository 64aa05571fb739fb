/** Table of TLVs, in the education compartment. */
import {
  date,
  foreignKey,
  index,
  integer,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { provenance } from './columns.ts';
import { pupil } from './pupil.ts';
import { education } from './schemas.ts';

/**
 * Toelaatbaarheidsverklaring (TLV), from request to decision: WPO art. 18a, WEC art. 40.
 * `sourceKey` is the number the SWV gave (`nr:2801-123`) or, before it has one, the application (`oso:00AH00:12345:2026-02-01`).
 */
export const tlv = education
  .table(
    'tlv',
    {
      swvCode: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      pupilId: uuid().notNull(),
      brin6: text().notNull(),
      sourceKey: text().notNull(),
      number: text(),
      kind: text().notNull(),
      fundingCategory: text(),
      cluster: integer(),
      status: text().notNull(),
      requestedOn: date().notNull(),
      decideBy: date().notNull(),
      decidedOn: date(),
      validFrom: date(),
      validUntil: date(),
      adviceCount: integer().notNull(),
      ...provenance(),
    },
    (t) => [
      foreignKey({
        columns: [t.swvCode, t.pupilId],
        foreignColumns: [pupil.swvCode, pupil.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.swvCode, t.id] }),
      uniqueIndex('tlv_natural_key').on(t.swvCode, t.sourceKey),
      index('tlv_due').on(t.swvCode, t.decideBy, t.id),
      index('tlv_pupil').on(t.swvCode, t.pupilId),
    ],
  )
  .enableRLS();
