/**
 * The compiled read path, asserted twice: what is asked of the database, as SQL that a person has read (test/plans), and which
 * rows come of it. Beside it stands what must hold of every statement, whatever it is about.
 */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, roles } from '../../schema/codes.ts';
import { type RawRows, readAsViewerRaw } from '../../src/db/as-viewer.ts';
import { bounded, type Gate, type Pool } from '../../src/db/pools.ts';
import type { Statement, Template } from '../../src/plans/statement.ts';
import { type Reach, type Scope, scopeOf } from '../../src/policy/grant.ts';
import {
  type Compiled,
  compiled,
  contract,
  contractReads,
  cursorsOf,
  mark,
} from '../support/compiled.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testHub } from '../support/hub.ts';
import {
  clausesOf,
  conjunctsOf,
  isGroup,
  lineOf,
  type Node,
  nodesOf,
  readableSql,
  tokensOf,
} from '../support/readable-sql.ts';
import {
  buildWorld,
  leiden,
  po,
  providers,
  today,
  type ViewerName,
  viewers,
  vo,
  type World,
} from '../support/world.ts';

// ---- who asks what

const inRegion: Reach = { regions: ['JZ18'], swvs: [] };
const inRegions: Reach = { regions: ['JZ18', 'JZ24'], swvs: [] };
const nowhere: Reach = { regions: [], swvs: [] };
const inSwv = (swv: string): Reach => ({ ...inRegions, swvs: [swv] });

/** Where the rows of a viewer can lie. */
const reachOf: Partial<Record<ViewerName, Reach>> = {
  officer: inRegion,
  neighbour: inRegion,
  youth: inRegion,
  youthNeighbour: inRegion,
  swvPo: inSwv(po),
  swvVo: inSwv(vo),
  lucas: inSwv(po),
  elckerlyc: inSwv(po),
  // Works in one region, unlike the others: see below.
  provider: inRegion,
  otherProvider: inRegions,
};

const scopeFor = (who: ViewerName): Scope => scopeOf(viewers[who], today, reachOf[who] ?? nowhere);

type Variables = Record<string, unknown>;

type Read = {
  /** Of the snapshot: document and role. */
  name: string;
  who: ViewerName;
  text: string;
  variables: (world: World) => Promise<Variables> | Variables;
  /** What each statement gives, by hand, with ids by name; else the reference resolvers say what the rows are. */
  rows?: readonly unknown[][];
};

const asker: Partial<Record<Role, ViewerName>> = {
  attendanceOfficer: 'officer',
  swvCoordinator: 'swvPo',
  schoolCareCoordinator: 'lucas',
  youthCoordinator: 'youth',
  careProvider: 'otherProvider',
  source: 'source',
  analyst: 'analyst',
};

const contractVariables: Readonly<Record<string, (role: Role) => Read['variables']>> = {
  case:
    (role) =>
    ({ cases }) => ({ id: cases[role === 'schoolCareCoordinator' ? 'gijs' : 'anna'].id }),
  reference: () => () => ({ municipality: leiden, swv: po }),
};

/** What everybody may know is asked in the same words by every role. */
const forAll = ['reference'];

const ofContract: Read[] = contractReads()
  .filter(({ document, role }) => role === 'analyst' || !forAll.includes(document))
  .map(({ document, role }) => ({
    name: `${document}.${forAll.includes(document) ? 'every-role' : role}`,
    who: asker[role] ?? 'operator',
    text: contract(`${document}.graphql`),
    variables: contractVariables[document]?.(role) ?? (() => ({})),
  }));

const noVariables = () => ({});

/** Where the first page of a list ends, out of the rows of its statement: `§0.[["L-bram","PO2801","…"]]`. */
const endOfFirstPage = async (who: ViewerName, list: string, text: string, given: Variables) => {
  const scope = scopeFor(who);
  const [rows] = await rowsOf(scope, compiled(viewers[who], scope, text, given));
  let end = '';
  JSON.parse(rows?.[0]?.[0]?.toString() ?? '', (key, value) => {
    if (key === 'endCursor') end = value;
  });
  const [position, below] = JSON.parse(end.slice(end.indexOf('[')));
  return cursorsOf(viewers[who]).write(list, { position, below });
};

const timeline = `query Timeline($id: ID!, $after: String) {
  thuiszitterCase(id: $id) {
    timeline(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { kind compartment } } }
  }
}`;

const nextPupils = `query Next($after: String) {
  pupils(first: 2, after: $after, where: { school: "15nj00" }) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { schoolPupilNumber tlvs { number } arrangements { kind } } }
  }
}`;

