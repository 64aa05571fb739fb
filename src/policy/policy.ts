/**
 * The one table of rights: role → purpose and legal ground, and per type the rows and the fields. A missing cell is a
 * denial; there is no wildcard. It generates the schema of each role, the row scope of each plan and docs/roles.md;
 * the database says the same again (schema/migrations/0001_access.sql), and test/policy/access.csv, written by hand,
 * judges both.
 */
import type { Role } from '../../schema/codes.ts';

/** Which rows of a type a role reaches. Each entity turns a scope into SQL (src/plans). */
export const rowScopes = {
  everyone: 'all rows: they hold no person',
  self: 'the caller itself',
  ownMunicipality: 'of the municipality the caller acts for',
  responsibleMunicipality:
    'of children the municipality is responsible for by the woonplaatsbeginsel, while help is asked for or given',
  ownSwv: 'of the SWV the caller acts for',
  ownSwvTask: 'of pupils for whom the SWV of the caller has an open task',
  ownSite: 'of pupils enrolled or applied at the school site of the caller',
  ownClients: 'of the care provider the caller acts for',
  party: 'of cases the organisation of the caller takes part in, until its access ends',
  recipient: 'of a case in reach, where a ground that is valid today names the caller',
  ownSource: 'delivered by the source itself',
} as const;

export type RowScope = keyof typeof rowScopes;

export type TypeRight = { rows: RowScope; fields: readonly string[] };

export type RoleRight = {
  /** Who this is, in Dutch as the field says it. */
  dutch: string;
  /** Purpose → legal ground. A viewer acts for one purpose at a time. */
  purposes: Readonly<Record<string, string>>;
  /** What the role never sees, in words, for the register of processing. */
  never: string;
  types: Readonly<Record<string, TypeRight>>;
};

type Policy = Readonly<Record<Role, RoleRight>>;

const all = <const Fields extends readonly string[]>(rows: RowScope, ...fields: Fields) => ({
  rows,
  fields,
});

/** What everybody may know, and who one is. */
const common = {
  Viewer: all('self', 'role', 'organisation', 'purpose', 'legalBasis'),
  Municipality: all('everyone', 'code', 'name', 'province', 'youthRegion', 'swvs'),
  YouthRegion: all('everyone', 'code', 'name'),
  Swv: all('everyone', 'code', 'sector', 'label', 'municipalities', 'schools'),
  MunicipalitySwv: all('everyone', 'code', 'sector', 'share', 'isMain', 'swv'),
  School: all(
    'everyone',
    'brin6',
    'name',
    'kind',
    'denomination',
    'latitude',
    'longitude',
    'municipality',
    'swv',
  ),
  CareProvider: all('everyone', 'agb', 'name'),
} as const;

const referenceQueries = ['viewer', 'municipality', 'swv', 'school', 'careProvider'] as const;

/** The case page, the same for every party; what a party may not see is withheld by its grounds, not by its schema. */
const casePage = (rows: 'ownMunicipality' | 'party') =>
  ({
    CasePupil: all('recipient', 'id', 'name', 'age', 'municipality'),
    CaseDue: all(rows, 'on', 'reason', 'overdueDays'),
    CaseAction: all(rows, 'kind', 'dueOn', 'owner'),
    Actor: all(rows, 'role', 'organisation'),
    CaseEvent: all(rows, 'at', 'compartment', 'kind', 'detail', 'actor'),
    CaseParty: all(rows, 'role', 'organisation', 'since', 'until'),
    CaseConsent: all(
      'recipient',
      'id',
      'purpose',
      'recipients',
      'dataKinds',
      'validUntil',
      'withdrawnOn',
    ),
    Justification: all('recipient', 'purpose', 'ground', 'covenant', 'consent', 'until'),
    CaseAbsence: all('recipient', 'availability', 'reports'),
    CaseAbsenceReport: all('recipient', 'kind', 'status', 'from', 'until', 'hours'),
    CaseWaitingStatus: all(
      'recipient',
      'availability',
      'waitingForHelp',
      'expectedStartWeek',
      'bridging',
      'asOf',
      'provenance',
    ),
    Provenance: all('recipient', 'source', 'deliveredAt'),
    CaseSupport: all('recipient', 'availability', 'tlv', 'opp', 'arrangements'),
    CaseTlv: all('recipient', 'kind', 'status', 'validUntil'),
    CaseOpp: all('recipient', 'status', 'establishedOn', 'pupilHeardOn'),
    CaseArrangement: all('recipient', 'kind', 'status', 'from', 'until'),
  }) as const;

