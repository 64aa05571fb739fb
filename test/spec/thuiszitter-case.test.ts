/** What parties do to a case, told as it happens: opened by a source, acted on, attached to on a ground, withdrawn, closed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoMunicipalities } from '../../src/demo/identities.ts';
import { endCovenants } from '../../src/link/end-covenants.ts';
import { expire } from '../../src/link/expire.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { demoDatabase } from '../support/demo.ts';
import { testHub, viewer } from '../support/hub.ts';

const leiden = demoMunicipalities[0];
const officer = viewer('attendanceOfficer', leiden);

let database: TestDatabase;
let hub: Awaited<ReturnType<typeof testHub>>;
let keys = 0;
const key = () => `key-${++keys}`;

beforeAll(async () => {
  database = await testDatabase();
  await demoDatabase(database);
  hub = await testHub(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

type CaseNode = {
  id: string;
  caseKey: string;
  status: string;
  nextAction: { kind: string } | null;
};

/** A case of Leiden without any party yet, put in this status: how many there are in each differs from day to day. */
const untouched = async (status: string): Promise<CaseNode> => {
  const [row] = await database.owner<{ id: string }[]>`
    update casework.thuiszitter_case set status = ${status} where id = (
      select id from casework.thuiszitter_case
      where municipality_code = ${leiden} and access = '{}' and brin6 is not null
        and status in ('REPORTED', 'INVESTIGATING', 'PLAN_MADE', 'OFFER_MADE', 'WAITING_FOR_CARE', 'ESCALATED')
      order by status <> ${status}, opened_on, id limit 1)
    returning youth_region || '.' || id as id`;
  const { data } = await hub.ask<{ thuiszitterCase: CaseNode }>(
    officer,
    'query ($id: ID!) { thuiszitterCase(id: $id) { id caseKey status nextAction { kind } } }',
    { id: row?.id },
  );
  return data.thuiszitterCase;
};

type Payload = { userErrors: { code: string; field: string[]; message: string }[] };

const noteAction = (as: typeof officer, input: object) =>
  hub.ask<{ thuiszitterCaseNoteAction: Payload & { thuiszitterCase: CaseNode | null } }>(
    as,
    `mutation ($input: ThuiszitterCaseNoteActionInput!) {
      thuiszitterCaseNoteAction(input: $input) {
        thuiszitterCase { id caseKey: id status nextAction { kind } } userErrors { code field message } } }`,
    { input },
  );

const tomorrow = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);
const next = {
  kind: 'REVIEW',
  dueOn: tomorrow,
  owner: { role: 'attendanceOfficer', organisation: leiden },
};