/** One or more for each construct, small enough to say by hand what comes of it. */
const ofConstructs: Read[] = [
  {
    name: 'aliases.attendanceOfficer',
    who: 'neighbour',
    text: `{
  open: thuiszitterCases(first: 2, orderBy: LONGEST_AT_HOME) {
    cases: edges { node { state: status since: firstAbsentOn away: firstAbsentOn } }
  }
  closed: thuiszitterCases(where: { open: false }, orderBy: OPENED_LAST) { n: totalCount edges { cursor } }
}`,
    variables: noVariables,
    rows: [
      [
        { cases: [{ node: { state: 'REPORTED', since: '2026-08-24', away: '2026-08-24' } }] },
        '{child daan}',
        { n: 0, edges: [] },
        null,
      ],
    ],
  },
  {
    name: 'fragments.youthCoordinator',
    who: 'youthNeighbour',
    text: `{
  waitingListEntries(first: 5) {
    edges { node { ...dates ... on WaitingListEntry { reference status } ... @include(if: false) { careKind } } }
  }
}
fragment dates on WaitingListEntry { referredOn ...weeks asOf }
fragment weeks on WaitingListEntry { weeksWaiting { registration treatment total } stale }`,
    variables: noVariables,
    rows: [
      [
        {
          edges: [
            {
              node: {
                referredOn: '2026-06-01',
                weeksWaiting: { registration: 3, treatment: 20, total: 25 },
                stale: false,
                asOf: '2026-11-20',
                reference: 'W-daan',
                status: 'WAITING_FOR_START',
              },
            },
          ],
        },
        '{client W-daan}',
      ],
    ],
  },
  ...[true, false].map(
    (short): Read => ({
      name: `switched-${short ? 'on' : 'off'}.schoolCareCoordinator`,
      who: 'elckerlyc',
      text: `query Pupils($short: Boolean!) {
  pupils { edges { node { schoolPupilNumber name @skip(if: $short) opp @include(if: $short) { version status } } } }
}`,
      variables: () => ({ short }),
      rows: [
        [
          {
            edges: short
              ? [
                  { node: { schoolPupilNumber: 'L-daan', opp: null } },
                  {
                    node: {
                      schoolPupilNumber: 'L-lars',
                      opp: { version: 1, status: 'ESTABLISHED' },
                    },
                  },
                ]
              : [
                  { node: { schoolPupilNumber: 'L-daan', name: 'Daanbert Familie3ova' } },
                  { node: { schoolPupilNumber: 'L-lars', name: 'Larsbert Familie11ova' } },
                ],
          },
          '{pupil L-daan,pupil L-lars}',
        ],
      ],
    }),
  ),
  {
    name: 'nested-after.swvCoordinator',
    who: 'swvVo',
    text: timeline,
    variables: async ({ cases }) => {
      const { id } = cases.olaf;
      const after = await endOfFirstPage('swvVo', 'ThuiszitterCase.timeline', timeline, { id });
      return { id, after };
    },
    rows: [
      [
        {
          timeline: {
            totalCount: 4,
            pageInfo: {
              hasNextPage: false,
              endCursor: `${mark}1.[["2026-10-01 11:00:00+00","JZ18","case olaf","an id"],["JZ18","case olaf"]]`,
            },
            edges: [
              { node: { kind: 'ATTACHED', compartment: 'EDUCATION' } },
              { node: { kind: 'OPENED', compartment: 'ATTENDANCE' } },
            ],
          },
        },
        '{child olaf}',
      ],
    ],
  },
  {
    name: 'filters.attendanceOfficer',
    who: 'neighbour',
    text: `query Filters($due: Date!, $key: String!) {
  thuiszitterCases(
    where: { status: [REPORTED, INVESTIGATING], school: "03tn00", dueBefore: $due, caseKey: $key }
    orderBy: DUE_FIRST
  ) { totalCount edges { node { school { brin6 } due { on reason } } } }
}`,
    variables: ({ cases }) => ({ due: '2027-12-31', key: cases.daan.key.toLowerCase() }),
    rows: [
      [
        {
          totalCount: 1,
          edges: [
            {
              node: {
                school: { brin6: '03TN00' },
                due: { on: '2026-10-08', reason: 'FIRST_CONTACT' },
              },
            },
          ],
        },
        '{child daan}',
      ],
    ],
  },
  {
    name: 'two-compartments.attendanceOfficer',
    who: 'neighbour',
    text: `{
  thuiszitterCases { totalCount }
  viewer { organisation }
  municipality(code: "0547") { name }
  absenceReports(first: 5, where: { kind: [LONG_TERM], status: [REGISTERED], school: "03TN00" }, orderBy: LONGEST_FIRST) {
    edges { node { from until hours youth { name age } } }
  }
}`,
    variables: noVariables,
    rows: [
      [{ totalCount: 1 }, null, { name: 'Leiderdorp' }, null],
      [
        {
          edges: [
            {
              node: {
                from: '2026-08-24',
                until: null,
                hours: 120.5,
                youth: { name: 'Daanbert Familie3ova', age: 11 },
              },
            },
          ],
        },
        '{child daan}',
      ],
    ],
  },
  {
    name: 'by-code.analyst',
    who: 'analyst',
    text: `{
  school(brin6: "15nj00") { brin6 kind municipality { code } }
  swv(code: "PO-28-01") { sector }
  careProvider(agb: "42420001") { name }
  nobody: careProvider(agb: "none") { name }
}`,
    variables: noVariables,
    rows: [
      [
        { brin6: '15NJ00', kind: 'BO', municipality: { code: '0546' } },
        null,
        { sector: 'PO' },
        null,
        { name: 'Jeugdhulp first' },
        null,
        null,
        null,
      ],
    ],
  },
  {
    name: 'type-names.source',
    who: 'source',
    text: `{
  __typename
  viewer { __typename role organisation }
  deliveries(first: 1) {
    __typename
    edges { __typename node { __typename source counts { __typename received rejected } rejects(first: 1) { __typename } } }
  }
}`,
    variables: noVariables,
    rows: [
      [
        {
          __typename: 'DeliveryConnection',
          edges: [
            {
              __typename: 'DeliveryEdge',
              node: {
                __typename: 'Delivery',
                source: 'test-leerplicht',
                counts: { __typename: 'DeliveryCounts', received: 1, rejected: 0 },
                rejects: { __typename: 'DeliveryRejectConnection' },
              },
            },
          ],
        },
        null,
      ],
    ],
  },
  {
    name: 'viewer.operator',
    who: 'operator',
    text: '{ __typename viewer { role purpose } }',
    variables: noVariables,
    rows: [],
  },
  {
    name: 'totals.swvCoordinator',
    who: 'swvVo',
    text: '{ tlvs { totalCount } pupils { totalCount } }',
    variables: noVariables,
    rows: [[{ totalCount: 2 }, null, { totalCount: 2 }, null]],
  },
  {
    name: 'requested-last.swvCoordinator',
    who: 'swvPo',
    text: `{
  tlvs(where: { status: [REQUESTED], decideBefore: "2026-12-31" }, orderBy: REQUESTED_LAST) {
    pageInfo { hasNextPage } edges { node { number decideBy pupil { schoolPupilNumber name } } }
  }
}`,
    variables: noVariables,
    rows: [
      [
        {
          pageInfo: { hasNextPage: false },
          edges: [
            {
              node: {
                number: 'T-lars',
                decideBy: '2026-10-05',
                pupil: { schoolPupilNumber: 'L-lars', name: 'Larsbert Familie11ova' },
              },
            },
          ],
        },
        '{pupil L-lars}',
      ],
    ],
  },
  {
    name: 'root-after.schoolCareCoordinator',
    who: 'lucas',
    text: nextPupils,
    variables: async () => {
      const list = 'pupils SCHOOL_PUPIL_NUMBER [["school","15nj00"]]';
      return { after: await endOfFirstPage('lucas', list, nextPupils, {}) };
    },
    rows: [
      [
        {
          totalCount: 8,
          pageInfo: {
            hasNextPage: true,
            endCursor: `${mark}0.[["L-finn","PO2801","pupil L-finn"]]`,
          },
          edges: [
            {
              node: {
                schoolPupilNumber: 'L-elin',
                tlvs: [{ number: 'T-elin-po' }],
                arrangements: [],
              },
            },
            {
              node: { schoolPupilNumber: 'L-finn', tlvs: [{ number: 'T-finn' }], arrangements: [] },
            },
          ],
        },
        '{pupil L-elin,pupil L-finn}',
      ],
    ],
  },
  {
    name: 'last-events.swvCoordinator',
    who: 'swvVo',
    text: '{ thuiszitterCases { edges { node { events(last: 2) { kind compartment } } } } }',
    variables: noVariables,
    rows: [
      [
        {
          edges: [
            {
              node: {
                events: [
                  { kind: 'CONSENT_REGISTERED', compartment: 'EDUCATION' },
                  { kind: 'ATTACHED', compartment: 'EDUCATION' },
                ],
              },
            },
          ],
        },
        '{child olaf}',
      ],
    ],
  },
  {
    name: 'waiting-list-in-one-region.careProvider',
    who: 'provider',
    text: contract('waiting-list.graphql'),
    variables: noVariables,
  },
];

