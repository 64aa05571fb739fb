-- swvCoordinator:
-- { thuiszitterCases { edges { node { events(last: 2) { kind compartment } } } } }

-- statement 1 of 1, with :0.first :party :today :regions :organisation :0.limit :1.limit :mark

select
  ((select row_to_json(o) from (select coalesce(p.a0[1 : :0.first::int], '{}') as edges) o))::text as json,
  p.a1[1 : :0.first::int]::text as subjects
from (
  select array_agg(row_to_json("#5")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      thuiszitter_case.youth_region as "#events.0",
      thuiszitter_case.id as "#events.1",
      thuiszitter_case.youth_id as "#subject"
    from casework.thuiszitter_case
    where (
      (thuiszitter_case.access ->> :party::text)::date >= :today::date
      and thuiszitter_case.youth_region = any(:regions::text[])
      and thuiszitter_case.closed_on is null
      and (thuiszitter_case.youth_region, thuiszitter_case.id) in (
        select case_party.youth_region, case_party.case_id
        from casework.case_party
        where
          case_party.youth_region = any(:regions::text[])
          and case_party.organisation = :organisation::text
          and case_party.role = :'swvCoordinator'
      )
    )
    order by
      coalesce(thuiszitter_case.due_on, date '9999-12-31'),
      thuiszitter_case.youth_region,
      thuiszitter_case.id
    limit :0.limit
  ) "#1"
  cross join lateral (select array(
    select row_to_json("#3")
    from (
      select
        case_event.kind as kind,
        case_event.compartment as compartment,
        case_event.at as "#order.0",
        case_event.youth_region as "#order.1",
        case_event.case_id as "#order.2",
        case_event.id as "#order.3"
      from casework.case_event
      where (
        (case_event.access ->> :party::text)::date >= :today::date
        and case_event.youth_region = any(:regions::text[])
        and (case_event.recipients is null or :party::text = any(case_event.recipients))
        and case_event.youth_region = "#1"."#events.0"
        and case_event.case_id = "#1"."#events.1"
      )
      order by case_event.at desc, case_event.youth_region desc, case_event.case_id desc, case_event.id desc
      limit :1.limit
    ) "#2"
    cross join lateral (
      select
        case
          when "#2".kind = any(array[
            'ACTION_NOTED', 'ATTACHED', 'CLOSED', 'CONSENT_REGISTERED', 'CONSENT_WITHDRAWN', 'OPENED',
            'RECORD_CHANGED', 'REOPENED', 'STATUS_CHANGED'
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
    order by "#2"."#order.0", "#2"."#order.1", "#2"."#order.2", "#2"."#order.3"
  ) as events) "#4"
  cross join lateral (select "#4" as node) "#5"
) p