describe('noting an action', () => {
  test('moves the case on, sets the next step and leaves an event and an access row', async () => {
    const before = await untouched('REPORTED');
    const { data } = await noteAction(officer, {
      caseId: before.id,
      done: 'INVESTIGATE',
      next,
      idempotencyKey: key(),
    });
    expect(data.thuiszitterCaseNoteAction).toMatchObject({
      userErrors: [],
      thuiszitterCase: { id: before.id, status: 'INVESTIGATING', nextAction: { kind: 'REVIEW' } },
    });
    const [uuid] = before.id.split('.').slice(1);
    const events = await database.owner`
      select kind, detail, actor_role from casework.case_event where case_id = ${uuid ?? ''} order by at desc, kind limit 2`;
    expect(events.map((event) => ({ ...event }))).toEqual([
      { kind: 'STATUS_CHANGED', detail: 'INVESTIGATING', actor_role: 'attendanceOfficer' },
      { kind: 'ACTION_NOTED', detail: 'INVESTIGATE', actor_role: 'attendanceOfficer' },
    ]);
    const [logged] = await database.owner`
      select action, outcome, subject_count from audit.access where operation = 'thuiszitterCaseNoteAction' order by at desc limit 1`;
    expect({ ...logged }).toEqual({ action: 'U', outcome: 'ALLOWED', subject_count: 1 });
  });

  test('that does not fit is refused with what is possible, and writes nothing', async () => {
    const before = await untouched('REPORTED');
    const { data } = await noteAction(officer, {
      caseId: before.id,
      done: 'RETURN_TO_SCHOOL',
      next,
      idempotencyKey: key(),
    });
    const [error] = data.thuiszitterCaseNoteAction.userErrors;
    expect(error).toMatchObject({ code: 'NOT_POSSIBLE_NOW', field: ['input', 'done'] });
    expect(error?.message).toContain('onderzoek doen');
    expect(await untouched('REPORTED')).toEqual(before);
  });

  test.each([
    ['another municipality', viewer('attendanceOfficer', '0547'), 'NOT_FOUND'],
    ['an SWV that does not take part', viewer('swvCoordinator', 'PO2801'), 'NOT_FOUND'],
  ])('by %s answers %s like an id that does not exist', async (_who, as, code) => {
    const { id } = await untouched('REPORTED');
    const absent = `${id.split('.')[0]}.00000000-0000-4000-8000-000000000000`;
    const answer = (caseId: string) =>
      noteAction(as, { caseId, done: 'REVIEW', next, idempotencyKey: key() });
    const [invisible, missing] = [await answer(id), await answer(absent)];
    expect(invisible.data.thuiszitterCaseNoteAction.userErrors[0]?.code).toBe(code);
    expect(invisible.body).toBe(missing.body);
    expect(
      (await noteAction(officer, { caseId: id, done: 'REVIEW', next, idempotencyKey: key() })).data
        .thuiszitterCaseNoteAction.userErrors,
    ).toEqual([]);
  });

  test('that brings the child back to school stops the weeks at home', async () => {
    const { id } = await untouched('INVESTIGATING');
    await noteAction(officer, {
      caseId: id,
      done: 'RESUMED_BY_ITSELF',
      next,
      idempotencyKey: key(),
    });
    const weeks = async (at: Date) => {
      const then = await testHub(database, () => at);
      const { data } = await then.ask<{ thuiszitterCase: { status: string; weeksAtHome: number } }>(
        officer,
        'query ($id: ID!) { thuiszitterCase(id: $id) { status weeksAtHome } }',
        { id },
      );
      await then.stop();
      return data.thuiszitterCase;
    };
    const now = await weeks(new Date());
    expect(now.status).toBe('BACK_AT_SCHOOL');
    expect(await weeks(new Date(Date.now() + 90 * 86_400_000))).toEqual(now);
  });

  test.each([
    ['a next step in the past', { ...next, dueOn: '2020-01-01' }, 'DUE_IN_THE_PAST'],
    [
      'a next step for an outsider',
      { ...next, owner: { role: 'swvCoordinator', organisation: 'PO2801' } },
      'OWNER_NOT_A_PARTY',
    ],
  ])('with %s is refused', async (_what, badNext, code) => {
    const { id } = await untouched('REPORTED');
    const { data } = await noteAction(officer, {
      caseId: id,
      done: 'CONTACT_FAMILY',
      next: badNext,
      idempotencyKey: key(),
    });
    expect(data.thuiszitterCaseNoteAction.userErrors.map((error) => error.code)).toEqual([code]);
  });
});

describe('an idempotency key', () => {
  const eventsOf = async (id: string): Promise<number> => {
    const [row] = await database.owner<{ events: number }[]>`
      select count(*)::int as events from casework.case_event where case_id = ${id.split('.')[1] ?? ''}`;
    return row?.events ?? 0;
  };

  test('gives the same answer to the same request, once carried out', async () => {
    const { id } = await untouched('REPORTED');
    const input = { caseId: id, done: 'CONTACT_FAMILY', next, idempotencyKey: key() };
    const first = await noteAction(officer, input);
    const events = await eventsOf(id);
    const again = await noteAction(officer, input);
    expect(again.body).toBe(first.body);
    expect(await eventsOf(id)).toBe(events);
  });

  test('is refused for another request, whoever of the same organisation sends it', async () => {
    const { id } = await untouched('REPORTED');
    const idempotencyKey = key();
    await noteAction(officer, { caseId: id, done: 'CONTACT_FAMILY', next, idempotencyKey });
    const colleague = viewer('attendanceOfficer', leiden, 'colleague');
    const { data } = await noteAction(colleague, {
      caseId: id,
      done: 'REVIEW',
      next,
      idempotencyKey,
    });
    expect(data.thuiszitterCaseNoteAction.userErrors.map(({ code }) => code)).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
  });

  test('makes one of twenty parallel twins act', async () => {
    const { id } = await untouched('REPORTED');
    const before = await eventsOf(id);
    const input = { caseId: id, done: 'CONTACT_FAMILY', next, idempotencyKey: key() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => noteAction(officer, input)));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(await eventsOf(id)).toBe(before + 1);
  });
});

