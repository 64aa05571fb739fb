/**
 * How PostgreSQL carries out the compiled statements: through row-level security, with values it does not know yet, no table
 * with persons in it is read from one end to the other, and a list that an index has in its order is read from the front.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/codes.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { scopeSetting } from '../../src/db/as-viewer.ts';
import type { Statement } from '../../src/plans/statement.ts';
import { type Reach, type Scope, scopeOf } from '../../src/policy/grant.ts';
import { compiled, contract, contractReads } from '../support/compiled.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { viewer } from '../support/hub.ts';

const today = '2026-11-23';

/** Of each table with a scope: the column that every way into it must name. Rejects are found by their delivery, whose source is known. */
const keyOf: Readonly<Record<string, string>> = {
  'attendance.absence_report': 'youth_region',
  'attendance.youth': 'youth_region',
  'attendance.youth_identity': 'youth_region',
  'care.waiting_list_entry': 'youth_region',
  'casework.case_event': 'youth_region',
  'casework.case_party': 'youth_region',
  'casework.ground': 'youth_region',
  'casework.shared_absence': 'youth_region',
  'casework.shared_identity': 'youth_region',
  'casework.shared_support': 'youth_region',
  'casework.shared_waiting': 'youth_region',
  'casework.thuiszitter_case': 'youth_region',
  'education.arrangement': 'swv_code',
  'education.opp': 'swv_code',
  'education.pupil': 'swv_code',
  'education.pupil_identity': 'swv_code',
  'education.tlv': 'swv_code',
  'staging.delivery': 'source',
  'staging.reject': 'delivery_id',
};

/** They hold no person, and are few. */
const unscoped = ['casework.covenant', 'casework.covenant_party'];

let database: TestDatabase;
let tableOfIndex: ReadonlyMap<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  const { owner } = database;
  const rows = readFileSync(new URL('../support/many-rows.sql', import.meta.url), 'utf8');
  await owner.begin((tx) => tx.unsafe(rows).simple());
  await owner`analyze`;
  const indexes = await owner<{ name: string; table: string }[]>`
    select indexname as name, schemaname || '.' || tablename as table from pg_indexes`;
  tableOfIndex = new Map(indexes.map(({ name, table }) => [name, table]));
});
afterAll(() => database.drop());

// ---- plans

type PlanNode = {
  'Node Type': string;
  Schema?: string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
};

const literal = (value: unknown): string => {
  if (value === null) return 'null';
  const text = Array.isArray(value)
    ? `{${value.map((one) => JSON.stringify(one)).join(',')}}`
    : String(value);
  return `'${text.replaceAll("'", "''")}'`;
};

/** The plan of a statement that was prepared by a viewer, for whichever viewer of the role comes next. */
const planOf = async (
  scope: Scope,
  { text, params }: Statement,
  ...off: string[]
): Promise<PlanNode> =>
  database.pools.server.begin(async (tx) => {
    await tx`select hub.enter(${scopeSetting(scope)})`;
    for (const setting of off) await tx.unsafe(`set local ${setting} = off`);
    await tx`set local plan_cache_mode = force_generic_plan`;
    await tx.unsafe(`prepare asked as ${text}`);
    const values = params.length > 0 ? `(${params.map(literal).join(', ')})` : '';
    const [row] = await tx.unsafe(
      `explain (verbose, format json, costs off) execute asked${values}`,
    );
    await tx`deallocate asked`;
    return row?.['QUERY PLAN'][0].Plan as PlanNode;
  });

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

const tableOf = (node: PlanNode): string | undefined =>
  node['Relation Name'] === undefined
    ? tableOfIndex.get(node['Index Name'] ?? '')
    : `${node.Schema}.${node['Relation Name']}`;

/** What reads a table with a scope otherwise than by its key. */
const strayReads = (plan: PlanNode): string[] =>
  nodesOf(plan).flatMap((node) => {
    const table = tableOf(node);
    const key = table === undefined ? undefined : keyOf[table];
    // Its index scans are below it.
    if (key === undefined || node['Node Type'] === 'Bitmap Heap Scan') return [];
    const isByKey =
      node['Node Type'].includes('Index') &&
      new RegExp(`\\b${key} = `).test(node['Index Cond'] ?? '');
    return isByKey
      ? []
      : [`${node['Node Type']} of ${table} by ${node['Index Name']}: ${node['Index Cond']}`];
  });

const readsOf = (plan: PlanNode, table: string): PlanNode[] =>
  nodesOf(plan).filter((node) => tableOf(node) === table);

/** The page of the root: the part below the first limit. What stands between it and the rows of the table, from above. */
const wayToPage = (plan: PlanNode, table: string): PlanNode[] => {
  const page = nodesOf(plan).find((node) => node['Node Type'] === 'Limit');
  const way = (node: PlanNode): PlanNode[] | null => {
    if (tableOf(node) === table) return [node];
    for (const below of node.Plans ?? []) {
      const found = way(below);
      if (found) return [node, ...found];
    }
    return null;
  };
  const found = page && way(page);
  if (!found) throw new Error(`there is no page of ${table}`);
  return found;
};

