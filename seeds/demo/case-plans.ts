/** Who the 400 thuiszitters are, since when they are at home, and where their case is to end. */
import type { Code, closeReasons, thuiszitterCaseStatuses } from '../../schema/codes.ts';
import { demoSchools } from '../../src/demo/identities.ts';
import { addYears, type Day } from './day.ts';
import type { Child, ChildMaker, Enrolments, Pupil } from './pupils.ts';
import type { Random } from './random.ts';
import type { DemoMunicipality, SiteKind } from './reference.ts';

export type CaseStatus = Code<typeof thuiszitterCaseStatuses>;
export type CloseReason = Code<typeof closeReasons>;

export type CasePlan = {
  child: Child;
  /** Null for absolute absence: enrolled nowhere. */
  pupil: Pupil | null;
  finalStatus: CaseStatus;
  closeReason: CloseReason | null;
  reportNumber: string;
  fromOn: Day;
  /** From here on the case is open: the report is in, and the child has been at home for four weeks. */
  reportedOn: Day;
  /** The last day on which the story may take a step; a close falls on exactly this day. */
  lastOn: Day;
  /** Where the child lived at the time of its earlier report; null when it did not move. */
  movedFrom: string | null;
  delivery: 'first' | 'movesInRegion' | 'movesToOtherRegion';
};

/** How long before the long absence the first signals came. */
export const earlierSignalDays = 150;

/** Before the month after its fifth birthday a child has no duty to go to school, and no absence is reported. */
export const couldBeReportedBefore = ({ child, fromOn }: CasePlan): boolean =>
  addYears(child.birth, 5) + 31 < fromOn - earlierSignalDays;

const backAtSchool: readonly (CloseReason | null)[] = [
  'BACK_AT_OWN_SCHOOL',
  'OTHER_SCHOOL',
  'SPECIAL_EDUCATION',
  'EDUCATION_CARE_ARRANGEMENT',
];

/** The day on which the child went to school again; a case closes a week later. */
export function returnDay({ finalStatus, closeReason, lastOn }: CasePlan): Day | null {
  if (finalStatus === 'BACK_AT_SCHOOL') return lastOn;
  return backAtSchool.includes(closeReason) ? lastOn - 7 : null;
}

/** How many cases end in a status, and how long such a child has been at home. */
const targets: {
  status: CaseStatus;
  closeReason?: CloseReason;
  cases: number;
  daysAtHome: [number, number];
}[] = [
  { status: 'REPORTED', cases: 55, daysAtHome: [36, 75] },
  { status: 'INVESTIGATING', cases: 55, daysAtHome: [45, 120] },
  { status: 'PLAN_MADE', cases: 55, daysAtHome: [55, 200] },
  { status: 'OFFER_MADE', cases: 40, daysAtHome: [65, 260] },
  { status: 'OFFER_ACCEPTED', cases: 30, daysAtHome: [70, 300] },
  { status: 'OFFER_REFUSED', cases: 25, daysAtHome: [90, 420] },
  { status: 'WAITING_FOR_CARE', cases: 40, daysAtHome: [100, 600] },
  { status: 'ESCALATED', cases: 20, daysAtHome: [150, 700] },
  { status: 'BACK_AT_SCHOOL', cases: 18, daysAtHome: [90, 300] },
  { status: 'CLOSED', closeReason: 'BACK_AT_OWN_SCHOOL', cases: 12, daysAtHome: [90, 400] },
  { status: 'CLOSED', closeReason: 'OTHER_SCHOOL', cases: 8, daysAtHome: [90, 400] },
  { status: 'CLOSED', closeReason: 'SPECIAL_EDUCATION', cases: 6, daysAtHome: [120, 450] },
  { status: 'CLOSED', closeReason: 'EDUCATION_CARE_ARRANGEMENT', cases: 5, daysAtHome: [120, 450] },
  { status: 'CLOSED', closeReason: 'EXEMPTION', cases: 5, daysAtHome: [90, 300] },
  { status: 'CLOSED', closeReason: 'MOVED', cases: 5, daysAtHome: [80, 250] },
  { status: 'CLOSED', closeReason: 'TURNED_18', cases: 3, daysAtHome: [90, 200] },
  { status: 'CLOSED', closeReason: 'BASIC_QUALIFICATION', cases: 2, daysAtHome: [90, 200] },
  { status: 'CLOSED', closeReason: 'ADMINISTRATIVE', cases: 4, daysAtHome: [60, 120] },
  { status: 'REOPENED', closeReason: 'BACK_AT_OWN_SCHOOL', cases: 12, daysAtHome: [120, 320] },
];

