/**
 * One answer, two ways to it. The reference resolvers answer field by field; a compiled operation is one statement. Whatever
 * a role may ask, both give the same bytes, and both say of the same children that their data were read.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, roles } from '../../schema/codes.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { anyDocument } from '../support/any-document.ts';
import {
  anyWorld,
  eventfulCase,
  farSite,
  insertWorld,
  spoilt,
  today,
} from '../support/any-world.ts';
import {
  type BothPaths,
  type Difference,
  openBothPaths,
  type Question,
} from '../support/both-paths.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { schemas, viewer } from '../support/hub.ts';

/** Another one draws another world and other documents. */
const seed = Number(process.env.SCHAKEL_SEED ?? 20_261_123);
const documents = Number(process.env.SCHAKEL_DOCUMENTS ?? 2_000);
/** At the same time; enough to keep the database at work, too few to wait for a connection in vain. */
const atOnce = 8;

const world = anyWorld(seed);
let database: TestDatabase;
let paths: BothPaths;
beforeAll(async () => {
  database = await testDatabase({ server: 8 });
  await insertWorld(database, world);
  await database.owner`analyze`;
  paths = await openBothPaths(database, today);
});
afterAll(async () => {
  await paths.stop();
  await database.drop();
});

const anyQuestion = (role: Role): fc.Arbitrary<Question> => {
  const [main, ...others] = world.viewers[role];
  return fc.record({
    as: fc.oneof(
      { weight: 6, arbitrary: fc.constant(main) },
      ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
    ),
    thenAs: fc.constantFrom(main, ...others),
    document: anyDocument(schemas[role], world.known[role]),
  });
};

