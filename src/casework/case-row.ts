/** The case a command is about, locked, and the writes that several commands share. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Code, caseEventKinds, compartments } from '../../schema/codes.ts';
import { ground } from '../../schema/db/ground.ts';
import { caseEvent, thuiszitterCase } from '../../schema/db/thuiszitter-case.ts';
import { insertRows } from '../db/insert.ts';
import { scopeCondition } from '../plans/statement.ts';
import { thuiszitterCase as caseEntity } from '../plans/thuiszitter-case.ts';
import { grantFor } from '../policy/grant.ts';
import { regionOfKey } from '../rules/case-key.ts';
import { nextDue, type TermSettings } from '../rules/terms.ts';
import type { CommandContext } from './command.ts';

export type CaseRow = typeof thuiszitterCase.$inferSelect;

/** Columns of `CaseRow` that commands work with, by its names. */
export const caseColumns = sql`
  youth_region as "youthRegion", id, municipality_code as "municipalityCode", case_key as "caseKey",
  youth_id as "youthId", brin6, status, definition, first_absent_on as "firstAbsentOn", opened_on as "openedOn",
  closed_on as "closedOn", returned_on as "returnedOn", next_action_due_on as "nextActionDueOn", version, access`;

/** The case in the caller's reach, locked until the command ends; null when there is none. */
export const lockCase = async (
  context: CommandContext,
  id: { scope: string; id: string },
): Promise<CaseRow | null> => {
  await context.enter({ case: id.id });
  const grant = grantFor(context.scope.role, 'ThuiszitterCase');
  const [row] = await context.rows<CaseRow>(
    sql`select ${caseColumns} from ${thuiszitterCase} where ${and(
      scopeCondition(caseEntity, grant, context.terms),
      eq(thuiszitterCase.youthRegion, id.scope),
      eq(thuiszitterCase.id, id.id),
    )} for update`,
  );
  return row ?? null;
};

/**
 * Waits for deliveries that are being merged into these areas, and keeps new ones waiting until the command ends: what a
 * command copies into a case is then what the register says. Taken before the case is locked, as deliveries do.
 */
export const holdMerges = async (
  context: CommandContext,
  ...areas: readonly string[]
): Promise<void> => {
  for (const area of [...areas].sort((one, other) => (one < other ? -1 : 1))) {
    await context.tx`select pg_advisory_xact_lock_shared(hashtextextended(${`merge:${area}`}, 0))`;
  }
};

/** The case that this key opens, locked, and entered: from here on the command can touch it. */
export const lockCaseByKey = async (
  context: CommandContext,
  caseKey: string,
): Promise<CaseRow | null> => {
  const named = { case_key: caseKey };
  await context.enter(named);
  const [found] = await context.rows<{ id: string }>(
    sql`select id from ${thuiszitterCase} where ${eq(thuiszitterCase.youthRegion, regionOfKey(caseKey))} and ${eq(thuiszitterCase.caseKey, caseKey)}`,
  );
  if (!found) return null;
  await context.enter({ ...named, case: found.id });
  const [row] = await context.rows<CaseRow>(
    sql`select ${caseColumns} from ${thuiszitterCase} where ${eq(thuiszitterCase.youthRegion, regionOfKey(caseKey))} and ${eq(thuiszitterCase.id, found.id)} for update`,
  );
  return row ?? null;
};

export type CaseChange = Partial<
  Pick<
    CaseRow,
    | 'status'
    | 'closedOn'
    | 'returnedOn'
    | 'closeReason'
    | 'nextActionKind'
    | 'nextActionDueOn'
    | 'nextActionRole'
    | 'nextActionOrganisation'
  >
>;

/** The case after a change, with the term that then runs out first. Pure. */
export const changedCase = (row: CaseRow, change: CaseChange, terms: TermSettings): CaseRow => {
  const next = { ...row, ...change, version: row.version + 1 };
  const due = nextDue(
    {
      status: next.status as never,
      openedOn: next.openedOn,
      firstAbsentOn: next.firstAbsentOn,
      nextActionDueOn: next.nextActionDueOn,
    },
    terms,
  );
  return { ...next, dueOn: due?.on ?? null, dueReason: due?.reason ?? null };
};

