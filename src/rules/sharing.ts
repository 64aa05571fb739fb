/**
 * Which kinds of data a role may receive in a case, on which ground. The table is the case-room matrix of the field
 * (who sees identity, absence, support and waiting status); a kind that is not listed is never sent.
 */
import type { Code, dataKinds, Role } from '../../schema/codes.ts';
import type { projectSupport } from './projection.ts';

export type DataKind = Code<typeof dataKinds>;

/** What a party to the case gets of the child and its absence when it joins. The owner has its own register. */
const onJoining: Partial<Record<Role, readonly DataKind[]>> = {
  swvCoordinator: ['IDENTITY', 'ABSENCE_STATUS'],
  schoolCareCoordinator: ['IDENTITY', 'ABSENCE_STATUS'],
  youthCoordinator: ['IDENTITY', 'ABSENCE_STATUS'],
};

/** Support decisions: in full for SWV and school, the status for the others (WPO art. 18a l. 13). */
const ofSupport: Partial<Record<Role, DataKind>> = {
  swvCoordinator: 'SUPPORT',
  schoolCareCoordinator: 'SUPPORT',
  attendanceOfficer: 'SUPPORT_STATUS',
  youthCoordinator: 'SUPPORT_STATUS',
};

/** Waiting status: only a consent lets it leave the care domain (Jeugdwet 7.3.11). */
const ofWaiting: Partial<Record<Role, DataKind>> = {
  swvCoordinator: 'WAITING_STATUS',
  schoolCareCoordinator: 'WAITING_STATUS',
  attendanceOfficer: 'WAITING_STATUS',
  youthCoordinator: 'WAITING_STATUS',
};

export type Party = { role: Role; organisation: string };

export const kindsOnJoining = (role: Role): readonly DataKind[] => onJoining[role] ?? [];

const groupByKind = (
  table: Partial<Record<Role, DataKind>>,
  parties: readonly Party[],
): { kind: DataKind; recipients: Party[] }[] => {
  const groups = new Map<DataKind, Party[]>();
  for (const party of parties) {
    const kind = table[party.role];
    if (kind) groups.set(kind, [...(groups.get(kind) ?? []), party]);
  }
  return [...groups].map(([kind, recipients]) => ({ kind, recipients }));
};

export const supportGroups = (parties: readonly Party[]) => groupByKind(ofSupport, parties);
export const waitingGroups = (parties: readonly Party[]) => groupByKind(ofWaiting, parties);

export const mayReceiveSupport = (role: Role): boolean => role in ofSupport;
export const mayReceiveWaiting = (role: Role): boolean => role in ofWaiting;

/** Cuts support decisions down to what the ground gives: the status kind holds no kind, date or term. */
export const supportFor = (
  kinds: readonly string[],
  support: NonNullable<ReturnType<typeof projectSupport>>,
): NonNullable<ReturnType<typeof projectSupport>> =>
  kinds.includes('SUPPORT')
    ? support
    : {
        ...support,
        tlvKind: null,
        tlvValidUntil: null,
        oppEstablishedOn: null,
        oppPupilHeardOn: null,
        arrangements: support.arrangements.map(({ status }) => ({
          kind: null,
          status,
          from: null,
          until: null,
        })),
      };

/** Hours of absence cross only on a ground for absence in full. */
export const hoursFor = (kinds: readonly string[]): boolean => kinds.includes('ABSENCE');

/** Whether a report may go to these recipients: a school knows of its own reports, not of those of another school. */
export const mayKnowReport = (recipients: readonly string[], brin6: string | null): boolean => {
  const schools = recipients.filter((party) => party.startsWith('schoolCareCoordinator:'));
  return schools.every((party) => party === `schoolCareCoordinator:${brin6}`);
};
