/** Pupils and the decisions about their support, as the SWV and the school know them. */
import { and, eq, lte, sql } from 'drizzle-orm';
import { arrangement as arrangementTable } from '../../schema/db/arrangement.ts';
import { opp as oppTable } from '../../schema/db/opp.ts';
import { pupilIdentity, pupil as pupilTable } from '../../schema/db/pupil.ts';
import { school as schoolTable } from '../../schema/db/school.ts';
import { swv as swvTable } from '../../schema/db/swv.ts';
import { tlv as tlvTable } from '../../schema/db/tlv.ts';
import { type Entity, type ListPlan, many, one, value } from './entity.ts';
import { column, day, fullName, nodeId, upperCase } from './expression.ts';
import { school, swv } from './reference.ts';

export const pupil: Entity = {
  type: 'Pupil',
  from: () =>
    sql`${pupilTable} join ${pupilIdentity} on ${and(
      eq(pupilIdentity.swvCode, pupilTable.swvCode),
      eq(pupilIdentity.pupilId, pupilTable.id),
    )}`,
  key: [pupilTable.swvCode, pupilTable.id],
  subject: { compartment: 'EDUCATION', column: pupilTable.id },
  scopes: {
    ownSwvTask: ({ organisation, today }) =>
      sql`${pupilTable.swvCode} = ${organisation} and ${pupilIdentity.swvCode} = ${organisation} and ${pupilTable.swvTaskUntil} >= ${today}`,
    ownSite: ({ organisation, inSwvs }) =>
      sql`${pupilTable.brin6} = ${organisation} and ${inSwvs(pupilTable.swvCode)} and ${inSwvs(pupilIdentity.swvCode)}`,
  },
  fields: {
    id: nodeId(pupilTable.swvCode, pupilTable.id),
    // A protected name stays at the school: the SWV works with the school's pupil number.
    name: value(({ role }) =>
      role === 'schoolCareCoordinator'
        ? fullName(pupilIdentity.givenName, pupilIdentity.prefix, pupilIdentity.familyName)
        : sql`case when not ${pupilIdentity.nameProtected} then ${fullName(
            pupilIdentity.givenName,
            pupilIdentity.prefix,
            pupilIdentity.familyName,
          )} end`,
    ),
    schoolPupilNumber: column(pupilTable.schoolPupilNumber),
    school: one(() => school, [pupilTable.brin6], [schoolTable.brin6]),
    tlvs: many(
      () => tlv,
      [pupilTable.swvCode, pupilTable.id],
      [tlvTable.swvCode, tlvTable.pupilId],
      [{ column: tlvTable.requestedOn, descending: true }],
    ),
    opp: one(() => opp, [pupilTable.swvCode, pupilTable.id], [oppTable.swvCode, oppTable.pupilId], {
      order: [{ column: oppTable.version, descending: true }],
    }),
    arrangements: many(
      () => arrangement,
      [pupilTable.swvCode, pupilTable.id],
      [arrangementTable.swvCode, arrangementTable.pupilId],
      [{ column: arrangementTable.requestedOn, descending: true }],
    ),
  },
};

export const tlv: Entity = {
  type: 'Tlv',
  from: () => sql`${tlvTable}`,
  key: [tlvTable.swvCode, tlvTable.id],
  subject: { compartment: 'EDUCATION', column: tlvTable.pupilId },
  scopes: {
    ownSwv: ({ organisation }) => sql`${tlvTable.swvCode} = ${organisation}`,
    ownSite: ({ organisation, inSwvs }) =>
      sql`${tlvTable.brin6} = ${organisation} and ${inSwvs(tlvTable.swvCode)}`,
  },
  fields: {
    id: nodeId(tlvTable.swvCode, tlvTable.id),
    swv: one(() => swv, [tlvTable.swvCode], [swvTable.code]),
    number: column(tlvTable.number),
    kind: column(tlvTable.kind),
    fundingCategory: column(tlvTable.fundingCategory),
    cluster: column(tlvTable.cluster),
    status: column(tlvTable.status),
    requestedOn: day(tlvTable.requestedOn),
    decideBy: day(tlvTable.decideBy),
    decidedOn: day(tlvTable.decidedOn),
    validFrom: day(tlvTable.validFrom),
    validUntil: day(tlvTable.validUntil),
    adviceCount: column(tlvTable.adviceCount),
    school: one(() => school, [tlvTable.brin6], [schoolTable.brin6]),
    pupil: one(
      () => pupil,
      [tlvTable.swvCode, tlvTable.pupilId],
      [pupilTable.swvCode, pupilTable.id],
    ),
  },
};

