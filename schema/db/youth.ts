/** Tables of children in the attendance register, and their identity. */
import {
  boolean,
  date,
  foreignKey,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { provenance } from './columns.ts';
import { attendance } from './schemas.ts';

/** A child as the attendance register of its municipality knows it. `bsnToken` is HMAC-SHA-256(BSN) under the attendance key `tokenKey`. */
export const youth = attendance
  .table(
    'youth',
    {
      youthRegion: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      municipalityCode: text().notNull(),
      bsnToken: text().notNull(),
      tokenKey: text().notNull(),
      ...provenance(),
    },
    (t) => [
      primaryKey({ columns: [t.youthRegion, t.id] }),
      uniqueIndex('youth_natural_key').on(t.youthRegion, t.bsnToken),
    ],
  )
  .enableRLS();

/** Who the child is: the privacy line of the attendance compartment. */
export const youthIdentity = attendance
  .table(
    'youth_identity',
    {
      youthRegion: text().notNull(),
      youthId: uuid().notNull(),
      municipalityCode: text().notNull(),
      givenName: text().notNull(),
      prefix: text(),
      familyName: text().notNull(),
      birthDate: date().notNull(),
      nameProtected: boolean().notNull(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.youthId],
        foreignColumns: [youth.youthRegion, youth.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.youthId] }),
    ],
  )
  .enableRLS();
