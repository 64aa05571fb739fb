/** Table of what became of commands, so that sending one again has no second effect. */
import { index, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { casework } from './schemas.ts';

/** What became of a command, per caller and key, for 48 hours: the same key and body get the same outcome. */
export const idempotency = casework
  .table(
    'idempotency',
    {
      youthRegion: text().notNull(),
      caller: text().notNull(),
      key: text().notNull(),
      requestHash: text().notNull(),
      outcome: jsonb().$type<unknown>(),
      createdAt: instant().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.youthRegion, t.caller, t.key] }),
      index('idempotency_created_at').on(t.createdAt),
    ],
  )
  .enableRLS();
