/** Table of municipalities: reference data, no person. */
import { index, text } from 'drizzle-orm/pg-core';
import { daterange } from './columns.ts';
import { reference } from './schemas.ts';
import { doorstroompuntRegion, youthRegion } from './youth-region.ts';

/** Gemeente: CBS code without `GM`, four digits. */
export const municipality = reference
  .table(
    'municipality',
    {
      code: text().primaryKey(),
      name: text().notNull(),
      province: text().notNull(),
      youthRegion: text()
        .notNull()
        .references(() => youthRegion.code, { onDelete: 'restrict' }),
      doorstroompuntRegion: text()
        .notNull()
        .references(() => doorstroompuntRegion.code, { onDelete: 'restrict' }),
      validDuring: daterange().notNull(),
    },
    (t) => [index('municipality_youth_region').on(t.youthRegion)],
  )
  .enableRLS();
