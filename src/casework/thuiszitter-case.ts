/** Opening a case by hand, noting an action, closing: the commands of the owner and the parties. */
import { and, eq, sql } from 'drizzle-orm';
import type { Role } from '../../schema/codes.ts';
import { absenceReport } from '../../schema/db/absence-report.ts';
import { ground, link } from '../../schema/db/ground.ts';
import { sharedAbsence, sharedIdentity } from '../../schema/db/projection.ts';
import { caseEvent, thuiszitterCase } from '../../schema/db/thuiszitter-case.ts';
import { youthIdentity } from '../../schema/db/youth.ts';
import { insertRows } from '../db/insert.ts';
import { absenceReport as reportEntity } from '../plans/absence-report.ts';
import { readNodeId } from '../plans/expression.ts';
import { scopeCondition } from '../plans/statement.ts';
import { grantFor, partyKey, type Scope } from '../policy/grant.ts';
import {
  type ActionKind,
  type CloseReason,
  canClose,
  canDo,
  possibleActions,
  steps,
} from '../rules/case-flow.ts';
import { newCaseIds, newCaseKey, openCase } from '../rules/open-case.ts';
import type { AbsenceRecord, IdentityRecord } from '../rules/projection.ts';
import type { CaseStatus } from '../rules/terms.ts';
import {
  addEvents,
  type CaseChange,
  type CaseRow,
  deleteProjections,
  groundsOf,
  lockCase,
  type NewEvent,
  setAccess,
  updateCase,
} from './case-row.ts';
import {
  type Command,
  type CommandContext,
  notFound,
  refused,
  type UserError,
  userError,
} from './command.ts';

type OpenInput = { absenceReportId: string; idempotencyKey: string };

export const openCaseByHand: Command<OpenInput> = {
  name: 'thuiszitterCaseOpen',
  named: { field: 'absenceReportId', what: 'De melding' },
  action: 'C',
  regionOf: ({ absenceReportId }) => readNodeId(absenceReportId)?.scope ?? null,
  async run(context, { absenceReportId }) {
    const { scope, terms, tx, settings, now } = context;
    const id = readNodeId(absenceReportId);
    const [report] = id
      ? await context.rows<{
          youthRegion: string;
          youthId: string;
          municipalityCode: string;
          brin6: string | null;
          status: string;
          fromOn: string;
        }>(
          sql`select youth_region as "youthRegion", youth_id as "youthId", municipality_code as "municipalityCode", brin6, status, from_on as "fromOn" from ${absenceReport} where ${and(
            scopeCondition(reportEntity, grantFor(scope.role, 'AbsenceReport'), terms),
            eq(absenceReport.youthRegion, id.scope),
            eq(absenceReport.id, id.id),
          )}`,
        )
      : [];
    if (!report) return notFound('absenceReportId', 'De melding');
    if (report.status === 'WITHDRAWN') {
      return refused(
        userError(
          'REPORT_WITHDRAWN',
          ['input', 'absenceReportId'],
          'De school heeft deze melding ingetrokken.',
        ),
      );
    }
    // One case a child: openings wait for each other, and for a delivery that opens cases in this region.
    await tx`select pg_advisory_xact_lock(hashtextextended(${`merge:ATTENDANCE:${report.youthRegion}`}, 0))`;
    const [already] = await context.rows<{ id: string }>(
      sql`select id from ${thuiszitterCase} where ${eq(thuiszitterCase.youthRegion, report.youthRegion)} and ${eq(thuiszitterCase.youthId, report.youthId)} and ${thuiszitterCase.closedOn} is null`,
    );
    if (already) {
      return {
        ...refused(
          userError(
            'ALREADY_OPEN',
            ['input', 'absenceReportId'],
            'Voor dit kind is al een dossier open. U vindt het in uw lijst.',
          ),
        ),
        case: { youthRegion: report.youthRegion, id: already.id },
      };
    }
    const [identity] = await context.rows<IdentityRecord>(
      sql`select given_name as "givenName", prefix, family_name as "familyName", birth_date as "birthDate", name_protected as "nameProtected" from ${youthIdentity} where ${and(
        eq(youthIdentity.youthRegion, report.youthRegion),
        eq(youthIdentity.youthId, report.youthId),
      )}`,
    );
    if (!identity) return notFound('absenceReportId', 'De melding');
    const reports = await context.rows<AbsenceRecord>(
      sql`select id, brin6, kind, status, from_on as "fromOn", until_on as "untilOn", hours from ${absenceReport} where ${and(
        scopeCondition(reportEntity, grantFor(scope.role, 'AbsenceReport'), terms),
        eq(absenceReport.youthRegion, report.youthRegion),
        eq(absenceReport.youthId, report.youthId),
      )}`,
    );
    const ids = newCaseIds();
    const opened = openCase({
      ids,
      caseKey: newCaseKey(report.youthRegion),
      youthRegion: report.youthRegion,
      youthId: report.youthId,
      municipalityCode: report.municipalityCode,
      identity,
      reports,
      brin6: report.brin6,
      definition: settings.definition,
      firstAbsentOn: report.fromOn,
      on: scope.today,
      at: now.toISOString(),
      actorRole: scope.role,
      actorOrganisation: scope.organisation,
      terms: settings.terms,
    });
    await context.enter({ case: ids.caseId });
    await insertRows(tx, thuiszitterCase, [opened.case]);
    await insertRows(tx, caseEvent, [opened.event]);
    await insertRows(tx, ground, [opened.ground]);
    await insertRows(tx, link, [opened.link]);
    await insertRows(tx, sharedIdentity, [opened.identity]);
    await insertRows(tx, sharedAbsence, opened.absences);
    return {
      userErrors: [],
      case: { youthRegion: report.youthRegion, id: ids.caseId },
      subjects: [{ compartment: 'ATTENDANCE', id: report.youthId }],
    };
  },
};

