-- attendanceOfficer:
-- {
--   open: thuiszitterCases(first: 2, orderBy: LONGEST_AT_HOME) {
--     cases: edges { node { state: status since: firstAbsentOn away: firstAbsentOn } }
--   }
--   closed: thuiszitterCases(where: { open: false }, orderBy: OPENED_LAST) { n: totalCount edges { cursor } }
-- }

-- statement 1 of 1, with :0.first :organisation :region :0.limit :mark :1.first :1.limit

select r0.json, r0.subjects, r1.json, r1.subjects
from (
  select
    ((select row_to_json(o) from (select coalesce(p.a0[1 : :0.first::int], '{}') as cases) o))::text as json,
    p.a1[1 : :0.first::int]::text as subjects
  from (
    select array_agg(row_to_json("#3")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
    from (
      select
        thuiszitter_case.status as status,
        thuiszitter_case.first_absent_on as "firstAbsentOn",
        thuiszitter_case.youth_id as "#subject"
      from casework.thuiszitter_case
      where (
        thuiszitter_case.municipality_code = :organisation::text
        and thuiszitter_case.youth_region = :region::text
        and thuiszitter_case.closed_on is null
      )
      order by thuiszitter_case.first_absent_on, thuiszitter_case.youth_region, thuiszitter_case.id
      limit :0.limit
    ) "#1"
    cross join lateral (
      select
        case
          when "#1".status = any(array[
            'BACK_AT_SCHOOL', 'CLOSED', 'ESCALATED', 'INVESTIGATING', 'OFFER_ACCEPTED', 'OFFER_MADE',
            'OFFER_REFUSED', 'PLAN_MADE', 'REOPENED', 'REPORTED', 'WAITING_FOR_CARE'
          ]::text[]) then "#1".status
          else :mark::text
        end as state,
        coalesce(to_json("#1"."firstAbsentOn"::date), to_json(:mark::text)) as since,
        coalesce(to_json("#1"."firstAbsentOn"::date), to_json(:mark::text)) as away
    ) "#2"
    cross join lateral (select "#2" as node) "#3"
  ) p
) r0, (
  select
    ((select row_to_json(o) from (
      select
        (
          select count(*)::int
          from casework.thuiszitter_case
          where (
            thuiszitter_case.municipality_code = :organisation::text
            and thuiszitter_case.youth_region = :region::text
            and thuiszitter_case.closed_on is not null
          )
        ) as n,
        coalesce(p.a0[1 : :1.first::int], '{}') as edges
    ) o))::text as json,
    p.a1[1 : :1.first::int]::text as subjects
  from (
    select array_agg(row_to_json("#5")) as a0, array_agg("#4"."#subject") as a1, count(*)::int as n
    from (
      select
        (thuiszitter_case.opened_on)::text as "#place.0",
        (thuiszitter_case.youth_region)::text as "#place.1",
        (thuiszitter_case.id)::text as "#place.2",
        thuiszitter_case.youth_id as "#subject"
      from casework.thuiszitter_case
      where (
        thuiszitter_case.municipality_code = :organisation::text
        and thuiszitter_case.youth_region = :region::text
        and thuiszitter_case.closed_on is not null
      )
      order by thuiszitter_case.opened_on desc, thuiszitter_case.youth_region desc, thuiszitter_case.id desc
      limit :1.limit
    ) "#4"
    cross join lateral (select :mark::text || '1.['::text || array_to_json(
      array["#4"."#place.0", "#4"."#place.1", "#4"."#place.2"]
    )::text || ']' as cursor) "#5"
  ) p
) r1
