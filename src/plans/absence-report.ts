/** Absence reports and children as the attendance register of a municipality holds them. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { absenceReport as report } from '../../schema/db/absence-report.ts';
import { municipality as municipalityTable } from '../../schema/db/municipality.ts';
import { school as schoolTable } from '../../schema/db/school.ts';
import { youthIdentity, youth as youthTable } from '../../schema/db/youth.ts';
import { type Entity, type ListPlan, one, value } from './entity.ts';
import { age, column, day, fullName, inRegions, nodeId } from './expression.ts';
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
    ownMunicipality: (scope) =>
      sql`${youthTable.municipalityCode} = ${scope.organisation} and ${inRegions(youthTable.youthRegion, scope)} and ${inRegions(youthIdentity.youthRegion, scope)}`,
  },
  fields: {
    id: nodeId(youthTable.youthRegion, youthTable.id),
    name: value(() =>
      fullName(youthIdentity.givenName, youthIdentity.prefix, youthIdentity.familyName),
    ),
    age: value((scope) => age(youthIdentity.birthDate, scope)),
    municipality: one(() => municipality, [youthTable.municipalityCode], [municipalityTable.code]),
  },
};

export const absenceReport: Entity = {
  type: 'AbsenceReport',
  from: () => sql`${report}`,
  key: [report.youthRegion, report.id],
  subject: { compartment: 'ATTENDANCE', column: report.youthId },
  scopes: {
    ownMunicipality: (scope) =>
      sql`${report.municipalityCode} = ${scope.organisation} and ${inRegions(report.youthRegion, scope)}`,
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
    kind: { field: 'kind', sql: (kinds: string[]): SQL => inArray(report.kind, kinds) },
    status: { field: 'status', sql: (statuses: string[]): SQL => inArray(report.status, statuses) },
    school: { field: 'school', sql: (brin6: string): SQL => eq(report.brin6, brin6.toUpperCase()) },
  },
  orders: {
    LATEST_FIRST: { field: 'from', order: [{ column: report.fromOn, descending: true }] },
    LONGEST_FIRST: { field: 'from', order: [{ column: report.fromOn }] },
  },
  defaultOrder: 'LATEST_FIRST',
};
