-- schoolCareCoordinator: test/contract/case.graphql

-- statement 1 of 1, with :party :today :regions :0.scope :0.id :mark :1.first :1.limit

select (p.a0[1])::text as json, p.a1::text as subjects
from (
  select array_agg(row_to_json("#27")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      thuiszitter_case.youth_region || '.' || thuiszitter_case.id as id,
      thuiszitter_case.status as status,
      thuiszitter_case.opened_on as "openedOn",
      thuiszitter_case.definition as definition,
      thuiszitter_case.youth_region as "#pupil.0",
      thuiszitter_case.id as "#pupil.1",
      thuiszitter_case.brin6 as "#school.0",
      thuiszitter_case.youth_region as "#absence.0",
      thuiszitter_case.id as "#absence.1",
      thuiszitter_case.youth_region as "#waitingStatus.0",
      thuiszitter_case.id as "#waitingStatus.1",
      thuiszitter_case.youth_region as "#support.0",
      thuiszitter_case.id as "#support.1",
      thuiszitter_case.youth_region as "#timeline.0",
      thuiszitter_case.id as "#timeline.1",
      thuiszitter_case.youth_region as "#parties.0",
      thuiszitter_case.id as "#parties.1",
      thuiszitter_case.youth_region as "#consents.0",
      thuiszitter_case.id as "#consents.1",
      thuiszitter_case.youth_region as "#whyMayISeeThis.0",
      thuiszitter_case.id as "#whyMayISeeThis.1",
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
      coalesce("#1".id::text, :mark::text) as id,
      case
        when "#1".status = any(array[
          'BACK_AT_SCHOOL', 'CLOSED', 'ESCALATED', 'INVESTIGATING', 'OFFER_ACCEPTED', 'OFFER_MADE',
          'OFFER_REFUSED', 'PLAN_MADE', 'REOPENED', 'REPORTED', 'WAITING_FOR_CARE'
        ]::text[]) then "#1".status
        else :mark::text
      end as status,
      coalesce(to_json("#1"."openedOn"::date), to_json(:mark::text)) as "openedOn",
      case
        when "#1".definition = any(
          array['INSPECTIE_SWV', 'LOKAAL_BREED', 'LRV_DUO', 'OCW_2016']::text[]
        ) then "#1".definition
        else :mark::text
      end as definition,
      (
        select row_to_json("#3")
        from (
          select
            shared_identity.youth_region || '.' || shared_identity.case_id as id,
            shared_identity.name as name,
            extract(year from age(:today::date, shared_identity.birth_date))::int as age
          from casework.shared_identity
          where (
            :party::text = any(shared_identity.recipients)
            and shared_identity.valid_from <= :today::date
            and shared_identity.valid_until >= :today::date
            and shared_identity.youth_region = any(:regions::text[])
            and shared_identity.youth_region = "#1"."#pupil.0"
            and shared_identity.case_id = "#1"."#pupil.1"
          )
          order by shared_identity.youth_region, shared_identity.case_id, shared_identity.ground_id
          limit 1
        ) "#2"
        cross join lateral (
          select
            coalesce("#2".id::text, :mark::text) as id,
            "#2".name::text as name,
            coalesce(to_json("#2".age::int), to_json(:mark::text)) as age
        ) "#3"
      ) as pupil,
      (
        select row_to_json("#5")
        from (
          select school.brin6 as brin6, school.name as name
          from reference.school
          where (true and school.brin6 = "#1"."#school.0")
        ) "#4"
        cross join lateral (
          select
            coalesce("#4".brin6::text, :mark::text) as brin6,
            coalesce("#4".name::text, :mark::text) as name
        ) "#5"
      ) as school,
      coalesce(
        (
          select row_to_json("#9")
          from (
            select
              'AVAILABLE' as availability,
              ground.youth_region as "#reports.0",
              ground.case_id as "#reports.1",
              ground.id as "#reports.2"
            from casework.ground
            where (
              :party::text = any(ground.recipients)
              and ground.valid_from <= :today::date
              and ground.valid_until >= :today::date
              and ground.youth_region = any(:regions::text[])
              and ground.withdrawn_on is null
              and ('ABSENCE' = any(ground.data_kinds) or 'ABSENCE_STATUS' = any(ground.data_kinds))
              and ground.youth_region = "#1"."#absence.0"
              and ground.case_id = "#1"."#absence.1"
            )
            order by
              (case when 'ABSENCE' = any(ground.data_kinds) then 0 else 1 end),
              ground.youth_region,
              ground.case_id,
              ground.id
            limit 1
          ) "#6"
          cross join lateral (
            select
              case
                when "#6".availability = any(
                  array['AVAILABLE', 'SOURCE_DOWN', 'UNKNOWN', 'WITHHELD']::text[]
                ) then "#6".availability
                else :mark::text
              end as availability,
              array(
                select row_to_json("#8")
                from (
                  select
                    shared_absence.kind as kind,
                    shared_absence.status as status,
                    shared_absence.from_on as "from",
                    shared_absence.until_on as until,
                    shared_absence.hours as hours
                  from casework.shared_absence
                  where (
                    :party::text = any(shared_absence.recipients)
                    and shared_absence.valid_from <= :today::date
                    and shared_absence.valid_until >= :today::date
                    and shared_absence.youth_region = any(:regions::text[])
                    and shared_absence.youth_region = "#6"."#reports.0"
                    and shared_absence.case_id = "#6"."#reports.1"
                    and shared_absence.ground_id = "#6"."#reports.2"
                  )
                  order by
                    shared_absence.from_on desc,
                    shared_absence.youth_region desc,
                    shared_absence.case_id desc,
                    shared_absence.ground_id desc,
                    shared_absence.report_id desc
                  limit 100
                ) "#7"
                cross join lateral (
                  select
                    case
                      when "#7".kind = any(array[
                        'ABSOLUTE', 'LONG_TERM', 'LUXURY', 'OTHER', 'OVER_EIGHTEEN', 'SIXTEEN_HOURS'
                      ]::text[]) then "#7".kind
                      else :mark::text
                    end as kind,
                    case
                      when "#7".status = any(
                        array['CLOSED', 'IN_PROGRESS', 'NOTED', 'REGISTERED', 'WITHDRAWN']::text[]
                      ) then "#7".status
                      else :mark::text
                    end as status,
                    coalesce(to_json("#7"."from"::date), to_json(:mark::text)) as "from",
                    "#7".until::date as until,
                    case
                      when abs("#7".hours::float8) >= 0.0001 and abs("#7".hours::float8) < 1e15 or "#7".hours::float8 = 0 then to_json(
                        abs("#7".hours::float8) * sign("#7".hours::float8)
                      )
                      when "#7".hours::float8 is not null then to_json(:mark::text)
                    end as hours
                ) "#8"
              ) as reports
          ) "#9"
        ),
        (select row_to_json(o) from (select 'WITHHELD'::text as availability, null::text as reports) o)
      ) as absence,
      coalesce(
        (
          select row_to_json("#12")
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
              shared_waiting.as_of as "asOf",
              shared_waiting.source as "provenance.source",
              to_char(
                shared_waiting.delivered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
              ) as "provenance.deliveredAt",
              coalesce(shared_waiting.as_of >= :today::date - :31::int, false) as "#provenance"
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
              and shared_waiting.youth_region = any(:regions::text[])
            where (
              :party::text = any(ground.recipients)
              and ground.valid_from <= :today::date
              and ground.valid_until >= :today::date
              and ground.youth_region = any(:regions::text[])
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
          ) "#10"
          cross join lateral (
            select
              coalesce("#10"."provenance.source"::text, :mark::text) as source,
              coalesce("#10"."provenance.deliveredAt"::text, :mark::text) as "deliveredAt"
          ) "#11"
          cross join lateral (
            select
              case
                when "#10".availability = any(
                  array['AVAILABLE', 'SOURCE_DOWN', 'UNKNOWN', 'WITHHELD']::text[]
                ) then "#10".availability
                else :mark::text
              end as availability,
              case
                when "#10"."waitingForHelp" = any(array['NO', 'UNKNOWN', 'YES']::text[]) then "#10"."waitingForHelp"
                when "#10"."waitingForHelp" is not null then :mark::text
              end as "waitingForHelp",
              "#10"."expectedStartWeek"::text as "expectedStartWeek",
              "#10".bridging::boolean as bridging,
              "#10"."asOf"::date as "asOf",
              case when "#10"."#provenance" then "#11" end as provenance
          ) "#12"
        ),
        (select row_to_json(o) from (
          select
            'WITHHELD'::text as availability,
            null::text as "waitingForHelp",
            null::text as "expectedStartWeek",
            null::text as bridging,
            null::text as "asOf",
            null::text as provenance
        ) o)
      ) as "waitingStatus",
      coalesce(
        (
          select row_to_json("#16")
          from (
            select
              case when shared_support.pupil_id is null then 'UNKNOWN' else 'AVAILABLE' end as availability,
              shared_support.tlv_kind as "tlv.kind",
              shared_support.tlv_status as "tlv.status",
              shared_support.tlv_valid_until as "tlv.validUntil",
              shared_support.tlv_status is not null as "#tlv",
              shared_support.opp_status as "opp.status",
              shared_support.opp_established_on as "opp.establishedOn",
              shared_support.opp_pupil_heard_on as "opp.pupilHeardOn",
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
              and shared_support.youth_region = any(:regions::text[])
            where (
              :party::text = any(ground.recipients)
              and ground.valid_from <= :today::date
              and ground.valid_until >= :today::date
              and ground.youth_region = any(:regions::text[])
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
          ) "#13"
          cross join lateral (
            select
              case
                when "#13"."tlv.kind" = any(array['SBO', 'SO', 'VSO']::text[]) then "#13"."tlv.kind"
                when "#13"."tlv.kind" is not null then :mark::text
              end as kind,
              case
                when "#13"."tlv.status" = any(array[
                  'GRANTED', 'INCOMPLETE', 'IN_PROGRESS', 'OBJECTION', 'REFUSED', 'REQUESTED', 'WITHDRAWN'
                ]::text[]) then "#13"."tlv.status"
                else :mark::text
              end as status,
              "#13"."tlv.validUntil"::date as "validUntil"
          ) "#14"
          cross join lateral (
            select
              case
                when "#13"."opp.status" = any(array[
                  'ADJUSTED', 'CLOSED', 'CONSULTATION', 'DRAFT', 'ESTABLISHED', 'EVALUATION_DUE'
                ]::text[]) then "#13"."opp.status"
                else :mark::text
              end as status,
              "#13"."opp.establishedOn"::date as "establishedOn",
              "#13"."opp.pupilHeardOn"::date as "pupilHeardOn"
          ) "#15"
          cross join lateral (
            select
              case
                when "#13".availability = any(
                  array['AVAILABLE', 'SOURCE_DOWN', 'UNKNOWN', 'WITHHELD']::text[]
                ) then "#13".availability
                else :mark::text
              end as availability,
              case when "#13"."#tlv" then "#14" end as tlv,
              case when "#13"."#opp" then "#15" end as opp,
              case
                when "#13".arrangements is not null then to_json(array(
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
                      end as status,
                      (element.value ->> 'from')::date as "from",
                      (element.value ->> 'until')::date as until
                  ) o)
                  from jsonb_array_elements("#13".arrangements) with ordinality as element (value, place)
                  order by element.place
                ))
                when "#13".arrangements is not null then to_json(:mark::text)
              end as arrangements
          ) "#16"
        ),
        (select row_to_json(o) from (
          select
            'WITHHELD'::text as availability,
            null::text as tlv,
            null::text as opp,
            null::text as arrangements
        ) o)
      ) as support,
      (
        select (select row_to_json(o) from (select coalesce(p.a0[1 : :1.first::int], '{}') as edges) o)
        from (
          select array_agg(row_to_json("#20")) as a0, count(*)::int as n
          from (
            select
              to_char(case_event.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
              case_event.compartment as compartment,
              case_event.kind as kind,
              case_event.actor_role as "actor.role",
              case_event.actor_organisation as "actor.organisation"
            from casework.case_event
            where (
              (case_event.access ->> :party::text)::date >= :today::date
              and case_event.youth_region = any(:regions::text[])
              and (case_event.recipients is null or :party::text = any(case_event.recipients))
              and case_event.youth_region = "#1"."#timeline.0"
              and case_event.case_id = "#1"."#timeline.1"
            )
            order by
              case_event.at desc,
              case_event.youth_region desc,
              case_event.case_id desc,
              case_event.id desc
            limit :1.limit
          ) "#17"
          cross join lateral (
            select
              coalesce("#17"."actor.role"::text, :mark::text) as role,
              "#17"."actor.organisation"::text as organisation
          ) "#18"
          cross join lateral (
            select
              coalesce("#17".at::text, :mark::text) as at,
              case
                when "#17".compartment = any(
                  array['ATTENDANCE', 'CARE', 'CASEWORK', 'EDUCATION']::text[]
                ) then "#17".compartment
                else :mark::text
              end as compartment,
              case
                when "#17".kind = any(array[
                  'ACTION_NOTED', 'ATTACHED', 'CLOSED', 'CONSENT_REGISTERED', 'CONSENT_WITHDRAWN', 'OPENED',
                  'RECORD_CHANGED', 'REOPENED', 'STATUS_CHANGED'
                ]::text[]) then "#17".kind
                else :mark::text
              end as kind,
              "#18" as actor
          ) "#19"
          cross join lateral (select "#19" as node) "#20"
        ) p
      ) as timeline,
      array(
        select row_to_json("#22")
        from (
          select
            case_party.role as role,
            case_party.organisation as organisation,
            case_party.since as since,
            case_party.until as until
          from casework.case_party
          where (
            (case_party.access ->> :party::text)::date >= :today::date
            and case_party.youth_region = any(:regions::text[])
            and case_party.youth_region = "#1"."#parties.0"
            and case_party.case_id = "#1"."#parties.1"
          )
          order by case_party.since, case_party.youth_region, case_party.case_id, case_party.id
          limit 100
        ) "#21"
        cross join lateral (
          select
            case
              when "#21".role = any(array[
                'analyst', 'attendanceOfficer', 'careProvider', 'operator', 'privacyOfficer',
                'schoolCareCoordinator', 'source', 'swvCoordinator', 'youthCoordinator'
              ]::text[]) then "#21".role
              else :mark::text
            end as role,
            coalesce("#21".organisation::text, :mark::text) as organisation,
            coalesce(to_json("#21".since::date), to_json(:mark::text)) as since,
            "#21".until::date as until
        ) "#22"
      ) as parties,
      array(
        select row_to_json("#24")
        from (
          select
            ground.purpose as purpose,
            ground.recipients as recipients,
            ground.data_kinds as "dataKinds",
            ground.valid_until as "validUntil",
            ground.withdrawn_on as "withdrawnOn"
          from casework.ground
          where (
            ground.kind = 'CONSENT'
            and :party::text = any(ground.recipients)
            and ground.youth_region = any(:regions::text[])
            and ground.youth_region = "#1"."#consents.0"
            and ground.case_id = "#1"."#consents.1"
          )
          order by ground.valid_from, ground.youth_region, ground.case_id, ground.id
          limit 100
        ) "#23"
        cross join lateral (
          select
            coalesce("#23".purpose::text, :mark::text) as purpose,
            case
              when array_position("#23".recipients, null) is null and "#23".recipients is not null then to_json("#23".recipients)
              else to_json(:mark::text)
            end as recipients,
            case
              when "#23"."dataKinds" <@ array[
                'ABSENCE', 'ABSENCE_STATUS', 'IDENTITY', 'SUPPORT', 'SUPPORT_STATUS', 'WAITING_STATUS'
              ]::text[] then to_json("#23"."dataKinds")
              else to_json(:mark::text)
            end as "dataKinds",
            coalesce(to_json("#23"."validUntil"::date), to_json(:mark::text)) as "validUntil",
            "#23"."withdrawnOn"::date as "withdrawnOn"
        ) "#24"
      ) as consents,
      array(
        select row_to_json("#26")
        from (
          select
            ground.purpose as purpose,
            ground.legal_basis as ground,
            covenant.name as covenant,
            ground.youth_region || '.' || ground.consent_id as consent,
            case when ground.kind <> 'STATUTORY' then ground.valid_until end as until
          from casework.ground
          left join casework.covenant
          on covenant.id = ground.covenant_id
          where (
            :party::text = any(ground.recipients)
            and ground.valid_from <= :today::date
            and ground.valid_until >= :today::date
            and ground.youth_region = any(:regions::text[])
            and ground.withdrawn_on is null
            and ground.youth_region = "#1"."#whyMayISeeThis.0"
            and ground.case_id = "#1"."#whyMayISeeThis.1"
          )
          order by ground.valid_from, ground.youth_region, ground.case_id, ground.id
          limit 100
        ) "#25"
        cross join lateral (
          select
            coalesce("#25".purpose::text, :mark::text) as purpose,
            coalesce("#25".ground::text, :mark::text) as ground,
            "#25".covenant::text as covenant,
            "#25".consent::text as consent,
            "#25".until::date as until
        ) "#26"
      ) as "whyMayISeeThis"
  ) "#27"
) p