describe("attaching a record of one's own", () => {
  const swv = viewer('swvCoordinator', 'PO2801');

  const pupilWithTask = async (): Promise<string> => {
    const [row] = await database.owner<{ id: string }[]>`
      select swv_code || '.' || id as id from education.pupil p
      where swv_code = 'PO2801' and swv_task_until > current_date
        and exists (select from education.tlv t where t.pupil_id = p.id)
      order by school_pupil_number limit 1`;
    return row?.id ?? '';
  };

  /** The pupils and entries here are chosen at random: gives the child of the case the birth date of the record. */
  const makeSameChild = async (caseKey: string, recordId: string) => {
    const id = recordId.split('.')[1] ?? '';
    if (!/^[0-9a-f-]{36}$/.test(id)) return;
    await database.owner`
      update casework.shared_identity shared set birth_date = known.birth_date
      from casework.thuiszitter_case c, (
        select birth_date from education.pupil_identity where pupil_id = ${id}
        union all
        select client.birth_date from care.client client join care.waiting_list_entry entry
          on entry.youth_region = client.youth_region and entry.client_id = client.id where entry.id = ${id}
      ) known
      where c.case_key = ${caseKey.toUpperCase()} and shared.case_id = c.id`;
  };

  const attachPupil = async (
    as: typeof swv,
    input: { caseKey: string; pupilId: string } & Record<string, unknown>,
  ) => {
    await makeSameChild(input.caseKey, input.pupilId);
    return askToAttachPupil(as, input);
  };
  const askToAttachPupil = (as: typeof swv, input: object) =>
    hub.ask<{
      thuiszitterCaseAttachPupil: Payload & {
        link: { dataKinds: string[]; recipients: string[] } | null;
      };
    }>(
      as,
      `mutation ($input: ThuiszitterCaseAttachPupilInput!) {
        thuiszitterCaseAttachPupil(input: $input) { link { dataKinds recipients validUntil consentId } userErrors { code field message } } }`,
      { input },
    );

  const look = async (as: typeof swv, id: string) =>
    (
      await hub.ask<{ thuiszitterCase: Record<string, never> | null }>(
        as,
        `query ($id: ID!) { thuiszitterCase(id: $id) {
          pupil { name age } support { availability tlv { kind status validUntil } }
          absence { availability reports { hours } } waitingStatus { availability waitingForHelp }
          parties { role organisation } whyMayISeeThis { ground covenant consent } } }`,
        { id },
      )
    ).data.thuiszitterCase as {
      pupil: { name: string | null; age: number } | null;
      support: {
        availability: string;
        tlv: { kind: string | null; status: string; validUntil: string | null } | null;
      };
      absence: { availability: string; reports: { hours: number | null }[] };
      waitingStatus: { availability: string; waitingForHelp: string | null };
      parties: { role: string; organisation: string }[];
      whyMayISeeThis: { ground: string; covenant: string | null; consent: string | null }[];
    } | null;

  test('on the covenant brings the SWV into the case and its decisions before the others, each as its role may know them', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    expect(await look(swv, id)).toBeNull();
    expect((await look(officer, id))?.support).toEqual({ availability: 'WITHHELD', tlv: null });

    const { data } = await attachPupil(swv, {
      caseKey: caseKey.toLowerCase(),
      pupilId: await pupilWithTask(),
      idempotencyKey: key(),
    });
    expect(data.thuiszitterCaseAttachPupil.userErrors).toEqual([]);
    expect(data.thuiszitterCaseAttachPupil.link?.dataKinds.sort()).toEqual([
      'SUPPORT',
      'SUPPORT_STATUS',
    ]);

    const seenBySwv = await look(swv, id);
    expect(seenBySwv?.support).toMatchObject({
      availability: 'AVAILABLE',
      tlv: { kind: expect.any(String) },
    });
    expect(seenBySwv?.absence.reports.map(({ hours }) => hours)).toEqual(
      seenBySwv?.absence.reports.map(() => null),
    );
    expect(seenBySwv?.waitingStatus).toEqual({ availability: 'WITHHELD', waitingForHelp: null });
    expect(
      seenBySwv?.whyMayISeeThis.every(({ covenant }) => covenant?.includes('Privacyconvenant')),
    ).toBe(true);
    expect(seenBySwv?.parties).toEqual([{ role: 'swvCoordinator', organisation: 'PO2801' }]);

    // The attendance officer gets the status, not the kind or the dates (WPO art. 18a l. 13).
    expect((await look(officer, id))?.support).toMatchObject({
      availability: 'AVAILABLE',
      tlv: { kind: null, validUntil: null, status: expect.any(String) },
    });
  });

  test('the school of the same pupil comes in beside the SWV, and knows of its own absence reports only', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    const pupilId = await pupilWithTask();
    const [pupil] = await database.owner<{ brin6: string }[]>`
      select brin6 from education.pupil where id = ${pupilId.split('.')[1] ?? ''}`;
    const brin6 = pupil?.brin6 ?? '';
    const school = viewer('schoolCareCoordinator', brin6);
    await database.owner`
      insert into casework.covenant_party (covenant_id, role, organisation, valid_from, valid_until)
      select id, 'schoolCareCoordinator', ${brin6}, valid_from, valid_until from casework.covenant on conflict do nothing`;
    const attach = async (as: typeof swv) =>
      (await attachPupil(as, { caseKey, pupilId, idempotencyKey: key() })).data
        .thuiszitterCaseAttachPupil.userErrors;
    expect(await attach(swv)).toEqual([]);
    expect(await look(school, id)).toBeNull();
    expect(await attach(school)).toEqual([]);
    expect((await attach(school)).map(({ code }) => code)).toEqual(['ALREADY_ATTACHED']);

    const seen = await look(school, id);
    expect(seen?.support).toMatchObject({
      availability: 'AVAILABLE',
      tlv: { kind: expect.any(String) },
    });
    expect(seen?.parties.map(({ role }) => role).sort()).toEqual([
      'schoolCareCoordinator',
      'swvCoordinator',
    ]);
    const reports = await database.owner<{ own: boolean }[]>`
      select r.brin6 = ${brin6} as own from casework.thuiszitter_case c
      join attendance.absence_report r on r.youth_id = c.youth_id where c.id = ${id.split('.')[1] ?? ''}`;
    expect(reports.some(({ own }) => !own)).toBe(true);
    expect(seen?.absence.reports).toHaveLength(reports.filter(({ own }) => own).length);
    expect((await look(swv, id))?.absence.reports).toHaveLength(reports.length);
  });

  test('waits for a delivery that is being merged: what it copies is what the register says then', async () => {
    const { caseKey } = await untouched('INVESTIGATING');
    const pupilId = await pupilWithTask();
    await makeSameChild(caseKey, pupilId);
    const merging = await database.owner.reserve();
    await merging`select pg_advisory_lock(hashtextextended('merge:EDUCATION:PO2801', 0))`;
    const input = { caseKey, pupilId, idempotencyKey: key() };
    // Not for ever: after two seconds the caller hears that it may ask again.
    await expect(askToAttachPupil(swv, input)).rejects.toMatchObject({ name: 'Unavailable' });
    await merging`select pg_advisory_unlock(hashtextextended('merge:EDUCATION:PO2801', 0))`;
    merging.release();
    expect((await askToAttachPupil(swv, input)).data.thuiszitterCaseAttachPupil.userErrors).toEqual(
      [],
    );
  });

  test('of another child is refused: a mixed-up key shows nobody the support of somebody else', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    const pupilId = await pupilWithTask();
    await makeSameChild(caseKey, pupilId);
    await database.owner`
      update casework.shared_identity set birth_date = birth_date + 1 where case_id = ${id.split('.')[1] ?? ''}`;
    const { data } = await askToAttachPupil(swv, { caseKey, pupilId, idempotencyKey: key() });
    expect(data.thuiszitterCaseAttachPupil.userErrors.map(({ code }) => code)).toEqual([
      'OTHER_CHILD',
    ]);
    expect(await look(swv, id)).toBeNull();
  });

  test('without a covenant is refused; the key alone opens nothing', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    await database.owner`update casework.covenant set valid_until = current_date - 1`;
    const { data } = await attachPupil(swv, {
      caseKey,
      pupilId: await pupilWithTask(),
      idempotencyKey: key(),
    });
    await database.owner`update casework.covenant set valid_until = current_date + 365`;
    expect(data.thuiszitterCaseAttachPupil.userErrors.map(({ code }) => code)).toEqual([
      'NO_GROUND',
    ]);
    expect(await look(swv, id)).toBeNull();
  });

  test.each([
    ['a key that does not exist', { caseKey: 'JZ18-0000-0000-0000-0000' }, 'caseKey'],
    ['a key in another form', { caseKey: 'x' }, 'caseKey'],
    ["another SWV's pupil", { pupilId: 'VO2801.00000000-0000-4000-8000-000000000000' }, 'pupilId'],
  ])('with %s says not found', async (_what, wrong, field) => {
    const { caseKey } = await untouched('INVESTIGATING');
    const { data } = await attachPupil(swv, {
      caseKey,
      pupilId: await pupilWithTask(),
      ...wrong,
      idempotencyKey: key(),
    });
    expect(data.thuiszitterCaseAttachPupil.userErrors[0]).toMatchObject({
      code: 'NOT_FOUND',
      field: ['input', field],
    });
  });

  const provider = viewer('careProvider', '42420001');
  const entryOf = async (ages: { from: number; to: number }): Promise<string> => {
    const [row] = await database.owner<{ id: string }[]>`
      select e.youth_region || '.' || e.id as id from care.waiting_list_entry e
      join care.client c on c.youth_region = e.youth_region and c.id = e.client_id
      where e.provider_agb = '42420001' and e.youth_region = 'JZ18' and e.status = 'WAITING_FOR_START'
        and extract(year from age(c.birth_date)) between ${ages.from} and ${ages.to}
      order by e.reference limit 1`;
    return row?.id ?? '';
  };
  const attachWaiting = async (
    as: typeof swv,
    input: { caseKey: string; waitingListEntryId: string } & Record<string, unknown>,
  ) => {
    await makeSameChild(input.caseKey, input.waitingListEntryId);
    return askToAttachWaiting(as, input);
  };
  const askToAttachWaiting = (as: typeof swv, input: object) =>
    hub.ask<{
      thuiszitterCaseAttachWaitingListEntry: Payload & {
        link: { recipients: string[]; consentId: string | null } | null;
      };
    }>(
      as,
      `mutation ($input: ThuiszitterCaseAttachWaitingListEntryInput!) {
        thuiszitterCaseAttachWaitingListEntry(input: $input) { link { recipients consentId } userErrors { code field message } } }`,
      { input },
    );
  const consent = {
    givenBy: 'GUARDIANS',
    recipients: [{ role: 'attendanceOfficer', organisation: leiden }],
    validUntil: tomorrow,
    evidenceRef: 'DOSSIER/12',
  };

  test('a care provider shares on a consent, stays outside and unnamed, and a withdrawal works on the next read', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    const waitingListEntryId = await entryOf({ from: 4, to: 11 });
    const refused = await attachWaiting(provider, {
      caseKey,
      waitingListEntryId,
      idempotencyKey: key(),
    });
    expect(
      refused.data.thuiszitterCaseAttachWaitingListEntry.userErrors.map(({ code }) => code),
    ).toEqual(['CONSENT_REQUIRED']);

    const { data } = await attachWaiting(provider, {
      caseKey,
      waitingListEntryId,
      consent,
      idempotencyKey: key(),
    });
    expect(data.thuiszitterCaseAttachWaitingListEntry.userErrors).toEqual([]);
    const seen = await look(officer, id);
    expect(seen?.waitingStatus).toEqual({ availability: 'AVAILABLE', waitingForHelp: 'YES' });
    expect(seen?.parties).toEqual([]);
    const page = await hub.ask(
      officer,
      'query ($id: ID!) { thuiszitterCase(id: $id) { events(last: 9) { kind actor { role organisation } } consents { id recipients } waitingStatus { provenance { source } } } }',
      { id },
    );
    expect(page.body).toContain('"ATTACHED"');
    expect(page.body).not.toContain('42420001');

    const { consentId } = data.thuiszitterCaseAttachWaitingListEntry.link ?? {};
    const withdraw = await hub.ask<{ consentWithdraw: Payload }>(
      provider,
      `mutation ($input: ConsentWithdrawInput!) { consentWithdraw(input: $input) { consent { withdrawnOn } userErrors { code } } }`,
      { input: { caseKey, consentId, idempotencyKey: key() } },
    );
    expect(withdraw.data.consentWithdraw.userErrors).toEqual([]);
    expect((await look(officer, id))?.waitingStatus).toEqual({
      availability: 'WITHHELD',
      waitingForHelp: null,
    });
    const left =
      await database.owner`select 1 from casework.shared_waiting where case_id = ${id.split('.')[1] ?? ''}`;
    expect(left).toHaveLength(0);
  });

  test('a youth coordinator who shares on a consent sees in the case what it knows itself, also after a withdrawal', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    const youth = viewer('youthCoordinator', leiden);
    const [entry] = await database.owner<{ id: string }[]>`
      select e.youth_region || '.' || e.id as id from care.waiting_list_entry e
      join care.client c on c.youth_region = e.youth_region and c.id = e.client_id
      where e.municipality_code = ${leiden} and e.status = 'WAITING_FOR_START' and e.provider_agb = '42420001'
        and extract(year from age(c.birth_date)) between 4 and 11
      order by e.reference limit 1`;
    const { data } = await attachWaiting(youth, {
      caseKey,
      waitingListEntryId: entry?.id ?? '',
      consent,
      idempotencyKey: key(),
    });
    expect(data.thuiszitterCaseAttachWaitingListEntry.userErrors).toEqual([]);
    const waits = { availability: 'AVAILABLE', waitingForHelp: 'YES' };
    expect((await look(officer, id))?.waitingStatus).toEqual(waits);
    expect((await look(youth, id))?.waitingStatus).toEqual(waits);
    const { consentId } = data.thuiszitterCaseAttachWaitingListEntry.link ?? {};
    await hub.ask(
      youth,
      'mutation ($input: ConsentWithdrawInput!) { consentWithdraw(input: $input) { userErrors { code } } }',
      { input: { caseKey, consentId, idempotencyKey: key() } },
    );
    expect((await look(officer, id))?.waitingStatus.availability).toBe('WITHHELD');
    expect((await look(youth, id))?.waitingStatus).toEqual(waits);
  });

  test('an SWV that came in on a consent alone is out when it is withdrawn', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    const pupilId = await pupilWithTask();
    const [child] = await database.owner<{ age: number }[]>`
      select extract(year from age(birth_date))::int as age from education.pupil_identity
      where pupil_id = ${pupilId.split('.')[1] ?? ''}`;
    const age = child?.age ?? 0;
    const givenBy = age < 12 ? 'GUARDIANS' : age < 16 ? 'GUARDIANS_AND_YOUTH' : 'YOUTH';
    const recipients = [
      { role: 'swvCoordinator', organisation: 'PO2801' },
      { role: 'attendanceOfficer', organisation: leiden },
    ];
    const attached = await attachPupil(swv, {
      caseKey,
      pupilId,
      consent: { ...consent, givenBy, recipients },
      idempotencyKey: key(),
    });
    expect(attached.data.thuiszitterCaseAttachPupil.userErrors).toEqual([]);
    expect((await look(swv, id))?.whyMayISeeThis.every((why) => why.consent !== null)).toBe(true);
    const { consentId } = attached.data.thuiszitterCaseAttachPupil.link as unknown as {
      consentId: string;
    };
    await hub.ask(
      swv,
      'mutation ($input: ConsentWithdrawInput!) { consentWithdraw(input: $input) { userErrors { code } } }',
      { input: { caseKey, consentId, idempotencyKey: key() } },
    );
    expect(await look(swv, id)).toBeNull();
    expect((await look(officer, id))?.support.availability).toBe('WITHHELD');
  });

  test('a covenant that does not agree on support lets no support in', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    await database.owner`update casework.covenant set data_kinds = '{IDENTITY,ABSENCE}'`;
    const { data } = await attachPupil(swv, {
      caseKey,
      pupilId: await pupilWithTask(),
      idempotencyKey: key(),
    });
    await database.owner`update casework.covenant set data_kinds = '{IDENTITY,ABSENCE,SUPPORT,WAITING_STATUS}'`;
    expect(data.thuiszitterCaseAttachPupil.userErrors.map(({ code }) => code)).toEqual([
      'NO_GROUND',
    ]);
    expect(await look(swv, id)).toBeNull();
  });

  test('ends with an accession that is ended early: who left is out, the others stay', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    const pupilId = await pupilWithTask();
    await attachPupil(swv, { caseKey, pupilId, idempotencyKey: key() });
    const today = new Date().toISOString().slice(0, 10);
    const { ingest } = database.pools;
    await endCovenants(ingest, today);
    expect(await look(swv, id)).not.toBeNull();

    await database.owner`
      update casework.covenant_party set valid_until = current_date - 1 where role = 'swvCoordinator' and organisation = 'PO2801'`;
    expect(await endCovenants(ingest, today)).toBeGreaterThan(0);
    expect(await look(swv, id)).toBeNull();
    expect((await look(officer, id))?.support.availability).toBe('WITHHELD');
    expect((await look(officer, id))?.absence.availability).toBe('AVAILABLE');
    expect(await endCovenants(ingest, today)).toBe(0);
    await database.owner`
      update casework.covenant_party set valid_until = current_date + 365 where role = 'swvCoordinator' and organisation = 'PO2801'`;
  });

  test('what is over is deleted, what stands is kept', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    await attachPupil(swv, { caseKey, pupilId: await pupilWithTask(), idempotencyKey: key() });
    const [uuid] = id.split('.').slice(1);
    const left = () =>
      database.owner`select 1 from casework.shared_support where case_id = ${uuid ?? ''}`;
    const now = new Date();
    await expire(database.pools.ingest, { now, today: now.toISOString().slice(0, 10) });
    expect((await left()).length).toBeGreaterThan(0);
    expect((await database.owner`select 1 from casework.idempotency limit 1`).length).toBe(1);
    const later = new Date(now.getTime() + 800 * 86_400_000);
    await expire(database.pools.ingest, { now: later, today: later.toISOString().slice(0, 10) });
    expect(await left()).toHaveLength(0);
    expect(await database.owner`select 1 from casework.idempotency limit 1`).toHaveLength(0);
    // The owner's own register stays in the case: the law is no ground that runs out.
    expect((await look(officer, id))?.pupil).not.toBeNull();
  });

  test.each([
    ['given by the wrong person for the age', { from: 12, to: 15 }, {}, 'CONSENT_GIVER'],
    ['by guardians for a youth of 16', { from: 16, to: 17 }, {}, 'CONSENT_GIVER'],
    ['for longer than a year', { from: 4, to: 11 }, { validUntil: '2999-01-01' }, 'CONSENT_TERM'],
    [
      'to an analyst',
      { from: 4, to: 11 },
      { recipients: [{ role: 'analyst', organisation: 'JZ18' }] },
      'CONSENT_RECIPIENTS',
    ],
    [
      'to something that is no organisation',
      { from: 4, to: 11 },
      { recipients: [{ role: 'attendanceOfficer', organisation: 'mevrouw 999900006' }] },
      'CONSENT_RECIPIENTS',
    ],
    [
      'with a BSN cut in two as reference',
      { from: 4, to: 11 },
      { evidenceRef: '9999-00006' },
      'EVIDENCE_REF',
    ],
    [
      'with personal data as reference',
      { from: 4, to: 11 },
      { evidenceRef: '999900006' },
      'EVIDENCE_REF',
    ],
  ])('a consent %s is refused', async (_what, ages, wrong, code) => {
    const { caseKey } = await untouched('INVESTIGATING');
    const { data } = await attachWaiting(provider, {
      caseKey,
      waitingListEntryId: await entryOf(ages),
      consent: { ...consent, ...wrong },
      idempotencyKey: key(),
    });
    expect(
      data.thuiszitterCaseAttachWaitingListEntry.userErrors.map((error) => error.code),
    ).toEqual([code]);
  });

  test('ends with the case: parties see nothing of it any more, and what was shared is gone', async () => {
    const { id, caseKey } = await untouched('INVESTIGATING');
    await attachPupil(swv, { caseKey, pupilId: await pupilWithTask(), idempotencyKey: key() });
    expect(await look(swv, id)).not.toBeNull();
    const close = (reason: string) =>
      hub.ask<{
        thuiszitterCaseClose: Payload & {
          thuiszitterCase: { status: string; closedOn: string } | null;
        };
      }>(
        officer,
        `mutation ($input: ThuiszitterCaseCloseInput!) { thuiszitterCaseClose(input: $input) {
          thuiszitterCase { status closedOn nextAction { kind } due { on } } userErrors { code } } }`,
        { input: { caseId: id, reason, idempotencyKey: key() } },
      );
    expect((await close('OTHER_SCHOOL')).data.thuiszitterCaseClose.userErrors[0]?.code).toBe(
      'NO_PLACEMENT',
    );
    expect((await close('MOVED')).data.thuiszitterCaseClose).toMatchObject({
      userErrors: [],
      thuiszitterCase: { status: 'CLOSED', nextAction: null, due: null },
    });
    expect(await look(swv, id)).toBeNull();
    const [uuid] = id.split('.').slice(1);
    const left =
      await database.owner`select 1 from casework.shared_support where case_id = ${uuid ?? ''}`;
    expect(left).toHaveLength(0);
    expect((await look(officer, id))?.absence.availability).toBe('AVAILABLE');
    expect((await close('MOVED')).data.thuiszitterCaseClose.userErrors[0]?.code).toBe(
      'ALREADY_CLOSED',
    );
  });
});

