/** Tables of what a sharing rests on: covenants, grounds on a case, links to attached records. */
import { date, foreignKey, index, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { access, audience } from './columns.ts';
import { casework } from './schemas.ts';
import { thuiszitterCase } from './thuiszitter-case.ts';

/** A privacy covenant between organisations. Holds no person. */
export const covenant = casework
  .table('covenant', {
    id: uuid().primaryKey(),
    name: text().notNull(),
    purposes: text().array().notNull(),
    dataKinds: text().array().notNull(),
    validFrom: date().notNull(),
    validUntil: date().notNull(),
  })
  .enableRLS();

/** An organisation, in one role, that acceded to a covenant. */
export const covenantParty = casework
  .table(
    'covenant_party',
    {
      covenantId: uuid()
        .notNull()
        .references(() => covenant.id, { onDelete: 'cascade' }),
      role: text().notNull(),
      organisation: text().notNull(),
      validFrom: date().notNull(),
      validUntil: date().notNull(),
    },
    (t) => [primaryKey({ columns: [t.covenantId, t.role, t.organisation] })],
  )
  .enableRLS();

/**
 * On this case, on this statute, covenant or consent, these kinds of data may go to these recipients on these days.
 * A consent also says who gave it and where the evidence is; it lasts a year at most. It may be several grounds, since
 * roles receive different kinds: `consentId` holds them together.
 */
export const ground = casework
  .table(
    'ground',
    {
      youthRegion: text().notNull(),
      caseId: uuid().notNull(),
      id: uuid().notNull().defaultRandom(),
      municipalityCode: text().notNull(),
      kind: text().notNull(),
      legalBasis: text().notNull(),
      purpose: text().notNull(),
      covenantId: uuid(),
      consentId: uuid(),
      dataKinds: text().array().notNull(),
      ...audience(),
      registeredByRole: text().notNull(),
      registeredByOrganisation: text().notNull(),
      givenBy: text(),
      evidenceRef: text(),
      withdrawnOn: date(),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId],
        foreignColumns: [thuiszitterCase.youthRegion, thuiszitterCase.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.id] }),
    ],
  )
  .enableRLS();

/** A record of one compartment that its holder attached to a case, on a ground. `recordScope` is the distribution key over there. */
export const link = casework
  .table(
    'link',
    {
      youthRegion: text().notNull(),
      caseId: uuid().notNull(),
      id: uuid().notNull().defaultRandom(),
      municipalityCode: text().notNull(),
      groundId: uuid().notNull(),
      compartment: text().notNull(),
      recordScope: text().notNull(),
      recordId: uuid().notNull(),
      attachedByRole: text().notNull(),
      attachedByOrganisation: text().notNull(),
      attachedOn: date().notNull(),
      access: access(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.caseId],
        foreignColumns: [thuiszitterCase.youthRegion, thuiszitterCase.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.caseId, t.id] }),
      uniqueIndex('link_natural_key').on(
        t.youthRegion,
        t.caseId,
        t.groundId,
        t.compartment,
        t.recordId,
      ),
      index('link_record').on(t.compartment, t.recordScope, t.recordId),
    ],
  )
  .enableRLS();
