/** In which staging table the lines of each record type lie, and which field of the record each column holds. */
import type { IngestRecord } from '../ingest/record.ts';

export type RecordType = IngestRecord['type'];
type RecordOf<Type extends RecordType> = Extract<IngestRecord, { type: Type }>;
/** All fields of the record and no others: a field that is forgotten here does not compile. */
type Fields<Type extends RecordType> = Readonly<
  Record<Exclude<keyof RecordOf<Type>, 'type'>, string>
>;

const token = { bsnToken: 'bsn_token', tokenKey: 'token_key' } as const;
const name = {
  givenName: 'given_name',
  prefix: 'prefix',
  familyName: 'family_name',
  nameProtected: 'name_protected',
} as const;
const pupil = {
  swvCode: 'swv_code',
  brin6: 'brin6',
  schoolPupilNumber: 'school_pupil_number',
} as const;

const columns: { readonly [Type in RecordType]: Fields<Type> } = {
  absenceReport: {
    ...token,
    ...name,
    birthDate: 'birth_date',
    youthRegion: 'youth_region',
    municipalityCode: 'municipality_code',
    reportNumber: 'report_number',
    brin6: 'brin6',
    kind: 'kind',
    status: 'status',
    fromOn: 'from_on',
    untilOn: 'until_on',
    hours: 'hours',
    reportedOn: 'reported_on',
    asOf: 'as_of',
  },
  enrolment: {
    ...pupil,
    ...name,
    birthDate: 'birth_date',
    enrolledOn: 'enrolled_on',
    leftOn: 'left_on',
    asOf: 'as_of',
  },
  supportApplication: {
    ...pupil,
    ...name,
    birthDate: 'birth_date',
    enrolledOn: 'enrolled_on',
    application: 'application',
    tlvKind: 'tlv_kind',
    sourceKey: 'source_key',
    requestedOn: 'requested_on',
    asOf: 'as_of',
  },
  tlv: {
    ...pupil,
    number: 'number',
    kind: 'kind',
    fundingCategory: 'funding_category',
    cluster: 'cluster',
    status: 'status',
    requestedOn: 'requested_on',
    decideBy: 'decide_by',
    decidedOn: 'decided_on',
    validFrom: 'valid_from',
    validUntil: 'valid_until',
    adviceCount: 'advice_count',
    asOf: 'as_of',
  },
  opp: {
    ...pupil,
    version: 'version',
    status: 'status',
    establishedOn: 'established_on',
    guardiansConsultedOn: 'guardians_consulted_on',
    pupilHeardOn: 'pupil_heard_on',
    evaluatedOn: 'evaluated_on',
    asOf: 'as_of',
  },
  arrangement: {
    ...pupil,
    number: 'number',
    kind: 'kind',
    status: 'status',
    requestedOn: 'requested_on',
    decidedOn: 'decided_on',
    validFrom: 'valid_from',
    validUntil: 'valid_until',
    asOf: 'as_of',
  },
  waitingListEntry: {
    ...token,
    birthDate: 'birth_date',
    youthRegion: 'youth_region',
    municipalityCode: 'municipality_code',
    providerAgb: 'provider_agb',
    reference: 'reference',
    careKind: 'care_kind',
    referrer: 'referrer',
    allocationNumber: 'allocation_number',
    referredOn: 'referred_on',
    registeredOn: 'registered_on',
    intakeOn: 'intake_on',
    allocatedOn: 'allocated_on',
    intendedStart: 'intended_start',
    startedOn: 'started_on',
    endedOn: 'ended_on',
    status: 'status',
    bridging: 'bridging',
    hindersEducation: 'hinders_education',
    asOf: 'as_of',
  },
  careEvent: {
    ...token,
    youthRegion: 'youth_region',
    municipalityCode: 'municipality_code',
    providerAgb: 'provider_agb',
    message: 'message',
    messageId: 'message_id',
    allocationNumber: 'allocation_number',
    productCategory: 'product_category',
    productCode: 'product_code',
    occurredOn: 'occurred_on',
    intendedStart: 'intended_start',
    endReason: 'end_reason',
    asOf: 'as_of',
  },
};

export type LineTable = {
  /** Schema and name. */
  table: string;
  /** The distribution key of what the lines become. */
  scope: 'youth_region' | 'swv_code';
  columns: readonly string[];
  /** The fields of a record, in the order of `columns`. */
  fields: readonly string[];
};

const lineTable = (type: RecordType, table: string, scope: LineTable['scope']): LineTable => ({
  table,
  scope,
  columns: Object.values(columns[type]),
  fields: Object.keys(columns[type]),
});

export const lineTables: Readonly<Record<RecordType, LineTable>> = {
  absenceReport: lineTable('absenceReport', 'staging.absence_report_line', 'youth_region'),
  enrolment: lineTable('enrolment', 'staging.enrolment_line', 'swv_code'),
  supportApplication: lineTable(
    'supportApplication',
    'staging.support_application_line',
    'swv_code',
  ),
  tlv: lineTable('tlv', 'staging.tlv_line', 'swv_code'),
  opp: lineTable('opp', 'staging.opp_line', 'swv_code'),
  arrangement: lineTable('arrangement', 'staging.arrangement_line', 'swv_code'),
  waitingListEntry: lineTable('waitingListEntry', 'staging.waiting_list_line', 'youth_region'),
  careEvent: lineTable('careEvent', 'staging.care_event_line', 'youth_region'),
};
