/**
 * The two questions as somebody who knows PostgreSQL writes them for this one purpose: one statement each, rows in composite form,
 * the text of the answer made by the server. $1 is the day it is, $2 the municipality, $3 its youth region, $4 who the officer is among the recipients
 * of a ground; a case has its id as $5. A date in a JSON row is ISO 8601 of itself.
 */

/** Rows that a ground lets the attendance officer see today. */
const named = (row: string): string =>
  `$4 = any (${row}.recipients) and ${row}.valid_from <= $1::date and ${row}.valid_until >= $1::date`;

const grounded = (...kinds: string[]): string =>
  `g.youth_region = $3 and g.case_id = c.id and ${named('g')} and g.withdrawn_on is null and g.data_kinds && '{${kinds.join(',')}}'`;

const projection = (table: string, row: string): string =>
  `casework.${table} ${row} on ${row}.youth_region = g.youth_region and ${row}.case_id = g.case_id and ${row}.ground_id = g.id and ${named(row)}`;

const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const one = (columns: string, from = ''): string =>
  `(select row from (select ${columns}) row ${from})`;

/** The last word on waiting: one that is known first, and a child that waits anywhere waits. */
const waiting = (provenance: string): string => `
  left join lateral (
    select case when w.as_of >= $1::date - 31 then 'AVAILABLE' else 'UNKNOWN' end as availability, w.as_of >= $1::date - 31 as is_known, w.*
    from casework.ground g left join ${projection('shared_waiting', 'w')}
    where ${grounded('WAITING_STATUS')}
    order by coalesce(w.as_of < $1::date - 31, true), case w.waiting_for_help when 'YES' then 0 when 'NO' then 1 else 2 end,
      coalesce(w.as_of, date '0001-01-01') desc, g.id desc
    limit 1) w on true
  cross join lateral (select coalesce(w.availability, 'WITHHELD') as availability, case when w.is_known then w.waiting_for_help end as "waitingForHelp",
    case when w.is_known then w.expected_start_week end as "expectedStartWeek", case when w.is_known then w.bridging end as bridging, w.as_of as "asOf"${provenance}) waiting`;

const support = (opp: string, arrangement: string): string => `
  left join lateral (
    select case when s.pupil_id is null then 'UNKNOWN' else 'AVAILABLE' end as availability, s.*
    from casework.ground g left join ${projection('shared_support', 's')}
    where ${grounded('SUPPORT', 'SUPPORT_STATUS')}
    order by case when g.data_kinds && '{SUPPORT}' then 0 else 1 end, g.id
    limit 1) s on true
  cross join lateral (select coalesce(s.availability, 'WITHHELD') as availability,
    case when s.tlv_status is not null then ${one(`s.tlv_kind as kind, s.tlv_status as status, s.tlv_valid_until as "validUntil"`)} end as tlv,
    case when s.opp_status is not null then ${one(`s.opp_status as status, s.opp_established_on as "establishedOn"${opp}`)} end as opp,
    case when s.pupil_id is not null then array(
      select row from (select a ->> 'kind' as kind, a ->> 'status' as status${arrangement} from jsonb_array_elements(s.arrangements) a) row) end as arrangements) support`;

const pupil = `
  left join lateral (
    select c.youth_region || '.' || c.id as id, i.name, extract(year from age($1::date, i.birth_date))::int as age
    from casework.shared_identity i where i.youth_region = $3 and i.case_id = c.id and ${named('i')} order by i.ground_id limit 1) child on true`;

const events = `e.youth_region = $3 and e.case_id = c.id and (e.recipients is null or $4 = any (e.recipients))`;

/** Whose data were read goes into the access log, in the transaction of the statement that reads them. */
const logged = (
  operation: string,
  rows: string,
): string => `, operation as materialized (select gen_random_uuid() as id)
, entry as (insert into audit.access (operation_id, at, subject, role, organisation, purpose, legal_basis, action, operation, document_hash, outcome, subject_count, trace_id)
  select operation.id, now(), 'bench', 'attendanceOfficer', $2, 'return-to-school', 'Leerplichtwet 1969, art. 16, 18 en 22', 'R', '${operation}',
    repeat('0', 64), 'ALLOWED', (select count(*) from ${rows}), repeat('0', 32) from operation)
, subjects as (insert into audit.access_subject (operation_id, compartment, subject_ids, at)
  select operation.id, 'ATTENDANCE', array(select youth_id from ${rows}), now() from operation)`;

