-- attendanceOfficer:
-- query Filters($due: Date!, $key: String!) {
--   thuiszitterCases(
--     where: { status: [REPORTED, INVESTIGATING], school: "03tn00", dueBefore: $due, caseKey: $key }
--     orderBy: DUE_FIRST
--   ) { totalCount edges { node { school { brin6 } due { on reason } } } }
-- }

-- statement 1 of 1, with :organisation :region :0.where.caseKey :0.where.dueBefore :0.where.school :0.where.status :0.first :0.limit :mark

select
  ((select row_to_json(o) from (
    select
      (
        select count(*)::int
        from casework.thuiszitter_case
        where (
          thuiszitter_case.municipality_code = :organisation::text
          and thuiszitter_case.youth_region = :region::text
          and thuiszitter_case.case_key = :0.where.caseKey
          and thuiszitter_case.due_on <= :0.where.dueBefore
          and thuiszitter_case.brin6 = :0.where.school
          and thuiszitter_case.status = any(:0.where.status::text[])
        )
      ) as "totalCount",
      coalesce(p.a0[1 : :0.first::int], '{}') as edges
  ) o))::text as json,
  p.a1[1 : :0.first::int]::text as subjects
from (
  select array_agg(row_to_json("#6")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      thuiszitter_case.brin6 as "#school.0",
      thuiszitter_case.due_on as "due.on",
      thuiszitter_case.due_reason as "due.reason",
      thuiszitter_case.due_on is not null as "#due",
      thuiszitter_case.youth_id as "#subject"
    from casework.thuiszitter_case
    where (
      thuiszitter_case.municipality_code = :organisation::text
      and thuiszitter_case.youth_region = :region::text
      and thuiszitter_case.case_key = :0.where.caseKey
      and thuiszitter_case.due_on <= :0.where.dueBefore
      and thuiszitter_case.brin6 = :0.where.school
      and thuiszitter_case.status = any(:0.where.status::text[])
    )
    order by
      coalesce(thuiszitter_case.due_on, date '9999-12-31'),
      thuiszitter_case.youth_region,
      thuiszitter_case.id
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      coalesce(to_json("#1"."due.on"::date), to_json(:mark::text)) as "on",
      case
        when "#1"."due.reason" = any(
          array['FIRST_CONTACT', 'NEXT_ACTION', 'OFFER_WITHIN_THREE_MONTHS', 'PLAN']::text[]
        ) then "#1"."due.reason"
        else :mark::text
      end as reason
  ) "#4"
  cross join lateral (
    select
      (
        select row_to_json("#3")
        from (
          select school.brin6 as brin6 from reference.school where (true and school.brin6 = "#1"."#school.0")
        ) "#2"
        cross join lateral (select coalesce("#2".brin6::text, :mark::text) as brin6) "#3"
      ) as school,
      case when "#1"."#due" then "#4" end as due
  ) "#5"
  cross join lateral (select "#5" as node) "#6"
) p