const reads = [...ofContract, ...ofConstructs];
const cases = reads.map((read) => [read.name, read] as const);

// ---- the world

let database: TestDatabase;
let world: World;
let gate: Gate;
let hub: Awaited<ReturnType<typeof testHub>>;
let reference: Awaited<ReturnType<typeof testHub>>;
/** What the hub sent to the database, in order. */
const sent: Statement[] = [];
const variablesOf = new Map<string, Variables>();
/** Of ids, whose they are. */
const names = new Map<string, string>();

const recorded = (pool: Pool): Pool =>
  new Proxy(pool, {
    get: (target, property) =>
      property === 'reserve'
        ? async () => {
            const connection = await target.reserve();
            return new Proxy(connection, {
              get: (on, called) =>
                called === 'unsafe'
                  ? (text: string, params: never[] = [], options: object = {}) => {
                      sent.push({ text, params });
                      return on.unsafe(text, params, options);
                    }
                  : Reflect.get(on, called),
            });
          }
        : Reflect.get(target, property),
  });

const rowsOf = (scope: Scope, { statements }: Compiled): Promise<RawRows[]> =>
  statements.length > 0 ? readAsViewerRaw(gate, scope, statements) : Promise.resolve([]);

const made = new Map<string, Compiled>();

const compiledOf = ({ name, who, text }: Read): Compiled => {
  const known =
    made.get(name) ?? compiled(viewers[who], scopeFor(who), text, variablesOf.get(name));
  made.set(name, known);
  return known;
};