export const opp: Entity = {
  type: 'Opp',
  from: () => sql`${oppTable}`,
  key: [oppTable.swvCode, oppTable.id],
  subject: { compartment: 'EDUCATION', column: oppTable.pupilId },
  scopes: {
    ownSwvTask: ({ organisation, today }) =>
      sql`${oppTable.swvCode} = ${organisation} and ${oppTable.swvTaskUntil} >= ${today}`,
    ownSite: ({ organisation, inSwvs }) =>
      sql`${oppTable.brin6} = ${organisation} and ${inSwvs(oppTable.swvCode)}`,
  },
  fields: {
    version: column(oppTable.version),
    status: column(oppTable.status),
    establishedOn: day(oppTable.establishedOn),
    guardiansConsultedOn: day(oppTable.guardiansConsultedOn),
    pupilHeardOn: day(oppTable.pupilHeardOn),
    evaluatedOn: day(oppTable.evaluatedOn),
  },
};

export const arrangement: Entity = {
  type: 'Arrangement',
  from: () => sql`${arrangementTable}`,
  key: [arrangementTable.swvCode, arrangementTable.id],
  subject: { compartment: 'EDUCATION', column: arrangementTable.pupilId },
  scopes: {
    ownSwv: ({ organisation }) => sql`${arrangementTable.swvCode} = ${organisation}`,
    ownSite: ({ organisation, inSwvs }) =>
      sql`${arrangementTable.brin6} = ${organisation} and ${inSwvs(arrangementTable.swvCode)}`,
  },
  fields: {
    id: nodeId(arrangementTable.swvCode, arrangementTable.id),
    kind: column(arrangementTable.kind),
    status: column(arrangementTable.status),
    requestedOn: day(arrangementTable.requestedOn),
    decidedOn: day(arrangementTable.decidedOn),
    validFrom: day(arrangementTable.validFrom),
    validUntil: day(arrangementTable.validUntil),
  },
};

export const tlvs: ListPlan = {
  entity: tlv,
  filters: {
    status: {
      field: 'status',
      sql: (statuses) => sql`${tlvTable.status} = any(${statuses}::text[])`,
    },
    decideBefore: { field: 'decideBy', sql: (on) => lte(tlvTable.decideBy, on) },
  },
  orders: {
    DUE_FIRST: { field: 'decideBy', order: [{ column: tlvTable.decideBy }] },
    REQUESTED_LAST: {
      field: 'requestedOn',
      order: [{ column: tlvTable.requestedOn, descending: true }],
    },
  },
  defaultOrder: 'DUE_FIRST',
};

export const pupils: ListPlan = {
  entity: pupil,
  filters: {
    schoolPupilNumber: {
      field: 'schoolPupilNumber',
      sql: (number) => eq(pupilTable.schoolPupilNumber, number),
    },
    school: {
      field: 'school',
      read: upperCase,
      sql: (brin6) => eq(pupilTable.brin6, brin6),
    },
  },
  orders: {
    SCHOOL_PUPIL_NUMBER: {
      field: 'schoolPupilNumber',
      order: [{ column: pupilTable.schoolPupilNumber }],
    },
  },
  defaultOrder: 'SCHOOL_PUPIL_NUMBER',
};
