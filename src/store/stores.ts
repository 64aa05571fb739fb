/** Which merge takes the lines of each record type, and in which compartment it puts them. */
import type { compartments } from '../../schema/codes.ts';
import { lineTables, type RecordType } from '../staging/line-tables.ts';
import { mergeAbsenceReports } from './absence-report.ts';
import { mergeCareEvents } from './care-event.ts';
import { mergeEnrolments } from './enrolment.ts';
import { equal, type Fragment, type Merge, type MergeResult } from './merge.ts';
import { mergeSupportApplications } from './support-application.ts';
import { mergeArrangements, mergeOpps, mergeTlvs } from './support-decision.ts';
import { mergeWaitingList } from './waiting-list-entry.ts';

export type SourceCompartment = Exclude<(typeof compartments)[number], 'CASEWORK'>;

type Store = {
  compartment: SourceCompartment;
  merge: (merge: Merge) => Promise<MergeResult>;
  /** From a line to the record that a party attaches to a case: a youth, a pupil, an entry of a waiting list. */
  record: (merge: Merge) => Fragment;
};

const youth = ({ tx }: Merge) =>
  tx`join attendance.youth as record on ${equal(tx, 'record', 'line', ['youth_region', 'bsn_token'])}`;
const pupil = ({ tx }: Merge) =>
  tx`join education.pupil as record on ${equal(tx, 'record', 'line', ['swv_code', 'brin6', 'school_pupil_number'])}`;
const entry = ({ tx }: Merge) =>
  tx`join care.waiting_list_entry as record on ${equal(tx, 'record', 'line', ['youth_region', 'provider_agb', 'reference'])}`;
const entryOfEvent = ({ tx }: Merge) =>
  tx`join care.waiting_list_entry as record on record.youth_region = line.youth_region and record.id = line.entry_id`;

/** In the order in which they are merged: what others refer to comes first. */
export const stores: Readonly<Record<RecordType, Store>> = {
  enrolment: { compartment: 'EDUCATION', merge: mergeEnrolments, record: pupil },
  supportApplication: { compartment: 'EDUCATION', merge: mergeSupportApplications, record: pupil },
  tlv: { compartment: 'EDUCATION', merge: mergeTlvs, record: pupil },
  opp: { compartment: 'EDUCATION', merge: mergeOpps, record: pupil },
  arrangement: { compartment: 'EDUCATION', merge: mergeArrangements, record: pupil },
  absenceReport: { compartment: 'ATTENDANCE', merge: mergeAbsenceReports, record: youth },
  waitingListEntry: { compartment: 'CARE', merge: mergeWaitingList, record: entry },
  careEvent: { compartment: 'CARE', merge: mergeCareEvents, record: entryOfEvent },
};

/** How many lines, accepted or unchanged, are about one of these records. */
export async function countLinesOf(
  merge: Merge,
  type: RecordType,
  recordIds: readonly string[],
): Promise<number> {
  const { tx, deliveryId } = merge;
  if (recordIds.length === 0) return 0;
  const [found] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${tx.unsafe(lineTables[type].table)} as line
    ${stores[type].record(merge)}
    where line.delivery_id = ${deliveryId} and record.id = any (${[...recordIds]}::uuid[])`;
  return found?.lines ?? 0;
}

/** The distribution keys that the staged lines of a type belong to. */
export async function scopesOf({ tx, deliveryId }: Merge, type: RecordType): Promise<string[]> {
  const { table, scope } = lineTables[type];
  const rows = await tx<{ scope: string }[]>`
    select distinct ${tx.unsafe(scope)} as scope from ${tx.unsafe(table)}
    where delivery_id = ${deliveryId}`;
  return rows.map((found) => found.scope);
}
