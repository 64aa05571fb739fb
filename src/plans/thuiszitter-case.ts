/**
 * A thuiszitter case as its owner and its parties see it. What came from another compartment is read from the
 * projections that a ground put into the case; without such a ground the block says WITHHELD.
 */
import { and, eq, lte, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { covenant, ground } from '../../schema/db/ground.ts';
import { municipality as municipalityTable } from '../../schema/db/municipality.ts';
import {
  sharedAbsence,
  sharedIdentity,
  sharedSupport,
  sharedWaiting,
} from '../../schema/db/projection.ts';
import { school as schoolTable } from '../../schema/db/school.ts';
import {
  thuiszitterCase as caseTable,
  dueOrNever,
  caseEvent as eventTable,
  caseParty as partyTable,
} from '../../schema/db/thuiszitter-case.ts';
import { normaliseKey } from '../rules/case-key.ts';
import { waitingStatusDays } from '../rules/projection.ts';
import {
  connection,
  type Entity,
  type Expression,
  elements,
  type ListPlan,
  many,
  object,
  one,
  type RowPlan,
  value,
} from './entity.ts';
import {
  age,
  column,
  day,
  instant,
  literal,
  nodeId,
  readNodeId,
  upperCase,
  weeks,
} from './expression.ts';
import { municipality, school } from './reference.ts';
import { slot, type Terms } from './terms.ts';

type CaseRow = { youthRegion: PgColumn; municipalityCode: PgColumn; access: PgColumn };

/** Rows of a case in reach of its owner, or of a party whose access has not ended. */
const reach = (row: CaseRow) => ({
  ownMunicipality: ({ organisation, inRegions }: Terms) =>
    sql`${row.municipalityCode} = ${organisation} and ${inRegions(row.youthRegion)}`,
  party: ({ party, today, inRegions }: Terms) =>
    sql`(${row.access} ->> ${party})::date >= ${today} and ${inRegions(row.youthRegion)}`,
});

type Audience = {
  youthRegion: PgColumn;
  recipients: PgColumn;
  validFrom: PgColumn;
  validUntil: PgColumn;
};

/** Rows whose ground names the viewer and is valid today. */
const named = (row: Audience, { party, today, inRegions }: Terms): SQL =>
  sql`${party} = any(${row.recipients}) and ${row.validFrom} <= ${today} and ${row.validUntil} >= ${today} and ${inRegions(row.youthRegion)}`;

/**
 * Whether a ground is about one of these kinds of data. Each is compared by itself: that operator is leakproof, so it is
 * asked before row-level security is, which then has few rows left to judge.
 */
const holds = (...kinds: readonly string[]): SQL =>
  sql.join(
    kinds.map((kind) => sql`${literal(kind)} = any(${ground.dataKinds})`),
    sql` or `,
  );

/** A ground of the case that lets these kinds of data reach the viewer today; a withdrawn one does not. */
const groundFor =
  (...kinds: readonly string[]): Expression =>
  (terms) =>
    sql`${named(ground, terms)} and ${ground.withdrawnOn} is null and (${holds(...kinds)})`;

const onCase = [caseTable.youthRegion, caseTable.id] as const;
const groundCase = [ground.youthRegion, ground.caseId] as const;
const withheld = { absent: { availability: 'WITHHELD' } };

const actor = (role: PgColumn, organisation: PgColumn, present?: Expression) =>
  object('Actor', { role: column(role), organisation: column(organisation) }, present);

const caseEvent: Entity = {
  type: 'CaseEvent',
  from: () => sql`${eventTable}`,
  key: [eventTable.youthRegion, eventTable.caseId, eventTable.id],
  scopes: Object.fromEntries(
    Object.entries(reach(eventTable)).map(([name, rows]) => [
      name,
      (terms: Terms) =>
        sql`${rows(terms)} and (${eventTable.recipients} is null or ${terms.party} = any(${eventTable.recipients}))`,
    ]),
  ),
  fields: {
    at: instant(eventTable.at),
    compartment: column(eventTable.compartment),
    kind: column(eventTable.kind),
    detail: column(eventTable.detail),
    actor: actor(eventTable.actorRole, eventTable.actorOrganisation),
  },
};

const caseParty: Entity = {
  type: 'CaseParty',
  from: () => sql`${partyTable}`,
  key: [partyTable.youthRegion, partyTable.caseId, partyTable.id],
  scopes: reach(partyTable),
  fields: {
    role: column(partyTable.role),
    organisation: column(partyTable.organisation),
    since: day(partyTable.since),
    until: day(partyTable.until),
  },
};

const caseConsent: Entity = {
  type: 'CaseConsent',
  from: () => sql`${ground}`,
  key: [ground.youthRegion, ground.caseId, ground.id],
  scopes: {
    recipient: ({ party, inRegions }) =>
      sql`${ground.kind} = 'CONSENT' and ${party} = any(${ground.recipients}) and ${inRegions(ground.youthRegion)}`,
  },
  fields: {
    id: nodeId(ground.youthRegion, ground.consentId),
    purpose: column(ground.purpose),
    recipients: column(ground.recipients),
    dataKinds: column(ground.dataKinds),
    validUntil: day(ground.validUntil),
    withdrawnOn: day(ground.withdrawnOn),
  },
};

const justification: Entity = {
  type: 'Justification',
  from: () => sql`${ground} left join ${covenant} on ${eq(covenant.id, ground.covenantId)}`,
  key: [ground.youthRegion, ground.caseId, ground.id],
  scopes: { recipient: (terms) => sql`${named(ground, terms)} and ${ground.withdrawnOn} is null` },
  fields: {
    purpose: column(ground.purpose),
    ground: column(ground.legalBasis),
    covenant: column(covenant.name),
    consent: value(() => sql`${ground.youthRegion} || '.' || ${ground.consentId}`),
    // A statutory ground has no end of its own: it ends with the case.
    until: value(() => sql`case when ${ground.kind} <> 'STATUTORY' then ${ground.validUntil} end`),
  },
};

const casePupil: Entity = {
  type: 'CasePupil',
  from: () => sql`${sharedIdentity}`,
  key: [sharedIdentity.youthRegion, sharedIdentity.caseId, sharedIdentity.groundId],
  scopes: { recipient: (terms) => named(sharedIdentity, terms) },
  fields: {
    id: nodeId(sharedIdentity.youthRegion, sharedIdentity.caseId),
    name: column(sharedIdentity.name),
    age: value((terms) => age(sharedIdentity.birthDate, terms)),
    municipality: one(
      () => municipality,
      [sharedIdentity.municipalityCode],
      [municipalityTable.code],
    ),
  },
};

const caseAbsence: Entity = {
  type: 'CaseAbsence',
  from: () => sql`${ground}`,
  key: [ground.youthRegion, ground.caseId, ground.id],
  scopes: { recipient: groundFor('ABSENCE', 'ABSENCE_STATUS') },
  fields: {
    availability: value(() => sql`'AVAILABLE'`),
    reports: many(
      () => caseAbsenceReport,
      [ground.youthRegion, ground.caseId, ground.id],
      [sharedAbsence.youthRegion, sharedAbsence.caseId, sharedAbsence.groundId],
      [{ column: sharedAbsence.fromOn, descending: true }],
    ),
  },
};

const caseAbsenceReport: Entity = {
  type: 'CaseAbsenceReport',
  from: () => sql`${sharedAbsence}`,
  key: [
    sharedAbsence.youthRegion,
    sharedAbsence.caseId,
    sharedAbsence.groundId,
    sharedAbsence.reportId,
  ],
  scopes: { recipient: (terms) => named(sharedAbsence, terms) },
  fields: {
    kind: column(sharedAbsence.kind),
    status: column(sharedAbsence.status),
    from: day(sharedAbsence.fromOn),
    until: day(sharedAbsence.untilOn),
    hours: column(sharedAbsence.hours),
  },
};

type Projection = { youthRegion: PgColumn; caseId: PgColumn; groundId: PgColumn };

/** A ground with the projection it put into the case, if its record has any. */
const projected =
  (table: SQL, row: Projection & Audience): Expression =>
  (terms) =>
    sql`${ground} left join ${table} on ${and(
      eq(row.youthRegion, ground.youthRegion),
      eq(row.caseId, ground.caseId),
      eq(row.groundId, ground.id),
    )} and ${named(row, terms)}`;

const waitingKnown: Expression = ({ today }) =>
  sql`coalesce(${sharedWaiting.asOf} >= ${today} - ${waitingStatusDays}::int, false)`;

const whenKnown = (shown: SQL) =>
  value((terms) => sql`case when ${waitingKnown(terms)} then ${shown} end`);

const caseWaitingStatus: Entity = {
  type: 'CaseWaitingStatus',
  from: projected(sql`${sharedWaiting}`, sharedWaiting),
  key: [ground.youthRegion, ground.caseId, ground.id],
  scopes: { recipient: groundFor('WAITING_STATUS') },
  fields: {
    availability: value(
      (terms) => sql`case when ${waitingKnown(terms)} then 'AVAILABLE' else 'UNKNOWN' end`,
    ),
    waitingForHelp: whenKnown(sql`${sharedWaiting.waitingForHelp}`),
    expectedStartWeek: whenKnown(sql`${sharedWaiting.expectedStartWeek}`),
    bridging: whenKnown(sql`${sharedWaiting.bridging}`),
    asOf: day(sharedWaiting.asOf),
    provenance: object(
      'Provenance',
      { source: column(sharedWaiting.source), deliveredAt: instant(sharedWaiting.deliveredAt) },
      waitingKnown,
    ),
  },
};

const caseSupport: Entity = {
  type: 'CaseSupport',
  from: projected(sql`${sharedSupport}`, sharedSupport),
  key: [ground.youthRegion, ground.caseId, ground.id],
  scopes: { recipient: groundFor('SUPPORT', 'SUPPORT_STATUS') },
  fields: {
    availability: value(
      () => sql`case when ${sharedSupport.pupilId} is null then 'UNKNOWN' else 'AVAILABLE' end`,
    ),
    tlv: object(
      'CaseTlv',
      {
        kind: column(sharedSupport.tlvKind),
        status: column(sharedSupport.tlvStatus),
        validUntil: day(sharedSupport.tlvValidUntil),
      },
      () => sql`${sharedSupport.tlvStatus} is not null`,
    ),
    opp: object(
      'CaseOpp',
      {
        status: column(sharedSupport.oppStatus),
        establishedOn: day(sharedSupport.oppEstablishedOn),
        pupilHeardOn: day(sharedSupport.oppPupilHeardOn),
      },
      () => sql`${sharedSupport.oppStatus} is not null`,
    ),
    arrangements: elements('CaseArrangement', () => sql`${sharedSupport.arrangements}`, {
      kind: (arrangement) => sql`${arrangement} ->> 'kind'`,
      status: (arrangement) => sql`${arrangement} ->> 'status'`,
      from: (arrangement) => sql`${arrangement} ->> 'from'`,
      until: (arrangement) => sql`${arrangement} ->> 'until'`,
    }),
  },
};

/** The full kind before the status kind: a viewer who has both grounds sees the fuller one. */
const fullest = (kind: string) => [{ column: sql`(case when ${holds(kind)} then 0 else 1 end)` }];

export const thuiszitterCase: Entity = {
  type: 'ThuiszitterCase',
  from: () => sql`${caseTable}`,
  key: [caseTable.youthRegion, caseTable.id],
  subject: { compartment: 'ATTENDANCE', column: caseTable.youthId },
  scopes: reach(caseTable),
  fields: {
    id: nodeId(caseTable.youthRegion, caseTable.id),
    caseKey: column(caseTable.caseKey),
    status: column(caseTable.status),
    openedOn: day(caseTable.openedOn),
    closedOn: day(caseTable.closedOn),
    closeReason: column(caseTable.closeReason),
    definition: column(caseTable.definition),
    firstAbsentOn: day(caseTable.firstAbsentOn),
    weeksAtHome: value(({ today }) =>
      weeks(
        sql`${caseTable.firstAbsentOn}`,
        sql`coalesce(${caseTable.returnedOn}, ${caseTable.closedOn}, ${today})`,
      ),
    ),
    due: object(
      'CaseDue',
      {
        on: day(caseTable.dueOn),
        reason: column(caseTable.dueReason),
        overdueDays: value(({ today }) => sql`greatest(0, ${today} - ${caseTable.dueOn})`),
      },
      () => sql`${caseTable.dueOn} is not null`,
    ),
    nextAction: object(
      'CaseAction',
      {
        kind: column(caseTable.nextActionKind),
        dueOn: day(caseTable.nextActionDueOn),
        owner: actor(caseTable.nextActionRole, caseTable.nextActionOrganisation),
      },
      () => sql`${caseTable.nextActionKind} is not null`,
    ),
    municipality: one(() => municipality, [caseTable.municipalityCode], [municipalityTable.code]),
    school: one(() => school, [caseTable.brin6], [schoolTable.brin6]),
    pupil: one(() => casePupil, onCase, [sharedIdentity.youthRegion, sharedIdentity.caseId]),
    absence: one(() => caseAbsence, onCase, groundCase, { ...withheld, order: fullest('ABSENCE') }),
    waitingStatus: one(() => caseWaitingStatus, onCase, groundCase, {
      ...withheld,
      // Of several entries the one that says most: one that is known, and a child that waits anywhere waits for help.
      order: [
        {
          column: sql`coalesce(${sharedWaiting.asOf} < ${slot('today')}::date - ${waitingStatusDays}::int, true)`,
        },
        {
          column: sql`(case ${sharedWaiting.waitingForHelp} when 'YES' then 0 when 'NO' then 1 else 2 end)`,
        },
        { column: sql`coalesce(${sharedWaiting.asOf}, date '0001-01-01')`, descending: true },
      ],
    }),
    support: one(() => caseSupport, onCase, groundCase, { ...withheld, order: fullest('SUPPORT') }),
    events: many(
      () => caseEvent,
      onCase,
      [eventTable.youthRegion, eventTable.caseId],
      [{ column: eventTable.at, descending: true }],
    ),
    timeline: connection(
      () => caseEvent,
      onCase,
      [eventTable.youthRegion, eventTable.caseId],
      [{ column: eventTable.at, descending: true }],
    ),
    parties: many(
      () => caseParty,
      onCase,
      [partyTable.youthRegion, partyTable.caseId],
      [{ column: partyTable.since }],
    ),
    consents: many(() => caseConsent, onCase, groundCase, [{ column: ground.validFrom }]),
    whyMayISeeThis: many(() => justification, onCase, groundCase, [{ column: ground.validFrom }]),
  },
};

const open = sql`${caseTable.closedOn} is null`;

export const thuiszitterCases: ListPlan = {
  entity: thuiszitterCase,
  filters: {
    status: {
      field: 'status',
      sql: (statuses) => sql`${caseTable.status} = any(${statuses}::text[])`,
    },
    open: {
      field: 'closedOn',
      choose: (wanted) => (wanted ? open : sql`${caseTable.closedOn} is not null`),
    },
    school: {
      field: 'school',
      read: upperCase,
      sql: (brin6) => eq(caseTable.brin6, brin6),
    },
    dueBefore: { field: 'due', sql: (on) => lte(caseTable.dueOn, on) },
    caseKey: {
      field: 'caseKey',
      read: normaliseKey,
      sql: (key) => eq(caseTable.caseKey, key),
    },
  },
  orders: {
    // A case without a running term comes last.
    DUE_FIRST: {
      field: 'due',
      order: [{ column: dueOrNever(caseTable.dueOn) }],
    },
    LONGEST_AT_HOME: { field: 'firstAbsentOn', order: [{ column: caseTable.firstAbsentOn }] },
    OPENED_LAST: { field: 'openedOn', order: [{ column: caseTable.openedOn, descending: true }] },
  },
  defaultOrder: 'DUE_FIRST',
  unlessFiltered: { by: ['status', 'open'], sql: open },
  ways: {
    party: ({ role, organisation, inRegions }) =>
      sql`(${caseTable.youthRegion}, ${caseTable.id}) in (select ${partyTable.youthRegion}, ${partyTable.caseId} from ${partyTable} where ${inRegions(partyTable.youthRegion)} and ${partyTable.organisation} = ${organisation} and ${partyTable.role} = ${role})`,
  },
};

/** The one case of an id: its region and its own id, both bound. */
export const caseById: RowPlan = {
  entity: thuiszitterCase,
  argument: 'id',
  read: readNodeId,
  where: (slots) => [eq(caseTable.youthRegion, slots('scope')), eq(caseTable.id, slots('id'))],
};
