/**
 * What of a record crosses its compartment line: pure, so that a delivery and a command project alike.
 * No diagnosis, no text, no provider, no kind of care: what is not returned here cannot cross.
 */
import type { SharedArrangement } from '../../schema/db/projection.ts';
import type { IsoDate } from '../ingest/record.ts';
import { isoWeek } from './calendar.ts';
import { daysBetween } from './dates.ts';

export type IdentityRecord = {
  givenName: string;
  prefix: string | null;
  familyName: string;
  birthDate: IsoDate;
  nameProtected: boolean;
};

const fullName = ({ givenName, prefix, familyName }: IdentityRecord): string =>
  [givenName, prefix, familyName].filter(Boolean).join(' ');

/** Whether a ground shows the attendance record to nobody but attendance officers: only they see a protected name. */
export const isOwnRegister = (recipients: readonly string[]): boolean =>
  recipients.length > 0 && recipients.every((party) => party.startsWith('attendanceOfficer:'));

export const projectIdentity = (
  identity: IdentityRecord,
  { own }: { own: boolean },
): { name: string | null; nameProtected: boolean; birthDate: IsoDate } => ({
  name: identity.nameProtected && !own ? null : fullName(identity),
  nameProtected: identity.nameProtected,
  birthDate: identity.birthDate,
});

export type AbsenceRecord = {
  id: string;
  brin6: string | null;
  kind: string;
  status: string;
  fromOn: IsoDate;
  untilOn: IsoDate | null;
  hours: number | null;
};

export const projectAbsence = (report: AbsenceRecord, { hours }: { hours: boolean }) => ({
  reportId: report.id,
  brin6: report.brin6,
  kind: report.kind,
  status: report.status,
  fromOn: report.fromOn,
  untilOn: report.untilOn,
  hours: hours ? report.hours : null,
});

export type WaitingRecord = {
  status: string;
  intendedStart: IsoDate | null;
  bridging: boolean;
  asOf: IsoDate;
};

const waiting: readonly string[] = ['REGISTERED', 'WAITING_FOR_INTAKE', 'WAITING_FOR_START'];
const waitingNoMore: readonly string[] = ['STARTED', 'ENDED', 'CANCELLED'];

/** A waiting status older than this says nothing about today any more. */
export const waitingStatusDays = 31;

/** Whether the child waits for help. Unknown when referred on (the next provider knows), and when the status is too old. */
export const projectWaiting = (entry: WaitingRecord, today: IsoDate) => {
  const stale = daysBetween(entry.asOf, today) > waitingStatusDays;
  const waits = !stale && waiting.includes(entry.status);
  const waitsNoMore = !stale && waitingNoMore.includes(entry.status);
  return {
    waitingForHelp: waits ? 'YES' : waitsNoMore ? 'NO' : 'UNKNOWN',
    expectedStartWeek: waits && entry.intendedStart !== null ? isoWeek(entry.intendedStart) : null,
    bridging: entry.bridging,
    asOf: entry.asOf,
    // The name of a source may be that of a provider, and which provider a child waits for does not cross.
    source: 'care',
  };
};

export type TlvDecision = {
  kind: string;
  status: string;
  requestedOn: IsoDate;
  decidedOn: IsoDate | null;
  validUntil: IsoDate | null;
  asOf: IsoDate;
};

export type OppStatus = {
  version: number;
  status: string;
  establishedOn: IsoDate | null;
  pupilHeardOn: IsoDate | null;
  asOf: IsoDate;
};

export type ArrangementDecision = {
  kind: string;
  status: string;
  requestedOn: IsoDate;
  validFrom: IsoDate | null;
  validUntil: IsoDate | null;
  asOf: IsoDate;
};

const byText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

/** The last TLV, the last OPP and all arrangements of one pupil; null when there is nothing to share. */
export const projectSupport = (
  tlvs: readonly TlvDecision[],
  opps: readonly OppStatus[],
  arrangements: readonly ArrangementDecision[],
) => {
  const asOf = [...tlvs, ...opps, ...arrangements]
    .map((record) => record.asOf)
    .sort(byText)
    .at(-1);
  if (asOf === undefined) return null;
  const tlv = [...tlvs]
    .sort(
      (a, b) =>
        byText(a.requestedOn, b.requestedOn) ||
        byText(a.decidedOn ?? '', b.decidedOn ?? '') ||
        byText(a.kind + a.status, b.kind + b.status),
    )
    .at(-1);
  const opp = [...opps].sort((a, b) => a.version - b.version).at(-1);
  return {
    tlvKind: tlv?.kind ?? null,
    tlvStatus: tlv?.status ?? null,
    tlvValidUntil: tlv?.validUntil ?? null,
    oppStatus: opp?.status ?? null,
    oppEstablishedOn: opp?.establishedOn ?? null,
    oppPupilHeardOn: opp?.pupilHeardOn ?? null,
    arrangements: [...arrangements]
      .sort(
        (a, b) =>
          byText(a.requestedOn, b.requestedOn) || byText(JSON.stringify(a), JSON.stringify(b)),
      )
      .map(
        ({ kind, status, validFrom, validUntil }): SharedArrangement => ({
          kind,
          status,
          from: validFrom,
          until: validUntil,
        }),
      ),
    asOf,
  };
};
