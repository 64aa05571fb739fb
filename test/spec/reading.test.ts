/** Lists: as many statements for fifty rows as for one, pages that cover everything once, and no answer without its access row. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoMunicipalities } from '../../src/demo/identities.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { demoDatabase } from '../support/demo.ts';
import { testHub, viewer } from '../support/hub.ts';

const leiden = demoMunicipalities[0];
const officer = viewer('attendanceOfficer', leiden);
const contract = (name: string) =>
  readFileSync(new URL(`../contract/${name}.graphql`, import.meta.url), 'utf8');

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

type Page<Node> = {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  edges: { node: Node }[];
};

describe('the number of statements', () => {
  const caseload = contract('caseload');

  const busiestSchool = async (): Promise<string> => {
    const [row] = await database.owner<{ school: string }[]>`
      select split_part(party, ':', 2) as school from casework.thuiszitter_case c, jsonb_object_keys(c.access) party
      where party like 'schoolCareCoordinator:%' and c.closed_on is null group by 1 order by count(*) desc limit 1`;
    return row?.school ?? '';
  };

  test.each([
    ['an attendance officer', officer, caseload],
    // The most restricted role that reads a list of cases: row by row, by ground and by access that may have ended.
    ['a school care coordinator, party to some', null, caseload],
    ['an SWV coordinator', viewer('swvCoordinator', 'PO2801'), caseload],
    ['a TLV desk', viewer('swvCoordinator', 'PO2801'), contract('support-decisions')],
    ['a care provider', viewer('careProvider', '42420001'), contract('waiting-list')],
    ['a source with rejects', viewer('source', 'demo-care'), contract('deliveries')],
  ])('for %s is the same for a page of one and of fifty', async (_who, someone, document) => {
    const as = someone ?? viewer('schoolCareCoordinator', await busiestSchool());
    hub.statements();
    const one = await hub.ask<Record<string, Page<unknown>>>(as, document, { first: 1 });
    const forOne = hub.statements();
    const fifty = await hub.ask<Record<string, Page<unknown>>>(as, document, { first: 50 });
    const forFifty = hub.statements();
    expect(one.errors).toBeUndefined();
    const [few, many] = [Object.values(one.data)[0], Object.values(fifty.data)[0]];
    expect(few?.edges).toHaveLength(1);
    expect(many?.edges.length).toBeGreaterThan(1);
    expect(forFifty).toBe(forOne);
  });
});

describe('pages', () => {
  const page = async (as: typeof officer, variables: object) =>
    hub.ask<{ thuiszitterCases: Page<{ id: string; due: { on: string } | null }> }>(
      as,
      `query ($first: Int!, $after: String, $orderBy: ThuiszitterCaseOrder, $where: ThuiszitterCaseFilter) {
        thuiszitterCases(first: $first, after: $after, orderBy: $orderBy, where: $where) {
          totalCount pageInfo { hasNextPage endCursor } edges { node { id due { on } } } } }`,
      { first: 7, ...variables },
    );

  test.each(['DUE_FIRST', 'LONGEST_AT_HOME', 'OPENED_LAST'])(
    'by %s cover every case once, in order',
    async (orderBy) => {
      const seen: { id: string; due: { on: string } | null }[] = [];
      let after: string | null = null;
      let total = 0;
      do {
        const { data, errors } = await page(officer, { after, orderBy });
        expect(errors).toBeUndefined();
        seen.push(...data.thuiszitterCases.edges.map(({ node }) => node));
        total = data.thuiszitterCases.totalCount;
        after = data.thuiszitterCases.pageInfo.hasNextPage
          ? data.thuiszitterCases.pageInfo.endCursor
          : null;
      } while (after !== null);
      const expected = await database.owner<{ id: string }[]>`
      select youth_region || '.' || id as id from casework.thuiszitter_case
      where municipality_code = ${leiden} and closed_on is null`;
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)));
      expect(new Set(seen.map(({ id }) => id)).size).toBe(total);
      if (orderBy === 'DUE_FIRST') {
        const days = seen.map(({ due }) => due?.on ?? '9999-12-31');
        expect(days.every((day, index) => index === 0 || (days[index - 1] ?? '') <= day)).toBe(
          true,
        );
      }
    },
  );

  test.each([
    ['a colleague', viewer('attendanceOfficer', leiden, 'somebody-else'), {}],
    ['another municipality', viewer('attendanceOfficer', '0547'), {}],
    ['the same person with another order', officer, { orderBy: 'OPENED_LAST' }],
    ['the same person with another filter', officer, { where: { open: false } }],
  ])('refuse the cursor to %s', async (_who, as, change) => {
    const { data } = await page(officer, { orderBy: 'DUE_FIRST' });
    const after = data.thuiszitterCases.pageInfo.endCursor;
    expect((await page(officer, { orderBy: 'DUE_FIRST', after })).errors).toBeUndefined();
    const { errors } = await page(as, { orderBy: 'DUE_FIRST', after, ...change });
    expect(errors?.[0]?.extensions.code).toBe('BAD_CURSOR');
  });

  test.each([0, -1, 101])('of %d rows are refused', async (first) => {
    const { errors } = await page(officer, { first });
    expect(errors?.[0]?.extensions.code).toMatch(/BAD_USER_INPUT|TOO_COMPLEX/);
  });

  test('say nothing of a sort key in their cursor', async () => {
    const { data } = await page(officer, {});
    const cursor = Buffer.from(
      data.thuiszitterCases.pageInfo.endCursor ?? '',
      'base64url',
    ).toString('latin1');
    expect(cursor).not.toContain(data.thuiszitterCases.edges.at(-1)?.node.due?.on);
  });
});

describe('the access log', () => {
  test('has a row for a read, with every child that was read', async () => {
    const { data } = await hub.ask<{ thuiszitterCases: Page<{ id: string }> }>(
      officer,
      'query Morning { thuiszitterCases(first: 5) { edges { node { id pupil { name } } } } }',
    );
    const [row] = await database.owner`
      select operation_id, role, organisation, purpose, legal_basis, operation, outcome, subject_count
      from audit.access where operation = 'Morning'`;
    expect(row).toMatchObject({
      role: 'attendanceOfficer',
      organisation: leiden,
      purpose: 'return-to-school',
      outcome: 'ALLOWED',
      subject_count: 5,
    });
    const subjects = await database.owner<{ id: string }[]>`
      select c.youth_region || '.' || c.id as id from audit.access_subject s
      join casework.thuiszitter_case c on c.youth_id = any(s.subject_ids)
      where s.operation_id = ${row?.operation_id} and s.compartment = 'ATTENDANCE' and c.closed_on is null`;
    const read = data.thuiszitterCases.edges.map(({ node }) => node.id);
    expect(subjects.map(({ id }) => id)).toEqual(expect.arrayContaining(read));
  });

  test('has a row for a refusal', async () => {
    const analyst = viewer('analyst', 'JZ18');
    const { errors } = await hub.ask(
      analyst,
      'query Prying { thuiszitterCases(first: 1) { totalCount } }',
    );
    expect(errors?.[0]?.message).not.toContain('Did you mean');
    const rows =
      await database.owner`select outcome, subject_count from audit.access where subject = ${analyst.subject} order by at desc limit 1`;
    expect({ ...rows[0] }).toEqual({ outcome: 'DENIED', subject_count: 0 });
  });

  test('that cannot be written withholds the answer, and gives it again when it can', async () => {
    const ask = () => hub.ask(officer, '{ thuiszitterCases(first: 1) { totalCount } }');
    expect((await ask()).status).toBe(200);
    await database.owner`revoke insert on audit.access from hub_audit`;
    await database.owner`revoke insert (operation_id, at, subject, role, organisation, purpose, legal_basis, action, operation, document_hash, outcome, subject_count, trace_id) on audit.access from hub_audit`;
    await expect(ask()).rejects.toMatchObject({ name: 'Unavailable' });
    await database.owner`grant insert on audit.access to hub_audit`;
    expect((await ask()).status).toBe(200);
  });

  test('holds no name and no BSN, nor does the operational log', async () => {
    const [text] = await database.owner<
      { text: string }[]
    >`select string_agg(a::text, ' ') as text from audit.access a`;
    const names = await database.owner<
      { name: string }[]
    >`select family_name as name from attendance.youth_identity limit 500`;
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter(({ name }) => name.length > 4 && text?.text.includes(name))).toEqual([]);
    expect(text?.text).not.toMatch(/\b9999\d{5}\b/);
    expect(JSON.stringify(hub.logged)).not.toMatch(/\b9999\d{5}\b/);
  });
});

describe('a waiting status', () => {
  test('of more than 31 days ago is unknown, not waiting', async () => {
    const [row] = await database.owner<{ id: string }[]>`
      select c.youth_region || '.' || c.id as id from casework.thuiszitter_case c
      join casework.shared_waiting w on w.youth_region = c.youth_region and w.case_id = c.id
      where c.municipality_code = ${leiden} and c.closed_on is null and 'attendanceOfficer:0546' = any(w.recipients)
        and w.valid_until >= current_date and w.as_of >= current_date - 31 limit 1`;
    const look = async (at: Date) => {
      const later = await testHub(database, () => at);
      const { data } = await later.ask<{ thuiszitterCase: { waitingStatus: object } }>(
        officer,
        'query ($id: ID!) { thuiszitterCase(id: $id) { waitingStatus { availability waitingForHelp provenance { source } } } }',
        { id: row?.id },
      );
      await later.stop();
      return data.thuiszitterCase.waitingStatus;
    };
    expect(await look(new Date())).toMatchObject({ availability: 'AVAILABLE' });
    expect(await look(new Date(Date.now() + 40 * 86_400_000))).toEqual({
      availability: 'UNKNOWN',
      waitingForHelp: null,
      provenance: null,
    });
  });
});

describe('weeks of waiting', () => {
  test.each([
    // referred, registered, intake, started, ended, status → registration, treatment, total, in weeks on 1 June
    ['2026-01-05', '2026-01-12', null, null, null, 'REGISTERED', [20, null, 21]],
    ['2026-01-05', null, null, null, null, 'WAITING_FOR_INTAKE', [21, null, 21]],
    ['2026-01-05', '2026-01-12', '2026-02-09', null, null, 'WAITING_FOR_START', [4, 16, 21]],
    ['2026-01-05', '2026-01-12', '2026-02-09', '2026-03-09', null, 'STARTED', [4, 4, 9]],
    ['2026-01-05', '2026-01-12', '2026-02-09', '2026-03-09', '2026-05-04', 'ENDED', [4, 4, 9]],
    ['2026-01-05', '2026-01-12', null, null, '2026-02-02', 'CANCELLED', [3, null, 4]],
    ['2026-01-05', '2026-01-12', null, null, null, 'CANCELLED', [2, null, 3]],
  ])(
    '%s %s %s %s %s %s',
    async (referred, registered, intake, started, ended, status, expected) => {
      await database.owner`
      update care.waiting_list_entry set referred_on = ${referred}, registered_on = ${registered}, intake_on = ${intake},
        started_on = ${started}, ended_on = ${ended}, status = ${status}, as_of = '2026-01-26'
      where id = (select id from care.waiting_list_entry where provider_agb = '42420001' order by id limit 1)`;
      const [entry] = await database.owner<{ reference: string }[]>`
      select reference from care.waiting_list_entry where provider_agb = '42420001' order by id limit 1`;
      const june = await testHub(database, () => new Date('2026-06-01T10:00:00Z'));
      const { data } = await june.ask<{
        waitingListEntries: Page<{
          weeksWaiting: { registration: number; treatment: number | null; total: number };
        }>;
      }>(
        viewer('careProvider', '42420001'),
        'query ($reference: String) { waitingListEntries(where: { reference: $reference }) { edges { node { weeksWaiting { registration treatment total } } } } }',
        { reference: entry?.reference },
      );
      await june.stop();
      const weeks = data.waitingListEntries.edges[0]?.node.weeksWaiting;
      expect([weeks?.registration, weeks?.treatment, weeks?.total]).toEqual(expected);
    },
  );
});
