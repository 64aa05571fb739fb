/** Places on the waiting lists of care providers. Dates are kept; weeks are derived on the viewer's today. */
import { eq, type SQL, sql } from 'drizzle-orm';
import { careProvider as careProviderTable } from '../../schema/db/care-provider.ts';
import { municipality as municipalityTable } from '../../schema/db/municipality.ts';
import { waitingListEntry as entry } from '../../schema/db/waiting-list-entry.ts';
import { waitingStatusDays } from '../rules/projection.ts';
import { type Entity, type ListPlan, object, one, value } from './entity.ts';
import { column, day, nodeId, weeks } from './expression.ts';
import { careProvider, municipality } from './reference.ts';

const registered = sql`coalesce(${entry.registeredOn}, ${entry.referredOn})`;

/** The day the waiting ended without help, as far as the source said; null while it lasts. */
const gaveUp = sql`coalesce(${entry.endedOn}, case when ${entry.status} in ('CANCELLED', 'REFERRED_ON', 'ENDED') then ${entry.asOf} end)`;

/** Weeks from one date until the first that has come of what ends it, or until today; null while `from` has not come. */
const weeksUntil = (from: SQL, ...ends: SQL[]) =>
  value(
    ({ today }) =>
      sql`case when ${from} <= ${today} then ${weeks(from, sql`least(${sql.join(ends, sql`, `)}, ${today})`)} end`,
  );

export const waitingListEntry: Entity = {
  type: 'WaitingListEntry',
  from: () => sql`${entry}`,
  key: [entry.youthRegion, entry.id],
  subject: { compartment: 'CARE', column: entry.clientId },
  scopes: {
    ownClients: ({ organisation, inRegions }) =>
      sql`${entry.providerAgb} = ${organisation} and ${inRegions(entry.youthRegion)}`,
    responsibleMunicipality: ({ organisation, inRegions }) =>
      sql`${entry.municipalityCode} = ${organisation} and ${inRegions(entry.youthRegion)} and ${entry.status} not in ('ENDED', 'CANCELLED', 'REFERRED_ON')`,
  },
  fields: {
    id: nodeId(entry.youthRegion, entry.id),
    reference: column(entry.reference),
    status: column(entry.status),
    careKind: column(entry.careKind),
    referredOn: day(entry.referredOn),
    registeredOn: day(entry.registeredOn),
    intakeOn: day(entry.intakeOn),
    allocatedOn: day(entry.allocatedOn),
    intendedStart: day(entry.intendedStart),
    startedOn: day(entry.startedOn),
    endedOn: day(entry.endedOn),
    bridging: column(entry.bridging),
    hindersEducation: column(entry.hindersEducation),
    asOf: day(entry.asOf),
    stale: value(({ today }) => sql`${entry.asOf} < ${today} - ${waitingStatusDays}::int`),
    weeksWaiting: object('WeeksWaiting', {
      registration: weeksUntil(registered, sql`${entry.intakeOn}`, sql`${entry.startedOn}`, gaveUp),
      treatment: weeksUntil(sql`${entry.intakeOn}`, sql`${entry.startedOn}`, gaveUp),
      total: weeksUntil(sql`${entry.referredOn}`, sql`${entry.startedOn}`, gaveUp),
    }),
    provider: one(() => careProvider, [entry.providerAgb], [careProviderTable.agb]),
    municipality: one(() => municipality, [entry.municipalityCode], [municipalityTable.code]),
  },
};

export const waitingListEntries: ListPlan = {
  entity: waitingListEntry,
  filters: {
    status: {
      field: 'status',
      sql: (statuses) => sql`${entry.status} = any(${statuses}::text[])`,
    },
    reference: {
      field: 'reference',
      sql: (reference) => eq(entry.reference, reference),
    },
  },
  orders: {
    REFERRED_ON_ASC: { field: 'referredOn', order: [{ column: entry.referredOn }] },
    REFERRED_ON_DESC: {
      field: 'referredOn',
      order: [{ column: entry.referredOn, descending: true }],
    },
  },
  defaultOrder: 'REFERRED_ON_ASC',
};
