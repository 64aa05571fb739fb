-- every-role: test/contract/reference.graphql

-- statement 1 of 1, with :0.code :mark :1.code :2.first :2.limit

select r0.json, r0.subjects, r1.json, r1.subjects
from (
  select (p.a0[1])::text as json, null::text as subjects
  from (
    select array_agg(row_to_json("#6")) as a0, count(*)::int as n
    from (
      select
        municipality.code as code,
        municipality.name as name,
        municipality.province as province,
        municipality.youth_region as "#youthRegion.0",
        municipality.code as "#swvs.0"
      from reference.municipality
      where (true and municipality.code = :0.code)
      order by municipality.code
      limit 1
    ) "#1"
    cross join lateral (
      select
        coalesce("#1".code::text, :mark::text) as code,
        coalesce("#1".name::text, :mark::text) as name,
        coalesce("#1".province::text, :mark::text) as province,
        coalesce(
          (
            select row_to_json("#3")
            from (
              select youth_region.code as code, youth_region.name as name
              from reference.youth_region
              where (true and youth_region.code = "#1"."#youthRegion.0")
            ) "#2"
            cross join lateral (
              select
                coalesce("#2".code::text, :mark::text) as code,
                coalesce("#2".name::text, :mark::text) as name
            ) "#3"
          ),
          to_json(:mark::text)
        ) as "youthRegion",
        array(
          select row_to_json("#5")
          from (
            select
              swv_municipality.swv_code as code,
              swv_municipality.sector as sector,
              swv_municipality.share as share
            from reference.swv_municipality
            where (true and swv_municipality.municipality_code = "#1"."#swvs.0")
            order by swv_municipality.swv_code, swv_municipality.municipality_code
            limit 100
          ) "#4"
          cross join lateral (
            select
              coalesce("#4".code::text, :mark::text) as code,
              case
                when "#4".sector = any(array['PO', 'VO']::text[]) then "#4".sector
                else :mark::text
              end as sector,
              case
                when abs("#4".share::float8) >= 0.0001 and abs("#4".share::float8) < 1e15 or "#4".share::float8 = 0 then to_json(
                  abs("#4".share::float8) * sign("#4".share::float8)
                )
                else to_json(:mark::text)
              end as share
          ) "#5"
        ) as swvs
    ) "#6"
  ) p
) r0, (
  select (p.a0[1])::text as json, null::text as subjects
  from (
    select array_agg(row_to_json("#13")) as a0, count(*)::int as n
    from (
      select swv.code as code, swv.sector as sector, swv.code as "#municipalities.0", swv.code as "#schools.0"
      from reference.swv
      where (true and swv.code = :1.code)
      order by swv.code
      limit 1
    ) "#7"
    cross join lateral (
      select
        coalesce("#7".code::text, :mark::text) as code,
        case
          when "#7".sector = any(array['PO', 'VO']::text[]) then "#7".sector
          else :mark::text
        end as sector,
        array(
          select row_to_json("#9")
          from (
            select municipality.code as code, municipality.name as name
            from reference.municipality
            join reference.swv_municipality
            on swv_municipality.municipality_code = municipality.code
            where (true and swv_municipality.swv_code = "#7"."#municipalities.0")
            order by municipality.name, municipality.code
            limit 100
          ) "#8"
          cross join lateral (
            select
              coalesce("#8".code::text, :mark::text) as code,
              coalesce("#8".name::text, :mark::text) as name
          ) "#9"
        ) as municipalities,
        (
          select (select row_to_json(o) from (
            select
              (
                select count(*)::int
                from reference.school
                where (true and school.swv_code = "#7"."#schools.0")
              ) as "totalCount",
              coalesce(p.a0[1 : :2.first::int], '{}') as edges
          ) o)
          from (
            select array_agg(row_to_json("#12")) as a0, count(*)::int as n
            from (
              select school.brin6 as brin6, school.name as name, school.kind as kind
              from reference.school
              where (true and school.swv_code = "#7"."#schools.0")
              order by school.brin6
              limit :2.limit
            ) "#10"
            cross join lateral (
              select
                coalesce("#10".brin6::text, :mark::text) as brin6,
                coalesce("#10".name::text, :mark::text) as name,
                case
                  when "#10".kind = any(
                    array['BO', 'PRO', 'SBO', 'SO', 'SO_VSO', 'VO', 'VSO']::text[]
                  ) then "#10".kind
                  else :mark::text
                end as kind
            ) "#11"
            cross join lateral (select "#11" as node) "#12"
          ) p
        ) as schools
    ) "#13"
  ) p
) r1
