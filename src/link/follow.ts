/**
 * Lets what is shared follow its record: after a merge the projections of every changed record that is attached to a case
 * are written anew, on each ground that has not ended, in the transaction of the delivery. Each statement reads one
 * compartment, or `casework`, never two.
 */
import { randomUUID } from 'node:crypto';
import {
  sharedAbsence,
  sharedIdentity,
  sharedSupport,
  sharedWaiting,
} from '../../schema/db/projection.ts';
import { caseEvent } from '../../schema/db/thuiszitter-case.ts';
import { insertRows } from '../db/insert.ts';
import {
  type AbsenceRecord,
  type ArrangementDecision,
  type IdentityRecord,
  isOwnRegister,
  type OppStatus,
  projectAbsence,
  projectIdentity,
  projectSupport,
  projectWaiting,
  type TlvDecision,
  type WaitingRecord,
} from '../rules/projection.ts';
import { hoursFor, mayKnowReport, supportFor } from '../rules/sharing.ts';
import type { Merge } from '../store/merge.ts';
import type { SourceCompartment } from '../store/stores.ts';
import { upsertProjections } from '../store/upsert-projections.ts';
import {
  type LinkedCase,
  type LiveGround,
  linkedCases,
  liveGrounds,
  lockCases,
  onGround,
} from './linked-records.ts';

/** A projection that says something else than before. */
type Written = { youthRegion: string; caseId: string; groundId: string };

/** `displaced` are records that lost something to another one. */
export async function followRecords(
  merge: Merge,
  compartment: SourceCompartment,
  scopes: readonly string[],
  displaced: readonly string[],
): Promise<void> {
  const linked = await linkedCases(merge, compartment, scopes);
  if (linked.length === 0) return;
  const follower = followers[compartment];
  const changed = new Set(await follower.changed(merge, recordsOf(linked)));
  for (const id of displaced) changed.add(id);
  const cases = linked.filter(({ recordId }) => changed.has(recordId));
  if (cases.length === 0) return;
  await lockCases(merge, cases);
  const grounds = await liveGrounds(merge, compartment, cases, follower.dataKinds);
  const written = await follower.write(merge, cases, grounds);
  await noteChanges(merge, compartment, cases, grounds, written);
}

type Follower = {
  dataKinds: readonly string[];
  /** Which of these records this delivery changed. */
  changed: (merge: Merge, records: Records) => Promise<string[]>;
  write: (
    merge: Merge,
    cases: readonly LinkedCase[],
    grounds: readonly LiveGround[],
  ) => Promise<Written[]>;
};

/** Ids, with the distribution keys they lie under: every statement names both. */
export type Records = { scopes: string[]; ids: string[] };

const recordsOf = (linked: readonly LinkedCase[]): Records => ({
  scopes: [...new Set(linked.map(({ recordScope }) => recordScope))],
  ids: [...new Set(linked.map(({ recordId }) => recordId))],
});

const grouped = <T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(key(one));
    if (group) group.push(one);
    else groups.set(key(one), [one]);
  }
  return groups;
};

const absenceKinds = ['ABSENCE', 'ABSENCE_STATUS'];

const attendance: Follower = {
  dataKinds: ['IDENTITY', 'ABSENCE', 'ABSENCE_STATUS'],
  async changed({ tx, deliveryId }, { scopes, ids }) {
    const rows = await tx<{ id: string }[]>`
      select id from attendance.youth
      where youth_region = any (${scopes}::text[]) and id = any (${ids}::uuid[])
        and delivery_id = ${deliveryId}
      union
      select youth_id from attendance.absence_report
      where youth_region = any (${scopes}::text[]) and youth_id = any (${ids}::uuid[])
        and delivery_id = ${deliveryId}`;
    return rows.map(({ id }) => id);
  },
  async write(merge, cases, grounds) {
    const { tx } = merge;
    const youths = recordsOf(cases);
    const identities = new Map(
      (await identitiesOf(merge, youths)).map((identity) => [identity.youthId, identity]),
    );
    const reports = grouped(await reportsOf(merge, youths), ({ youthId }) => youthId);
    const pairs = pair(cases, grounds, () => true);
    const named = pairs.flatMap(({ linked, ground }) => {
      const identity = identities.get(linked.recordId);
      if (identity === undefined || !ground.dataKinds.includes('IDENTITY')) return [];
      // What another municipality registers about a child that moved is not for the owner of this case.
      if (identity.municipalityCode !== linked.municipalityCode) return [];
      const own = isOwnRegister(ground.recipients);
      return [{ ...onGround(ground), ...projectIdentity(identity, { own }) }];
    });
    const absent = pairs.flatMap(({ linked, ground }) => {
      if (!absenceKinds.some((kind) => ground.dataKinds.includes(kind))) return [];
      const hours = hoursFor(ground.dataKinds);
      return (reports.get(linked.recordId) ?? [])
        .filter(
          ({ brin6, municipalityCode }) =>
            municipalityCode === linked.municipalityCode && mayKnowReport(ground.recipients, brin6),
        )
        .map((report) => ({ ...onGround(ground), ...projectAbsence(report, { hours }) }));
    });
    const kept = absent.map(({ groundId, reportId }) => `${groundId} ${reportId}`);
    const gone = await tx<Written[]>`
      delete from casework.shared_absence
      where youth_region = any (${[...new Set(cases.map(({ youthRegion }) => youthRegion))]}::text[])
        and ground_id = any (${[...new Set(pairs.map(({ ground }) => ground.id))]}::uuid[])
        and ground_id || ' ' || report_id <> all (${kept}::text[])
      returning youth_region as "youthRegion", case_id as "caseId", ground_id as "groundId"`;
    return [
      ...gone,
      ...(await upsertProjections(tx, sharedIdentity, named, [
        'name',
        'nameProtected',
        'birthDate',
      ])),
      ...(await upsertProjections(tx, sharedAbsence, absent, [
        'brin6',
        'kind',
        'status',
        'fromOn',
        'untilOn',
        'hours',
      ])),
    ];
  },
};

