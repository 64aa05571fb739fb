/** Merges enrolments, and the pupils they are about, into the education compartment. */
import { rejectDuplicates, rejectLines } from '../staging/reject.ts';
import {
  equal,
  list,
  type Merge,
  type MergeResult,
  nothingNew,
  provenance,
  provenanceColumns,
} from './merge.ts';
import { chooseTellers, joinPerson, mergePersons, pupilTable, tellsNothingNew } from './person.ts';

const table = 'staging.enrolment_line';
const pupils = pupilTable(table);

export async function mergeEnrolments(merge: Merge): Promise<MergeResult> {
  const { tx, deliveryId } = merge;
  const lines = tx.unsafe(table);
  await rejectDuplicates(tx, { deliveryId, table, key: [...pupils.key, 'enrolled_on'] });
  const stored = tx`stored.swv_code = person.swv_code and stored.pupil_id = person.id
    and stored.enrolled_on = line.enrolled_on`;
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OLDER_THAN_STORED',
    field: 'peildatum',
    joins: tx`join education.pupil as person on ${equal(tx, 'person', 'line', pupils.key)}
      join education.enrolment as stored on ${stored}`,
    condition: tx`line.as_of < stored.as_of and line.left_on is distinct from stored.left_on`,
  });
  await chooseTellers(merge, pupils);
  const [same] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${lines} as line
    ${joinPerson(merge, pupils)}
    join education.enrolment as stored on ${stored}
    where line.delivery_id = ${deliveryId} and line.as_of <= stored.as_of
      and line.left_on is not distinct from stored.left_on and ${tellsNothingNew(merge, pupils)}`;
  const unchanged = same?.lines ?? 0;
  if (await nothingNew(merge, table, unchanged)) return { unchanged, displaced: [] };
  await mergePersons(merge, pupils);
  // A pupil is still enrolled on the day it leaves.
  await tx`
    insert into education.enrolment as stored
      (swv_code, pupil_id, brin6, enrolled_on, left_on, valid_during, ${list(tx, provenanceColumns)})
    select line.swv_code, person.id, line.brin6, line.enrolled_on, line.left_on,
      daterange(line.enrolled_on, line.left_on, '[]'), ${provenance(merge)}
    from ${lines} as line
    join education.pupil as person on ${equal(tx, 'person', 'line', pupils.key)}
    where line.delivery_id = ${deliveryId}
    on conflict (swv_code, pupil_id, enrolled_on) do update
    set left_on = excluded.left_on, valid_during = excluded.valid_during, source = excluded.source,
      delivery_id = excluded.delivery_id, delivered_at = excluded.delivered_at, as_of = excluded.as_of
    where stored.as_of < excluded.as_of or stored.left_on is distinct from excluded.left_on`;
  return { unchanged, displaced: [] };
}
