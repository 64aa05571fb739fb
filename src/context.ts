/** What one request brings to its resolvers: who asks, a reader bound to that viewer, and the way to act. */

import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from './auth/viewer.ts';
import { type Command, type CommandOptions, type Outcome, runCommand } from './casework/command.ts';
import { readAsViewer } from './db/as-viewer.ts';
import type { Gate } from './db/pools.ts';
import { createReader, type Reader, type Subject } from './db/reader.ts';
import { printNodeId } from './plans/expression.ts';
import type { Cursors } from './plans/page.ts';
import { caseById } from './plans/thuiszitter-case.ts';
import { type Reach, type Scope, scopeOf } from './policy/grant.ts';
import { legalBasisOf } from './policy/policy.ts';
import { dayInAmsterdam } from './today.ts';

export type RequestContext = {
  viewer: { role: string; organisation: string; purpose: string; legalBasis: string };
  scope: Scope;
  cursors: Cursors;
  read: Reader;
  act<Input extends { idempotencyKey: string }>(
    command: Command<Input>,
    input: Input,
  ): Promise<object>;
  /** Whose data this request read; for the access log. */
  subjects(): readonly Subject[];
  /** Who asks, for the access log: the subject of the token. */
  caller: string;
  traceId: string;
  documentHash: string;
};

export type ContextOptions = {
  viewer: Viewer;
  reach: Reach;
  server: Gate;
  command: Gate;
  /** Cursors of a caller. */
  cursorsOf: (caller: string) => Cursors;
  traceId: string;
  documentHash: string;
  now: () => Date;
  settings: CommandOptions['settings'];
};

export const createContext = (options: ContextOptions): RequestContext => {
  const { viewer } = options;
  const scope = scopeOf(viewer, dayInAmsterdam(options.now()), options.reach);
  const cursors = options.cursorsOf(
    [viewer.subject, viewer.role, viewer.organisation, viewer.purpose].join('\n'),
  );
  const read = createReader({
    run: (statement) => readAsViewer(options.server, scope, statement),
    scope,
    cursors,
  });
  return {
    viewer: {
      role: viewer.role,
      organisation: viewer.organisation,
      purpose: viewer.purpose,
      legalBasis: legalBasisOf(viewer.role, viewer.purpose),
    },
    scope,
    cursors,
    read,
    act: async (command, input) => {
      const outcome = await runCommand(
        {
          gate: options.command,
          scope,
          caller: viewer.subject,
          traceId: options.traceId,
          documentHash: options.documentHash,
          now: options.now,
          settings: options.settings,
        },
        command,
        input,
      );
      read.forget();
      return payloadOf(outcome);
    },
    subjects: () => read.subjects(),
    caller: viewer.subject,
    traceId: options.traceId,
    documentHash: options.documentHash,
  };
};

/** The payload of a mutation; the case in it is read afresh, as the caller may see it. */
const payloadOf = (outcome: Outcome): object => {
  const { userErrors, case: about, payload } = outcome;
  return {
    ...payload,
    ...(about && {
      thuiszitterCase: (_args: object, context: RequestContext, info: GraphQLResolveInfo) =>
        context.read.one(caseById, printNodeId({ scope: about.youthRegion, id: about.id }), info),
    }),
    userErrors,
  };
};