// ---- who asks

type Asker = { role: Role; organisation: string } & Reach;

const inLeiden = { regions: ['JZ18'], swvs: [] };
const inTwoRegions = { regions: ['JZ18', 'JZ24'], swvs: [] };
const inSwv = { regions: ['JZ18', 'JZ24'], swvs: ['PO2801'] };
const nowhere = { regions: [], swvs: [] };

/** One of each role. */
const askers: Readonly<Record<Role, Asker>> = {
  attendanceOfficer: { role: 'attendanceOfficer', organisation: '0546', ...inLeiden },
  swvCoordinator: { role: 'swvCoordinator', organisation: 'PO2801', ...inSwv },
  schoolCareCoordinator: { role: 'schoolCareCoordinator', organisation: '15NJ00', ...inSwv },
  youthCoordinator: { role: 'youthCoordinator', organisation: '0546', ...inLeiden },
  careProvider: { role: 'careProvider', organisation: '42420001', ...inTwoRegions },
  analyst: { role: 'analyst', organisation: 'JZ18', ...nowhere },
  source: { role: 'source', organisation: 'source-1', ...nowhere },
  privacyOfficer: { role: 'privacyOfficer', organisation: '0546', ...nowhere },
  operator: { role: 'operator', organisation: 'schakel', ...nowhere },
};

const viewerFor = ({ role, organisation }: Asker): Viewer => viewer(role, organisation);

const scopeFor = (asker: Asker): Scope =>
  scopeOf(viewerFor(asker), today, { regions: asker.regions, swvs: asker.swvs });

