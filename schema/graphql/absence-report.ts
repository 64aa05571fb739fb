/** Absence reports in the register of a municipality: seen by its attendance officer only (Leerplichtwet art. 16, 21). */
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from './connection.ts';
import { AbsenceKind, AbsenceStatus } from './enums.ts';
import { Municipality, School } from './reference.ts';
import { DateScalar } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'A child in the attendance register of its municipality.',
})
export class Youth {
  @Field(() => ID, {
    description: 'Id in the hub; it says nothing outside the attendance register.',
  })
  id!: string;

  @Field(() => String, { description: 'Full name.' })
  name!: string;

  @Field(() => Int, { description: 'Age in whole years today.' })
  age!: number;

  @Field(() => Municipality, { description: 'Municipality of residence.' })
  municipality!: Municipality;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A report of absence. The nature of an illness never enters.',
})
export class AbsenceReport {
  @Field(() => ID, { description: 'Id in the hub; open a case with it.' })
  id!: string;

  @Field(() => AbsenceKind, { description: 'Kind of absence.' })
  kind!: string;

  @Field(() => AbsenceStatus, { description: 'Status of the report.' })
  status!: string;

  @Field(() => DateScalar, { description: 'First day of absence.' })
  from!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Last day of absence; null while it lasts.',
  })
  until!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Lesson hours missed; null when not counted.',
  })
  hours!: number | null;

  @Field(() => DateScalar, { description: 'Day of the report.' })
  reportedOn!: string;

  @Field(() => School, {
    nullable: true,
    description: 'Site that reported; null for a child that is not enrolled.',
  })
  school!: School | null;

  @Field(() => Youth, {
    nullable: true,
    description: 'The child; null once it has moved out of your municipality.',
  })
  youth!: Youth | null;
}

export const AbsenceReportConnection = connectionType('AbsenceReport', () => AbsenceReport);

export const AbsenceReportOrder = {
  LATEST_FIRST: 'LATEST_FIRST',
  LONGEST_FIRST: 'LONGEST_FIRST',
} as const;
registerEnumType(AbsenceReportOrder, {
  name: 'AbsenceReportOrder',
  description: 'By first day of absence: latest first, or longest ago first.',
});

@InputType({ description: 'Which reports. All conditions hold together.' })
export class AbsenceReportFilter {
  @Field(() => [AbsenceKind], { nullable: true, description: 'Of one of these kinds.' })
  kind?: string[] | null;

  @Field(() => [AbsenceStatus], { nullable: true, description: 'In one of these statuses.' })
  status?: string[] | null;

  @Field(() => String, { nullable: true, description: 'BRIN6 of the site.' })
  school?: string | null;
}
