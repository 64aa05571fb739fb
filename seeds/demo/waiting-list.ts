/** The deliveries of four invented care providers: their waiting lists, one of them late. */

import type { CasePlan } from './case-plans.ts';
import { type CsvFile, dateCell, type WrongLine, yesNoCell } from './csv.ts';
import { addYears, type Day, isoOf } from './day.ts';
import type { Child, Pupil } from './pupils.ts';
import type { Random } from './random.ts';
import type { DemoMunicipality } from './reference.ts';

export const careProviders: { agb: string; name: string; youthRegions: string[] }[] = [
  { agb: '42420001', name: 'Jeugdhulp De Kagerhof (verzonnen)', youthRegions: ['JZ18'] },
  { agb: '42420002', name: 'Praktijk Duin en Plas (verzonnen)', youthRegions: ['JZ18', 'JZ24'] },
  { agb: '42420003', name: 'Stichting Het Vliethuis (verzonnen)', youthRegions: ['JZ18', 'JZ24'] },
  {
    agb: '42420004',
    name: 'Behandelcentrum Rijnbocht (verzonnen)',
    youthRegions: ['JZ18', 'JZ24'],
  },
];

/** Delivers late: what it says reads as unknown after 31 days. */
const lateProvider = '42420004';
const lateByDays = 45;

type WaitingStatus =
  | 'AANGEMELD'
  | 'WACHT_OP_INTAKE'
  | 'WACHT_OP_START'
  | 'GESTART'
  | 'BEEINDIGD'
  | 'GEANNULEERD'
  | 'DOORVERWEZEN';

export type WaitingEntry = {
  reference: string;
  child: Child;
  /** By the woonplaatsbeginsel: for a child with two homes not always where it is registered. */
  municipalityCode: string;
  agb: string;
  careKind: string;
  referrer: string;
  allocationNumber: string | null;
  referredOn: Day;
  registeredOn: Day;
  intakeOn: Day | null;
  allocatedOn: Day | null;
  intendedStart: Day | null;
  startedOn: Day | null;
  endedOn: Day | null;
  status: WaitingStatus;
  bridging: boolean;
  hindersEducation: 'JA' | 'NEE' | 'ONBEKEND';
};

const totalEntries = 3_000;
const childrenAtTwoProviders = 160;
/** Among the other children at home, how many stand on a waiting list as well. */
const otherCasesThatWait = 75;
const casesWithTwoHomes = 6;

export type WaitingInput = {
  plans: readonly CasePlan[];
  pupils: readonly Pupil[];
  municipalities: readonly DemoMunicipality[];
  bsnOf: (child: Child) => string;
  spareBsn: () => string;
  today: Day;
};

export type WaitingLists = {
  files: CsvFile[];
  entries: WaitingEntry[];
  /** The entry a case can be attached to. */
  entryOf: Map<CasePlan, WaitingEntry>;
};

