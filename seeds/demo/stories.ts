/** What happens to each of the 400 cases once the absence report has opened it: actions, attachments, withdrawals, closing. */
import type { actionKinds, Code, consentGivers } from '../../schema/codes.ts';
import type { IsoDate } from '../../src/ingest/record.ts';
import { type CasePlan, type CaseStatus, type CloseReason, returnDay } from './case-plans.ts';
import { ageOn, type Day, isoOf } from './day.ts';
import type { DemoCovenant, Organisation } from './parties.ts';
import type { Pupil } from './pupils.ts';
import type { Random } from './random.ts';
import type { WaitingEntry } from './waiting-list.ts';

type ActionKind = Code<typeof actionKinds>;

type NextAction = Organisation & { kind: ActionKind; dueOn: IsoDate };

type Consent = {
  givenBy: Code<typeof consentGivers>;
  recipients: Organisation[];
  until: IsoDate;
};

export type Step =
  | { on: IsoDate; kind: 'action'; done: ActionKind; next: NextAction }
  | {
      on: IsoDate;
      kind: 'attachPupil';
      by: 'swvCoordinator' | 'schoolCareCoordinator';
      organisation: string;
    }
  | {
      on: IsoDate;
      kind: 'attachWaiting';
      by: 'careProvider' | 'youthCoordinator';
      organisation: string;
      ground: 'covenant' | { consent: Consent };
    }
  | { on: IsoDate; kind: 'withdrawConsent' }
  | { on: IsoDate; kind: 'close'; reason: CloseReason };

export type Story = {
  reportNumber: string;
  municipalityCode: string;
  youthRegion: string;
  /** The first day on which the report is in and the absence has lasted four weeks; every step is later. */
  opensOn: IsoDate;
  pupil?: { swvCode: string; brin6: string; schoolPupilNumber: string };
  waiting?: { providerAgb: string; reference: string };
  /** In order of date. */
  steps: Step[];
  /** The report, delivered after the stories, that reopens the case. */
  reopenedBy?: string;
  /** Where the case stands when everything has been delivered and told. */
  finalStatus: CaseStatus;
};

const start = ['CONTACT_FAMILY', 'INVESTIGATE'] as const;
const plan = [...start, 'MAKE_PLAN'] as const;
const offer = [...plan, 'MAKE_OFFER'] as const;
const secondOffer = [...offer, 'RECORD_REFUSAL', 'MAKE_OFFER'] as const;
const accepted = [...offer, 'RECORD_ACCEPTANCE'] as const;
const back = [...accepted, 'RETURN_TO_SCHOOL'] as const;
const backOnSecondOffer = [...secondOffer, 'RECORD_ACCEPTANCE', 'RETURN_TO_SCHOOL'] as const;
const resumed = [...start, 'RESUMED_BY_ITSELF'] as const;

type Path = readonly ActionKind[];

const openPaths: Partial<Record<CaseStatus, readonly Path[]>> = {
  REPORTED: [[]],
  INVESTIGATING: [start],
  PLAN_MADE: [plan],
  OFFER_MADE: [offer, offer, secondOffer],
  OFFER_ACCEPTED: [accepted, accepted, [...secondOffer, 'RECORD_ACCEPTANCE']],
  OFFER_REFUSED: [[...offer, 'RECORD_REFUSAL']],
  WAITING_FOR_CARE: [[...plan, 'AWAIT_CARE']],
  ESCALATED: [
    [...offer, 'RECORD_REFUSAL', 'ESCALATE'],
    [...plan, 'ESCALATE'],
  ],
  BACK_AT_SCHOOL: [back, back, backOnSecondOffer, resumed],
};