beforeAll(async () => {
  database = await testDatabase();
  const { owner, pools } = database;
  world = await buildWorld(database);
  await owner`update reference.care_provider set youth_regions = '{JZ18}' where agb = ${providers.first}`;
  gate = bounded(pools.server, { max: 4 });
  const noon = () => new Date(`${today}T11:00:00Z`);
  hub = await testHub({ ...database, pools: { ...pools, server: recorded(pools.server) } }, noon);
  reference = await testHub(database, noon, { readPath: 'reference' });
  const known = await owner<{ id: string; name: string }[]>`
    select youth_id as id, 'child ' || split_part(report_number, '-', 2) as name from attendance.absence_report
    union select opened.id, 'case ' || split_part(report_number, '-', 2)
      from casework.thuiszitter_case opened join attendance.absence_report using (youth_region, youth_id)
    union select id, 'pupil ' || school_pupil_number from education.pupil
    union select client_id, 'client ' || reference from care.waiting_list_entry`;
  for (const { id, name } of known) names.set(id, name);
  for (const { name, variables } of reads) variablesOf.set(name, await variables(world));
});
afterAll(async () => {
  await Promise.all([hub.stop(), reference.stop(), world.hub.stop()]);
  await database.drop();
});

// ---- the statements

const plans = (name: string) => new URL(`../plans/${name}.sql`, import.meta.url).pathname;

const compartments = ['education', 'attendance', 'care', 'casework', 'staging'];

const comment = (text: string): string => text.replace(/^/gm, '-- ').replace(/ $/gm, '');

const contractDocuments = new Set(contractReads().map(({ document }) => document));

/** What a reviewer sees: who asks what, and the statements that come of it. */
const snapshot = (read: Read): string => {
  const { templates } = compiledOf(read);
  const [document = '', forWhom = ''] = read.name.split('.');
  const isOfContract = contractDocuments.has(document);
  const asked = isOfContract ? `test/contract/${document}.graphql` : `\n${read.text.trim()}`;
  const parts = templates.map((template, index) => {
    const values = template.slots.flatMap((made) => ('name' in made ? [`:${made.name}`] : []));
    const head = `statement ${index + 1} of ${templates.length}, with ${values.join(' ')}`;
    return `${comment(head)}\n\n${readableSql(template)}`;
  });
  const whole = parts.length > 0 ? parts : [`${comment('no statement')}\n`];
  return [`${comment(`${forWhom}: ${asked}`)}\n`, ...whole].join('\n');
};

