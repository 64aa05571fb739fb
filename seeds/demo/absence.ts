/** The deliveries of leerplicht: the reports that open the 400 cases, and the many that do not. */
import type { IsoDate } from '../../src/ingest/record.ts';
import {
  type CasePlan,
  couldBeReportedBefore,
  earlierSignalDays,
  returnDay,
} from './case-plans.ts';
import { type CsvFile, dateCell, type WrongLine, yesNoCell } from './csv.ts';
import { addYears, type Day, isoOf } from './day.ts';
import { type Child, nameCells, type Pupil } from './pupils.ts';
import type { Random } from './random.ts';
import type { DemoMunicipality } from './reference.ts';

/** Codes of DUO's Verzuimloket, and ABSOLUUT for what the municipality finds itself. */
type AbsenceKind = 'LRV' | 'L' | 'O' | 'RMC' | 'V3' | 'ABSOLUUT';
/** Registered, being handled, closed, withdrawn, noted. */
type ReportStatus = 'R' | 'B' | 'G' | 'I' | 'K';

type Report = {
  number: string;
  child: Child;
  municipalityCode: string;
  brin6: string | null;
  kind: AbsenceKind;
  status: ReportStatus;
  fromOn: Day;
  untilOn: Day | null;
  hours: number | null;
  reportedOn: Day;
};

/** The report that reopens a closed case. */
type Reopening = { plan: CasePlan; number: string };

const columns = [
  'meldingsnummer',
  'bsn',
  'voornaam',
  'voorvoegsel',
  'achternaam',
  'geboortedatum',
  'geheimhouding',
  'gemeentecode',
  'vestigingscode',
  'verzuimsoort',
  'status',
  'begindatum',
  'einddatum',
  'uren',
  'meldingsdatum',
  'peildatum',
];

/** Reports that open no case, about children who are in none. */
const otherReports: { kind: AbsenceKind; reports: number; ended: boolean }[] = [
  { kind: 'V3', reports: 400, ended: true },
  { kind: 'O', reports: 280, ended: true },
  { kind: 'L', reports: 120, ended: true },
  { kind: 'RMC', reports: 40, ended: true },
  { kind: 'LRV', reports: 110, ended: true },
  { kind: 'LRV', reports: 20, ended: false }, // withdrawn by the school
  { kind: 'ABSOLUUT', reports: 10, ended: true },
];
const earlierReports = 220;
const reportsThatMove = 25;
const reportsThatMoveFar = 3;

export type AbsenceInput = {
  plans: readonly CasePlan[];
  pupils: readonly Pupil[];
  departed: readonly Pupil[];
  municipalities: readonly DemoMunicipality[];
  bsnOf: (child: Child) => string;
  spareBsn: () => string;
  today: Day;
};

export type AbsenceFiles = {
  /** In order of delivery; the last comes after the stories. */
  files: CsvFile[];
  reopenings: Reopening[];
};