const closedPaths: Record<CloseReason, readonly Path[]> = {
  BACK_AT_OWN_SCHOOL: [back, backOnSecondOffer, resumed],
  OTHER_SCHOOL: [back],
  SPECIAL_EDUCATION: [back, backOnSecondOffer],
  EDUCATION_CARE_ARRANGEMENT: [back],
  EXEMPTION: [start],
  MOVED: [['CONTACT_FAMILY'], start],
  TURNED_18: [plan],
  BASIC_QUALIFICATION: [plan],
  ADMINISTRATIVE: [['CONTACT_FAMILY']],
};

/** Days that usually pass before an action. */
const usualWait: Record<ActionKind, [number, number]> = {
  CONTACT_FAMILY: [1, 6],
  INVESTIGATE: [2, 12],
  MAKE_PLAN: [5, 20],
  MAKE_OFFER: [8, 45],
  RECORD_ACCEPTANCE: [3, 14],
  RECORD_REFUSAL: [3, 14],
  AWAIT_CARE: [5, 25],
  ESCALATE: [5, 30],
  RETURN_TO_SCHOOL: [5, 21],
  RESUMED_BY_ITSELF: [5, 20],
  REVIEW: [14, 28],
};

const successor: Record<ActionKind, ActionKind> = {
  CONTACT_FAMILY: 'INVESTIGATE',
  INVESTIGATE: 'MAKE_PLAN',
  MAKE_PLAN: 'MAKE_OFFER',
  MAKE_OFFER: 'RECORD_ACCEPTANCE',
  RECORD_ACCEPTANCE: 'RETURN_TO_SCHOOL',
  RECORD_REFUSAL: 'MAKE_OFFER',
  AWAIT_CARE: 'REVIEW',
  ESCALATE: 'MAKE_OFFER',
  RETURN_TO_SCHOOL: 'REVIEW',
  RESUMED_BY_ITSELF: 'REVIEW',
  REVIEW: 'REVIEW',
};

const attachPupilChance: Partial<Record<CaseStatus, number>> = {
  REPORTED: 0.1,
  INVESTIGATING: 0.4,
};
const attachWaitingChance: Partial<Record<CaseStatus, number>> = {
  REPORTED: 0.3,
  WAITING_FOR_CARE: 0.9,
};
/** The covenant is a year old: nobody could attach a record before it. */
const oldestAttachmentDays = 340;
const expiredConsents = 6;

export type StoryInput = {
  plans: readonly CasePlan[];
  entryOf: ReadonlyMap<CasePlan, WaitingEntry>;
  /** Pupils for whom the SWV has a task: others it may not attach. */
  withTask: ReadonlySet<Pupil>;
  covenant: DemoCovenant;
  youthRegionOf: (municipalityCode: string) => string;
  reopeningOf: (plan: CasePlan) => string | undefined;
  today: Day;
};

export function tellStories(random: Random, input: StoryInput): Story[] {
  const { plans, entryOf, covenant, youthRegionOf, reopeningOf } = input;
  const inCovenant = new Set(covenant.parties.map(partyKey));
  let expired = 0;
  return plans.map((plan) => {
    const entry = entryOf.get(plan);
    const attachments: Attachment[] = [];
    const pupilStep = attachPupil(random, plan, inCovenant, input);
    if (pupilStep !== null) attachments.push(pupilStep);
    if (entry !== undefined && random.chance(attachWaitingChance[plan.finalStatus] ?? 0.7)) {
      const day = attachDay(random, plan, input.today, 40);
      const lapses = expired < expiredConsents && day < input.today - 190;
      const steps = attachWaiting(
        random,
        { plan, entry, day, lapses, pupilStep, inCovenant },
        input,
      );
      if (lapses) expired++;
      attachments.push(...steps);
    }
    const actions = takeActions(random, plan, attachments, input.today);
    const closing: Dated[] =
      plan.closeReason === null
        ? []
        : [
            {
              day: plan.lastOn,
              step: { on: isoOf(plan.lastOn), kind: 'close', reason: plan.closeReason },
            },
          ];
    const reopenedBy = reopeningOf(plan);
    const { municipalityCode } = plan.child;
    return {
      reportNumber: plan.reportNumber,
      municipalityCode,
      youthRegion: youthRegionOf(municipalityCode),
      opensOn: isoOf(plan.reportedOn),
      ...(plan.pupil && {
        pupil: {
          swvCode: plan.pupil.site.swvCode,
          brin6: plan.pupil.site.brin6,
          schoolPupilNumber: plan.pupil.number,
        },
      }),
      ...(entry && { waiting: { providerAgb: entry.agb, reference: entry.reference } }),
      steps: [...attachments, ...actions, ...closing]
        .sort((a, b) => a.day - b.day)
        .map(({ step }) => step),
      ...(reopenedBy !== undefined && { reopenedBy }),
      finalStatus: plan.finalStatus,
    };
  });
}

