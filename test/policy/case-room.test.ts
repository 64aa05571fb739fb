/**
 * What each party sees in the case room, case by case: the matrix of the field (identity, absence, support, waiting for
 * help) as a drawn table. And what the payload of a mutation shows of a case is what the case itself shows.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { schema, schemas } from '../support/hub.ts';
import {
  buildWorld,
  type ChildName,
  today,
  type ViewerName,
  viewers,
  type World,
} from '../support/world.ts';
import { readAccessTable } from './access-table.ts';
import { readModel } from './model.ts';
import { comparable, documentsFor, judgeFor, print } from './paths.ts';

/** Identity, absence, support, waiting status; whoever is not listed with a case does not see that it exists. */
const room = `
  case   | viewer    | pupil   | absence | support  | waiting
  anna   | officer   | name    | hours   | status   | AVAILABLE
  anna   | swvPo     | name    | status  | full     | AVAILABLE
  anna   | youth     | name    | status  | WITHHELD | AVAILABLE
  bram   | officer   | name    | hours   | WITHHELD | WITHHELD
  casper | officer   | name    | hours   | WITHHELD | WITHHELD
  daan   | neighbour | name    | hours   | status   | AVAILABLE
  daan   | elckerlyc | no name | status  | full     | AVAILABLE
  elin   | officer   | name    | hours   | WITHHELD | WITHHELD
  finn   | officer   | name    | hours   | WITHHELD | WITHHELD
  finn   | youth     | name    | status  | WITHHELD | AVAILABLE
  gijs   | officer   | name    | hours   | status   | WITHHELD
  gijs   | lucas     | name    | status  | full     | WITHHELD
  gijs   | youth     | name    | status  | WITHHELD | WITHHELD
  hanna  | officer   | name    | hours   | status   | WITHHELD
  hanna  | swvPo     | no name | status  | full     | WITHHELD
  hanna  | youth     | no name | status  | status   | AVAILABLE
  iris   | farOfficer| name    | hours   | WITHHELD | WITHHELD
  joris  | officer   | name    | hours   | WITHHELD | UNKNOWN
  olaf   | officer   | name    | hours   | status   | WITHHELD
  olaf   | swvVo     | name    | status  | full     | WITHHELD`;

type Seen = { pupil: string; absence: string; support: string; waiting: string };

const drawn = room
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([child, viewer, pupil, absence, support, waiting]) => ({
    child,
    viewer,
    pupil,
    absence,
    support,
    waiting,
  }));

const table = readAccessTable();

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await testDatabase();
  world = await buildWorld(database);
});
afterAll(async () => {
  await world?.hub.stop();
  await database?.drop();
});

const question = `query ($id: ID!) { thuiszitterCase(id: $id) {
  pupil { name }
  absence { availability reports { status hours } }
  support { availability tlv { kind status validUntil } opp { status establishedOn } arrangements { kind status from } }
  waitingStatus { availability waitingForHelp expectedStartWeek bridging }
} }`;

type CaseBlocks = {
  pupil: { name: string | null } | null;
  absence: { availability: string; reports: { hours: number | null }[] | null };
  support: {
    availability: string;
    tlv: { kind: string | null; status: string; validUntil: string | null } | null;
    opp: { establishedOn: string | null } | null;
    arrangements: { kind: string | null; from: string | null }[] | null;
  };
  waitingStatus: Record<'availability', string> &
    Record<'waitingForHelp' | 'expectedStartWeek' | 'bridging', unknown>;
};

const describeBlocks = ({ pupil, absence, support, waitingStatus }: CaseBlocks): Seen => {
  const details = [
    support.tlv?.kind,
    support.tlv?.validUntil,
    support.opp?.establishedOn,
    ...(support.arrangements ?? []).flatMap(({ kind, from }) => [kind, from]),
  ].filter((detail) => detail !== null && detail !== undefined);
  const { availability: waiting, ...help } = waitingStatus;
  const told = Object.values(help).some((value) => value !== null);
  return {
    pupil: pupil === null ? 'nobody' : pupil.name === null ? 'no name' : 'name',
    absence:
      absence.availability !== 'AVAILABLE'
        ? absence.availability
        : absence.reports?.some(({ hours }) => hours !== null)
          ? 'hours'
          : 'status',
    support:
      support.availability !== 'AVAILABLE'
        ? support.availability
        : details.length > 0
          ? 'full'
          : 'status',
    waiting:
      told === (waiting === 'AVAILABLE')
        ? waiting
        : `${waiting}, and yet ${told ? 'told' : 'silent'}`,
  };
};

const seenBy = async (viewer: ViewerName, child: ChildName): Promise<Seen | null> => {
  const { data, errors } = await world.hub.ask<{ thuiszitterCase: CaseBlocks | null }>(
    viewers[viewer],
    question,
    {
      id: world.cases[child].id,
    },
  );
  expect(errors).toBeUndefined();
  return data.thuiszitterCase && describeBlocks(data.thuiszitterCase);
};

const inCaseRoom = (Object.keys(viewers) as ViewerName[]).filter((name) =>
  ['attendanceOfficer', 'swvCoordinator', 'schoolCareCoordinator', 'youthCoordinator'].includes(
    viewers[name].role,
  ),
);

