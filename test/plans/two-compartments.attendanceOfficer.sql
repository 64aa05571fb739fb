-- attendanceOfficer:
-- {
--   thuiszitterCases { totalCount }
--   viewer { organisation }
--   municipality(code: "0547") { name }
--   absenceReports(first: 5, where: { kind: [LONG_TERM], status: [REGISTERED], school: "03TN00" }, orderBy: LONGEST_FIRST) {
--     edges { node { from until hours youth { name age } } }
--   }
-- }

-- statement 1 of 2, with :organisation :region :1.code :mark

select r0.json, r0.subjects, r1.json, r1.subjects
from (
  select
    ((select row_to_json(o) from (select (
      select count(*)::int
      from casework.thuiszitter_case
      where (
        thuiszitter_case.municipality_code = :organisation::text
        and thuiszitter_case.youth_region = :region::text
        and thuiszitter_case.closed_on is null
      )
    ) as "totalCount") o))::text as json,
    null::text as subjects
  from (select) p
) r0, (
  select (p.a0[1])::text as json, null::text as subjects
  from (
    select array_agg(row_to_json("#3")) as a0, count(*)::int as n
    from (
      select municipality.name as name
      from reference.municipality
      where (true and municipality.code = :1.code)
      order by municipality.code
      limit 1
    ) "#2"
    cross join lateral (select coalesce("#2".name::text, :mark::text) as name) "#3"
  ) p
) r1

-- statement 2 of 2, with :2.first :organisation :region :2.where.kind :2.where.school :2.where.status :2.limit :mark :today

select
  ((select row_to_json(o) from (select coalesce(p.a0[1 : :2.first::int], '{}') as edges) o))::text as json,
  p.a1[1 : :2.first::int]::text as subjects
from (
  select array_agg(row_to_json("#8")) as a0, array_agg("#4"."#subject") as a1, count(*)::int as n
  from (
    select
      absence_report.from_on as "from",
      absence_report.until_on as until,
      absence_report.hours as hours,
      absence_report.youth_region as "#youth.0",
      absence_report.youth_id as "#youth.1",
      absence_report.youth_id as "#subject"
    from attendance.absence_report
    where (
      absence_report.municipality_code = :organisation::text
      and absence_report.youth_region = :region::text
      and absence_report.kind = any(:2.where.kind::text[])
      and absence_report.brin6 = :2.where.school
      and absence_report.status = any(:2.where.status::text[])
    )
    order by absence_report.from_on, absence_report.youth_region, absence_report.id
    limit :2.limit
  ) "#4"
  cross join lateral (
    select
      coalesce(to_json("#4"."from"::date), to_json(:mark::text)) as "from",
      "#4".until::date as until,
      case
        when abs("#4".hours::float8) >= 0.0001 and abs("#4".hours::float8) < 1e15 or "#4".hours::float8 = 0 then to_json(
          abs("#4".hours::float8) * sign("#4".hours::float8)
        )
        when "#4".hours::float8 is not null then to_json(:mark::text)
      end as hours,
      (
        select row_to_json("#6")
        from (
          select
            concat_ws(
              ' ', youth_identity.given_name, youth_identity.prefix, youth_identity.family_name
            ) as name,
            extract(year from age(:today::date, youth_identity.birth_date))::int as age
          from attendance.youth
          join attendance.youth_identity
          on (youth_identity.youth_region = youth.youth_region and youth_identity.youth_id = youth.id)
          where (
            youth.municipality_code = :organisation::text
            and youth.youth_region = :region::text
            and youth_identity.youth_region = :region::text
            and youth.youth_region = "#4"."#youth.0"
            and youth.id = "#4"."#youth.1"
          )
        ) "#5"
        cross join lateral (
          select
            coalesce("#5".name::text, :mark::text) as name,
            coalesce(to_json("#5".age::int), to_json(:mark::text)) as age
        ) "#6"
      ) as youth
  ) "#7"
  cross join lateral (select "#7" as node) "#8"
) p
