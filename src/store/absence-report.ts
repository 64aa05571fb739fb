/** Merges absence reports and the children they are about into the attendance compartment. */

import { settledStatuses } from '../rules/thuiszitter-definition.ts';
import { rejectDuplicates, rejectLines } from '../staging/reject.ts';
import {
  differs,
  type Fragment,
  list,
  type Merge,
  type MergeResult,
  nothingNew,
  provenance,
  provenanceColumns,
  row,
} from './merge.ts';
import { chooseTellers, joinPerson, mergePersons, tellsNothingNew, youthTable } from './person.ts';

const table = 'staging.absence_report_line';
const naturalKey = ['youth_region', 'report_number'] as const;
/** A report keeps the municipality it was made to: when the child moves, only its own line changes it. */
const content = [
  'municipality_code',
  'brin6',
  'kind',
  'status',
  'from_on',
  'until_on',
  'hours',
  'reported_on',
] as const;

export async function mergeAbsenceReports(merge: Merge): Promise<MergeResult> {
  const { tx, deliveryId, source } = merge;
  const lines = tx.unsafe(table);
  await rejectDuplicates(tx, { deliveryId, table, key: naturalKey });
  const stored = tx`
    stored.youth_region = line.youth_region and stored.source = ${source}
    and stored.report_number = line.report_number`;
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OTHER_CHILD',
    field: 'meldingsnummer',
    joins: tx`join attendance.absence_report as stored on ${stored}
      join attendance.youth
        on youth.youth_region = stored.youth_region and youth.id = stored.youth_id`,
    condition: tx`youth.token_key = line.token_key and youth.bsn_token <> line.bsn_token`,
  });
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OLDER_THAN_STORED',
    field: 'peildatum',
    joins: tx`join attendance.absence_report as stored on ${stored}`,
    condition: tx`line.as_of < stored.as_of and ${differs(tx, 'stored', 'line', content)}`,
  });
  await rejectSecondOpenReport(merge);

  await chooseTellers(merge, youthTable);
  const [same] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${lines} as line
    join attendance.absence_report as stored on ${stored}
    ${joinPerson(merge, youthTable)}
    where line.delivery_id = ${deliveryId} and line.as_of <= stored.as_of
      and not ${differs(tx, 'stored', 'line', content)} and ${tellsNothingNew(merge, youthTable)}`;
  const unchanged = same?.lines ?? 0;
  if (await nothingNew(merge, table, unchanged)) return { unchanged, displaced: [] };
  await mergePersons(merge, youthTable);
  await tx`
    insert into attendance.absence_report as stored
      (youth_region, youth_id, report_number, ${list(tx, content)}, ${list(tx, provenanceColumns)})
    select line.youth_region, person.id, line.report_number, ${list(tx, content, 'line')}, ${provenance(merge)}
    from ${lines} as line
    join attendance.youth as person
      on person.youth_region = line.youth_region and person.bsn_token = line.bsn_token
    where line.delivery_id = ${deliveryId}
    on conflict (youth_region, source, report_number) do update
    set (${list(tx, [...content, ...provenanceColumns])}) = ${row(tx, 'excluded', [...content, ...provenanceColumns])}
    where stored.as_of < excluded.as_of or ${differs(tx, 'stored', 'excluded', content)}`;
  return { unchanged, displaced: [] };
}

/**
 * At most one open report of long-term absence per child and school. What is stored stays, unless this very file closes it;
 * of two that are new the first one stays.
 */
async function rejectSecondOpenReport({ tx, deliveryId, source }: Merge): Promise<void> {
  const open = (alias: string): Fragment => {
    const report = tx.unsafe(alias);
    return tx`${report}.kind = 'LONG_TERM' and ${report}.until_on is null
      and ${report}.status <> all (${[...settledStatuses]}::text[])`;
  };
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OPEN_REPORT_EXISTS',
    field: 'verzuimsoort',
    joins: tx`join (
      select candidate.seq, stored.id is not null as was_open, row_number() over (
        partition by candidate.youth_region, candidate.bsn_token, candidate.brin6
        order by stored.id is null, candidate.seq
      ) as place
      from ${tx.unsafe(table)} as candidate
      left join attendance.absence_report as stored
        on stored.youth_region = candidate.youth_region and stored.source = ${source}
        and stored.report_number = candidate.report_number
        and stored.brin6 is not distinct from candidate.brin6 and ${open('stored')}
      where candidate.delivery_id = ${deliveryId} and ${open('candidate')}
    ) as open_line on open_line.seq = line.seq`,
    condition: tx`not open_line.was_open and (
      open_line.place > 1
      or exists (
        select from attendance.youth
        join attendance.absence_report as other
          on other.youth_region = youth.youth_region and other.youth_id = youth.id
        where youth.youth_region = line.youth_region and youth.bsn_token = line.bsn_token
          and other.brin6 is not distinct from line.brin6 and ${open('other')}
          and not exists (
            select from ${tx.unsafe(table)} as delivered
            where delivered.delivery_id = ${deliveryId} and other.source = ${source}
              and delivered.youth_region = other.youth_region
              and delivered.report_number = other.report_number
          )
      )
    )`,
  });
}