describe('the case room', () => {
  test.each(drawn)(
    '$child: $viewer sees $pupil, absence $absence, support $support, waiting $waiting',
    async (row) => {
      const { child, viewer, ...blocks } = row;
      expect(await seenBy(viewer as ViewerName, child as ChildName)).toEqual(blocks);
    },
  );

  test('does not exist for anybody else', async () => {
    let hidden = 0;
    for (const child of Object.keys(world.cases) as ChildName[]) {
      for (const viewer of inCaseRoom) {
        if (drawn.some((row) => row.child === child && row.viewer === viewer)) continue;
        expect(await seenBy(viewer, child), `${child} by ${viewer}`).toBeNull();
        hidden += 1;
      }
    }
    expect(hidden).toBe(Object.keys(world.cases).length * inCaseRoom.length - drawn.length);
    const [stored] =
      await database.owner`select count(*)::int as cases from casework.thuiszitter_case`;
    expect(stored?.cases).toBe(new Set(drawn.map(({ child }) => child)).size);
  });
});

describe('the payload of a mutation', () => {
  /** Sends the mutation, asks all there is to ask of the case in its payload, and judges that part. */
  const shown = async (viewer: ViewerName, mutation: string, input: object, child: ChildName) => {
    const who = viewers[viewer];
    const asked = `thuiszitterCase(id: "${world.cases[child].id}")`;
    const [document] = documentsFor(schemas[who.role], 'thuiszitterCase', asked, 2);
    const below = document?.get(asked);
    if (!document || !below) throw new Error('there is nothing to ask');
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const { data, errors } = await world.hub.ask<
      Record<string, { thuiszitterCase: object | null; userErrors: { code: string }[] }>
    >(
      who,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } thuiszitterCase ${print(below)} } }`,
      { input: { idempotencyKey: `${mutation} ${viewer} ${child}`, ...input } },
    );
    expect(errors).toBeUndefined();
    const judge = judgeFor(schema, table, await readModel(database, today), who);
    const expected = judge.answer(document).thuiszitterCase;
    expect(expected).not.toBeNull();
    expect(comparable(data[mutation]?.thuiszitterCase)).toEqual(comparable(expected));
    return data[mutation]?.userErrors.map(({ code }) => code);
  };

  const next = (owner: ViewerName) => ({
    kind: 'REVIEW',
    dueOn: '2026-12-01',
    owner: { role: viewers[owner].role, organisation: viewers[owner].organisation },
  });

  test.each([
    ['officer', 'anna'],
    ['swvPo', 'anna'],
    ['youth', 'anna'],
    ['lucas', 'gijs'],
    ['elckerlyc', 'daan'],
  ] as const)('shows %s of the case of %s what the case shows', async (viewer, child) => {
    const owner = child === 'daan' ? 'neighbour' : 'officer';
    const codes = await shown(
      viewer,
      'thuiszitterCaseNoteAction',
      { caseId: world.cases[child].id, done: 'REVIEW', next: next(owner) },
      child,
    );
    expect(codes).toEqual([]);
  });

  test('shows nothing of a case that is open for another child or municipality', async () => {
    expect(
      await shown(
        'officer',
        'thuiszitterCaseOpen',
        { absenceReportId: await world.report('M-bram') },
        'bram',
      ),
    ).toEqual(['ALREADY_OPEN']);
    const hidden = await world.act('officer', 'thuiszitterCaseOpen', {
      absenceReportId: await world.report('M-iris'),
    });
    expect(hidden).toMatchObject({ thuiszitterCase: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  test('shows the owner the case that was closed, and a party nothing any more', async () => {
    expect(await seenBy('lucas', 'gijs')).not.toBeNull();
    const codes = await shown(
      'officer',
      'thuiszitterCaseClose',
      { caseId: world.cases.gijs.id, reason: 'ADMINISTRATIVE' },
      'gijs',
    );
    expect(codes).toEqual([]);
    expect(await seenBy('lucas', 'gijs')).toBeNull();
    expect(await seenBy('youth', 'gijs')).toBeNull();
  });

  test('shows a care provider its own sharing and nothing of the case', async () => {
    const consent = {
      givenBy: 'GUARDIANS',
      recipients: [{ role: 'attendanceOfficer', organisation: '0546' }],
      validUntil: '2027-01-01',
      evidenceRef: 'D/9',
    };
    const { data } = await world.hub.ask<Record<string, { link: object; userErrors: object[] }>>(
      viewers.provider,
      `mutation ($input: ThuiszitterCaseAttachWaitingListEntryInput!) { thuiszitterCaseAttachWaitingListEntry(input: $input) {
        link { caseId attachedOn dataKinds recipients validUntil consentId } userErrors { code } } }`,
      {
        input: {
          caseKey: world.cases.bram.key,
          waitingListEntryId: await world.entry('W-bram'),
          consent,
          idempotencyKey: 'bram',
        },
      },
    );
    expect(data.thuiszitterCaseAttachWaitingListEntry).toEqual({
      userErrors: [],
      link: {
        caseId: world.cases.bram.id,
        attachedOn: today,
        dataKinds: ['WAITING_STATUS'],
        recipients: ['attendanceOfficer:0546'],
        validUntil: '2027-01-01',
        consentId: expect.stringMatching(/^JZ18\.[0-9a-f-]{36}$/),
      },
    });
    expect((await seenBy('officer', 'bram'))?.waiting).toBe('AVAILABLE');
    const events = await world.hub.ask<{
      thuiszitterCase: { events: { compartment: string; actor: object }[] };
    }>(
      viewers.officer,
      'query ($id: ID!) { thuiszitterCase(id: $id) { events(last: 2) { compartment actor { role organisation } } } }',
      { id: world.cases.bram.id },
    );
    for (const event of events.data.thuiszitterCase.events) {
      expect(event).toEqual({
        compartment: 'CARE',
        actor: { role: 'careProvider', organisation: null },
      });
    }
  });
});
