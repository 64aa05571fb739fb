/** Table of care providers: reference data, no person. */
import { text } from 'drizzle-orm/pg-core';
import { reference } from './schemas.ts';

/** A youth-care provider, by AGB code (eight digits), and the youth regions it works in. */
export const careProvider = reference
  .table('care_provider', {
    agb: text().primaryKey(),
    name: text().notNull(),
    youthRegions: text().array().notNull(),
  })
  .enableRLS();
