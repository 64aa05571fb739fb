/** What attaching has in common, whatever the record: finding the case by its key, joining it, the answer. */
import { and, eq, sql } from 'drizzle-orm';
import { ground, link } from '../../schema/db/ground.ts';
import { sharedAbsence, sharedIdentity } from '../../schema/db/projection.ts';
import { caseParty } from '../../schema/db/thuiszitter-case.ts';
import { insertRows } from '../db/insert.ts';
import type { NodeId } from '../plans/expression.ts';
import { isCaseKey, normaliseKey, regionOfKey } from '../rules/case-key.ts';
import { hoursFor, kindsOnJoining, mayKnowReport, type Party } from '../rules/sharing.ts';
import { type CaseRow, holdMerges, lockCaseByKey, setAccess } from './case-row.ts';
import { type CommandContext, notFound, type Outcome, refused, userError } from './command.ts';

import {
  type Basis,
  covers,
  keyOf,
  linkTo,
  type NewGround,
  newGround,
  underGround,
} from './ground.ts';

export const isAttached = async (
  context: CommandContext,
  row: CaseRow,
  compartment: string,
  record: NodeId,
): Promise<boolean> => {
  const [found] = await context.rows(
    sql`select 1 from ${link} join ${ground} on ${and(
      eq(ground.youthRegion, link.youthRegion),
      eq(ground.caseId, link.caseId),
      eq(ground.id, link.groundId),
    )} where ${eq(link.youthRegion, row.youthRegion)} and ${eq(link.caseId, row.id)} and ${eq(link.compartment, compartment)} and ${eq(link.recordId, record.id)} and ${eq(link.attachedByRole, context.scope.role)} and ${eq(link.attachedByOrganisation, context.scope.organisation)} and ${ground.withdrawnOn} is null and cardinality(${ground.recipients}) > 0 and ${ground.validUntil} >= ${context.scope.today}::date limit 1`,
  );
  return found !== undefined;
};

/** Brings the caller into the case until its basis ends: identity and absence as its role may know them. */
export const joinCase = async (
  context: CommandContext,
  row: CaseRow,
  caller: Party,
  basis: Basis,
): Promise<void> => {
  const { scope, tx } = context;
  if ((row.access[keyOf(caller)] ?? '') >= basis.validUntil) return;
  const extended = await context.rows(
    sql`update casework.case_party set until = ${basis.validUntil} where ${and(
      eq(caseParty.youthRegion, row.youthRegion),
      eq(caseParty.caseId, row.id),
      eq(caseParty.role, caller.role),
      eq(caseParty.organisation, caller.organisation),
      sql`${caseParty.until} >= ${scope.today}::date`,
    )} returning 1`,
  );
  if (extended.length === 0) {
    await insertRows(tx, caseParty, [
      {
        youthRegion: row.youthRegion,
        caseId: row.id,
        municipalityCode: row.municipalityCode,
        role: caller.role,
        organisation: caller.organisation,
        since: scope.today,
        until: basis.validUntil,
        access: row.access,
      },
    ]);
  }
  const kinds = kindsOnJoining(caller.role).filter((kind) => covers(basis, kind));
  const [statutory] = await context.rows<{ id: string; recordScope: string; recordId: string }>(
    sql`select ${ground.id} as id, ${link.recordScope} as "recordScope", ${link.recordId} as "recordId" from ${ground} join ${link} on ${and(
      eq(link.youthRegion, ground.youthRegion),
      eq(link.caseId, ground.caseId),
      eq(link.groundId, ground.id),
    )} where ${and(
      eq(ground.youthRegion, row.youthRegion),
      eq(ground.caseId, row.id),
      eq(ground.kind, 'STATUTORY'),
    )}`,
  );
  await setAccess(context, row, { ...row.access, [keyOf(caller)]: basis.validUntil });
  if (kinds.length === 0 || statutory === undefined) return;
  const on = newGround(context, row, basis, kinds, [caller]);
  const record = { scope: statutory.recordScope, id: statutory.recordId };
  await Promise.all([
    insertRows(tx, ground, [on]),
    insertRows(tx, link, [linkTo(context, row, on, 'ATTENDANCE', record)]),
    copyFromOwner(context, row, statutory.id, on),
  ]);
};

