/** What Yoga and Mercurius read: batches for loaders, one prepared statement each, with nothing between the caller and the tables. */
import { readFileSync } from 'node:fs';
import { openPool } from '../../src/db/pools.ts';
import type { ServeOptions } from '../serve.ts';

/** Who says to be asking. */
export type Asker = { municipality: string; region: string; party: string };

/** The schema that the hub prints, without what only federation knows. */
export const typeDefinitions = readFileSync(
  new URL('../../schema/schema.graphql', import.meta.url),
  'utf8',
)
  .replace(/^extend schema[\s\S]*?\n\n/, '')
  .replaceAll(/ @key\(fields: "\w+"\)/g, '');

export type Row = Record<string, unknown>;

const byKey = (rows: readonly Row[], keys: readonly string[], column = 'key'): (Row | null)[] => {
  const found = new Map(rows.map((row) => [row[column], row]));
  return keys.map((key) => found.get(key) ?? null);
};

const grouped = (rows: readonly Row[], keys: readonly string[]): Row[][] => {
  const groups = new Map<unknown, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(row.key)?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
};

const caseOf = (row: Row): Row => ({
  ...row,
  due: row.dueOn && { on: row.dueOn, reason: row.dueReason, overdueDays: row.overdueDays },
  nextAction: row.nextActionKind && {
    kind: row.nextActionKind,
    dueOn: row.nextActionDueOn,
    owner: { role: row.nextActionRole, organisation: row.nextActionOrganisation },
  },
});

const eventOf = (row: Row): Row => ({
  ...row,
  actor: { role: row.actorRole, organisation: row.actorOrganisation },
});

const withheld = { availability: 'WITHHELD' };

