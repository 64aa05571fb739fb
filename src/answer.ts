/**
 * From a verified request to its answer: the schema of the role, limits, execution, and the access-log row that must be
 * committed before the answer leaves. Apollo Server does the GraphQL; one instance per role, so nothing is shared.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import {
  GraphQLError,
  type GraphQLErrorExtensions,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import type { Role } from '../schema/codes.ts';
import type { AuditLog } from './audit/log.ts';
import { type ContextOptions, createContext, type RequestContext } from './context.ts';
import {
  type OperationAnswer,
  type OperationReader,
  openOperationReader,
  type ReadCounts,
} from './db/operation-reader.ts';
import type { Gate } from './db/pools.ts';
import { Unavailable } from './db/unavailable.ts';
import type { GraphqlAnswer, GraphqlRequest } from './http/contract.ts';
import { complexityRule, createSizer, defaultLimits } from './limits.ts';
import { BadCursor, BadPage, openCursors } from './plans/page.ts';
import { NotGranted, type Reach } from './policy/grant.ts';
import type { ReferenceFacts } from './reference/facts.ts';
import { type ScrubbedError, scrubError } from './scrub-error.ts';
import { dayInAmsterdam } from './today.ts';
import type { DocumentOf } from './trusted-documents/documents.ts';

export type AnswerLog = {
  error(fields: { errorId: string; error: ScrubbedError }, message: string): void;
};

export type AnswerOptions = Omit<
  ContextOptions,
  'viewer' | 'reach' | 'cursorsOf' | 'traceId' | 'documentHash'
> & {
  schemas: Record<Role, GraphQLSchema>;
  /** For roles whose questions may take long, so that nobody's case waits for them. */
  analytics: Gate;
  facts: () => ReferenceFacts;
  /** What cursors are encrypted with. */
  cursorSecret: Uint8Array;
  audit: AuditLog;
  documentOf: DocumentOf;
  introspection: boolean;
  /** Whether an answer tells what it cost, in `extensions`. */
  showCost: boolean;
  /** `reference` has the resolvers answer everything: what the compiled form is compared with. */
  readPath?: 'compiled' | 'reference';
  log: AnswerLog;
};

type Finish = {
  refusal: Unavailable | null;
  /** Of an operation that was answered whole from the database. */
  answered: OperationAnswer | null;
  cost: number | null;
};
type ApolloContext = RequestContext & { finish: Finish; server: Gate };

/** W3C Trace Context: the caller's trace id, or a new one. */
export const traceIdOf = (traceparent: string | null): string =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1] ?? randomUUID().replaceAll('-', '');

const analystRoles: ReadonlySet<Role> = new Set(['analyst']);

const nowhere: Reach = { regions: [], swvs: [] };

/** Where the rows of a viewer can lie, by what is known of its organisation. */
const reachOf = (facts: ReferenceFacts, role: Role, organisation: string, today: string): Reach => {
  switch (role) {
    case 'attendanceOfficer':
    case 'youthCoordinator': {
      const region = facts.youthRegionOf(organisation, today);
      return region === null ? nowhere : { regions: [region], swvs: [] };
    }
    case 'swvCoordinator':
      return { regions: facts.youthRegionsOfSwv(organisation), swvs: [organisation] };
    case 'schoolCareCoordinator': {
      const swv = facts.school(organisation)?.swvCode ?? null;
      return swv === null ? nowhere : { regions: facts.youthRegionsOfSwv(swv), swvs: [swv] };
    }
    case 'careProvider':
      return { regions: facts.careProvider(organisation)?.youthRegions ?? [], swvs: [] };
    default:
      return nowhere;
  }
};

