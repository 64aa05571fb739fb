/**
 * The demonstration region: the real schools and municipalities of PO2801 and VO2801 with invented people.
 * Pure: the same seed, day and reference data give the same bytes. It writes deliveries as sources would, and knows no database.
 */
import type { source } from '../../schema/db/delivery.ts';
import type { IsoDate } from '../../src/ingest/record.ts';
import { absenceFiles } from './absence.ts';
import { planCases } from './case-plans.ts';
import { type CsvFile, type DemoDelivery, type ExpectedReject, writeCsv } from './csv.ts';
import { dayOf } from './day.ts';
import { ijwMessages } from './ijw.ts';
import { osoDossiers } from './oso.ts';
import { type DemoCovenant, demoCovenant, demoSources } from './parties.ts';
import { type Child, childMaker, enrolmentFile, enrolPupils } from './pupils.ts';
import { randomStream } from './random.ts';
import type { DemoReference } from './reference.ts';
import { type Story, tellStories } from './stories.ts';
import { supportFile } from './support.ts';
import { testBsnPool } from './test-bsn.ts';
import { careProviders, waitingLists } from './waiting-list.ts';

export type DemoWorld = {
  /** In order of delivery; those with `afterStories` come when the stories have been told. */
  deliveries: DemoDelivery[];
  /** The lines that are wrong on purpose. */
  expectedRejects: ExpectedReject[];
  sources: (typeof source.$inferInsert)[];
  careProviders: { agb: string; name: string; youthRegions: string[] }[];
  covenant: DemoCovenant;
  /** One per thuiszitter, in order of report number. */
  stories: Story[];
};

export function demoWorld({
  seed,
  today: todayIso,
  reference,
}: {
  seed: string;
  /** Today in the Netherlands: every date is reckoned from it, so that the region is always of this week. */
  today: IsoDate;
  reference: DemoReference;
}): DemoWorld {
  const today = dayOf(todayIso);
  const { municipalities } = reference;
  const random = (purpose: string) => randomStream(seed, purpose);
  const spareBsn = testBsnPool(random('bsn'));
  const bsnOf = (child: Child) => {
    child.bsn ??= spareBsn();
    return child.bsn;
  };
  const regionOf = new Map(municipalities.map(({ code, youthRegion }) => [code, youthRegion]));
  const youthRegionOf = (code: string) => {
    const region = regionOf.get(code);
    if (region === undefined) throw new Error(`municipality ${code} is not in the region`);
    return region;
  };

  const makeChild = childMaker(random('children'));
  const enrolments = enrolPupils(random('enrolments'), makeChild, reference, today);
  const plans = planCases(random('cases'), makeChild, enrolments, municipalities, today);
  const { active: pupils, wentOn, departed } = enrolments;

  const absence = absenceFiles(random('absence'), {
    plans,
    pupils,
    departed,
    municipalities,
    bsnOf,
    spareBsn,
    today,
  });
  const support = supportFile(random('support'), plans, pupils, today);
  const waiting = waitingLists(random('waiting'), {
    plans,
    pupils,
    municipalities,
    bsnOf,
    spareBsn,
    today,
  });
  const covenant = demoCovenant(random('covenant'), reference, today);
  const reopenings = new Map(absence.reopenings.map(({ plan, number }) => [plan, number]));
  const stories = tellStories(random('stories'), {
    plans,
    entryOf: waiting.entryOf,
    withTask: support.withTask,
    covenant,
    youthRegionOf,
    reopeningOf: (plan) => reopenings.get(plan),
    today,
  });

  const expectedRejects: ExpectedReject[] = [];
  const written = (file: CsvFile): DemoDelivery => {
    const { delivery, rejects } = writeCsv(file);
    expectedRejects.push(...rejects);
    return delivery;
  };
  const undecided = pupils.filter(
    (pupil) => !support.decided.has(pupil) && pupil.enrolledOn < today - 300,
  );
  return {
    deliveries: [
      written(enrolmentFile([...pupils, ...wentOn, ...departed], today - 1, spareBsn())),
      ...absence.files.filter(({ afterStories }) => !afterStories).map(written),
      written(support.file),
      ...osoDossiers(random('oso').shuffle(undecided), today),
      ...waiting.files.map(written),
      ...ijwMessages(waiting.entries, bsnOf, today),
      ...absence.files.filter(({ afterStories }) => afterStories).map(written),
    ],
    expectedRejects,
    sources: demoSources(reference),
    careProviders,
    covenant,
    stories,
  };
}
