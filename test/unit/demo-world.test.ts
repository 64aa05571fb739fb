import { beforeAll, describe, expect, test } from 'vitest';
import { actionKinds, closeReasons, thuiszitterCaseStatuses } from '../../schema/codes.ts';
import { type DemoReference, readDemoReference } from '../../seeds/demo/reference.ts';
import type { Step, Story } from '../../seeds/demo/stories.ts';
import { type DemoWorld, demoWorld } from '../../seeds/demo/world.ts';
import { demoSchools } from '../../src/demo/identities.ts';
import { containsBsnShape, passesElevenTest } from '../../src/ingest/bsn.ts';
import type {
  AbsenceReportRecord,
  AdapterFacts,
  IngestRecord,
  LineOutcome,
} from '../../src/ingest/record.ts';
import { adapters } from '../../src/ingest/sources/registry.ts';
import { canClose, canDo, steps as flow } from '../../src/rules/case-flow.ts';
import { ageOn, consentGiverAt, isConsentTerm } from '../../src/rules/consent.ts';
import { addDays, daysBetween } from '../../src/rules/dates.ts';
import { mayReceiveWaiting } from '../../src/rules/sharing.ts';
import { type CaseStatus, defaultTerms } from '../../src/rules/terms.ts';
import { counts, isThuiszitter } from '../../src/rules/thuiszitter-definition.ts';

const seed = 'schakel';
const today = '2026-11-22';

type Read = { delivery: string; afterStories: boolean; outcomes: LineOutcome[] };

let reference: DemoReference;
let world: DemoWorld;
let read: Read[];

beforeAll(async () => {
  reference = await readDemoReference(new URL('../../seeds/reference/', import.meta.url));
  world = demoWorld({ seed, today, reference });
  read = await readAll(world, today);
});

/** Through the adapters that the hub itself uses; the token is the BSN, so that a test can follow one child. */
async function readAll({ deliveries, sources }: DemoWorld, on: string): Promise<Read[]> {
  const regionOf = new Map(
    reference.municipalities.map(({ code, youthRegion }) => [code, youthRegion]),
  );
  const siteOf = new Map(reference.sites.map((site) => [site.brin6, site]));
  const all: Read[] = [];
  for (const { source, format, name, content, afterStories } of deliveries) {
    const own = sources.find((candidate) => candidate.name === source);
    if (own === undefined) throw new Error(`no source ${source}`);
    expect(own.formats).toContain(format);
    const facts: AdapterFacts = {
      // Amsterdam exists, outside the area of every source here.
      youthRegionOf: (code) => regionOf.get(code) ?? (code === '0363' ? 'JZ12' : null),
      school: (brin6) => siteOf.get(brin6) ?? null,
      hasSwv: (code) => ['PO2801', 'VO2801'].includes(code),
      source: own,
      token: (compartment, bsn) => ({ bsnToken: `${compartment}:${bsn}`, tokenKey: 'test' }),
      allowTestBsn: true,
      today: on,
    };
    const outcomes: LineOutcome[] = [];
    for await (const outcome of adapters[format](bytes(content), facts)) outcomes.push(outcome);
    all.push({ delivery: name, afterStories, outcomes });
  }
  return all;
}

const allBytes = ({ deliveries }: DemoWorld) =>
  Buffer.concat(deliveries.flatMap(({ name, content }) => [Buffer.from(name), content]));

async function* bytes(content: Buffer): AsyncIterable<Uint8Array> {
  yield content;
}

const records = <T extends IngestRecord['type']>(type: T, keep = (_: Read) => true) =>
  read
    .filter(keep)
    .flatMap(({ outcomes }) => outcomes.flatMap((o) => ('record' in o ? [o.record] : [])))
    .filter((record): record is Extract<IngestRecord, { type: T }> => record.type === type);

const reportsOf = (keep: (r: Read) => boolean) => {
  // The last delivery of a report is the one that holds.
  const latest = new Map<string, AbsenceReportRecord>();
  for (const report of records('absenceReport', keep)) latest.set(report.reportNumber, report);
  return [...latest.values()];
};

const csvLines = (format: string) =>
  world.deliveries
    .filter((delivery) => delivery.format === format)
    .flatMap(({ content }) => content.toString('utf8').trimEnd().split('\n').slice(1));