/** Changes columns of the case, counts its version up and sets the term that now runs out first. */
export const updateCase = async (
  context: CommandContext,
  row: CaseRow,
  change: CaseChange,
): Promise<void> => {
  const next = changedCase(row, change, context.settings.terms);
  await context.rows(sql`update casework.thuiszitter_case set
    status = ${next.status}, closed_on = ${next.closedOn}, returned_on = ${next.returnedOn}, close_reason = ${next.closeReason ?? null},
    next_action_kind = ${next.nextActionKind}, next_action_due_on = ${next.nextActionDueOn},
    next_action_role = ${next.nextActionRole}, next_action_organisation = ${next.nextActionOrganisation},
    due_on = ${next.dueOn}, due_reason = ${next.dueReason}, version = ${next.version}
    where youth_region = ${row.youthRegion} and id = ${row.id}`);
};

export type NewEvent = {
  compartment: Code<typeof compartments>;
  kind: Code<typeof caseEventKinds>;
  detail?: string | null;
  recipients?: string[] | null;
};

/** Notes what happened. */
export const addEvents = (
  context: CommandContext,
  row: CaseRow,
  events: readonly NewEvent[],
): Promise<void> => insertRows(context.tx, caseEvent, eventRows(context, row, events));

/**
 * What happened, as rows: a millisecond apart, so that what follows from an action stands after it. A care provider is not
 * named: that would tell what the child waits for.
 */
export const eventRows = (
  { scope, now }: Pick<CommandContext, 'scope' | 'now'>,
  row: CaseRow,
  events: readonly NewEvent[],
): (typeof caseEvent.$inferInsert)[] =>
  events.map((event, index) => ({
    youthRegion: row.youthRegion,
    caseId: row.id,
    municipalityCode: row.municipalityCode,
    at: new Date(now.getTime() + index).toISOString(),
    compartment: event.compartment,
    kind: event.kind,
    detail: event.detail ?? null,
    actorRole: scope.role,
    actorOrganisation: scope.role === 'careProvider' ? null : scope.organisation,
    recipients: event.recipients ?? null,
    access: row.access,
  }));

const projections = ['shared_identity', 'shared_absence', 'shared_support', 'shared_waiting'];
const children = ['case_event', 'case_party', 'ground', 'link', ...projections];

/** One statement for all rows of a case: its text never changes, so the server plans it once. */
const setAccessText = `with ${children
  .map(
    (table) =>
      `${table}_set as (update casework.${table} set access = $1::jsonb where youth_region = $2 and case_id = $3::uuid)`,
  )
  .join(
    ', ',
  )} update casework.thuiszitter_case set access = $1::jsonb where youth_region = $2 and id = $3::uuid`;

/** Sets who may reach the case, on the case and on every row of it. */
export const setAccess = async (
  context: CommandContext,
  row: CaseRow,
  access: Record<string, string>,
): Promise<void> => {
  await context.rows({ text: setAccessText, params: [access, row.youthRegion, row.id] });
  row.access = access;
};

const deleteText = `with ${projections
  .map(
    (table) =>
      `${table}_gone as (delete from casework.${table} where youth_region = $1 and case_id = $2::uuid and ground_id = any($3::uuid[]))`,
  )
  .join(', ')} select 1`;

/** Deletes what these grounds let into the case: the grounds themselves stay, as the record of what was. */
export const deleteProjections = async (
  context: CommandContext,
  row: CaseRow,
  groundIds: readonly string[],
): Promise<void> => {
  await context.rows({ text: deleteText, params: [row.youthRegion, row.id, [...groundIds]] });
};

export type GroundRow = { id: string; kind: string; dataKinds: string[]; recipients: string[] };

export const groundsOf = (
  context: CommandContext,
  row: CaseRow,
  condition: SQL,
): Promise<GroundRow[]> =>
  context.rows<GroundRow>(
    sql`select id, kind, data_kinds as "dataKinds", recipients from ${ground} where ${eq(ground.youthRegion, row.youthRegion)} and ${eq(ground.caseId, row.id)} and ${condition}`,
  );