export const openRows = async ({ urls, today, connections }: ServeOptions) => {
  const sql = openPool(urls.reader, 'bench peer', connections);
  const regions = new Map(
    (
      await sql<{ code: string; region: string }[]>`
      select code, youth_region as region from reference.municipality`
    ).map((row) => [row.code, row.region]),
  );

  const caseColumns = sql`
    youth_region || '.' || id as id, id as key, brin6, status, definition, opened_on as "openedOn", first_absent_on as "firstAbsentOn",
    (coalesce(returned_on, closed_on, ${today}::date) - first_absent_on) / 7 as "weeksAtHome", due_on as "dueOn", due_reason as "dueReason",
    greatest(0, ${today}::date - due_on) as "overdueDays", next_action_kind as "nextActionKind", next_action_due_on as "nextActionDueOn",
    next_action_role as "nextActionRole", next_action_organisation as "nextActionOrganisation"`;
  const instant = (column: string) =>
    sql.unsafe(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

  return {
    askerFrom: (municipality: string): Asker => ({
      municipality,
      region: regions.get(municipality) ?? '',
      party: `attendanceOfficer:${municipality}`,
    }),

    async caseload({ municipality, region }: Asker, first: number) {
      const rows = await sql<Row[]>`
        select ${caseColumns} from casework.thuiszitter_case
        where youth_region = ${region} and municipality_code = ${municipality} and closed_on is null
        order by coalesce(due_on, date '9999-12-31'), id limit ${first + 1}`;
      const page = rows.slice(0, first).map(caseOf);
      return {
        edges: page.map((node) => ({ node, cursor: node.id })),
        pageInfo: { hasNextPage: rows.length > first, endCursor: page.at(-1)?.id ?? null },
      };
    },

    async totalOf({ municipality, region }: Asker) {
      const [count] = await sql<Row[]>`
        select count(*)::int as total from casework.thuiszitter_case
        where youth_region = ${region} and municipality_code = ${municipality} and closed_on is null`;
      return count?.total;
    },

    async case({ municipality }: Asker, id: string): Promise<Row | null> {
      const [region = '', uuid = ''] = id.split('.');
      const [row] = await sql<Row[]>`
        select ${caseColumns} from casework.thuiszitter_case
        where youth_region = ${region} and id = ${uuid} and municipality_code = ${municipality}`;
      return row ? caseOf(row) : null;
    },

    async pupils({ region, party }: Asker, cases: readonly string[]): Promise<(Row | null)[]> {
      const rows = await sql<Row[]>`
        select distinct on (case_id) case_id as key, youth_region || '.' || case_id as id, name, municipality_code as "municipalityCode",
          extract(year from age(${today}::date, birth_date))::int as age
        from casework.shared_identity
        where youth_region = ${region} and case_id = any (${cases as string[]}::uuid[]) and ${party} = any (recipients)
          and valid_from <= ${today}::date and valid_until >= ${today}::date
        order by case_id, ground_id`;
      return byKey(rows, cases);
    },

    async municipalities(codes: readonly string[]): Promise<(Row | null)[]> {
      const rows = await sql<Row[]>`
        select code, name, province from reference.municipality where code = any (${codes as string[]}::text[])`;
      return byKey(rows, codes, 'code');
    },

    async schools(sites: readonly string[]): Promise<(Row | null)[]> {
      const rows = await sql<Row[]>`
        select brin6, name, kind, swv_code as "swvCode" from reference.school where brin6 = any (${sites as string[]}::text[])`;
      return byKey(rows, sites, 'brin6');
    },

    async swvs(codes: readonly string[]): Promise<(Row | null)[]> {
      const rows = await sql<Row[]>`
        select code, sector, label from reference.swv where code = any (${codes as string[]}::text[])`;
      return byKey(rows, codes, 'code');
    },

    async waitingStatuses({ region, party }: Asker, cases: readonly string[]): Promise<Row[]> {
      const rows = await sql<Row[]>`
        select distinct on (g.case_id) g.case_id as key, coalesce(w.as_of >= ${today}::date - 31, false) as "isKnown", w.waiting_for_help as "waitingForHelp",
          w.expected_start_week as "expectedStartWeek", w.bridging, w.as_of as "asOf", w.source, ${instant('w.delivered_at')} as "deliveredAt"
        from casework.ground g
        left join casework.shared_waiting w on w.youth_region = g.youth_region and w.case_id = g.case_id and w.ground_id = g.id
        where g.youth_region = ${region} and g.case_id = any (${cases as string[]}::uuid[]) and ${party} = any (g.recipients) and g.withdrawn_on is null
          and g.valid_from <= ${today}::date and g.valid_until >= ${today}::date and 'WAITING_STATUS' = any (g.data_kinds)
        order by g.case_id, coalesce(w.as_of < ${today}::date - 31, true), case w.waiting_for_help when 'YES' then 0 when 'NO' then 1 else 2 end,
          coalesce(w.as_of, date '0001-01-01') desc, g.id desc`;
      return byKey(rows, cases).map((row) => {
        if (row === null) return withheld;
        if (!row.isKnown) return { availability: 'UNKNOWN', asOf: row.asOf };
        const { source, deliveredAt } = row;
        return { ...row, availability: 'AVAILABLE', provenance: { source, deliveredAt } };
      });
    },

    async supports({ region, party }: Asker, cases: readonly string[]): Promise<Row[]> {
      const rows = await sql<Row[]>`
        select distinct on (g.case_id) g.case_id as key, s.pupil_id as "pupilId", s.tlv_kind as "tlvKind", s.tlv_status as "tlvStatus",
          s.tlv_valid_until as "tlvValidUntil", s.opp_status as "oppStatus", s.opp_established_on as "oppEstablishedOn",
          s.opp_pupil_heard_on as "oppPupilHeardOn", s.arrangements
        from casework.ground g
        left join casework.shared_support s on s.youth_region = g.youth_region and s.case_id = g.case_id and s.ground_id = g.id
        where g.youth_region = ${region} and g.case_id = any (${cases as string[]}::uuid[]) and ${party} = any (g.recipients) and g.withdrawn_on is null
          and g.valid_from <= ${today}::date and g.valid_until >= ${today}::date and g.data_kinds && '{SUPPORT,SUPPORT_STATUS}'
        order by g.case_id, case when 'SUPPORT' = any (g.data_kinds) then 0 else 1 end, g.id`;
      return byKey(rows, cases).map((row) => {
        if (row === null) return withheld;
        if (row.pupilId === null) return { availability: 'UNKNOWN' };
        return {
          availability: 'AVAILABLE',
          tlv: row.tlvStatus && {
            kind: row.tlvKind,
            status: row.tlvStatus,
            validUntil: row.tlvValidUntil,
          },
          opp: row.oppStatus && {
            status: row.oppStatus,
            establishedOn: row.oppEstablishedOn,
            pupilHeardOn: row.oppPupilHeardOn,
          },
          arrangements: row.arrangements,
        };
      });
    },

    async lastEvents(
      { region, party }: Asker,
      cases: readonly string[],
      last: number,
    ): Promise<Row[][]> {
      const rows = await sql<Row[]>`
        select e.case_id as key, ${instant('e.at')} as at, e.compartment, e.kind, e.detail, e.actor_role as "actorRole", e.actor_organisation as "actorOrganisation"
        from unnest(${cases as string[]}::uuid[]) as c (id)
        cross join lateral (
          select * from casework.case_event e
          where e.youth_region = ${region} and e.case_id = c.id and (e.recipients is null or ${party} = any (e.recipients))
          order by e.at desc, e.id desc limit ${last}) e
        order by e.at, e.id`;
      return grouped(rows.map(eventOf), cases);
    },

    async absences({ region, party }: Asker, cases: readonly string[]): Promise<Row[]> {
      const grounds = await sql<Row[]>`
        select distinct on (case_id) case_id as key, id from casework.ground
        where youth_region = ${region} and case_id = any (${cases as string[]}::uuid[]) and ${party} = any (recipients) and withdrawn_on is null
          and valid_from <= ${today}::date and valid_until >= ${today}::date and data_kinds && '{ABSENCE,ABSENCE_STATUS}'
        order by case_id, case when 'ABSENCE' = any (data_kinds) then 0 else 1 end, id`;
      const reports = await sql<Row[]>`
        select case_id as key, kind, status, from_on as "from", until_on as until, hours from casework.shared_absence
        where youth_region = ${region} and case_id = any (${cases as string[]}::uuid[]) and ground_id = any (${grounds.map((row) => row.id as string)}::uuid[])
          and ${party} = any (recipients) and valid_from <= ${today}::date and valid_until >= ${today}::date
        order by from_on desc, report_id desc`;
      const found = byKey(grounds, cases);
      return grouped(reports, cases).map((list, index) =>
        found[index] ? { availability: 'AVAILABLE', reports: list } : withheld,
      );
    },

    async parties({ region }: Asker, cases: readonly string[]): Promise<Row[][]> {
      const rows = await sql<Row[]>`
        select case_id as key, role, organisation, since, until from casework.case_party
        where youth_region = ${region} and case_id = any (${cases as string[]}::uuid[]) order by since, id`;
      return grouped(rows, cases);
    },

    async consents({ region, party }: Asker, cases: readonly string[]): Promise<Row[][]> {
      const rows = await sql<Row[]>`
        select case_id as key, youth_region || '.' || consent_id as id, purpose, recipients, data_kinds as "dataKinds", valid_until as "validUntil",
          withdrawn_on as "withdrawnOn"
        from casework.ground
        where youth_region = ${region} and case_id = any (${cases as string[]}::uuid[]) and kind = 'CONSENT' and ${party} = any (recipients)
        order by valid_from, id`;
      return grouped(rows, cases);
    },

    async reasons({ region, party }: Asker, cases: readonly string[]): Promise<Row[][]> {
      const rows = await sql<Row[]>`
        select g.case_id as key, g.purpose, g.legal_basis as ground, v.name as covenant, g.youth_region || '.' || g.consent_id as consent,
          case when g.kind <> 'STATUTORY' then g.valid_until end as until
        from casework.ground g left join casework.covenant v on v.id = g.covenant_id
        where g.youth_region = ${region} and g.case_id = any (${cases as string[]}::uuid[]) and ${party} = any (g.recipients) and g.withdrawn_on is null
          and g.valid_from <= ${today}::date and g.valid_until >= ${today}::date
        order by g.valid_from, g.id`;
      return grouped(rows, cases);
    },
  };
};

export type Rows = Awaited<ReturnType<typeof openRows>>;