const absoluteCases = 70;
/** Days until the eighteenth birthday of five open cases. */
const birthdaysSoon = [6, 13, 20, 34, 48];
/** Days at home of two reports that nobody took up. */
const forgottenReports = [97, 128];
const longestAtHome = 560;
const movesInRegion = 6;
/** So many pupils of a school of which one can take on the identity come first, so that it has cases to show. */
const casesAtShownSchool = 8;
const otherYouthRegion = 'JZ24';

export function planCases(
  random: Random,
  makeChild: ChildMaker,
  enrolments: Enrolments,
  municipalities: readonly DemoMunicipality[],
  today: Day,
): CasePlan[] {
  const wanted = random.shuffle(
    targets.flatMap((target) => Array.from({ length: target.cases }, () => target)),
  );
  const findPupil = pupilFinder(random, enrolments, today);
  const findUnenrolled = unenrolledFinder(
    random,
    makeChild,
    enrolments.departed,
    municipalities,
    today,
  );
  const forgotten = [...forgottenReports];
  let longestGiven = false;
  let absolute = 0;

  const plans = wanted.map(({ status, closeReason = null, daysAtHome }, i): CasePlan => {
    const closes = closeReason !== null;
    let days = random.int(...daysAtHome);
    if (status === 'REPORTED') days = forgotten.pop() ?? days;
    if (status === 'ESCALATED' && !longestGiven) {
      days = longestAtHome;
      longestGiven = true;
    }
    const [soonest, latest] = lastStepDaysAgo(status);
    const lastStep = today - random.int(soonest, latest);
    const fromOn = (closes ? lastStep : today) - days;
    const reportedOn = Math.min(fromOn + 29 + random.int(0, 7), today - 2);

    const mustBeEnrolled = closes || status === 'BACK_AT_SCHOOL';
    const isAbsolute = !mustBeEnrolled && absolute < absoluteCases && random.chance(0.24);
    if (isAbsolute) absolute++;
    const pupil = isAbsolute ? null : findPupil(fromOn, closeReason);
    return {
      child: pupil?.child ?? findUnenrolled(fromOn),
      pupil,
      finalStatus: status,
      closeReason,
      reportNumber: `VZ${100_001 + i}`,
      fromOn,
      reportedOn,
      lastOn: closes ? lastStep : Math.max(lastStep, Math.min(today - 1, reportedOn + 14)),
      movedFrom: null,
      delivery: 'first',
    };
  });

  letBirthdaysFall(plans, today);
  letMove(random, plans, municipalities);
  return plans;
}

/** A case can be reopened for eight weeks, by an absence that has lasted four. */
const lastStepDaysAgo = (status: CaseStatus): [number, number] =>
  status === 'REOPENED' ? [40, 45] : status === 'CLOSED' ? [2, 150] : [1, 25];

/** Finds pupils that are of compulsory school age, at their school since before the absence, and in no case yet. */
function pupilFinder(random: Random, { active, wentOn }: Enrolments, today: Day) {
  const changedSchools = new Set(wentOn.map(({ child }) => child));
  const shown: readonly string[] = Object.values(demoSchools);
  const candidates = (...kinds: SiteKind[]) => {
    const list = random
      .shuffle(active.filter(({ site }) => kinds.includes(site.kind)))
      .filter(({ child }) => !changedSchools.has(child));
    const first = list
      .filter(({ site }) => shown.includes(site.brin6))
      .slice(0, casesAtShownSchool);
    return [...first, ...list.filter((pupil) => !first.includes(pupil))];
  };
  const primary = candidates('BO');
  const secondary = candidates('VO', 'PRO');
  const special = candidates('SBO', 'SO', 'SO_VSO');
  return (fromOn: Day, closeReason: CloseReason | null): Pupil => {
    const nearlyAdult = closeReason === 'TURNED_18' || closeReason === 'BASIC_QUALIFICATION';
    const minimumAge = nearlyAdult ? 16 : 5;
    const list = nearlyAdult
      ? secondary
      : random.weighted([
          [primary, 30],
          [secondary, 53],
          [special, 17],
        ]);
    const at = list.findIndex(
      ({ child, enrolledOn }) =>
        enrolledOn < fromOn - 60 &&
        addYears(child.birth, minimumAge) + 31 < fromOn &&
        addYears(child.birth, 18) > today + 60,
    );
    const [pupil] = at === -1 ? [] : list.splice(at, 1);
    if (pupil === undefined) throw new Error('no pupil is left for a case of this age');
    return pupil;
  };
}

