/** The operations that one client registered: a persisted-query manifest as Apollo's tools write it, checked before it counts. */
import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { z } from 'zod';
import type { Role } from '../../schema/codes.ts';
import type { Interpreted } from '../follow-files.ts';
import { complexityRule, defaultLimits } from '../limits.ts';

export type Manifest = {
  /** The text of each document, by its SHA-256 in hexadecimal digits, which is also its id. */
  documents: ReadonlyMap<string, string>;
  /** Which roles each operation is valid for, by its name. */
  roles: Readonly<Record<string, readonly Role[]>>;
};

export type RoleSchemas = Readonly<Record<Role, GraphQLSchema>>;

const manifestFormat = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.string(),
      body: z.string(),
      clientName: z.string().nullish(),
    }),
  ),
});

type Operation = z.infer<typeof manifestFormat>['operations'][number];

/** A manifest in the name of this client, with everything that is wrong in it. */
export async function manifestOf(
  client: string,
  text: string,
  schemas: RoleSchemas,
): Promise<Interpreted<Manifest>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problems: ['is not JSON'] };
  }
  const parsed = manifestFormat.safeParse(json);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'as a whole'}: ${message}`,
      ),
    };
  }
  const problems: string[] = [];
  const documents = new Map<string, string>();
  const roles = new Map<string, readonly Role[]>();
  for (const operation of parsed.data.operations) {
    const { id, name, body } = operation;
    const checked = check(operation, client, schemas);
    const also = roles.has(name) ? ['is there twice'] : [];
    problems.push(...[...also, ...checked.problems].map((what) => `operation ${name}: ${what}`));
    documents.set(id, body);
    roles.set(name, checked.roles);
    // A manifest may be read while the hub answers: requests go in between.
    await setImmediate();
  }
  return problems.length > 0
    ? { problems }
    : { value: { documents, roles: Object.fromEntries(roles) } };
}

type Checked = { problems: readonly string[]; roles: readonly Role[] };

function check(
  { id, name, type, body, clientName }: Operation,
  client: string,
  schemas: RoleSchemas,
): Checked {
  const problems: string[] = [];
  if (id !== hash('sha256', body)) problems.push('its id is not the SHA-256 of its body');
  if (clientName && clientName !== client) problems.push('it is of another client');
  let document: DocumentNode;
  try {
    document = parse(body, { maxTokens: defaultLimits.maxTokens });
  } catch (error) {
    return { problems: [...problems, `its body: ${(error as GraphQLError).message}`], roles: [] };
  }
  const [operation, ...more] = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined || more.length > 0) {
    return { problems: [...problems, 'its body must hold one operation'], roles: [] };
  }
  if (operation.name?.value !== name) problems.push('its body has another name');
  if (operation.operation !== type) problems.push(`its body is not a ${type}`);
  const refusals = new Map(
    Object.entries(schemas).map(([role, schema]) => [
      role as Role,
      refusal(schema, document, operation),
    ]),
  );
  const roles = [...refusals].flatMap(([role, why]) => (why === null ? [role] : []));
  if (roles.length === 0) {
    const reasons = [...new Set(refusals.values())].join('; ');
    problems.push(`it is valid for no role (${reasons})`);
  }
  return { problems, roles };
}

const rules = [...specifiedRules, complexityRule(defaultLimits)];

/** Why a role cannot ask this, or null. */
function refusal(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation }: OperationDefinitionNode,
): string | null {
  // The rules have nothing to hold against the fields of a root that is not there.
  if (!schema.getRootType(operation)) return `there is no ${operation}`;
  return validate(schema, document, rules, { maxErrors: 1 })[0]?.message ?? null;
}
