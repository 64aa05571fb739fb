/**
 * Merges iJw messages into the care compartment: an allocation (JW301), a start (JW305) or a stop (JW307) becomes an
 * event on the waiting-list entry it is about, and sets the dates of that entry.
 */
import { careMessages } from '../../schema/codes.ts';
import { rejectDuplicates, rejectLines } from '../staging/reject.ts';
import {
  differs,
  equal,
  list,
  type Merge,
  type MergeResult,
  provenance,
  provenanceColumns,
  row,
} from './merge.ts';

type Message = (typeof careMessages)[number];

const table = 'staging.care_event_line';
const naturalKey = [
  'youth_region',
  'provider_agb',
  'message',
  'message_id',
  'allocation_number',
] as const;
const content = ['product_category', 'product_code', 'occurred_on', 'end_reason'] as const;

/**
 * What a message makes of its entry. A message that is older than the entry only fills what is empty: the waiting list
 * that came after it knew better.
 */
const effects: Record<Message, string> = {
  JW301: `
    allocation_number = coalesce(entry.allocation_number, line.allocation_number),
    allocated_on = case when line.as_of >= entry.as_of or entry.allocated_on is null
      then line.occurred_on else entry.allocated_on end,
    intended_start = case when line.as_of >= entry.as_of or entry.intended_start is null
      then coalesce(line.intended_start, entry.intended_start) else entry.intended_start end`,
  // After a stop that was temporary help can start again.
  JW305: `
    started_on = case when line.as_of >= entry.as_of or entry.started_on is null
      then line.occurred_on else entry.started_on end,
    status = case
      when entry.status in ('REGISTERED', 'WAITING_FOR_INTAKE', 'WAITING_FOR_START') then 'STARTED'
      when entry.status = 'ENDED' and entry.ended_on < line.occurred_on then 'STARTED'
      else entry.status end,
    ended_on = case when entry.ended_on < line.occurred_on then null else entry.ended_on end,
    end_reason = case when entry.ended_on < line.occurred_on then null else entry.end_reason end`,
  JW307: `
    ended_on = case when line.as_of >= entry.as_of or entry.ended_on is null
      then line.occurred_on else entry.ended_on end,
    end_reason = case when line.as_of >= entry.as_of or entry.end_reason is null
      then line.end_reason else entry.end_reason end,
    status = 'ENDED'`,
};

export async function mergeCareEvents(merge: Merge): Promise<MergeResult> {
  const { tx, deliveryId } = merge;
  const lines = tx.unsafe(table);
  const stored = equal(tx, 'stored', 'line', naturalKey);
  await rejectDuplicates(tx, { deliveryId, table, key: naturalKey });
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OLDER_THAN_STORED',
    field: 'Dagtekening',
    joins: tx`join care.waiting_list_event as stored on ${stored}`,
    condition: tx`line.as_of < stored.as_of and ${differs(tx, 'stored', 'line', content)}`,
  });
  const [same] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${lines} as line
    join care.waiting_list_event as stored on ${stored}
    where line.delivery_id = ${deliveryId} and line.as_of <= stored.as_of
      and not ${differs(tx, 'stored', 'line', content)}`;
  // In this order, since a start refers to the number that its allocation gave to the entry.
  for (const message of careMessages) await mergeMessage(merge, message);
  return { unchanged: same?.lines ?? 0, displaced: [] };
}

async function mergeMessage(merge: Merge, message: Message): Promise<void> {
  const { tx, deliveryId } = merge;
  const lines = tx.unsafe(table);
  const delivered = tx`line.delivery_id = ${deliveryId} and line.message = ${message}`;
  await findEntries(merge, message);
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'NO_WAITING_LIST_ENTRY',
    field: 'ToewijzingNummer',
    joins: tx``,
    condition: tx`line.message = ${message} and line.entry_id is null`,
  });
  await tx`
    insert into care.waiting_list_event as stored
      (${list(tx, naturalKey)}, entry_id, municipality_code, ${list(tx, content)}, ${list(tx, provenanceColumns)})
    select ${list(tx, naturalKey, 'line')}, line.entry_id, line.municipality_code,
      ${list(tx, content, 'line')}, ${provenance(merge)}
    from ${lines} as line where ${delivered}
    on conflict (${list(tx, naturalKey)}) do update
    set (${list(tx, [...content, ...provenanceColumns])}) = ${row(tx, 'excluded', [...content, ...provenanceColumns])}
    where stored.as_of < excluded.as_of or ${differs(tx, 'stored', 'excluded', content)}`;
  // Only events that are new or changed move the entry, the last one of an entry last.
  await tx`
    update care.waiting_list_entry as entry
    set ${tx.unsafe(effects[message])},
      (${list(tx, provenanceColumns)}) = row(${provenance(merge, 'greatest(entry.as_of, line.as_of)')})
    from (
      select distinct on (line.youth_region, line.entry_id) line.*
      from ${lines} as line
      join care.waiting_list_event as event
        on ${equal(tx, 'event', 'line', naturalKey)} and event.delivery_id = ${deliveryId}
      where ${delivered}
      order by line.youth_region, line.entry_id, line.occurred_on desc, line.seq desc
    ) as line
    where entry.youth_region = line.youth_region and entry.id = line.entry_id`;
}

/** Finds the entry of each message: as before, by the number of the allocation, or, for an allocation, by the client. */
async function findEntries({ tx, deliveryId }: Merge, message: Message): Promise<void> {
  const lines = tx.unsafe(table);
  const searching = tx`line.delivery_id = ${deliveryId} and line.message = ${message} and line.entry_id is null`;
  await tx`
    update ${lines} as line set entry_id = stored.entry_id
    from care.waiting_list_event as stored
    where ${searching} and ${equal(tx, 'stored', 'line', naturalKey)}`;
  await tx`
    update ${lines} as line set entry_id = found.id
    from (
      select distinct on (line.seq) line.seq, entry.id
      from ${lines} as line
      join care.waiting_list_entry as entry
        on ${equal(tx, 'entry', 'line', ['youth_region', 'provider_agb', 'allocation_number'])}
      where ${searching}
      order by line.seq, entry.referred_on desc, entry.reference
    ) as found
    where line.delivery_id = ${deliveryId} and line.seq = found.seq`;
  if (message !== 'JW301') return;
  // One entry for each allocation: the newest of both sides first.
  await tx`
    update ${lines} as line set entry_id = entry.id
    from (
      select line.seq, ${list(tx, ['youth_region', 'provider_agb', 'bsn_token'], 'line')}, row_number() over (
        partition by line.youth_region, line.provider_agb, line.bsn_token
        order by line.occurred_on desc, line.seq desc
      ) as place
      from ${lines} as line where ${searching}
    ) as wanted
    join (
      select entry.id, ${list(tx, ['youth_region', 'provider_agb', 'bsn_token'], 'client')}, row_number() over (
        partition by client.youth_region, client.provider_agb, client.bsn_token
        order by entry.referred_on desc, entry.reference
      ) as place
      from care.waiting_list_entry as entry
      join care.client on client.youth_region = entry.youth_region and client.id = entry.client_id
      where entry.allocation_number is null
        and exists (
          select from ${lines} as line
          where ${searching} and ${equal(tx, 'client', 'line', ['youth_region', 'provider_agb', 'bsn_token'])})
    ) as entry on ${equal(tx, 'entry', 'wanted', ['youth_region', 'provider_agb', 'bsn_token', 'place'])}
    where line.delivery_id = ${deliveryId} and line.seq = wanted.seq`;
}
