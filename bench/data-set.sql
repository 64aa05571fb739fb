-- The data set of the benchmark, in the hub's own tables: arithmetic on row numbers, so that it is the same everywhere.
-- Two settings go in: bench.scale (how many times the pupils, cases and waiting-list entries) and bench.today (the day it is).
-- bench/database.ts runs it, as the superuser over one connection, on a migrated database that has the reference data.

-- A number from 0 to n - 1 that looks drawn: the same for the same row and purpose.
create function pg_temp.draw(i bigint, purpose bigint, n int) returns int language sql immutable
  as $$ select ((hashint8extended(i, purpose) & 9007199254740991) % n)::int $$;
--> statement-breakpoint
create function pg_temp.id(kind text, i bigint) returns uuid language sql immutable as $$ select md5(kind || i)::uuid $$;
--> statement-breakpoint
create function pg_temp.today() returns date language sql stable as $$ select current_setting('bench.today')::date $$;
--> statement-breakpoint
create function pg_temp.times(n int) returns bigint language sql stable
  as $$ select n * current_setting('bench.scale')::bigint $$;
--> statement-breakpoint
-- As long as the token of a BSN. There was never a BSN behind it.
create function pg_temp.token(kind text, i bigint) returns text language sql immutable
  as $$ select rtrim(translate(encode(sha256(convert_to(kind || i, 'UTF8')), 'base64'), '+/', '-_'), '=') $$;
--> statement-breakpoint
create function pg_temp.working_day(day date) returns date language sql immutable
  as $$ select day + case extract(isodow from day) when 6 then 2 when 7 then 1 else 0 end $$;
--> statement-breakpoint
create function pg_temp.given_name(i bigint) returns text language sql immutable as $$ select (
  '{Adam,Aisha,Amina,Anouk,Aylin,Bas,Bilal,Bram,Britt,Daan,Daniëlle,Defne,Dewi,Dina,Elif,Eline,Emma,Fatima,Femke,Finn,Fleur,Guus,Hamza,Hanna,Hidde,Ibrahim,'
  'Imane,Iris,Jayden,Jelle,Jip,Julia,Kacper,Lars,Lieke,Linh,Loïs,Lotte,Lucas,Maryam,Mees,Mila,Mohamed,Noa,Noor,Olaf,Omar,Pim,Priya,Quinten,Rayan,Roos,Ruben,'
  'Saar,Sam,Sanne,Sara,Selam,Stijn,Tess,Thijs,Tygo,Vera,Wouter,Yara,Zeynep,Zoë}'::text[])[1 + pg_temp.draw(i, 101, 67)] $$;
--> statement-breakpoint
create function pg_temp.family_name(i bigint) returns text language sql immutable as $$ select (
  '{Abdi,Ahmadi,Alaoui,Arslan,Bakker,Benali,Blom,Bos,Bouzid,Brouwer,Chen,Çelik,Darwish,Dekker,Demir,Dijkstra,Ferreira,Haddad,Hendriks,Hoekstra,Huisman,'
  'Ionescu,Jacobs,Jansen,Karimi,Kaya,Koster,Kowalski,Kramer,Kuipers,Maas,Maduro,Meijer,Mensah,Mulder,Nguyen,Nowak,Okafor,Öztürk,Peeters,Peters,Petrov,Pinas,'
  'Popescu,Postma,Prins,Rahimi,Ramdin,Rossi,Schouten,Singh,Smit,Tesfay,Tran,Veenstra,Verhoeven,Vermeulen,Visser,Vos,Wang,Weber,Willems,Yılmaz,Ziani}'::text[])
  [1 + pg_temp.draw(i, 102, 64)] $$;
--> statement-breakpoint
create function pg_temp.prefix(i bigint) returns text language sql immutable
  as $$ select ('{de,van,van de,van den,van der,el}'::text[])[1 + pg_temp.draw(i, 103, 24)] $$;
--> statement-breakpoint

-- Where children live: municipalities by their number of school sites, of which the r-th has 1/r^0.8 of the first.
create temp table place as
select code as municipality, youth_region as region, rank,
  sum(power(rank, -0.8)) over (order by rank) / sum(power(rank, -0.8)) over () as until
from (
  select m.code, m.youth_region, row_number() over (order by count(s.brin6) desc, m.code) as rank
  from reference.municipality m
  left join reference.school s on s.municipality_code = m.code and s.in_use and s.swv_code is not null
  group by m.code, m.youth_region) ranked;