describe('the statements of', () => {
  test.each(cases)('%s are those that were reviewed', async (name, read) => {
    await expect(snapshot(read)).toMatchFileSnapshot(plans(name));
  });

  test.each(cases)(
    '%s are what the hub sends, in one transaction in the scope',
    async (name, read) => {
      const { who, text } = read;
      sent.length = 0;
      const { status, errors } = await hub.ask(viewers[who], text, variablesOf.get(name));
      expect({ status, errors }).toEqual({ status: 200, errors: undefined });
      const { templates, statements } = compiledOf(read);
      const [begin, enter, ...rest] = sent.map((statement) => statement.text);
      if (statements.length === 0) {
        expect(sent).toEqual([]);
        return;
      }
      expect([begin, enter]).toEqual(['begin read only', 'select hub.enter($1)']);
      expect(rest).toEqual([...templates.map((template) => template.text), 'commit']);
      for (const [index, template] of templates.entries()) {
        const isMark = template.slots.map((made) => 'name' in made && made.name === 'mark');
        const values = (params: readonly unknown[] = []) => params.filter((_, at) => !isMark[at]);
        expect(values(sent[index + 2]?.params)).toEqual(values(statements[index]?.params));
      }
    },
  );

  test('no other document are kept', () => {
    const asked = new Set(reads.map(({ name }) => `${name}.sql`));
    const kept = readdirSync(new URL('../plans', import.meta.url));
    expect(kept.filter((name) => !asked.has(name))).toEqual([]);
  });

  test('what everybody may know are the same for every role', () => {
    for (const read of ofContract.filter(({ name }) => name.endsWith('.every-role'))) {
      const { text, name } = read;
      const texts = roles.map((role) => {
        const who = Object.entries(viewers).find(([, as]) => as.role === role)?.[0] as ViewerName;
        const { templates } = compiled(viewers[who], scopeFor(who), text, variablesOf.get(name));
        return JSON.stringify(templates);
      });
      expect(new Set(texts).size).toBe(1);
    }
  });
});

// ---- what holds of every statement

/** A table in a FROM, with the conditions that its rows must meet in that very select. */
type Occurrence = { table: string; conditions: readonly string[] };

const wordOf = (node: Node | undefined): string =>
  node === undefined || isGroup(node) ? '' : node.text;

/** Conditions that all hold. One that holds only sometimes is not taken apart. */
const conditionsIn = (nodes: readonly Node[]): string[] =>
  conjunctsOf(nodes).flatMap((part) => {
    const rest = wordOf(part[0]) === 'and' ? part.slice(1) : part;
    const [only] = rest;
    return rest.length === 1 && isGroup(only) && !isChoice(only.nodes)
      ? conditionsIn(only.nodes)
      : [lineOf(rest)];
  });

const isChoice = (nodes: readonly Node[]): boolean =>
  nodes.some((node) => ['or', 'case', 'between'].includes(wordOf(node)));

const tableIn = (clause: readonly Node[]): string | undefined =>
  /^(?:from|join|left join) (\w+\.\w+)$/.exec(lineOf(clause))?.[1];

const occurrencesIn = (nodes: readonly Node[]): Occurrence[] => {
  const below = nodes.flatMap((node) => (isGroup(node) ? occurrencesIn(node.nodes) : []));
  if (wordOf(nodes[0]) !== 'select') return below;
  const clauses = clausesOf(nodes);
  const starting = (word: string) => clauses.filter((clause) => wordOf(clause[0]) === word);
  const conditionsOf = (clause: readonly Node[] = []) =>
    isChoice(clause) ? [] : conditionsIn(clause.slice(1));
  const where = starting('where').flatMap(conditionsOf);
  const joined = clauses.map((clause, index) => ({
    table: tableIn(clause),
    // What a left join asks for binds the table that it joins, no other.
    isLeft: wordOf(clause[0]) === 'left',
    on: wordOf(clauses[index + 1]?.[0]) === 'on' ? conditionsOf(clauses[index + 1]) : [],
  }));
  const forAllTables = [...where, ...joined.flatMap(({ isLeft, on }) => (isLeft ? [] : on))];
  return [
    ...joined.flatMap(({ table, isLeft, on }) =>
      table ? [{ table, conditions: isLeft ? [...forAllTables, ...on] : forAllTables }] : [],
    ),
    ...below,
  ];
};

/** Each must hold; of alternatives one. */
type Rule = readonly (readonly string[])[];

const underRegion = (table: string): Rule => [
  [`${table}.youth_region = :region::text`],
  [`${table}.youth_region = any(:regions::text[])`],
];
const underSwv = (table: string): Rule => [
  [`${table}.swv_code = :organisation::text`],
  [`${table}.swv_code = :swv::text`],
  [`${table}.swv_code = any(:swvs::text[])`],
];
const own = (column: string): Rule => [[`${column} = :organisation::text`]];
const named = (table: string): readonly string[] => [
  `:party::text = any(${table}.recipients)`,
  `${table}.valid_from <= :today::date`,
  `${table}.valid_until >= :today::date`,
];

