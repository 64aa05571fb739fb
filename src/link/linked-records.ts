/** Which records of a compartment are attached to a case, and on which grounds. Reads `casework` alone. */

import type { Merge } from '../store/merge.ts';
import type { SourceCompartment } from '../store/stores.ts';

/** A case that a record is attached to. */
export type LinkedCase = {
  youthRegion: string;
  caseId: string;
  municipalityCode: string;
  /** The distribution key of the record in its compartment. */
  recordScope: string;
  recordId: string;
  isOpen: boolean;
  access: Record<string, string>;
};

/** All links of the records in these scopes, once per case and record. They are few: cases are, compared with records. */
export async function linkedCases(
  { tx }: Merge,
  compartment: SourceCompartment,
  scopes: readonly string[],
): Promise<LinkedCase[]> {
  return tx<LinkedCase[]>`
    select distinct on (link.youth_region, link.case_id, link.record_id)
      link.youth_region as "youthRegion", link.case_id as "caseId",
      owned.municipality_code as "municipalityCode",
      link.record_scope as "recordScope", link.record_id as "recordId",
      owned.status <> 'CLOSED' as "isOpen", owned.access
    from casework.link
    join casework.thuiszitter_case as owned
      on owned.youth_region = link.youth_region and owned.id = link.case_id
    where link.compartment = ${compartment} and link.record_scope = any (${[...scopes]}::text[])
    order by link.youth_region, link.case_id, link.record_id`;
}

/** A command on one of these cases waits until the delivery is done, and the delivery for a command: grounds stand still meanwhile. */
export async function lockCases({ tx }: Merge, cases: readonly LinkedCase[]): Promise<void> {
  await tx`
    select from casework.thuiszitter_case
    where youth_region = any (${[...new Set(cases.map(({ youthRegion }) => youthRegion))]}::text[])
      and id = any (${[...new Set(cases.map(({ caseId }) => caseId))]}::uuid[])
    order by youth_region, id for update`;
}

/** A ground that has not ended: closing a case takes its recipients away, so that it ends the same day, with the audience that every projection on it copies. */
export type LiveGround = {
  youthRegion: string;
  caseId: string;
  id: string;
  municipalityCode: string;
  dataKinds: string[];
  recipients: string[];
  validFrom: string;
  validUntil: string;
  access: Record<string, string>;
  /** Records of the compartment that are shared on this very ground. */
  recordIds: string[];
};

/** Where the projections of a compartment stand, and which column of theirs is the record. */
const projections: Readonly<Record<SourceCompartment, string>> = {
  ATTENDANCE: '',
  EDUCATION: `union select pupil_id from casework.shared_support as shared
    where shared.youth_region = ground.youth_region and shared.case_id = ground.case_id
      and shared.ground_id = ground.id`,
  CARE: `union select entry_id from casework.shared_waiting as shared
    where shared.youth_region = ground.youth_region and shared.case_id = ground.case_id
      and shared.ground_id = ground.id`,
};

/** The grounds of these cases that allow this kind of data today or later. */
export async function liveGrounds(
  { tx, today }: Merge,
  compartment: SourceCompartment,
  cases: readonly LinkedCase[],
  dataKinds: readonly string[],
): Promise<LiveGround[]> {
  const regions = [...new Set(cases.map(({ youthRegion }) => youthRegion))];
  const caseIds = [...new Set(cases.map(({ caseId }) => caseId))];
  return tx<LiveGround[]>`
    select ground.youth_region as "youthRegion", ground.case_id as "caseId", ground.id,
      ground.municipality_code as "municipalityCode", ground.data_kinds as "dataKinds",
      ground.recipients, ground.valid_from as "validFrom", ground.valid_until as "validUntil",
      ground.access, array(
        select link.record_id from casework.link
        where link.youth_region = ground.youth_region and link.case_id = ground.case_id
          and link.ground_id = ground.id and link.compartment = ${compartment}
        ${tx.unsafe(projections[compartment])}
      ) as "recordIds"
    from casework.ground
    where ground.youth_region = any (${regions}::text[]) and ground.case_id = any (${caseIds}::uuid[])
      and ground.data_kinds && ${[...dataKinds]}::text[]
      and ground.withdrawn_on is null and ground.valid_until >= ${today}::date
      and ground.recipients <> '{}'`;
}

/** What each row on a ground copies from it. */
export const onGround = (ground: LiveGround) => ({
  youthRegion: ground.youthRegion,
  caseId: ground.caseId,
  groundId: ground.id,
  municipalityCode: ground.municipalityCode,
  recipients: ground.recipients,
  validFrom: ground.validFrom,
  validUntil: ground.validUntil,
  access: ground.access,
});