const stepsOf = <K extends Step['kind']>(story: Story, kind: K) =>
  story.steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);

describe('the same world', () => {
  test('comes from the same seed and day, byte for byte', () => {
    const again = demoWorld({ seed, today, reference });
    expect(allBytes(again).equals(allBytes(world))).toBe(true);
    expect({ ...again, deliveries: [] }).toEqual({ ...world, deliveries: [] });
  });

  test('does not come from another seed, or on another day', () => {
    const other = demoWorld({ seed: 'other', today, reference });
    const tomorrow = demoWorld({ seed, today: addDays(today, 1), reference });
    expect(allBytes(other).equals(allBytes(world))).toBe(false);
    expect(allBytes(tomorrow).equals(allBytes(world))).toBe(false);
  });

  test.each(['2026-08-01', '2028-02-29', '2028-07-31'])(
    'is accepted by the adapters on %s as well, but for the lines that are wrong on purpose',
    async (on) => {
      const then = demoWorld({ seed: 'again', today: on, reference });
      expect(rejectsOf(await readAll(then, on))).toEqual(then.expectedRejects);
      expect(then.stories).toHaveLength(400);
    },
  );
});

const rejectsOf = (all: Read[]) =>
  all.flatMap(({ delivery, outcomes }) =>
    outcomes.flatMap((outcome) =>
      'reasons' in outcome
        ? outcome.reasons.map(({ field, code }) => ({ delivery, line: outcome.line, field, code }))
        : [],
    ),
  );

describe('deliveries', () => {
  test('are rejected exactly where a line is wrong on purpose', () => {
    expect(rejectsOf(read)).toEqual(world.expectedRejects);
    expect(world.expectedRejects.length).toBeGreaterThan(30);
  });

  test('hold the agreed numbers', () => {
    const count = (type: IngestRecord['type']) => records(type).length;
    expect(count('enrolment')).toBeGreaterThan(19_700);
    expect(count('enrolment')).toBeLessThan(20_300);
    expect(count('tlv') + count('opp') + count('arrangement')).toBe(1_500);
    expect(count('waitingListEntry')).toBe(3_000);
    expect(count('careEvent')).toBe(9);
    expect(count('supportApplication')).toBe(3);
  });

  test('of schools and SWVs hold nothing like a BSN, but for the one line that must be refused', () => {
    const text = world.deliveries
      .filter(({ source }) => source === 'demo-school' || source === 'demo-swv')
      .flatMap(({ content }) => content.toString('utf8').split(/[\n;<>]/));
    expect(text.filter(containsBsnShape)).toHaveLength(1);
  });

  test('use BSNs of the official test range only, one per child', () => {
    const people = [
      ...csvLines('ABSENCE_REPORTS')
        .map((line) => line.split(';'))
        .map((c) => [c[1], c[5]]),
      ...csvLines('WAITING_LIST')
        .map((line) => line.split(';'))
        .map((c) => [c[1], c[2]]),
    ];
    const birthOf = new Map<string, string | undefined>();
    for (const [bsn = '', birth] of people) {
      if (bsn === '000000000') continue;
      expect(bsn >= '999900006' && bsn <= '999999990').toBe(true);
      if (!passesElevenTest(bsn)) {
        expect(bsn).toBe('999900007');
        continue;
      }
      expect(birthOf.get(bsn) ?? birth).toBe(birth);
      birthOf.set(bsn, birth);
    }
    expect(birthOf.size).toBeGreaterThan(3_000);
  });

  test('have the special lives in them', () => {
    const enrolments = records('enrolment');
    const ages = enrolments.map(({ birthDate }) => daysBetween(birthDate, today) / 365.25);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...ages)).toBeLessThan(19);
    expect(enrolments.filter(({ leftOn }) => leftOn !== null).length).toBeGreaterThan(400);
    expect(enrolments.some(({ nameProtected }) => nameProtected)).toBe(true);

    const atProviders = new Map<string, Set<string>>();
    for (const { bsnToken, providerAgb } of records('waitingListEntry')) {
      atProviders.set(bsnToken, (atProviders.get(bsnToken) ?? new Set()).add(providerAgb));
    }
    const atTwo = [...atProviders.values()].filter((agbs) => agbs.size > 1);
    expect(atTwo.length).toBeGreaterThanOrEqual(150);
    const late = records('waitingListEntry').filter(
      ({ providerAgb }) => providerAgb === '42420004',
    );
    expect(late.every(({ asOf }) => daysBetween(asOf, today) > 31)).toBe(true);

    const siteOf = new Map(reference.sites.map((site) => [site.brin6, site.municipalityCode]));
    const elsewhere = records('absenceReport').filter(
      ({ brin6, municipalityCode }) => brin6 && siteOf.get(brin6) !== municipalityCode,
    );
    expect(elsewhere.length).toBeGreaterThan(50);
  });

  test('show children who move, also to another youth region', () => {
    const first = new Map(
      records('absenceReport', ({ delivery }) => delivery === 'verzuimmeldingen.csv').map(
        (report) => [report.bsnToken, report] as const,
      ),
    );
    for (const [name, sameRegion] of [
      ['verzuimmeldingen-verhuizingen-1.csv', true],
      ['verzuimmeldingen-verhuizingen-2.csv', false],
    ] as const) {
      const moved = records('absenceReport', ({ delivery }) => delivery === name);
      expect(moved.length).toBeGreaterThan(3);
      for (const report of moved) {
        const before = first.get(report.bsnToken);
        expect(before?.municipalityCode).not.toBe(report.municipalityCode);
        expect(before?.youthRegion === report.youthRegion).toBe(sameRegion);
      }
    }
  });

  test('of iJw match an entry of the waiting lists', () => {
    const entries = records('waitingListEntry');
    for (const event of records('careEvent')) {
      expect(entries).toContainEqual(
        expect.objectContaining({
          allocationNumber: event.allocationNumber,
          bsnToken: event.bsnToken,
          providerAgb: event.providerAgb,
          municipalityCode: event.municipalityCode,
        }),
      );
    }
    expect(new Set(records('careEvent').map(({ message }) => message)).size).toBe(3);
  });

  test('of OSO ask for both kinds of TLV and for an arrangement, for enrolled pupils', () => {
    const enrolled = new Set(records('enrolment').map((e) => `${e.brin6}/${e.schoolPupilNumber}`));
    const asked = records('supportApplication');
    expect(asked.map(({ tlvKind }) => tlvKind)).toEqual(['SO', null, 'VSO']);
    for (const a of asked) expect(enrolled).toContain(`${a.brin6}/${a.schoolPupilNumber}`);
  });
});

