/** Absence reports and children as the attendance register of a municipality holds them. */
import { and, eq, sql } from 'drizzle-orm';
import { absenceReport as report } from '../../schema/db/absence-report.ts';
import { municipality as municipalityTable } from '../../schema/db/municipality.ts';
import { school as schoolTable } from '../../schema/db/school.ts';
import { youthIdentity, youth as youthTable } from '../../schema/db/youth.ts';
import { type Entity, type ListPlan, one, value } from './entity.ts';
import { age, column, day, fullName, nodeId, upperCase } from './expression.ts';
import { municipality, school } from './reference.ts';

export const youth: Entity = {
  type: 'Youth',
  from: () =>
    sql`${youthTable} join ${youthIdentity} on ${and(
      eq(youthIdentity.youthRegion, youthTable.youthRegion),
      eq(youthIdentity.youthId, youthTable.id),
    )}`,
  key: [youthTable.youthRegion, youthTable.id],
  subject: { compartment: 'ATTENDANCE', column: youthTable.id },
  scopes: {
    ownMunicipality: ({ organisation, inRegions }) =>
      sql`${youthTable.municipalityCode} = ${organisation} and ${inRegions(youthTable.youthRegion)} and ${inRegions(youthIdentity.youthRegion)}`,
  },
  fields: {
    id: nodeId(youthTable.youthRegion, youthTable.id),
    name: value(() =>
      fullName(youthIdentity.givenName, youthIdentity.prefix, youthIdentity.familyName),
    ),
    age: value((terms) => age(youthIdentity.birthDate, terms)),
    municipality: one(() => municipality, [youthTable.municipalityCode], [municipalityTable.code]),
  },
};

export const absenceReport: Entity = {
  type: 'AbsenceReport',
  from: () => sql`${report}`,
  key: [report.youthRegion, report.id],
  subject: { compartment: 'ATTENDANCE', column: report.youthId },
  scopes: {
    ownMunicipality: ({ organisation, inRegions }) =>
      sql`${report.municipalityCode} = ${organisation} and ${inRegions(report.youthRegion)}`,
  },
  fields: {
    id: nodeId(report.youthRegion, report.id),
    kind: column(report.kind),
    status: column(report.status),
    from: day(report.fromOn),
    until: day(report.untilOn),
    hours: column(report.hours),
    reportedOn: day(report.reportedOn),
    school: one(() => school, [report.brin6], [schoolTable.brin6]),
    youth: one(
      () => youth,
      [report.youthRegion, report.youthId],
      [youthTable.youthRegion, youthTable.id],
    ),
  },
};

export const absenceReports: ListPlan = {
  entity: absenceReport,
  filters: {
    kind: { field: 'kind', sql: (kinds) => sql`${report.kind} = any(${kinds}::text[])` },
    status: {
      field: 'status',
      sql: (statuses) => sql`${report.status} = any(${statuses}::text[])`,
    },
    school: { field: 'school', read: upperCase, sql: (brin6) => eq(report.brin6, brin6) },
  },
  orders: {
    LATEST_FIRST: { field: 'from', order: [{ column: report.fromOn, descending: true }] },
    LONGEST_FIRST: { field: 'from', order: [{ column: report.fromOn }] },
  },
  defaultOrder: 'LATEST_FIRST',
};
