/** Pupils and the TLV desk. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { type ConnectionOf, PageArgs } from '../schema/graphql/connection.ts';
import {
  type Pupil,
  PupilConnection,
  PupilFilter,
  PupilOrder,
  type Tlv,
  TlvConnection,
  TlvFilter,
  TlvOrder,
} from '../schema/graphql/pupil.ts';
import type { RequestContext } from '../src/context.ts';
import { pupils, tlvs } from '../src/plans/pupil.ts';

@Resolver()
export class PupilResolver {
  @Query(() => TlvConnection, { description: 'TLVs of the own SWV, or of pupils of the own site.' })
  tlvs(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => TlvFilter, {
      nullable: true,
      description: 'Which ones; all when left out.',
    })
    where: TlvFilter | null,
    @Arg('orderBy', () => TlvOrder, {
      defaultValue: TlvOrder.DUE_FIRST,
      description: 'In which order.',
    })
    orderBy: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Tlv>> {
    return read.list<Tlv>(tlvs, { ...page, where, orderBy }, info);
  }

  @Query(() => PupilConnection, {
    description: 'Pupils for whom the own SWV has an open task, or of the own site.',
  })
  pupils(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => PupilFilter, {
      nullable: true,
      description: 'Which ones; all when left out.',
    })
    where: PupilFilter | null,
    @Arg('orderBy', () => PupilOrder, {
      defaultValue: PupilOrder.SCHOOL_PUPIL_NUMBER,
      description: 'In which order.',
    })
    orderBy: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Pupil>> {
    return read.list<Pupil>(pupils, { ...page, where, orderBy }, info);
  }
}
