/** Pupils and support decisions, as the SWV and the school hold them. Dates and status; never the content of a file. */
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from './connection.ts';
import {
  ArrangementKind,
  ArrangementStatus,
  FundingCategory,
  OppStatus,
  TlvKind,
  TlvStatus,
} from './enums.ts';
import { School, Swv } from './reference.ts';
import { DateScalar } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description:
    'Ontwikkelingsperspectief: dates and status only, never the text (WPO art. 40a, WEC art. 41a).',
})
export class Opp {
  @Field(() => Int, { description: 'Version, counting from 1.' })
  version!: number;

  @Field(() => OppStatus, { description: 'Where it stands.' })
  status!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day it was established; null before that.',
  })
  establishedOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the talk with the guardians.' })
  guardiansConsultedOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day the pupil was heard (hoorrecht).' })
  pupilHeardOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the last evaluation.' })
  evaluatedOn!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Extra support allotted by the SWV (arrangement).',
})
export class Arrangement {
  @Field(() => ID, { description: 'Id in the hub.' })
  id!: string;

  @Field(() => ArrangementKind, { description: 'For one pupil, a group or a school.' })
  kind!: string;

  @Field(() => ArrangementStatus, { description: 'Where it stands.' })
  status!: string;

  @Field(() => DateScalar, { description: 'Day it was asked for.' })
  requestedOn!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day of the decision; null before that.',
  })
  decidedOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day of the support.' })
  validFrom!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Last day of the support; null when open ended.',
  })
  validUntil!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A pupil. An SWV sees pupils for whom it has an open task (WPO art. 18a), a school its own pupils.',
})
export class Pupil {
  @Field(() => ID, {
    description: 'Id in the hub; random, not derived from any number of the pupil.',
  })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Full name. Null for a protected name, except to the school itself.',
  })
  name!: string | null;

  @Field(() => String, { description: "The school's own pupil number." })
  schoolPupilNumber!: string;

  @Field(() => School, { description: 'Site of enrolment or application.' })
  school!: School;

  @Field(() => [Tlv], { description: 'TLVs, latest request first.' })
  tlvs!: Tlv[];

  @Field(() => Opp, {
    nullable: true,
    description: 'Latest version of the OPP; null when there is none.',
  })
  opp!: Opp | null;

  @Field(() => [Arrangement], { description: 'Extra support, latest request first.' })
  arrangements!: Arrangement[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'Toelaatbaarheidsverklaring, from request to decision (WPO art. 18a, WEC art. 40).',
})
export class Tlv {
  @Field(() => ID, { description: 'Id in the hub.' })
  id!: string;

  @Field(() => Swv, { description: 'The SWV that decides.' })
  swv!: Swv;

  @Field(() => String, {
    nullable: true,
    description: 'Number the SWV gave it (volgnummer); null while it has none.',
  })
  number!: string | null;

  @Field(() => TlvKind, { description: 'Kind of education it admits to.' })
  kind!: string;

  @Field(() => FundingCategory, {
    nullable: true,
    description: 'For so and vso; null for sbo and before it is known.',
  })
  fundingCategory!: string | null;

  @Field(() => Int, { nullable: true, description: 'Cluster 3 or 4; null when not given.' })
  cluster!: number | null;

  @Field(() => TlvStatus, { description: 'Where it stands.' })
  status!: string;

  @Field(() => DateScalar, { description: 'Day the school asked for it.' })
  requestedOn!: string;

  @Field(() => DateScalar, {
    description: 'Last day for the decision (Awb: eight weeks, unless agreed otherwise).',
  })
  decideBy!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Day of the decision; null before that.',
  })
  decidedOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day it holds.' })
  validFrom!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day it holds: a 31 July.' })
  validUntil!: string | null;

  @Field(() => Int, { description: 'How many expert advices are in; two are needed to grant.' })
  adviceCount!: number;

  @Field(() => School, { description: 'Site that asked for it.' })
  school!: School;

  @Field(() => Pupil, {
    nullable: true,
    description: 'The pupil; null when the SWV no longer has a task for this pupil.',
  })
  pupil!: Pupil | null;
}

export const TlvConnection = connectionType('Tlv', () => Tlv);
export const PupilConnection = connectionType('Pupil', () => Pupil);

export const TlvOrder = { DUE_FIRST: 'DUE_FIRST', REQUESTED_LAST: 'REQUESTED_LAST' } as const;
registerEnumType(TlvOrder, {
  name: 'TlvOrder',
  description:
    'DUE_FIRST: earliest last day for the decision first. REQUESTED_LAST: latest request first.',
});

export const PupilOrder = { SCHOOL_PUPIL_NUMBER: 'SCHOOL_PUPIL_NUMBER' } as const;
registerEnumType(PupilOrder, {
  name: 'PupilOrder',
  description: "By the school's own pupil number.",
});

@InputType({ description: 'Which TLVs. All conditions hold together.' })
export class TlvFilter {
  @Field(() => [TlvStatus], { nullable: true, description: 'In one of these statuses.' })
  status?: string[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'To be decided on or before this day.' })
  decideBefore?: string | null;
}

@InputType({ description: 'Which pupils. All conditions hold together.' })
export class PupilFilter {
  @Field(() => String, { nullable: true, description: "The school's own pupil number, exactly." })
  schoolPupilNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'BRIN6 of the site.' })
  school?: string | null;
}