export function absenceFiles(random: Random, input: AbsenceInput): AbsenceFiles {
  const { plans, today, bsnOf, municipalities, spareBsn } = input;
  const regionOf = new Map(municipalities.map(({ code, youthRegion }) => [code, youthRegion]));
  let lastNumber = 200_000;
  const number = () => `VZ${++lastNumber}`;

  const earlier = earlierSignals(random, plans, number);
  const others = unrelatedReports(random, input, number);
  const planned = (delivery: CasePlan['delivery']) =>
    plans.filter((plan) => plan.delivery === delivery).map(openingReport);

  // Wassenaar is alone in its youth region: from there every move is far, so it gets none of the near ones.
  const movers = [
    ...new Map(
      others.filter(({ kind }) => kind !== 'LRV').map((report) => [report.child, report] as const),
    ).values(),
  ];
  const hasNeighbours = ({ municipalityCode }: Report) =>
    municipalities.filter(({ youthRegion }) => youthRegion === regionOf.get(municipalityCode))
      .length > 1;
  const near = movers.filter(hasNeighbours).slice(0, reportsThatMove);
  const far = movers.filter((report) => !near.includes(report)).slice(0, reportsThatMoveFar);
  const movedNear = near.map((report) =>
    moveReport(
      random,
      report,
      municipalities,
      (region) => region === regionOf.get(report.municipalityCode),
    ),
  );
  const movedFar = far.map((report) =>
    moveReport(
      random,
      report,
      municipalities,
      (region) => region !== regionOf.get(report.municipalityCode),
    ),
  );

  const reopenings = plans
    .filter(({ finalStatus }) => finalStatus === 'REOPENED')
    .map((plan) => ({ plan, number: number() }));

  const file = (
    name: string,
    asOf: Day,
    reports: readonly Report[],
    wrong: WrongLine[],
    afterStories = false,
  ): CsvFile => ({
    source: 'demo-leerplicht',
    format: 'ABSENCE_REPORTS',
    name,
    columns,
    lines: reports.map((report) => reportCells(report, bsnOf(report.child), asOf)),
    wrong,
    afterStories,
  });

  const first = [...planned('first'), ...earlier, ...others].sort((a, b) =>
    a.number < b.number ? -1 : 1,
  );
  const sample = first.find(({ brin6 }) => brin6 !== null);
  const wrong = wrongReports(sample, spareBsn, today);
  return {
    files: [
      file('verzuimmeldingen.csv', today - 2, first, wrong.first),
      file(
        'verzuimmeldingen-verhuizingen-1.csv',
        today - 1,
        [...movedNear, ...planned('movesInRegion')],
        wrong.moves,
      ),
      file(
        'verzuimmeldingen-verhuizingen-2.csv',
        today,
        [...movedFar, ...planned('movesToOtherRegion')],
        [],
      ),
      file(
        'verzuimmeldingen-vervolg.csv',
        today,
        [
          ...plans.flatMap((plan) => endedReport(plan)),
          ...reopenings.map(({ plan, number }) => reopeningReport(random, plan, number)),
          ...reportsAtNewHome(random, plans, municipalities, number),
        ],
        wrong.after,
        true,
      ),
    ],
    reopenings,
  };
}

/** The same report, delivered again by the municipality where the child lives now. */
function moveReport(
  random: Random,
  report: Report,
  municipalities: readonly DemoMunicipality[],
  isDestination: (youthRegion: string) => boolean,
): Report {
  const destinations = municipalities.filter(
    ({ code, youthRegion }) => code !== report.municipalityCode && isDestination(youthRegion),
  );
  report.child.municipalityCode = random.pick(destinations).code;
  return { ...report, municipalityCode: report.child.municipalityCode };
}

function reportCells(report: Report, bsn: string, asOf: Day): string[] {
  return [
    report.number,
    bsn,
    ...nameCells(report.child),
    isoOf(report.child.birth),
    yesNoCell(report.child.nameProtected),
    report.municipalityCode,
    report.brin6 ?? '',
    report.kind,
    report.status,
    isoOf(report.fromOn),
    dateCell(report.untilOn),
    report.hours === null ? '' : String(report.hours),
    isoOf(report.reportedOn),
    isoOf(asOf),
  ];
}

const openingReport = (plan: CasePlan): Report => ({
  number: plan.reportNumber,
  child: plan.child,
  municipalityCode: plan.child.municipalityCode,
  brin6: plan.pupil?.site.brin6 ?? null,
  kind: plan.pupil === null ? 'ABSOLUUT' : 'LRV',
  status: plan.finalStatus === 'REPORTED' ? 'R' : 'B',
  fromOn: plan.fromOn,
  untilOn: null,
  hours: null,
  reportedOn: plan.reportedOn,
});

/** Once back at school, or closed, the source ends the report; an administrative error it withdraws. */
function endedReport(plan: CasePlan): Report[] {
  const report = openingReport(plan);
  if (plan.closeReason === 'ADMINISTRATIVE') return [{ ...report, status: 'I' }];
  if (plan.closeReason === null && plan.finalStatus !== 'BACK_AT_SCHOOL') return [];
  return [{ ...report, status: 'G', untilOn: returnDay(plan) ?? plan.lastOn }];
}

