/** Tables of thuiszitter cases, their events and their parties. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import {
  date,
  foreignKey,
  index,
  integer,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { access, instant } from './columns.ts';
import { casework } from './schemas.ts';

/** A case without a running term comes after all others. */
export const dueOrNever = (dueOn: SQLWrapper): SQL => sql`coalesce(${dueOn}, date '9999-12-31')`;

/**
 * A thuiszitter case. Owner: the attendance office of `municipalityCode`. `caseKey` is the random key (casusSleutel)
 * that the owner gives to a party, so that it can attach its own record. `dueOn` is the earliest term that runs.
 */
export const thuiszitterCase = casework
  .table(
    'thuiszitter_case',
    {
      youthRegion: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      municipalityCode: text().notNull(),
      caseKey: text().notNull(),
      youthId: uuid().notNull(),
      brin6: text(),
      status: text().notNull(),
      definition: text().notNull(),
      firstAbsentOn: date().notNull(),
      openedOn: date().notNull(),
      returnedOn: date(),
      closedOn: date(),
      closeReason: text(),
      dueOn: date(),
      dueReason: text(),
      nextActionKind: text(),
      nextActionDueOn: date(),
      nextActionRole: text(),
      nextActionOrganisation: text(),
      version: integer().notNull(),
      access: access(),
    },
    (t) => [
      primaryKey({ columns: [t.youthRegion, t.id] }),
      uniqueIndex('thuiszitter_case_key').on(t.youthRegion, t.caseKey),
      // The work list of an attendance office in each of its orders: read from the front, without sorting. The first also
      // holds `access` (0009_count_from_the_index: Drizzle has no word for it), so that counting fetches no row.
      index('thuiszitter_case_open_due')
        .on(t.youthRegion, t.municipalityCode, dueOrNever(t.dueOn), t.id)
        .where(sql`${t.closedOn} is null`),
      index('thuiszitter_case_open_first_absent')
        .on(t.youthRegion, t.municipalityCode, t.firstAbsentOn, t.id)
        .where(sql`${t.closedOn} is null`),
      index('thuiszitter_case_opened').on(t.youthRegion, t.municipalityCode, t.openedOn, t.id),
      index('thuiszitter_case_youth').on(t.youthRegion, t.youthId),
    ],
  )
  .enableRLS();

/**
 * What happened on a case: closed lists, no free text. `recipients` is null when every party may see it. What a care
 * provider did names no organisation: that a child waits with a named provider is health data by inference.
 */
export const caseEvent = casework
  .table(
    'case_event',
    {
      youthRegion: text().notNull(),
      caseId: uuid().notNull(),
      id: uuid().notNull().defaultRandom(),
      municipalityCode: text().notNull(),
      at: instant().notNull(),
      compartment: text().notNull(),
      kind: text().notNull(),
      detail: text(),
      actorRole: text().notNull(),
      actorOrganisation: text(),
      recipients: text().array(),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId],
        foreignColumns: [thuiszitterCase.youthRegion, thuiszitterCase.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.id] }),
      index('case_event_at').on(t.youthRegion, t.caseId, t.at, t.id),
    ],
  )
  .enableRLS();

/** An organisation, in one role, that takes part in a case from `since` until and including `until`. */
export const caseParty = casework
  .table(
    'case_party',
    {
      youthRegion: text().notNull(),
      caseId: uuid().notNull(),
      id: uuid().notNull().defaultRandom(),
      municipalityCode: text().notNull(),
      role: text().notNull(),
      organisation: text().notNull(),
      since: date().notNull(),
      until: date(),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId],
        foreignColumns: [thuiszitterCase.youthRegion, thuiszitterCase.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.id] }),
      uniqueIndex('case_party_natural_key').on(
        t.youthRegion,
        t.caseId,
        t.role,
        t.organisation,
        t.since,
      ),
      index('case_party_organisation').on(t.youthRegion, t.organisation, t.role, t.caseId),
    ],
  )
  .enableRLS();
