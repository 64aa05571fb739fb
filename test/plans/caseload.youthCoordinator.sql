-- youthCoordinator: test/contract/caseload.graphql

-- statement 1 of 1, with :party :today :region :organisation :0.first :mark :0.limit :1.limit

select
  ((select row_to_json(o) from (
    select
      (
        select count(*)::int
        from casework.thuiszitter_case
        where (
          (thuiszitter_case.access ->> :party::text)::date >= :today::date
          and thuiszitter_case.youth_region = :region::text
          and thuiszitter_case.closed_on is null
          and (
            thuiszitter_case.youth_region, thuiszitter_case.id
          ) in (
            select case_party.youth_region, case_party.case_id
            from casework.case_party
            where
              case_party.youth_region = :region::text
              and case_party.organisation = :organisation::text
              and case_party.role = :'youthCoordinator'
          )
        )
      ) as "totalCount",
      (select row_to_json(o) from (
        select p.n > :0.first::int as "hasNextPage", p.a0[least(p.n, :0.first::int)] as "endCursor"
      ) o) as "pageInfo",
      coalesce(p.a1[1 : :0.first::int], '{}') as edges
  ) o))::text as json,
  p.a2[1 : :0.first::int]::text as subjects
from (
  select
    array_agg(:mark::text || '0.['::text || array_to_json(
      array["#1"."#place.0", "#1"."#place.1", "#1"."#place.2"]
    )::text || ']') as a0,
    array_agg(row_to_json("#23")) as a1,
    array_agg("#1"."#subject") as a2,
    count(*)::int as n
  from (
    select
      (coalesce(thuiszitter_case.due_on, date '9999-12-31'))::text as "#place.0",
      (thuiszitter_case.youth_region)::text as "#place.1",
      (thuiszitter_case.id)::text as "#place.2",
      thuiszitter_case.youth_region || '.' || thuiszitter_case.id as id,
      thuiszitter_case.status as status,
      thuiszitter_case.opened_on as "openedOn",
      thuiszitter_case.first_absent_on as "firstAbsentOn",
      floor((coalesce(
        thuiszitter_case.returned_on, thuiszitter_case.closed_on, :today::date
      ) - thuiszitter_case.first_absent_on) / 7.0)::int as "weeksAtHome",
      thuiszitter_case.due_on as "due.on",
      thuiszitter_case.due_reason as "due.reason",
      greatest(0, :today::date - thuiszitter_case.due_on) as "due.overdueDays",
      thuiszitter_case.due_on is not null as "#due",
      thuiszitter_case.next_action_kind as "nextAction.kind",
      thuiszitter_case.next_action_due_on as "nextAction.dueOn",
      thuiszitter_case.next_action_role as "nextAction.owner.role",
      thuiszitter_case.next_action_organisation as "nextAction.owner.organisation",
      thuiszitter_case.next_action_kind is not null as "#nextAction",
      thuiszitter_case.youth_region as "#pupil.0",
      thuiszitter_case.id as "#pupil.1",
      thuiszitter_case.brin6 as "#school.0",
      thuiszitter_case.youth_region as "#waitingStatus.0",
      thuiszitter_case.id as "#waitingStatus.1",
      thuiszitter_case.youth_region as "#support.0",
      thuiszitter_case.id as "#support.1",
      thuiszitter_case.youth_region as "#events.0",
      thuiszitter_case.id as "#events.1",
      thuiszitter_case.youth_id as "#subject"
    from casework.thuiszitter_case
    where (
      (thuiszitter_case.access ->> :party::text)::date >= :today::date
      and thuiszitter_case.youth_region = :region::text
      and thuiszitter_case.closed_on is null
      and (thuiszitter_case.youth_region, thuiszitter_case.id) in (
        select case_party.youth_region, case_party.case_id
        from casework.case_party
        where
          case_party.youth_region = :region::text
          and case_party.organisation = :organisation::text
          and case_party.role = :'youthCoordinator'
      )
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
      end as reason,
      coalesce(to_json("#1"."due.overdueDays"::int), to_json(:mark::text)) as "overdueDays"
  ) "#2"
  cross join lateral (
    select
      coalesce("#1"."nextAction.owner.role"::text, :mark::text) as role,
      "#1"."nextAction.owner.organisation"::text as organisation
  ) "#3"
  cross join lateral (
    select
      case
        when "#1"."nextAction.kind" = any(array[
          'AWAIT_CARE', 'CONTACT_FAMILY', 'ESCALATE', 'INVESTIGATE', 'MAKE_OFFER', 'MAKE_PLAN',
          'RECORD_ACCEPTANCE', 'RECORD_REFUSAL', 'RESUMED_BY_ITSELF', 'RETURN_TO_SCHOOL', 'REVIEW'
        ]::text[]) then "#1"."nextAction.kind"
        else :mark::text
      end as kind,
      coalesce(to_json("#1"."nextAction.dueOn"::date), to_json(:mark::text)) as "dueOn",
      "#3" as owner
  ) "#4"
  cross join lateral (
    select
      coalesce("#1".id::text, :mark::text) as id,
      case
        when "#1".status = any(array[
          'BACK_AT_SCHOOL', 'CLOSED', 'ESCALATED', 'INVESTIGATING', 'OFFER_ACCEPTED', 'OFFER_MADE',
          'OFFER_REFUSED', 'PLAN_MADE', 'REOPENED', 'REPORTED', 'WAITING_FOR_CARE'
        ]::text[]) then "#1".status
        else :mark::text
      end as status,
      coalesce(to_json("#1"."openedOn"::date), to_json(:mark::text)) as "openedOn",
      coalesce(to_json("#1"."firstAbsentOn"::date), to_json(:mark::text)) as "firstAbsentOn",
      coalesce(to_json("#1"."weeksAtHome"::int), to_json(:mark::text)) as "weeksAtHome",
      case when "#1"."#due" then "#2" end as due,
      case when "#1"."#nextAction" then "#4" end as "nextAction",
      (
        select row_to_json("#8")
        from (
          select
            shared_identity.youth_region || '.' || shared_identity.case_id as id,
            shared_identity.name as name,
            extract(year from age(:today::date, shared_identity.birth_date))::int as age,
            shared_identity.municipality_code as "#municipality.0"
          from casework.shared_identity
          where (
            :party::text = any(shared_identity.recipients)
            and shared_identity.valid_from <= :today::date
            and shared_identity.valid_until >= :today::date
            and shared_identity.youth_region = :region::text
            and shared_identity.youth_region = "#1"."#pupil.0"
            and shared_identity.case_id = "#1"."#pupil.1"
          )
          order by shared_identity.youth_region, shared_identity.case_id, shared_identity.ground_id
          limit 1
        ) "#5"
        cross join lateral (
          select
            coalesce("#5".id::text, :mark::text) as id,
            "#5".name::text as name,
            coalesce(to_json("#5".age::int), to_json(:mark::text)) as age,
            coalesce(
              (
                select row_to_json("#7")
                from (
                  select municipality.code as code, municipality.name as name
                  from reference.municipality
                  where (true and municipality.code = "#5"."#municipality.0")
                ) "#6"
                cross join lateral (
                  select
                    coalesce("#6".code::text, :mark::text) as code,
                    coalesce("#6".name::text, :mark::text) as name
                ) "#7"
              ),
              to_json(:mark::text)
            ) as municipality
        ) "#8"
      ) as pupil,
      (
        select row_to_json("#12")
        from (
          select school.brin6 as brin6, school.name as name, school.swv_code as "#swv.0"
          from reference.school
          where (true and school.brin6 = "#1"."#school.0")
        ) "#9"
        cross join lateral (
          select
            coalesce("#9".brin6::text, :mark::text) as brin6,
            coalesce("#9".name::text, :mark::text) as name,
            (
              select row_to_json("#11")
              from (
                select swv.code as code from reference.swv where (true and swv.code = "#9"."#swv.0")
              ) "#10"
              cross join lateral (select coalesce("#10".code::text, :mark::text) as code) "#11"
            ) as swv
        ) "#12"
      ) as school,
      coalesce(
        (
          select row_to_json("#14")
          from (
            select
              case
                when coalesce(shared_waiting.as_of >= :today::date - :31::int, false) then 'AVAILABLE'
                else 'UNKNOWN'
              end as availability,
              case
                when coalesce(
                  shared_waiting.as_of >= :today::date - :31::int, false
                ) then shared_waiting.waiting_for_help
              end as "waitingForHelp",
              case
                when coalesce(
                  shared_waiting.as_of >= :today::date - :31::int, false
                ) then shared_waiting.expected_start_week
              end as "expectedStartWeek",
              case
                when coalesce(
                  shared_waiting.as_of >= :today::date - :31::int, false
                ) then shared_waiting.bridging
              end as bridging,
              shared_waiting.as_of as "asOf"
            from casework.ground
            left join casework.shared_waiting
            on
              (
                shared_waiting.youth_region = ground.youth_region
                and shared_waiting.case_id = ground.case_id
                and shared_waiting.ground_id = ground.id
              )
              and :party::text = any(shared_waiting.recipients)
              and shared_waiting.valid_from <= :today::date
              and shared_waiting.valid_until >= :today::date
              and shared_waiting.youth_region = :region::text
            where (
              :party::text = any(ground.recipients)
              and ground.valid_from <= :today::date
              and ground.valid_until >= :today::date
              and ground.youth_region = :region::text
              and ground.withdrawn_on is null
              and ('WAITING_STATUS' = any(ground.data_kinds))
              and ground.youth_region = "#1"."#waitingStatus.0"
              and ground.case_id = "#1"."#waitingStatus.1"
            )
            order by
              coalesce(shared_waiting.as_of < :today::date - :31::int, true),
              (case shared_waiting.waiting_for_help when 'YES' then 0 when 'NO' then 1 else 2 end),
              coalesce(shared_waiting.as_of, date '0001-01-01') desc,
              ground.youth_region desc,
              ground.case_id desc,
              ground.id desc
            limit 1
          ) "#13"
          cross join lateral (
            select
              case
                when "#13".availability = any(
                  array['AVAILABLE', 'SOURCE_DOWN', 'UNKNOWN', 'WITHHELD']::text[]
                ) then "#13".availability
                else :mark::text
              end as availability,
              case
                when "#13"."waitingForHelp" = any(array['NO', 'UNKNOWN', 'YES']::text[]) then "#13"."waitingForHelp"
                when "#13"."waitingForHelp" is not null then :mark::text
              end as "waitingForHelp",
              "#13"."expectedStartWeek"::text as "expectedStartWeek",
              "#13".bridging::boolean as bridging,
              "#13"."asOf"::date as "asOf"
          ) "#14"
        ),
        (select row_to_json(o) from (
          select
            'WITHHELD'::text as availability,
            null::text as "waitingForHelp",
            null::text as "expectedStartWeek",
            null::text as bridging,
            null::text as "asOf"
        ) o)
      ) as "waitingStatus",
      coalesce(
        (
          select row_to_json("#18")
          from (
            select
              case when shared_support.pupil_id is null then 'UNKNOWN' else 'AVAILABLE' end as availability,
              shared_support.tlv_kind as "tlv.kind",
              shared_support.tlv_status as "tlv.status",
              shared_support.tlv_valid_until as "tlv.validUntil",
              shared_support.tlv_status is not null as "#tlv",
              shared_support.opp_status as "opp.status",
              shared_support.opp_established_on as "opp.establishedOn",
              shared_support.opp_status is not null as "#opp",
              shared_support.arrangements as arrangements
            from casework.ground
            left join casework.shared_support
            on
              (
                shared_support.youth_region = ground.youth_region
                and shared_support.case_id = ground.case_id
                and shared_support.ground_id = ground.id
              )
              and :party::text = any(shared_support.recipients)
              and shared_support.valid_from <= :today::date
              and shared_support.valid_until >= :today::date
              and shared_support.youth_region = :region::text
            where (
              :party::text = any(ground.recipients)
              and ground.valid_from <= :today::date
              and ground.valid_until >= :today::date
              and ground.youth_region = :region::text
              and ground.withdrawn_on is null
              and ('SUPPORT' = any(ground.data_kinds) or 'SUPPORT_STATUS' = any(ground.data_kinds))
              and ground.youth_region = "#1"."#support.0"
              and ground.case_id = "#1"."#support.1"
            )
            order by
              (case when 'SUPPORT' = any(ground.data_kinds) then 0 else 1 end),
              ground.youth_region,
              ground.case_id,
              ground.id
            limit 1
          ) "#15"
          cross join lateral (
            select
              case
                when "#15"."tlv.kind" = any(array['SBO', 'SO', 'VSO']::text[]) then "#15"."tlv.kind"
                when "#15"."tlv.kind" is not null then :mark::text
              end as kind,
              case
                when "#15"."tlv.status" = any(array[
                  'GRANTED', 'INCOMPLETE', 'IN_PROGRESS', 'OBJECTION', 'REFUSED', 'REQUESTED', 'WITHDRAWN'
                ]::text[]) then "#15"."tlv.status"
                else :mark::text
              end as status,
              "#15"."tlv.validUntil"::date as "validUntil"
          ) "#16"
          cross join lateral (
            select
              case
                when "#15"."opp.status" = any(array[
                  'ADJUSTED', 'CLOSED', 'CONSULTATION', 'DRAFT', 'ESTABLISHED', 'EVALUATION_DUE'
                ]::text[]) then "#15"."opp.status"
                else :mark::text
              end as status,
              "#15"."opp.establishedOn"::date as "establishedOn"
          ) "#17"
          cross join lateral (
            select
              case
                when "#15".availability = any(
                  array['AVAILABLE', 'SOURCE_DOWN', 'UNKNOWN', 'WITHHELD']::text[]
                ) then "#15".availability
                else :mark::text
              end as availability,
              case when "#15"."#tlv" then "#16" end as tlv,
              case when "#15"."#opp" then "#17" end as opp,
              case
                when "#15".arrangements is not null then to_json(array(
                  select (select row_to_json(o) from (
                    select
                      case
                        when (element.value ->> 'kind') = any(
                          array['GROUP', 'INDIVIDUAL', 'SCHOOL_MODEL']::text[]
                        ) then (element.value ->> 'kind')
                        when (element.value ->> 'kind') is not null then :mark::text
                      end as kind,
                      case
                        when (element.value ->> 'status') = any(array[
                          'ENDED', 'EVALUATED', 'EXTENDED', 'GRANTED', 'IN_PROGRESS', 'REFUSED',
                          'REQUESTED', 'RUNNING'
                        ]::text[]) then (element.value ->> 'status')
                        else :mark::text
                      end as status
                  ) o)
                  from jsonb_array_elements("#15".arrangements) with ordinality as element (value, place)
                  order by element.place
                ))
                when "#15".arrangements is not null then to_json(:mark::text)
              end as arrangements
          ) "#18"
        ),
        (select row_to_json(o) from (
          select
            'WITHHELD'::text as availability,
            null::text as tlv,
            null::text as opp,
            null::text as arrangements
        ) o)
      ) as support,
      array(
        select row_to_json("#21")
        from (
          select
            to_char(case_event.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
            case_event.kind as kind,
            case_event.actor_role as "actor.role",
            case_event.actor_organisation as "actor.organisation",
            case_event.at as "#order.0",
            case_event.youth_region as "#order.1",
            case_event.case_id as "#order.2",
            case_event.id as "#order.3"
          from casework.case_event
          where (
            (case_event.access ->> :party::text)::date >= :today::date
            and case_event.youth_region = :region::text
            and (case_event.recipients is null or :party::text = any(case_event.recipients))
            and case_event.youth_region = "#1"."#events.0"
            and case_event.case_id = "#1"."#events.1"
          )
          order by
            case_event.at desc,
            case_event.youth_region desc,
            case_event.case_id desc,
            case_event.id desc
          limit :1.limit
        ) "#19"
        cross join lateral (
          select
            coalesce("#19"."actor.role"::text, :mark::text) as role,
            "#19"."actor.organisation"::text as organisation
        ) "#20"
        cross join lateral (
          select
            coalesce("#19".at::text, :mark::text) as at,
            case
              when "#19".kind = any(array[
                'ACTION_NOTED', 'ATTACHED', 'CLOSED', 'CONSENT_REGISTERED', 'CONSENT_WITHDRAWN', 'OPENED',
                'RECORD_CHANGED', 'REOPENED', 'STATUS_CHANGED'
              ]::text[]) then "#19".kind
              else :mark::text
            end as kind,
            "#20" as actor
        ) "#21"
        order by "#19"."#order.0", "#19"."#order.1", "#19"."#order.2", "#19"."#order.3"
      ) as events
  ) "#22"
  cross join lateral (select "#22" as node) "#23"
) p