const caseFields = [
  'id',
  'status',
  'openedOn',
  'closedOn',
  'closeReason',
  'definition',
  'firstAbsentOn',
  'weeksAtHome',
  'due',
  'nextAction',
  'pupil',
  'school',
  'municipality',
  'absence',
  'waitingStatus',
  'support',
  'events',
  'timeline',
  'parties',
  'consents',
  'whyMayISeeThis',
] as const;

const pupilTypes = (rows: 'ownSwvTask' | 'ownSite', decisions: 'ownSwv' | 'ownSite') =>
  ({
    Pupil: all(rows, 'id', 'name', 'schoolPupilNumber', 'school', 'tlvs', 'opp', 'arrangements'),
    Tlv: all(
      decisions,
      'id',
      'swv',
      'number',
      'kind',
      'fundingCategory',
      'cluster',
      'status',
      'requestedOn',
      'decideBy',
      'decidedOn',
      'validFrom',
      'validUntil',
      'adviceCount',
      'school',
      'pupil',
    ),
    Opp: all(
      rows,
      'version',
      'status',
      'establishedOn',
      'guardiansConsultedOn',
      'pupilHeardOn',
      'evaluatedOn',
    ),
    Arrangement: all(
      decisions,
      'id',
      'kind',
      'status',
      'requestedOn',
      'decidedOn',
      'validFrom',
      'validUntil',
    ),
  }) as const;

const waitingListEntry = [
  'id',
  'reference',
  'status',
  'careKind',
  'referredOn',
  'registeredOn',
  'intakeOn',
  'allocatedOn',
  'intendedStart',
  'startedOn',
  'endedOn',
  'bridging',
  'hindersEducation',
  'asOf',
  'stale',
  'weeksWaiting',
  'provider',
  'municipality',
] as const;

