/** Places on waiting lists for youth care: seen by the provider itself and by the responsible municipality (Jeugdwet 7.4.0). */
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from './connection.ts';
import { CareKind, WaitingListStatus, YesNoUnknown } from './enums.ts';
import { CareProvider, Municipality } from './reference.ts';
import { DateScalar } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'Whole weeks of waiting, derived from the dates; until today while it lasts.',
})
export class WeeksWaiting {
  @Field(() => Int, {
    nullable: true,
    description: 'From registration (or referral) to intake; null before the registration.',
  })
  registration!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'From intake to start of help; null before the intake.',
  })
  treatment!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'From referral to start of help; null before the referral.',
  })
  total!: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A place on a waiting list. Dates are kept, times derived.',
})
export class WaitingListEntry {
  @Field(() => ID, { description: 'Id in the hub.' })
  id!: string;

  @Field(() => String, { description: "The provider's own reference." })
  reference!: string;

  @Field(() => WaitingListStatus, { description: 'Where it stands, as of `asOf`.' })
  status!: string;

  @Field(() => CareKind, { description: 'Kind of youth care.' })
  careKind!: string;

  @Field(() => DateScalar, { description: 'Day of referral.' })
  referredOn!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day of registration with the provider.',
  })
  registeredOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day of the intake. An intake is not a start.',
  })
  intakeOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day of allocation by the municipality (JW301).',
  })
  allocatedOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Intended day of start (Regeling Jeugdwet art. 8f).',
  })
  intendedStart!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the first real help.' })
  startedOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day the help or the waiting ended.' })
  endedOn!: string | null;

  @Field(() => Boolean, { description: 'Whether there is bridging care meanwhile.' })
  bridging!: boolean;

  @Field(() => YesNoUnknown, {
    description: 'Whether the waiting hinders education, as the provider says.',
  })
  hindersEducation!: string;

  @Field(() => DateScalar, { description: 'Day the provider vouches for.' })
  asOf!: string;

  @Field(() => Boolean, {
    description: 'Whether `asOf` is more than 31 days ago: then the status is not to be relied on.',
  })
  stale!: boolean;

  @Field(() => WeeksWaiting, { description: 'How long it has lasted.' })
  weeksWaiting!: WeeksWaiting;

  @Field(() => CareProvider, {
    nullable: true,
    description: 'The provider; null when its AGB code is not in the register.',
  })
  provider!: CareProvider | null;

  @Field(() => Municipality, { description: 'Municipality responsible by the woonplaatsbeginsel.' })
  municipality!: Municipality;
}

export const WaitingListEntryConnection = connectionType(
  'WaitingListEntry',
  () => WaitingListEntry,
);

export const WaitingListEntryOrder = {
  REFERRED_ON_ASC: 'REFERRED_ON_ASC',
  REFERRED_ON_DESC: 'REFERRED_ON_DESC',
} as const;
registerEnumType(WaitingListEntryOrder, {
  name: 'WaitingListEntryOrder',
  description: 'By day of referral: longest ago first, or latest first.',
});

@InputType({ description: 'Which entries. All conditions hold together.' })
export class WaitingListEntryFilter {
  @Field(() => [WaitingListStatus], { nullable: true, description: 'In one of these statuses.' })
  status?: string[] | null;

  @Field(() => String, { nullable: true, description: "The provider's own reference, exactly." })
  reference?: string | null;
}
