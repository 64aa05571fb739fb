-- swvCoordinator:
-- {
--   tlvs(where: { status: [REQUESTED], decideBefore: "2026-12-31" }, orderBy: REQUESTED_LAST) {
--     pageInfo { hasNextPage } edges { node { number decideBy pupil { schoolPupilNumber name } } }
--   }
-- }

-- statement 1 of 1, with :0.first :organisation :0.where.decideBefore :0.where.status :0.limit :mark :today

select
  ((select row_to_json(o) from (
    select
      (select row_to_json(o) from (select p.n > :0.first::int as "hasNextPage") o) as "pageInfo",
      coalesce(p.a0[1 : :0.first::int], '{}') as edges
  ) o))::text as json,
  p.a1[1 : :0.first::int]::text as subjects
from (
  select array_agg(row_to_json("#5")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      tlv.number as number,
      tlv.decide_by as "decideBy",
      tlv.swv_code as "#pupil.0",
      tlv.pupil_id as "#pupil.1",
      tlv.pupil_id as "#subject"
    from education.tlv
    where (
      tlv.swv_code = :organisation::text
      and tlv.decide_by <= :0.where.decideBefore
      and tlv.status = any(:0.where.status::text[])
    )
    order by tlv.requested_on desc, tlv.swv_code desc, tlv.id desc
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      "#1".number::text as number,
      coalesce(to_json("#1"."decideBy"::date), to_json(:mark::text)) as "decideBy",
      (
        select row_to_json("#3")
        from (
          select
            pupil.school_pupil_number as "schoolPupilNumber",
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
        ) "#2"
        cross join lateral (
          select
            coalesce("#2"."schoolPupilNumber"::text, :mark::text) as "schoolPupilNumber",
            "#2".name::text as name
        ) "#3"
      ) as pupil
  ) "#4"
  cross join lateral (select "#4" as node) "#5"
) p
