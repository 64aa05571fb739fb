/** Documents as the compiler makes statements of them: those of the contract, with every role that answers each. */
import { readFileSync } from 'node:fs';
import { getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { type Role, roles } from '../../schema/codes.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { compile } from '../../src/plans/compile.ts';
import { type Cursors, openCursors } from '../../src/plans/page.ts';
import { bind, type Statement, type Template } from '../../src/plans/statement.ts';
import { scopeValues, viewpointOf } from '../../src/plans/terms.ts';
import type { Scope } from '../../src/policy/grant.ts';
import { cursorSecret, schemas } from './hub.ts';

export const contract = (name: string): string =>
  readFileSync(new URL(`../contract/${name}`, import.meta.url), 'utf8');

/** Every document that is read today, with each role whose schema answers it. */
export const contractReads = (): { document: string; role: Role }[] => {
  const lines = contract('expectations.csv').trim().split('\n').slice(1);
  const documents = new Set(lines.map((line) => line.split(',')[0] ?? ''));
  return [...documents].flatMap((document) => {
    const parsed = parse(contract(`${document}.graphql`));
    return roles
      .filter((role) => validate(schemas[role], parsed).length === 0)
      .map((role) => ({ document, role }));
  });
};

export type Compiled = { templates: readonly Template[]; statements: readonly Statement[] };

/** Stands in the rows where a cursor comes; a hub has one that nobody can know. */
export const mark = '§';

const openFor = openCursors(cursorSecret);

/** The cursors of a viewer, as a test's hub has them. */
export const cursorsOf = ({ subject, role, organisation, purpose }: Viewer): Cursors =>
  openFor([subject, role, organisation, purpose].join('\n'));

/** The statements of a document for a viewer, as templates and with the values of the request in them. */
export const compiled = (
  as: Viewer,
  scope: Scope,
  text: string,
  variables: Readonly<Record<string, unknown>> = {},
): Compiled => {
  const cursors = cursorsOf(as);
  const schema = schemas[scope.role];
  const document = parse(text);
  const problems = validate(schema, document);
  if (problems.length > 0) throw new Error(`${scope.role}: ${problems}`);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation) throw new Error('there is no operation');
  const { coerced, errors } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables,
  );
  if (!coerced) throw new Error(String(errors));
  const fragments = Object.fromEntries(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const { plan, asks } = compile(
    { schema, fragments, variableValues: coerced },
    operation.selectionSet,
    viewpointOf(scope),
    cursors,
  );
  const given = asks.map((ask) => ask(coerced, cursors).values);
  const values = Object.assign({ ...scopeValues(scope), mark }, ...given);
  return {
    templates: plan.statements,
    statements: plan.statements.map((template) => bind(template, values)),
  };
};
