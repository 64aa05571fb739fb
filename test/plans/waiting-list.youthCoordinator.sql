-- youthCoordinator: test/contract/waiting-list.graphql

-- statement 1 of 1, with :organisation :region :0.first :mark :today :0.limit

select
  ((select row_to_json(o) from (
    select
      (
        select count(*)::int
        from care.waiting_list_entry
        where
          waiting_list_entry.municipality_code = :organisation::text
          and waiting_list_entry.youth_region = :region::text
          and waiting_list_entry.status not in ('ENDED', 'CANCELLED', 'REFERRED_ON')
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
    array_agg(row_to_json("#8")) as a1,
    array_agg("#1"."#subject") as a2,
    count(*)::int as n
  from (
    select
      (waiting_list_entry.referred_on)::text as "#place.0",
      (waiting_list_entry.youth_region)::text as "#place.1",
      (waiting_list_entry.id)::text as "#place.2",
      waiting_list_entry.youth_region || '.' || waiting_list_entry.id as id,
      waiting_list_entry.status as status,
      waiting_list_entry.care_kind as "careKind",
      waiting_list_entry.referred_on as "referredOn",
      waiting_list_entry.registered_on as "registeredOn",
      waiting_list_entry.intake_on as "intakeOn",
      waiting_list_entry.allocated_on as "allocatedOn",
      waiting_list_entry.intended_start as "intendedStart",
      waiting_list_entry.started_on as "startedOn",
      waiting_list_entry.bridging as bridging,
      waiting_list_entry.hinders_education as "hindersEducation",
      waiting_list_entry.as_of as "asOf",
      waiting_list_entry.as_of < :today::date - :31::int as stale,
      case
        when coalesce(
          waiting_list_entry.registered_on, waiting_list_entry.referred_on
        ) <= :today::date then floor((
          least(
            waiting_list_entry.intake_on,
            waiting_list_entry.started_on,
            coalesce(
              waiting_list_entry.ended_on,
              case
                when waiting_list_entry.status in ('CANCELLED', 'REFERRED_ON', 'ENDED') then waiting_list_entry.as_of
              end
            ),
            :today::date
          ) - coalesce(
            waiting_list_entry.registered_on, waiting_list_entry.referred_on
          )
        ) / 7.0)::int
      end as "weeksWaiting.registration",
      case
        when waiting_list_entry.intake_on <= :today::date then floor((least(
          waiting_list_entry.started_on,
          coalesce(
            waiting_list_entry.ended_on,
            case
              when waiting_list_entry.status in ('CANCELLED', 'REFERRED_ON', 'ENDED') then waiting_list_entry.as_of
            end
          ),
          :today::date
        ) - waiting_list_entry.intake_on) / 7.0)::int
      end as "weeksWaiting.treatment",
      case
        when waiting_list_entry.referred_on <= :today::date then floor((least(
          waiting_list_entry.started_on,
          coalesce(
            waiting_list_entry.ended_on,
            case
              when waiting_list_entry.status in ('CANCELLED', 'REFERRED_ON', 'ENDED') then waiting_list_entry.as_of
            end
          ),
          :today::date
        ) - waiting_list_entry.referred_on) / 7.0)::int
      end as "weeksWaiting.total",
      waiting_list_entry.provider_agb as "#provider.0",
      waiting_list_entry.municipality_code as "#municipality.0",
      waiting_list_entry.client_id as "#subject"
    from care.waiting_list_entry
    where
      waiting_list_entry.municipality_code = :organisation::text
      and waiting_list_entry.youth_region = :region::text
      and waiting_list_entry.status not in ('ENDED', 'CANCELLED', 'REFERRED_ON')
    order by waiting_list_entry.referred_on, waiting_list_entry.youth_region, waiting_list_entry.id
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      "#1"."weeksWaiting.registration"::int as registration,
      "#1"."weeksWaiting.treatment"::int as treatment,
      "#1"."weeksWaiting.total"::int as total
  ) "#2"
  cross join lateral (
    select
      coalesce("#1".id::text, :mark::text) as id,
      case
        when "#1".status = any(array[
          'CANCELLED', 'ENDED', 'REFERRED_ON', 'REGISTERED', 'STARTED', 'WAITING_FOR_INTAKE',
          'WAITING_FOR_START'
        ]::text[]) then "#1".status
        else :mark::text
      end as status,
      case
        when "#1"."careKind" = any(array[
          'DAY_TREATMENT', 'FAMILY_HOME', 'FOSTER_CARE', 'IN_OWN_NETWORK', 'NEIGHBOURHOOD_TEAM',
          'OTHER_RESIDENTIAL', 'OUTPATIENT', 'SECURE_CARE'
        ]::text[]) then "#1"."careKind"
        else :mark::text
      end as "careKind",
      coalesce(to_json("#1"."referredOn"::date), to_json(:mark::text)) as "referredOn",
      "#1"."registeredOn"::date as "registeredOn",
      "#1"."intakeOn"::date as "intakeOn",
      "#1"."allocatedOn"::date as "allocatedOn",
      "#1"."intendedStart"::date as "intendedStart",
      "#1"."startedOn"::date as "startedOn",
      coalesce(to_json("#1".bridging::boolean), to_json(:mark::text)) as bridging,
      case
        when "#1"."hindersEducation" = any(array['NO', 'UNKNOWN', 'YES']::text[]) then "#1"."hindersEducation"
        else :mark::text
      end as "hindersEducation",
      coalesce(to_json("#1"."asOf"::date), to_json(:mark::text)) as "asOf",
      coalesce(to_json("#1".stale::boolean), to_json(:mark::text)) as stale,
      "#2" as "weeksWaiting",
      (
        select row_to_json("#4")
        from (
          select care_provider.agb as agb, care_provider.name as name
          from reference.care_provider
          where (true and care_provider.agb = "#1"."#provider.0")
        ) "#3"
        cross join lateral (
          select coalesce("#3".agb::text, :mark::text) as agb, coalesce("#3".name::text, :mark::text) as name
        ) "#4"
      ) as provider,
      coalesce(
        (
          select row_to_json("#6")
          from (
            select municipality.code as code
            from reference.municipality
            where (true and municipality.code = "#1"."#municipality.0")
          ) "#5"
          cross join lateral (select coalesce("#5".code::text, :mark::text) as code) "#6"
        ),
        to_json(:mark::text)
      ) as municipality
  ) "#7"
  cross join lateral (select "#7" as node) "#8"
) p
