-- youthCoordinator:
-- {
--   waitingListEntries(first: 5) {
--     edges { node { ...dates ... on WaitingListEntry { reference status } ... @include(if: false) { careKind } } }
--   }
-- }
-- fragment dates on WaitingListEntry { referredOn ...weeks asOf }
-- fragment weeks on WaitingListEntry { weeksWaiting { registration treatment total } stale }

-- statement 1 of 1, with :0.first :today :organisation :region :0.limit :mark

select
  ((select row_to_json(o) from (select coalesce(p.a0[1 : :0.first::int], '{}') as edges) o))::text as json,
  p.a1[1 : :0.first::int]::text as subjects
from (
  select array_agg(row_to_json("#4")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      waiting_list_entry.referred_on as "referredOn",
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
      waiting_list_entry.as_of < :today::date - :31::int as stale,
      waiting_list_entry.as_of as "asOf",
      waiting_list_entry.reference as reference,
      waiting_list_entry.status as status,
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
      coalesce(to_json("#1"."referredOn"::date), to_json(:mark::text)) as "referredOn",
      "#2" as "weeksWaiting",
      coalesce(to_json("#1".stale::boolean), to_json(:mark::text)) as stale,
      coalesce(to_json("#1"."asOf"::date), to_json(:mark::text)) as "asOf",
      coalesce("#1".reference::text, :mark::text) as reference,
      case
        when "#1".status = any(array[
          'CANCELLED', 'ENDED', 'REFERRED_ON', 'REGISTERED', 'STARTED', 'WAITING_FOR_INTAKE',
          'WAITING_FOR_START'
        ]::text[]) then "#1".status
        else :mark::text
      end as status
  ) "#3"
  cross join lateral (select "#3" as node) "#4"
) p