/** What the owner sees of its own register, cut down to what this ground gives. */
const copyFromOwner = async (
  context: CommandContext,
  row: CaseRow,
  statutoryId: string,
  on: NewGround,
): Promise<void> => {
  const of = (table: typeof sharedIdentity | typeof sharedAbsence) =>
    sql`${eq(table.youthRegion, row.youthRegion)} and ${eq(table.caseId, row.id)} and ${eq(table.groundId, statutoryId)}`;
  const [identities, absences] = await Promise.all([
    context.rows<{ birthDate: string; name: string | null; nameProtected: boolean }>(
      sql`select birth_date as "birthDate", name, name_protected as "nameProtected" from ${sharedIdentity} where ${of(sharedIdentity)}`,
    ),
    context.rows<{
      reportId: string;
      brin6: string | null;
      kind: string;
      status: string;
      fromOn: string;
      untilOn: string | null;
      hours: number | null;
    }>(
      sql`select report_id as "reportId", brin6, kind, status, from_on as "fromOn", until_on as "untilOn", hours from ${sharedAbsence} where ${of(sharedAbsence)}`,
    ),
  ]);
  const knowsChild = on.dataKinds.includes('IDENTITY');
  const knowsAbsence = on.dataKinds.some((kind) => kind.startsWith('ABSENCE'));
  await Promise.all([
    insertRows(
      context.tx,
      sharedIdentity,
      (knowsChild ? identities : []).map(({ birthDate, name, nameProtected }) => ({
        ...underGround(row, on),
        birthDate,
        nameProtected,
        name: nameProtected ? null : name,
      })),
    ),
    insertRows(
      context.tx,
      sharedAbsence,
      (knowsAbsence ? absences : [])
        .filter(({ brin6 }) => mayKnowReport(on.recipients, brin6))
        .map((report) => ({
          ...underGround(row, on),
          ...report,
          hours: hoursFor(on.dataKinds) ? report.hours : null,
        })),
    ),
  ]);
};

/** The open case of this key. `record` is what will be attached: deliveries about it, or about the child, wait. */
export const findCase = async (
  context: CommandContext,
  caseKey: string,
  record: { compartment: 'EDUCATION' | 'CARE'; id: NodeId | null },
): Promise<CaseRow | Outcome> => {
  const key = normaliseKey(caseKey);
  // A case outside the regions of the organisation could be joined, but never seen.
  if (!isCaseKey(key) || !context.scope.regions.includes(regionOfKey(key)))
    return notFound('caseKey', 'Het dossier');
  await holdMerges(
    context,
    `ATTENDANCE:${regionOfKey(key)}`,
    ...(record.id ? [`${record.compartment}:${record.id.scope}`] : []),
  );
  const row = await lockCaseByKey(context, key);
  if (!row) return notFound('caseKey', 'Het dossier');
  if (row.closedOn !== null)
    return refused(userError('CASE_CLOSED', ['input', 'caseKey'], 'Dit dossier is gesloten.'));
  return row;
};

/**
 * Whether the record is about the child of the case, as far as the hub can tell: both registers hold a birth date. A key
 * that was mixed up would otherwise show one child's support as another's.
 */
export const isSameChild = async (
  context: CommandContext,
  row: CaseRow,
  birthDate: string,
): Promise<boolean> => {
  const [child] = await context.rows<{ birthDate: string }>(
    sql`select birth_date as "birthDate" from ${sharedIdentity} where ${and(
      eq(sharedIdentity.youthRegion, row.youthRegion),
      eq(sharedIdentity.caseId, row.id),
    )} limit 1`,
  );
  return child?.birthDate === birthDate;
};

export const otherChild = (field: string): Outcome =>
  refused(
    userError(
      'OTHER_CHILD',
      ['input', field],
      'De geboortedatum is anders dan in het dossier. Kijk of u het goede kind en de goede sleutel hebt.',
    ),
  );

export const regionOf = ({ caseKey }: { caseKey: string }): string | null => {
  const key = normaliseKey(caseKey);
  return isCaseKey(key) ? regionOfKey(key) : null;
};

export const noGround = refused(
  userError(
    'NO_GROUND',
    ['input', 'caseKey'],
    'Er is vandaag geen convenant tussen u en de leerplichtambtenaar van dit dossier. Koppel met toestemming.',
  ),
);

export const alreadyAttached = (field: string) =>
  refused(
    userError(
      'ALREADY_ATTACHED',
      ['input', field],
      'Deze gegevens zijn al gekoppeld aan dit dossier.',
    ),
  );

export const attached = (
  context: CommandContext,
  row: CaseRow,
  grounds: readonly NewGround[],
  basis: Basis,
  subject: { compartment: string; id: string },
): Outcome => ({
  userErrors: [],
  payload: {
    link: {
      caseId: `${row.youthRegion}.${row.id}`,
      attachedOn: context.scope.today,
      dataKinds: [...new Set(grounds.flatMap(({ dataKinds }) => dataKinds))],
      recipients: [...new Set(grounds.flatMap(({ recipients }) => recipients))],
      validUntil: basis.validUntil,
      consentId: basis.consentId && `${row.youthRegion}.${basis.consentId}`,
    },
  },
  subjects: [{ compartment: 'ATTENDANCE', id: row.youthId }, subject],
});