describe('the thuiszitters', () => {
  const before = ({ afterStories }: Read) => !afterStories;

  test('are exactly the 400 children of the stories, by the definition OCW_2016', () => {
    const reports = reportsOf(before);
    const counted = reports.filter((report) => counts('OCW_2016', report, today));
    expect(new Set(counted.map(({ reportNumber }) => reportNumber))).toEqual(
      new Set(world.stories.map(({ reportNumber }) => reportNumber)),
    );
    expect(new Set(counted.map(({ bsnToken }) => bsnToken)).size).toBe(400);
    const withdrawn = reports.filter(
      ({ kind, status, untilOn }) =>
        kind === 'LONG_TERM' && status === 'WITHDRAWN' && untilOn === null,
    );
    expect(withdrawn.length).toBeGreaterThan(0);
    expect(reports.length - counted.length).toBeGreaterThanOrEqual(1_200);
  });

  test('live where the story says, at the school it says', () => {
    const byNumber = new Map(reportsOf(before).map((report) => [report.reportNumber, report]));
    for (const story of world.stories) {
      const report = byNumber.get(story.reportNumber);
      expect(report?.municipalityCode).toBe(story.municipalityCode);
      expect(report?.youthRegion).toBe(story.youthRegion);
      expect(report?.brin6 ?? undefined).toBe(story.pupil?.brin6);
    }
  });

  test('are no longer at home once they are back, closed or withdrawn, and are again when reopened', () => {
    const after = reportsOf(() => true);
    const tokenOf = new Map(records('absenceReport').map((r) => [r.reportNumber, r.bsnToken]));
    for (const { reportNumber, finalStatus } of world.stories) {
      const reports = after.filter(({ bsnToken }) => bsnToken === tokenOf.get(reportNumber));
      const atHome = !['CLOSED', 'BACK_AT_SCHOOL'].includes(finalStatus);
      expect(isThuiszitter('OCW_2016', reports, today)).toBe(atHome);
    }
  });

  test('have been away from four weeks to more than a year, some of them nearly 18', () => {
    const open = reportsOf(() => true).filter((report) => counts('OCW_2016', report, today));
    const days = open.map(({ fromOn }) => daysBetween(fromOn, today));
    expect(Math.min(...days)).toBeLessThan(45);
    expect(Math.max(...days)).toBeGreaterThan(400);
    const soon = open.filter(({ birthDate }) => {
      const left = daysBetween(today, `${Number(birthDate.slice(0, 4)) + 18}${birthDate.slice(4)}`);
      return left >= 0 && left < 60;
    });
    expect(soon.length).toBeGreaterThanOrEqual(5);
  });
});

