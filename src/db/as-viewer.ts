/**
 * The door to the tables for a request: a read-only transaction that enters the viewer's scope first. Without it
 * row-level security gives no rows. Begin, scope, statements and commit go to the database in one round trip.
 */
import type { ReservedSql } from 'postgres';
import type { Statement } from '../plans/statement.ts';
import type { Scope } from '../policy/grant.ts';
import { type Gate, longestConnectionSeconds } from './pools.ts';
import { preparedTexts } from './prepared-texts.ts';
import { Unavailable } from './unavailable.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Rows as the server sent them: a column is the bytes of its text form, or null. */
export type RawRows = readonly (readonly (Buffer | null)[])[];

type ReadStatement = { readonly text: string; readonly params: readonly unknown[] };

const texts = preparedTexts({ most: 500, connectionMs: longestConnectionSeconds * 1000 });

/** The scope as `hub.enter` takes it. A command adds the one case it names. */
export const scopeSetting = (
  scope: Scope,
  named: { case?: string; case_key?: string } = {},
): string =>
  JSON.stringify({
    role: scope.role,
    organisation: scope.organisation,
    today: scope.today,
    ...named,
  });

const ask = (connection: ReservedSql, { text, params }: ReadStatement) => {
  // Left to itself the driver prepares no statement without parameters.
  const options = { prepare: texts.admit(text), simple: false };
  return connection.unsafe(text, params as never[], options);
};

/** In an aborted transaction everything is refused with this: what aborted it came before. */
const isAborted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '25P02';

const rolledBack = (cause?: unknown) => new Unavailable('the read was rolled back', { cause });

/** Why queries of one transaction failed, once all of them are settled. */
const failureOf = async (queries: readonly PromiseLike<unknown>[]): Promise<unknown> => {
  const outcomes = await Promise.allSettled(queries);
  const errors = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  return errors.find((error) => !isAborted(error)) ?? rolledBack(errors[0]);
};

/** None of the queries is awaited before the others are sent; all are settled before the connection is given back. */
const inScope = <Rows>(
  server: Gate,
  scope: Scope,
  send: (connection: ReservedSql) => readonly PromiseLike<Rows>[],
): Promise<Rows[]> =>
  server.run(async (pool) => {
    const connection = await pool.reserve();
    try {
      const begin = connection.unsafe('begin read only');
      const enter = connection.unsafe('select hub.enter($1)', [scopeSetting(scope)], {
        prepare: true,
      });
      const statements = send(connection);
      // After an error this rolls back.
      const commit = connection.unsafe('commit');
      const queries = [begin, enter, ...statements, commit];
      try {
        await Promise.all(queries);
      } catch {
        throw await failureOf(queries);
      }
      // The driver sends a prepared statement that the server no longer knows once more: outside the transaction, hence without a scope.
      if ((await commit).command !== 'COMMIT') throw rolledBack();
      return await Promise.all(statements);
    } finally {
      connection.release();
    }
  });

/** The rows of each statement, all read in one transaction. */
export const readAllAsViewer = (
  server: Gate,
  scope: Scope,
  statements: readonly ReadStatement[],
): Promise<(readonly Row[])[]> =>
  inScope<readonly Row[]>(server, scope, (connection) =>
    statements.map((statement) => ask(connection, statement)),
  );

export const readAsViewer = async (
  server: Gate,
  scope: Scope,
  statement: Statement,
): Promise<readonly Row[]> => {
  const [rows] = await readAllAsViewer(server, scope, [statement]);
  return rows ?? [];
};

/** As `readAllAsViewer`, without decoding: a column of JSON text goes on to the caller as the bytes it came in. */
export const readAsViewerRaw = (
  server: Gate,
  scope: Scope,
  statements: readonly ReadStatement[],
): Promise<RawRows[]> =>
  inScope<RawRows>(server, scope, (connection) =>
    statements.map((statement) => ask(connection, statement).raw() as PromiseLike<RawRows>),
  );