/** What must hold of the rows of a table, written by hand from docs/roles.md, not from the plans. */
const rulesOf = (table: string, role: Role): readonly Rule[] | null => {
  const [schema, name = ''] = table.split('.');
  const inCase: Rule =
    role === 'attendanceOfficer'
      ? own(`${name}.municipality_code`)
      : [[`(${name}.access ->> :party::text)::date >= :today::date`]];
  const ofPupil = (holder: string): Rule =>
    role === 'swvCoordinator'
      ? [[`${holder}.swv_code = :organisation::text`, `${holder}.swv_task_until >= :today::date`]]
      : own(`${holder}.brin6`);
  const ofDecision: Rule =
    role === 'swvCoordinator' ? own(`${name}.swv_code`) : own(`${name}.brin6`);
  const rules: Readonly<Record<string, readonly Rule[]>> = {
    'attendance.absence_report': [own('absence_report.municipality_code')],
    'attendance.youth': [own('youth.municipality_code')],
    'attendance.youth_identity': [
      [['youth_identity.youth_region = youth.youth_region', 'youth_identity.youth_id = youth.id']],
      own('youth.municipality_code'),
    ],
    'care.waiting_list_entry': [
      role === 'careProvider'
        ? own('waiting_list_entry.provider_agb')
        : [
            [
              'waiting_list_entry.municipality_code = :organisation::text',
              "waiting_list_entry.status not in ('ENDED', 'CANCELLED', 'REFERRED_ON')",
            ],
          ],
    ],
    'casework.thuiszitter_case': [inCase],
    'casework.case_event': [
      inCase,
      [['(case_event.recipients is null or :party::text = any(case_event.recipients))']],
    ],
    // Or its own entries, to find its cases by.
    'casework.case_party': [
      [
        ...inCase,
        ['case_party.organisation = :organisation::text', `case_party.role = :'${role}'`],
      ],
    ],
    'casework.ground': [
      [named('ground'), ["ground.kind = 'CONSENT'", ':party::text = any(ground.recipients)']],
    ],
    'casework.shared_absence': [[named(name)]],
    'casework.shared_identity': [[named(name)]],
    'casework.shared_support': [[named(name)]],
    'casework.shared_waiting': [[named(name)]],
    'education.arrangement': [ofDecision],
    'education.opp': [ofPupil('opp')],
    'education.pupil': [ofPupil('pupil')],
    'education.pupil_identity': [
      [['pupil_identity.swv_code = pupil.swv_code', 'pupil_identity.pupil_id = pupil.id']],
      ofPupil('pupil'),
    ],
    'education.tlv': [ofDecision],
    'staging.delivery': [own('delivery.source')],
    'staging.reject': [own('reject.source')],
    // Of covenants nothing is secret; they are few and lie under no key.
    'casework.covenant': [],
  };
  const found = rules[table];
  if (!found) return null;
  if (schema === 'staging' || table === 'casework.covenant') return found;
  return [schema === 'education' ? underSwv(name) : underRegion(name), ...found];
};

/** Where a statement reads more than the role may. */
const wideReads = (readable: string, role: Role): string[] => {
  const occurrences = occurrencesIn(nodesOf(readable)).filter(
    ({ table }) => !table.startsWith('reference.'),
  );
  const inText = readable.match(new RegExp(`\\b(?:${compartments.join('|')})\\.\\w+`, 'g'));
  if (inText?.length !== (occurrences.length || undefined))
    return ['a table stands where none is looked for'];
  return occurrences.flatMap(({ table, conditions }) => {
    const rules = rulesOf(table, role);
    if (rules === null) return [`${table} has no rule`];
    return rules.flatMap((rule) =>
      rule.some((all) => all.every((one) => conditions.includes(one)))
        ? []
        : [`${table} without ${rule.map((all) => all.join(' and ')).join(', or ')}`],
    );
  });
};

const compartmentsOf = (template: Template): string[] => [
  ...new Set(compartments.filter((schema) => template.text.includes(`"${schema}".`))),
];

