/** The delivery of the two SWVs: TLVs, dates of OPPs, arrangements. It says of a pupil what the SWV decided, never why. */

import type { CasePlan } from './case-plans.ts';
import { type CsvFile, dateCell, type WrongLine } from './csv.ts';
import { calendarDay, type Day, isoOf, schoolYearOf } from './day.ts';
import type { Pupil } from './pupils.ts';
import type { Random } from './random.ts';
import { demoSwvs } from './reference.ts';

const tlvs = 500;
const opps = 600;
const arrangements = 400;
const decisionTermDays = 56;

type TlvStatus =
  | 'AANGEVRAAGD'
  | 'ONVOLLEDIG'
  | 'IN_BEHANDELING'
  | 'AFGEGEVEN'
  | 'AFGEWEZEN'
  | 'BEZWAAR'
  | 'INGETROKKEN';

type ArrangementStatus =
  | 'AANGEVRAAGD'
  | 'IN_BEHANDELING'
  | 'TOEGEKEND'
  | 'AFGEWEZEN'
  | 'LOPEND'
  | 'BEEINDIGD';

const columns = [
  'soort_besluit',
  'swv',
  'vestigingscode',
  'leerlingnummer',
  'volgnummer',
  'soort',
  'categorie',
  'cluster',
  'status',
  'aanvraagdatum',
  'beslistermijn',
  'besluitdatum',
  'ingangsdatum',
  'einddatum',
  'deskundigenadviezen',
  'versie',
  'vastgesteld_op',
  'overleg_ouders_op',
  'leerling_gehoord_op',
  'evaluatie_op',
  'peildatum',
] as const;

type Cells = Partial<Record<(typeof columns)[number], string>>;

const line = (cells: Cells): string[] => columns.map((column) => cells[column] ?? '');

export type SupportFile = {
  file: CsvFile;
  /** Pupils with a running or requested TLV or arrangement: the SWV has a task for them. */
  withTask: Set<Pupil>;
  decided: Set<Pupil>;
};

export function supportFile(
  random: Random,
  plans: readonly CasePlan[],
  pupils: readonly Pupil[],
  today: Day,
): SupportFile {
  const asOf = isoOf(today - 1);
  const base = ({ site, number }: Pupil, soort_besluit: string): Cells => ({
    soort_besluit,
    swv: site.swvCode,
    vestigingscode: site.brin6,
    leerlingnummer: number,
    peildatum: asOf,
  });
  const byKind = (...kinds: string[]) =>
    random.shuffle(
      pupils.filter(({ site, enrolledOn }) => kinds.includes(site.kind) && enrolledOn < today - 60),
    );
  const inCase = new Set(plans.flatMap(({ pupil }) => (pupil === null ? [] : [pupil])));
  const special = byKind('SBO', 'SO', 'SO_VSO');
  const regular = byKind('BO', 'VO', 'PRO');
  const atHome = random.shuffle([...inCase]);
  const regularElsewhere = regular.filter((pupil) => !inCase.has(pupil));

  let number = 1_000;
  const lines: string[][] = [];
  const withTask = new Set<Pupil>();

  // A TLV in force where the pupil is already in special education; requests from regular schools.
  const inForce = special.slice(0, 290);
  const asked = [
    ...atHome.filter(({ site }) => ['BO', 'VO'].includes(site.kind)).slice(0, 60),
    ...regularElsewhere.slice(0, tlvs - inForce.length - 60),
  ];
  for (const pupil of inForce) {
    lines.push(
      line({ ...base(pupil, 'TLV'), ...tlv(random, pupil, 'AFGEGEVEN', ++number, today) }),
    );
    withTask.add(pupil);
  }
  for (const pupil of asked) {
    const status = random.weighted<TlvStatus>([
      ['AANGEVRAAGD', 25],
      ['ONVOLLEDIG', 12],
      ['IN_BEHANDELING', 33],
      ['AFGEGEVEN', 15],
      ['AFGEWEZEN', 6],
      ['BEZWAAR', 4],
      ['INGETROKKEN', 5],
    ]);
    lines.push(line({ ...base(pupil, 'TLV'), ...tlv(random, pupil, status, ++number, today) }));
    if (!['AFGEWEZEN', 'INGETROKKEN'].includes(status)) withTask.add(pupil);
  }

  const supported = [...atHome.slice(60, 190), ...regularElsewhere.slice(200, 470)];
  for (const pupil of supported.slice(0, arrangements)) {
    const status = random.weighted<ArrangementStatus>([
      ['AANGEVRAAGD', 12],
      ['IN_BEHANDELING', 13],
      ['TOEGEKEND', 8],
      ['AFGEWEZEN', 6],
      ['LOPEND', 46],
      ['BEEINDIGD', 15],
    ]);
    lines.push(
      line({
        ...base(pupil, 'ARRANGEMENT'),
        ...arrangement(random, pupil, status, ++number, today),
      }),
    );
    if (!['AFGEWEZEN', 'BEEINDIGD'].includes(status)) withTask.add(pupil);
  }

  // An OPP goes with special education and with extra support; some are in their second version.
  const planned = [...inForce, ...supported, ...special.slice(290)];
  let written = 0;
  for (const pupil of planned) {
    if (written >= opps) break;
    for (const version of written < opps - 1 && random.chance(0.1) ? [1, 2] : [1]) {
      lines.push(line({ ...base(pupil, 'OPP'), ...opp(random, pupil, version, today) }));
      written++;
    }
  }

  return {
    file: {
      source: 'demo-swv',
      format: 'SUPPORT_DECISIONS',
      name: 'ondersteuningsbesluiten.csv',
      columns,
      lines: random.shuffle(lines),
      wrong: wrongDecisions(inForce[0], today),
    },
    withTask,
    decided: new Set([...inForce, ...asked, ...supported, ...planned]),
  };
}

