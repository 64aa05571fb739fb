-- swvCoordinator:
-- query Timeline($id: ID!, $after: String) {
--   thuiszitterCase(id: $id) {
--     timeline(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { kind compartment } } }
--   }
-- }

-- statement 1 of 1, with :party :today :regions :0.scope :0.id :1.below.0 :1.below.1 :1.first :mark :1.after.0 :1.after.1 :1.after.2 :1.after.3 :1.limit

select (p.a0[1])::text as json, p.a1::text as subjects
from (
  select array_agg(row_to_json("#5")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      thuiszitter_case.youth_region as "#timeline.0",
      thuiszitter_case.id as "#timeline.1",
      thuiszitter_case.youth_id as "#subject"
    from casework.thuiszitter_case
    where (
      (thuiszitter_case.access ->> :party::text)::date >= :today::date
      and thuiszitter_case.youth_region = any(:regions::text[])
      and thuiszitter_case.youth_region = :0.scope
      and thuiszitter_case.id = :0.id
    )
    order by thuiszitter_case.youth_region, thuiszitter_case.id
    limit 1
  ) "#1"
  cross join lateral (
    select
      case
        when "#1"."#timeline.0"::text = :1.below.0 and "#1"."#timeline.1"::text = :1.below.1 then (
          select (select row_to_json(o) from (
            select
              (
                select count(*)::int
                from casework.case_event
                where (
                  (case_event.access ->> :party::text)::date >= :today::date
                  and case_event.youth_region = any(:regions::text[])
                  and (case_event.recipients is null or :party::text = any(case_event.recipients))
                  and case_event.youth_region = "#1"."#timeline.0"
                  and case_event.case_id = "#1"."#timeline.1"
                )
              ) as "totalCount",
              (select row_to_json(o) from (
                select
                  p.n > :1.first::int as "hasNextPage",
                  p.a0[least(p.n, :1.first::int)] as "endCursor"
              ) o) as "pageInfo",
              coalesce(p.a1[1 : :1.first::int], '{}') as edges
          ) o)
          from (
            select
              array_agg(
                :mark::text || '1.['::text || array_to_json(
                  array["#2"."#place.0", "#2"."#place.1", "#2"."#place.2", "#2"."#place.3"]
                )::text || ',' || array_to_json(
                  array["#1"."#timeline.0"::text, "#1"."#timeline.1"::text]
                )::text || ']'
              ) as a0,
              array_agg(row_to_json("#4")) as a1,
              count(*)::int as n
            from (
              select
                (case_event.at)::text as "#place.0",
                (case_event.youth_region)::text as "#place.1",
                (case_event.case_id)::text as "#place.2",
                (case_event.id)::text as "#place.3",
                case_event.kind as kind,
                case_event.compartment as compartment
              from casework.case_event
              where (
                (case_event.access ->> :party::text)::date >= :today::date
                and case_event.youth_region = any(:regions::text[])
                and (case_event.recipients is null or :party::text = any(case_event.recipients))
                and case_event.youth_region = "#1"."#timeline.0"
                and case_event.case_id = "#1"."#timeline.1"
                and (
                  case_event.at <= :1.after.0
                  and (
                    (case_event.at < :1.after.0) or (
                      case_event.at = :1.after.0 and case_event.youth_region < :1.after.1
                    ) or (
                      case_event.at = :1.after.0
                      and case_event.youth_region = :1.after.1
                      and case_event.case_id < :1.after.2
                    ) or (
                      case_event.at = :1.after.0
                      and case_event.youth_region = :1.after.1
                      and case_event.case_id = :1.after.2
                      and case_event.id < :1.after.3
                    )
                  )
                )
              )
              order by
                case_event.at desc,
                case_event.youth_region desc,
                case_event.case_id desc,
                case_event.id desc
              limit :1.limit
            ) "#2"
            cross join lateral (
              select
                case
                  when "#2".kind = any(array[
                    'ACTION_NOTED', 'ATTACHED', 'CLOSED', 'CONSENT_REGISTERED', 'CONSENT_WITHDRAWN',
                    'OPENED', 'RECORD_CHANGED', 'REOPENED', 'STATUS_CHANGED'
                  ]::text[]) then "#2".kind
                  else :mark::text
                end as kind,
                case
                  when "#2".compartment = any(
                    array['ATTENDANCE', 'CARE', 'CASEWORK', 'EDUCATION']::text[]
                  ) then "#2".compartment
                  else :mark::text
                end as compartment
            ) "#3"
            cross join lateral (select "#3" as node) "#4"
          ) p
        )
        else to_json(:mark::text)
      end as timeline
  ) "#5"
) p
