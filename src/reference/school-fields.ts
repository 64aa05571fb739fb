/** Fields of a school site as they are written in more than one public file, and what the hub makes of them. */
import type { Code, schoolKinds } from '../../schema/codes.ts';

export type SchoolKind = Code<typeof schoolKinds>;

/** Kinds as DUO's files and our own school file write them: `SO/VSO`, `so_vso`. */
const kindsBySource: Readonly<Record<string, SchoolKind>> = {
  BO: 'BO',
  SBO: 'SBO',
  SO: 'SO',
  VSO: 'VSO',
  SO_VSO: 'SO_VSO',
  VO: 'VO',
  PRO: 'PRO',
};

export const schoolKind = (written: string): SchoolKind | null =>
  kindsBySource[written.toUpperCase().replace('/', '_')] ?? null;

/** BRIN with the two digits of the site: `00AP00`. */
export const isBrin6 = (value: string): boolean => /^\d{2}[A-Z]{2}\d{2}$/.test(value);

export const notBrin6 = (value: string): string =>
  `"${value}" is geen vestigingscode. Een vestigingscode heeft twee cijfers, twee letters en weer twee cijfers, zoals 00AP00.`;

/** `GM0363`, `0363` and DUO's `363` are all `0363`; null when it is no municipality code. */
export const municipalityCode = (written: string): string | null => {
  const digits = /^(?:GM)?(\d{1,4})$/.exec(written)?.[1];
  return digits === undefined ? null : digits.padStart(4, '0');
};

export const notMunicipalityCode = (value: string): string =>
  `"${value}" is geen gemeentecode. Een gemeentecode heeft ten hoogste vier cijfers, zoals 0363.`;

/** `1234 AB` and `1234ab` are `1234AB`; null when it is no postcode. */
export const postcode = (written: string): string | null => {
  const compact = written.replaceAll(' ', '').toUpperCase();
  return /^[1-9]\d{3}[A-Z]{2}$/.test(compact) ? compact : null;
};

/** A number of pupils. `suppressed`: the source withholds it (`<5`), which is never the same as 0. */
export type PupilCount = { pupils: number; suppressed: false } | { pupils: null; suppressed: true };

/**
 * Reads a number of pupils in a cell that the source did fill in. `<5` is how DUO withholds; `-1`, `.`, `x` and an
 * empty cell are how older files do. Null when it is neither a number nor one of these.
 */
export const pupilCount = (written: string): PupilCount | null => {
  if (/^(?:<\s*\d+|-1|\.|x|)$/i.test(written)) return { pupils: null, suppressed: true };
  return /^\d{1,5}$/.test(written) ? { pupils: Number(written), suppressed: false } : null;
};

/** The SWVs of a place: by postcode area, in each sector. */
export type SwvArea = { swvPo: string | null; swvVo: string | null };

/**
 * The SWV a site belongs to, by its sector: VSO, VO and PRO to the VO one, all others (SO/VSO too) to the PO one.
 * Reformatorische schools belong to a national SWV, not to the one of their area. Its code is in no file we have, so
 * theirs is null: unknown, rather than a regional SWV that has nothing to do with their pupils.
 */
export const swvOfSite = (
  kind: SchoolKind,
  denomination: string | null,
  area: SwvArea,
): string | null => {
  if (denomination === 'Reformatorisch') return null;
  return kind === 'VSO' || kind === 'VO' || kind === 'PRO' ? area.swvVo : area.swvPo;
};

/** Which SWVs are at an address, from the postcode areas and the municipalities of the SWVs. */
export class SwvAreas {
  readonly #byPostcode: ReadonlyMap<string, SwvArea>;
  readonly #byMunicipality = new Map<string, { PO: string[]; VO: string[] }>();

  constructor(
    postcodes: Iterable<SwvArea & { pc4: string }>,
    municipalities: Iterable<{ municipalityCode: string; sector: string; swvCode: string }>,
  ) {
    this.#byPostcode = new Map([...postcodes].map((area) => [area.pc4, area]));
    for (const { municipalityCode: code, sector, swvCode } of municipalities) {
      const swvs = this.#byMunicipality.get(code) ?? { PO: [], VO: [] };
      swvs[sector === 'PO' ? 'PO' : 'VO'].push(swvCode);
      this.#byMunicipality.set(code, swvs);
    }
  }

  /**
   * The areas of 2017 lack postcodes of places built later: there the municipality decides, as long as it lies in one
   * SWV only. Otherwise null.
   */
  at(code: string | null, municipality: string): SwvArea {
    const area = this.#byPostcode.get(code?.slice(0, 4) ?? '');
    const swvs = this.#byMunicipality.get(municipality) ?? { PO: [], VO: [] };
    const only = (codes: readonly string[]) => (codes.length === 1 ? (codes[0] ?? null) : null);
    return { swvPo: area?.swvPo ?? only(swvs.PO), swvVo: area?.swvVo ?? only(swvs.VO) };
  }
}
