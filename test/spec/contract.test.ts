/** The operations that real clients send, and which role's schema answers them. */
import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, roles } from '../../schema/codes.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
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

/** A case in the reach of this viewer: a page that answers with nothing would prove little. */
const idOfACase = async (as: Viewer): Promise<string> => {
  const { data } = await hub.ask<{ thuiszitterCases: { edges: { node: { id: string } }[] } }>(
    as,
    '{ thuiszitterCases(first: 1) { edges { node { id } } } }',
  );
  return data.thuiszitterCases.edges[0]?.node.id ?? '';
};

/** Which school takes part in most cases differs from day to day. */
const busiestSchool = async (): Promise<string> => {
  const [row] = await database.owner<{ school: string }[]>`
    select split_part(party, ':', 2) as school from casework.thuiszitter_case c, jsonb_object_keys(c.access) party
    where party like 'schoolCareCoordinator:%' and c.closed_on is null group by 1 order by count(*) desc limit 1`;
  return row?.school ?? '';
};

const variablesOf: Record<string, (as: Viewer) => Promise<Record<string, unknown>>> = {
  case: async (as) => ({ id: await idOfACase(as) }),
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
      const organisation =
        role === 'schoolCareCoordinator' ? await busiestSchool() : organisations[role as Role];
      const as = viewer(role as Role, organisation);
      const answer = await hub.ask(as, text, (await variablesOf[document]?.(as)) ?? {});
      expect(answer.errors).toBeUndefined();
      expect(Object.values(answer.data)).not.toContain(null);
      expect(answer.status).toBe(200);
    });
  },
);
