/** Merges a provider's waiting list, and the clients on it, into the care compartment. */
import { rejectDuplicates, rejectLines } from '../staging/reject.ts';
import {
  equal,
  type Fragment,
  list,
  type Merge,
  type MergeResult,
  nothingNew,
  provenance,
  provenanceColumns,
} from './merge.ts';
import { chooseTellers, clientTable, joinPerson, mergePersons, tellsNothingNew } from './person.ts';

const table = 'staging.waiting_list_line';
const naturalKey = ['youth_region', 'provider_agb', 'reference'] as const;

/** Where the list is silent, what an iJw message said stands. */
const filledByMessages = ['allocation_number', 'allocated_on', 'intended_start'] as const;
const content = [
  'municipality_code',
  'care_kind',
  'referrer',
  'referred_on',
  'registered_on',
  'intake_on',
  'started_on',
  'ended_on',
  'status',
  'bridging',
  'hinders_education',
  ...filledByMessages,
] as const;

export async function mergeWaitingList(merge: Merge): Promise<MergeResult> {
  const { tx, deliveryId } = merge;
  const lines = tx.unsafe(table);
  const stored = equal(tx, 'stored', 'line', naturalKey);
  const told = (alias: string): Fragment =>
    tx.unsafe(
      content
        .map((column) =>
          filledByMessages.some((filled) => filled === column)
            ? `coalesce(${alias}.${column}, stored.${column})`
            : `${alias}.${column}`,
        )
        .join(', '),
    );
  const differ = (alias: string) =>
    tx`(${list(tx, content, 'stored')}) is distinct from (${told(alias)})`;

  await rejectDuplicates(tx, { deliveryId, table, key: naturalKey });
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OTHER_CHILD',
    field: 'referentie',
    joins: tx`join care.waiting_list_entry as stored on ${stored}
      join care.client
        on client.youth_region = stored.youth_region and client.id = stored.client_id`,
    condition: tx`client.token_key = line.token_key and client.bsn_token <> line.bsn_token`,
  });
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'OLDER_THAN_STORED',
    field: 'peildatum',
    joins: tx`join care.waiting_list_entry as stored on ${stored}`,
    condition: tx`line.as_of < stored.as_of and ${differ('line')}`,
  });
  await chooseTellers(merge, clientTable);
  const [same] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${lines} as line
    join care.waiting_list_entry as stored on ${stored}
    ${joinPerson(merge, clientTable)}
    where line.delivery_id = ${deliveryId} and line.as_of <= stored.as_of
      and not ${differ('line')} and ${tellsNothingNew(merge, clientTable)}`;
  const unchanged = same?.lines ?? 0;
  if (await nothingNew(merge, table, unchanged)) return { unchanged, displaced: [] };
  await mergePersons(merge, clientTable);
  await tx`
    insert into care.waiting_list_entry as stored
      (${list(tx, naturalKey)}, client_id, ${list(tx, content)}, ${list(tx, provenanceColumns)})
    select ${list(tx, naturalKey, 'line')}, person.id, ${list(tx, content, 'line')}, ${provenance(merge)}
    from ${lines} as line ${joinPerson(merge, clientTable)}
    where line.delivery_id = ${deliveryId}
    on conflict (${list(tx, naturalKey)}) do update
    set (${list(tx, content)}, ${list(tx, provenanceColumns)}) =
        (${told('excluded')}, ${list(tx, provenanceColumns, 'excluded')}),
      end_reason = case when excluded.ended_on is not null then stored.end_reason end
    where stored.as_of < excluded.as_of or ${differ('excluded')}`;
  return { unchanged, displaced: [] };
}
