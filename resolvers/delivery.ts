/** What became of a source's own deliveries. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type ConnectionOf, PageArgs } from '../schema/graphql/connection.ts';
import {
  Delivery,
  DeliveryConnection,
  DeliveryRejectConnection,
} from '../schema/graphql/delivery.ts';
import type { RequestContext } from '../src/context.ts';
import { deliveries } from '../src/plans/delivery.ts';
import type { EdgeRow } from './edge-row.ts';

@Resolver(() => Delivery)
export class DeliveryResolver {
  @Query(() => DeliveryConnection, { description: 'Your deliveries, latest first.' })
  deliveries(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Delivery>> {
    return read.list<Delivery>(deliveries, page, info);
  }

  @FieldResolver(() => DeliveryRejectConnection)
  rejects(
    @Root() delivery: EdgeRow<'rejects'>,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): unknown {
    return delivery.rejects(page, context, info);
  }
}
