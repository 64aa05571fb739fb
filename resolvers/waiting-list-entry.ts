/** Waiting lists, for the provider itself and the responsible municipality. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { type ConnectionOf, PageArgs } from '../schema/graphql/connection.ts';
import {
  type WaitingListEntry,
  WaitingListEntryConnection,
  WaitingListEntryFilter,
  WaitingListEntryOrder,
} from '../schema/graphql/waiting-list-entry.ts';
import type { RequestContext } from '../src/context.ts';
import { waitingListEntries } from '../src/plans/waiting-list-entry.ts';

@Resolver()
export class WaitingListEntryResolver {
  @Query(() => WaitingListEntryConnection, {
    description:
      "A provider's own waiting list; for a youth coordinator, residents the municipality is responsible for.",
  })
  waitingListEntries(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => WaitingListEntryFilter, {
      nullable: true,
      description: 'Which ones; all when left out.',
    })
    where: WaitingListEntryFilter | null,
    @Arg('orderBy', () => WaitingListEntryOrder, {
      defaultValue: WaitingListEntryOrder.REFERRED_ON_ASC,
      description: 'In which order.',
    })
    orderBy: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<WaitingListEntry>> {
    return read.list<WaitingListEntry>(waitingListEntries, { ...page, where, orderBy }, info);
  }
}