export const createAnswer = (options: AnswerOptions) => {
  const { audit, log } = options;
  const cursorsOf = openCursors(options.cursorSecret);
  const sizeUp = createSizer(defaultLimits);

  /** What a caller may know of an error: its own mistakes in full, everything else an id. */
  const formatError = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const original = (error as { originalError?: unknown }).originalError ?? error;
    if (original instanceof BadCursor || original instanceof BadPage) {
      return { ...formatted, message: original.message, extensions: { code: original.code } };
    }
    if (formatted.extensions?.limit !== undefined) {
      return { ...formatted, extensions: { ...formatted.extensions, code: 'TOO_COMPLEX' } };
    }
    if (original instanceof Unavailable) {
      return {
        message: 'the hub is busy, ask again',
        extensions: { code: 'UNAVAILABLE', retryable: true },
      };
    }
    const { stacktrace: _, ...extensions } = (formatted.extensions ?? {}) as Record<
      string,
      unknown
    >;
    if (extensions.code !== 'INTERNAL_SERVER_ERROR' && !(original instanceof NotGranted)) {
      // Apollo takes suggestions out of what validation says, not out of what is wrong with a variable.
      const message = formatted.message.replace(/ ?Did you mean .*\?$/s, '');
      return { ...formatted, message, extensions };
    }
    const errorId = randomBytes(8).toString('hex');
    log.error({ errorId, error: scrubError(original) }, 'an operation failed');
    return {
      message: 'something went wrong in the hub',
      extensions: { code: 'INTERNAL_SERVER_ERROR', id: errorId },
    };
  };

  const readers = new Map<Role, OperationReader>();
  const compiles = options.readPath !== 'reference';

  const extensionsOf = ({ cost }: Finish) => (options.showCost && cost !== null ? { cost } : null);

  const plugin: ApolloServerPlugin<ApolloContext> = {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, schema, request, contextValue }) {
          const { error, cost } = sizeUp(schema, document, request.variables ?? {});
          if (error) throw badRequest(error.message, error.extensions);
          contextValue.finish.cost = cost;
          // PostgreSQL holds no NUL in text; nobody means one.
          if (/\0|\\u0000/.test(`${request.query}${JSON.stringify(request.variables ?? {})}`)) {
            throw badRequest('text must not hold a NUL character', { code: 'BAD_USER_INPUT' });
          }
        },
        async responseForOperation({ document, operation, request, contextValue }) {
          const reader = readers.get(contextValue.scope.role);
          if (!reader || operation.operation !== OperationTypeNode.QUERY) return null;
          const { finish, scope, viewer, cursors, server } = contextValue;
          try {
            finish.answered = await reader.read(server, {
              document,
              operation,
              variables: request.variables ?? {},
              scope,
              viewer,
              cursors,
              extensions: extensionsOf(finish),
            });
          } catch (error) {
            finish.refusal =
              error instanceof Unavailable ? error : new Unavailable('database', { cause: error });
            return emptyAnswer();
          }
          return finish.answered && emptyAnswer();
        },
        async willSendResponse({ contextValue, operation, operationName, errors, response }) {
          const { finish } = contextValue;
          // One error is enough to go on; a hundred of them are a way to make us work.
          if (
            response.body.kind === 'single' &&
            !finish.answered &&
            !response.body.singleResult.data
          ) {
            const { singleResult } = response.body;
            if (singleResult.errors) singleResult.errors = singleResult.errors.slice(0, 1);
          }
          const failed = errors?.some(({ originalError }) => originalError instanceof Unavailable);
          const isMutation = operation?.operation === OperationTypeNode.MUTATION;
          try {
            await audit.append({
              caller: contextValue.caller,
              scope: contextValue.scope,
              action: isMutation ? 'E' : 'R',
              operation: operationName?.slice(0, 100) ?? (operation ? 'anonymous' : 'refused'),
              documentHash: contextValue.documentHash,
              outcome:
                operation === undefined || operation === null
                  ? 'DENIED'
                  : errors?.length || finish.refusal
                    ? 'FAILED'
                    : 'ALLOWED',
              subjects: finish.answered?.subjects ?? contextValue.subjects(),
              traceId: contextValue.traceId,
              at: options.now(),
            });
          } catch (error) {
            finish.refusal =
              error instanceof Unavailable
                ? error
                : new Unavailable('access log', { cause: error });
          }
          if (failed) finish.refusal ??= new Unavailable('database');
          if (response.body.kind === 'single' && !finish.answered) {
            const extensions = extensionsOf(finish);
            if (extensions) Object.assign(response.body.singleResult, { extensions });
          }
        },
      };
    },
  };

  const notCompiled = (error: unknown) =>
    log.error(
      { errorId: randomBytes(8).toString('hex'), error: scrubError(error) },
      'a compiled operation failed; the resolvers answer it',
    );

  const server = (role: Role) =>
    new ApolloServer<ApolloContext>({
      schema: options.schemas[role],
      introspection: options.introspection,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      csrfPrevention: false,
      allowBatchedHttpRequests: false,
      // `documentOf` has found the text before Apollo sees the request.
      persistedQueries: false,
      hideSchemaDetailsFromClientErrors: true,
      parseOptions: { maxTokens: defaultLimits.maxTokens },
      validationRules: [complexityRule(defaultLimits)],
      formatError,
      plugins: [ApolloServerPluginCacheControlDisabled(), plugin],
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });

  const servers = new Map<Role, Promise<ApolloServer<ApolloContext>>>();
  const serverFor = (role: Role): Promise<ApolloServer<ApolloContext>> => {
    const existing = servers.get(role);
    if (existing) return existing;
    const created = server(role);
    if (compiles) readers.set(role, openOperationReader(options.schemas[role], notCompiled));
    const started = created.start().then(() => created);
    servers.set(role, started);
    return started;
  };

  return {
    async graphql({
      viewer,
      body,
      mediaType,
      traceparent,
    }: GraphqlRequest): Promise<GraphqlAnswer> {
      const apollo = await serverFor(viewer.role);
      const finish: Finish = { refusal: null, answered: null, cost: null };
      const document = options.documentOf(viewer, body);
      const facts = options.facts();
      const server = analystRoles.has(viewer.role) ? options.analytics : options.server;
      const context = {
        ...createContext({
          ...options,
          server,
          cursorsOf,
          viewer,
          reach: reachOf(facts, viewer.role, viewer.organisation, dayInAmsterdam(options.now())),
          traceId: traceIdOf(traceparent),
          documentHash: document.hash,
        }),
        finish,
        server,
      };
      if (document.refusal) {
        await audit.append({
          caller: context.caller,
          scope: context.scope,
          action: 'R',
          operation: 'refused',
          documentHash: document.hash,
          outcome: 'DENIED',
          subjects: [],
          traceId: context.traceId,
          at: options.now(),
        });
        throw document.refusal;
      }
      const response = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: 'POST',
          headers: new HeaderMap([
            ['content-type', 'application/json'],
            ['accept', mediaType],
          ]),
          search: '',
          body: { ...body, query: document.query },
        },
        context: async () => context,
      });
      if (finish.refusal) throw finish.refusal;
      if ((response.status ?? 200) < 400) document.accepted();
      return {
        status: response.status ?? 200,
        headers: Object.fromEntries(response.headers),
        body:
          finish.answered?.body ?? (response.body.kind === 'complete' ? response.body.string : ''),
      };
    },
    /** How the read operations of each role were answered. */
    counts: (): Partial<Record<Role, ReadCounts>> =>
      Object.fromEntries([...readers].map(([role, reader]) => [role, reader.counts()])),
    async stop() {
      for (const started of servers.values()) await (await started).stop();
    },
  };
};

const badRequest = (message: string, extensions: GraphQLErrorExtensions) =>
  new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });

/** Takes the place of an answer that is not made by executing. */
const emptyAnswer = () => ({
  http: { headers: new HeaderMap() },
  body: { kind: 'single' as const, singleResult: {} },
});

const ignore = () => undefined;
