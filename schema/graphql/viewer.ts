/** Who the caller is to the hub. */
import { Field, ObjectType } from 'type-graphql';
import { Role } from './enums.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'Who you are to the hub: one role, for one organisation, with one purpose.',
})
export class Viewer {
  @Field(() => Role, { description: 'The role you act in.' })
  role!: string;

  @Field(() => String, { description: 'Code of the organisation you act for.' })
  organisation!: string;

  @Field(() => String, { description: 'The purpose you act with; it is logged.' })
  purpose!: string;

  @Field(() => String, { description: 'The law or agreement that purpose rests on.' })
  legalBasis!: string;
}
