/** Absence reports of the own municipality. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import {
  type AbsenceReport,
  AbsenceReportConnection,
  AbsenceReportFilter,
  AbsenceReportOrder,
} from '../schema/graphql/absence-report.ts';
import { type ConnectionOf, PageArgs } from '../schema/graphql/connection.ts';
import type { RequestContext } from '../src/context.ts';
import { absenceReports } from '../src/plans/absence-report.ts';

@Resolver()
export class AbsenceReportResolver {
  @Query(() => AbsenceReportConnection, {
    description: 'Absence reports about children of the own municipality.',
  })
  absenceReports(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => AbsenceReportFilter, {
      nullable: true,
      description: 'Which ones; all when left out.',
    })
    where: AbsenceReportFilter | null,
    @Arg('orderBy', () => AbsenceReportOrder, {
      defaultValue: AbsenceReportOrder.LATEST_FIRST,
      description: 'In which order.',
    })
    orderBy: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<AbsenceReport>> {
    return read.list<AbsenceReport>(absenceReports, { ...page, where, orderBy }, info);
  }
}