--> statement-breakpoint
-- The place of the i-th of n. Neighbours in number are not neighbours in place, as in a register that fills over the years.
create function pg_temp.place_of(i bigint, n bigint) returns bigint language sql stable as $$
  select 1 + width_bucket((i * 7919 % n + 0.5) / n, (select array_agg(until order by rank) from place)) $$;
--> statement-breakpoint
create temp table site as
select brin6, swv_code as swv, kind, municipality_code as municipality,
  row_number() over (order by brin6) - 1 as n,
  row_number() over (partition by municipality_code order by brin6) - 1 as of_municipality,
  count(*) over (partition by municipality_code) as sites,
  count(*) over () as all_sites
from reference.school where in_use and swv_code is not null;
--> statement-breakpoint
create index on site (n);
--> statement-breakpoint
create index on site (municipality, of_municipality);
--> statement-breakpoint

insert into reference.care_provider (agb, name, youth_regions)
select '4242' || lpad((3 * row_number() over (order by code) + n)::text, 4, '0'), 'Jeugdhulp ' || name || ' ' || n, array[code]
from reference.youth_region, generate_series(0, 2) as n;
--> statement-breakpoint
insert into casework.covenant (id, name, purposes, data_kinds, valid_from, valid_until)
select md5('covenant' || code)::uuid, 'Convenant onderwijs en jeugdhulp ' || name, '{return-to-school}',
  '{IDENTITY,ABSENCE,SUPPORT,WAITING_STATUS}', pg_temp.today() - 200, pg_temp.today() + 540
from reference.youth_region;
--> statement-breakpoint
insert into casework.covenant_party (covenant_id, role, organisation, valid_from, valid_until)
select distinct md5('covenant' || m.youth_region)::uuid, party.role, party.organisation, pg_temp.today() - 200, pg_temp.today() + 540
from reference.municipality m
join site on site.municipality = m.code
cross join lateral (values ('attendanceOfficer', m.code), ('youthCoordinator', m.code), ('swvCoordinator', site.swv),
  ('schoolCareCoordinator', site.brin6)) as party (role, organisation);
--> statement-breakpoint

-- Cases: nearly half of them open. The pupil is one of a site in the municipality; one child in ten is not enrolled.
create temp table dossier as
with placed as (
  select i, place.municipality, place.region,
    row_number() over (partition by place.municipality order by i) - 1 as n,
    pg_temp.draw(i, 1, 10) > 0 as is_enrolled,
    pg_temp.draw(i, 2, 100) < 45 as is_open,
    pg_temp.draw(i, 5, 100) < 60 as wants_support,
    pg_temp.draw(i, 6, 100) < 40 as is_waiting
  from generate_series(1, pg_temp.times(60000)) as i
  join place on place.rank = pg_temp.place_of(i, pg_temp.times(60000))
), dated as (
  select placed.*, first_absent_on,
    least(pg_temp.working_day(first_absent_on + 28), pg_temp.today() - case extract(isodow from pg_temp.today()) when 6 then 1 when 7 then 2 else 0 end) as opened_on
  from placed, lateral (select pg_temp.today() - case when is_open then 28 + (400 * power(pg_temp.draw(i, 3, 1000) / 1000.0, 2))::int
    else 220 + pg_temp.draw(i, 3, 900) end) as absent (first_absent_on)
), stated as (
  select dated.*,
    case when is_open then null else opened_on + 14 + pg_temp.draw(i, 4, 150) end as closed_on,
    case
      when not is_open then 'CLOSED'
      when opened_on > pg_temp.today() - 14 then 'REPORTED'
      else ('{REPORTED,INVESTIGATING,INVESTIGATING,PLAN_MADE,PLAN_MADE,PLAN_MADE,OFFER_MADE,OFFER_ACCEPTED,OFFER_REFUSED,WAITING_FOR_CARE,WAITING_FOR_CARE,ESCALATED,BACK_AT_SCHOOL,REOPENED}'::text[])
        [1 + pg_temp.draw(i, 8, 14)]
    end as status
  from dated
)
select stated.*, pg_temp.id('case', i) as id, pg_temp.id('youth', i) as youth_id,
  site.brin6, site.swv, site.kind as school_kind, site.n + site.all_sites * (stated.n / site.sites) as pupil,
  coalesce(wants_support and is_enrolled, false) as has_support,
  least(opened_on + 3 + pg_temp.draw(i, 9, 20), coalesce(closed_on, pg_temp.today())) as joined_on,
  pg_temp.today() + 30 + pg_temp.draw(i, 10, 300) as consent_until,
  pg_temp.today() + 540 as covenant_until,
  array_remove(array['attendanceOfficer:' || stated.municipality, case when wants_support and is_enrolled then 'swvCoordinator:' || swv end], null) as seen_by,
  pg_temp.draw(i, 79, 3) as asked,
  pg_temp.today() - 10 + pg_temp.draw(i, 11, 40) as next_on,
  case when status = 'BACK_AT_SCHOOL' then pg_temp.today() - pg_temp.draw(i, 12, 20) when is_back then closed_on - 3 end as returned_on,
  case when is_back then ('{BACK_AT_OWN_SCHOOL,OTHER_SCHOOL,SPECIAL_EDUCATION,EDUCATION_CARE_ARRANGEMENT}'::text[])[1 + pg_temp.draw(i, 14, 4)]
    when not is_open then ('{EXEMPTION,MOVED,TURNED_18,ADMINISTRATIVE}'::text[])[1 + pg_temp.draw(i, 14, 4)] end as close_reason
