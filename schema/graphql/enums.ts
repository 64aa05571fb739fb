/** The code lists of schema/codes.ts as enums of the API, in the same spelling. */
import { registerEnumType } from 'type-graphql';
import * as codes from '../codes.ts';

type Codes<List extends readonly string[]> = { [Value in List[number]]: Value };

const codeEnum = <const List extends readonly string[]>(
  name: string,
  description: string,
  list: List,
): Codes<List> => {
  const values = Object.fromEntries(list.map((code) => [code, code])) as Codes<List>;
  registerEnumType(values, { name, description });
  return values;
};

export const Role = codeEnum('Role', 'The role in which somebody acts.', codes.roles);
export const Sector = codeEnum(
  'Sector',
  'Sector of an SWV: primary (PO) or secondary (VO).',
  codes.sectors,
);
export const SchoolKind = codeEnum(
  'SchoolKind',
  'Kind of school site, as DUO publishes it.',
  codes.schoolKinds,
);
export const AbsenceKind = codeEnum(
  'AbsenceKind',
  'Kind of absence: Leerplichtwet 1969 art. 19 and 21, DUO Verzuimloket.',
  codes.absenceKinds,
);
export const AbsenceStatus = codeEnum(
  'AbsenceStatus',
  'Status of an absence report at DUO.',
  codes.absenceStatuses,
);
export const ThuiszitterDefinition = codeEnum(
  'ThuiszitterDefinition',
  'The definition of thuiszitter by which a case was opened. Several are in use; a count names its own.',
  codes.thuiszitterDefinitions,
);
export const ThuiszitterCaseStatus = codeEnum(
  'ThuiszitterCaseStatus',
  'Where a case stands on the way back to school.',
  codes.thuiszitterCaseStatuses,
);
export const CloseReason = codeEnum('CloseReason', 'Why a case was closed.', codes.closeReasons);
export const ActionKind = codeEnum(
  'ActionKind',
  'What was done, or is to be done next, on a case.',
  codes.actionKinds,
);
export const DueReason = codeEnum(
  'DueReason',
  'Which term of a case runs out first.',
  codes.dueReasons,
);
export const DataKind = codeEnum(
  'DataKind',
  'What may cross a compartment line into a case. `ABSENCE_STATUS` is without hours, `SUPPORT_STATUS` without kind and dates.',
  codes.dataKinds,
);
export const ConsentGiver = codeEnum(
  'ConsentGiver',
  'Who gives a consent: guardians for a child under 12, both from 12 to 15, the youth from 16 (Jeugdwet 7.3.4, 7.3.5, 7.3.15; UAVG art. 5).',
  codes.consentGivers,
);
export const Compartment = codeEnum(
  'Compartment',
  'The field a record or event belongs to.',
  codes.compartments,
);
export const CaseEventKind = codeEnum(
  'CaseEventKind',
  'What happened on a case.',
  codes.caseEventKinds,
);
export const TlvKind = codeEnum(
  'TlvKind',
  'Kind of special education a TLV admits to: WPO art. 18a, WEC art. 40.',
  codes.tlvKinds,
);
export const FundingCategory = codeEnum(
  'FundingCategory',
  'Funding category of a TLV for so and vso.',
  codes.fundingCategories,
);
export const TlvStatus = codeEnum(
  'TlvStatus',
  'Status of a TLV, from request to decision.',
  codes.tlvStatuses,
);
export const OppStatus = codeEnum(
  'OppStatus',
  'Status of an OPP: WPO art. 40a, WEC art. 41a.',
  codes.oppStatuses,
);
export const ArrangementKind = codeEnum(
  'ArrangementKind',
  'To whom extra support is allotted.',
  codes.arrangementKinds,
);
export const ArrangementStatus = codeEnum(
  'ArrangementStatus',
  'Status of extra support.',
  codes.arrangementStatuses,
);
export const WaitingListStatus = codeEnum(
  'WaitingListStatus',
  'Status of a place on a waiting list.',
  codes.waitingListStatuses,
);
export const CareKind = codeEnum(
  'CareKind',
  'Kind of youth care: CBS Beleidsinformatie Jeugd.',
  codes.careKinds,
);
export const YesNoUnknown = codeEnum(
  'YesNoUnknown',
  'Yes, no, or not known: unknown is never shown as no.',
  codes.yesNoUnknown,
);
export const DeliveryFormat = codeEnum(
  'DeliveryFormat',
  'Format of a delivery.',
  codes.deliveryFormats,
);
export const DeliveryStatus = codeEnum(
  'DeliveryStatus',
  'RECEIVING: being taken in. COMPLETED: accepted line by line. REFUSED: the file as a whole was not accepted. FAILED: broken off, nothing was changed.',
  codes.deliveryStatuses,
);
export const Availability = codeEnum(
  'Availability',
  'Whether a block from another compartment can be shown. WITHHELD: no ground lets it reach you, whether or not there are data. UNKNOWN: there is a ground, but no data, or they are too old. SOURCE_DOWN: the source does not answer.',
  ['AVAILABLE', 'WITHHELD', 'UNKNOWN', 'SOURCE_DOWN'],
);
