/** The invented children, and their enrolments at the real school sites. */
import type { IsoDate } from '../../src/ingest/record.ts';
import { type CsvFile, dateCell, type WrongLine, yesNoCell } from './csv.ts';
import { addYears, calendarDay, type Day, isoOf, schoolYearOf } from './day.ts';
import { inventName, type PersonName } from './names.ts';
import type { Random } from './random.ts';
import type { DemoMunicipality, DemoSite, SiteKind } from './reference.ts';

/** One child in the invented world. No delivery shows all of it: schools never write the BSN, registers never the pupil number. */
export type Child = PersonName & {
  birth: Day;
  nameProtected: boolean;
  /** Where the child is registered, which need not be where it goes to school. */
  municipalityCode: string;
  bsn: string | null;
};

/** A child at a site. A child who changes sites is two pupils: schools have no number in common. */
export type Pupil = {
  child: Child;
  site: DemoSite;
  number: string;
  enrolledOn: Day;
  leftOn: Day | null;
};

export type ChildMaker = (birth: Day, municipalityCode: string) => Child;

const pupilsPerKind: Record<SiteKind, number> = {
  BO: 12_800,
  SBO: 230,
  SO: 150,
  SO_VSO: 900,
  VO: 5_300,
  PRO: 220,
};
const transitions = 300;
const departures = 300;

export function childMaker(random: Random): ChildMaker {
  return (birth, municipalityCode) => ({
    ...inventName(random),
    birth,
    nameProtected: random.chance(0.01),
    municipalityCode,
    bsn: null,
  });
}

export type Enrolments = {
  active: Pupil[];
  /** The primary school years of children who are active in VO since 1 August. */
  wentOn: Pupil[];
  /** Left their school and are enrolled nowhere in the region. */
  departed: Pupil[];
};

export function enrolPupils(
  random: Random,
  makeChild: ChildMaker,
  { sites, municipalities }: { sites: DemoSite[]; municipalities: DemoMunicipality[] },
  today: Day,
): Enrolments {
  const lastNumber = new Map<string, number>();
  const nextNumber = (site: DemoSite) => {
    const number = (lastNumber.get(site.brin6) ?? 10_000) + 1;
    lastNumber.set(site.brin6, number);
    return String(number);
  };
  const home = (site: DemoSite) =>
    random.chance(0.85) ? site.municipalityCode : random.pick(municipalities).code;

  const active: Pupil[] = [];
  for (const [site, size] of siteSizes(random, sites)) {
    for (let i = 0; i < size; i++) {
      const { birth, enrolledOn } = schoolCareer(random, site.kind, today);
      const child = makeChild(birth, home(site));
      active.push({ child, site, number: nextNumber(site), enrolledOn, leftOn: null });
    }
  }

  const year = schoolYearOf(today);
  const primary = sites.filter(({ kind }) => kind === 'BO');
  const firstYears = active.filter(
    ({ site, enrolledOn }) => site.kind === 'VO' && enrolledOn === calendarDay(year, 8, 1),
  );
  const wentOn = firstYears.slice(0, transitions).map(({ child }) => {
    const site = nearby(random, primary, child.municipalityCode);
    const enrolledOn = addYears(child.birth, 4) + random.int(1, 30);
    const leftOn = calendarDay(year, 7, 31);
    return { child, site, number: nextNumber(site), enrolledOn, leftOn };
  });
  const departed: Pupil[] = [];
  for (let i = 0; i < departures; i++) {
    const site = random.pick(sites);
    const { birth, enrolledOn } = schoolCareer(random, site.kind, today);
    const leftOn = Math.max(enrolledOn + 20, today - random.int(5, 400));
    if (leftOn > today) continue; // enrolled less than three weeks ago: nobody leaves that soon
    const child = makeChild(birth, home(site));
    departed.push({ child, site, number: nextNumber(site), enrolledOn, leftOn });
  }
  return { active, wentOn, departed };
}

function nearby(random: Random, sites: DemoSite[], municipalityCode: string): DemoSite {
  const own = sites.filter((site) => site.municipalityCode === municipalityCode);
  return random.pick(own.length > 0 ? own : sites);
}

