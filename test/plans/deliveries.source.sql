-- source: test/contract/deliveries.graphql

-- statement 1 of 1, with :0.first :organisation :0.limit :mark :1.first :1.limit

select
  ((select row_to_json(o) from (select coalesce(p.a0[1 : :0.first::int], '{}') as edges) o))::text as json,
  null::text as subjects
from (
  select array_agg(row_to_json("#7")) as a0, count(*)::int as n
  from (
    select
      delivery.id::text as id,
      delivery.source as source,
      delivery.format as format,
      to_char(delivery.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "receivedAt",
      delivery.status as status,
      delivery.received_count as "counts.received",
      delivery.accepted_count as "counts.accepted",
      delivery.unchanged_count as "counts.unchanged",
      delivery.rejected_count as "counts.rejected",
      delivery.linked_count as "counts.linked",
      delivery.id as "#rejects.0"
    from staging.delivery
    where delivery.source = :organisation::text
    order by delivery.received_at desc, delivery.id desc
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      coalesce(to_json("#1"."counts.received"::int), to_json(:mark::text)) as received,
      coalesce(to_json("#1"."counts.accepted"::int), to_json(:mark::text)) as accepted,
      coalesce(to_json("#1"."counts.unchanged"::int), to_json(:mark::text)) as unchanged,
      coalesce(to_json("#1"."counts.rejected"::int), to_json(:mark::text)) as rejected,
      coalesce(to_json("#1"."counts.linked"::int), to_json(:mark::text)) as linked
  ) "#2"
  cross join lateral (
    select
      coalesce("#1".id::text, :mark::text) as id,
      coalesce("#1".source::text, :mark::text) as source,
      case
        when "#1".format = any(array[
          'ABSENCE_REPORTS', 'ENROLMENTS', 'IJW', 'OSO_SWV_DOSSIER', 'SUPPORT_DECISIONS', 'WAITING_LIST'
        ]::text[]) then "#1".format
        else :mark::text
      end as format,
      coalesce("#1"."receivedAt"::text, :mark::text) as "receivedAt",
      case
        when "#1".status = any(array['COMPLETED', 'FAILED', 'RECEIVING', 'REFUSED']::text[]) then "#1".status
        else :mark::text
      end as status,
      "#2" as counts,
      (
        select (select row_to_json(o) from (
          select
            (
              select count(*)::int
              from staging.reject
              where (reject.source = :organisation::text and reject.delivery_id = "#1"."#rejects.0")
            ) as "totalCount",
            coalesce(p.a0[1 : :1.first::int], '{}') as edges
        ) o)
        from (
          select array_agg(row_to_json("#5")) as a0, count(*)::int as n
          from (
            select reject.line as line, reject.field as field, reject.code as code, reject.message as message
            from staging.reject
            where (reject.source = :organisation::text and reject.delivery_id = "#1"."#rejects.0")
            order by reject.seq, reject.delivery_id
            limit :1.limit
          ) "#3"
          cross join lateral (
            select
              coalesce(to_json("#3".line::int), to_json(:mark::text)) as line,
              "#3".field::text as field,
              coalesce("#3".code::text, :mark::text) as code,
              coalesce("#3".message::text, :mark::text) as message
          ) "#4"
          cross join lateral (select "#4" as node) "#5"
        ) p
      ) as rejects
  ) "#6"
  cross join lateral (select "#6" as node) "#7"
) p
