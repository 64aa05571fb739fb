/** What became of the deliveries of a source: seen by that source only. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { type ConnectionOf, connectionType } from './connection.ts';
import { DeliveryFormat, DeliveryStatus } from './enums.ts';
import { DateTimeScalar } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'Counts of lines; of an XML message, of the records in it.',
})
export class DeliveryCounts {
  @Field(() => Int, { description: 'Lines received.' })
  received!: number;

  @Field(() => Int, { description: 'Lines that were new or changed something.' })
  accepted!: number;

  @Field(() => Int, { description: 'Lines the hub already had, just so.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Lines not accepted; `rejects` says why.' })
  rejected!: number;

  @Field(() => Int, { description: 'Lines that belong to an open thuiszitter case.' })
  linked!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A line that was not accepted. Correct it and deliver it again.',
})
export class DeliveryReject {
  @Field(() => Int, { description: 'Line in the file; the header of a CSV is line 1.' })
  line!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Column or element; null when the whole line is meant.',
  })
  field!: string | null;

  @Field(() => String, { description: 'Stable code of the reason.' })
  code!: string;

  @Field(() => String, {
    description: 'What is wrong and what to do, in Dutch; without personal values.',
  })
  message!: string;
}

export const DeliveryRejectConnection = connectionType('DeliveryReject', () => DeliveryReject);

@ObjectType({ simpleResolvers: true, description: 'One delivery of your source.' })
export class Delivery {
  @Field(() => ID, { description: 'Id of the delivery.' })
  id!: string;

  @Field(() => String, { description: 'Name of the source.' })
  source!: string;

  @Field(() => DeliveryFormat, { description: 'What was delivered.' })
  format!: string;

  @Field(() => DateTimeScalar, { description: 'When it began to come in.' })
  receivedAt!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was done; null while it is being taken in.',
  })
  finishedAt!: string | null;

  @Field(() => DeliveryStatus, { description: 'How it ended.' })
  status!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why the file as a whole was refused, in Dutch; null otherwise.',
  })
  problem!: string | null;

  @Field(() => DeliveryCounts, { description: 'What became of the lines.' })
  counts!: DeliveryCounts;

  @Field(() => DeliveryRejectConnection, { description: 'Lines that were not accepted, in order.' })
  rejects!: ConnectionOf<DeliveryReject>;
}

export const DeliveryConnection = connectionType('Delivery', () => Delivery);
