-- schoolCareCoordinator:
-- query Pupils($short: Boolean!) {
--   pupils { edges { node { schoolPupilNumber name @skip(if: $short) opp @include(if: $short) { version status } } } }
-- }

-- statement 1 of 1, with :0.first :organisation :swv :0.limit :mark

select
  ((select row_to_json(o) from (select coalesce(p.a0[1 : :0.first::int], '{}') as edges) o))::text as json,
  p.a1[1 : :0.first::int]::text as subjects
from (
  select array_agg(row_to_json("#3")) as a0, array_agg("#1"."#subject") as a1, count(*)::int as n
  from (
    select
      pupil.school_pupil_number as "schoolPupilNumber",
      concat_ws(' ', pupil_identity.given_name, pupil_identity.prefix, pupil_identity.family_name) as name,
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
      "#1".name::text as name
  ) "#2"
  cross join lateral (select "#2" as node) "#3"
) p
