/** Corrected reports correct their case: the first day at home, the school, and with them the term that runs out first. */

import { nextDue } from '../rules/terms.ts';
import { counts } from '../rules/thuiszitter-definition.ts';
import type { Merge } from '../store/merge.ts';
import { reportsOf } from './follow.ts';
import type { CaseSettings } from './open-cases.ts';

type OpenCase = {
  youthRegion: string;
  id: string;
  youthId: string;
  municipalityCode: string;
  definition: Parameters<typeof counts>[0];
  status: Parameters<typeof nextDue>[0]['status'];
  openedOn: string;
  firstAbsentOn: string;
  brin6: string | null;
  nextActionDueOn: string | null;
};

export async function renewCases(
  merge: Merge,
  { terms }: CaseSettings,
  scopes: readonly string[],
): Promise<void> {
  const { tx, deliveryId, today } = merge;
  const youths = await tx<{ id: string }[]>`
    select distinct youth_id as id from attendance.absence_report
    where youth_region = any (${[...scopes]}::text[]) and delivery_id = ${deliveryId}`;
  if (youths.length === 0) return;
  const records = { scopes: [...scopes], ids: youths.map(({ id }) => id) };
  const cases = await tx<OpenCase[]>`
    select youth_region as "youthRegion", id, youth_id as "youthId", municipality_code as "municipalityCode",
      definition, status, opened_on as "openedOn", first_absent_on as "firstAbsentOn", brin6,
      next_action_due_on as "nextActionDueOn"
    from casework.thuiszitter_case
    where youth_region = any (${records.scopes}::text[]) and youth_id = any (${records.ids}::uuid[])
      and closed_on is null
    order by youth_region, id for update`;
  if (cases.length === 0) return;
  const reports = await reportsOf(merge, records);
  for (const open of cases) {
    const own = reports.filter(
      ({ youthId, municipalityCode }) =>
        youthId === open.youthId && municipalityCode === open.municipalityCode,
    );
    const counted = own.filter((report) => counts(open.definition, report, today));
    const [longest] = counted;
    if (longest === undefined) continue;
    // A first day that a report still names stands: a reopened case keeps the first day of its spell.
    const stands = own.some(({ fromOn }) => fromOn === open.firstAbsentOn);
    const firstAbsentOn = stands ? open.firstAbsentOn : longest.fromOn;
    const brin6 = counted.findLast((report) => report.brin6 !== null)?.brin6 ?? open.brin6;
    if (firstAbsentOn === open.firstAbsentOn && brin6 === open.brin6) continue;
    const due = nextDue({ ...open, firstAbsentOn }, terms);
    await tx`
      update casework.thuiszitter_case
      set first_absent_on = ${firstAbsentOn}, brin6 = ${brin6}, due_on = ${due?.on ?? null},
        due_reason = ${due?.reason ?? null}, version = version + 1
      where youth_region = ${open.youthRegion} and id = ${open.id}`;
  }
}
