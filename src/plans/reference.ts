/** What everybody may know: regions, municipalities, SWVs, school sites, care providers. */
import { eq, sql } from 'drizzle-orm';
import { careProvider as careProviderTable } from '../../schema/db/care-provider.ts';
import { municipality as municipalityTable } from '../../schema/db/municipality.ts';
import { school as schoolTable } from '../../schema/db/school.ts';
import { swvMunicipality, swv as swvTable } from '../../schema/db/swv.ts';
import { youthRegion as youthRegionTable } from '../../schema/db/youth-region.ts';
import { connection, type Entity, many, one } from './entity.ts';
import { column } from './expression.ts';

const everyone = { everyone: () => sql`true` };

export const youthRegion: Entity = {
  type: 'YouthRegion',
  from: () => sql`${youthRegionTable}`,
  key: [youthRegionTable.code],
  scopes: everyone,
  fields: { code: column(youthRegionTable.code), name: column(youthRegionTable.name) },
};

export const municipality: Entity = {
  type: 'Municipality',
  from: () => sql`${municipalityTable}`,
  key: [municipalityTable.code],
  scopes: everyone,
  fields: {
    code: column(municipalityTable.code),
    name: column(municipalityTable.name),
    province: column(municipalityTable.province),
    youthRegion: one(() => youthRegion, [municipalityTable.youthRegion], [youthRegionTable.code]),
    swvs: many(
      () => municipalitySwv,
      [municipalityTable.code],
      [swvMunicipality.municipalityCode],
      [{ column: swvMunicipality.swvCode }],
    ),
  },
};

/** An SWV as seen from a municipality: with the share of the municipality's school sites. */
export const municipalitySwv: Entity = {
  type: 'MunicipalitySwv',
  from: () => sql`${swvMunicipality}`,
  key: [swvMunicipality.swvCode, swvMunicipality.municipalityCode],
  scopes: everyone,
  fields: {
    code: column(swvMunicipality.swvCode),
    sector: column(swvMunicipality.sector),
    share: column(swvMunicipality.share),
    isMain: column(swvMunicipality.isMain),
    swv: one(() => swv, [swvMunicipality.swvCode], [swvTable.code]),
  },
};

/** The municipalities of an SWV: the same type, reached through the area. */
const municipalityOfSwv: Entity = {
  ...municipality,
  from: () =>
    sql`${municipalityTable} join ${swvMunicipality} on ${eq(swvMunicipality.municipalityCode, municipalityTable.code)}`,
};

export const swv: Entity = {
  type: 'Swv',
  from: () => sql`${swvTable}`,
  key: [swvTable.code],
  scopes: everyone,
  fields: {
    code: column(swvTable.code),
    sector: column(swvTable.sector),
    label: column(swvTable.label),
    municipalities: many(
      () => municipalityOfSwv,
      [swvTable.code],
      [swvMunicipality.swvCode],
      [{ column: municipalityTable.name }],
    ),
    schools: connection(
      () => school,
      [swvTable.code],
      [schoolTable.swvCode],
      [{ column: schoolTable.brin6 }],
    ),
  },
};

export const school: Entity = {
  type: 'School',
  from: () => sql`${schoolTable}`,
  key: [schoolTable.brin6],
  scopes: everyone,
  fields: {
    brin6: column(schoolTable.brin6),
    name: column(schoolTable.name),
    kind: column(schoolTable.kind),
    denomination: column(schoolTable.denomination),
    latitude: column(schoolTable.latitude),
    longitude: column(schoolTable.longitude),
    municipality: one(() => municipality, [schoolTable.municipalityCode], [municipalityTable.code]),
    swv: one(() => swv, [schoolTable.swvCode], [swvTable.code]),
  },
};

export const careProvider: Entity = {
  type: 'CareProvider',
  from: () => sql`${careProviderTable}`,
  key: [careProviderTable.agb],
  scopes: everyone,
  fields: { agb: column(careProviderTable.agb), name: column(careProviderTable.name) },
};

/** The one row of a reference type by its national code. */
export const byCode = {
  municipality: (code: string) => [eq(municipalityTable.code, code)],
  swv: (code: string) => [eq(swvTable.code, code.replaceAll('-', '').toUpperCase())],
  school: (brin6: string) => [eq(schoolTable.brin6, brin6.toUpperCase())],
  careProvider: (agb: string) => [eq(careProviderTable.agb, agb)],
};
