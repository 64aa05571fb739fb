/** Tables of SWVs and their areas: reference data, no person. */
import { boolean, index, integer, numeric, primaryKey, text } from 'drizzle-orm/pg-core';
import { daterange } from './columns.ts';
import { municipality } from './municipality.ts';
import { reference } from './schemas.ts';

/** Samenwerkingsverband: code `PO2801`. `label` is number and municipalities; DUO's official names were not available. */
export const swv = reference
  .table('swv', {
    code: text().primaryKey(),
    sector: text().notNull(),
    number: text().notNull(),
    label: text().notNull(),
  })
  .enableRLS();

/** Which municipalities an SWV covers; `share` is the share of the municipality's school sites, 0–1. */
export const swvMunicipality = reference
  .table(
    'swv_municipality',
    {
      swvCode: text()
        .notNull()
        .references(() => swv.code, { onDelete: 'cascade' }),
      municipalityCode: text()
        .notNull()
        .references(() => municipality.code, { onDelete: 'restrict' }),
      sector: text().notNull(),
      schoolSites: integer().notNull(),
      share: numeric({ mode: 'number' }).notNull(),
      isMain: boolean().notNull(),
      basis: text().notNull(),
      validDuring: daterange().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.swvCode, t.municipalityCode] }),
      index('swv_municipality_municipality').on(t.municipalityCode),
    ],
  )
  .enableRLS();

/** The statutory area of an SWV by four-digit postcode (Regeling regio-indeling, annex, 2017). */
export const swvPostcode = reference
  .table('swv_postcode', {
    pc4: text().primaryKey(),
    swvPo: text(),
    swvVo: text(),
  })
  .enableRLS();

/** Pupils by SWV of the site, school kind and year. A suppressed site is counted apart, never as 0 pupils. */
export const swvPupilCount = reference
  .table(
    'swv_pupil_count',
    {
      swvCode: text()
        .notNull()
        .references(() => swv.code, { onDelete: 'cascade' }),
      year: integer().notNull(),
      schoolKind: text().notNull(),
      pupils: integer().notNull(),
      suppressedSites: integer().notNull(),
      sites: integer().notNull(),
    },
    (t) => [primaryKey({ columns: [t.swvCode, t.year, t.schoolKind] })],
  )
  .enableRLS();
