-- swvCoordinator: test/contract/support-decisions.graphql

-- statement 1 of 1, with :organisation :0.where.status :0.first :mark :0.limit :today

select
  ((select row_to_json(o) from (
    select
      (
        select count(*)::int
        from education.tlv
        where (tlv.swv_code = :organisation::text and tlv.status = any(:0.where.status::text[]))
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
    array_agg(row_to_json("#9")) as a1,
    array_agg("#1"."#subject") as a2,
    count(*)::int as n
  from (
    select
      (tlv.decide_by)::text as "#place.0",
      (tlv.swv_code)::text as "#place.1",
      (tlv.id)::text as "#place.2",
      tlv.swv_code || '.' || tlv.id as id,
      tlv.swv_code as "#swv.0",
      tlv.number as number,
      tlv.kind as kind,
      tlv.funding_category as "fundingCategory",
      tlv.status as status,
      tlv.requested_on as "requestedOn",
      tlv.decide_by as "decideBy",
      tlv.valid_from as "validFrom",
      tlv.valid_until as "validUntil",
      tlv.brin6 as "#school.0",
      tlv.swv_code as "#pupil.0",
      tlv.pupil_id as "#pupil.1",
      tlv.advice_count as "adviceCount",
      tlv.pupil_id as "#subject"
    from education.tlv
    where (tlv.swv_code = :organisation::text and tlv.status = any(:0.where.status::text[]))
    order by tlv.decide_by, tlv.swv_code, tlv.id
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      coalesce("#1".id::text, :mark::text) as id,
      coalesce(
        (
          select row_to_json("#3")
          from (select swv.code as code from reference.swv where (true and swv.code = "#1"."#swv.0")) "#2"
          cross join lateral (select coalesce("#2".code::text, :mark::text) as code) "#3"
        ),
        to_json(:mark::text)
      ) as swv,
      "#1".number::text as number,
      case
        when "#1".kind = any(array['SBO', 'SO', 'VSO']::text[]) then "#1".kind
        else :mark::text
      end as kind,
      case
        when "#1"."fundingCategory" = any(array['HIGH', 'LOW', 'MIDDLE']::text[]) then "#1"."fundingCategory"
        when "#1"."fundingCategory" is not null then :mark::text
      end as "fundingCategory",
      case
        when "#1".status = any(array[
          'GRANTED', 'INCOMPLETE', 'IN_PROGRESS', 'OBJECTION', 'REFUSED', 'REQUESTED', 'WITHDRAWN'
        ]::text[]) then "#1".status
        else :mark::text
      end as status,
      coalesce(to_json("#1"."requestedOn"::date), to_json(:mark::text)) as "requestedOn",
      coalesce(to_json("#1"."decideBy"::date), to_json(:mark::text)) as "decideBy",
      "#1"."validFrom"::date as "validFrom",
      "#1"."validUntil"::date as "validUntil",
      coalesce(
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
        ),
        to_json(:mark::text)
      ) as school,
      (
        select row_to_json("#7")
        from (
          select
            pupil.swv_code || '.' || pupil.id as id,
            case
              when not pupil_identity.name_protected then concat_ws(
                ' ', pupil_identity.given_name, pupil_identity.prefix, pupil_identity.family_name
              )
            end as name
          from education.pupil
          join education.pupil_identity
          on (pupil_identity.swv_code = pupil.swv_code and pupil_identity.pupil_id = pupil.id)
          where (
            pupil.swv_code = :organisation::text
            and pupil_identity.swv_code = :organisation::text
            and pupil.swv_task_until >= :today::date
            and pupil.swv_code = "#1"."#pupil.0"
            and pupil.id = "#1"."#pupil.1"
          )
        ) "#6"
        cross join lateral (select coalesce("#6".id::text, :mark::text) as id, "#6".name::text as name) "#7"
      ) as pupil,
      coalesce(to_json("#1"."adviceCount"::int), to_json(:mark::text)) as "adviceCount"
  ) "#8"
  cross join lateral (select "#8" as node) "#9"
) p
