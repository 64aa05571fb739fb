/** The thuiszitter case on one page, for its owner and every party to it. */
import {
  Directive,
  Field,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { type ConnectionOf, connectionType } from './connection.ts';
import {
  AbsenceKind,
  AbsenceStatus,
  ActionKind,
  ArrangementKind,
  ArrangementStatus,
  Availability,
  CaseEventKind,
  CloseReason,
  Compartment,
  DataKind,
  DueReason,
  OppStatus,
  Role,
  ThuiszitterCaseStatus,
  ThuiszitterDefinition,
  TlvKind,
  TlvStatus,
  YesNoUnknown,
} from './enums.ts';
import { Municipality, School } from './reference.ts';
import { DateScalar, DateTimeScalar, WeekScalar } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'Who acts: a role of an organisation, never a person by name.',
})
export class Actor {
  @Field(() => String, { description: 'Role, or `source` for a delivery.' })
  role!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Code of the organisation. Null for a care provider: its name would tell what care it is.',
  })
  organisation!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The child as this case knows it.' })
export class CasePupil {
  @Field(() => ID, { description: 'Id of the child within this case; it says nothing elsewhere.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Full name. Null for a protected name, except to the attendance officer of its municipality.',
  })
  name!: string | null;

  @Field(() => Int, { description: 'Age in whole years today.' })
  age!: number;

  @Field(() => Municipality, { description: 'Municipality of residence.' })
  municipality!: Municipality;
}

@ObjectType({ simpleResolvers: true, description: 'The term that runs out first.' })
export class CaseDue {
  @Field(() => DateScalar, { description: 'Last day of the term.' })
  on!: string;

  @Field(() => DueReason, { description: 'Which term.' })
  reason!: string;

  @Field(() => Int, { description: 'Days past that day; 0 while it is not over.' })
  overdueDays!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What is to be done next, by whom, before when.',
})
export class CaseAction {
  @Field(() => ActionKind, { description: 'What is to be done.' })
  kind!: string;

  @Field(() => DateScalar, { description: 'Last day for it.' })
  dueOn!: string;

  @Field(() => Actor, { description: 'Who does it.' })
  owner!: Actor;
}

@ObjectType({ simpleResolvers: true, description: 'Something that happened on a case.' })
export class CaseEvent {
  @Field(() => DateTimeScalar, { description: 'When, in UTC.' })
  at!: string;

  @Field(() => Compartment, { description: 'The field it belongs to.' })
  compartment!: string;

  @Field(() => CaseEventKind, { description: 'What happened.' })
  kind!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Code that says more: the action, the new status or the reason.',
  })
  detail!: string | null;

  @Field(() => Actor, { description: 'Who did it.' })
  actor!: Actor;
}

export const CaseEventConnection = connectionType('CaseEvent', () => CaseEvent);

@ObjectType({ simpleResolvers: true, description: 'An organisation that takes part in a case.' })
export class CaseParty {
  @Field(() => Role, { description: 'Role in which it takes part.' })
  role!: string;

  @Field(() => String, { description: 'Code of the organisation.' })
  organisation!: string;

  @Field(() => DateScalar, { description: 'First day of its access.' })
  since!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Last day of its access; null when not set.',
  })
  until!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A consent that names you as recipient. Refusing has no consequence for the child or its guardians.',
})
export class CaseConsent {
  @Field(() => ID, { description: 'Id of the consent.' })
  id!: string;

  @Field(() => String, { description: 'What the data may be used for.' })
  purpose!: string;

  @Field(() => [String], { description: 'To whom they may go: `role:organisation`.' })
  recipients!: string[];

  @Field(() => [DataKind], { description: 'Which kinds of data.' })
  dataKinds!: string[];

  @Field(() => DateScalar, { description: 'Last day; at most a year after it was given.' })
  validUntil!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day of withdrawal; null while it stands.',
  })
  withdrawnOn!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Why you may see this case: shown with it, so that you can account for it.',
})
export class Justification {
  @Field(() => String, { description: 'Purpose of the sharing.' })
  purpose!: string;

  @Field(() => String, { description: 'Law or agreement it rests on.' })
  ground!: string;