type Dated = { day: Day; step: Step };
/** `party` can own a next action from `day` until `leavesOn`. */
type Attachment = Dated & { party?: Organisation; leavesOn?: Day };

const partyKey = ({ role, organisation }: Organisation) => `${role}:${organisation}`;

const lastDay = (plan: CasePlan, today: Day) =>
  plan.closeReason === null ? today - 1 : plan.lastOn - 1;

function attachDay(random: Random, plan: CasePlan, today: Day, within: number): Day {
  const wanted = Math.max(plan.reportedOn + random.int(1, within), today - oldestAttachmentDays);
  return Math.min(wanted, lastDay(plan, today));
}

function attachPupil(
  random: Random,
  plan: CasePlan,
  inCovenant: ReadonlySet<string>,
  { withTask, today }: StoryInput,
): Attachment | null {
  const { pupil } = plan;
  if (pupil === null || !random.chance(attachPupilChance[plan.finalStatus] ?? 0.7)) return null;
  const school = { role: 'schoolCareCoordinator' as const, organisation: pupil.site.brin6 };
  const swv = { role: 'swvCoordinator' as const, organisation: pupil.site.swvCode };
  const schoolMay = inCovenant.has(partyKey(school));
  const swvMay = withTask.has(pupil);
  if (!schoolMay && !swvMay) return null;
  const party = schoolMay && (!swvMay || random.chance(0.5)) ? school : swv;
  const day = attachDay(random, plan, today, 25);
  return {
    day,
    party,
    step: {
      on: isoOf(day),
      kind: 'attachPupil',
      by: party.role,
      organisation: party.organisation,
    },
  };
}

function attachWaiting(
  random: Random,
  about: {
    plan: CasePlan;
    entry: WaitingEntry;
    day: Day;
    lapses: boolean;
    pupilStep: Attachment | null;
    inCovenant: ReadonlySet<string>;
  },
  { today }: StoryInput,
): Attachment[] {
  const { plan, entry, day, lapses, pupilStep, inCovenant } = about;
  const { municipalityCode } = plan.child;
  const oneHome = entry.municipalityCode === municipalityCode;
  const provider = { role: 'careProvider' as const, organisation: entry.agb };
  const youth = { role: 'youthCoordinator' as const, organisation: municipalityCode };
  const party = oneHome && random.chance(0.4) ? youth : provider;
  const attach = {
    on: isoOf(day),
    kind: 'attachWaiting' as const,
    by: party.role,
    organisation: party.organisation,
  };
  // A provider shares on consent only (Jeugdwet art. 7.3.11), and takes no part in the case.
  const joins = party === youth ? { party } : {};
  if (party === youth && inCovenant.has(partyKey(youth)) && !lapses && random.chance(0.4)) {
    return [{ day, ...joins, step: { ...attach, ground: 'covenant' } }];
  }

  const recipients: Organisation[] = [
    { role: 'attendanceOfficer', organisation: municipalityCode },
  ];
  if (pupilStep?.party !== undefined) recipients.push(pupilStep.party);
  if (party === provider && random.chance(0.5)) recipients.push(youth);
  const consent: Consent = {
    givenBy: consentGiver(ageOn(plan.child.birth, day)),
    recipients,
    until: isoOf(day + (lapses ? 180 : 365)),
  };
  const step: Step = { ...attach, ground: { consent } };
  const latest = lastDay(plan, today);
  if (lapses || day + 3 > latest || !random.chance(0.15)) {
    return [{ day, ...joins, step, ...(lapses && { leavesOn: day + 180 }) }];
  }
  const leavesOn = Math.min(day + random.int(3, 60), latest);
  return [
    { day, ...joins, step, leavesOn },
    { day: leavesOn, step: { on: isoOf(leavesOn), kind: 'withdrawConsent' } },
  ];
}

