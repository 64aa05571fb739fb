/**
 * How a command is carried out: once per idempotency key, in one transaction with its events and its access-log row.
 * A business rule that says no is an answer (`userErrors`), not an exception: nothing is written then, and the same key
 * may be tried again.
 */
import { createHash } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import { accessEntry, accessSubject } from '../../schema/db/audit.ts';
import { auditRows } from '../audit/entry.ts';
import { scopeSetting } from '../db/as-viewer.ts';
import { insertRows } from '../db/insert.ts';
import type { Gate } from '../db/pools.ts';
import type { Subject } from '../db/reader.ts';
import { bind, type Statement, toTemplate } from '../plans/statement.ts';
import { scopeValues, type Terms, termsOf, viewpointOf } from '../plans/terms.ts';
import type { Scope } from '../policy/grant.ts';
import type { TermSettings } from '../rules/terms.ts';
import type { ThuiszitterDefinition } from '../rules/thuiszitter-definition.ts';

export type Tx = TransactionSql;

export type UserError = { code: string; field: string[] | null; message: string };

export const userError = (code: string, field: string[] | null, message: string): UserError => ({
  code,
  field,
  message,
});

/** What a command did: the case it is about, or a payload of its own; `subjects` go into the access log. */
export type Outcome = {
  userErrors: UserError[];
  case?: { youthRegion: string; id: string };
  payload?: Record<string, unknown>;
  subjects?: Subject[];
};

export const refused = (...userErrors: UserError[]): Outcome => ({ userErrors });

export const notFound = (field: string, what: string): Outcome =>
  refused(
    userError(
      'NOT_FOUND',
      ['input', field],
      `${what} is niet gevonden. Kijk of u het nummer goed hebt overgenomen.`,
    ),
  );

/** What a command has to work with. */
export type CommandContext = {
  tx: Tx;
  scope: Scope;
  /** The caller in the conditions of a query; `rows` binds its values. */
  terms: Terms;
  now: Date;
  settings: { terms: TermSettings; definition: ThuiszitterDefinition };
  /** Names the case the command is about; row-level security lets it touch no other. */
  enter(named: { case?: string; case_key?: string }): Promise<void>;
  /** Runs a statement and gives its rows. */
  rows<Row>(query: SQL | Statement): Promise<Row[]>;
};

export type Command<Input extends { idempotencyKey: string }> = {
  /** Name of the mutation: what the policy grants and the access log names. */
  name: string;
  action: 'C' | 'U' | 'D';
  /** The input field that names the case, or what leads to it, and what that is in Dutch. */
  named: { field: string; what: string };
  /** Distribution key of the case that the input names, or null when the input names nothing that can exist. */
  regionOf(input: Input): string | null;
  run(context: CommandContext, input: Input): Promise<Outcome>;
};

type Remembered = { requestHash: string; outcome: Outcome | null };

/** Ends the transaction without trace: a refused command writes nothing. */
class Refusal extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('refused');
    this.outcome = outcome;
  }
}

const reused = refused(
  userError(
    'IDEMPOTENCY_KEY_REUSED',
    ['input', 'idempotencyKey'],
    'Deze sleutel is al gebruikt voor een ander verzoek. Gebruik een nieuwe sleutel.',
  ),
);

/** A command's context in a transaction of role `hub_command`. Nothing is visible before `enter`. */
export const commandContext = (
  tx: Tx,
  { scope, now, settings }: Pick<CommandContext, 'scope' | 'now' | 'settings'>,
): CommandContext => ({
  tx,
  scope,
  terms: termsOf(viewpointOf(scope)),
  now,
  settings,
  enter: async (named) => {
    await tx`select hub.enter(${scopeSetting(scope, named)})`;
  },
  rows: async <Row>(query: SQL | Statement) => {
    const { text, params } = 'text' in query ? query : bind(toTemplate(query), scopeValues(scope));
    return (await tx.unsafe(text, params as never[], { prepare: true })) as unknown as Row[];
  },
});

export type CommandOptions = {
  gate: Gate;
  scope: Scope;
  caller: string;
  traceId: string;
  documentHash: string;
  now: () => Date;
  settings: CommandContext['settings'];
};

export const runCommand = async <Input extends { idempotencyKey: string }>(
  options: CommandOptions,
  command: Command<Input>,
  input: Input,
): Promise<Outcome> => {
  const { idempotencyKey } = input;
  if (idempotencyKey.trim() === '' || idempotencyKey.length > 100) {
    return refused(
      userError(
        'INVALID_KEY',
        ['input', 'idempotencyKey'],
        'Geef een sleutel van 1 tot 100 tekens op.',
      ),
    );
  }
  const region = command.regionOf(input);
  if (region === null) return notFound(command.named.field, command.named.what);
  const requestHash = createHash('sha256')
    .update(JSON.stringify([command.name, input]))
    .digest('hex');
  const { scope } = options;

  try {
    return await options.gate.run((pool) =>
      pool.begin(async (tx) => {
        const context = commandContext(tx, {
          scope,
          now: options.now(),
          settings: options.settings,
        });
        await context.enter({});
        const { now } = context;
        const fresh = await tx`
          insert into casework.idempotency (youth_region, caller, key, request_hash, created_at)
          values (${region}, ${scope.party}, ${idempotencyKey}, ${requestHash}, ${now.toISOString()})
          on conflict do nothing returning 1 as one`;
        if (fresh.length === 0) {
          const [before] = await tx<Remembered[]>`
            select request_hash as "requestHash", outcome from casework.idempotency
            where youth_region = ${region} and caller = ${scope.party} and key = ${idempotencyKey}`;
          return before?.requestHash === requestHash && before.outcome ? before.outcome : reused;
        }
        const outcome = await command.run(context, input);
        if (outcome.userErrors.length > 0) throw new Refusal(outcome);
        const { entry, subjects } = auditRows({
          caller: options.caller,
          scope,
          action: command.action,
          operation: command.name,
          documentHash: options.documentHash,
          outcome: 'ALLOWED',
          subjects: outcome.subjects ?? [],
          traceId: options.traceId,
          at: now,
        });
        await insertRows(tx, accessEntry, [entry]);
        await insertRows(tx, accessSubject, subjects);
        await tx`
          update casework.idempotency set outcome = ${tx.json(outcome as never)}
          where youth_region = ${region} and caller = ${scope.party} and key = ${idempotencyKey}`;
        return outcome;
      }),
    );
  } catch (error) {
    if (error instanceof Refusal) return error.outcome;
    throw error;
  }
};