function tlv(
  random: Random,
  { site, enrolledOn }: Pupil,
  status: TlvStatus,
  number: number,
  today: Day,
): Cells {
  const soort =
    site.swvCode === demoSwvs.vo
      ? 'VSO'
      : site.kind === 'SBO' || (site.kind === 'BO' && random.chance(0.5))
        ? 'SBO'
        : 'SO';
  const decided = ['AFGEGEVEN', 'AFGEWEZEN', 'BEZWAAR'].includes(status);
  const granted = status === 'AFGEGEVEN';
  const transferred = granted && site.kind !== 'BO' && site.kind !== 'VO' && site.kind !== 'PRO';
  // In force since enrolment, or since the start of last school year for those who came earlier.
  const year = schoolYearOf(today);
  const validFrom = transferred
    ? Math.max(enrolledOn, calendarDay(year - random.int(0, 1), 8, 1))
    : today - random.int(0, 60);
  const decidedOn = granted ? validFrom - random.int(3, 50) : today - random.int(2, 80);
  const requestedOn = decided
    ? decidedOn - random.int(14, 70)
    : today - random.int(1, status === 'IN_BEHANDELING' ? 75 : 40);
  const wholeYears = random.int(1, 3);
  const fromYear = schoolYearOf(validFrom);
  const startsWithYear = validFrom === calendarDay(fromYear, 8, 1);
  // The rest of a year that has begun comes on top of the whole years.
  const validUntil = calendarDay(fromYear + wholeYears + (startsWithYear ? 0 : 1), 7, 31);
  return {
    volgnummer: `2801-${number}`,
    soort,
    categorie:
      soort === 'SBO'
        ? ''
        : random.weighted([
            ['LAAG', 6],
            ['MIDDEN', 1],
            ['HOOG', 2],
          ]),
    cluster: soort === 'SBO' ? '' : random.pick(['3', '4']),
    status,
    aanvraagdatum: isoOf(requestedOn),
    beslistermijn: isoOf(requestedOn + decisionTermDays),
    besluitdatum: dateCell(decided ? decidedOn : null),
    ingangsdatum: dateCell(granted ? validFrom : null),
    einddatum: dateCell(granted ? validUntil : null),
    deskundigenadviezen: decided ? '2' : String(random.int(0, status === 'IN_BEHANDELING' ? 2 : 1)),
  };
}