const education: Follower = {
  dataKinds: ['SUPPORT', 'SUPPORT_STATUS'],
  async changed({ tx, deliveryId }, { scopes, ids }) {
    const rows = await tx<{ id: string }[]>`
      select pupil_id as id from education.tlv
      where swv_code = any (${scopes}::text[]) and pupil_id = any (${ids}::uuid[])
        and delivery_id = ${deliveryId}
      union
      select pupil_id from education.opp
      where swv_code = any (${scopes}::text[]) and pupil_id = any (${ids}::uuid[])
        and delivery_id = ${deliveryId}
      union
      select pupil_id from education.arrangement
      where swv_code = any (${scopes}::text[]) and pupil_id = any (${ids}::uuid[])
        and delivery_id = ${deliveryId}`;
    return rows.map(({ id }) => id);
  },
  async write({ tx }, cases, grounds) {
    const { scopes, ids } = recordsOf(cases);
    const tlvs = await tx<(TlvDecision & { pupilId: string })[]>`
      select pupil_id as "pupilId", kind, status, requested_on as "requestedOn",
        decided_on as "decidedOn", valid_until as "validUntil", as_of as "asOf"
      from education.tlv 
      where swv_code = any (${scopes}::text[]) and pupil_id = any (${ids}::uuid[])`;
    const opps = await tx<(OppStatus & { pupilId: string })[]>`
      select pupil_id as "pupilId", version, status, established_on as "establishedOn",
        pupil_heard_on as "pupilHeardOn", as_of as "asOf"
      from education.opp 
      where swv_code = any (${scopes}::text[]) and pupil_id = any (${ids}::uuid[])`;
    const arrangements = await tx<(ArrangementDecision & { pupilId: string })[]>`
      select pupil_id as "pupilId", kind, status, requested_on as "requestedOn",
        valid_from as "validFrom", valid_until as "validUntil", as_of as "asOf"
      from education.arrangement 
      where swv_code = any (${scopes}::text[]) and pupil_id = any (${ids}::uuid[])`;
    const of = <T extends { pupilId: string }>(records: readonly T[], id: string) =>
      records.filter(({ pupilId }) => pupilId === id);
    const projected = pair(cases, grounds, shares).map(({ linked, ground }) => ({
      ground,
      pupilId: linked.recordId,
      support: projectSupport(
        of(tlvs, linked.recordId),
        of(opps, linked.recordId),
        of(arrangements, linked.recordId),
      ),
    }));
    const rows = projected.flatMap(({ ground, pupilId, support }) =>
      support === null
        ? []
        : [{ ...onGround(ground), pupilId, ...supportFor(ground.dataKinds, support) }],
    );
    const gone = projected.filter(({ support }) => support === null);
    const removed: Written[] = [];
    for (const { ground, pupilId } of gone) {
      removed.push(
        ...(await tx<Written[]>`
          delete from casework.shared_support
          where youth_region = ${ground.youthRegion} and case_id = ${ground.caseId}
            and ground_id = ${ground.id} and pupil_id = ${pupilId}
          returning youth_region as "youthRegion", case_id as "caseId", ground_id as "groundId"`),
      );
    }
    const written = await upsertProjections(tx, sharedSupport, rows, [
      'tlvKind',
      'tlvStatus',
      'tlvValidUntil',
      'oppStatus',
      'oppEstablishedOn',
      'oppPupilHeardOn',
      'arrangements',
    ]);
    // That the source vouched for it again is not something that happened on the case.
    await upsertProjections(tx, sharedSupport, rows, ['asOf']);
    return [...removed, ...written];
  },
};

