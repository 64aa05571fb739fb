-- analyst:
-- {
--   school(brin6: "15nj00") { brin6 kind municipality { code } }
--   swv(code: "PO-28-01") { sector }
--   careProvider(agb: "42420001") { name }
--   nobody: careProvider(agb: "none") { name }
-- }

-- statement 1 of 1, with :0.brin6 :mark :1.code :2.agb :3.agb

select r0.json, r0.subjects, r1.json, r1.subjects, r2.json, r2.subjects, r3.json, r3.subjects
from (
  select (p.a0[1])::text as json, null::text as subjects
  from (
    select array_agg(row_to_json("#4")) as a0, count(*)::int as n
    from (
      select school.brin6 as brin6, school.kind as kind, school.municipality_code as "#municipality.0"
      from reference.school
      where (true and school.brin6 = :0.brin6)
      order by school.brin6
      limit 1
    ) "#1"
    cross join lateral (
      select
        coalesce("#1".brin6::text, :mark::text) as brin6,
        case
          when "#1".kind = any(array['BO', 'PRO', 'SBO', 'SO', 'SO_VSO', 'VO', 'VSO']::text[]) then "#1".kind
          else :mark::text
        end as kind,
        coalesce(
          (
            select row_to_json("#3")
            from (
              select municipality.code as code
              from reference.municipality
              where (true and municipality.code = "#1"."#municipality.0")
            ) "#2"
            cross join lateral (select coalesce("#2".code::text, :mark::text) as code) "#3"
          ),
          to_json(:mark::text)
        ) as municipality
    ) "#4"
  ) p
) r0, (
  select (p.a0[1])::text as json, null::text as subjects
  from (
    select array_agg(row_to_json("#6")) as a0, count(*)::int as n
    from (
      select swv.sector as sector
      from reference.swv
      where (true and swv.code = :1.code)
      order by swv.code
      limit 1
    ) "#5"
    cross join lateral (
      select
        case when "#5".sector = any(array['PO', 'VO']::text[]) then "#5".sector else :mark::text end as sector
    ) "#6"
  ) p
) r1, (
  select (p.a0[1])::text as json, null::text as subjects
  from (
    select array_agg(row_to_json("#8")) as a0, count(*)::int as n
    from (
      select care_provider.name as name
      from reference.care_provider
      where (true and care_provider.agb = :2.agb)
      order by care_provider.agb
      limit 1
    ) "#7"
    cross join lateral (select coalesce("#7".name::text, :mark::text) as name) "#8"
  ) p
) r2, (
  select (p.a0[1])::text as json, null::text as subjects
  from (
    select array_agg(row_to_json("#10")) as a0, count(*)::int as n
    from (
      select care_provider.name as name
      from reference.care_provider
      where (true and care_provider.agb = :3.agb)
      order by care_provider.agb
      limit 1
    ) "#9"
    cross join lateral (select coalesce("#9".name::text, :mark::text) as name) "#10"
  ) p
) r3