export type NoteActionInput = {
  caseId: string;
  done: string;
  next: { kind: string; dueOn: string; owner: { role: string; organisation: string } };
  idempotencyKey: string;
};

const dutchAction: Record<ActionKind, string> = {
  CONTACT_FAMILY: 'contact met het gezin',
  INVESTIGATE: 'onderzoek doen',
  MAKE_PLAN: 'een plan maken',
  MAKE_OFFER: 'een aanbod doen',
  RECORD_ACCEPTANCE: 'vastleggen dat het aanbod is aangenomen',
  RECORD_REFUSAL: 'vastleggen dat het aanbod is afgewezen',
  AWAIT_CARE: 'wachten op jeugdhulp',
  ESCALATE: 'opschalen',
  RETURN_TO_SCHOOL: 'terug naar school',
  RESUMED_BY_ITSELF: 'vanzelf weer naar school',
  REVIEW: 'de stand bekijken',
};

/** What an action changes, or why it cannot be done. Pure. */
export const decideAction = (
  row: CaseRow,
  input: Omit<NoteActionInput, 'caseId' | 'idempotencyKey'>,
  scope: Pick<Scope, 'role' | 'today'>,
): { refusal: UserError } | { change: CaseChange; events: NewEvent[] } => {
  const refusal = (code: string, field: string[], message: string) => ({
    refusal: userError(code, ['input', ...field], message),
  });
  const done = input.done as ActionKind;
  const status = row.status as CaseStatus;
  if (status === 'CLOSED') return refusal('CASE_CLOSED', ['caseId'], 'Dit dossier is gesloten.');
  if (!steps[done].by.includes(scope.role)) {
    return refusal(
      'NOT_FOR_YOUR_ROLE',
      ['done'],
      'Deze stap zet een andere partij in het dossier.',
    );
  }
  if (!canDo(done, status)) {
    const possible = possibleActions(scope.role, status).map((kind) => dutchAction[kind]);
    return refusal(
      'NOT_POSSIBLE_NOW',
      ['done'],
      `Deze stap kan nu niet. Wat nu kan: ${possible.join(', ')}.`,
    );
  }
  const { kind, dueOn, owner } = input.next;
  if (dueOn < scope.today)
    return refusal('DUE_IN_THE_PAST', ['next', 'dueOn'], 'Kies een datum vanaf vandaag.');
  const ownerKey = partyKey(owner.role, owner.organisation);
  const isOwner = ownerKey === partyKey('attendanceOfficer', row.municipalityCode);
  if (!isOwner && (row.access[ownerKey] ?? '') < scope.today) {
    return refusal(
      'OWNER_NOT_A_PARTY',
      ['next', 'owner'],
      'Wie de volgende stap zet, moet meedoen in het dossier.',
    );
  }
  const to = steps[done].to ?? status;
  return {
    change: {
      status: to,
      returnedOn: to === 'BACK_AT_SCHOOL' ? (row.returnedOn ?? scope.today) : null,
      nextActionKind: kind,
      nextActionDueOn: dueOn,
      nextActionRole: owner.role,
      nextActionOrganisation: owner.organisation,
    },
    events: [
      { compartment: compartmentOf(scope.role), kind: 'ACTION_NOTED', detail: done },
      ...(to === status
        ? []
        : [{ compartment: 'CASEWORK', kind: 'STATUS_CHANGED', detail: to } as const]),
    ],
  };
};

