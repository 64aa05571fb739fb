-- schoolCareCoordinator:
-- query Pupils($short: Boolean!) {
--   pupils { edges { node { schoolPupilNumber name @skip(if: $short) opp @include(if: $short) { version status } } } }
-- }

-- statement 1 of 1, with :0.first :organisation :swv :0.limit :mark

select
  ((select row_to_json(o) from (select coalesce(p.a0[1 : :0.first::int], '{}') as edges) o))::text as json,
  p.a1[1 : :0.first::int]::text as subjects
from (
  select array_agg(row_to_json("#5")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      pupil.school_pupil_number as "schoolPupilNumber",
      pupil.swv_code as "#opp.0",
      pupil.id as "#opp.1",
      pupil.id as "#subject"
    from education.pupil
    join education.pupil_identity
    on (pupil_identity.swv_code = pupil.swv_code and pupil_identity.pupil_id = pupil.id)
    where
      pupil.brin6 = :organisation::text
      and pupil.swv_code = :swv::text
      and pupil_identity.swv_code = :swv::text
    order by pupil.school_pupil_number, pupil.swv_code, pupil.id
    limit :0.limit
  ) "#1"
  cross join lateral (
    select
      coalesce("#1"."schoolPupilNumber"::text, :mark::text) as "schoolPupilNumber",
      (
        select row_to_json("#3")
        from (
          select opp.version as version, opp.status as status
          from education.opp
          where (
            opp.brin6 = :organisation::text
            and opp.swv_code = :swv::text
            and opp.swv_code = "#1"."#opp.0"
            and opp.pupil_id = "#1"."#opp.1"
          )
          order by opp.version desc, opp.swv_code desc, opp.id desc
          limit 1
        ) "#2"
        cross join lateral (
          select
            coalesce(to_json("#2".version::int), to_json(:mark::text)) as version,
            case
              when "#2".status = any(
                array['ADJUSTED', 'CLOSED', 'CONSULTATION', 'DRAFT', 'ESTABLISHED', 'EVALUATION_DUE']::text[]
              ) then "#2".status
              else :mark::text
            end as status
        ) "#3"
      ) as opp
  ) "#4"
  cross join lateral (select "#4" as node) "#5"
) p
