/**
 * The door to the tables for a request: a read-only transaction that enters the viewer's scope first. Without it
 * row-level security gives no rows. Begin, scope, statements and commit go to the database in one round trip.
 */
import type { ReservedSql } from 'postgres';
import type { Statement } from '../plans/statement.ts';
import type { Scope } from '../policy/grant.ts';
import type { Gate } from './pools.ts';
import { Unavailable } from './unavailable.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Rows as the server sent them: a column is the bytes of its text form, or null. */
export type RawRows = readonly (readonly (Buffer | null)[])[];

type ReadStatement = { readonly text: string; readonly params: readonly unknown[] };

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

const ask = (connection: ReservedSql, { text, params }: ReadStatement) =>
  connection.unsafe(text, params as never[], { prepare: true });

/** In an aborted transaction everything is refused with this: what aborted it came before. */
const isAborted = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === '25P02';

const inScope = <Rows>(
  server: Gate,
  scope: Scope,
  send: (connection: ReservedSql) => readonly PromiseLike<Rows>[],
): Promise<Rows[]> =>
  server.run(async (pool) => {
    const connection = await pool.reserve();
    try {
      const begin = connection.unsafe('begin read only');
      const enter = ask(connection, {
        text: 'select hub.enter($1)',
        params: [scopeSetting(scope)],
      });
      const statements = send(connection);
      const commit = connection.unsafe('commit');
      // None is awaited before the others are sent; each is settled before the connection is given back.
      const outcomes = await Promise.allSettled([begin, enter, ...statements, commit]);
      const errors = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      if (errors.length > 0) throw errors.find((error) => !isAborted(error)) ?? errors[0];
      // The driver sends a statement whose plan became invalid once more, by then outside the transaction and its scope.
      if ((await commit).command !== 'COMMIT') throw new Unavailable('the read was rolled back');
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
