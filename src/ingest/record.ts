/**
 * What an adapter hands on: one accepted line in the hub's own words, or a reject. A BSN never gets this far:
 * the adapter validates it, turns it into a token and drops it.
 */
import type {
  absenceKinds,
  absenceStatuses,
  arrangementKinds,
  arrangementStatuses,
  Code,
  careKinds,
  careMessages,
  fundingCategories,
  oppStatuses,
  referrers,
  tlvKinds,
  tlvStatuses,
  waitingListStatuses,
  yesNoUnknown,
} from '../../schema/codes.ts';

/** An ISO date, `2026-02-01`. */
export type IsoDate = string;

type Name = {
  givenName: string;
  prefix: string | null;
  familyName: string;
  nameProtected: boolean;
};
type Token = { bsnToken: string; tokenKey: string };

export type AbsenceReportRecord = Token &
  Name & {
    type: 'absenceReport';
    reportNumber: string;
    birthDate: IsoDate;
    municipalityCode: string;
    youthRegion: string;
    brin6: string | null;
    kind: Code<typeof absenceKinds>;
    status: Code<typeof absenceStatuses>;
    fromOn: IsoDate;
    untilOn: IsoDate | null;
    /** Lesson hours; may have decimals. */
    hours: number | null;
    reportedOn: IsoDate;
    asOf: IsoDate;
  };

/** The natural key of a pupil in the education compartment. */
export type PupilKey = { swvCode: string; brin6: string; schoolPupilNumber: string };

export type EnrolmentRecord = PupilKey &
  Name & {
    type: 'enrolment';
    birthDate: IsoDate;
    enrolledOn: IsoDate;
    leftOn: IsoDate | null;
    asOf: IsoDate;
  };

export type WaitingListRecord = Token & {
  type: 'waitingListEntry';
  reference: string;
  birthDate: IsoDate;
  municipalityCode: string;
  youthRegion: string;
  providerAgb: string;
  careKind: Code<typeof careKinds>;
  referrer: Code<typeof referrers> | null;
  allocationNumber: string | null;
  referredOn: IsoDate;
  registeredOn: IsoDate | null;
  intakeOn: IsoDate | null;
  allocatedOn: IsoDate | null;
  intendedStart: IsoDate | null;
  startedOn: IsoDate | null;
  endedOn: IsoDate | null;
  status: Code<typeof waitingListStatuses>;
  bridging: boolean;
  hindersEducation: Code<typeof yesNoUnknown>;
  asOf: IsoDate;
};

/** One product in an iJw message. `intendedStart` only from JW301, `endReason` (JZ588) only from JW307. */
export type CareEventRecord = Token & {
  type: 'careEvent';
  message: Code<typeof careMessages>;
  messageId: string;
  municipalityCode: string;
  youthRegion: string;
  providerAgb: string;
  allocationNumber: string;
  productCategory: string | null;
  productCode: string | null;
  occurredOn: IsoDate;
  intendedStart: IsoDate | null;
  endReason: string | null;
  asOf: IsoDate;
};

/** A request for a TLV or an arrangement, from an OSO "aanvraag SWV-dossier". */
export type SupportApplicationRecord = PupilKey &
  Name & {
    type: 'supportApplication';
    birthDate: IsoDate;
    enrolledOn: IsoDate;
    application: 'TLV' | 'ARRANGEMENT';
    /** Known for a TLV: follows from the transition asked for. */
    tlvKind: Code<typeof tlvKinds> | null;
    sourceKey: string;
    requestedOn: IsoDate;
    asOf: IsoDate;
  };

export type TlvRecord = PupilKey & {
  type: 'tlv';
  number: string;
  kind: Code<typeof tlvKinds>;
  fundingCategory: Code<typeof fundingCategories> | null;
  cluster: 3 | 4 | null;
  status: Code<typeof tlvStatuses>;
  requestedOn: IsoDate;
  decideBy: IsoDate;
  decidedOn: IsoDate | null;
  validFrom: IsoDate | null;
  validUntil: IsoDate | null;
  adviceCount: number;
  asOf: IsoDate;
};

export type OppRecord = PupilKey & {
  type: 'opp';
  version: number;
  status: Code<typeof oppStatuses>;
  establishedOn: IsoDate | null;
  guardiansConsultedOn: IsoDate | null;
  pupilHeardOn: IsoDate | null;
  evaluatedOn: IsoDate | null;
  asOf: IsoDate;
};

export type ArrangementRecord = PupilKey & {
  type: 'arrangement';
  number: string;
  kind: Code<typeof arrangementKinds>;
  status: Code<typeof arrangementStatuses>;
  requestedOn: IsoDate;
  decidedOn: IsoDate | null;
  validFrom: IsoDate | null;
  validUntil: IsoDate | null;
  asOf: IsoDate;
};

export type IngestRecord =
  | AbsenceReportRecord
  | EnrolmentRecord
  | WaitingListRecord
  | CareEventRecord
  | SupportApplicationRecord
  | TlvRecord
  | OppRecord
  | ArrangementRecord;

/** Why a line was not accepted. `message` is Dutch (B1), tells what to do, and holds no personal value. */
export type RejectReason = { field: string | null; code: string; message: string };

/** What became of one line: `line` counts from 1, the header of a CSV included; a message is line 1. */
export type LineOutcome =
  | { line: number; record: IngestRecord }
  | { line: number; reasons: [RejectReason, ...RejectReason[]] };

/** The file as a whole cannot be taken in: wrong format, missing column, not valid against its XSD. */
export class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';
  /** Stable code, such as `MISSING_COLUMN`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What an adapter needs to know of the world: reference data, the source's own area, the keys. */
export type AdapterFacts = {
  /** Youth region of a municipality that exists on this date, or null. */
  youthRegionOf(municipalityCode: string, on: IsoDate): string | null;
  /** The site, or null when DUO does not know it. */
  school(brin6: string): { swvCode: string | null; kind: string } | null;
  /** True when the SWV exists. */
  hasSwv(code: string): boolean;
  source: {
    name: string;
    municipalityCodes: readonly string[];
    swvCodes: readonly string[];
    brin6s: readonly string[];
    providerAgbs: readonly string[];
  };
  /** HMAC-SHA-256 of a valid BSN under the key of that compartment, base64url, with the key's id. */
  token(compartment: 'attendance' | 'care', bsn: string): { bsnToken: string; tokenKey: string };
  /** BSNs of the official test range are accepted (demonstration and test only). */
  allowTestBsn: boolean;
  /** Today in Europe/Amsterdam. */
  today: IsoDate;
};

export type Adapter = (
  input: AsyncIterable<Uint8Array>,
  facts: AdapterFacts,
) => AsyncIterable<LineOutcome>;
