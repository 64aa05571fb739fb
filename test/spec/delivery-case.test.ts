/** What a delivery does to thuiszitter cases: opens them by the definition, and lets what is shared follow its record. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryContext } from '../../src/ingest/run.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  absence,
  addSources,
  careEvent,
  deliveryContext,
  enrolment,
  giver,
  leiden,
  leiderdorp,
  opp,
  region,
  site,
  swv,
  tlv,
  waiting,
} from '../support/deliveries.ts';
import { clearRecords, dump } from '../support/store-dump.ts';

let db: TestDatabase;
let context: DeliveryContext;
let give: ReturnType<typeof giver>;

beforeAll(async () => {
  db = await testDatabase({ ingest: 3 });
  await addSources(db.pools.ingest);
  context = await deliveryContext(db.pools.ingest);
  give = giver(context);
});
afterAll(() => db.drop());
beforeEach(() => clearRecords(db.owner));

const cases = () => db.owner`select * from casework.thuiszitter_case order by status, case_key`;
const events = () => db.owner`
  select kind, compartment, actor_role, actor_organisation, recipients from casework.case_event order by at, kind`;

describe('opening', () => {
  test('a child that is a thuiszitter gets a case of its municipality, with the ground of the law', async () => {
    expect(await give('test-leerplicht', [absence({ nameProtected: true, prefix: 'van' })])).toBe(
      'accepted 1, unchanged 0, linked 1',
    );
    const [opened, ...others] = await cases();
    expect(others).toEqual([]);
    expect(opened).toMatchObject({
      youth_region: region,
      municipality_code: leiden,
      case_key: expect.stringMatching(/^JZ18(-[0-9A-HJKMNP-TV-Z]{4}){4}$/),
      brin6: site,
      status: 'REPORTED',
      definition: 'OCW_2016',
      first_absent_on: '2026-09-01',
      opened_on: '2026-11-23',
      due_on: '2026-11-30',
      due_reason: 'FIRST_CONTACT',
      next_action_kind: 'CONTACT_FAMILY',
      next_action_due_on: '2026-11-30',
      next_action_role: 'attendanceOfficer',
      next_action_organisation: leiden,
      version: 1,
      access: {},
    });
    expect(await events()).toEqual([
      {
        kind: 'OPENED',
        compartment: 'ATTENDANCE',
        actor_role: 'source',
        actor_organisation: 'test-leerplicht',
        recipients: null,
      },
    ]);
    const audience = {
      recipients: [`attendanceOfficer:${leiden}`],
      valid_from: '2026-11-23',
      valid_until: '9999-12-31',
    };
    expect(await db.owner`select * from casework.ground`).toMatchObject([
      {
        kind: 'STATUTORY',
        legal_basis: 'Leerplichtwet 1969, art. 16 en 22',
        purpose: 'return-to-school',
        data_kinds: ['IDENTITY', 'ABSENCE'],
        registered_by_role: 'attendanceOfficer',
        ...audience,
      },
    ]);
    expect(await db.owner`select * from casework.link`).toMatchObject([
      { compartment: 'ATTENDANCE', record_scope: region, record_id: opened?.youth_id },
    ]);
    // The own register sees a protected name.
    expect(await db.owner`select * from casework.shared_identity`).toMatchObject([
      { name: 'Kind van Voorbeeld', name_protected: true, birth_date: '2015-03-14', ...audience },
    ]);
    expect(await db.owner`select * from casework.shared_absence`).toMatchObject([
      { kind: 'LONG_TERM', status: 'REGISTERED', from_on: '2026-09-01', hours: 120.5, ...audience },
    ]);
  });

  test.each([
    ['is withdrawn', { status: 'WITHDRAWN' }],
    ['is dealt with', { status: 'CLOSED' }],
    ['has ended', { untilOn: '2026-11-20' }],
    ['is shorter than four weeks', { fromOn: '2026-10-27' }],
    ['is of a few hours', { kind: 'SIXTEEN_HOURS' }],
  ] as const)('an absence that %s opens none', async (_, change) => {
    await give('test-leerplicht', [absence(change)]);
    expect(await cases()).toEqual([]);
  });

  test.each([
    ['OCW_2016', { fromOn: '2026-10-26' }, 1],
    ['LRV_DUO', { fromOn: '2026-10-26' }, 0],
    ['LRV_DUO', { fromOn: '2026-10-25' }, 1],
    ['OCW_2016', { kind: 'ABSOLUTE', brin6: null, fromOn: '2026-11-20' }, 1],
    ['LOKAAL_BREED', { kind: 'ABSOLUTE', brin6: null, fromOn: '2026-11-20' }, 0],
    ['LOKAAL_BREED', { kind: 'OTHER' }, 1],
  ] as const)('the definition in force decides: %s, %o: %i', async (definition, change, number) => {
    const settings = { ...context.settings, definition };
    await giver({ ...context, settings })('test-leerplicht', [absence(change)]);
    const opened = await cases();
    expect(opened).toHaveLength(number);
    for (const one of opened) expect(one.definition).toBe(definition);
  });

  test('a child has one open case, whoever reports', async () => {
    await give('test-leerplicht', [absence()]);
    await give('other-leerplicht', [absence({ brin6: '02VD00' })]);
    expect(await cases()).toHaveLength(1);
  });

  test('an absence that was too short becomes a case when the same report comes again later', async () => {
    const report = absence({ fromOn: '2026-11-02' });
    await give('test-leerplicht', [report], '2026-11-23');
    expect(await cases()).toHaveLength(0);
    expect(await give('test-leerplicht', [report], '2026-11-30')).toBe(
      'accepted 0, unchanged 1, linked 1',
    );
    expect(await cases()).toHaveLength(1);
  });
});

describe('after closing', () => {
  const close = (on: string) => db.owner`
    update casework.thuiszitter_case set status = 'CLOSED', closed_on = ${on}, close_reason = 'BACK_AT_OWN_SCHOOL',
      due_on = null, due_reason = null, next_action_kind = null, version = version + 1`;
  const again = absence({ reportNumber: 'M-2', brin6: '02VD00', fromOn: '2026-10-01' });

  test('a new absence within eight weeks opens the same case again', async () => {
    await give('test-leerplicht', [absence()]);
    await close('2026-11-23');
    expect(await give('test-leerplicht', [again])).toBe('accepted 1, unchanged 0, linked 1');
    expect(await cases()).toMatchObject([
      {
        status: 'REOPENED',
        closed_on: null,
        close_reason: null,
        first_absent_on: '2026-09-01',
        next_action_kind: 'CONTACT_FAMILY',
        due_on: '2026-11-30',
        version: 3,
      },
    ]);
    expect((await events()).map(({ kind }) => kind).sort()).toEqual(['OPENED', 'REOPENED']);
    expect(await db.owner`select from_on from casework.shared_absence order by 1`).toEqual([
      { from_on: '2026-09-01' },
      { from_on: '2026-10-01' },
    ]);
  });

  test('what counts is when the child was absent again, not when it was delivered', async () => {
    await give('test-leerplicht', [absence()]);
    await close('2026-09-28');
    await give('test-leerplicht', [again]);
    expect(await cases()).toMatchObject([{ status: 'REOPENED' }]);
  });

  test('a new absence after eight weeks opens a new case', async () => {
    await give('test-leerplicht', [absence()]);
    await close('2026-07-01');
    await give('test-leerplicht', [again]);
    expect(await cases()).toMatchObject([{ status: 'CLOSED' }, { status: 'REPORTED' }]);
  });

  test('what the source had reported before leaves the case closed', async () => {
    await give('test-leerplicht', [absence()]);
    await close('2026-11-23');
    await give('test-leerplicht', [absence({ asOf: '2026-11-23', status: 'IN_PROGRESS' })]);
    expect(await cases()).toMatchObject([{ status: 'CLOSED' }]);
  });
});

describe('what is shared', () => {
  /** A ground on the one case, with a record attached to it, as a command would leave it. */
  const attach = async (
    compartment: 'EDUCATION' | 'CARE' | 'ATTENDANCE',
    dataKinds: string[],
    recipients: string[],
    record: { scope: string; id: string },
    change: { valid_until?: string; withdrawn_on?: string | null } = {},
  ): Promise<string> => {
    const { valid_until = '2027-11-22', withdrawn_on = null } = change;
    const [made] = await db.owner<{ id: string }[]>`
      insert into casework.ground (youth_region, case_id, municipality_code, kind, legal_basis, purpose, data_kinds,
        recipients, valid_from, valid_until, registered_by_role, registered_by_organisation, withdrawn_on)
      select youth_region, id, municipality_code, 'CONSENT', 'Jeugdwet art. 7.3.11', 'return-to-school', ${dataKinds},
        ${recipients}, '2026-11-01', ${valid_until}, 'careProvider', '42420001', ${withdrawn_on}
      from casework.thuiszitter_case returning id`;
    const groundId = made?.id ?? '';
    await db.owner`
      insert into casework.link (youth_region, case_id, municipality_code, ground_id, compartment, record_scope,
        record_id, attached_by_role, attached_by_organisation, attached_on)
      select youth_region, id, municipality_code, ${groundId}, ${compartment}, ${record.scope}, ${record.id},
        'careProvider', '42420001', '2026-11-01'
      from casework.thuiszitter_case`;
    return groundId;
  };
  const officer = `attendanceOfficer:${leiden}`;
  const coordinator = `swvCoordinator:${swv}`;
  const idOf = async (table: string) => {
    const [row] = await db.owner<{ id: string }[]>`select id from ${db.owner.unsafe(table)}`;
    return row?.id ?? '';
  };

  test('a changed report changes what every party sees of it, each as its ground allows', async () => {
    await give('test-leerplicht', [absence({ nameProtected: true })]);
    const youth = { scope: region, id: await idOf('attendance.youth') };
    const covenant = await attach(
      'ATTENDANCE',
      ['IDENTITY', 'ABSENCE_STATUS'],
      [coordinator],
      youth,
    );
    expect(
      await give('test-leerplicht', [
        absence({ nameProtected: true, hours: 130, status: 'IN_PROGRESS', asOf: '2026-11-21' }),
        absence({
          reportNumber: 'M-2',
          kind: 'LUXURY',
          untilOn: '2026-09-04',
          hours: 8,
          nameProtected: true,
        }),
      ]),
    ).toBe('accepted 2, unchanged 0, linked 2');
    const seen = (own: boolean) => db.owner`
      select kind, status, hours from casework.shared_absence
      where (ground_id = ${covenant}) <> ${own} order by kind`;
    expect(await seen(true)).toEqual([
      { kind: 'LONG_TERM', status: 'IN_PROGRESS', hours: 130 },
      { kind: 'LUXURY', status: 'REGISTERED', hours: 8 },
    ]);
    expect(await seen(false)).toEqual([
      { kind: 'LONG_TERM', status: 'IN_PROGRESS', hours: null },
      { kind: 'LUXURY', status: 'REGISTERED', hours: null },
    ]);
    expect(
      await db.owner`
        select ground_id = ${covenant} as shared, name from casework.shared_identity order by shared`,
    ).toEqual([
      { shared: false, name: 'Kind Voorbeeld' },
      { shared: true, name: null },
    ]);
    expect((await events()).map(({ kind }) => kind)).toEqual(['OPENED', 'RECORD_CHANGED']);
  });

  test('a withdrawn report is shown as withdrawn, and the case stays for its officer to close', async () => {
    await give('test-leerplicht', [absence()]);
    await give('test-leerplicht', [absence({ status: 'WITHDRAWN', asOf: '2026-11-21' })]);
    expect(await db.owner`select status from casework.shared_absence`).toEqual([
      { status: 'WITHDRAWN' },
    ]);
    expect(await cases()).toMatchObject([{ status: 'REPORTED' }]);
  });

  test('a child that moves keeps its case with the owner, who learns nothing of what the other municipality registers', async () => {
    await give('test-leerplicht', [absence()]);
    const shared = () => db.owner`select name from casework.shared_identity`;
    const before = await shared();
    await give('test-leerplicht', [
      absence({ municipalityCode: leiderdorp, familyName: 'Andersnu', asOf: '2026-11-21' }),
      absence({
        reportNumber: 'M-9',
        municipalityCode: leiderdorp,
        kind: 'OTHER',
        asOf: '2026-11-21',
      }),
    ]);
    expect(await cases()).toMatchObject([{ municipality_code: leiden }]);
    expect(await shared()).toEqual(before);
    // The report is one of Leiderdorp now, so it is no longer in the case of Leiden.
    expect(await db.owner`select 1 from casework.shared_absence`).toHaveLength(0);
    expect(await db.owner`select 1 from attendance.absence_report`).toHaveLength(2);
  });

  test('a corrected report corrects its case: first day, school and term', async () => {
    await give('test-leerplicht', [absence()]);
    const [before] = await cases();
    await give('test-leerplicht', [
      absence({ fromOn: '2026-09-14', brin6: '02VD00', asOf: '2026-11-21' }),
    ]);
    const [after] = await cases();
    expect(before).not.toMatchObject({ brin6: '02VD00' });
    expect(after).toMatchObject({
      first_absent_on: '2026-09-14',
      brin6: '02VD00',
      status: 'REPORTED',
    });
  });

  test('waiting status follows the entry; only those the ground names learn that care is involved', async () => {
    await give('test-leerplicht', [absence()]);
    await give('test-care', [waiting({ asOf: '2026-11-20' })]);
    const entry = { scope: region, id: await idOf('care.waiting_list_entry') };
    await attach('CARE', ['WAITING_STATUS'], [officer, coordinator], entry);
    expect(await give('test-care', [waiting({ asOf: '2026-11-21' })])).toBe(
      'accepted 1, unchanged 0, linked 1',
    );
    const shared = () => db.owner`
      select waiting_for_help, expected_start_week, bridging, as_of, recipients from casework.shared_waiting`;
    expect(await shared()).toEqual([
      {
        waiting_for_help: 'YES',
        expected_start_week: '2027-W06',
        bridging: false,
        as_of: '2026-11-21',
        recipients: [officer, coordinator],
      },
    ]);
    await give('test-care', [waiting({ asOf: '2026-11-22' })]);
    expect(await shared()).toMatchObject([{ as_of: '2026-11-22' }]);
    const changes = async () => (await events()).filter(({ kind }) => kind === 'RECORD_CHANGED');
    expect(await changes()).toHaveLength(1);

    await give('test-care', [careEvent({ asOf: '2026-11-22' })]);
    expect(await shared()).toMatchObject([{ expected_start_week: '2027-W02' }]);
    expect(await changes()).toEqual(
      Array(2).fill({
        kind: 'RECORD_CHANGED',
        compartment: 'CARE',
        actor_role: 'source',
        actor_organisation: null,
        recipients: [officer, coordinator],
      }),
    );
  });

  test('support follows the decisions: in full or as a status, as the ground allows', async () => {
    await give('test-leerplicht', [absence()]);
    await give('test-school', [enrolment()]);
    const pupil = { scope: swv, id: await idOf('education.pupil') };
    const full = await attach('EDUCATION', ['SUPPORT'], [coordinator], pupil);
    const status = await attach('EDUCATION', ['SUPPORT_STATUS'], [officer], pupil);
    expect(await give('test-swv', [tlv(), opp()])).toBe('accepted 2, unchanged 0, linked 2');
    const shared = async (groundId: string) =>
      (await db.owner`select * from casework.shared_support where ground_id = ${groundId}`)[0];
    expect(await shared(full)).toMatchObject({
      tlv_kind: 'SO',
      tlv_status: 'GRANTED',
      tlv_valid_until: '2028-07-31',
      opp_status: 'ESTABLISHED',
      opp_established_on: '2026-09-20',
      as_of: '2026-11-20',
    });
    expect(await shared(status)).toMatchObject({
      tlv_kind: null,
      tlv_status: 'GRANTED',
      tlv_valid_until: null,
      opp_established_on: null,
    });
    expect((await events()).at(-1)).toMatchObject({
      kind: 'RECORD_CHANGED',
      compartment: 'EDUCATION',
    });
  });

  test.each([
    ['ended', { valid_until: '2026-11-22' }],
    ['was withdrawn', { withdrawn_on: '2026-11-20' }],
  ])('nothing is written on a ground that %s', async (_, change) => {
    await give('test-leerplicht', [absence()]);
    await give('test-care', [waiting({ asOf: '2026-11-20' })]);
    const entry = { scope: region, id: await idOf('care.waiting_list_entry') };
    await attach('CARE', ['WAITING_STATUS'], [officer], entry, change);
    await give('test-care', [waiting({ asOf: '2026-11-21', bridging: true })]);
    expect(await db.owner`select * from casework.shared_waiting`).toEqual([]);
  });

  test('the same files twice change nothing in the case either', async () => {
    await give('test-leerplicht', [absence()]);
    await give('test-care', [waiting({ asOf: '2026-11-20' })]);
    await attach('CARE', ['WAITING_STATUS'], [officer], {
      scope: region,
      id: await idOf('care.waiting_list_entry'),
    });
    await give('test-care', [waiting({ asOf: '2026-11-21' })]);
    const before = await dump(db.owner);
    await give('test-leerplicht', [absence()]);
    await give('test-care', [waiting({ asOf: '2026-11-21' })]);
    expect(await dump(db.owner)).toEqual(before);
  });
});
