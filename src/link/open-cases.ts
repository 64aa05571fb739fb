/**
 * Opens thuiszitter cases from absence reports, by the definition in force: who is a thuiszitter today and has no open case
 * gets one. A case that was closed is opened again, or a new one beside it, only on news: what the source reported
 * before the officer closed the case is not a reason to doubt the officer.
 */
import { randomUUID } from 'node:crypto';
import { ground, link } from '../../schema/db/ground.ts';
import { sharedAbsence, sharedIdentity } from '../../schema/db/projection.ts';
import { caseEvent, thuiszitterCase } from '../../schema/db/thuiszitter-case.ts';
import { insertRows } from '../db/insert.ts';
import type { IsoDate } from '../ingest/record.ts';
import {
  firstAction,
  newCaseIds,
  newCaseKey,
  type OpenedCase,
  openCase,
  statutoryShare,
} from '../rules/open-case.ts';
import { isSameSpell, nextDue, type TermSettings } from '../rules/terms.ts';
import {
  counts,
  definitions,
  settledStatuses,
  type ThuiszitterDefinition,
} from '../rules/thuiszitter-definition.ts';
import type { Merge } from '../store/merge.ts';
import { identitiesOf, reportsOf } from './follow.ts';

export type CaseSettings = { definition: ThuiszitterDefinition; terms: TermSettings };

/** A child in the register that the delivery says something of. */
type Candidate = { youthRegion: string; youthId: string; municipalityCode: string; token: string };

type StoredCase = {
  youthRegion: string;
  id: string;
  youthId: string;
  municipalityCode: string;
  status: string;
  firstAbsentOn: IsoDate;
  openedOn: IsoDate;
  closedOn: IsoDate | null;
  closeReason: string | null;
  access: Record<string, string>;
  hasStatutoryGround: boolean;
};

/** Children of whom this delivery reports an absence that we did not know of: as region and token. Ask before the merge. */
export type News = ReadonlySet<string>;

const newsKey = (youthRegion: string, token: string) => `${youthRegion}:${token}`;

export async function absenceNews(
  { tx, deliveryId, source, today }: Merge,
  definition: ThuiszitterDefinition,
): Promise<News> {
  const rows = await tx<{ youthRegion: string; token: string }[]>`
    select distinct line.youth_region as "youthRegion", line.bsn_token as token
    from staging.absence_report_line as line
    left join attendance.absence_report as stored
      on stored.youth_region = line.youth_region and stored.source = ${source}
      and stored.report_number = line.report_number
    where line.delivery_id = ${deliveryId}
      and line.kind = any (${Object.keys(definitions[definition].kinds)}::text[])
      and line.status <> all (${[...settledStatuses]}::text[])
      and line.from_on <= ${today}::date and coalesce(line.until_on, 'infinity') >= ${today}::date
      and (stored.id is null or stored.kind <> line.kind or stored.from_on <> line.from_on
        or stored.status = any (${[...settledStatuses]}::text[])
        or coalesce(stored.until_on, 'infinity') < ${today}::date)`;
  return new Set(rows.map(({ youthRegion, token }) => newsKey(youthRegion, token)));
}

/** Opens and reopens the cases that this delivery of absence reports calls for. */
export async function openCases(merge: Merge, settings: CaseSettings, news: News): Promise<void> {
  const { today } = merge;
  const candidates = await candidatesOf(merge, settings.definition);
  if (candidates.length === 0) return;
  const records = {
    scopes: [...new Set(candidates.map(({ youthRegion }) => youthRegion))],
    ids: candidates.map(({ youthId }) => youthId),
  };
  const reports = new Map<string, Awaited<ReturnType<typeof reportsOf>>[number][]>();
  for (const report of await reportsOf(merge, records)) {
    const known = reports.get(report.youthId);
    if (known) known.push(report);
    else reports.set(report.youthId, [report]);
  }
  const identities = new Map(
    (await identitiesOf(merge, records)).map((identity) => [identity.youthId, identity]),
  );
  const cases = await casesOf(merge, records);
  const opened: OpenedCase[] = [];
  const reopened: Reopening[] = [];
  for (const { youthId, youthRegion, municipalityCode, token } of candidates) {
    const identity = identities.get(youthId);
    // What another municipality registered before the child moved stays there.
    const all = (reports.get(youthId) ?? []).filter(
      (report) => report.municipalityCode === municipalityCode,
    );
    // Ordered by their first day: the first one that counts is the longest absence.
    const counted = all.filter((report) => counts(settings.definition, report, today));
    const [longest] = counted;
    const earlier = cases.filter((stored) => stored.youthId === youthId);
    if (identity === undefined || longest === undefined) continue;
    if (earlier.some(({ status }) => status !== 'CLOSED')) continue;
    if (earlier.length > 0 && !news.has(newsKey(youthRegion, token))) continue;
    const youth = { youthRegion, youthId, municipalityCode, identity, reports: all };
    const fresh = counted.filter((report) => report.deliveryId === merge.deliveryId).at(-1);
    if (earlier.length > 0 && fresh === undefined) continue;
    // A child that moved away is a new case where it lives now.
    const last = earlier
      .filter(
        (stored) => stored.municipalityCode === municipalityCode && stored.closeReason !== 'MOVED',
      )
      .at(-1);
    if (last?.closedOn && fresh && isSameSpell(last.closedOn, fresh.fromOn, settings.terms)) {
      reopened.push({ stored: last, youth });
      continue;
    }
    opened.push(
      openCase({
        ...youth,
        ids: newCaseIds(),
        caseKey: newCaseKey(youthRegion),
        brin6: counted.find((report) => report.brin6 !== null)?.brin6 ?? null,
        definition: settings.definition,
        firstAbsentOn: longest.fromOn,
        on: today,
        at: merge.deliveredAt,
        actorRole: 'source',
        actorOrganisation: merge.source,
        terms: settings.terms,
      }),
    );
  }
  await saveOpenedCases(merge.tx, opened);
  await reopenCases(merge, settings.terms, reopened);
}