  @Field(() => String, { nullable: true, description: 'Name of the covenant, if it is one.' })
  covenant!: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the consent, if it is one.' })
  consent!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Last day; null when it ends with the case.',
  })
  until!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An absence report as it was shared into this case.',
})
export class CaseAbsenceReport {
  @Field(() => AbsenceKind, { description: 'Kind of absence.' })
  kind!: string;

  @Field(() => AbsenceStatus, { description: 'Status of the report.' })
  status!: string;

  @Field(() => DateScalar, { description: 'First day.' })
  from!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Last day; null while it lasts.' })
  until!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Lesson hours; null where your ground gives the status only.',
  })
  hours!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'Absence, from the attendance register.' })
export class CaseAbsence {
  @Field(() => Availability, { description: 'Whether it can be shown to you.' })
  availability!: string;

  @Field(() => [CaseAbsenceReport], {
    nullable: true,
    description: 'Reports, latest first; null unless AVAILABLE.',
  })
  reports!: CaseAbsenceReport[] | null;
}

@ObjectType({ simpleResolvers: true, description: 'Where a block came from.' })
export class Provenance {
  @Field(() => String, {
    description:
      'Field it came from: `care`. The name of the source does not cross, since it may be that of a provider.',
  })
  source!: string;

  @Field(() => DateTimeScalar, { description: 'When the hub received it.' })
  deliveredAt!: string;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Whether the child waits for help. Never the provider, the kind of care or the referrer (Jeugdwet 7.3.11).',
})
export class CaseWaitingStatus {
  @Field(() => Availability, {
    description:
      'Whether it can be shown to you. UNKNOWN also when the last word is more than 31 days old.',
  })
  availability!: string;

  @Field(() => YesNoUnknown, {
    nullable: true,
    description: 'Whether the child waits; null unless AVAILABLE.',
  })
  waitingForHelp!: string | null;

  @Field(() => WeekScalar, {
    nullable: true,
    description: 'Week in which help is expected to start, while waiting.',
  })
  expectedStartWeek!: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether there is bridging care; null unless AVAILABLE.',
  })
  bridging!: boolean | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day the source vouches for.' })
  asOf!: string | null;

  @Field(() => Provenance, {
    nullable: true,
    description: 'Where it came from; null unless AVAILABLE.',
  })
  provenance!: Provenance | null;
}

@ObjectType({ simpleResolvers: true, description: 'The last TLV.' })
export class CaseTlv {
  @Field(() => TlvKind, {
    nullable: true,
    description: 'Kind of education; null where your ground gives the status only.',
  })
  kind!: string | null;

  @Field(() => TlvStatus, { description: 'Where it stands.' })
  status!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Last day it holds; null where your ground gives the status only.',
  })
  validUntil!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The last OPP.' })
export class CaseOpp {
  @Field(() => OppStatus, { description: 'Where it stands.' })
  status!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day it was established; null where your ground gives the status only.',
  })
  establishedOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day the pupil was heard; null where your ground gives the status only.',
  })
  pupilHeardOn!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Extra support.' })
export class CaseArrangement {
  @Field(() => ArrangementKind, {
    nullable: true,
    description: 'For whom; null where your ground gives the status only.',
  })
  kind!: string | null;

  @Field(() => ArrangementStatus, { description: 'Where it stands.' })
  status!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'First day; null where your ground gives the status only.',
  })
  from!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Last day; null when open ended or where your ground gives the status only.',
  })
  until!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Support decisions, from the SWV or the school. Dates and status; never the content.',
})
export class CaseSupport {
  @Field(() => Availability, { description: 'Whether it can be shown to you.' })
  availability!: string;

  @Field(() => CaseTlv, {
    nullable: true,
    description: 'Last TLV; null when there is none or it is not AVAILABLE.',
  })
  tlv!: CaseTlv | null;

  @Field(() => CaseOpp, {
    nullable: true,
    description: 'Last OPP; null when there is none or it is not AVAILABLE.',
  })
  opp!: CaseOpp | null;

