/** Takes a file as DUO publishes it into the reference tables, so that next year's files load as this year's did. */
import type { Sql, TransactionSql } from 'postgres';
import { school, schoolPupilCount } from '../../schema/db/school.ts';
import { swvPupilCount } from '../../schema/db/swv.ts';
import { pupilCountColumns, pupilCounts, type SitePupilCounts } from './duo-pupil-counts.ts';
import { type SchoolSite, schoolSiteColumns, schoolSites } from './duo-school-sites.ts';
import {
  DuoFileRefused,
  type DuoLine,
  type DuoReject,
  type DuoTable,
  openDuoTable,
} from './duo-table.ts';
import { type SchoolKind, SwvAreas, swvOfSite } from './school-fields.ts';
import { upsert } from './upsert.ts';

export type ImportReport = {
  format: 'DUO_SCHOOL_SITES' | 'DUO_PUPIL_COUNTS';
  /** Lines below the header. */
  lines: number;
  accepted: number;
  /** Rows in the database that are new or different. */
  changed: number;
  rejects: readonly DuoReject[];
  /** What else the reader of the report should know, in Dutch. */
  notices: readonly string[];
};

/** The first year of which the hub keeps pupils: from here the figures per SWV begin. */
const firstYear = 2020;

/** A file with fewer than this share of the sites we know is a part of the list: it says nothing about the others. */
const wholeList = 0.9;

type Located = { brin6: string; municipalityCode: string };

type SchoolRow = typeof school.$inferSelect;

type Surroundings = {
  municipalityCodes: ReadonlySet<string>;
  areas: SwvAreas;
  schools: ReadonlyMap<string, SchoolRow>;
};

const readSurroundings = async (tx: TransactionSql): Promise<Surroundings> => {
  const municipalities = await tx<{ code: string }[]>`select code from reference.municipality`;
  if (municipalities.length === 0) {
    throw new Error('no reference data: load the bundled files before importing one of DUO');
  }
  const postcodes = await tx<{ pc4: string; swvPo: string | null; swvVo: string | null }[]>`
    select pc4, swv_po as "swvPo", swv_vo as "swvVo" from reference.swv_postcode`;
  const swvMunicipalities = await tx<
    { municipalityCode: string; sector: string; swvCode: string }[]
  >`
    select municipality_code as "municipalityCode", sector, swv_code as "swvCode"
    from reference.swv_municipality`;
  const schools = await tx<SchoolRow[]>`
    select brin6, brin, name, kind, municipality_code as "municipalityCode", postcode, town,
      denomination, longitude, latitude, swv_po as "swvPo", swv_vo as "swvVo",
      swv_code as "swvCode", in_use as "inUse"
    from reference.school`;
  return {
    municipalityCodes: new Set(municipalities.map((row) => row.code)),
    areas: new SwvAreas(postcodes, swvMunicipalities),
    schools: new Map(schools.map((row) => [row.brin6, row])),
  };
};

/** The rows that can be written, and the rejects; a site that is repeated word for word counts once. */
const collect = async <Row extends Located>(
  lines: AsyncIterable<DuoLine<Row>>,
  refuse: (row: Row) => Omit<DuoReject, 'line'> | null,
) => {
  const rows = new Map<string, { row: Row; line: number }>();
  const rejects: DuoReject[] = [];
  const counted = { lines: 0, accepted: 0 };
  for await (const item of lines) {
    counted.lines++;
    if ('rejects' in item) {
      rejects.push(...item.rejects);
      continue;
    }
    const { row, line } = item;
    const earlier = rows.get(row.brin6);
    const refused = refuse(row);
    if (refused !== null) {
      rejects.push({ line, ...refused });
    } else if (earlier !== undefined && JSON.stringify(earlier.row) !== JSON.stringify(row)) {
      rejects.push({
        line,
        column: 'VESTIGINGSCODE',
        message: `Vestiging ${row.brin6} staat ook op regel ${earlier.line}, met andere gegevens. Laat één van de twee regels staan.`,
      });
    } else {
      counted.accepted++;
      if (earlier === undefined) rows.set(row.brin6, { row, line });
    }
  }
  return { ...counted, rejects, rows: [...rows.values()].map(({ row }) => row) };
};

const unknownMunicipality = (column: string, code: string) => ({
  column,
  message: `Gemeente ${code} staat niet in de lijst van gemeenten. Controleer de code; na een herindeling moet eerst de lijst van gemeenten worden bijgewerkt.`,
});