from stated
cross join lateral (select not is_open and pg_temp.draw(i, 13, 10) < 7 as is_back) closing
left join site on stated.is_enrolled and site.municipality = stated.municipality and site.of_municipality = stated.n % site.sites;
--> statement-breakpoint
alter table dossier add column access jsonb not null default '{}';
--> statement-breakpoint
-- Who takes part, to the last day of its access; nobody but the owner does in a closed case.
update dossier set access =
  case when has_support then jsonb_build_object('swvCoordinator:' || swv, covenant_until) else '{}' end
  || case when is_waiting then jsonb_build_object('youthCoordinator:' || municipality, covenant_until) else '{}' end
where is_open and (has_support or is_waiting);
--> statement-breakpoint
create unique index on dossier (i);
--> statement-breakpoint
create unique index on dossier (pupil);
--> statement-breakpoint
analyze dossier;
--> statement-breakpoint

-- Pupils: the p-th is at the site p modulo their number, so that a case can name its pupil without looking it up.
create temp table enrolled as
select p, pg_temp.id('pupil', p) as id, site.swv, site.brin6,
  case when dossier.has_support or pg_temp.draw(p, 20, 20) = 0 then pg_temp.today() + 300 end as task_until,
  pg_temp.today() - case when site.kind in ('VO', 'PRO', 'VSO') then 12 * 365 + pg_temp.draw(p, 21, 6 * 365)
    else 4 * 365 + pg_temp.draw(p, 21, 8 * 365) end as birth_date,
  pg_temp.draw(p, 22, 100) = 0 as name_protected
from generate_series(0, pg_temp.times(500000) - 1) as p
join site on site.n = p % (select count(*) from site)
left join dossier on dossier.pupil = p;
--> statement-breakpoint
insert into education.pupil (swv_code, id, brin6, school_pupil_number, swv_task_until, source, delivery_id, delivered_at, as_of)
select swv, id, brin6, (100000 + p)::text, task_until, 'bench-school', pg_temp.id('delivery', 1), pg_temp.today() - 3 + time '06:00', pg_temp.today() - 3
from enrolled;
--> statement-breakpoint
insert into education.pupil_identity (swv_code, pupil_id, brin6, swv_task_until, given_name, prefix, family_name, birth_date, name_protected)
select swv, id, brin6, task_until, pg_temp.given_name(p), pg_temp.prefix(p), pg_temp.family_name(p), birth_date, name_protected
from enrolled;
--> statement-breakpoint
insert into education.tlv (swv_code, id, pupil_id, brin6, source_key, number, kind, funding_category, status, requested_on, decide_by,
  decided_on, valid_from, valid_until, advice_count, source, delivery_id, delivered_at, as_of)
select swv, pg_temp.id('tlv', p), id, brin6, 'nr:' || p, p::text,
  ('{SBO,SO,VSO}'::text[])[1 + pg_temp.draw(p, 23, 3)], ('{LOW,MIDDLE,HIGH}'::text[])[1 + pg_temp.draw(p, 24, 3)], status, requested_on,
  requested_on + 42, case when is_decided then requested_on + 35 end,
  case when status = 'GRANTED' then requested_on + 40 end, case when status = 'GRANTED' then requested_on + 40 + 730 end,
  1 + pg_temp.draw(p, 25, 2), 'bench-swv', pg_temp.id('delivery', 2), pg_temp.today() - 2 + time '06:00', pg_temp.today() - 2