export const policy = {
  attendanceOfficer: {
    dutch: 'leerplichtambtenaar',
    purposes: { 'return-to-school': 'Leerplichtwet 1969, art. 16, 18 en 22' },
    never: 'diagnosis, OPP text, care provider, other municipalities',
    types: {
      ...common,
      ...casePage('ownMunicipality'),
      Query: all(
        'self',
        ...referenceQueries,
        'thuiszitterCases',
        'thuiszitterCase',
        'absenceReports',
      ),
      Mutation: all(
        'self',
        'thuiszitterCaseOpen',
        'thuiszitterCaseNoteAction',
        'thuiszitterCaseClose',
      ),
      ThuiszitterCase: all('ownMunicipality', ...caseFields, 'caseKey'),
      AbsenceReport: all(
        'ownMunicipality',
        'id',
        'kind',
        'status',
        'from',
        'until',
        'hours',
        'reportedOn',
        'school',
        'youth',
      ),
      Youth: all('ownMunicipality', 'id', 'name', 'age', 'municipality'),
    },
  },
  swvCoordinator: {
    dutch: 'SWV-consulent, TLV-commissie',
    purposes: { 'support-allocation': 'WPO art. 18a lid 6 b–d en lid 13; WVO 2020 art. 2.47' },
    never: 'BSN, absence in detail, care content, another SWV',
    types: {
      ...common,
      ...casePage('party'),
      ...pupilTypes('ownSwvTask', 'ownSwv'),
      Query: all(
        'self',
        ...referenceQueries,
        'thuiszitterCases',
        'thuiszitterCase',
        'tlvs',
        'pupils',
      ),
      Mutation: all(
        'self',
        'thuiszitterCaseAttachPupil',
        'thuiszitterCaseNoteAction',
        'consentWithdraw',
      ),
      ThuiszitterCase: all('party', ...caseFields),
    },
  },
  schoolCareCoordinator: {
    dutch: 'zorgcoördinator of intern begeleider van een school',
    purposes: { 'duty-of-care': 'WPO art. 40 en 40a; Leerplichtwet 1969, art. 21' },
    never: 'any care content, notes of the attendance officer, siblings, other schools',
    types: {
      ...common,
      ...casePage('party'),
      ...pupilTypes('ownSite', 'ownSite'),
      Query: all('self', ...referenceQueries, 'thuiszitterCases', 'thuiszitterCase', 'pupils'),
      Mutation: all(
        'self',
        'thuiszitterCaseAttachPupil',
        'thuiszitterCaseNoteAction',
        'consentWithdraw',
      ),
      ThuiszitterCase: all('party', ...caseFields),
    },
  },
  youthCoordinator: {
    dutch: 'jeugdregisseur, wijkteam',
    purposes: { 'access-to-youth-care': 'Jeugdwet art. 2.3 en 7.4.0' },
    never: 'OPP text, SWV file, absence in detail without consent',
    types: {
      ...common,
      ...casePage('party'),
      Query: all(
        'self',
        ...referenceQueries,
        'thuiszitterCases',
        'thuiszitterCase',
        'waitingListEntries',
      ),
      Mutation: all(
        'self',
        'thuiszitterCaseAttachWaitingListEntry',
        'thuiszitterCaseNoteAction',
        'consentWithdraw',
      ),
      ThuiszitterCase: all('party', ...caseFields),
      WaitingListEntry: all('responsibleMunicipality', ...waitingListEntry),
      WeeksWaiting: all('responsibleMunicipality', 'registration', 'treatment', 'total'),
    },
  },
  careProvider: {
    dutch: 'jeugdhulpaanbieder, wachtlijstbeheer',
    purposes: { 'waiting-status': 'Jeugdwet art. 7.4.0 en 7.3.11; Regeling Jeugdwet art. 8g' },
    never: 'school and absence data, other providers',
    types: {
      ...common,
      Query: all('self', ...referenceQueries, 'waitingListEntries'),
      Mutation: all('self', 'thuiszitterCaseAttachWaitingListEntry', 'consentWithdraw'),
      WaitingListEntry: all('ownClients', ...waitingListEntry),
      WeeksWaiting: all('ownClients', 'registration', 'treatment', 'total'),
    },
  },
  analyst: {
    dutch: 'analist',
    purposes: { 'policy-statistics': 'AVG art. 89; Jeugdwet art. 7.4.1' },
    never: 'any row that can be traced to a person',
    types: { ...common, Query: all('self', ...referenceQueries) },
  },
  source: {
    dutch: 'bronsysteem',
    purposes: { delivery: 'convenant met de verwerkingsverantwoordelijke; AVG art. 28' },
    never: 'records of others; what it delivered is not read back',
    types: {
      ...common,
      Query: all('self', ...referenceQueries, 'deliveries'),
      Delivery: all(
        'ownSource',
        'id',
        'source',
        'format',
        'receivedAt',
        'finishedAt',
        'status',
        'problem',
        'counts',
        'rejects',
      ),
      DeliveryCounts: all('ownSource', 'received', 'accepted', 'unchanged', 'rejected', 'linked'),
      DeliveryReject: all('ownSource', 'line', 'field', 'code', 'message'),
    },
  },
  privacyOfficer: {
    dutch: 'functionaris gegevensbescherming',
    purposes: { supervision: 'AVG art. 37–39' },
    never: 'substantive fields of a case',
    types: { ...common, Query: all('self', ...referenceQueries) },
  },
  operator: {
    dutch: 'beheerder',
    purposes: { operation: 'AVG art. 28' },
    never: 'reading content, granting itself a role',
    types: { ...common, Query: all('self', ...referenceQueries) },
  },
} as const satisfies Policy;

const table: Policy = policy;

export const rightsOf = (role: Role): RoleRight => table[role];

export const purposesOf = (role: Role): readonly string[] => Object.keys(table[role].purposes);

/** The legal ground of a role's purpose. */
export const legalBasisOf = (role: Role, purpose: string): string => {
  const basis = table[role].purposes[purpose];
  if (basis === undefined) throw new Error(`the role has no purpose "${purpose}"`);
  return basis;
};
