/**
 * Loads the reference data of the Netherlands that come with the hub, from `seeds/reference`: municipalities, youth
 * and Doorstroompunt regions, SWVs and their areas, school sites, pupils. What each file is: the README there.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { InferInsertModel } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Sql } from 'postgres';
import { municipality } from '../../schema/db/municipality.ts';
import { school, schoolPupilCount } from '../../schema/db/school.ts';
import { swv, swvMunicipality, swvPostcode, swvPupilCount } from '../../schema/db/swv.ts';
import { doorstroompuntRegion, youthRegion } from '../../schema/db/youth-region.ts';
import { municipalityCode, pupilCount, SwvAreas, schoolKind, swvOfSite } from './school-fields.ts';
import { upsert } from './upsert.ts';

const bundled = fileURLToPath(new URL('../../seeds/reference/', import.meta.url));

/** The 342 municipalities of 2026 are those of 2023: in between none merged, was split or changed its code. */
const municipalitiesSince = '[2023-01-01,)';

type ReferenceTable =
  | 'youthRegion'
  | 'doorstroompuntRegion'
  | 'municipality'
  | 'swv'
  | 'swvMunicipality'
  | 'swvPostcode'
  | 'swvPupilCount'
  | 'school'
  | 'schoolPupilCount';

export type ReferenceCounts = {
  /** Per table: rows in the files, and how many of them were new or different. */
  readonly tables: Readonly<Record<ReferenceTable, { rows: number; changed: number }>>;
  /** Schools that are in no file any more and are kept, as not in use. */
  readonly outOfUse: number;
  /** All rows that changed; 0 when everything was there already. */
  readonly changed: number;
};

/** Reads a file of ours; a missing column is a mistake in the distribution, not in somebody's delivery. */
const readTable = async <Column extends string>(
  directory: string,
  file: string,
  columns: readonly Column[],
): Promise<Record<Column, string>[]> => {
  const [header, ...lines] = parse(await readFile(join(directory, file)), { bom: true });
  const positions = columns.map((column) => {
    const position = header?.indexOf(column) ?? -1;
    if (position === -1) throw new Error(`reference file ${file} has no column ${column}`);
    return [column, position] as const;
  });
  return lines.map(
    (line) =>
      Object.fromEntries(
        positions.map(([column, position]) => [column, line[position] ?? '']),
      ) as Record<Column, string>,
  );
};

/** The value, or an error that names the file and the text: these files are checked before they are published. */
const known = <Value>(value: Value | null, file: string, written: string): Value => {
  if (value === null) throw new Error(`reference file ${file}: cannot read "${written}"`);
  return value;
};

const readMunicipalities = async (directory: string) => {
  const file = 'gemeenten_2026.csv';
  const lines = await readTable(directory, file, [
    'gm_code',
    'naam',
    'provincie',
    'jeugdregio_code',
    'rmc_code',
    'rmc_naam',
  ]);
  const regions = new Map(lines.map((line) => [line.rmc_code, line.rmc_naam]));
  return {
    municipalities: lines.map((line) => ({
      code: known(municipalityCode(line.gm_code), file, line.gm_code),
      name: line.naam,
      province: line.provincie,
      youthRegion: line.jeugdregio_code,
      doorstroompuntRegion: line.rmc_code,
      validDuring: municipalitiesSince,
    })),
    doorstroompuntRegions: [...regions].map(([code, name]) => ({ code, name })),
  };
};

const readYouthRegions = async (directory: string) => {
  const lines = await readTable(directory, 'jeugdregios_2025.csv', ['jeugdregio_code', 'naam']);
  return lines.map((line) => ({ code: line.jeugdregio_code, name: line.naam }));
};

/** The official names are not available: its number and the municipalities with most schools name it. */
const swvLabel = (sector: string, number: string, municipalities: string): string => {
  const names = municipalities.split('; ');
  const shown = names.length > 3 ? [...names.slice(0, 2), '…'] : names;
  return `SWV ${sector} ${number} (${shown.join(', ')})`;
};

const readSwvs = async (directory: string) => {
  const lines = await readTable(directory, 'swv_lijst.csv', [
    'swv',
    'sector',
    'nummer',
    'gemeenten_2026_via_scholen',
  ]);
  return lines.map((line) => ({
    code: line.swv,
    sector: line.sector,
    number: line.nummer,
    label: swvLabel(line.sector, line.nummer, line.gemeenten_2026_via_scholen),
  }));
};

const readSwvMunicipalities = async (directory: string) => {
  const file = 'gemeente_swv_2026.csv';
  const lines = await readTable(directory, file, [
    'gm_code',
    'sector',
    'swv',
    'n_scholen',
    'aandeel',
    'hoofd_swv',
    'basis',
  ]);
  return lines.map((line) => ({
    swvCode: line.swv,
    municipalityCode: known(municipalityCode(line.gm_code), file, line.gm_code),
    sector: line.sector,
    schoolSites: Number(line.n_scholen),
    share: Number(line.aandeel),
    isMain: line.hoofd_swv === 'ja',
    basis: line.basis,
    validDuring: municipalitiesSince,
  }));
};