export function waitingLists(random: Random, input: WaitingInput): WaitingLists {
  const { plans, pupils, municipalities, bsnOf, spareBsn, today } = input;
  const regionOf = new Map(municipalities.map(({ code, youthRegion }) => [code, youthRegion]));
  const entries: WaitingEntry[] = [];
  const asOf = (agb: string) => today - (agb === lateProvider ? lateByDays : 1);

  const providerFor = (municipalityCode: string, not?: string) => {
    const region = regionOf.get(municipalityCode) ?? '';
    const able = careProviders.filter(
      ({ agb, youthRegions }) => agb !== not && youthRegions.includes(region),
    );
    return random.pick(able).agb;
  };
  const add = (
    child: Child,
    municipalityCode: string,
    agb: string,
    status: WaitingStatus,
    referredBefore?: Day,
  ) => {
    const entry = inventEntry(random, entries.length, {
      child,
      municipalityCode,
      agb,
      status,
      asOf: asOf(agb),
      referredBefore,
    });
    entries.push(entry);
    return entry;
  };

  const entryOf = new Map<CasePlan, WaitingEntry>();
  const waiting = plans.filter(({ finalStatus }) => finalStatus === 'WAITING_FOR_CARE');
  const others = random
    .shuffle(plans.filter(({ finalStatus }) => finalStatus !== 'WAITING_FOR_CARE'))
    .slice(0, otherCasesThatWait);
  [...waiting, ...others].forEach((plan, i) => {
    const { child, reportedOn } = plan;
    const neighbours = municipalities.filter(
      ({ code, youthRegion }) =>
        code !== child.municipalityCode && youthRegion === regionOf.get(child.municipalityCode),
    );
    const otherHome = i < casesWithTwoHomes ? neighbours[i % neighbours.length]?.code : undefined;
    const home = otherHome ?? child.municipalityCode;
    const status = random.weighted<WaitingStatus>([
      ['AANGEMELD', 15],
      ['WACHT_OP_INTAKE', 40],
      ['WACHT_OP_START', 40],
      ['GESTART', plan.finalStatus === 'WAITING_FOR_CARE' ? 0 : 5],
    ]);
    entryOf.set(plan, add(child, home, providerFor(home), status, reportedOn));
  });

  const eighteen = addYears(today, -18);
  const inCase = new Set(plans.map(({ child }) => child));
  const elsewhere = random.shuffle(
    pupils.filter(({ child }) => !inCase.has(child) && child.birth > eighteen),
  );
  const anyStatus = () =>
    random.weighted<WaitingStatus>([
      ['AANGEMELD', 18],
      ['WACHT_OP_INTAKE', 27],
      ['WACHT_OP_START', 25],
      ['GESTART', 17],
      ['BEEINDIGD', 6],
      ['GEANNULEERD', 4],
      ['DOORVERWEZEN', 3],
    ]);
  for (const [i, { child }] of elsewhere.entries()) {
    if (entries.length >= totalEntries) break;
    const home = child.municipalityCode;
    const first = add(child, home, providerFor(home), anyStatus());
    if (i < childrenAtTwoProviders) {
      // Parents apart: the second provider knows the child from its other home.
      const otherHome = random.chance(0.5) ? random.pick(municipalities).code : home;
      add(child, otherHome, providerFor(otherHome, first.agb), anyStatus());
    }
  }

  const files = careProviders.map(({ agb }): CsvFile => {
    const own = entries.filter((entry) => entry.agb === agb);
    return {
      source: 'demo-care',
      format: 'WAITING_LIST',
      name: `wachtlijst-${agb}.csv`,
      columns,
      lines: own.map((entry) => entryCells(entry, bsnOf(entry.child), asOf(agb))),
      wrong: wrongEntries(agb, own[0]?.municipalityCode ?? '', asOf(agb), spareBsn),
    };
  });
  return { files, entries, entryOf };
}

/** How long ago a child in this status was referred, in days before the date the provider vouches for. */
const referredDaysAgo: Record<WaitingStatus, [number, number]> = {
  AANGEMELD: [3, 50],
  WACHT_OP_INTAKE: [15, 220],
  WACHT_OP_START: [60, 330],
  GESTART: [90, 500],
  BEEINDIGD: [220, 700],
  GEANNULEERD: [30, 300],
  DOORVERWEZEN: [30, 300],
};

function inventEntry(
  random: Random,
  index: number,
  about: Pick<WaitingEntry, 'child' | 'municipalityCode' | 'agb' | 'status'> & {
    asOf: Day;
    referredBefore: Day | undefined;
  },
): WaitingEntry {
  const { child, municipalityCode, agb, status, asOf, referredBefore = asOf } = about;
  const [shortest, longest] = referredDaysAgo[status];
  // Not before the child was one year old.
  const referredOn = Math.max(
    Math.min(referredBefore - 3, asOf - random.int(shortest, longest)),
    addYears(child.birth, 1),
  );
  const until = (day: Day) => Math.min(day, asOf);
  const registeredOn = until(referredOn + random.int(0, 10));
  const hadIntake = ['WACHT_OP_START', 'GESTART', 'BEEINDIGD'].includes(status);
  const intakeOn = hadIntake ? until(registeredOn + random.int(14, 45)) : null;
  const referrer = random.weighted([
    ['01', 35],
    ['02', 38],
    ['03', 7],
    ['04', 8],
    ['05', 4],
    ['06', 3],
    ['08', 5],
  ]);
  const allocatedOn =
    intakeOn !== null && random.chance(0.8) ? until(intakeOn + random.int(0, 10)) : null;
  const started = status === 'GESTART' || status === 'BEEINDIGD';
  const startedOn = started ? until((allocatedOn ?? intakeOn ?? asOf) + random.int(10, 110)) : null;
  const endedOn =
    status === 'BEEINDIGD' && startedOn !== null ? until(startedOn + random.int(30, 200)) : null;
  return {
    reference: `${agb.slice(-1)}-${10_001 + index}`,
    child,
    municipalityCode,
    agb,
    careKind: random.weighted([
      ['01', 8],
      ['02', 48],
      ['03', 16],
      ['04', 8],
      ['11', 6],
      ['12', 6],
      ['13', 2],
      ['14', 6],
    ]),
    referrer,
    allocationNumber: allocatedOn === null ? null : String(300_001 + index),
    referredOn,
    registeredOn,
    intakeOn,
    allocatedOn,
    intendedStart: inventIntendedStart(random, status, startedOn, allocatedOn, asOf),
    startedOn,
    endedOn,
    status,
    bridging: !started && random.chance(0.2),
    hindersEducation: random.weighted([
      ['JA', referredBefore === asOf ? 25 : 80],
      ['NEE', 45],
      ['ONBEKEND', 30],
    ]),
  };
}

