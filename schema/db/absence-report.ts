/** Tables of absence reports, in the attendance compartment. */
import {
  date,
  foreignKey,
  index,
  numeric,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { provenance } from './columns.ts';
import { attendance } from './schemas.ts';
import { youth } from './youth.ts';

/** A report of absence (melding): Leerplichtwet art. 19 and 21. The nature of an illness never enters. `hours` are lesson hours. */
export const absenceReport = attendance
  .table(
    'absence_report',
    {
      youthRegion: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      youthId: uuid().notNull(),
      municipalityCode: text().notNull(),
      brin6: text(),
      reportNumber: text().notNull(),
      kind: text().notNull(),
      status: text().notNull(),
      fromOn: date().notNull(),
      untilOn: date(),
      hours: numeric({ mode: 'number' }),
      reportedOn: date().notNull(),
      ...provenance(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.youthId],
        foreignColumns: [youth.youthRegion, youth.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.id] }),
      uniqueIndex('absence_report_natural_key').on(t.youthRegion, t.source, t.reportNumber),
      index('absence_report_youth').on(t.youthRegion, t.youthId),
      index('absence_report_municipality').on(t.youthRegion, t.municipalityCode, t.fromOn, t.id),
    ],
  )
  .enableRLS();
