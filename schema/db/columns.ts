/** Columns and column types that several tables share. */
import { customType, date, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** PostgreSQL `daterange`, written as text: `[2025-08-01,2026-08-01)`. */
export const daterange = customType<{ data: string; driverData: string }>({
  dataType: () => 'daterange',
});

/** An instant, stored in UTC, read as text. */
export const instant = () => timestamp({ withTimezone: true, mode: 'string' });

/** Where a record came from. `asOf` is the date the source vouches for, `deliveredAt` when we received it. */
export const provenance = () => ({
  source: text().notNull(),
  deliveryId: uuid().notNull(),
  deliveredAt: instant().notNull(),
  asOf: date().notNull(),
});

/**
 * Who takes part in the case a row belongs to: party key (`swvCoordinator:PO2801`) to the last day of its access.
 * Kept on every row of a case, so that row-level security needs no subquery. The owner is not in it.
 */
export const access = () => jsonb().$type<Record<string, string>>().notNull().default({});

/** To whom a projection may be shown, on which days. `validUntil` is the last day. */
export const audience = () => ({
  recipients: text().array().notNull(),
  validFrom: date().notNull(),
  validUntil: date().notNull(),
});
