/** The operations that real clients send, and which role's schema answers them. */
import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, roles } from '../../schema/codes.ts';
import { demoMunicipalities, demoProviders, demoSchools } from '../../src/demo/identities.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { demoDatabase } from '../support/demo.ts';
import { schemas, testHub, viewer } from '../support/hub.ts';

const read = (name: string) =>
  readFileSync(new URL(`../contract/${name}`, import.meta.url), 'utf8');

type Expectation = { document: string; role: string; expectation: 'answers' | 'absent' };
const expectations = read('expectations.csv')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [document, role, expectation] = line.split(',');
    return { document, role, expectation } as Expectation;
  });

/** What comes with a later release: roles that are not here yet, and figures and rights. */
const later = new Set(['joined-table', 'shared-figures', 'access-log', 'who-looked']);
const isHere = ({ document, role }: Expectation) =>
  (roles as readonly string[]).includes(role) && !later.has(document);

const organisations: Record<Role, string> = {
  attendanceOfficer: demoMunicipalities[0],
  swvCoordinator: 'PO2801',
  schoolCareCoordinator: demoSchools.primary,
  youthCoordinator: demoMunicipalities[0],
  careProvider: demoProviders[0],
  analyst: 'JZ18',
  source: 'demo-leerplicht',
  privacyOfficer: demoMunicipalities[0],
  operator: 'schakel',
};

let database: TestDatabase;
let hub: Awaited<ReturnType<typeof testHub>>;

beforeAll(async () => {
  database = await testDatabase();
  await demoDatabase(database);
  hub = await testHub(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const idOfACase = async (): Promise<string> => {
  const { data } = await hub.ask<{ thuiszitterCases: { edges: { node: { id: string } }[] } }>(
    viewer('attendanceOfficer', organisations.attendanceOfficer),
    '{ thuiszitterCases(first: 1) { edges { node { id } } } }',
  );
  return data.thuiszitterCases.edges[0]?.node.id ?? '';
};

const variablesOf: Record<string, () => Promise<Record<string, unknown>>> = {
  case: async () => ({ id: await idOfACase() }),
  reference: async () => ({ municipality: '0546', swv: 'PO2801' }),
};

describe.each(expectations.filter(isHere))(
  '$document for $role $expectation',
  ({ document, role, expectation }) => {
    const text = read(`${document}.graphql`);
    test(expectation, async () => {
      const problems = validate(schemas[role as Role], parse(text));
      if (expectation === 'absent') {
        expect(problems.length).toBeGreaterThan(0);
        return;
      }
      expect(problems).toEqual([]);
      const variables = (await variablesOf[document]?.()) ?? {};
      const answer = await hub.ask(
        viewer(role as Role, organisations[role as Role]),
        text,
        variables,
      );
      expect(answer.errors).toBeUndefined();
      expect(answer.status).toBe(200);
    });
  },
);
