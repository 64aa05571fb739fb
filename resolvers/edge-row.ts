/** A row as the reader hands it out: an edge with arguments is a function on it, called by the field's resolver. */
import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../src/context.ts';

export type EdgeRow<Edge extends string> = Readonly<
  Record<Edge, (args: object, context: RequestContext, info: GraphQLResolveInfo) => unknown>
>;
