/** The types of the ordinary server, as type-graphql makes them when nothing is set. */
import {
  ArgsType,
  Field,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import {
  AbsenceKind,
  AbsenceStatus,
  ActionKind,
  ArrangementKind,
  ArrangementStatus,
  Availability,
  CaseEventKind,
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
} from '../../schema/graphql/enums.ts';
import { DateScalar, DateTimeScalar, WeekScalar } from '../../schema/graphql/scalars.ts';

@ObjectType()
export class Actor {
  @Field(() => String) role!: string;
  @Field(() => String, { nullable: true }) organisation!: string | null;
}

@ObjectType()
export class Municipality {
  @Field(() => String) code!: string;
  @Field(() => String) name!: string;
}

@ObjectType()
export class Swv {
  @Field(() => String) code!: string;
  @Field(() => String) label!: string;
}

@ObjectType()
export class School {
  @Field(() => String) brin6!: string;
  @Field(() => String) name!: string;
  @Field(() => Swv, { nullable: true }) swv!: Swv | null;
  swvCode!: string | null;
}

@ObjectType()
export class CasePupil {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => Int) age!: number;
  @Field(() => Municipality) municipality!: Municipality;
  municipalityCode!: string;
}

@ObjectType()
export class CaseDue {
  @Field(() => DateScalar) on!: string;
  @Field(() => DueReason) reason!: string;
  @Field(() => Int) overdueDays!: number;
}

@ObjectType()
export class CaseAction {
  @Field(() => ActionKind) kind!: string;
  @Field(() => DateScalar) dueOn!: string;
  @Field(() => Actor) owner!: Actor;
}

@ObjectType()
export class CaseEvent {
  @Field(() => DateTimeScalar) at!: string;
  @Field(() => Compartment) compartment!: string;
  @Field(() => CaseEventKind) kind!: string;
  @Field(() => Actor) actor!: Actor;
}

@ObjectType()
export class CaseEventEdge {
  @Field(() => CaseEvent) node!: CaseEvent;
}

@ObjectType()
export class CaseEventConnection {
  @Field(() => [CaseEventEdge]) edges!: CaseEventEdge[];
}

@ObjectType()
export class CaseParty {
  @Field(() => Role) role!: string;
  @Field(() => String) organisation!: string;
  @Field(() => DateScalar) since!: string;
  @Field(() => DateScalar, { nullable: true }) until!: string | null;
}

@ObjectType()
export class CaseConsent {
  @Field(() => String) purpose!: string;
  @Field(() => [String]) recipients!: string[];
  @Field(() => [DataKind]) dataKinds!: string[];
  @Field(() => DateScalar) validUntil!: string;
  @Field(() => DateScalar, { nullable: true }) withdrawnOn!: string | null;
}

@ObjectType()
export class Justification {
  @Field(() => String) purpose!: string;
  @Field(() => String) ground!: string;
  @Field(() => String, { nullable: true }) covenant!: string | null;
  @Field(() => ID, { nullable: true }) consent!: string | null;
  @Field(() => DateScalar, { nullable: true }) until!: string | null;
}

@ObjectType()
export class CaseAbsenceReport {
  @Field(() => AbsenceKind) kind!: string;
  @Field(() => AbsenceStatus) status!: string;
  @Field(() => DateScalar) from!: string;
  @Field(() => DateScalar, { nullable: true }) until!: string | null;
  @Field(() => Float, { nullable: true }) hours!: number | null;
}

@ObjectType()
export class CaseAbsence {
  @Field(() => Availability) availability!: string;
  @Field(() => [CaseAbsenceReport], { nullable: true }) reports!: CaseAbsenceReport[] | null;
}

@ObjectType()
export class Provenance {
  @Field(() => String) source!: string;
  @Field(() => DateTimeScalar) deliveredAt!: string;
}

@ObjectType()
export class CaseWaitingStatus {
  @Field(() => Availability) availability!: string;
  @Field(() => YesNoUnknown, { nullable: true }) waitingForHelp!: string | null;
  @Field(() => WeekScalar, { nullable: true }) expectedStartWeek!: string | null;
  @Field(() => Boolean, { nullable: true }) bridging!: boolean | null;
  @Field(() => DateScalar, { nullable: true }) asOf!: string | null;
  @Field(() => Provenance, { nullable: true }) provenance!: Provenance | null;
}

