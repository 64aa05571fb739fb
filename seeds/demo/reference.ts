/** What the demonstration needs to know of the real region: its municipalities and its school sites. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

export const demoSwvs = { po: 'PO2801', vo: 'VO2801' } as const;

/** Leiden, Leiderdorp, Oegstgeest, Voorschoten, Wassenaar, Zoeterwoude, Kaag en Braassem. */
const demoMunicipalityCodes = ['0546', '0547', '0579', '0626', '0629', '0638', '1884'];

export type DemoMunicipality = { code: string; name: string; youthRegion: string };

export type SiteKind = 'BO' | 'SBO' | 'SO' | 'SO_VSO' | 'VO' | 'PRO';

export type DemoSite = {
  brin6: string;
  name: string;
  kind: SiteKind;
  municipalityCode: string;
  postcode: string;
  town: string;
  swvCode: string;
  /** Pupils of the real site, where DUO publishes them; only used to make large sites larger than small ones. */
  pupils: number | null;
};

export type DemoReference = { municipalities: DemoMunicipality[]; sites: DemoSite[] };

type Row = Record<string, string | undefined>;

const siteKinds: Record<string, SiteKind> = {
  bo: 'BO',
  sbo: 'SBO',
  so: 'SO',
  so_vso: 'SO_VSO',
  vo: 'VO',
  pro: 'PRO',
};

/** Reads `gemeenten_2026.csv` and `scholen_vestigingen.csv` from this directory. */
export async function readDemoReference(directory: URL): Promise<DemoReference> {
  const [municipalities, sites] = await Promise.all([
    readRows(new URL('gemeenten_2026.csv', directory), demoMunicipalityCodes),
    readRows(new URL('scholen_vestigingen.csv', directory), Object.values(demoSwvs)),
  ]);
  return {
    municipalities: municipalities
      .map((row) => ({
        code: (row.gm_code ?? '').slice(2),
        name: row.naam ?? '',
        youthRegion: row.jeugdregio_code ?? '',
      }))
      .filter(({ code }) => demoMunicipalityCodes.includes(code))
      .sort((a, b) => (a.code < b.code ? -1 : 1)),
    sites: sites.flatMap(toSite).sort((a, b) => (a.brin6 < b.brin6 ? -1 : 1)),
  };
}

/** Only lines that name one of `words` are parsed: the whole country takes ten times as long. */
async function readRows(file: URL, words: readonly string[]): Promise<Row[]> {
  const [header, ...lines] = (await readFile(file, 'utf8')).split('\n');
  const kept = lines.filter((line) => words.some((word) => line.includes(word)));
  return parse([header, ...kept].join('\n'), { columns: true, skip_empty_lines: true });
}

function toSite(row: Row): DemoSite[] {
  const kind = siteKinds[row.type ?? ''];
  const swvCode = kind === 'VO' || kind === 'PRO' ? row.swv_vo_pc4 : row.swv_po_pc4;
  const municipalityCode = (row.gm_code ?? '').slice(2);
  const inRegion =
    (swvCode === demoSwvs.po || swvCode === demoSwvs.vo) &&
    demoMunicipalityCodes.includes(municipalityCode);
  if (kind === undefined || swvCode === undefined || !inRegion) return [];
  // A site without pupils is a building that is no longer, or not yet, a school.
  if (row.leerlingen_2025 === '0') return [];
  const pupils = Number(row.leerlingen_2025 || Number.NaN);
  return [
    {
      brin6: row.vestiging ?? '',
      name: row.naam ?? '',
      kind,
      municipalityCode,
      postcode: row.postcode ?? '',
      town: row.plaats ?? '',
      swvCode,
      pupils: Number.isNaN(pupils) ? null : pupils,
    },
  ];
}