const variablesOf: Readonly<Record<string, Record<string, unknown>>> = {
  case: { id: 'JZ18.7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  reference: { municipality: '0546', swv: 'PO2801' },
};

const only = ({ statements }: { statements: readonly Statement[] }): Statement => {
  const [statement, second] = statements;
  if (statement === undefined || second) throw new Error('more or less than one statement');
  return statement;
};

// ---- proofs

test('every table that the server may read is known here, but for reference data', async () => {
  const readable = await database.owner<{ table: string }[]>`
    select schemaname || '.' || tablename as table from pg_tables
    where has_table_privilege('hub_server', format('%I.%I', schemaname, tablename), 'select')
      and schemaname not in ('reference', 'pg_catalog', 'information_schema')`;
  expect(new Set(readable.map(({ table }) => table))).toEqual(
    new Set([...Object.keys(keyOf), ...unscoped]),
  );
});

/** Of each document the role that reads it under most conditions: as party, by grounds, while help is asked for. */
const mostRestricted: Readonly<Record<string, Role>> = {
  caseload: 'schoolCareCoordinator',
  case: 'schoolCareCoordinator',
  'support-decisions': 'swvCoordinator',
  'waiting-list': 'youthCoordinator',
  reference: 'analyst',
  deliveries: 'source',
};

test('every document is explained, also for who is most restricted', () => {
  const explained = contractReads();
  expect(new Set(explained.map(({ document }) => document))).toEqual(
    new Set(Object.keys(mostRestricted)),
  );
  for (const [document, role] of Object.entries(mostRestricted)) {
    expect(explained).toContainEqual({ document, role });
  }
});

describe('a table with a scope is read by its key', () => {
  test.each(contractReads())('in $document for $role', async ({ document, role }) => {
    const asker = askers[role];
    const text = contract(`${document}.graphql`);
    // Under one key, and under several.
    const reaches = [asker, { ...asker, regions: asker.regions.slice(0, 1) }];
    for (const { regions } of reaches) {
      const scope = scopeFor({ ...asker, regions });
      const variables = variablesOf[document];
      const statement = only(compiled(viewerFor(asker), scope, text, variables));
      const plan = await planOf(scope, statement, 'enable_seqscan');
      expect(strayReads(plan)).toEqual([]);
    }
  });

  test('and what is read otherwise is noticed', async () => {
    const scope = scopeFor(askers.attendanceOfficer);
    const told = async (text: string) =>
      strayReads(await planOf(scope, { text, params: [] }, 'enable_seqscan', 'enable_bitmapscan'));
    expect(await told('select count(*) from casework.case_event')).toHaveLength(1);
    expect(
      await told("select 1 from casework.thuiszitter_case where municipality_code = '0546'"),
    ).toHaveLength(1);
    expect(
      await told("select 1 from casework.thuiszitter_case where youth_region = 'JZ18'"),
    ).toEqual([]);
  });
});

/** What each index that has an order is entered by. */
const ways = {
  thuiszitter_case_open_due: ['youth_region', 'municipality_code'],
  thuiszitter_case_open_first_absent: ['youth_region', 'municipality_code'],
  thuiszitter_case_opened: ['youth_region', 'municipality_code'],
  absence_report_municipality: ['youth_region', 'municipality_code'],
  waiting_list_entry_municipality: ['youth_region', 'municipality_code'],
  waiting_list_entry_provider: ['provider_agb', 'youth_region'],
  tlv_due: ['swv_code'],
  pupil_swv_task: ['swv_code'],
  pupil_natural_key: ['swv_code', 'brin6'],
  delivery_source: ['source'],
};

/** A list at the root, and the index that its page is read from. */
type List = { name: string; asker: Asker; text: string; index: keyof typeof ways };

const list = (asker: Asker, field: string, index: List['index'], orderBy?: string): List => {
  const order = orderBy ? `, orderBy: ${orderBy}` : '';
  return {
    name: `${field} of the ${asker.role}${order}, through ${index}`,
    asker,
    text: `{ ${field}(first: 50${order}) { edges { cursor node { id } } } }`,
    index,
  };
};

const officer = askers.attendanceOfficer;
const swv = askers.swvCoordinator;
const providers = [askers.careProvider, { ...askers.careProvider, ...inLeiden }];

const planFor = (asker: Asker, text: string, ...off: string[]) => {
  const scope = scopeFor(asker);
  return planOf(scope, only(compiled(viewerFor(asker), scope, text)), ...off);
};

const wayFor = async ({ asker, text, index }: List, ...off: string[]) =>
  wayToPage(await planFor(asker, text, ...off), tableOfIndex.get(index) ?? '');

const sorts = (way: readonly PlanNode[]): string[] =>
  way.map((node) => node['Node Type']).filter((type) => type.includes('Sort'));

const byName = (lists: readonly List[]) => lists.map((one) => [one.name, one] as const);

const expectFromTheFront = (way: readonly PlanNode[], { index }: List) => {
  const scan = way.at(-1);
  expect(scan?.['Index Name']).toBe(index);
  for (const column of ways[index])
    expect(scan?.['Index Cond']).toMatch(new RegExp(`\\b${column} = `));
};

describe('a page is read from the front of an index, without sorting', () => {
  test.each(
    byName([
      list(officer, 'thuiszitterCases', 'thuiszitter_case_open_due', 'DUE_FIRST'),
      list(officer, 'thuiszitterCases', 'thuiszitter_case_open_first_absent', 'LONGEST_AT_HOME'),
      list(officer, 'thuiszitterCases', 'thuiszitter_case_opened', 'OPENED_LAST'),
      list(swv, 'tlvs', 'tlv_due', 'DUE_FIRST'),
      list(swv, 'pupils', 'pupil_swv_task'),
      ...['REFERRED_ON_ASC', 'REFERRED_ON_DESC'].flatMap((order) => [
        ...providers.map((provider) =>
          list(provider, 'waitingListEntries', 'waiting_list_entry_provider', order),
        ),
        list(
          askers.youthCoordinator,
          'waitingListEntries',
          'waiting_list_entry_municipality',
          order,
        ),
      ]),
      list(officer, 'absenceReports', 'absence_report_municipality', 'LATEST_FIRST'),
      list(officer, 'absenceReports', 'absence_report_municipality', 'LONGEST_FIRST'),
      list(askers.source, 'deliveries', 'delivery_source'),
    ]),
  )('%s', async (_name, asked) => {
    const way = await wayFor(asked);
    expect(sorts(way)).toEqual([]);
    expectFromTheFront(way, asked);
  });

  test('but for the key behind a number that is unique: pupils of a site', async () => {
    const asked = list(askers.schoolCareCoordinator, 'pupils', 'pupil_natural_key');
    const way = await wayFor(asked, 'enable_sort');
    // PostgreSQL does not see that each number comes once and sorts within equal ones: one row at a time, from the front.
    expect(sorts(way)).toEqual(['Incremental Sort']);
    expect(way.find((node) => node['Node Type'] === 'Incremental Sort')).toMatchObject({
      'Presorted Key': ['pupil.school_pupil_number'],
    });
    expectFromTheFront(way, asked);
  });

  test('but for the cases of a party: which they are is in one table, their order in another', async () => {
    const text = '{ thuiszitterCases { edges { node { id } } } }';
    const plan = await planFor(askers.schoolCareCoordinator, text);
    const cases = 'casework.thuiszitter_case';
    expect(sorts(wayToPage(plan, cases))).toEqual(['Sort']);
    const [parties] = readsOf(plan, 'casework.case_party');
    expect(parties?.['Index Name']).toBe('case_party_organisation');
    expect(readsOf(plan, cases).map((node) => node['Index Cond'])).toEqual([
      expect.stringMatching(/\byouth_region = .*\bid = /),
    ]);
  });
});

test('how many open cases an attendance office has is counted in the index alone', async () => {
  // An index can answer for rows that are settled.
  await database.owner`vacuum casework.thuiszitter_case`;
  const plan = await planFor(officer, '{ thuiszitterCases { totalCount } }');
  expect(readsOf(plan, 'casework.thuiszitter_case')).toMatchObject([
    { 'Node Type': 'Index Only Scan', 'Index Name': 'thuiszitter_case_open_due' },
  ]);
});