describe('every table of', () => {
  test.each(cases)('%s is read by its key and in the row scope of the role', (_name, read) => {
    const { role } = scopeFor(read.who);
    for (const template of compiledOf(read).templates) {
      expect(wideReads(readableSql(template), role)).toEqual([]);
    }
  });

  test.each(cases)('%s is missed when a condition is left out', (_name, read) => {
    const { role } = scopeFor(read.who);
    for (const template of compiledOf(read).templates) {
      const text = readableSql(template);
      const needed = occurrencesIn(nodesOf(text)).flatMap(({ table }) =>
        (rulesOf(table, role) ?? []).flat(2),
      );
      for (const condition of new Set(needed)) {
        let at = text.indexOf(condition);
        while (at !== -1) {
          const without = `${text.slice(0, at)}true${text.slice(at + condition.length)}`;
          expect([condition, wideReads(without, role)]).not.toEqual([condition, []]);
          at = text.indexOf(condition, at + 1);
        }
      }
    }
  });

  test('a statement that has no rule, or reads past its own select, is told', () => {
    const told = (text: string) => wideReads(text, 'swvCoordinator');
    expect(told('select link.id from casework.link')).toEqual(['casework.link has no rule']);
    expect(told('select 1 from reference.school, care.client')).toHaveLength(1);
    const scope = 'tlv.swv_code = :organisation::text';
    expect(told(`select tlv.id from education.tlv where ${scope}`)).toEqual([]);
    expect(told(`select tlv.id from education.tlv where (true and (${scope}))`)).toEqual([]);
    expect(told(`select tlv.id from education.tlv where ${scope} or true`)).toHaveLength(2);
    expect(told(`select tlv.id from education.tlv where not (${scope})`)).toHaveLength(2);
    expect(
      told(`select 1 from (select tlv.swv_code from education.tlv) tlv where ${scope}`),
    ).toHaveLength(2);
  });
});

describe('a statement of', () => {
  test.each(cases)('%s stays in one compartment, and is the only one there', (_name, read) => {
    const { templates } = compiledOf(read);
    const touched = templates.map(compartmentsOf);
    for (const schemas of touched) expect(schemas.length).toBeLessThanOrEqual(1);
    expect(new Set(touched.flat()).size).toBe(touched.flat().length);
    // What everybody may know goes along with another.
    if (templates.length > 1) expect(touched).not.toContainEqual([]);
  });

  test.each(cases)('%s holds no value of the viewer or of the question', (_name, read) => {
    const { templates, statements } = compiledOf(read);
    const { organisation, party, regions, swvs } = scopeFor(read.who);
    const ofViewer = [viewers[read.who].subject, organisation, party, today, ...regions, ...swvs];
    templates.forEach(({ text, slots }, index) => {
      const asked = slots.flatMap((made, at) => {
        // Every status and kind that there is stands in the text.
        if (!('name' in made) || made.name === 'mark' || /where\.(status|kind)$/.test(made.name))
          return [];
        const value = statements[index]?.params[at];
        return typeof value === 'number' ? [] : [value].flat().map(String);
      });
      for (const value of [...ofViewer, ...asked]) expect(text).not.toContain(value);
    });
  });
});

// ---- the rows

const byName = (text: string): string =>
  text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => names.get(id) ?? 'an id');

const decoded = (rows: RawRows[]): unknown[][] =>
  rows.map(([row = []]) =>
    row.map((column, index) => {
      const text = column === null ? null : byName(column.toString());
      return index % 2 === 0 && text !== null ? JSON.parse(text) : text;
    }),
  );

/** A cursor that is encrypted, and one that is not yet. */
const withoutCursors = (json: string): string =>
  json.replace(/("(?:cursor|endCursor)":)"(?:[^"\\]|\\.)*"/g, '$1"…"');

const raw = (pool: Pool, { text, params }: Statement): Promise<RawRows> =>
  pool.unsafe(text, params as never[]).raw() as Promise<RawRows>;

const holdsNothing = (value: unknown, key = ''): boolean =>
  key === '__typename' ||
  value === null ||
  value === false ||
  value === 0 ||
  (typeof value === 'object' &&
    Object.entries(value).every(([name, one]) => holdsNothing(one, name)));