type SharedEntry = WaitingRecord & { id: string; deliveredAt: string };

const care: Follower = {
  dataKinds: ['WAITING_STATUS'],
  async changed({ tx, deliveryId }, { scopes, ids }) {
    const rows = await tx<{ id: string }[]>`
      select id from care.waiting_list_entry
      where youth_region = any (${scopes}::text[]) and id = any (${ids}::uuid[])
        and delivery_id = ${deliveryId}`;
    return rows.map(({ id }) => id);
  },
  async write({ tx, today }, cases, grounds) {
    const { scopes, ids } = recordsOf(cases);
    const entries = new Map(
      (
        await tx<SharedEntry[]>`
          select id, status, intended_start as "intendedStart", bridging, as_of as "asOf",
            delivered_at as "deliveredAt"
          from care.waiting_list_entry
          where youth_region = any (${scopes}::text[]) and id = any (${ids}::uuid[])`
      ).map((entry) => [entry.id, entry]),
    );
    const rows = pair(cases, grounds, shares).flatMap(({ linked, ground }) => {
      const entry = entries.get(linked.recordId);
      if (entry === undefined) return [];
      const { id: entryId, deliveredAt } = entry;
      return [{ ...onGround(ground), entryId, ...projectWaiting(entry, today), deliveredAt }];
    });
    const written = await upsertProjections(tx, sharedWaiting, rows, [
      'waitingForHelp',
      'expectedStartWeek',
      'bridging',
    ]);
    await upsertProjections(tx, sharedWaiting, rows, ['asOf', 'deliveredAt']);
    return written;
  },
};

const followers: Readonly<Record<SourceCompartment, Follower>> = {
  ATTENDANCE: attendance,
  EDUCATION: education,
  CARE: care,
};

const shares = (linked: LinkedCase, ground: LiveGround) =>
  ground.recordIds.includes(linked.recordId);

/** Every record with every ground of its case that it goes by. */
const pair = (
  cases: readonly LinkedCase[],
  grounds: readonly LiveGround[],
  applies: (linked: LinkedCase, ground: LiveGround) => boolean,
) => {
  const byCase = grouped(grounds, ({ caseId }) => caseId);
  return cases.flatMap((linked) =>
    (byCase.get(linked.caseId) ?? [])
      .filter((ground) => applies(linked, ground))
      .map((ground) => ({ linked, ground })),
  );
};

export const identitiesOf = ({ tx }: Merge, { scopes, ids }: Records) =>
  tx<(IdentityRecord & { youthId: string; municipalityCode: string })[]>`
    select youth_id as "youthId", municipality_code as "municipalityCode", given_name as "givenName", prefix, family_name as "familyName",
      birth_date as "birthDate", name_protected as "nameProtected"
    from attendance.youth_identity
    where youth_region = any (${scopes}::text[]) and youth_id = any (${ids}::uuid[])`;

export const reportsOf = ({ tx }: Merge, { scopes, ids }: Records) =>
  tx<(AbsenceRecord & { youthId: string; municipalityCode: string; deliveryId: string })[]>`
    select youth_id as "youthId", delivery_id as "deliveryId", municipality_code as "municipalityCode", id, brin6, kind, status, from_on as "fromOn", until_on as "untilOn", hours
    from attendance.absence_report
    where youth_region = any (${scopes}::text[]) and youth_id = any (${ids}::uuid[])
    order by youth_id, from_on, id`;

/** One event on each open case of which something shared changed. */
async function noteChanges(
  { tx, source, deliveredAt }: Merge,
  compartment: SourceCompartment,
  cases: readonly LinkedCase[],
  grounds: readonly LiveGround[],
  written: readonly Written[],
): Promise<void> {
  const groundIds = grouped(written, ({ caseId }) => caseId);
  const open = new Map(cases.filter(({ isOpen }) => isOpen).map((owned) => [owned.caseId, owned]));
  const events = [...open.values()].flatMap((owned) => {
    const changed = groundIds.get(owned.caseId);
    if (changed === undefined) return [];
    const audience = grounds.filter(({ id }) => changed.some(({ groundId }) => groundId === id));
    const isCare = compartment === 'CARE';
    return [
      {
        youthRegion: owned.youthRegion,
        caseId: owned.caseId,
        id: randomUUID(),
        municipalityCode: owned.municipalityCode,
        at: deliveredAt,
        compartment,
        kind: 'RECORD_CHANGED',
        actorRole: 'source',
        // Only those the ground names may know that care is involved, and nobody by whom.
        actorOrganisation: isCare ? null : source,
        recipients: isCare ? [...new Set(audience.flatMap(({ recipients }) => recipients))] : null,
        access: owned.access,
      },
    ];
  });
  await insertRows(tx, caseEvent, events);
}