/** Words that stay in small letters inside a Dutch place name. */
const smallWords = new Set([
  'aan',
  'bij',
  'de',
  'den',
  'der',
  'en',
  'het',
  'in',
  'op',
  'ter',
  'van',
]);

/** `'S-GRAVENHAGE` and `CAPELLE AAN DEN IJSSEL` as people write them; DUO's file has capitals only. */
export const townName = (capitals: string): string =>
  capitals
    .toLowerCase()
    .split(/([ -])/)
    .map((word, at) =>
      (at > 0 && smallWords.has(word)) || word.startsWith("'")
        ? word
        : word.replace(/^(?:ij|\p{L})/u, (start) => start.toUpperCase()),
    )
    .join('');

const placed = (
  site: { kind: SchoolKind; denomination: string | null; postcode: string | null } & Located,
  areas: SwvAreas,
) => {
  const area = areas.at(site.postcode, site.municipalityCode);
  return { ...area, swvCode: swvOfSite(site.kind, site.denomination, area) };
};

const importSchoolSites = async (sql: Sql, table: DuoTable): Promise<ImportReport> => {
  const lines = schoolSites(table);
  return sql.begin(async (tx) => {
    const { municipalityCodes, areas, schools } = await readSurroundings(tx);
    const { rows, ...report } = await collect<SchoolSite>(lines, (site) =>
      municipalityCodes.has(site.municipalityCode)
        ? null
        : unknownMunicipality('GEMEENTENUMMER', site.municipalityCode),
    );
    const next = rows.map((site) => {
      const before = schools.get(site.brin6);
      const kind = (before?.kind ?? 'BO') as SchoolKind;
      // The file has no coordinates and its towns are in capitals: what we have holds as long as the address does.
      const stays = before !== undefined && before.postcode === site.postcode;
      return {
        ...site,
        brin: site.brin6.slice(0, 4),
        kind,
        town: stays ? before.town : site.town && townName(site.town),
        longitude: stays ? before.longitude : null,
        latitude: stays ? before.latitude : null,
        ...placed({ ...site, kind }, areas),
        inUse: true,
      };
    });
    const changed = await upsert(tx, school, next);

    const listed = new Set(rows.map((site) => site.brin6));
    const inUse = [...schools.values()].filter((row) => row.kind === 'BO' && row.inUse);
    const vanished = inUse.filter((row) => !listed.has(row.brin6)).map((row) => row.brin6);
    if (listed.size < inUse.length * wholeList) {
      return {
        format: 'DUO_SCHOOL_SITES',
        ...report,
        changed,
        notices: [
          `Het bestand heeft ${listed.size} van de ongeveer ${inUse.length} basisscholen. Daarom zijn scholen die er niet in staan, niet als gesloten gemerkt.`,
        ],
      };
    }
    await tx`update reference.school set in_use = false where brin6 = any(${vanished})`;
    return {
      format: 'DUO_SCHOOL_SITES',
      ...report,
      changed: changed + vanished.length,
      notices:
        vanished.length === 0
          ? []
          : [
              `${vanished.length} basisscholen staan niet meer in het bestand en zijn gemerkt als gesloten.`,
            ],
    };
  });
};

/** True when the site has pupils in the last year of the file; DUO keeps printing sites that closed long ago, with 0. */
const isOpen = (site: SitePupilCounts): boolean => site.counts.at(-1)?.pupils !== 0;

/** Pupils per SWV, kind and year, from the sites; a site without pupils in a year is no site in that year. */
const perSwv = (
  sites: readonly { swvCode: string | null; site: SitePupilCounts }[],
  after: number,
) => {
  const sums = new Map<string, typeof swvPupilCount.$inferInsert>();
  for (const { swvCode, site } of sites) {
    for (const count of site.counts) {
      if (swvCode === null || count.year <= after || count.pupils === 0) continue;
      const key = `${swvCode} ${count.year} ${site.kind}`;
      const sum = sums.get(key) ?? {
        swvCode,
        year: count.year,
        schoolKind: site.kind,
        pupils: 0,
        suppressedSites: 0,
        sites: 0,
      };
      sums.set(key, {
        ...sum,
        pupils: sum.pupils + (count.pupils ?? 0),
        suppressedSites: sum.suppressedSites + (count.suppressed ? 1 : 0),
        sites: sum.sites + 1,
      });
    }
  }
  return [...sums.values()];
};

