/** Tables of school sites and their pupil numbers: reference data, no person. */
import { boolean, doublePrecision, index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { municipality } from './municipality.ts';
import { reference } from './schemas.ts';
import { swv } from './swv.ts';

/** A school site (vestiging), by BRIN and two digits. `swvCode` is the SWV of its sector. */
export const school = reference
  .table(
    'school',
    {
      brin6: text().primaryKey(),
      brin: text().notNull(),
      name: text().notNull(),
      kind: text().notNull(),
      municipalityCode: text()
        .notNull()
        .references(() => municipality.code, { onDelete: 'restrict' }),
      postcode: text(),
      town: text(),
      denomination: text(),
      longitude: doublePrecision(),
      latitude: doublePrecision(),
      swvPo: text().references(() => swv.code, { onDelete: 'restrict' }),
      swvVo: text().references(() => swv.code, { onDelete: 'restrict' }),
      swvCode: text().references(() => swv.code, { onDelete: 'restrict' }),
      inUse: boolean().notNull(),
    },
    (t) => [
      index('school_swv').on(t.swvCode, t.brin6),
      index('school_municipality').on(t.municipalityCode),
    ],
  )
  .enableRLS();

/** Pupils of a site by year (DUO file 06). `pupils` is null when DUO printed `<5`: suppressed, never 0. */
export const schoolPupilCount = reference
  .table(
    'school_pupil_count',
    {
      brin6: text()
        .notNull()
        .references(() => school.brin6, { onDelete: 'cascade' }),
      year: integer().notNull(),
      pupils: integer(),
      suppressed: boolean().notNull(),
    },
    (t) => [primaryKey({ columns: [t.brin6, t.year] })],
  )
  .enableRLS();