@ObjectType()
export class CaseTlv {
  @Field(() => TlvKind, { nullable: true }) kind!: string | null;
  @Field(() => TlvStatus) status!: string;
  @Field(() => DateScalar, { nullable: true }) validUntil!: string | null;
}

@ObjectType()
export class CaseOpp {
  @Field(() => OppStatus) status!: string;
  @Field(() => DateScalar, { nullable: true }) establishedOn!: string | null;
  @Field(() => DateScalar, { nullable: true }) pupilHeardOn!: string | null;
}

@ObjectType()
export class CaseArrangement {
  @Field(() => ArrangementKind, { nullable: true }) kind!: string | null;
  @Field(() => ArrangementStatus) status!: string;
  @Field(() => DateScalar, { nullable: true }) from!: string | null;
  @Field(() => DateScalar, { nullable: true }) until!: string | null;
}

@ObjectType()
export class CaseSupport {
  @Field(() => Availability) availability!: string;
  @Field(() => CaseTlv, { nullable: true }) tlv!: CaseTlv | null;
  @Field(() => CaseOpp, { nullable: true }) opp!: CaseOpp | null;
  @Field(() => [CaseArrangement], { nullable: true }) arrangements!: CaseArrangement[] | null;
}

@ObjectType()
export class ThuiszitterCase {
  @Field(() => ID) id!: string;
  @Field(() => ThuiszitterCaseStatus) status!: string;
  @Field(() => ThuiszitterDefinition) definition!: string;
  @Field(() => DateScalar) openedOn!: string;
  @Field(() => DateScalar) firstAbsentOn!: string;
  @Field(() => Int) weeksAtHome!: number;
  @Field(() => CaseDue, { nullable: true }) due!: CaseDue | null;
  @Field(() => CaseAction, { nullable: true }) nextAction!: CaseAction | null;
  @Field(() => CasePupil, { nullable: true }) pupil!: CasePupil | null;
  @Field(() => School, { nullable: true }) school!: School | null;
  @Field(() => CaseAbsence) absence!: CaseAbsence;
  @Field(() => CaseWaitingStatus) waitingStatus!: CaseWaitingStatus;
  @Field(() => CaseSupport) support!: CaseSupport;
  @Field(() => [CaseEvent]) events!: CaseEvent[];
  @Field(() => CaseEventConnection) timeline!: CaseEventConnection;
  @Field(() => [CaseParty]) parties!: CaseParty[];
  @Field(() => [CaseConsent]) consents!: CaseConsent[];
  @Field(() => [Justification]) whyMayISeeThis!: Justification[];
  key!: string;
  brin6!: string | null;
}

@ObjectType()
export class PageInfo {
  @Field(() => Boolean) hasNextPage!: boolean;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

@ObjectType()
export class ThuiszitterCaseEdge {
  @Field(() => ThuiszitterCase) node!: ThuiszitterCase;
}

@ObjectType()
export class ThuiszitterCaseConnection {
  @Field(() => Int) totalCount!: number;
  @Field(() => PageInfo) pageInfo!: PageInfo;
  @Field(() => [ThuiszitterCaseEdge]) edges!: ThuiszitterCaseEdge[];
}

export const ThuiszitterCaseOrder = { DUE_FIRST: 'DUE_FIRST' } as const;
registerEnumType(ThuiszitterCaseOrder, { name: 'ThuiszitterCaseOrder' });

@InputType()
export class ThuiszitterCaseFilter {
  @Field(() => [ThuiszitterCaseStatus], { nullable: true }) status?: string[];
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 50 }) first!: number;
  @Field(() => String, { nullable: true }) after?: string | null;
}

@ArgsType()
export class CaseloadArgs extends PageArgs {
  @Field(() => ThuiszitterCaseFilter, { nullable: true }) where?: ThuiszitterCaseFilter | null;
  @Field(() => ThuiszitterCaseOrder, { defaultValue: 'DUE_FIRST' }) orderBy!: string;
}