/** A new spell within eight weeks of closing, four weeks long by now. */
function reopeningReport(random: Random, plan: CasePlan, number: string): Report {
  const fromOn = plan.lastOn + random.int(3, 8);
  return { ...openingReport(plan), number, fromOn, reportedOn: fromOn + 29 };
}

/** Where a case closed because of a move, the next municipality hears of a few hours of absence: no new case. */
function reportsAtNewHome(
  random: Random,
  plans: readonly CasePlan[],
  municipalities: readonly DemoMunicipality[],
  number: () => string,
): Report[] {
  return plans
    .filter(({ closeReason }) => closeReason === 'MOVED')
    .map((plan) => {
      const elsewhere = municipalities.filter(({ code }) => code !== plan.child.municipalityCode);
      const day = plan.lastOn + 1;
      return {
        ...openingReport(plan),
        number: number(),
        municipalityCode: random.pick(elsewhere).code,
        kind: 'O',
        fromOn: day,
        untilOn: day,
        hours: random.int(2, 6),
        reportedOn: day,
      };
    });
}

/** What was reported before the long absence began: hours missed, late coming, a holiday. */
function earlierSignals(
  random: Random,
  plans: readonly CasePlan[],
  number: () => string,
): Report[] {
  const enrolled = plans.filter((plan) => plan.pupil !== null && couldBeReportedBefore(plan));
  const moved = enrolled.filter(({ movedFrom }) => movedFrom !== null);
  const stayed = random.shuffle(enrolled.filter(({ movedFrom }) => movedFrom === null));
  return [...moved, ...stayed].slice(0, earlierReports).map((plan) => {
    const kind = random.weighted<'V3' | 'O' | 'L'>([
      ['V3', 60],
      ['O', 30],
      ['L', 10],
    ]);
    const earliest = Math.max((plan.pupil?.enrolledOn ?? 0) + 1, plan.fromOn - earlierSignalDays);
    return {
      ...shortAbsence(random, kind, random.int(earliest, plan.fromOn - 30)),
      number: number(),
      child: plan.child,
      municipalityCode: plan.movedFrom ?? plan.child.municipalityCode,
      brin6: plan.pupil?.site.brin6 ?? null,
    };
  });
}

function unrelatedReports(
  random: Random,
  { plans, pupils, departed, today }: AbsenceInput,
  number: () => string,
): Report[] {
  const inCase = new Set(plans.map(({ child }) => child));
  const enrolled = random.shuffle(pupils.filter(({ child }) => !inCase.has(child)));
  const [eighteen, six] = [addYears(today, -18), addYears(today - 90, -6)];
  const adults = enrolled.filter(({ child }) => child.birth < eighteen - 31);
  const minors = enrolled.filter(
    ({ child, enrolledOn }) =>
      child.birth < six && child.birth > eighteen && enrolledOn < today - 120,
  );
  const unenrolled = departed.filter(
    ({ child, leftOn }) =>
      !inCase.has(child) &&
      child.birth < six &&
      child.birth > eighteen &&
      (leftOn ?? today) < today - 120,
  );
  let nextMinor = 0;
  return otherReports.flatMap(({ kind, reports, ended }) => {
    const long = kind === 'LRV' || kind === 'ABSOLUUT';
    return Array.from({ length: reports }, (_, i): Report => {
      // One in five is about a child that was reported before.
      const again = !long && nextMinor > 0 && random.chance(0.2);
      const minor = minors[again ? random.int(0, nextMinor - 1) : nextMinor++];
      const pupil =
        kind === 'RMC' ? random.pick(adults) : kind === 'ABSOLUUT' ? unenrolled[i] : minor;
      if (pupil === undefined) throw new Error('no pupil is left to report on');
      const about = {
        number: number(),
        child: pupil.child,
        municipalityCode: pupil.child.municipalityCode,
        brin6: kind === 'ABSOLUUT' ? null : pupil.site.brin6,
      };
      if (!long) {
        const from = kind === 'RMC' ? addYears(pupil.child.birth, 18) : today - 300;
        const earliest = Math.max(from + 1, pupil.enrolledOn + 1, today - 300);
        return { ...about, ...shortAbsence(random, kind, random.int(earliest, today - 30)) };
      }
      const firstDay = (kind === 'ABSOLUUT' ? pupil.leftOn : pupil.enrolledOn) ?? today;
      const fromOn = Math.max(firstDay + 1, today - random.int(60, 400));
      const untilOn = Math.min(fromOn + random.int(30, 150), today - 3);
      return {
        ...about,
        kind,
        status: ended
          ? random.weighted<ReportStatus>([
              ['G', 9],
              ['B', 1],
            ])
          : 'I',
        fromOn,
        untilOn: ended ? untilOn : null,
        hours: null,
        reportedOn: Math.min(fromOn + 29, today - 2),
      };
    });
  });
}