from enrolled,
  lateral (select ('{REQUESTED,IN_PROGRESS,GRANTED,GRANTED,GRANTED,REFUSED}'::text[])[1 + pg_temp.draw(p, 26, 6)],
    pg_temp.today() - 30 - pg_temp.draw(p, 27, 300)) as stated (status, requested_on),
  lateral (select status in ('GRANTED', 'REFUSED')) as decision (is_decided)
where task_until is not null and pg_temp.draw(p, 28, 10) < 7;
--> statement-breakpoint
insert into education.opp (swv_code, id, pupil_id, brin6, swv_task_until, version, status, established_on, guardians_consulted_on, pupil_heard_on,
  source, delivery_id, delivered_at, as_of)
select swv, pg_temp.id('opp', p), id, brin6, task_until, 1, ('{CONSULTATION,ESTABLISHED,ESTABLISHED,EVALUATION_DUE}'::text[])[1 + pg_temp.draw(p, 29, 4)],
  day, day - 14, case when pg_temp.draw(p, 30, 3) > 0 then day - 7 end, 'bench-swv', pg_temp.id('delivery', 2), pg_temp.today() - 2 + time '06:00', pg_temp.today() - 2
from enrolled, lateral (select pg_temp.today() - 20 - pg_temp.draw(p, 31, 300)) as established (day)
where task_until is not null and pg_temp.draw(p, 32, 10) < 8;
--> statement-breakpoint
insert into education.arrangement (swv_code, id, pupil_id, brin6, source_key, kind, status, requested_on, decided_on, valid_from, valid_until,
  source, delivery_id, delivered_at, as_of)
select swv, md5('arrangement' || p || '/' || nth)::uuid, id, brin6, p || '/' || nth, ('{INDIVIDUAL,GROUP,SCHOOL_MODEL}'::text[])[1 + pg_temp.draw(p, 33 + nth, 3)],
  ('{GRANTED,RUNNING,RUNNING,EVALUATED}'::text[])[1 + pg_temp.draw(p, 36 + nth, 4)], day, day + 20, day + 30, day + 210,
  'bench-swv', pg_temp.id('delivery', 2), pg_temp.today() - 2 + time '06:00', pg_temp.today() - 2
from enrolled, generate_series(1, pg_temp.draw(p, 39, 3)) as nth,
  lateral (select pg_temp.today() - 40 * nth - pg_temp.draw(p, 40, 100)) as requested (day)
where task_until is not null;
--> statement-breakpoint
analyze education.tlv, education.opp, education.arrangement, education.pupil_identity;
--> statement-breakpoint

-- The register of the attendance officers: the child of each case, with one to three reports.
insert into attendance.youth (youth_region, id, municipality_code, bsn_token, token_key, source, delivery_id, delivered_at, as_of)
select region, youth_id, municipality, pg_temp.token('attendance', i), '1', 'bench-leerplicht', pg_temp.id('delivery', 3),
  pg_temp.today() - 1 + time '06:00', pg_temp.today() - 1
from dossier;
--> statement-breakpoint
insert into attendance.youth_identity (youth_region, youth_id, municipality_code, given_name, prefix, family_name, birth_date, name_protected)
select d.region, d.youth_id, d.municipality, coalesce(p.given_name, pg_temp.given_name(-d.i)), case when p.pupil_id is null then pg_temp.prefix(-d.i) else p.prefix end,
  coalesce(p.family_name, pg_temp.family_name(-d.i)), coalesce(p.birth_date, pg_temp.today() - 6 * 365 - pg_temp.draw(d.i, 41, 11 * 365)), coalesce(p.name_protected, false)
from dossier d left join education.pupil_identity p on p.swv_code = d.swv and p.pupil_id = pg_temp.id('pupil', d.pupil);
--> statement-breakpoint
insert into attendance.absence_report (youth_region, id, youth_id, municipality_code, brin6, report_number, kind, status, from_on, until_on, hours,
  reported_on, source, delivery_id, delivered_at, as_of)