describe('the stories', () => {
  test('end in every status, with every action and every reason to close', () => {
    expect(new Set(world.stories.map(({ finalStatus }) => finalStatus))).toEqual(
      new Set(thuiszitterCaseStatuses),
    );
    const actions = world.stories.flatMap((story) => stepsOf(story, 'action'));
    expect(new Set(actions.map(({ done }) => done))).toEqual(new Set(actionKinds));
    const closings = world.stories.flatMap((story) => stepsOf(story, 'close'));
    expect(new Set(closings.map(({ reason }) => reason))).toEqual(new Set(closeReasons));
    expect(closings.length).toBeGreaterThanOrEqual(55);
  });

  test('go forward in time, after the opening and before today', () => {
    for (const { opensOn, steps } of world.stories) {
      const days = steps.map(({ on }) => on);
      expect(days.every((day, i) => i === 0 || day >= (days[i - 1] ?? ''))).toBe(true);
      expect(days.every((day) => day > opensOn && day < today)).toBe(true);
      const close = steps.findIndex(({ kind }) => kind === 'close');
      expect(close === -1 || close === steps.length - 1).toBe(true);
    }
  });

  test('follow the way of a case, by actions an attendance officer may take, to the status they tell', () => {
    for (const story of world.stories) {
      let status: CaseStatus = 'REPORTED';
      for (const step of story.steps) {
        if (step.kind === 'action') {
          expect(canDo(step.done, status)).toBe(true);
          expect(flow[step.done].by).toContain('attendanceOfficer');
          expect(step.next.dueOn >= step.on).toBe(true);
          status = flow[step.done].to ?? status;
        }
        if (step.kind === 'close') {
          expect(canClose(step.reason, status)).toBe(true);
          status = 'CLOSED';
        }
      }
      expect(story.reopenedBy === undefined ? status : 'REOPENED').toBe(story.finalStatus);
    }
  });

  test('give the next action to the owner, or to a party that takes part on that day', () => {
    for (const story of world.stories) {
      const present = new Set([`attendanceOfficer:${story.municipalityCode}`]);
      for (const step of story.steps) {
        if (step.kind === 'attachPupil') present.add(`${step.by}:${step.organisation}`);
        if (step.kind === 'attachWaiting' && step.by === 'youthCoordinator') {
          present.add(`${step.by}:${step.organisation}`);
        }
        if (step.kind === 'action') {
          expect(present).toContain(`${step.next.role}:${step.next.organisation}`);
        }
      }
    }
    const owners = world.stories.flatMap((story) =>
      stepsOf(story, 'action').map((s) => s.next.role),
    );
    expect(new Set(owners).size).toBe(4);
  });

  test('reopen a case within the term, by a report that is delivered later', () => {
    const reopened = world.stories.filter(({ finalStatus }) => finalStatus === 'REOPENED');
    expect(reopened.length).toBeGreaterThanOrEqual(10);
    const later = new Map(
      records('absenceReport', ({ afterStories }) => afterStories).map((r) => [r.reportNumber, r]),
    );
    for (const story of reopened) {
      const closedOn = stepsOf(story, 'close')[0]?.on ?? '';
      const report = later.get(story.reopenedBy ?? '');
      expect(report && counts('OCW_2016', report, today)).toBe(true);
      expect(daysBetween(closedOn, report?.fromOn ?? '')).toBeGreaterThan(0);
      expect(daysBetween(closedOn, today)).toBeLessThan(7 * defaultTerms.reopening.weeks);
    }
  });

  test('attach only what the party holds, on a ground that it has', () => {
    const parties = new Set(world.covenant.parties.map((p) => `${p.role}:${p.organisation}`));
    const entries = new Map(
      records('waitingListEntry').map((e) => [`${e.providerAgb}/${e.reference}`, e]),
    );
    const supported = new Set(
      [...records('tlv'), ...records('arrangement')].map(
        (d) => `${d.brin6}/${d.schoolPupilNumber}`,
      ),
    );
    const birthOf = new Map(records('absenceReport').map((r) => [r.reportNumber, r.birthDate]));
    for (const story of world.stories) {
      for (const step of stepsOf(story, 'attachPupil')) {
        const { pupil } = story;
        if (step.by === 'schoolCareCoordinator') expect(step.organisation).toBe(pupil?.brin6);
        else expect(supported).toContain(`${pupil?.brin6}/${pupil?.schoolPupilNumber}`);
        expect(parties).toContain(`${step.by}:${step.organisation}`);
        expect(step.on > world.covenant.validFrom).toBe(true);
      }
      for (const step of stepsOf(story, 'attachWaiting')) {
        const { waiting } = story;
        const entry = entries.get(`${waiting?.providerAgb}/${waiting?.reference}`);
        const holder = step.by === 'careProvider' ? entry?.providerAgb : entry?.municipalityCode;
        expect(step.organisation).toBe(holder);
        expect(entry?.youthRegion).toBe(story.youthRegion);
        if (step.ground === 'covenant') {
          expect(step.by).toBe('youthCoordinator');
          expect(parties).toContain(`${step.by}:${step.organisation}`);
          continue;
        }
        const { givenBy, until, recipients } = step.ground.consent;
        expect(givenBy).toBe(consentGiverAt(ageOn(birthOf.get(story.reportNumber) ?? '', step.on)));
        expect(isConsentTerm(until, step.on)).toBe(true);
        expect(recipients.every(({ role }) => mayReceiveWaiting(role))).toBe(true);
      }
    }
  });

  test('include all three compartments, withdrawn and lapsed consents, and overdue actions', () => {
    const kinds = world.stories.map(({ steps }) => new Set(steps.map(({ kind }) => kind)));
    expect(
      kinds.filter((k) => k.has('attachPupil') && k.has('attachWaiting')).length,
    ).toBeGreaterThan(20);
    expect(kinds.filter((k) => k.has('withdrawConsent')).length).toBeGreaterThanOrEqual(5);
    const consents = world.stories.flatMap((story) =>
      stepsOf(story, 'attachWaiting').flatMap(({ ground }) =>
        ground === 'covenant' ? [] : [ground.consent],
      ),
    );
    expect(consents.some(({ until }) => until < today)).toBe(true);
    const next = world.stories.flatMap((story) =>
      stepsOf(story, 'close').length > 0 ? [] : (stepsOf(story, 'action').at(-1)?.next ?? []),
    );
    const overdue = next.filter(({ dueOn }) => dueOn < today).length;
    expect(overdue).toBeGreaterThan(20);
    expect(overdue).toBeLessThan(next.length / 2);
  });
});

test.each(Object.values(demoSchools))(
  'school %s, whose identity one can take on, has cases to show',
  (brin6) => {
    const own = world.stories.filter(({ pupil }) => pupil?.brin6 === brin6);
    expect(own.length).toBeGreaterThanOrEqual(5);
    expect(own.some((story) => stepsOf(story, 'attachPupil').length > 0)).toBe(true);
    expect(world.covenant.parties).toContainEqual({
      role: 'schoolCareCoordinator',
      organisation: brin6,
    });
  },
);

test('the covenant holds today, for two of the four providers', () => {
  const { covenant, careProviders } = world;
  expect(covenant.validFrom < today && today < covenant.validUntil).toBe(true);
  const agbs = covenant.parties.filter(({ role }) => role === 'careProvider');
  expect(agbs).toHaveLength(2);
  expect(careProviders).toHaveLength(4);
});
