/** Reads DUO's pupils per site and year, `06.-historisch-overzicht-aantal-leerlingen-per-schoolvestiging.csv`. */
import {
  closest,
  DuoFileRefused,
  type DuoLine,
  type DuoTable,
  locateColumns,
  openDuoTable,
  readRows,
} from './duo-table.ts';
import {
  isBrin6,
  municipalityCode,
  notBrin6,
  notMunicipalityCode,
  type PupilCount,
  pupilCount,
  type SchoolKind,
  schoolKind,
} from './school-fields.ts';

export const pupilCountColumns = [
  'VESTIGINGSCODE',
  'NAAM_VESTIGING',
  'SOORT_VESTIGING',
  'DENOMINATIE_VESTIGING',
  'GEMEENTECODE_VESTIGING',
] as const;

const yearColumn = /^LEERLINGEN_(\d{4})$/;

export type SitePupilCounts = {
  brin6: string;
  name: string;
  kind: SchoolKind;
  denomination: string | null;
  /** Four digits: this file drops the leading zeros. */
  municipalityCode: string;
  counts: readonly (PupilCount & { year: number })[];
};

/** The counts in an opened table; refuses a table without the columns of this file. */
export const pupilCounts = (table: DuoTable): AsyncGenerator<DuoLine<SitePupilCounts>> => {
  const columns = locateColumns(table.header, pupilCountColumns);
  const years = table.header.flatMap((name, at) => {
    const year = yearColumn.exec(name)?.[1];
    return year === undefined ? [] : [{ name, at, year: Number(year) }];
  });
  if (years.length === 0) {
    const meant = closest('LEERLINGEN_2025', table.header);
    throw new DuoFileRefused(
      'MISSING_COLUMN',
      `Er is geen kolom met aantallen, zoals LEERLINGEN_2025.${meant === null ? '' : ` Er staat wel een kolom ${meant}: bedoelde u die? Noem de kolom dan LEERLINGEN_ met het jaar in vier cijfers.`} Pas de eerste regel van het bestand aan, of download het bestand opnieuw bij DUO.`,
    );
  }
  return readRows(table, columns, (cell, reject, cells) => {
    const brin6 = cell('VESTIGINGSCODE').toUpperCase();
    if (!isBrin6(brin6)) reject('VESTIGINGSCODE', notBrin6(brin6));
    const name = cell('NAAM_VESTIGING').replaceAll('""', '"');
    if (name === '') reject('NAAM_VESTIGING', 'De naam van de vestiging ontbreekt. Vul die in.');
    const kind = schoolKind(cell('SOORT_VESTIGING'));
    if (kind === null) {
      reject(
        'SOORT_VESTIGING',
        `De soort "${cell('SOORT_VESTIGING')}" is niet bekend. Kies uit BO, SBO, SO, VSO en SO/VSO.`,
      );
    }
    const municipality = municipalityCode(cell('GEMEENTECODE_VESTIGING'));
    if (municipality === null) {
      reject('GEMEENTECODE_VESTIGING', notMunicipalityCode(cell('GEMEENTECODE_VESTIGING')));
    }
    const counts = years.flatMap(({ name: column, at, year }) => {
      const count = pupilCount(cells[at] ?? '');
      if (count === null) {
        reject(
          column,
          `"${cells[at]}" is geen aantal leerlingen. Vul een heel getal in, of <5 als DUO het aantal niet geeft.`,
        );
        return [];
      }
      return [{ year, ...count }];
    });
    return {
      brin6,
      name,
      kind: kind ?? 'BO',
      denomination: cell('DENOMINATIE_VESTIGING') || null,
      municipalityCode: municipality ?? '',
      counts,
    };
  });
};

export async function* readPupilCounts(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<DuoLine<SitePupilCounts>> {
  yield* pupilCounts(await openDuoTable(input));
}