const readSwvPostcodes = async (directory: string) => {
  const lines = await readTable(directory, 'swv_gebied_pc4_2017.csv', ['pc4', 'swv_po', 'swv_vo']);
  return lines.map((line) => ({
    pc4: line.pc4,
    swvPo: line.swv_po || null,
    swvVo: line.swv_vo || null,
  }));
};

const readSwvPupilCounts = async (directory: string) => {
  const file = 'leerlingen_po_swv_soort_2020_2025.csv';
  const lines = await readTable(directory, file, [
    'swv',
    'jaar',
    'soort',
    'leerlingen',
    'n_vestigingen_onderdrukt_lt5',
    'n_vestigingen',
  ]);
  return lines.map((line) => ({
    swvCode: line.swv,
    year: Number(line.jaar),
    schoolKind: known(schoolKind(line.soort), file, line.soort),
    pupils: Number(line.leerlingen),
    suppressedSites: Number(line.n_vestigingen_onderdrukt_lt5),
    sites: Number(line.n_vestigingen),
  }));
};

const readSchools = async (directory: string, areas: SwvAreas) => {
  const file = 'scholen_vestigingen.csv';
  const lines = await readTable(directory, file, [
    'brin',
    'vestiging',
    'naam',
    'type',
    'postcode',
    'plaats',
    'gm_code',
    'denominatie',
    'lon',
    'lat',
    'leerlingen_2024',
    'leerlingen_2025',
    'in_duo_bo_2026',
  ]);
  const schools = lines.map((line) => {
    const kind = known(schoolKind(line.type), file, line.type);
    const code = known(municipalityCode(line.gm_code), file, line.gm_code);
    const denomination = line.denominatie || null;
    const area = areas.at(line.postcode, code);
    return {
      brin6: line.vestiging,
      brin: line.brin,
      name: line.naam,
      kind,
      municipalityCode: code,
      postcode: line.postcode || null,
      town: line.plaats || null,
      denomination,
      longitude: line.lon === '' ? null : Number(line.lon),
      latitude: line.lat === '' ? null : Number(line.lat),
      ...area,
      swvCode: swvOfSite(kind, denomination, area),
      inUse: line.in_duo_bo_2026 !== 'nee',
    };
  });
  // Empty here means that DUO's file of pupils does not have the site at all: no row, which is not "suppressed".
  const counts = lines.flatMap((line) =>
    ([2024, 2025] as const).flatMap((year) => {
      const written = line[`leerlingen_${year}`];
      if (written === '') return [];
      return [{ brin6: line.vestiging, year, ...known(pupilCount(written), file, written) }];
    }),
  );
  return { schools, counts };
};

/**
 * Makes the reference tables equal to the files, in one transaction, over the connection of the owner. A second load
 * changes nothing. Nothing is deleted: a school that vanished is kept as not in use.
 *
 * What an import of a newer DUO file changed is set back to the files; call this for a new database or a new release
 * of the files, not at every start.
 */
export const loadReference = async (sql: Sql, directory = bundled): Promise<ReferenceCounts> => {
  const [{ municipalities, doorstroompuntRegions }, youthRegions, swvs] = await Promise.all([
    readMunicipalities(directory),
    readYouthRegions(directory),
    readSwvs(directory),
  ]);
  const [swvMunicipalities, swvPostcodes, swvPupilCounts] = await Promise.all([
    readSwvMunicipalities(directory),
    readSwvPostcodes(directory),
    readSwvPupilCounts(directory),
  ]);
  const { schools, counts } = await readSchools(
    directory,
    new SwvAreas(swvPostcodes, swvMunicipalities),
  );

  return sql.begin(async (tx) => {
    const write = async <Table extends PgTable>(
      table: Table,
      rows: readonly InferInsertModel<Table>[],
    ) => ({ rows: rows.length, changed: await upsert(tx, table, rows) });
    // In the order of the references between the tables.
    const tables = {
      youthRegion: await write(youthRegion, youthRegions),
      doorstroompuntRegion: await write(doorstroompuntRegion, doorstroompuntRegions),
      municipality: await write(municipality, municipalities),
      swv: await write(swv, swvs),
      swvMunicipality: await write(swvMunicipality, swvMunicipalities),
      swvPostcode: await write(swvPostcode, swvPostcodes),
      swvPupilCount: await write(swvPupilCount, swvPupilCounts),
      school: await write(school, schools),
      schoolPupilCount: await write(schoolPupilCount, counts),
    };
    const vanished = await tx`
      update reference.school set in_use = false
      where in_use and not exists (
        select from unnest(${schools.map((row) => row.brin6)}::text[]) as listed(brin6)
        where listed.brin6 = school.brin6)`;
    const changed = Object.values(tables).reduce((sum, table) => sum + table.changed, 0);
    return { tables, outOfUse: vanished.count, changed: changed + vanished.count };
  });
};