/** Known for most who wait for a start; for some of them that day has already passed. */
function inventIntendedStart(
  random: Random,
  status: WaitingStatus,
  startedOn: Day | null,
  allocatedOn: Day | null,
  asOf: Day,
): Day | null {
  if (startedOn !== null) return Math.max(startedOn - random.int(0, 10), allocatedOn ?? 0);
  if (status === 'WACHT_OP_START' && random.chance(0.9)) {
    return Math.max(asOf + random.int(-15, 120), (allocatedOn ?? asOf) + 1);
  }
  return status === 'WACHT_OP_INTAKE' && random.chance(0.4) ? asOf + random.int(30, 220) : null;
}

const columns = [
  'referentie',
  'bsn',
  'geboortedatum',
  'gemeentecode',
  'agbcode',
  'hulpvorm',
  'verwijzer',
  'toewijzingnummer',
  'verwijsdatum',
  'aanmelddatum',
  'intakedatum',
  'toewijzingsdatum',
  'beoogde_startdatum',
  'startdatum',
  'einddatum',
  'status',
  'overbrugging',
  'belemmert_onderwijs',
  'peildatum',
];

function entryCells(entry: WaitingEntry, bsn: string, asOf: Day): string[] {
  return [
    entry.reference,
    bsn,
    isoOf(entry.child.birth),
    entry.municipalityCode,
    entry.agb,
    entry.careKind,
    entry.referrer,
    entry.allocationNumber ?? '',
    isoOf(entry.referredOn),
    isoOf(entry.registeredOn),
    dateCell(entry.intakeOn),
    dateCell(entry.allocatedOn),
    dateCell(entry.intendedStart),
    dateCell(entry.startedOn),
    dateCell(entry.endedOn),
    entry.status,
    yesNoCell(entry.bridging),
    entry.hindersEducation,
    isoOf(asOf),
  ];
}

function wrongEntries(
  agb: string,
  municipalityCode: string,
  asOf: Day,
  spareBsn: () => string,
): WrongLine[] {
  const line = (
    number: number,
    change: {
      bsn?: string;
      careKind?: string;
      referrer?: string;
      intakeOn?: Day;
      status?: WaitingStatus;
    },
  ) => [
    `${agb.slice(-1)}-${90_000 + number}`,
    change.bsn ?? spareBsn(),
    '2014-09-10',
    municipalityCode,
    agb,
    change.careKind ?? '02',
    change.referrer ?? '02',
    '',
    isoOf(asOf - 60),
    isoOf(asOf - 50),
    change.intakeOn === undefined ? '' : isoOf(change.intakeOn),
    '',
    '',
    '',
    '',
    change.status ?? 'WACHT_OP_INTAKE',
    'NEE',
    'ONBEKEND',
    isoOf(asOf),
  ];
  return [
    { cells: line(1, { bsn: '999900007' }), field: 'bsn', code: 'BSN_ELEVEN_TEST' },
    { cells: line(2, { bsn: '000000000' }), field: 'bsn', code: 'BSN_FILLER' },
    { cells: line(3, { intakeOn: asOf - 70 }), field: 'intakedatum', code: 'DATE_ORDER' },
    { cells: line(4, { careKind: '99' }), field: 'hulpvorm', code: 'UNKNOWN_CODE' },
    {
      cells: line(5, { status: 'GESTART', intakeOn: asOf - 30 }),
      field: 'startdatum',
      code: 'START_DATE_REQUIRED',
    },
  ];
}