export const caseloadStatement = (logsAccess: boolean): string => `
with page as materialized (
  select * from casework.thuiszitter_case where youth_region = $3 and municipality_code = $2 and closed_on is null
  order by coalesce(due_on, date '9999-12-31'), id limit 51
), shown as materialized (select * from page order by coalesce(due_on, date '9999-12-31'), id limit 50)${logsAccess ? logged('Caseload', 'shown') : ''}
select row_to_json(answer) from (select ${one(
  `${one(`
  (select count(*)::int from casework.thuiszitter_case where youth_region = $3 and municipality_code = $2 and closed_on is null) as "totalCount",
  ${one(`(select count(*) from page) > 50 as "hasNextPage", (select coalesce(due_on::text, '') || '.' || id from shown order by coalesce(due_on, date '9999-12-31') desc, id desc limit 1) as "endCursor"`)} as "pageInfo",
  array(select edge from (select ${one('node.*')} as node from shown c
    left join reference.school school on school.brin6 = c.brin6${pupil}
    left join reference.municipality m on m.code = c.municipality_code${waiting('')}${support('', '')}
    cross join lateral (select c.youth_region || '.' || c.id as id, c.status, c.opened_on as "openedOn", c.first_absent_on as "firstAbsentOn",
      (coalesce(c.returned_on, $1::date) - c.first_absent_on) / 7 as "weeksAtHome",
      case when c.due_on is not null then ${one(`c.due_on as "on", c.due_reason as reason, greatest(0, $1::date - c.due_on) as "overdueDays"`)} end as due,
      case when c.next_action_kind is not null then ${one(`c.next_action_kind as kind, c.next_action_due_on as "dueOn",
        ${one('c.next_action_role as role, c.next_action_organisation as organisation')} as owner`)} end as "nextAction",
      case when child.id is not null then ${one(`child.id, child.name, child.age, ${one('m.code, m.name')} as municipality`)} end as pupil,
      case when school.brin6 is not null then ${one(`school.brin6, school.name, case when school.swv_code is not null then ${one('school.swv_code as code')} end as swv`)} end as school,
      waiting as "waitingStatus", support as support,
      array(select row from (
        select ${instant('last.at')} as at, last.kind, ${one('last.actor_role as role, last.actor_organisation as organisation')} as actor
        from (select * from casework.case_event e where ${events} order by e.at desc, e.id desc limit 3) last order by last.at, last.id) row) as events) node
    order by coalesce(c.due_on, date '9999-12-31'), c.id) edge) as edges`)} as "thuiszitterCases"`,
)} as data) answer`;

export const caseStatement = (logsAccess: boolean): string => `
with found as (
  select * from casework.thuiszitter_case where youth_region = $3 and id = $5::uuid and municipality_code = $2
)${logsAccess ? logged('Case', 'found') : ''}
select row_to_json(answer) from (select (select row from (select (select node from (
  select c.youth_region || '.' || c.id as id, c.status, c.opened_on as "openedOn", c.definition,
    case when child.id is not null then ${one('child.*')} end as pupil,
    case when school.brin6 is not null then ${one('school.brin6, school.name')} end as school,
    ${one(`case when absence.id is null then 'WITHHELD' else 'AVAILABLE' end as availability, case when absence.id is not null then array(select row from (
      select a.kind, a.status, a.from_on as "from", a.until_on as until, a.hours from casework.shared_absence a
      where a.youth_region = $3 and a.case_id = c.id and a.ground_id = absence.id and ${named('a')} order by a.from_on desc, a.report_id desc) row) end as reports`)} as absence,
    waiting as "waitingStatus", support as support,
    ${one(`array(select edge from (select ${one(`${instant('e.at')} as at, e.compartment, e.kind, ${one('e.actor_role as role, e.actor_organisation as organisation')} as actor`)} as node
      from casework.case_event e where ${events} order by e.at desc, e.id desc limit 50) edge) as edges`)} as timeline,
    array(select row from (select p.role, p.organisation, p.since as since, p.until as until
      from casework.case_party p where p.youth_region = $3 and p.case_id = c.id order by p.since, p.id) row) as parties,
    array(select row from (select g.purpose, g.recipients, g.data_kinds as "dataKinds", g.valid_until as "validUntil", g.withdrawn_on as "withdrawnOn"
      from casework.ground g where g.youth_region = $3 and g.case_id = c.id and g.kind = 'CONSENT' and $4 = any (g.recipients)
      order by g.valid_from, g.id) row) as consents,
    array(select row from (select g.purpose, g.legal_basis as "ground", v.name as covenant, g.youth_region || '.' || g.consent_id as consent,
        case when g.kind <> 'STATUTORY' then g.valid_until end as until
      from casework.ground g left join casework.covenant v on v.id = g.covenant_id
      where g.youth_region = $3 and g.case_id = c.id and ${named('g')} and g.withdrawn_on is null order by g.valid_from, g.id) row) as "whyMayISeeThis"
  from found c
  left join reference.school school on school.brin6 = c.brin6${pupil}
  left join lateral (select g.id from casework.ground g where ${grounded('ABSENCE', 'ABSENCE_STATUS')}
    order by case when g.data_kinds && '{ABSENCE}' then 0 else 1 end, g.id limit 1) absence on true
  ${waiting(`, case when w.is_known then ${one(`w.source, ${instant('w.delivered_at')} as "deliveredAt"`)} end as provenance`)}
  ${support(`, s.opp_pupil_heard_on as "pupilHeardOn"`, `, a ->> 'from' as "from", a ->> 'until' as until`)}) node) as "thuiszitterCase") row) as data) answer`;
