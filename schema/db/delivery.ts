/** Tables of sources, their deliveries and what was rejected in them. */
import { bigint, index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { staging } from './schemas.ts';

/** A source and the area it may deliver for: a line outside it is rejected. */
export const source = staging
  .table('source', {
    name: text().primaryKey(),
    description: text().notNull(),
    formats: text().array().notNull(),
    municipalityCodes: text().array().notNull(),
    swvCodes: text().array().notNull(),
    brin6s: text('brin6s').array().notNull(),
    providerAgbs: text().array().notNull(),
  })
  .enableRLS();

/** One delivery. Counts are lines (or messages); `linkedCount` are accepted lines that belong to a thuiszitter case. */
export const delivery = staging
  .table(
    'delivery',
    {
      id: uuid().primaryKey(),
      source: text().notNull(),
      format: text().notNull(),
      sha256: text(),
      bytes: bigint({ mode: 'number' }),
      receivedAt: instant().notNull(),
      finishedAt: instant(),
      status: text().notNull(),
      problemCode: text(),
      problem: text(),
      receivedCount: integer().notNull().default(0),
      acceptedCount: integer().notNull().default(0),
      unchangedCount: integer().notNull().default(0),
      rejectedCount: integer().notNull().default(0),
      linkedCount: integer().notNull().default(0),
    },
    (t) => [index('delivery_source').on(t.source, t.receivedAt, t.id)],
  )
  .enableRLS();

/** A line that was not accepted, and why. `message` is Dutch, for a data steward, and holds no personal value. */
export const reject = staging
  .table(
    'reject',
    {
      deliveryId: uuid()
        .notNull()
        .references(() => delivery.id, { onDelete: 'cascade' }),
      seq: integer().notNull(),
      source: text().notNull(),
      line: integer().notNull(),
      field: text(),
      code: text().notNull(),
      message: text().notNull(),
    },
    (t) => [primaryKey({ columns: [t.deliveryId, t.seq] })],
  )
  .enableRLS();
