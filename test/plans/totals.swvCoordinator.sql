-- swvCoordinator:
-- { tlvs { totalCount } pupils { totalCount } }

-- statement 1 of 1, with :organisation :today

select r0.json, r0.subjects, r1.json, r1.subjects
from (
  select
    ((select row_to_json(o) from (select (
      select count(*)::int from education.tlv where tlv.swv_code = :organisation::text
    ) as "totalCount") o))::text as json,
    null::text as subjects
  from (select) p
) r0, (
  select
    ((select row_to_json(o) from (select (
      select count(*)::int
      from education.pupil
      join education.pupil_identity
      on (pupil_identity.swv_code = pupil.swv_code and pupil_identity.pupil_id = pupil.id)
      where
        pupil.swv_code = :organisation::text
        and pupil_identity.swv_code = :organisation::text
        and pupil.swv_task_until >= :today::date
    ) as "totalCount") o))::text as json,
    null::text as subjects
  from (select) p
) r1