select region, md5('report' || i || '/' || nth)::uuid, youth_id, municipality, brin6, i || '/' || nth,
  case when nth > 1 then 'SIXTEEN_HOURS' when is_enrolled then 'LONG_TERM' else 'ABSOLUTE' end,
  case when nth = 1 and is_open then 'IN_PROGRESS' else 'CLOSED' end, first_absent_on - 50 * (nth - 1),
  case when nth > 1 then first_absent_on - 50 * (nth - 1) + 20 when not is_open then coalesce(returned_on, closed_on) end,
  case when nth > 1 then 16 + pg_temp.draw(i, 42, 40) / 2.0 end, first_absent_on - 50 * (nth - 1) + 3, 'bench-leerplicht', pg_temp.id('delivery', 3),
  pg_temp.today() - 1 + time '06:00', pg_temp.today() - 1
from dossier, generate_series(1, 1 + pg_temp.draw(i, 43, 3)) as nth;
--> statement-breakpoint
analyze attendance.youth_identity, attendance.absence_report;
--> statement-breakpoint

-- Waiting lists: the i-th entry is of the child of the i-th case, where that child waits; the others are of children we know nothing else of.
create temp table place_in_line as
select l.i, d.id as case_id, coalesce(d.region, place.region) as region, coalesce(d.municipality, place.municipality) as municipality,
  coalesce(y.birth_date, pg_temp.today() - 4 * 365 - pg_temp.draw(l.i, 50, 13 * 365)) as birth_date,
  pg_temp.today() - 1 - case when pg_temp.draw(l.i, 51, 100) < 85 then pg_temp.draw(l.i, 52, 29) else 32 + pg_temp.draw(l.i, 52, 60) end as as_of,
  ('{REGISTERED,WAITING_FOR_INTAKE,WAITING_FOR_INTAKE,WAITING_FOR_START,WAITING_FOR_START,WAITING_FOR_START,STARTED,CANCELLED}'::text[])
    [1 + pg_temp.draw(l.i, 53, case when d.id is null then 8 else 7 end)] as status
from generate_series(1, pg_temp.times(120000)) as l (i)
join place on place.rank = pg_temp.place_of(l.i, pg_temp.times(120000))
left join dossier d on d.i = l.i and d.is_waiting
left join attendance.youth_identity y on y.youth_region = d.region and y.youth_id = d.youth_id;
--> statement-breakpoint
insert into care.client (youth_region, id, provider_agb, municipality_code, bsn_token, token_key, birth_date, source, delivery_id, delivered_at, as_of)
select l.region, pg_temp.id('client', i), p.agb, l.municipality, pg_temp.token('care', i), '1', l.birth_date, 'bench-care', pg_temp.id('delivery', 4),
  l.as_of + time '06:00', l.as_of
from place_in_line l join reference.care_provider p on p.youth_regions = array[l.region] and p.agb::int % 3 = l.i % 3;
--> statement-breakpoint
insert into care.waiting_list_entry (youth_region, id, client_id, provider_agb, municipality_code, reference, care_kind, referrer, referred_on, registered_on,
  intake_on, intended_start, started_on, ended_on, status, bridging, hinders_education, source, delivery_id, delivered_at, as_of)
select l.region, pg_temp.id('entry', i), pg_temp.id('client', i), p.agb, l.municipality, 'W' || i,
  ('{OUTPATIENT,OUTPATIENT,DAY_TREATMENT,FOSTER_CARE,FAMILY_HOME}'::text[])[1 + pg_temp.draw(i, 54, 5)],
  ('{MUNICIPALITY,GENERAL_PRACTITIONER,YOUTH_DOCTOR}'::text[])[1 + pg_temp.draw(i, 55, 3)], referred_on, referred_on + 5,
  case when status in ('WAITING_FOR_START', 'STARTED') then referred_on + 15 end,
  case when pg_temp.draw(i, 56, 2) = 0 then l.as_of + 20 + pg_temp.draw(i, 57, 100) end,
  case when status = 'STARTED' then l.as_of - 2 end, case when status = 'CANCELLED' then l.as_of - 2 end,
  status, pg_temp.draw(i, 58, 4) = 0, ('{YES,NO,UNKNOWN}'::text[])[1 + pg_temp.draw(i, 59, 3)], 'bench-care', pg_temp.id('delivery', 4),
  l.as_of + time '06:00', l.as_of
from place_in_line l join reference.care_provider p on p.youth_regions = array[l.region] and p.agb::int % 3 = l.i % 3,
  lateral (select l.as_of - 20 - pg_temp.draw(i, 60, 380)) as referral (referred_on);
--> statement-breakpoint
analyze care.waiting_list_entry;
--> statement-breakpoint