/** All rows of new cases, in one statement per table. */
async function saveOpenedCases(tx: Merge['tx'], opened: readonly OpenedCase[]): Promise<void> {
  await insertRows(
    tx,
    thuiszitterCase,
    opened.map((one) => one.case),
  );
  await insertRows(
    tx,
    caseEvent,
    opened.map((one) => one.event),
  );
  await saveShares(tx, opened);
}

async function saveShares(
  tx: Merge['tx'],
  shares: readonly Pick<OpenedCase, 'ground' | 'link' | 'identity' | 'absences'>[],
): Promise<void> {
  await insertRows(
    tx,
    ground,
    shares.map((share) => share.ground),
  );
  await insertRows(
    tx,
    link,
    shares.map((share) => share.link),
  );
  await insertRows(
    tx,
    sharedIdentity,
    shares.map((share) => share.identity),
  );
  await insertRows(
    tx,
    sharedAbsence,
    shares.flatMap((share) => share.absences),
  );
}

/** Children of this delivery with an absence that may count today; how long it has lasted is for the definition to say. */
async function candidatesOf(
  { tx, deliveryId, today }: Merge,
  definition: ThuiszitterDefinition,
): Promise<Candidate[]> {
  return tx<Candidate[]>`
    select youth.youth_region as "youthRegion", youth.id as "youthId",
      youth.municipality_code as "municipalityCode", youth.bsn_token as token
    from attendance.youth
    where (youth.youth_region, youth.bsn_token) in (
        select line.youth_region, line.bsn_token from staging.absence_report_line as line
        where line.delivery_id = ${deliveryId})
      and exists (
        select from attendance.absence_report as report
        where report.youth_region = youth.youth_region and report.youth_id = youth.id
          and report.kind = any (${Object.keys(definitions[definition].kinds)}::text[])
          and report.status <> all (${[...settledStatuses]}::text[])
          and report.from_on <= ${today}::date
          and coalesce(report.until_on, 'infinity') >= ${today}::date)
    order by youth.youth_region, youth.bsn_token`;
}

/** Their cases, open and closed, the latest last. */
async function casesOf(
  { tx, today }: Merge,
  { scopes, ids }: { scopes: string[]; ids: string[] },
): Promise<StoredCase[]> {
  return tx<StoredCase[]>`
    select owned.youth_region as "youthRegion", owned.id, owned.youth_id as "youthId",
      owned.municipality_code as "municipalityCode", owned.status,
      owned.first_absent_on as "firstAbsentOn", owned.opened_on as "openedOn",
      owned.closed_on as "closedOn", owned.close_reason as "closeReason", owned.access, exists (
        select from casework.ground
        where ground.youth_region = owned.youth_region and ground.case_id = owned.id
          and ground.kind = 'STATUTORY' and ground.withdrawn_on is null
          and ground.valid_until >= ${today}::date
      ) as "hasStatutoryGround"
    from casework.thuiszitter_case as owned
    where owned.youth_region = any (${scopes}::text[]) and owned.youth_id = any (${ids}::uuid[])
    order by owned.closed_on nulls last, owned.opened_on, owned.id`;
}

type Reopening = { stored: StoredCase; youth: Parameters<typeof statutoryShare>[0] };

async function reopenCases(
  { tx, source, deliveredAt, today }: Merge,
  terms: TermSettings,
  reopened: readonly Reopening[],
): Promise<void> {
  for (const { stored } of reopened) {
    const action = firstAction(stored.municipalityCode, today, terms);
    const due = nextDue({ ...stored, status: 'REOPENED', ...action }, terms);
    await tx`
      update casework.thuiszitter_case
      set status = 'REOPENED', returned_on = null, closed_on = null, close_reason = null,
        due_on = ${due?.on ?? null}, due_reason = ${due?.reason ?? null},
        next_action_kind = ${action.nextActionKind}, next_action_due_on = ${action.nextActionDueOn},
        next_action_role = ${action.nextActionRole},
        next_action_organisation = ${action.nextActionOrganisation}, version = version + 1
      where youth_region = ${stored.youthRegion} and id = ${stored.id}`;
  }
  await insertRows(
    tx,
    caseEvent,
    reopened.map(({ stored }) => ({
      youthRegion: stored.youthRegion,
      caseId: stored.id,
      id: randomUUID(),
      municipalityCode: stored.municipalityCode,
      at: deliveredAt,
      compartment: 'ATTENDANCE',
      kind: 'REOPENED',
      actorRole: 'source',
      actorOrganisation: source,
      access: stored.access,
    })),
  );
  // Where closing ended the ground of the law, reopening starts it again, with what is shared on it.
  await saveShares(
    tx,
    reopened
      .filter(({ stored }) => !stored.hasStatutoryGround)
      .map(({ stored, youth }) => {
        const { groundId, linkId } = newCaseIds();
        const ids = { caseId: stored.id, groundId, linkId };
        return statutoryShare(youth, { ids, on: today, access: stored.access });
      }),
  );
}
