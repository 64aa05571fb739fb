/** Reads DUO's list of primary school sites, `02.-alle-schoolvestigingen-basisonderwijs.csv`. */
import { type DuoLine, type DuoTable, locateColumns, openDuoTable, readRows } from './duo-table.ts';
import {
  isBrin6,
  municipalityCode,
  notBrin6,
  notMunicipalityCode,
  postcode,
} from './school-fields.ts';

/**
 * The columns we read. GEMEENTENAAM is not among them: it is empty for some sites, and the code decides. `BRIN` is
 * the start of the site's code, so INSTELLINGSCODE would add nothing.
 */
export const schoolSiteColumns = [
  'VESTIGINGSCODE',
  'VESTIGINGSNAAM',
  'POSTCODE',
  'PLAATSNAAM',
  'GEMEENTENUMMER',
  'DENOMINATIE',
] as const;

export type SchoolSite = {
  brin6: string;
  name: string;
  postcode: string | null;
  /** As DUO writes it, in capitals. */
  town: string | null;
  municipalityCode: string;
  denomination: string | null;
};

/** The sites of an opened table; refuses a table without the columns of this file. */
export const schoolSites = (table: DuoTable): AsyncGenerator<DuoLine<SchoolSite>> =>
  readRows(table, locateColumns(table.header, schoolSiteColumns), (cell, reject) => {
    const brin6 = cell('VESTIGINGSCODE').toUpperCase();
    if (!isBrin6(brin6)) reject('VESTIGINGSCODE', notBrin6(brin6));
    const name = cell('VESTIGINGSNAAM').replaceAll('""', '"');
    if (name === '') reject('VESTIGINGSNAAM', 'De naam van de vestiging ontbreekt. Vul die in.');
    const municipality = municipalityCode(cell('GEMEENTENUMMER'));
    if (municipality === null) {
      reject('GEMEENTENUMMER', notMunicipalityCode(cell('GEMEENTENUMMER')));
    }
    const code = postcode(cell('POSTCODE'));
    if (code === null && cell('POSTCODE') !== '') {
      reject(
        'POSTCODE',
        `"${cell('POSTCODE')}" is geen postcode. Een postcode heeft vier cijfers en twee letters, zoals 1234 AB.`,
      );
    }
    return {
      brin6,
      name,
      postcode: code,
      town: cell('PLAATSNAAM') || null,
      municipalityCode: municipality ?? '',
      denomination: cell('DENOMINATIE') || null,
    };
  });

export async function* readSchoolSites(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<DuoLine<SchoolSite>> {
  yield* schoolSites(await openDuoTable(input));
}