insert into casework.thuiszitter_case (youth_region, id, municipality_code, case_key, youth_id, brin6, status, definition, first_absent_on, opened_on, returned_on,
  closed_on, close_reason, due_on, due_reason, next_action_kind, next_action_due_on, next_action_role, next_action_organisation, version, access)
select region, id, municipality, region || '-' || regexp_replace(upper(substr(md5('key' || i), 1, 16)), '(....)(?=.)', '\1-', 'g'),
  youth_id, brin6, status, 'OCW_2016', first_absent_on, opened_on, returned_on, closed_on,
  close_reason, due.due_on, due.due_reason, next_kind, case when is_open then next_on end,
  case when is_open then next_role end,
  case when is_open then case next_role when 'swvCoordinator' then swv else municipality end end,
  1 + pg_temp.draw(i, 71, 5), access
from dossier
cross join lateral (select case status
    when 'REPORTED' then 'CONTACT_FAMILY' when 'REOPENED' then 'CONTACT_FAMILY' when 'INVESTIGATING' then 'MAKE_PLAN' when 'PLAN_MADE' then 'MAKE_OFFER'
    when 'OFFER_MADE' then 'REVIEW' when 'OFFER_ACCEPTED' then 'RETURN_TO_SCHOOL' when 'OFFER_REFUSED' then 'MAKE_PLAN' when 'WAITING_FOR_CARE' then 'REVIEW'
    when 'ESCALATED' then 'MAKE_OFFER' when 'BACK_AT_SCHOOL' then 'REVIEW' end,
  case when status = 'PLAN_MADE' and has_support then 'swvCoordinator' when status = 'WAITING_FOR_CARE' and is_waiting then 'youthCoordinator'
    else 'attendanceOfficer' end) as next (next_kind, next_role)
-- The terms of src/rules/terms.ts; opened on a working day, five working days later is a week later.
left join lateral (select term.due_on, term.due_reason from (values
    (1, 'FIRST_CONTACT', opened_on + 7, '{REPORTED}'::text[]),
    (2, 'PLAN', opened_on + 28, '{REPORTED,INVESTIGATING}'),
    (3, 'OFFER_WITHIN_THREE_MONTHS', (first_absent_on + interval '3 months')::date, '{REPORTED,INVESTIGATING,PLAN_MADE,OFFER_REFUSED,WAITING_FOR_CARE,ESCALATED,REOPENED}'),
    (4, 'NEXT_ACTION', next_on, array[status])) as term (n, due_reason, due_on, runs_in)
  where is_open and status = any (runs_in) order by term.due_on, n limit 1) due on true;
--> statement-breakpoint

-- What a case rests on: the law for its owner; the covenant for an SWV that attached a pupil; covenant and consent for a youth coordinator who attached
-- a waiting-list entry. Closing took the recipients of all but the law.
create temp table basis as
select i, region, id as case_id, municipality, is_open, access, joined_on, name, kind, legal_basis, data_kinds, given_by,
  case when kind = 'COVENANT' then covenant_id end as covenant_id, case when kind = 'CONSENT' then pg_temp.id('consent', i) end as consent_id,
  pg_temp.id('ground/' || name || '/', i) as ground_id,
  case when is_open or kind = 'STATUTORY' then recipients else '{}' end as recipients,
  valid_from, case when is_open or kind = 'STATUTORY' then valid_until else closed_on end as valid_until,
  by_role, by_organisation, compartment, record_scope, record_id
from (
  select d.*, c.id as covenant_id, 'Convenant: ' || c.name as covenant,
    case when age < 12 then 'GUARDIANS' when age < 16 then 'GUARDIANS_AND_YOUTH' else 'YOUTH' end as giver
  from dossier d
  join casework.covenant c on c.id = md5('covenant' || d.region)::uuid
  join attendance.youth_identity y on y.youth_region = d.region and y.youth_id = d.youth_id
  cross join lateral (select extract(year from age(d.joined_on, y.birth_date))) as youth (age)) d
