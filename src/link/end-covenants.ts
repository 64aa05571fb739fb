/**
 * Ends what rests on a covenant or an accession that is over before the day it was to end: grounds copy that day when a
 * record is attached, and a covenant may be ended, or left, earlier.
 */
import type { TransactionSql } from 'postgres';
import type { Pool } from '../db/pools.ts';
import type { IsoDate } from '../ingest/record.ts';

const projections = [
  'shared_identity',
  'shared_absence',
  'shared_support',
  'shared_waiting',
] as const;
const ofCase = ['case_event', 'case_party', 'ground', 'link', ...projections] as const;

/** Whether this party (`role:organisation`) belongs to the covenant of a ground today. */
const acceded = (tx: TransactionSql, party: string, today: IsoDate) => tx`
  exists (
    select from casework.covenant_party member join casework.covenant on covenant.id = member.covenant_id
    where member.covenant_id = ground.covenant_id and member.role || ':' || member.organisation = ${tx.unsafe(party)}
      and ${today} between member.valid_from and member.valid_until
      and ${today} between covenant.valid_from and covenant.valid_until)`;

/** How many grounds changed. */
export const endCovenants = (sql: Pool, today: IsoDate): Promise<number> =>
  sql.begin(async (tx) => {
    // Between its owner and whoever registered it a covenant must stand; each other recipient must be in it.
    const changed = await tx<{ youthRegion: string; caseId: string; id: string; left: string[] }[]>`
      select ground.youth_region as "youthRegion", ground.case_id as "caseId", ground.id, kept.parties as left
      from casework.ground, lateral (
        select case
          when ${acceded(tx, `'attendanceOfficer:' || ground.municipality_code`, today)}
            and ${acceded(tx, `ground.registered_by_role || ':' || ground.registered_by_organisation`, today)}
          then array(select party from unnest(ground.recipients) party where ${acceded(tx, 'party', today)})
          else '{}'::text[] end as parties
      ) kept
      where ground.kind = 'COVENANT' and ground.valid_until >= ${today}
        and cardinality(kept.parties) < cardinality(ground.recipients)`;
    if (changed.length === 0) return 0;
    const regions = [...new Set(changed.map(({ youthRegion }) => youthRegion))];
    const caseIds = [...new Set(changed.map(({ caseId }) => caseId))];
    await tx`
      select from casework.thuiszitter_case
      where youth_region = any (${regions}::text[]) and id = any (${caseIds}::uuid[]) order by youth_region, id for update`;
    for (const { youthRegion, caseId, id, left } of changed) {
      await tx`
        update casework.ground set recipients = ${left}::text[]
        where youth_region = ${youthRegion} and case_id = ${caseId} and id = ${id}`;
      for (const table of projections) {
        await (left.length === 0
          ? tx`delete from casework.${tx(table)}
              where youth_region = ${youthRegion} and case_id = ${caseId} and ground_id = ${id}`
          : tx`update casework.${tx(table)} set recipients = ${left}::text[]
              where youth_region = ${youthRegion} and case_id = ${caseId} and ground_id = ${id}`);
      }
    }
    await settleAccess(tx, regions, caseIds, today);
    return changed.length;
  });

/** A party that no ground names any more is out of the case. */
const settleAccess = async (
  tx: TransactionSql,
  regions: readonly string[],
  caseIds: readonly string[],
  today: IsoDate,
): Promise<void> => {
  const cases = await tx<
    { youthRegion: string; id: string; access: Record<string, string>; out: string[] }[]
  >`
    select owned.youth_region as "youthRegion", owned.id, owned.access, array(
      select party from jsonb_object_keys(owned.access) party
      where not exists (
        select from casework.ground
        where ground.youth_region = owned.youth_region and ground.case_id = owned.id and party = any (ground.recipients)
          and ground.withdrawn_on is null and ground.valid_until >= ${today})) as out
    from casework.thuiszitter_case owned
    where owned.youth_region = any (${[...regions]}::text[]) and owned.id = any (${[...caseIds]}::uuid[])`;
  for (const { youthRegion, id, access, out } of cases) {
    if (out.length === 0) continue;
    const left = tx.json(
      Object.fromEntries(Object.entries(access).filter(([party]) => !out.includes(party))),
    );
    await tx`
      update casework.case_party set until = least(until, ${today})
      where youth_region = ${youthRegion} and case_id = ${id} and role || ':' || organisation = any (${out}::text[])`;
    await tx`update casework.thuiszitter_case set access = ${left} where youth_region = ${youthRegion} and id = ${id}`;
    for (const table of ofCase) {
      await tx`
        update casework.${tx(table)} set access = ${left} where youth_region = ${youthRegion} and case_id = ${id}`;
    }
  }
};
