/** Thuiszitter cases: the work list, one case, and what can be done to it. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { type ConnectionOf, PageArgs } from '../schema/graphql/connection.ts';
import {
  CaseEvent,
  CaseEventConnection,
  ThuiszitterCase,
  ThuiszitterCaseConnection,
  ThuiszitterCaseFilter,
  ThuiszitterCaseOrder,
} from '../schema/graphql/thuiszitter-case.ts';
import {
  ConsentWithdrawInput,
  ConsentWithdrawPayload,
  ThuiszitterCaseAttachPupilInput,
  ThuiszitterCaseAttachPupilPayload,
  ThuiszitterCaseAttachWaitingListEntryInput,
  ThuiszitterCaseAttachWaitingListEntryPayload,
  ThuiszitterCaseCloseInput,
  ThuiszitterCaseClosePayload,
  ThuiszitterCaseNoteActionInput,
  ThuiszitterCaseNoteActionPayload,
  ThuiszitterCaseOpenInput,
  ThuiszitterCaseOpenPayload,
} from '../schema/graphql/thuiszitter-case-commands.ts';
import { withdrawConsent } from '../src/casework/consent.ts';
import { attachPupil } from '../src/casework/pupil.ts';
import { closeCase, noteAction, openCaseByHand } from '../src/casework/thuiszitter-case.ts';
import { attachWaitingListEntry } from '../src/casework/waiting-list-entry.ts';
import type { RequestContext } from '../src/context.ts';
import { caseById, thuiszitterCases } from '../src/plans/thuiszitter-case.ts';
import type { EdgeRow } from './edge-row.ts';

@Resolver(() => ThuiszitterCase)
export class ThuiszitterCaseResolver {
  @Query(() => ThuiszitterCaseConnection, {
    description:
      'Cases of the own municipality, or that your organisation takes part in; open ones unless asked otherwise.',
  })
  thuiszitterCases(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => ThuiszitterCaseFilter, {
      nullable: true,
      description: 'Which ones; all open ones when left out.',
    })
    where: ThuiszitterCaseFilter | null,
    @Arg('orderBy', () => ThuiszitterCaseOrder, {
      defaultValue: ThuiszitterCaseOrder.DUE_FIRST,
      description: 'In which order.',
    })
    orderBy: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ThuiszitterCase>> {
    return read.list<ThuiszitterCase>(thuiszitterCases, { ...page, where, orderBy }, info);
  }

  @Query(() => ThuiszitterCase, {
    nullable: true,
    description: 'One case; null when there is none in your reach.',
  })
  thuiszitterCase(
    @Arg('id', () => ID, { description: 'Id of the case.' }) id: string,
    @Ctx() { read }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ThuiszitterCase | null> {
    return read.one<ThuiszitterCase>(caseById, id, info);
  }

  @FieldResolver(() => [CaseEvent])
  events(
    @Root() caseRow: EdgeRow<'events'>,
    @Arg('last', () => Int, { defaultValue: 3, description: 'How many, 1 to 100.' }) last: number,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): unknown {
    return caseRow.events({ last }, context, info);
  }

  @FieldResolver(() => CaseEventConnection)
  timeline(
    @Root() caseRow: EdgeRow<'timeline'>,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): unknown {
    return caseRow.timeline(page, context, info);
  }

  @Mutation(() => ThuiszitterCaseOpenPayload, {
    description: 'Opens a case from an absence report.',
  })
  thuiszitterCaseOpen(
    @Arg('input', () => ThuiszitterCaseOpenInput, { description: 'Which report.' })
    input: ThuiszitterCaseOpenInput,
    @Ctx() { act }: RequestContext,
  ): Promise<object> {
    return act(openCaseByHand, input);
  }

  @Mutation(() => ThuiszitterCaseNoteActionPayload, {
    description: 'Notes what was done on a case and what comes next.',
  })
  thuiszitterCaseNoteAction(
    @Arg('input', () => ThuiszitterCaseNoteActionInput, {
      description: 'What was done, and what comes next.',
    })
    input: ThuiszitterCaseNoteActionInput,
    @Ctx() { act }: RequestContext,
  ): Promise<object> {
    return act(noteAction, input);
  }

  @Mutation(() => ThuiszitterCaseClosePayload, { description: 'Closes a case.' })
  thuiszitterCaseClose(
    @Arg('input', () => ThuiszitterCaseCloseInput, { description: 'Which case, and why.' })
    input: ThuiszitterCaseCloseInput,
    @Ctx() { act }: RequestContext,
  ): Promise<object> {
    return act(closeCase, input);
  }

  @Mutation(() => ThuiszitterCaseAttachPupilPayload, {
    description: 'Attaches a pupil of your own to a case.',
  })
  thuiszitterCaseAttachPupil(
    @Arg('input', () => ThuiszitterCaseAttachPupilInput, {
      description: 'Which pupil, to which case, on what.',
    })
    input: ThuiszitterCaseAttachPupilInput,
    @Ctx() { act }: RequestContext,
  ): Promise<object> {
    return act(attachPupil, input);
  }

  @Mutation(() => ThuiszitterCaseAttachWaitingListEntryPayload, {
    description: 'Attaches a waiting-list entry of your own to a case.',
  })
  thuiszitterCaseAttachWaitingListEntry(
    @Arg('input', () => ThuiszitterCaseAttachWaitingListEntryInput, {
      description: 'Which entry, to which case, on what.',
    })
    input: ThuiszitterCaseAttachWaitingListEntryInput,
    @Ctx() { act }: RequestContext,
  ): Promise<object> {
    return act(attachWaitingListEntry, input);
  }

  @Mutation(() => ConsentWithdrawPayload, { description: 'Records that a consent was withdrawn.' })
  consentWithdraw(
    @Arg('input', () => ConsentWithdrawInput, { description: 'Which consent.' })
    input: ConsentWithdrawInput,
    @Ctx() { act }: RequestContext,
  ): Promise<object> {
    return act(withdrawConsent, input);
  }
}