  @Field(() => [CaseArrangement], {
    nullable: true,
    description: 'Extra support; null unless AVAILABLE.',
  })
  arrangements!: CaseArrangement[] | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  simpleResolvers: true,
  description:
    'A child at home, from report to school again. Seen by the attendance officer of its municipality and by the parties to it.',
})
export class ThuiszitterCase {
  @Field(() => ID, { description: 'Id of the case.' })
  id!: string;

  @Field(() => String, {
    description:
      'Key of the case (casusSleutel). Give it to a party, so that it can attach its own record; the key alone opens nothing.',
  })
  caseKey!: string;

  @Field(() => ThuiszitterCaseStatus, { description: 'Where it stands.' })
  status!: string;

  @Field(() => DateScalar, { description: 'Day it was opened.' })
  openedOn!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day it was closed; null while open.' })
  closedOn!: string | null;

  @Field(() => CloseReason, { nullable: true, description: 'Why it was closed; null while open.' })
  closeReason!: string | null;

  @Field(() => ThuiszitterDefinition, {
    description: 'Definition of thuiszitter by which it was opened.',
  })
  definition!: string;

  @Field(() => DateScalar, { description: 'First day at home.' })
  firstAbsentOn!: string;

  @Field(() => Int, {
    description: 'Whole weeks at home: until the return to school, the closing or today.',
  })
  weeksAtHome!: number;

  @Field(() => CaseDue, {
    nullable: true,
    description: 'Term that runs out first; null when none runs.',
  })
  due!: CaseDue | null;

  @Field(() => CaseAction, { nullable: true, description: 'Next step; null when closed.' })
  nextAction!: CaseAction | null;

  @Field(() => CasePupil, {
    nullable: true,
    description: 'The child; null without a ground that lets its identity reach you.',
  })
  pupil!: CasePupil | null;

  @Field(() => School, {
    nullable: true,
    description: 'Site of enrolment; null for a child that is not enrolled.',
  })
  school!: School | null;

  @Field(() => Municipality, { description: 'Municipality that owns the case.' })
  municipality!: Municipality;

  @Field(() => CaseAbsence, { description: 'Absence.' })
  absence!: CaseAbsence;

  @Field(() => CaseWaitingStatus, { description: 'Waiting for help.' })
  waitingStatus!: CaseWaitingStatus;

  @Field(() => CaseSupport, { description: 'Support decisions.' })
  support!: CaseSupport;

  @Field(() => [CaseEvent], { description: 'The last events, oldest of them first.' })
  events!: CaseEvent[];

  @Field(() => CaseEventConnection, { description: 'Everything that happened, latest first.' })
  timeline!: ConnectionOf<CaseEvent>;

  @Field(() => [CaseParty], {
    description: 'Organisations that take part, by day of entry. Care providers are not listed.',
  })
  parties!: CaseParty[];

  @Field(() => [CaseConsent], { description: 'Consents that name you.' })
  consents!: CaseConsent[];

  @Field(() => [Justification], { description: 'Why you may see this.' })
  whyMayISeeThis!: Justification[];
}

export const ThuiszitterCaseConnection = connectionType('ThuiszitterCase', () => ThuiszitterCase);

export const ThuiszitterCaseOrder = {
  DUE_FIRST: 'DUE_FIRST',
  LONGEST_AT_HOME: 'LONGEST_AT_HOME',
  OPENED_LAST: 'OPENED_LAST',
} as const;
registerEnumType(ThuiszitterCaseOrder, {
  name: 'ThuiszitterCaseOrder',
  description:
    'DUE_FIRST: the term that runs out first, first. LONGEST_AT_HOME: first day at home longest ago first. OPENED_LAST: latest opened first.',
});

@InputType({
  description:
    'Which cases. All conditions hold together. Without `status` or `open`, open cases only.',
})
export class ThuiszitterCaseFilter {
  @Field(() => [ThuiszitterCaseStatus], {
    nullable: true,
    description: 'In one of these statuses.',
  })
  status?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Open (true) or closed (false).' })
  open?: boolean | null;

  @Field(() => String, { nullable: true, description: 'BRIN6 of the site.' })
  school?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'A term runs out on or before this day.',
  })
  dueBefore?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the case.' })
  caseKey?: string | null;
}
