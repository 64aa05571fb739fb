-- source:
-- {
--   __typename
--   viewer { __typename role organisation }
--   deliveries(first: 1) {
--     __typename
--     edges { __typename node { __typename source counts { __typename received rejected } rejects(first: 1) { __typename } } }
--   }
-- }

-- statement 1 of 1, with :0.first :organisation :0.limit :mark

select
  ((select row_to_json(o) from (
    select 'DeliveryConnection'::text as __typename, coalesce(p.a0[1 : :0.first::int], '{}') as edges
  ) o))::text as json,
  null::text as subjects
from (
  select array_agg(row_to_json("#5")) as a0, count(*)::int as n
  from (
    select
      delivery.source as source,
      delivery.received_count as "counts.received",
      delivery.rejected_count as "counts.rejected",
      delivery.id as "#rejects.0"
    from staging.delivery
    where delivery.source = :organisation::text
    order by delivery.received_at desc, delivery.id desc
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      'DeliveryCounts'::text as __typename,
      coalesce(to_json("#1"."counts.received"::int), to_json(:mark::text)) as received,
      coalesce(to_json("#1"."counts.rejected"::int), to_json(:mark::text)) as rejected
  ) "#2"
  cross join lateral (
    select
      'Delivery'::text as __typename,
      coalesce("#1".source::text, :mark::text) as source,
      "#2" as counts,
      (
        select (select row_to_json(o) from (select 'DeliveryRejectConnection'::text as __typename) o)
        from (select) p
      ) as rejects
  ) "#4"
  cross join lateral (select 'DeliveryEdge'::text as __typename, "#4" as node) "#5"
) p
