/**
 * The door to the tables for a request: a read-only transaction that enters the viewer's scope first. Without it
 * row-level security gives no rows. Begin, scope, statement and commit are pipelined.
 */
import type { Statement } from '../plans/statement.ts';
import type { Scope } from '../policy/grant.ts';
import type { Gate } from './pools.ts';

export type Row = Readonly<Record<string, unknown>>;

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

export const readAsViewer = (
  server: Gate,
  scope: Scope,
  statement: Statement,
): Promise<readonly Row[]> =>
  server.run(async (pool) => {
    const [, rows] = await pool.begin('read only', (tx) => [
      tx`select hub.enter(${scopeSetting(scope)})`,
      tx.unsafe<Row[]>(statement.text, statement.params as never[], { prepare: true }),
    ]);
    return rows;
  });
