-- Some thousands of rows in every table that a request reads, spread over municipalities, regions, SWVs, sites, providers and
-- sources, so that PostgreSQL has a choice to make. Arithmetic on row numbers; the rules of the field do not hold in it.
-- Foreign keys are not looked after meanwhile.
set local session_replication_role = replica;

create temp table place on commit drop as
select code as municipality, youth_region as region,
  row_number() over (order by youth_region <> 'JZ18', youth_region <> 'JZ24', code) - 1 as n
from reference.municipality order by n limit 20;

create temp table site on commit drop as
select brin6, swv_code as swv, row_number() over (order by of_swv, brin6) - 1 as n
from (
  select brin6, swv_code, row_number() over (partition by swv_code order by brin6 <> '15NJ00', brin6) as of_swv
  from reference.school where in_use and swv_code in ('PO2801', 'VO2801', 'PO2802', 'VO2802', 'PO2803', 'PO2804')
) ranked where of_swv <= 10;

insert into staging.source
select 'source-' || n, '', '{}', '{}', '{}', '{}', '{}' from generate_series(1, 5) as n;
insert into reference.care_provider
select '4242000' || n, 'Jeugdhulp ' || n, '{JZ18,JZ24}' from generate_series(1, 5) as n;

create temp table child on commit drop as
select i, md5('youth' || i)::uuid as youth, md5('pupil' || i)::uuid as pupil, md5('client' || i)::uuid as client,
  md5('case' || i)::uuid as dossier, md5('delivery' || i)::uuid as delivery, municipality, region, brin6, swv,
  '4242000' || 1 + i % 5 as agb, date '2026-11-23' - (i * 7919 % 700) as from_on,
  date '2026-11-23' + (i * 104729 % 400 - 200) as due_on, i % 3 = 0 as is_closed,
  case when i % 10 = 0 then date '2027-07-31' end as task_until
from generate_series(1, 6000) as i
join place on place.n = i % 20
join site on site.n = i % (select count(*) from site);

insert into attendance.youth
select region, youth, municipality, 'a' || i, '1', 'source-1', delivery, '2026-11-01', '2026-11-01' from child;
insert into attendance.youth_identity
select region, youth, municipality, 'Kind', null, 'Van ' || i, '2015-03-14', false from child;
insert into attendance.absence_report
select region, md5('report' || i || n)::uuid, youth, municipality, brin6, 'M' || i || '-' || n, 'LONG_TERM', 'REGISTERED',
  from_on + n, null, 20, from_on + n, 'source-1', delivery, '2026-11-01', '2026-11-01'
from child, generate_series(1, 2) as n;

insert into education.pupil
select swv, pupil, brin6, 'L' || i, task_until, 'source-1', delivery, '2026-11-01', '2026-11-01' from child;
insert into education.pupil_identity
select swv, pupil, brin6, task_until, 'Kind', null, 'Van ' || i, '2015-03-14', false from child;
insert into education.tlv
select swv, md5('tlv' || i || n)::uuid, pupil, brin6, 'nr:' || i || '-' || n, null, 'SO', null, null, 'REQUESTED', from_on,
  due_on + n, null, null, null, 1, 'source-1', delivery, '2026-11-01', '2026-11-01'
from child, generate_series(1, 2) as n where i % 2 = 0;
insert into education.opp
select swv, md5('opp' || i || n)::uuid, pupil, brin6, task_until, n, 'DRAFT', null, null, null, null, 'source-1', delivery,
  '2026-11-01', '2026-11-01'
from child, generate_series(1, 2) as n;
insert into education.arrangement
select swv, md5('arrangement' || i || n)::uuid, pupil, brin6, 'nr:' || i || '-' || n, 'GROUP', 'RUNNING', from_on, null, null,
  null, 'source-1', delivery, '2026-11-01', '2026-11-01'
from child, generate_series(1, 2) as n;