function shortAbsence(
  random: Random,
  kind: AbsenceKind,
  fromOn: Day,
): Pick<Report, 'kind' | 'status' | 'fromOn' | 'untilOn' | 'hours' | 'reportedOn'> {
  const sixteenHours = kind === 'V3' || kind === 'RMC';
  const days = sixteenHours ? random.int(3, 25) : random.int(0, 9);
  const untilOn = fromOn + days;
  return {
    kind,
    status: random.weighted<ReportStatus>([
      ['G', 55],
      ['B', 20],
      ['R', 10],
      ['K', 10],
      ['I', 5],
    ]),
    fromOn,
    untilOn,
    hours: sixteenHours ? random.int(16, 40) : random.int(2, 15),
    reportedOn: untilOn + random.int(0, 2),
  };
}

function wrongReports(
  sample: Report | undefined,
  spareBsn: () => string,
  today: Day,
): Record<'first' | 'moves' | 'after', WrongLine[]> {
  const brin6 = sample?.brin6 ?? '';
  const municipality = sample?.municipalityCode ?? '';
  const asOf = isoOf(today - 2);
  const from: IsoDate = isoOf(today - 60);
  const line = (
    number: string,
    change: {
      bsn?: string;
      municipality?: string;
      brin6?: string;
      kind?: string;
      hours?: string;
      until?: IsoDate;
      status?: string;
    },
  ) => [
    number,
    change.bsn ?? spareBsn(),
    'Test',
    '',
    'Foutregel',
    '2013-05-06',
    'NEE',
    change.municipality ?? municipality,
    change.brin6 ?? brin6,
    change.kind ?? 'V3',
    change.status ?? 'R',
    from,
    change.until ?? isoOf(today - 40),
    change.hours ?? '18',
    isoOf(today - 39),
    asOf,
  ];
  return {
    first: [
      { cells: line('VZ900001', { bsn: '999900007' }), field: 'bsn', code: 'BSN_ELEVEN_TEST' },
      { cells: line('VZ900002', { bsn: '000000000' }), field: 'bsn', code: 'BSN_FILLER' },
      {
        cells: line('VZ900003', { brin6: '99ZZ00' }),
        field: 'vestigingscode',
        code: 'SCHOOL_UNKNOWN',
      },
      { cells: line('VZ900004', { kind: 'X9' }), field: 'verzuimsoort', code: 'UNKNOWN_CODE' },
      {
        cells: line('VZ900005', { until: isoOf(today - 90) }),
        field: 'einddatum',
        code: 'DATE_ORDER',
      },
      { cells: line('VZ900006', { hours: '7' }), field: 'uren', code: 'SIXTEEN_HOURS_TOO_FEW' },
    ],
    moves: [
      {
        cells: line('VZ900007', { municipality: '0363' }),
        field: 'gemeentecode',
        code: 'OUTSIDE_SOURCE_AREA',
      },
    ],
    after: [{ cells: line('VZ900008', { status: 'Q' }), field: 'status', code: 'UNKNOWN_CODE' }],
  };
}