function arrangement(
  random: Random,
  { enrolledOn }: Pupil,
  status: ArrangementStatus,
  number: number,
  today: Day,
): Cells {
  const open = status === 'AANGEVRAAGD' || status === 'IN_BEHANDELING';
  const allotted = status === 'TOEGEKEND' || status === 'LOPEND' || status === 'BEEINDIGD';
  const daysAgo = { TOEGEKEND: -1, LOPEND: 1, BEEINDIGD: 150 }[status as string] ?? 0;
  const validFrom =
    status === 'TOEGEKEND' ? today + random.int(3, 40) : today - daysAgo - random.int(5, 250);
  const decidedOn = allotted
    ? Math.min(validFrom - random.int(3, 30), today - 1)
    : today - random.int(2, 90);
  const requestedOn = open ? today - random.int(1, 60) : decidedOn - random.int(7, 45);
  const validUntil =
    status === 'BEEINDIGD'
      ? today - random.int(3, 100)
      : Math.max(today, validFrom) + random.int(20, 300);
  return {
    volgnummer: `A-${number}`,
    soort: random.weighted([
      ['INDIVIDUEEL', 6],
      ['GROEP', 3],
      ['SCHOOLMODEL', 1],
    ]),
    status,
    aanvraagdatum: isoOf(Math.max(requestedOn, Math.min(enrolledOn, decidedOn))),
    besluitdatum: dateCell(open ? null : decidedOn),
    ingangsdatum: dateCell(allotted ? validFrom : null),
    einddatum: dateCell(allotted ? validUntil : null),
  };
}

function opp(random: Random, { enrolledOn }: Pupil, version: number, today: Day): Cells {
  const status = random.weighted<string>(
    version === 2
      ? [
          ['VASTGESTELD', 6],
          ['BIJGESTELD', 4],
        ]
      : [
          ['CONCEPT', 10],
          ['OVERLEG', 12],
          ['VASTGESTELD', 48],
          ['TE_EVALUEREN', 15],
          ['BIJGESTELD', 10],
          ['AFGESLOTEN', 5],
        ],
  );
  if (status === 'CONCEPT') return { status, versie: String(version) };
  const consultedOn = Math.max(enrolledOn + random.int(5, 30), today - random.int(30, 500));
  if (status === 'OVERLEG') {
    return {
      status,
      versie: String(version),
      overleg_ouders_op: isoOf(Math.min(consultedOn, today - 1)),
    };
  }
  const establishedOn = Math.min(consultedOn + random.int(1, 12), today - 2);
  const evaluated = status === 'BIJGESTELD' || status === 'AFGESLOTEN';
  return {
    status,
    versie: String(version),
    vastgesteld_op: isoOf(establishedOn),
    overleg_ouders_op: isoOf(Math.min(consultedOn, establishedOn)),
    leerling_gehoord_op: isoOf(Math.min(consultedOn, establishedOn)),
    evaluatie_op: dateCell(
      evaluated ? Math.min(establishedOn + random.int(60, 300), today - 1) : null,
    ),
  };
}

function wrongDecisions(pupil: Pupil | undefined, today: Day): WrongLine[] {
  const year = schoolYearOf(today);
  const granted: Cells = {
    soort_besluit: 'TLV',
    swv: pupil?.site.swvCode ?? '',
    vestigingscode: pupil?.site.brin6 ?? '',
    leerlingnummer: pupil?.number ?? '',
    soort: 'SO',
    categorie: 'LAAG',
    cluster: '4',
    status: 'AFGEGEVEN',
    aanvraagdatum: isoOf(calendarDay(year, 5, 10)),
    beslistermijn: isoOf(calendarDay(year, 7, 5)),
    besluitdatum: isoOf(calendarDay(year, 6, 20)),
    ingangsdatum: isoOf(calendarDay(year, 8, 1)),
    einddatum: isoOf(calendarDay(year + 2, 7, 31)),
    deskundigenadviezen: '2',
    peildatum: isoOf(today - 1),
  };
  const wrong = (
    number: number,
    change: Cells,
    field: (typeof columns)[number],
    code: WrongLine['code'],
  ): WrongLine => ({
    cells: line({ ...granted, volgnummer: `2801-${number}`, ...change }),
    field,
    code,
  });
  return [
    wrong(9_001, { vestigingscode: '99ZZ00' }, 'vestigingscode', 'SCHOOL_UNKNOWN'),
    wrong(9_002, { soort: 'VSO' }, 'soort', 'TLV_SECTOR_MISMATCH'),
    wrong(9_003, { status: 'GOEDGEKEURD' }, 'status', 'UNKNOWN_CODE'),
    wrong(9_004, { besluitdatum: isoOf(calendarDay(year, 5, 1)) }, 'besluitdatum', 'DATE_ORDER'),
    wrong(
      9_005,
      { einddatum: isoOf(calendarDay(year + 2, 6, 30)) },
      'einddatum',
      'TLV_END_NOT_JULY_31',
    ),
    wrong(9_006, { deskundigenadviezen: '1' }, 'deskundigenadviezen', 'TLV_ADVICE_MISSING'),
  ];
}