/** Under 12 the guardians, from 12 both, from 16 the young person. */
const consentGiver = (age: number): Consent['givenBy'] =>
  age < 12 ? 'GUARDIANS' : age < 16 ? 'GUARDIANS_AND_YOUTH' : 'YOUTH';

function takeActions(
  random: Random,
  casePlan: CasePlan,
  attachments: readonly Attachment[],
  today: Day,
): Dated[] {
  const { finalStatus, closeReason, reportedOn, lastOn, child } = casePlan;
  const returned = returnDay(casePlan);
  const paths = closeReason === null ? openPaths[finalStatus] : closedPaths[closeReason];
  const path = random.pick(paths ?? [[]]);
  const last = returned ?? (closeReason === null ? lastOn : lastOn - 1);
  const exact = returned !== null || random.chance(0.6);
  const taken = spread(random, path, reportedOn, last, exact).map((day, i) => ({
    day,
    done: path[i] as ActionKind,
  }));

  const owner = (kind: ActionKind, on: Day): Organisation => {
    const present = attachments.flatMap(({ day, party, leavesOn }) =>
      party !== undefined && day <= on && (leavesOn === undefined || on < leavesOn) ? [party] : [],
    );
    const atSchool = present.find(
      ({ role }) => role === 'schoolCareCoordinator' || role === 'swvCoordinator',
    );
    const inCare = present.find(({ role }) => role === 'youthCoordinator');
    const helper =
      kind === 'MAKE_OFFER'
        ? atSchool
        : kind === 'REVIEW' && finalStatus === 'WAITING_FOR_CARE'
          ? inCare
          : undefined;
    return helper ?? { role: 'attendanceOfficer', organisation: child.municipalityCode };
  };
  const action = (day: Day, done: ActionKind, kind: ActionKind, dueOn: Day): Dated => ({
    day,
    step: {
      on: isoOf(day),
      kind: 'action',
      done,
      next: { kind, dueOn: isoOf(dueOn), ...owner(kind, day) },
    },
  });

  const dated = taken.map(({ day, done }, i): Dated => {
    const following = taken[i + 1];
    if (following !== undefined) {
      const dueOn = Math.max(day + 1, following.day + random.int(-4, 6));
      return action(day, done, following.done, dueOn);
    }
    return action(day, done, successor[done], day + random.int(7, 35));
  });

  // Most cases that lie still are looked at again; the others stay overdue.
  const final = taken.at(-1);
  if (closeReason === null && final !== undefined && final.day < today - 40 && random.chance(0.7)) {
    const day = today - random.int(1, 20);
    dated.push(action(day, 'REVIEW', successor[final.done], day + random.int(7, 42)));
  }
  return dated;
}

/** Days for the actions of a path, each later than the one before, after `from` and not after `last`. */
function spread(random: Random, path: Path, from: Day, last: Day, exact: boolean): Day[] {
  const waits = path.map((kind) => random.int(...usualWait[kind]));
  const usual = waits.reduce((sum, wait) => sum + wait, 0);
  const span = last - from;
  const scale = usual > span || exact ? span / usual : 1;
  let elapsed = 0;
  let day = from;
  return waits.map((wait, i) => {
    elapsed += wait;
    const left = waits.length - 1 - i;
    day = Math.min(Math.max(from + Math.round(elapsed * scale), day + 1), last - left);
    return day;
  });
}