describe('the rows of', () => {
  test.each(cases)('%s are what was asked for', async (name, read) => {
    const { who, text, rows } = read;
    const found = await rowsOf(scopeFor(who), compiledOf(read));
    expect(found.map((one) => one.length)).toEqual(found.map(() => 1));
    if (rows) {
      expect(decoded(found)).toEqual(rows);
      return;
    }
    const asked = [viewers[who], text, variablesOf.get(name)] as const;
    const expected = await reference.ask(...asked);
    const json = found.flatMap(([row = []]) =>
      row.flatMap((column, index) => (index % 2 === 0 ? [column?.toString() ?? 'null'] : [])),
    );
    const ofReference = Object.values(expected.data).map((one) => JSON.stringify(one));
    expect(json.map(withoutCursors)).toEqual(ofReference.map(withoutCursors));
    // And the cursors too, once they are filled in.
    expect((await hub.ask(...asked)).body).toBe(expected.body);
    expect(json.join().length).toBeGreaterThan(100);
  });

  test.each(cases)('%s are none without a scope', async (_name, read) => {
    for (const statement of compiledOf(read).statements) {
      const [values] = decoded([await raw(database.pools.server, statement)]);
      expect(holdsNothing(values)).toBe(true);
    }
  });

  test.each(cases)(
    '%s are the same without row-level security: the plan is enough',
    async (_name, read) => {
      const { statements } = compiledOf(read);
      const asViewer = await rowsOf(scopeFor(read.who), { templates: [], statements });
      for (const [index, statement] of statements.entries()) {
        expect(await raw(database.owner, statement)).toEqual(asViewer[index]);
      }
    },
  );

  test('everything but nothing are something', () => {
    expect(
      holdsNothing([{ totalCount: 0, edges: [], pageInfo: { hasNextPage: false } }, null]),
    ).toBe(true);
    expect(holdsNothing([{ totalCount: 0, edges: [{ node: { id: 'x' } }] }])).toBe(false);
    expect(holdsNothing([{ totalCount: 1 }])).toBe(false);
    expect(holdsNothing([null, '{child daan}'])).toBe(false);
  });
});

// ---- the text for a person

/** The readable text as a statement again: values by number, as the template has them. */
const written = (readable: string, { slots }: Template): string[] => {
  const constants = [...slots.entries()].flatMap(([at, made]) => ('name' in made ? [] : [at + 1]));
  return tokensOf(readable).map((token) => {
    if (!/^:[\w']/.test(token)) return token;
    const known = slots.findIndex((made) => 'name' in made && made.name === token.slice(1));
    if (known >= 0) return `$${known + 1}`;
    const number = constants.shift() ?? 0;
    const made = slots[number - 1];
    const isIt =
      made &&
      'constant' in made &&
      token === `:${typeof made.constant === 'string' ? `'${made.constant}'` : made.constant}`;
    return isIt ? `$${number}` : token;
  });
};

/** Without the schema before table and column, and without quotes around a name that needs none. */
const plain = (tokens: readonly string[], needsQuotes: ReadonlySet<string>): string[] =>
  tokensOf(
    tokens
      .join(' ')
      .replace(/"\w+" \. ("\w+" \. "[^"]+")/g, '$1')
      .replace(/"([a-z_][a-z0-9_]*)"/g, (all, name) => (needsQuotes.has(name) ? all : name)),
  );

describe('the text for a person', () => {
  test.each(cases)('of %s has every token and means the same', async (_name, read) => {
    const keywords = await database.owner<{ word: string }[]>`
      select word from pg_get_keywords() where catcode in ('R', 'T')`;
    const needsQuotes = new Set(keywords.map(({ word }) => word));
    for (const template of compiledOf(read).templates) {
      const again = written(readableSql(template), template);
      expect(plain(again, needsQuotes)).toEqual(plain(tokensOf(template.text), needsQuotes));
      const planOf = async (text: string) =>
        (await database.owner.unsafe(`explain (generic_plan, verbose, costs off) ${text}`)).map(
          (line) => line['QUERY PLAN'],
        );
      expect(await planOf(again.join(' '))).toEqual(await planOf(template.text));
    }
  });

  const readable = (text: string, ...slots: Template['slots'][number][]) =>
    readableSql({ text, slots }).trimEnd();

  test('keeps what a name needs', () => {
    expect(
      readable('select "a"."t"."c" from "a"."t" where "a"."t"."from" = $1', { name: 'x' }),
    ).toBe('select t.c from a.t where t."from" = :x');
    expect(readable('select "a"."t"."c" from "a"."t", "b"."t" where "b"."t"."c" is null')).toBe(
      'select a.t.c from a.t, b.t where b.t.c is null',
    );
    expect(readable('select p."a0"[1:$1::int] as "totalCount"', { name: '0.first' })).toBe(
      'select p.a0[1 : :0.first::int] as "totalCount"',
    );
    expect(readable("select 'it''s', $1, $2", { constant: "it's" }, { constant: 31 })).toBe(
      "select 'it''s', :'it''s', :31",
    );
  });

  test('is refused of what it cannot read', () => {
    expect(() => readable('select $1')).toThrow('there is no value $1');
    expect(() => readable('select (1')).toThrow('not closed');
    expect(() => readable('select 1)')).toThrow('parentheses differ');
    expect(() => readable('select 1; select 2')).toThrow('not a token');
  });
});
