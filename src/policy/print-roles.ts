/**
 * The policy as people read it: the register of processing, docs/roles.md. Printed from the table of rights alone, so
 * that what is written down is what is enforced.
 */
import { type Role, roles } from '../../schema/codes.ts';
import { type RoleRight, type RowScope, rightsOf, rowScopes, type TypeRight } from './policy.ts';

const roots: readonly string[] = ['Query', 'Mutation'];

/** Printed once for all roles: what every role has, with the same rows and fields. */
const isShared = (type: string): boolean => {
  const [first, ...others] = roles.map((role) => JSON.stringify(rightsOf(role).types[type]));
  return !roots.includes(type) && others.every((other) => other === first);
};

const code = (text: string): string => `\`${text}\``;

const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

const fieldsOf = ({ types }: RoleRight, type: string): readonly string[] =>
  types[type]?.fields ?? [];

const sentence = (scope: RowScope): string => {
  const text = rowScopes[scope];
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
};

type NamedType = [type: string, right: TypeRight];

const table = (rows: readonly (readonly string[])[]): string[] => {
  const [head = '', ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [head, `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...body, ''];
};

/** One table per row scope: which rows is said once, above the types it holds for. */
const tables = (types: readonly NamedType[]): string[] => {
  const scopes = [...new Set(types.map(([, { rows }]) => rows))];
  return scopes.flatMap((scope) => [
    `${sentence(scope)}:`,
    '',
    ...table([
      ['type', 'fields'],
      ...types
        .filter(([, { rows }]) => rows === scope)
        .map(([type, { fields }]) => [code(type), codes(fields)]),
    ]),
  ]);
};

const sharedTypes = (): NamedType[] =>
  Object.entries(rightsOf(roles[0]).types).filter(([type]) => isShared(type));

const ownTypes = ({ types }: RoleRight): NamedType[] =>
  Object.entries(types).filter(([type]) => !isShared(type) && !roots.includes(type));

const sharedQueries = (): string[] =>
  fieldsOf(rightsOf(roles[0]), 'Query').filter((query) =>
    roles.every((role) => fieldsOf(rightsOf(role), 'Query').includes(query)),
  );

const ownQueries = (right: RoleRight): string[] => {
  const shared = sharedQueries();
  return fieldsOf(right, 'Query').filter((query) => !shared.includes(query));
};

const orNone = (texts: readonly string[]): string => (texts.length > 0 ? codes(texts) : 'none');

const section = (role: Role): string[] => {
  const right = rightsOf(role);
  const own = ownTypes(right);
  return [
    `## ${role}`,
    '',
    `- **Who**: ${right.dutch}`,
    ...Object.entries(right.purposes).map(
      ([purpose, ground]) => `- **Why**: ${code(purpose)}, on the ground of ${ground}`,
    ),
    `- **Asks**: ${orNone(ownQueries(right))}`,
    `- **Changes**: ${orNone(fieldsOf(right, 'Mutation'))}`,
    `- **Never**: ${right.never}`,
    '',
    ...(own.length > 0 ? tables(own) : ['Nothing but what every role reads.', '']),
  ];
};

const overview = (): string[] =>
  table([
    ['role', 'who', 'why', 'on the ground of'],
    ...roles.flatMap((role) => {
      const { dutch, purposes } = rightsOf(role);
      return Object.entries(purposes).map(([purpose, ground]) => [
        `[${role}](#${role.toLowerCase()})`,
        dutch,
        code(purpose),
        ground,
      ]);
    }),
  ]);

/** The whole of docs/roles.md. */
export const rolesDocument = (): string =>
  [
    '# Roles: the register of processing',
    '',
    '<!-- Printed by `npm run roles` from src/policy/policy.ts. A test fails when it is stale; do not edit it. -->',
    '',
    'Who reads and changes what, why, and on which ground. What is not listed here is denied: a type or field that a role',
    'lacks does not exist in its schema (`npm run schema -- --role X`). Somebody acts in one role, for one organisation, with',
    'one purpose at a time; all three come from the access token and stand in the access log.',
    '',
    '**How long**: terms of retention are not implemented yet. A projection is not shown after the last day of its ground, and',
    'is deleted when its consent is withdrawn or its case is closed; registers, cases, grounds and log rows are kept.',
    '',
    ...overview(),
    '## Every role',
    '',
    `- **Asks**: ${codes(sharedQueries())}`,
    '',
    ...tables(sharedTypes()),
    ...roles.flatMap(section),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
