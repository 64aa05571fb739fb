/** Tables of clients, their places on waiting lists and what iJw messages said, in the care compartment. */
import {
  boolean,
  date,
  foreignKey,
  index,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { provenance } from './columns.ts';
import { care } from './schemas.ts';

/** A child as one care provider knows it. `bsnToken` is HMAC-SHA-256(BSN) under the care key; it never matches an attendance token. */
export const client = care
  .table(
    'client',
    {
      youthRegion: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      providerAgb: text().notNull(),
      municipalityCode: text().notNull(),
      bsnToken: text().notNull(),
      tokenKey: text().notNull(),
      birthDate: date().notNull(),
      ...provenance(),
    },
    (t) => [
      primaryKey({ columns: [t.youthRegion, t.id] }),
      uniqueIndex('client_natural_key').on(t.youthRegion, t.providerAgb, t.bsnToken),
    ],
  )
  .enableRLS();

/**
 * A place on a provider's waiting list: dates are kept, times are derived. `municipalityCode` follows the
 * woonplaatsbeginsel (Jeugdwet). An `asOf` older than 31 days reads as unknown.
 */
export const waitingListEntry = care
  .table(
    'waiting_list_entry',
    {
      youthRegion: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      clientId: uuid().notNull(),
      providerAgb: text().notNull(),
      municipalityCode: text().notNull(),
      reference: text().notNull(),
      careKind: text().notNull(),
      referrer: text(),
      allocationNumber: text(),
      referredOn: date().notNull(),
      registeredOn: date(),
      intakeOn: date(),
      allocatedOn: date(),
      intendedStart: date(),
      startedOn: date(),
      endedOn: date(),
      endReason: text(),
      status: text().notNull(),
      bridging: boolean().notNull(),
      hindersEducation: text().notNull(),
      ...provenance(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.clientId],
        foreignColumns: [client.youthRegion, client.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.id] }),
      uniqueIndex('waiting_list_entry_natural_key').on(t.youthRegion, t.providerAgb, t.reference),
      index('waiting_list_entry_provider').on(t.providerAgb, t.referredOn, t.youthRegion, t.id),
      index('waiting_list_entry_municipality').on(
        t.youthRegion,
        t.municipalityCode,
        t.referredOn,
        t.id,
      ),
      index('waiting_list_entry_client').on(t.youthRegion, t.clientId),
    ],
  )
  .enableRLS();

/** What an iJw message said about an entry: dates, codes and ids; the rest of the message is not stored. */
export const waitingListEvent = care
  .table(
    'waiting_list_event',
    {
      youthRegion: text().notNull(),
      id: uuid().notNull().defaultRandom(),
      entryId: uuid().notNull(),
      providerAgb: text().notNull(),
      municipalityCode: text().notNull(),
      message: text().notNull(),
      messageId: text().notNull(),
      allocationNumber: text().notNull(),
      productCategory: text(),
      productCode: text(),
      occurredOn: date().notNull(),
      endReason: text(),
      ...provenance(),
    },
    (t) => [
      foreignKey({
        columns: [t.youthRegion, t.entryId],
        foreignColumns: [waitingListEntry.youthRegion, waitingListEntry.id],
      }).onDelete('cascade'),
      primaryKey({ columns: [t.youthRegion, t.id] }),
      uniqueIndex('waiting_list_event_natural_key').on(
        t.youthRegion,
        t.providerAgb,
        t.message,
        t.messageId,
        t.allocationNumber,
      ),
    ],
  )
  .enableRLS();
