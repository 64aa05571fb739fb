/** Reference data by national code, and who the caller is. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../schema/graphql/connection.ts';
import {
  CareProvider,
  Municipality,
  School,
  SchoolConnection,
  Swv,
} from '../schema/graphql/reference.ts';
import { Viewer } from '../schema/graphql/viewer.ts';
import type { RequestContext } from '../src/context.ts';
import {
  careProviderByAgb,
  municipalityByCode,
  schoolByBrin6,
  swvByCode,
} from '../src/plans/reference.ts';
import type { EdgeRow } from './edge-row.ts';

@Resolver()
export class ReferenceResolver {
  @Query(() => Viewer, { description: 'Who you are to the hub.' })
  viewer(@Ctx() { viewer }: RequestContext): Viewer {
    return viewer;
  }

  @Query(() => Municipality, {
    nullable: true,
    description: 'A municipality by its CBS code; null when there is none.',
  })
  municipality(
    @Arg('code', () => String, { description: 'Four digits.' }) code: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Municipality | null> {
    return read.one(municipalityByCode, code, info);
  }

  @Query(() => Swv, { nullable: true, description: 'An SWV by its code; null when there is none.' })
  swv(
    @Arg('code', () => String, { description: 'PO2801, or as written: PO-28-01.' }) code: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Swv | null> {
    return read.one(swvByCode, code, info);
  }

  @Query(() => School, {
    nullable: true,
    description: 'A school site by its BRIN6; null when there is none.',
  })
  school(
    @Arg('brin6', () => String, { description: 'BRIN and two digits.' }) brin6: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<School | null> {
    return read.one(schoolByBrin6, brin6, info);
  }

  @Query(() => CareProvider, {
    nullable: true,
    description: 'A care provider by its AGB code; null when there is none.',
  })
  careProvider(
    @Arg('agb', () => String, { description: 'Eight digits.' }) agb: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CareProvider | null> {
    return read.one(careProviderByAgb, agb, info);
  }
}

@Resolver(() => Swv)
export class SwvResolver {
  @FieldResolver(() => SchoolConnection)
  schools(
    @Root() swvRow: EdgeRow<'schools'>,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): unknown {
    return swvRow.schools(page, context, info);
  }
}
