/**
 * Merges what a school asks of its SWV (OSO "aanvraag SWV-dossier"): the pupil, its enrolment, and a TLV or an arrangement
 * that is requested and has no number yet.
 */
import { rejectDuplicates, rejectLines } from '../staging/reject.ts';
import { list, type Merge, type MergeResult, provenance, provenanceColumns } from './merge.ts';
import { chooseTellers, joinPerson, mergePersons, pupilTable, tellsNothingNew } from './person.ts';
import { renewTasks } from './swv-task.ts';

const table = 'staging.support_application_line';
const pupils = pupilTable(table);

/** A decision on an application is due in eight weeks: Awb art. 4:13. */
const decisionDays = 56;

export async function mergeSupportApplications(merge: Merge): Promise<MergeResult> {
  const { tx, deliveryId } = merge;
  const lines = tx.unsafe(table);
  await rejectDuplicates(tx, { deliveryId, table, key: ['swv_code', 'source_key'] });
  await rejectOlder(merge);
  await chooseTellers(merge, pupils);
  const [same] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${lines} as line
    ${joinPerson(merge, pupils)}
    join education.enrolment on enrolment.swv_code = person.swv_code
      and enrolment.pupil_id = person.id and enrolment.enrolled_on = line.enrolled_on
    left join education.tlv on tlv.swv_code = line.swv_code and tlv.source_key = line.source_key
    left join education.arrangement
      on arrangement.swv_code = line.swv_code and arrangement.source_key = line.source_key
    left join education.adopted_application as adopted
      on adopted.swv_code = line.swv_code and adopted.source_key = line.source_key
    where line.delivery_id = ${deliveryId} and ${tellsNothingNew(merge, pupils)} and (
      adopted.record_id is not null
      or (line.application = 'TLV' and line.as_of <= tlv.as_of and tlv.kind = line.tlv_kind
        and tlv.requested_on = line.requested_on)
      or (line.application = 'ARRANGEMENT' and line.as_of <= arrangement.as_of
        and arrangement.requested_on = line.requested_on))`;
  await mergePersons(merge, pupils);
  // The school's own enrolments say more (when the pupil left), so they are left alone.
  await tx`
    insert into education.enrolment
      (swv_code, pupil_id, brin6, enrolled_on, valid_during, ${list(tx, provenanceColumns)})
    select distinct on (person.swv_code, person.id, line.enrolled_on)
      line.swv_code, person.id, line.brin6, line.enrolled_on, daterange(line.enrolled_on, null),
      ${provenance(merge)}
    from ${lines} as line ${joinPerson(merge, pupils)}
    where line.delivery_id = ${deliveryId}
    on conflict (swv_code, pupil_id, enrolled_on) do nothing`;
  await rememberNumbered(merge);
  await insertRequests(merge);
  await renewTasks(merge, table);
  return { unchanged: same?.lines ?? 0, displaced: [] };
}

async function rejectOlder({ tx, deliveryId }: Merge): Promise<void> {
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OLDER_THAN_STORED',
    field: 'datum',
    joins: tx`join education.tlv as stored
      on stored.swv_code = line.swv_code and stored.source_key = line.source_key`,
    condition: tx`line.application = 'TLV' and line.as_of < stored.as_of
      and (stored.kind, stored.requested_on) is distinct from (line.tlv_kind, line.requested_on)`,
  });
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OLDER_THAN_STORED',
    field: 'datum',
    joins: tx`join education.arrangement as stored
      on stored.swv_code = line.swv_code and stored.source_key = line.source_key`,
    condition: tx`line.application = 'ARRANGEMENT' and line.as_of < stored.as_of
      and stored.requested_on <> line.requested_on`,
  });
}

/** An application that comes after the SWV numbered it (same pupil, kind and day of request) is that decision, not a new one. */
async function rememberNumbered(merge: Merge): Promise<void> {
  const { tx, deliveryId } = merge;
  await tx`
    insert into education.adopted_application (swv_code, source_key, record_id)
    select distinct on (line.swv_code, line.source_key) line.swv_code, line.source_key, decision.id
    from ${tx.unsafe(table)} as line
    ${joinPerson(merge, pupils)}
    join (
      select 'TLV' as application, swv_code, pupil_id, id, kind, requested_on from education.tlv
      where source_key like 'nr:%'
      union all
      select 'ARRANGEMENT', swv_code, pupil_id, id, null, requested_on from education.arrangement
      where source_key like 'nr:%'
    ) as decision on decision.application = line.application
      and decision.swv_code = person.swv_code and decision.pupil_id = person.id
      and decision.kind is not distinct from line.tlv_kind
      and decision.requested_on = line.requested_on
    where line.delivery_id = ${deliveryId}
      and not exists (
        select from education.tlv where tlv.swv_code = line.swv_code and tlv.source_key = line.source_key)
      and not exists (
        select from education.arrangement
        where arrangement.swv_code = line.swv_code and arrangement.source_key = line.source_key)
    order by line.swv_code, line.source_key, decision.id
    on conflict (swv_code, source_key) do nothing`;
}

async function insertRequests(merge: Merge): Promise<void> {
  const { tx, deliveryId } = merge;
  const requests = tx`
    from ${tx.unsafe(table)} as line ${joinPerson(merge, pupils)}
    where line.delivery_id = ${deliveryId} and not exists (
      select from education.adopted_application as adopted
      where adopted.swv_code = line.swv_code and adopted.source_key = line.source_key)`;
  await tx`
    insert into education.tlv as stored
      (swv_code, pupil_id, brin6, source_key, kind, status, requested_on, decide_by, advice_count,
      ${list(tx, provenanceColumns)})
    select line.swv_code, person.id, line.brin6, line.source_key, line.tlv_kind, 'REQUESTED',
      line.requested_on, line.requested_on + ${decisionDays}::int, 0, ${provenance(merge)}
    ${requests} and line.application = 'TLV'
    on conflict (swv_code, source_key) do update
    set kind = excluded.kind, requested_on = excluded.requested_on, decide_by = excluded.decide_by,
      source = excluded.source, delivery_id = excluded.delivery_id,
      delivered_at = excluded.delivered_at, as_of = excluded.as_of
    where stored.as_of < excluded.as_of
      or (stored.kind, stored.requested_on) is distinct from (excluded.kind, excluded.requested_on)`;
  // An application does not say which kind of arrangement will come of it; one for the pupil itself is what it asks for.
  await tx`
    insert into education.arrangement as stored
      (swv_code, pupil_id, brin6, source_key, kind, status, requested_on, ${list(tx, provenanceColumns)})
    select line.swv_code, person.id, line.brin6, line.source_key, 'INDIVIDUAL', 'REQUESTED',
      line.requested_on, ${provenance(merge)}
    ${requests} and line.application = 'ARRANGEMENT'
    on conflict (swv_code, source_key) do update
    set requested_on = excluded.requested_on, source = excluded.source,
      delivery_id = excluded.delivery_id, delivered_at = excluded.delivered_at, as_of = excluded.as_of
    where stored.as_of < excluded.as_of or stored.requested_on <> excluded.requested_on`;
}
