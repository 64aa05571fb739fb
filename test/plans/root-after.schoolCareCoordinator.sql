-- schoolCareCoordinator:
-- query Next($after: String) {
--   pupils(first: 2, after: $after, where: { school: "15nj00" }) {
--     totalCount pageInfo { hasNextPage endCursor } edges { node { schoolPupilNumber tlvs { number } arrangements { kind } } }
--   }
-- }

-- statement 1 of 1, with :organisation :swv :0.where.school :0.first :mark :0.after.0 :0.after.1 :0.after.2 :0.limit

select
  ((select row_to_json(o) from (
    select
      (
        select count(*)::int
        from education.pupil
        join education.pupil_identity
        on (pupil_identity.swv_code = pupil.swv_code and pupil_identity.pupil_id = pupil.id)
        where (
          pupil.brin6 = :organisation::text
          and pupil.swv_code = :swv::text
          and pupil_identity.swv_code = :swv::text
          and pupil.brin6 = :0.where.school
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
    array_agg(row_to_json("#7")) as a1,
    array_agg("#1"."#subject") as a2,
    count(*)::int as n
  from (
    select
      (pupil.school_pupil_number)::text as "#place.0",
      (pupil.swv_code)::text as "#place.1",
      (pupil.id)::text as "#place.2",
      pupil.school_pupil_number as "schoolPupilNumber",
      pupil.swv_code as "#tlvs.0",
      pupil.id as "#tlvs.1",
      pupil.swv_code as "#arrangements.0",
      pupil.id as "#arrangements.1",
      pupil.id as "#subject"
    from education.pupil
    join education.pupil_identity
    on (pupil_identity.swv_code = pupil.swv_code and pupil_identity.pupil_id = pupil.id)
    where (
      pupil.brin6 = :organisation::text
      and pupil.swv_code = :swv::text
      and pupil_identity.swv_code = :swv::text
      and pupil.brin6 = :0.where.school
      and (
        pupil.school_pupil_number >= :0.after.0
        and (
          (pupil.school_pupil_number > :0.after.0) or (
            pupil.school_pupil_number = :0.after.0 and pupil.swv_code > :0.after.1
          ) or (
            pupil.school_pupil_number = :0.after.0 and pupil.swv_code = :0.after.1 and pupil.id > :0.after.2
          )
        )
      )
    )
    order by pupil.school_pupil_number, pupil.swv_code, pupil.id
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      coalesce("#1"."schoolPupilNumber"::text, :mark::text) as "schoolPupilNumber",
      array(
        select row_to_json("#3")
        from (
          select tlv.number as number
          from education.tlv
          where (
            tlv.brin6 = :organisation::text
            and tlv.swv_code = :swv::text
            and tlv.swv_code = "#1"."#tlvs.0"
            and tlv.pupil_id = "#1"."#tlvs.1"
          )
          order by tlv.requested_on desc, tlv.swv_code desc, tlv.id desc
          limit 100
        ) "#2"
        cross join lateral (select "#2".number::text as number) "#3"
      ) as tlvs,
      array(
        select row_to_json("#5")
        from (
          select arrangement.kind as kind
          from education.arrangement
          where (
            arrangement.brin6 = :organisation::text
            and arrangement.swv_code = :swv::text
            and arrangement.swv_code = "#1"."#arrangements.0"
            and arrangement.pupil_id = "#1"."#arrangements.1"
          )
          order by arrangement.requested_on desc, arrangement.swv_code desc, arrangement.id desc
          limit 100
        ) "#4"
        cross join lateral (
          select
            case
              when "#4".kind = any(array['GROUP', 'INDIVIDUAL', 'SCHOOL_MODEL']::text[]) then "#4".kind
              else :mark::text
            end as kind
        ) "#5"
      ) as arrangements
  ) "#6"
  cross join lateral (select "#6" as node) "#7"
) p