insert into care.client
select region, client, agb, municipality, 'c' || i, '1', '2015-03-14', 'source-1', delivery, '2026-11-01', '2026-11-01' from child;
insert into care.waiting_list_entry
select region, md5('entry' || i)::uuid, client, agb, municipality, 'W' || i, 'OUTPATIENT', null, null, from_on, from_on, null,
  null, null, null, null, null, case when is_closed then 'ENDED' else 'WAITING_FOR_START' end, false, 'YES', 'source-1',
  delivery, '2026-11-01', '2026-11-01'
from child;

insert into casework.thuiszitter_case
select region, dossier, municipality, 'K' || i, youth, brin6, 'REPORTED', 'OCW_2016', from_on, from_on + 28, null,
  case when is_closed then from_on + 60 end, null, case when i % 7 > 0 then due_on end, 'PLAN', null, null, null, null, 1,
  jsonb_build_object('swvCoordinator:' || swv, '2027-07-31', 'schoolCareCoordinator:' || brin6, '2027-07-31',
    'youthCoordinator:' || municipality, '2027-07-31')
from child;
insert into casework.case_event
select youth_region, id, md5('event' || id || n)::uuid, municipality_code, timestamptz '2026-10-01' + n * interval '1 day',
  'ATTENDANCE', 'STATUS_CHANGED', null, 'attendanceOfficer', municipality_code, null, access
from casework.thuiszitter_case, generate_series(1, 5) as n;
insert into casework.case_party
select youth_region, id, md5('party' || id || party)::uuid, municipality_code, split_part(party, ':', 1),
  split_part(party, ':', 2), '2026-10-01', null, access
from casework.thuiszitter_case, jsonb_object_keys(access) as party;
insert into casework.ground
select youth_region, id, md5('ground' || id || n)::uuid, municipality_code,
  (array['STATUTORY', 'COVENANT', 'CONSENT'])[n], '', 'return-to-school', null, case when n = 3 then md5('consent' || id)::uuid end,
  case n when 1 then '{IDENTITY,ABSENCE}'::text[] when 2 then '{IDENTITY,SUPPORT,ABSENCE_STATUS}' else '{WAITING_STATUS}' end,
  array['attendanceOfficer:' || municipality_code] || case when n > 1 then array(select jsonb_object_keys(access)) end,
  '2026-01-01', '2027-12-31', 'swvCoordinator', 'PO2801', null, null, null, access
from casework.thuiszitter_case, generate_series(1, 3) as n;
insert into casework.shared_identity
select youth_region, case_id, id, municipality_code, recipients, valid_from, valid_until, 'Kind', false, '2015-03-14', access
from casework.ground where 'IDENTITY' = any (data_kinds);
insert into casework.shared_absence
select youth_region, case_id, id, municipality_code, md5('shared' || id || n)::uuid, recipients, valid_from, valid_until, null,
  'LONG_TERM', 'REGISTERED', '2026-09-01', null, 20, access
from casework.ground, generate_series(1, 2) as n where 'ABSENCE' = any (data_kinds);
insert into casework.shared_support
select youth_region, case_id, id, municipality_code, id, recipients, valid_from, valid_until, 'SO', 'GRANTED', null, null, null,
  null, '[]', '2026-11-01', access
from casework.ground where 'SUPPORT' = any (data_kinds);
insert into casework.shared_waiting
select youth_region, case_id, id, municipality_code, id, recipients, valid_from, valid_until, 'YES', null, false, '2026-11-01',
  'care', '2026-11-01', access
from casework.ground where 'WAITING_STATUS' = any (data_kinds);

insert into staging.delivery
select md5('delivery' || n)::uuid, 'source-' || 1 + n % 5, 'ABSENCE_REPORTS', null, null,
  timestamptz '2026-11-01' - n * interval '1 hour', null, 'COMPLETED', null, null, 10, 0, 0, 10, 0
from generate_series(1, 2000) as n;
insert into staging.reject
select md5('delivery' || n)::uuid, seq, 'source-' || 1 + n % 5, seq, null, 'BSN_FORMAT', ''
from generate_series(1, 2000) as n, generate_series(1, 10) as seq;