const importPupilCounts = async (sql: Sql, table: DuoTable): Promise<ImportReport> => {
  const lines = pupilCounts(table);
  return sql.begin(async (tx) => {
    const { municipalityCodes, areas, schools } = await readSurroundings(tx);
    const { rows, ...report } = await collect<SitePupilCounts>(lines, (site) =>
      schools.has(site.brin6) || !isOpen(site) || municipalityCodes.has(site.municipalityCode)
        ? null
        : unknownMunicipality('GEMEENTECODE_VESTIGING', site.municipalityCode),
    );
    const kept = rows.filter((site) => schools.has(site.brin6) || isOpen(site));
    const added = kept
      .filter((site) => !schools.has(site.brin6))
      .map(({ counts: _, ...site }) => ({
        ...site,
        brin: site.brin6.slice(0, 4),
        postcode: null,
        ...placed({ ...site, postcode: null }, areas),
        inUse: true,
      }));
    const changedSchools = await upsert(tx, school, added);
    const changedCounts = await upsert(
      tx,
      schoolPupilCount,
      kept.flatMap(({ brin6, counts }) =>
        counts.filter(({ year }) => year >= firstYear).map((count) => ({ brin6, ...count })),
      ),
    );

    const notices: string[] = [];
    if (added.length > 0) {
      notices.push(
        `${added.length} vestigingen zijn nieuw. Het bestand geeft geen postcode; lees ook het bestand met schoolvestigingen in (02).`,
      );
    }
    const closed = rows.length - kept.length;
    if (closed > 0) {
      notices.push(`${closed} gesloten vestigingen die de hub niet kent, zijn overgeslagen.`);
    }
    return {
      format: 'DUO_PUPIL_COUNTS',
      ...report,
      changed: changedSchools + changedCounts + (await addYears(tx, rows, areas, schools, notices)),
      notices,
    };
  });
};

/**
 * Adds the figures per SWV of years that are not there yet; returns how many rows that gave. Years that are there stay
 * as published. Counted by the area of the site, so reformatorische schools count in the region they stand in, as in
 * the earlier years.
 */
const addYears = async (
  tx: TransactionSql,
  sites: readonly SitePupilCounts[],
  areas: SwvAreas,
  schools: ReadonlyMap<string, SchoolRow>,
  notices: string[],
): Promise<number> => {
  const [newest] = await tx<{ year: number | null }[]>`
    select max(year) as year from reference.swv_pupil_count`;
  const figures = perSwv(
    sites.map((site) => {
      const area = areas.at(schools.get(site.brin6)?.postcode ?? null, site.municipalityCode);
      return { site, swvCode: swvOfSite(site.kind, null, area) };
    }),
    newest?.year ?? firstYear - 1,
  );
  if (figures.length === 0) return 0;
  const [counted] = await tx<{ sites: number }[]>`
    select count(distinct brin6)::int as sites from reference.school_pupil_count`;
  if (sites.length < (counted?.sites ?? 0) * wholeList) {
    notices.push(
      `Het bestand heeft ${sites.length} van de ongeveer ${counted?.sites} vestigingen. Daarom zijn er geen aantallen per samenwerkingsverband voor een nieuw jaar berekend.`,
    );
    return 0;
  }
  return upsert(tx, swvPupilCount, figures);
};

const importers = [
  {
    name: '02 (schoolvestigingen basisonderwijs)',
    columns: schoolSiteColumns,
    run: importSchoolSites,
  },
  { name: '06 (leerlingen per vestiging)', columns: pupilCountColumns, run: importPupilCounts },
] as const;

/**
 * Recognises the file by its header and writes its rows in one transaction: all of the accepted lines, or nothing.
 * Throws DuoFileRefused when it is no file we know, or a column is missing or renamed.
 */
export const importDuoFile = async (
  sql: Sql,
  input: AsyncIterable<Uint8Array>,
): Promise<ImportReport> => {
  const table = await openDuoTable(input);
  const scored = importers
    .map((importer) => ({
      importer,
      // VESTIGINGSCODE is in nearly every file of DUO: it recognises none.
      score: importer.columns.filter(
        (name) => name !== 'VESTIGINGSCODE' && table.header.includes(name),
      ).length,
    }))
    .sort((a, b) => b.score - a.score);
  const best = scored[0];
  if (best === undefined || best.score === 0) {
    throw new DuoFileRefused(
      'UNKNOWN_FILE',
      `Dit is geen bestand van DUO dat de hub kent. De hub leest ${importers.map(({ name }) => name).join(' en ')}.`,
    );
  }
  return best.importer.run(sql, table);
};
