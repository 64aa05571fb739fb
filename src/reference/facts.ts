/** Reference data in memory, for those who must answer a question about them per line or per request. */
import type { Sql, TransactionSql } from 'postgres';
import type { IsoDate } from '../ingest/record.ts';

export type ReferenceFacts = {
  /** Youth region of a municipality that exists on this date, or null. */
  youthRegionOf(municipalityCode: string, on: IsoDate): string | null;
  /** The site, in use or not; null when it is not known. `swvCode` is null when its SWV is not known. */
  school(brin6: string): {
    readonly swvCode: string | null;
    readonly kind: string;
    readonly municipalityCode: string;
  } | null;
  hasSwv(code: string): boolean;
  /** Municipalities in the area of the SWV, also those of which it has a small part. Empty for an unknown SWV. */
  swvMunicipalities(swvCode: string): readonly string[];
  youthRegionsOfSwv(swvCode: string): readonly string[];
  careProvider(agb: string): {
    readonly name: string;
    readonly youthRegions: readonly string[];
  } | null;
};

type Municipality = { region: string; since: IsoDate | null; until: IsoDate | null };

/**
 * Reads the facts once. They do not follow later changes: read them again after an import.
 * A connection that row-level security shows nothing would make every municipality unknown; that is an error here.
 */
export const loadReferenceFacts = async (sql: Sql | TransactionSql): Promise<ReferenceFacts> => {
  const municipalities = new Map(
    (
      await sql<(Municipality & { code: string })[]>`
        select code, youth_region as region,
          lower(valid_during)::text as since, upper(valid_during)::text as until
        from reference.municipality`
    ).map((row) => [row.code, row]),
  );
  if (municipalities.size === 0) {
    throw new Error('no reference data: load them first, over a connection that may read them');
  }
  const schools = new Map(
    (
      await sql<
        { brin6: string; swvCode: string | null; kind: string; municipalityCode: string }[]
      >`
        select brin6, swv_code as "swvCode", kind, municipality_code as "municipalityCode"
        from reference.school`
    ).map(({ brin6, ...school }) => [brin6, school]),
  );
  const swvs = new Map(
    (
      await sql<{ code: string; municipalities: string[]; regions: string[] }[]>`
        select swv.code,
          coalesce(array_agg(distinct municipality.code order by municipality.code)
            filter (where municipality.code is not null), '{}') as municipalities,
          coalesce(array_agg(distinct municipality.youth_region order by municipality.youth_region)
            filter (where municipality.code is not null), '{}') as regions
        from reference.swv
        left join reference.swv_municipality on swv_municipality.swv_code = swv.code
        left join reference.municipality on municipality.code = swv_municipality.municipality_code
        group by swv.code`
    ).map((row) => [row.code, row]),
  );
  const careProviders = new Map(
    (
      await sql<{ agb: string; name: string; youthRegions: string[] }[]>`
        select agb, name, youth_regions as "youthRegions" from reference.care_provider`
    ).map(({ agb, ...provider }) => [agb, provider]),
  );

  return {
    youthRegionOf(municipalityCode, on) {
      const found = municipalities.get(municipalityCode);
      if (found === undefined) return null;
      const started = found.since === null || found.since <= on;
      const ended = found.until !== null && found.until <= on;
      return started && !ended ? found.region : null;
    },
    school: (brin6) => schools.get(brin6) ?? null,
    hasSwv: (code) => swvs.has(code),
    swvMunicipalities: (swvCode) => swvs.get(swvCode)?.municipalities ?? [],
    youthRegionsOfSwv: (swvCode) => swvs.get(swvCode)?.regions ?? [],
    careProvider: (agb) => careProviders.get(agb) ?? null,
  };
};