cross join lateral (values
  ('law', true, 'STATUTORY', 'Leerplichtwet 1969, art. 16 en 22', '{IDENTITY,ABSENCE}'::text[], array['attendanceOfficer:' || municipality], null, opened_on,
    date '9999-12-31', 'attendanceOfficer', municipality, 'ATTENDANCE', region, youth_id),
  ('swv', has_support, 'COVENANT', covenant, '{IDENTITY,ABSENCE_STATUS}', array['swvCoordinator:' || swv], null, joined_on, covenant_until,
    'swvCoordinator', swv, 'ATTENDANCE', region, youth_id),
  ('support', has_support, 'COVENANT', covenant, '{SUPPORT}', array['swvCoordinator:' || swv, 'schoolCareCoordinator:' || brin6], null, joined_on, covenant_until,
    'swvCoordinator', swv, 'EDUCATION', swv, pg_temp.id('pupil', pupil)),
  ('support-status', has_support, 'COVENANT', covenant, '{SUPPORT_STATUS}', array['attendanceOfficer:' || municipality], null, joined_on, covenant_until,
    'swvCoordinator', swv, 'EDUCATION', swv, pg_temp.id('pupil', pupil)),
  ('youth', is_waiting, 'COVENANT', covenant, '{IDENTITY,ABSENCE_STATUS}', array['youthCoordinator:' || municipality], null, joined_on, covenant_until,
    'youthCoordinator', municipality, 'ATTENDANCE', region, youth_id),
  ('waiting', is_waiting, 'CONSENT', 'Toestemming: Jeugdwet art. 7.3.11; AVG art. 6 lid 1 a en art. 9 lid 2 a', '{WAITING_STATUS}', seen_by, giver, joined_on, consent_until,
    'youthCoordinator', municipality, 'CARE', region, pg_temp.id('entry', i)),
  ('waiting-own', is_waiting, 'COVENANT', covenant, '{WAITING_STATUS}', array['youthCoordinator:' || municipality], null, joined_on, covenant_until,
    'youthCoordinator', municipality, 'CARE', region, pg_temp.id('entry', i)))
  as b (name, applies, kind, legal_basis, data_kinds, recipients, given_by, valid_from, valid_until, by_role, by_organisation, compartment, record_scope, record_id)
where applies;
--> statement-breakpoint
analyze basis;
--> statement-breakpoint
insert into casework.ground (youth_region, case_id, id, municipality_code, kind, legal_basis, purpose, covenant_id, consent_id, data_kinds, recipients, valid_from,
  valid_until, registered_by_role, registered_by_organisation, given_by, evidence_ref, access)
select region, case_id, ground_id, municipality, kind, legal_basis, 'return-to-school', covenant_id, consent_id, data_kinds, recipients, valid_from, valid_until,
  by_role, by_organisation, given_by, case when kind = 'CONSENT' then 'BENCH/' || i end, access
from basis;
--> statement-breakpoint
insert into casework.link (youth_region, case_id, id, municipality_code, ground_id, compartment, record_scope, record_id, attached_by_role, attached_by_organisation,
  attached_on, access)
select region, case_id, pg_temp.id('link/' || name || '/', i), municipality, ground_id, compartment, record_scope, record_id, by_role, by_organisation, valid_from, access
from basis;
--> statement-breakpoint
insert into casework.shared_identity (youth_region, case_id, ground_id, municipality_code, recipients, valid_from, valid_until, name, name_protected, birth_date, access)
select b.region, b.case_id, b.ground_id, b.municipality, b.recipients, b.valid_from, b.valid_until,
  case when b.name = 'law' or not y.name_protected then concat_ws(' ', y.given_name, y.prefix, y.family_name) end, y.name_protected, y.birth_date, b.access
from basis b join attendance.youth_identity y on y.youth_region = b.region and y.youth_id = b.record_id
where b.compartment = 'ATTENDANCE' and (b.is_open or b.name = 'law');
--> statement-breakpoint
insert into casework.shared_absence (youth_region, case_id, ground_id, municipality_code, report_id, recipients, valid_from, valid_until, brin6, kind, status, from_on,
  until_on, hours, access)
select b.region, b.case_id, b.ground_id, b.municipality, r.id, b.recipients, b.valid_from, b.valid_until, r.brin6, r.kind, r.status, r.from_on, r.until_on,
  case when b.name = 'law' then r.hours end, b.access
from basis b join attendance.absence_report r on r.youth_region = b.region and r.youth_id = b.record_id
where b.compartment = 'ATTENDANCE' and (b.is_open or b.name = 'law');
--> statement-breakpoint
-- As src/rules/sharing.ts cuts it: the status alone for the attendance officer.
insert into casework.shared_support (youth_region, case_id, ground_id, municipality_code, pupil_id, recipients, valid_from, valid_until, tlv_kind, tlv_status,
  tlv_valid_until, opp_status, opp_established_on, opp_pupil_heard_on, arrangements, as_of, access)