export const noteAction: Command<NoteActionInput> = {
  name: 'thuiszitterCaseNoteAction',
  named: { field: 'caseId', what: 'Het dossier' },
  action: 'U',
  regionOf: ({ caseId }) => readNodeId(caseId)?.scope ?? null,
  async run(context, input) {
    const id = readNodeId(input.caseId);
    const row = id && (await lockCase(context, id));
    if (!row) return notFound('caseId', 'Het dossier');
    const decision = decideAction(row, input, context.scope);
    if ('refusal' in decision) return refused(decision.refusal);
    await updateCase(context, row, decision.change);
    await addEvents(context, row, decision.events);
    return {
      userErrors: [],
      case: { youthRegion: row.youthRegion, id: row.id },
      subjects: [{ compartment: 'ATTENDANCE', id: row.youthId }],
    };
  },
};

const compartmentOf = (role: Role) =>
  role === 'attendanceOfficer'
    ? 'ATTENDANCE'
    : role === 'youthCoordinator'
      ? 'CASEWORK'
      : 'EDUCATION';

type CloseInput = { caseId: string; reason: string; idempotencyKey: string };

export const closeCase: Command<CloseInput> = {
  name: 'thuiszitterCaseClose',
  named: { field: 'caseId', what: 'Het dossier' },
  action: 'U',
  regionOf: ({ caseId }) => readNodeId(caseId)?.scope ?? null,
  async run(context, input) {
    const { scope } = context;
    const id = readNodeId(input.caseId);
    const row = id && (await lockCase(context, id));
    if (!row) return notFound('caseId', 'Het dossier');
    const reason = input.reason as CloseReason;
    const status = row.status as CaseStatus;
    if (status === 'CLOSED')
      return refused(
        userError('ALREADY_CLOSED', ['input', 'caseId'], 'Dit dossier is al gesloten.'),
      );
    if (!canClose(reason, status)) {
      return refused(
        userError(
          'NO_PLACEMENT',
          ['input', 'reason'],
          'Het kind is nog niet terug op school. Leg dat eerst vast, of kies een andere reden.',
        ),
      );
    }
    await updateCase(context, row, {
      status: 'CLOSED',
      closedOn: scope.today,
      closeReason: reason,
      nextActionKind: null,
      nextActionDueOn: null,
      nextActionRole: null,
      nextActionOrganisation: null,
    });
    await endSharing(context, row);
    await addEvents(context, row, [{ compartment: 'ATTENDANCE', kind: 'CLOSED', detail: reason }]);
    return {
      userErrors: [],
      case: { youthRegion: row.youthRegion, id: row.id },
      subjects: [{ compartment: 'ATTENDANCE', id: row.youthId }],
    };
  },
};

/** Access ends with the case: what covenants and consents let in is deleted, the owner keeps its own register. */
const endSharing = async (context: CommandContext, row: CaseRow): Promise<void> => {
  const shared = await groundsOf(context, row, sql`${ground.kind} <> 'STATUTORY'`);
  await deleteProjections(
    context,
    row,
    shared.map(({ id }) => id),
  );
  await context.rows(
    sql`update casework.ground set recipients = '{}', valid_until = least(valid_until, ${context.scope.today}) where ${eq(ground.youthRegion, row.youthRegion)} and ${eq(ground.caseId, row.id)} and ${ground.kind} <> 'STATUTORY'`,
  );
  await context.rows(
    sql`update casework.case_party set until = least(until, ${context.scope.today}) where youth_region = ${row.youthRegion} and case_id = ${row.id}`,
  );
  await setAccess(context, row, {});
};