describe('opening by hand', () => {
  const open = (as: typeof officer, absenceReportId: string, idempotencyKey = key()) =>
    hub.ask<{
      thuiszitterCaseOpen: Payload & {
        thuiszitterCase: { id: string; status: string; pupil: { name: string } } | null;
      };
    }>(
      as,
      `mutation ($input: ThuiszitterCaseOpenInput!) { thuiszitterCaseOpen(input: $input) {
        thuiszitterCase { id status due { on reason } pupil { name } absence { reports { kind } } } userErrors { code message } } }`,
      { input: { absenceReportId, idempotencyKey } },
    );

  test('takes one report to one open case, whoever is first', async () => {
    const [report] = await database.owner<{ id: string; youth: string }[]>`
      select youth_region || '.' || id as id, youth_id as youth from attendance.absence_report r
      where municipality_code = ${leiden} and kind = 'SIXTEEN_HOURS' and status <> 'WITHDRAWN'
        and exists (select from attendance.youth y where y.id = r.youth_id and y.municipality_code = ${leiden})
        and not exists (select from casework.thuiszitter_case c where c.youth_id = r.youth_id)
      order by report_number limit 1`;
    const answers = await Promise.all([
      open(officer, report?.id ?? ''),
      open(viewer('attendanceOfficer', leiden, 'b'), report?.id ?? ''),
    ]);
    const codes = answers.map(({ data }) => data.thuiszitterCaseOpen.userErrors[0]?.code).sort();
    expect(codes).toEqual(['ALREADY_OPEN', undefined]);
    expect(
      new Set(answers.map(({ data }) => data.thuiszitterCaseOpen.thuiszitterCase?.id)).size,
    ).toBe(1);
    const cases =
      await database.owner`select 1 from casework.thuiszitter_case where youth_id = ${report?.youth ?? ''}`;
    expect(cases).toHaveLength(1);
  });

  test("of another municipality's report answers like a report that does not exist", async () => {
    const [report] = await database.owner<{ id: string }[]>`
      select youth_region || '.' || id as id from attendance.absence_report
      where municipality_code = '0547' order by report_number limit 1`;
    const [invisible, missing] = [
      await open(officer, report?.id ?? ''),
      await open(officer, 'JZ18.00000000-0000-4000-8000-000000000000'),
    ];
    expect(invisible.data.thuiszitterCaseOpen.userErrors[0]?.code).toBe('NOT_FOUND');
    expect(invisible.body).toBe(missing.body);
  });
});