select b.region, b.case_id, b.ground_id, b.municipality, b.record_id, b.recipients, b.valid_from, b.valid_until,
  case when in_full then t.kind end, t.status, case when in_full then t.valid_until end,
  o.status, case when in_full then o.established_on end, case when in_full then o.pupil_heard_on end, coalesce(a.shown, '[]'), pg_temp.today() - 2, b.access
from basis b
cross join lateral (select b.name = 'support') as cut (in_full)
left join education.tlv t on t.swv_code = b.record_scope and t.pupil_id = b.record_id
left join education.opp o on o.swv_code = b.record_scope and o.pupil_id = b.record_id
left join lateral (
  select jsonb_agg(jsonb_build_object('kind', case when in_full then r.kind end, 'status', r.status, 'from', case when in_full then r.valid_from end,
    'until', case when in_full then r.valid_until end) order by r.requested_on, r.id)
  from education.arrangement r where r.swv_code = b.record_scope and r.pupil_id = b.record_id) as a (shown) on true
where b.compartment = 'EDUCATION' and b.is_open and (t.id is not null or o.id is not null or a.shown is not null);
--> statement-breakpoint
insert into casework.shared_waiting (youth_region, case_id, ground_id, municipality_code, entry_id, recipients, valid_from, valid_until, waiting_for_help,
  expected_start_week, bridging, as_of, source, delivered_at, access)
select b.region, b.case_id, b.ground_id, b.municipality, e.id, b.recipients, b.valid_from, b.valid_until, case when waits then 'YES' else 'NO' end,
  case when waits then to_char(e.intended_start, 'IYYY-"W"IW') end, e.bridging, e.as_of, 'care', e.delivered_at, b.access
from basis b
join care.waiting_list_entry e on e.youth_region = b.region and e.id = b.record_id
cross join lateral (select e.status in ('REGISTERED', 'WAITING_FOR_INTAKE', 'WAITING_FOR_START')) as help (waits)
where b.compartment = 'CARE' and b.is_open;
--> statement-breakpoint
insert into casework.case_party (youth_region, case_id, id, municipality_code, role, organisation, since, until, access)
select region, id, md5('party/' || role || '/' || i)::uuid, municipality, role, organisation, joined_on, coalesce(closed_on, covenant_until), access
from dossier, lateral (values (has_support, 'swvCoordinator', swv), (is_waiting, 'youthCoordinator', municipality)) as party (applies, role, organisation)
where applies;
--> statement-breakpoint
insert into casework.case_event (youth_region, case_id, id, municipality_code, at, compartment, kind, detail, actor_role, actor_organisation, recipients, access)
select region, id, md5('event' || i || '/' || nth)::uuid, municipality,
  on_day + time '08:00' + make_interval(mins => pg_temp.draw(i, 80, 90) + nth, secs => nth / 1000.0), compartment, event.kind, detail, actor, organisation, recipients, access
from dossier cross join lateral (
  values (1, true, opened_on, 'ATTENDANCE', 'OPENED', null, 'source', 'bench-leerplicht', null::text[]),
    (2, asked > 0, opened_on + 5, 'ATTENDANCE', 'ACTION_NOTED', 'CONTACT_FAMILY', 'attendanceOfficer', municipality, null),
    (3, asked > 1, opened_on + 12, 'ATTENDANCE', 'ACTION_NOTED', 'REVIEW', 'attendanceOfficer', municipality, null),
    (4, status not in ('REPORTED', 'CLOSED', 'REOPENED'), opened_on + 9, 'CASEWORK', 'STATUS_CHANGED', status, 'attendanceOfficer', municipality, null),
    (5, has_support, joined_on, 'EDUCATION', 'ATTACHED', 'SUPPORT', 'swvCoordinator', swv, null),
    (6, is_waiting, joined_on, 'CARE', 'CONSENT_REGISTERED', null, 'youthCoordinator', municipality, seen_by),
    (7, is_waiting, joined_on, 'CARE', 'ATTACHED', 'WAITING_STATUS', 'youthCoordinator', municipality, seen_by),
    (8, status = 'REOPENED', opened_on + 3, 'ATTENDANCE', 'REOPENED', null, 'source', 'bench-leerplicht', null),
    (9, not is_open, closed_on, 'ATTENDANCE', 'CLOSED', close_reason, 'attendanceOfficer', municipality, null))
  as event (nth, applies, on_day, compartment, kind, detail, actor, organisation, recipients)
where applies and on_day <= pg_temp.today();