function siteSizes(random: Random, sites: DemoSite[]): [DemoSite, number][] {
  const weights = new Map(
    sites.map((site) => [site, site.pupils ?? random.int(250, 1_100)] as const),
  );
  return sites.map((site) => {
    const sameKind = sites.filter(({ kind }) => kind === site.kind);
    const total = sameKind.reduce((sum, other) => sum + (weights.get(other) ?? 0), 0);
    return [site, Math.round((pupilsPerKind[site.kind] * (weights.get(site) ?? 0)) / total)];
  });
}

/**
 * Birth and enrolment that fit each other and the kind of school: PO from the fourth birthday, VO from 1 August of the
 * year in which the child is twelve by 1 October. Nobody is younger than 4 or older than 18.
 */
function schoolCareer(random: Random, kind: SiteKind, today: Day): { birth: Day; enrolledOn: Day } {
  const year = schoolYearOf(today);
  const leavesPrimary =
    kind === 'VO' || kind === 'PRO'
      ? year -
        random.weighted([
          [0, 10],
          [1, 10],
          [2, 10],
          [3, 10],
          [4, 9],
          [5, 6],
          [6, 3],
        ])
      : kind === 'BO'
        ? year + random.int(1, 8)
        : year + random.int(kind === 'SBO' ? 1 : -5, 7);
  const birth = Math.min(
    Math.max(calendarDay(leavesPrimary - 13, 10, 1) + random.int(0, 364), addYears(today, -19) + 1),
    addYears(today, -4) - random.int(1, 40),
  );
  if (kind === 'VO' || kind === 'PRO') {
    return { birth, enrolledOn: calendarDay(leavesPrimary, 8, 1) };
  }
  const fourth = addYears(birth, 4) + 1;
  if (kind === 'BO' && random.chance(0.9)) return { birth, enrolledOn: fourth };
  // Came from another school, at the start of one of the school years since.
  const since = Math.min(Math.max(schoolYearOf(fourth) + 1, year - 6), year);
  return {
    birth,
    enrolledOn: Math.max(fourth, calendarDay(random.int(since, year), 8, 1)),
  };
}

const columns = [
  'vestigingscode',
  'leerlingnummer',
  'voornaam',
  'voorvoegsel',
  'achternaam',
  'geboortedatum',
  'geheimhouding',
  'inschrijfdatum',
  'uitschrijfdatum',
  'peildatum',
];

export function enrolmentFile(pupils: readonly Pupil[], asOf: Day, testBsn: string): CsvFile {
  const line = (pupil: Pupil) => [
    pupil.site.brin6,
    pupil.number,
    ...nameCells(pupil.child),
    isoOf(pupil.child.birth),
    yesNoCell(pupil.child.nameProtected),
    isoOf(pupil.enrolledOn),
    dateCell(pupil.leftOn),
    isoOf(asOf),
  ];
  return {
    source: 'demo-school',
    format: 'ENROLMENTS',
    name: 'inschrijvingen.csv',
    columns,
    lines: pupils.map(line),
    wrong: wrongEnrolments(pupils[0]?.site.brin6 ?? '', isoOf(asOf), testBsn),
  };
}

export const nameCells = (child: Child): [string, string, string] => [
  child.givenName,
  child.prefix ?? '',
  child.familyName,
];

function wrongEnrolments(brin6: string, asOf: IsoDate, testBsn: string): WrongLine[] {
  const name = ['Test', '', 'Foutregel'];
  return [
    {
      cells: ['99ZZ00', '90001', ...name, '2016-03-01', 'NEE', '2020-03-02', '', asOf],
      field: 'vestigingscode',
      code: 'SCHOOL_UNKNOWN',
    },
    {
      cells: [brin6, testBsn, ...name, '2016-03-01', 'NEE', '2020-03-02', '', asOf],
      field: 'leerlingnummer',
      code: 'BSN_NOT_ALLOWED',
    },
    {
      cells: [brin6, '90003', ...name, '2015-02-30', 'NEE', '2020-03-02', '', asOf],
      field: 'geboortedatum',
      code: 'INVALID_DATE',
    },
    {
      cells: [brin6, '90004', ...name, '2016-03-01', 'NEE', '2020-03-02', '2019-07-31', asOf],
      field: 'uitschrijfdatum',
      code: 'DATE_ORDER',
    },
    {
      cells: [brin6, '90005', ...name, '2016-03-01', 'MISSCHIEN', '2020-03-02', '', asOf],
      field: 'geheimhouding',
      code: 'UNKNOWN_CODE',
    },
  ];
}
