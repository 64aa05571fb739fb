/** What everybody may know: regions, municipalities, SWVs, school sites, care providers. */
import { eq, sql } from 'drizzle-orm';
import { careProvider as careProviderTable } from '../../schema/db/care-provider.ts';
import { municipality as municipalityTable } from '../../schema/db/municipality.ts';
import { school as schoolTable } from '../../schema/db/school.ts';
import { swvMunicipality, swv as swvTable } from '../../schema/db/swv.ts';
import { youthRegion as youthRegionTable } from '../../schema/db/youth-region.ts';
import { connection, type Entity, many, one, type RowPlan } from './entity.ts';
import { column, upperCase } from './expression.ts';

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
export const municipalityByCode: RowPlan = {
  entity: municipality,
  argument: 'code',
  read: (code) => ({ code }),
  where: (slots) => [eq(municipalityTable.code, slots('code'))],
};

export const swvByCode: RowPlan = {
  entity: swv,
  argument: 'code',
  read: (code) => ({ code: upperCase(code.replaceAll('-', '')) }),
  where: (slots) => [eq(swvTable.code, slots('code'))],
};

export const schoolByBrin6: RowPlan = {
  entity: school,
  argument: 'brin6',
  read: (brin6) => ({ brin6: upperCase(brin6) }),
  where: (slots) => [eq(schoolTable.brin6, slots('brin6'))],
};

export const careProviderByAgb: RowPlan = {
  entity: careProvider,
  argument: 'agb',
  read: (agb) => ({ agb }),
  where: (slots) => [eq(careProviderTable.agb, slots('agb'))],
};
