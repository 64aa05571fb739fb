/**
 * The closed code lists that the tables, the API and the adapters share, each with its source.
 * A code is stored and shown in the same spelling; how a source writes it stays in that source's adapter.
 */

/** Roles of this release. Source: the role table of the field (docs/roles.md is generated from the policy). */
export const roles = [
  'attendanceOfficer',
  'swvCoordinator',
  'schoolCareCoordinator',
  'youthCoordinator',
  'careProvider',
  'analyst',
  'source',
  'privacyOfficer',
  'operator',
] as const;

/** The two sectors an SWV can belong to: WPO art. 18a (PO) and WVO 2020 art. 2.47 (VO). */
export const sectors = ['PO', 'VO'] as const;

/** Kinds of school site as DUO publishes them. */
export const schoolKinds = ['BO', 'SBO', 'SO', 'SO_VSO', 'VSO', 'VO', 'PRO'] as const;

/** Kinds of absence: Leerplichtwet art. 19 and 21, DUO Verzuimloket. */
export const absenceKinds = [
  'ABSOLUTE',
  'SIXTEEN_HOURS',
  'LONG_TERM',
  'LUXURY',
  'OVER_EIGHTEEN',
  'OTHER',
] as const;

/** Status of an absence report at DUO, closed list since August 2020. */
export const absenceStatuses = [
  'REGISTERED',
  'IN_PROGRESS',
  'CLOSED',
  'WITHDRAWN',
  'NOTED',
] as const;

/** Definitions of "thuiszitter" in use side by side; a count always names its own. */
export const thuiszitterDefinitions = [
  'OCW_2016',
  'INSPECTIE_SWV',
  'LOKAAL_BREED',
  'LRV_DUO',
] as const;

/** Status of a thuiszitter case. */
export const thuiszitterCaseStatuses = [
  'REPORTED',
  'INVESTIGATING',
  'PLAN_MADE',
  'OFFER_MADE',
  'OFFER_ACCEPTED',
  'OFFER_REFUSED',
  'WAITING_FOR_CARE',
  'ESCALATED',
  'BACK_AT_SCHOOL',
  'CLOSED',
  'REOPENED',
] as const;

/** Why a thuiszitter case was closed. */
export const closeReasons = [
  'BACK_AT_OWN_SCHOOL',
  'OTHER_SCHOOL',
  'SPECIAL_EDUCATION',
  'EDUCATION_CARE_ARRANGEMENT',
  'EXEMPTION',
  'MOVED',
  'TURNED_18',
  'BASIC_QUALIFICATION',
  'ADMINISTRATIVE',
] as const;

/** What can be done, or is to be done next, on a case. */
export const actionKinds = [
  'CONTACT_FAMILY',
  'INVESTIGATE',
  'MAKE_PLAN',
  'MAKE_OFFER',
  'RECORD_ACCEPTANCE',
  'RECORD_REFUSAL',
  'AWAIT_CARE',
  'ESCALATE',
  'RETURN_TO_SCHOOL',
  'RESUMED_BY_ITSELF',
  'REVIEW',
] as const;

/** Why a case is due on its date. Terms without a law are configuration. */
export const dueReasons = [
  'FIRST_CONTACT',
  'PLAN',
  'OFFER_WITHIN_THREE_MONTHS',
  'NEXT_ACTION',
] as const;

/** What may cross from one compartment into a case. `ABSENCE_STATUS` is without hours, `SUPPORT_STATUS` without kind and dates. */
export const dataKinds = [
  'IDENTITY',
  'ABSENCE',
  'ABSENCE_STATUS',
  'SUPPORT',
  'SUPPORT_STATUS',
  'WAITING_STATUS',
] as const;

/** Who gave a consent: Jeugdwet 7.3.4, 7.3.5, 7.3.15 and UAVG art. 5. */
export const consentGivers = ['GUARDIANS', 'GUARDIANS_AND_YOUTH', 'YOUTH'] as const;

export const compartments = ['EDUCATION', 'ATTENDANCE', 'CARE', 'CASEWORK'] as const;

/** What happened on a case. */
export const caseEventKinds = [
  'OPENED',
  'ACTION_NOTED',
  'STATUS_CHANGED',
  'ATTACHED',
  'CONSENT_REGISTERED',
  'CONSENT_WITHDRAWN',
  'RECORD_CHANGED',
  'CLOSED',
  'REOPENED',
] as const;

/** TLV kinds: WPO art. 18a, WEC art. 40. */
export const tlvKinds = ['SBO', 'SO', 'VSO'] as const;

/** Funding category of a TLV for so and vso: 1 low, 2 middle, 3 high. */
export const fundingCategories = ['LOW', 'MIDDLE', 'HIGH'] as const;

export const tlvStatuses = [
  'REQUESTED',
  'INCOMPLETE',
  'IN_PROGRESS',
  'GRANTED',
  'REFUSED',
  'OBJECTION',
  'WITHDRAWN',
] as const;

/** Status of an ontwikkelingsperspectief: WPO art. 40a, WEC art. 41a. Dates and status only, never the text. */
export const oppStatuses = [
  'DRAFT',
  'CONSULTATION',
  'ESTABLISHED',
  'EVALUATION_DUE',
  'ADJUSTED',
  'CLOSED',
] as const;

export const arrangementKinds = ['INDIVIDUAL', 'GROUP', 'SCHOOL_MODEL'] as const;

export const arrangementStatuses = [
  'REQUESTED',
  'IN_PROGRESS',
  'GRANTED',
  'REFUSED',
  'RUNNING',
  'EVALUATED',
  'ENDED',
  'EXTENDED',
] as const;

/** Status of a waiting-list entry. */
export const waitingListStatuses = [
  'REGISTERED',
  'WAITING_FOR_INTAKE',
  'WAITING_FOR_START',
  'STARTED',
  'ENDED',
  'CANCELLED',
  'REFERRED_ON',
] as const;

/** Kind of youth care: CBS Beleidsinformatie Jeugd, codes 01–04 and 11–14. */
export const careKinds = [
  'NEIGHBOURHOOD_TEAM',
  'OUTPATIENT',
  'DAY_TREATMENT',
  'IN_OWN_NETWORK',
  'FOSTER_CARE',
  'FAMILY_HOME',
  'SECURE_CARE',
  'OTHER_RESIDENTIAL',
] as const;

/** Referrer: iJw code list COD327. */
export const referrers = [
  'MUNICIPALITY',
  'GENERAL_PRACTITIONER',
  'YOUTH_DOCTOR',
  'CERTIFIED_INSTITUTION',
  'MEDICAL_SPECIALIST',
  'NONE',
  'COURT',
] as const;

export const yesNoUnknown = ['YES', 'NO', 'UNKNOWN'] as const;

/** iJw 3.2 messages of which the hub keeps an event. */
export const careMessages = ['JW301', 'JW305', 'JW307'] as const;

/** Formats a delivery can have. */
export const deliveryFormats = [
  'ABSENCE_REPORTS',
  'ENROLMENTS',
  'WAITING_LIST',
  'IJW',
  'OSO_SWV_DOSSIER',
  'SUPPORT_DECISIONS',
] as const;

export const deliveryStatuses = ['RECEIVING', 'COMPLETED', 'REFUSED', 'FAILED'] as const;

export const auditOutcomes = ['ALLOWED', 'DENIED', 'FAILED'] as const;

export type Role = (typeof roles)[number];
export type Code<List extends readonly string[]> = List[number];