/** Finds children for absolute absence: some left a school of the region, the others were never enrolled here. */
function unenrolledFinder(
  random: Random,
  makeChild: ChildMaker,
  departed: readonly Pupil[],
  municipalities: readonly DemoMunicipality[],
  today: Day,
) {
  const left = [...departed];
  return (fromOn: Day): Child => {
    const at = left.findIndex(
      ({ child, leftOn }) =>
        leftOn !== null &&
        leftOn < fromOn &&
        addYears(child.birth, 5) + 31 < fromOn &&
        addYears(child.birth, 18) > today + 60,
    );
    if (at !== -1 && random.chance(0.4)) {
      const [pupil] = left.splice(at, 1);
      if (pupil !== undefined) return pupil.child;
    }
    const birth = fromOn - random.int(Math.round(5.2 * 365.25), Math.round(15.5 * 365.25));
    return makeChild(birth, random.pick(municipalities).code);
  };
}

/** Five young people turn 18 within weeks; those whose case closed for that reason turned 18 on the day before. */
function letBirthdaysFall(plans: CasePlan[], today: Day): void {
  const open = plans.filter(
    ({ closeReason, finalStatus, pupil, child, fromOn }) =>
      closeReason === null &&
      finalStatus !== 'BACK_AT_SCHOOL' &&
      pupil?.site.kind === 'VO' &&
      addYears(child.birth, 15) < fromOn,
  );
  birthdaysSoon.forEach((days, i) => {
    const plan = open[i];
    if (plan !== undefined) plan.child.birth = addYears(today + days, -18);
  });
  for (const plan of plans.filter(({ closeReason }) => closeReason === 'TURNED_18')) {
    plan.child.birth = addYears(plan.lastOn - 1, -18);
  }
}

/** Some children moved between an earlier report and the one that opens their case; two of them to another youth region. */
function letMove(
  random: Random,
  plans: CasePlan[],
  municipalities: readonly DemoMunicipality[],
): void {
  const regionOf = new Map(municipalities.map(({ code, youthRegion }) => [code, youthRegion]));
  const inOther = (plan: CasePlan) =>
    regionOf.get(plan.child.municipalityCode) === otherYouthRegion;
  const movable = plans.filter(
    (plan) => plan.pupil !== null && plan.closeReason === null && couldBeReportedBefore(plan),
  );
  const move = (plan: CasePlan | undefined, to: string, delivery: CasePlan['delivery']) => {
    if (plan === undefined) throw new Error('nobody is left to move');
    plan.movedFrom = plan.child.municipalityCode;
    plan.child.municipalityCode = to;
    plan.delivery = delivery;
  };
  const here = movable.filter((plan) => !inOther(plan));
  const there = movable.filter(inOther);
  for (const plan of here.slice(0, movesInRegion)) {
    const elsewhere = municipalities.filter(
      ({ code, youthRegion }) =>
        youthRegion !== otherYouthRegion && code !== plan.child.municipalityCode,
    );
    move(plan, random.pick(elsewhere).code, 'movesInRegion');
  }
  const other = municipalities.find(({ youthRegion }) => youthRegion === otherYouthRegion);
  const own = municipalities.find(({ youthRegion }) => youthRegion !== otherYouthRegion);
  if (other === undefined || own === undefined) throw new Error('the region lacks a youth region');
  move(here[movesInRegion], other.code, 'movesToOtherRegion');
  move(there[0], own.code, 'movesToOtherRegion');
}
