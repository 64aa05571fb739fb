/** Tables of youth regions and Doorstroompunt regions: reference data, no person. */
import { text } from 'drizzle-orm/pg-core';
import { reference } from './schemas.ts';

/** Jeugdregio: CBS, 42 regions, codes `JZ01`–`JZ43`. */
export const youthRegion = reference
  .table('youth_region', { code: text().primaryKey(), name: text().notNull() })
  .enableRLS();

/** Doorstroompunt region (RMC until May 2023). */
export const doorstroompuntRegion = reference
  .table('doorstroompunt_region', { code: text().primaryKey(), name: text().notNull() })
  .enableRLS();