/** A few at a time, in order; gives the numbers of those that failed. */
const failing = async (
  questions: readonly Question[],
  isFailure: (question: Question) => Promise<boolean>,
): Promise<number[]> => {
  const failed: number[] = [];
  const left = questions.entries();
  const work = async () => {
    for (const [n, question] of left) if (await isFailure(question)) failed.push(n);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed.sort((one, other) => one - other);
};

const told = ({ asked, reference, compiled }: Difference): string =>
  `${asked}\n--- reference\n${reference}\n--- compiled\n${compiled}`;

/** What differs, of one document asked alone, in its answer or in the access log. */
const differenceAlone = async (role: Role, question: Question): Promise<string | null> => {
  await paths.forgetLog();
  const difference = await paths.difference(question);
  if (difference) return told(difference);
  const unequal = await paths.logDifferences(role);
  return unequal.length > 0
    ? `the access log differs: ${question.as.role} of ${question.as.organisation}\n${question.document.query}\n${JSON.stringify(question.document.variables)}`
    : null;
};

/** Where several errors race to be told: both ways tell the same one when nothing else is at work. */
const agreesAlone = async (question: Question): Promise<boolean> => {
  for (let n = 0; n < 3; n += 1) if ((await paths.difference(question)) === null) return true;
  return false;
};

/** How many operations the compiled path answered itself, and how many it left to the resolvers for these reasons. */
const countsOf = (role: Role) => paths.compiled.counts()[role] ?? { compiled: 0, left: {} };

describe.each(roles)('%s', (role) => {
  test(`${documents} documents are answered alike, most of them compiled`, {
    timeout: 900_000,
  }, async () => {
    let found = '';
    const property = fc.asyncProperty(anyQuestion(role), async (question) => {
      const difference = await differenceAlone(role, question);
      if (difference === null) return true;
      found = difference;
      return false;
    });
    const drawn = { seed: seed + roles.indexOf(role), numRuns: documents };
    const questions = fc.sample(property, drawn).map(([only]) => only);
    await paths.forgetLog();
    const before = paths.tally();
    const differences = new Map<Question, Difference>();
    const differing = await failing(questions, async (question) => {
      const difference = await paths.difference(question);
      if (difference) differences.set(question, difference);
      return difference !== null;
    });
    const { compiled, left } = countsOf(role);
    const { asked, refused } = paths.tally();
    const inLog = new Set(await paths.logDifferences(role));
    const hashes = inLog.size > 0 ? await Promise.all(questions.map(paths.hashOf)) : [];
    const failed: number[] = [];
    for (const [n, question] of questions.entries()) {
      const isUnequal = differing.includes(n) || inLog.has(hashes[n] ?? '');
      if (isUnequal && !(differences.get(question)?.isAmongErrors && (await agreesAlone(question))))
        failed.push(n);
    }
    const [number] = failed;
    const question = questions[number ?? -1];
    if (question) {
      const difference = differences.get(question);
      found = difference ? told(difference) : JSON.stringify(question);
      const path = String(number);
      await fc.check(property, { ...drawn, path, numRuns: 1, interruptAfterTimeLimit: 60_000 });
      expect.fail(
        `SCHAKEL_SEED=${seed}: ${failed.length} of ${documents} differ, numbers ${failed.slice(0, 20)}; number ${path}, shrunk:\n${found}`,
      );
    }
    // What is refused is told by the resolvers, and what asks about the schema is theirs as well.
    const answered = asked - before.asked - (refused - before.refused) - (left.introspection ?? 0);
    expect(
      compiled / answered,
      `SCHAKEL_SEED=${seed}: left to the resolvers ${JSON.stringify(left)}`,
    ).toBeGreaterThanOrEqual(0.93);
  });
});

const {
  attendanceOfficer: [officer],
  swvCoordinator: [, otherSwv],
  schoolCareCoordinator: [school],
  youthCoordinator: [youth],
  careProvider: [provider, , idleProvider],
  source: [source],
  analyst: [analyst],
} = world.viewers;
const spoiltSwv = viewer('swvCoordinator', spoilt);

type Found = [
  name: string,
  as: Viewer | undefined,
  query: string,
  variables?: Record<string, unknown>,
  /** Why it is left to the resolvers, if it is. */
  left?: string,
];

const longest = 'a'.repeat(63);
const tooLong = 'a'.repeat(80);

describe('what was found, and what might have been', () => {
  const cases: Found[] = [
    // Cursors were bound to the filter as its object was written, which differs by who made the object.
    [
      'a cursor of a list with two filters',
      officer,
      '{ thuiszitterCases(first: 3, where: {open: false, status: [CLOSED]}) { edges { cursor } } }',
    ],
    [
      'a cursor of a list with two filters, in a variable',
      officer,
      'query ($w: ThuiszitterCaseFilter) { thuiszitterCases(first: 3, where: $w) { pageInfo { endCursor } } }',
      { w: { status: ['CLOSED'], open: false } },
    ],

    [
      'fields merged below an alias',
      officer,
      '{ a: thuiszitterCases(first: 3) { edges { node { id } } } a: thuiszitterCases(first: 3) { edges { cursor node { status due { on } } } } }',
    ],
    [
      'skip on one of two merged occurrences',
      officer,
      '{ thuiszitterCases(first: 2) { edges @skip(if: true) { node { id } } edges { node { status } } } }',
    ],
    [
      'skip on the first occurrence decides the order',
      officer,
      'query ($s: Boolean!) { viewer { role @skip(if: $s) organisation role } }',
      { s: true },
    ],
    [
      'both directives, each of which would drop it',
      officer,
      '{ viewer { role @skip(if: true) @include(if: true) purpose @skip(if: false) @include(if: false) organisation @skip(if: false) @include(if: true) } }',
    ],
    [
      'nothing left of an object',
      officer,
      '{ thuiszitterCases(first: 2) { edges { node { id @skip(if: true) due { on @include(if: false) } } } } }',
    ],
    ['nothing left of a page', officer, '{ thuiszitterCases { totalCount @include(if: false) } }'],
    [
      'nothing left of a row',
      officer,
      `{ thuiszitterCase(id: "${eventfulCase}") { ... @skip(if: true) { id } } }`,
    ],
    ['nothing left of a viewer', officer, '{ viewer { role @skip(if: true) } }'],
    [
      'nothing left at all',
      officer,
      'query ($i: Boolean! = false) { viewer @include(if: $i) { role } }',
      {},
      'nothing asked',
    ],
    [
      'a skipped spread whose fragment is spread again',
      officer,
      'query ($s: Boolean!) { thuiszitterCases(first: 2) { edges { node { ...F @skip(if: $s) status ...F } } } } fragment F on ThuiszitterCase { id openedOn }',
      { s: true },
    ],
    [
      'aliases named like other fields',
      analyst,
      '{ swv(code: "PO2801") { code: label label: code sector: __typename } }',
    ],
    [
      'aliases that objects have by themselves',
      analyst,
      '{ __proto__: swv(code: "PO2801") { __proto__: code constructor: label toString: sector then: __typename hasOwnProperty: municipalities { __proto__: name } } }',
    ],
    ['an alias as long as a name can be', analyst, `{ swv(code: "PO2801") { ${longest}: code } }`],
    [
      'an alias that is longer',
      analyst,
      `{ swv(code: "PO2801") { ${tooLong}: code } }`,
      {},
      'long alias',
    ],
    ['a longer alias at the root', analyst, `{ ${tooLong}: swv(code: "PO2801") { code } }`],
    ['aliases that differ in case', analyst, '{ swv(code: "PO2801") { a: code A: label } }'],
    [
      'two nodes of one edge',
      officer,
      '{ thuiszitterCases(first: 3) { edges { node { id } node { status } } } }',
    ],
    [
      'where a page ends, twice',
      officer,
      '{ thuiszitterCases(first: 3) { pageInfo { hasNextPage } pageInfo { endCursor hasNextPage again: endCursor __typename } } }',
    ],
    ['only the total', officer, '{ thuiszitterCases(first: 1) { totalCount total: totalCount } }'],
    [
      'only whether more follow, of exactly as many',
      school,
      '{ a: pupils(first: 1) { pageInfo { hasNextPage } } b: pupils(first: 100) { pageInfo { hasNextPage } totalCount } }',
    ],
    [
      'an edge without its node',
      officer,
      '{ thuiszitterCases(first: 2) { edges { __typename } } }',
    ],
    [
      'one field with different arguments',
      officer,
      `{ thuiszitterCase(id: "${eventfulCase}") { a: events(last: 1) { at } b: events(last: 100) { at kind } events { at } t: timeline(first: 2) { edges { cursor } } timeline(first: 100) { totalCount pageInfo { hasNextPage } edges { node { at detail actor { role organisation } } } } } }`,
    ],
    [
      'a fragment in a fragment, twice',
      officer,
      '{ thuiszitterCases(first: 3) { edges { node { ...A ...B } } } } fragment A on ThuiszitterCase { ...B school { ...C } } fragment B on ThuiszitterCase { id school { name ...C } } fragment C on School { brin6 swv { code } }',
    ],
    [
      'a fragment without a type condition',
      officer,
      '{ ... { thuiszitterCases(first: 1) { ... { edges { ... { node { ... on ThuiszitterCase { ... { id } } } } } } } } }',
    ],
    [
      'a type within itself',
      analyst,
      '{ school(brin6: "15nj00") { swv { schools(first: 2) { edges { node { brin6 swv { code schools(first: 1) { edges { node { name } } } } } } } } } }',
    ],
    [
      'the name of every type',
      officer,
      '{ __typename viewer { __typename role } thuiszitterCases(first: 2) { __typename pageInfo { __typename } edges { __typename node { __typename due { __typename } pupil { __typename } support { __typename } whyMayISeeThis { __typename } } } } }',
    ],
    [
      'several compartments in one operation',
      youth,
      '{ thuiszitterCases(first: 2) { edges { node { id } } } municipality(code: "0546") { name } waitingListEntries(first: 2) { edges { node { id weeksWaiting { total treatment registration } provider { name } } } } }',
    ],
    [
      'a variable that is left out, with a default of its own',
      officer,
      'query ($n: Int = 2, $o: ThuiszitterCaseOrder) { thuiszitterCases(first: $n, orderBy: $o) { edges { node { id } } } }',
    ],
    [
      'a variable that is null, where there is a default',
      officer,
      'query ($n: Int = 2) { thuiszitterCases(first: $n) { totalCount } }',
      { n: null },
      'refused',
    ],
    [
      'an order that is null',
      officer,
      'query ($o: ThuiszitterCaseOrder = OPENED_LAST) { thuiszitterCases(orderBy: $o) { totalCount } }',
      { o: null },
      'refused',
    ],
    [
      'a condition that is null',
      officer,
      'query ($s: Boolean = true) { viewer { role @skip(if: $s) } }',
      { s: null },
      'refused',
    ],
    [
      'a filter that is null',
      officer,
      'query ($w: ThuiszitterCaseFilter) { thuiszitterCases(first: 3, where: $w) { totalCount edges { cursor } } }',
      { w: null },
    ],
    [
      'a filter without conditions',
      officer,
      'query ($w: ThuiszitterCaseFilter) { thuiszitterCases(first: 3, where: $w) { totalCount edges { cursor } } }',
      { w: {} },
    ],
    [
      'a filter with conditions that are null',
      officer,
      '{ thuiszitterCases(first: 3, where: {status: null, open: null, school: null}) { totalCount edges { cursor } } }',
    ],
    [
      'a filter with a variable that is left out',
      officer,
      'query ($o: Boolean, $s: [ThuiszitterCaseStatus!]) { thuiszitterCases(first: 3, where: {open: $o, status: $s}) { totalCount edges { cursor } } }',
      { o: false },
    ],
    [
      'one value for a list',
      officer,
      'query ($s: [ThuiszitterCaseStatus!]) { a: thuiszitterCases(where: {status: REPORTED}) { totalCount } b: thuiszitterCases(where: {status: $s}) { totalCount } }',
      { s: 'REPORTED' },
    ],
    [
      'a list of none, and of one twice',
      officer,
      '{ a: thuiszitterCases(where: {status: []}) { totalCount edges { node { id } } } b: thuiszitterCases(where: {status: [CLOSED, CLOSED]}) { totalCount pageInfo { endCursor } } }',
    ],
    [
      'a variable within a list',
      officer,
      'query ($k: AbsenceKind!) { absenceReports(first: 3, where: {kind: [$k, LUXURY]}) { totalCount edges { cursor node { hours } } } }',
      { k: 'OTHER' },
    ],
    [
      'a cursor without text, and none',
      officer,
      'query ($a: String) { a: thuiszitterCases(first: 1, after: "") { edges { cursor } } b: thuiszitterCases(first: 1, after: $a) { edges { cursor } } }',
      { a: null },
    ],
    [
      'a cursor that is none',
      officer,
      '{ thuiszitterCases(after: "x") { totalCount } }',
      {},
      'refused',
    ],
    [
      'a cursor that is none, below a row',
      officer,
      `{ thuiszitterCase(id: "${eventfulCase}") { id timeline(after: "x") { totalCount } } }`,
      {},
      'refused',
    ],
    [
      'a cursor that is none, below a row out of reach',
      officer,
      '{ thuiszitterCase(id: "JZ18.x") { id timeline(after: "x") { totalCount } } viewer { role } }',
      {},
      'refused',
    ],
    [
      'a cursor that is none, where nothing is asked',
      officer,
      'query ($s: Boolean = true) { thuiszitterCases(after: "x") @skip(if: $s) { totalCount } viewer { role } }',
    ],
    [
      'pages that are too long and too short',
      officer,
      '{ a: thuiszitterCases(first: 0) { totalCount } b: thuiszitterCases(first: 101) { totalCount } }',
      {},
      'refused',
    ],
    [
      'too many of the last',
      officer,
      `{ thuiszitterCase(id: "${eventfulCase}") { events(last: 101) { at } } }`,
      {},
      'refused',
    ],
    [
      'too many of the last, of no row',
      officer,
      '{ thuiszitterCase(id: "JZ18.x") { events(last: 101) { at } } }',
      {},
      'refused',
    ],
    [
      'ids that are none',
      officer,
      `{ a: thuiszitterCase(id: "") { id } b: thuiszitterCase(id: 12) { id } c: thuiszitterCase(id: "${eventfulCase.toLowerCase()}") { id } d: thuiszitterCase(id: "${eventfulCase.replace('JZ18', 'JZ24')}") { id } }`,
    ],
    [
      'an id in capitals',
      officer,
      `{ thuiszitterCase(id: "${eventfulCase.toUpperCase()}") { id } }`,
    ],
    [
      'codes as people write them',
      analyst,
      '{ a: swv(code: "po-28-01") { code } b: swv(code: "\u00df") { code } c: school(brin6: "15\u0130J00") { name } d: school(brin6: "15nj00") { name } e: municipality(code: "546") { name } }',
    ],
    [
      'numbers as PostgreSQL writes them',
      analyst,
      `{ school(brin6: "${farSite}") { latitude longitude } }`,
      {},
      'unexpected value',
    ],
    [
      'numbers with zeros at the end',
      officer,
      '{ absenceReports(first: 100) { edges { node { hours } } } }',
    ],
    [
      'texts with everything in them',
      school,
      '{ pupils(first: 100) { edges { node { name schoolPupilNumber school { name denomination } } } } }',
    ],
    [
      'a filter with everything in it',
      provider,
      'query ($r: String) { waitingListEntries(where: {reference: $r}) { totalCount edges { cursor } } }',
      { r: '\u{1F600} \u2028 \\ " \' $1 \ud800' },
    ],
    [
      'days at both ends',
      officer,
      '{ a: thuiszitterCases(where: {dueBefore: "9999-12-31"}) { totalCount } b: thuiszitterCases(where: {dueBefore: "0001-01-01"}) { totalCount } }',
    ],
    [
      'a day that PostgreSQL does not know',
      officer,
      '{ thuiszitterCases(where: {dueBefore: "0000-01-01"}) { totalCount } }',
      {},
      'failed',
    ],
    [
      'a key of a case as people type it',
      officer,
      'query ($k: String) { thuiszitterCases(where: {caseKey: $k, open: true}) { edges { node { caseKey } } } }',
      { k: world.known.attendanceOfficer['ThuiszitterCaseFilter.caseKey']?.hits[2] },
    ],
    [
      'a site that no register has, below a list',
      spoiltSwv,
      '{ tlvs { edges { node { id school { name } } } } viewer { role } }',
      {},
      'unexpected value',
    ],
    [
      'a site that no register has, where it is not asked',
      spoiltSwv,
      '{ tlvs { edges { node { id pupil { id school { name } } } } } }',
    ],
    [
      'nobody there',
      idleProvider,
      '{ waitingListEntries { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } } }',
    ],
    [
      'another SWV',
      otherSwv,
      '{ pupils(first: 5) { edges { node { id name tlvs { id kind pupil { id } } opp { version status } arrangements { kind validUntil } } } } thuiszitterCases(first: 5) { edges { node { id parties { role organisation since until } consents { id recipients dataKinds withdrawnOn } } } } }',
    ],
    [
      'everything that was shared',
      officer,
      '{ thuiszitterCases(first: 20, where: {status: [REPORTED, CLOSED, ESCALATED, PLAN_MADE]}) { edges { node { pupil { id name age municipality { name } } absence { availability reports { kind from until hours } } waitingStatus { availability waitingForHelp expectedStartWeek bridging asOf provenance { source deliveredAt } } support { availability tlv { kind status validUntil } opp { status } arrangements { kind status from until } } nextAction { kind dueOn owner { role organisation } } whyMayISeeThis { ground covenant consent until } } } } }',
    ],
    [
      'pages within pages',
      source,
      '{ deliveries(first: 3) { totalCount edges { cursor node { id counts { received linked } problem rejects(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { line field code message } } } } } } }',
    ],
    [
      'the schema beside data',
      officer,
      '{ __type(name: "School") { name } viewer { role } }',
      {},
      'introspection',
    ],
    [
      'a text on several lines',
      analyst,
      '{ swv(code: """PO2801""") { code } school(brin6: "\u0031\u0035NJ00") { name } }',
    ],
  ];

  test.each(cases)('%s', async (_name, as, query, variables = {}, left) => {
    if (!as) throw new Error('nobody asks');
    const before = countsOf(as.role);
    const question = {
      as,
      thenAs: as,
      document: { query, variables, again: null, pages: [] },
    };
    expect(await differenceAlone(as.role, question)).toBeNull();
    const after = countsOf(as.role);
    const reasons = Object.entries(after.left).filter(
      ([reason, count]) => count !== (before.left as Record<string, number>)[reason],
    );
    expect(reasons.map(([reason]) => reason)).toEqual(left === undefined ? [] : [left]);
    expect(after.compiled - before.compiled).toBe(left === undefined ? 1 : 0);
  });
});
