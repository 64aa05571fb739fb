/** Rejects lines that only the database can tell are wrong, and keeps the rejects of a delivery. */
import type { PendingQuery, Row, TransactionSql } from 'postgres';
import type { RejectReason } from '../ingest/record.ts';

type Fragment = PendingQuery<Row[]>;

/** Why a line is rejected by what is stored already, or by another line of the same delivery. Dutch, for a data steward. */
export const storeRejects = {
  DUPLICATE_IN_FILE:
    'Deze regel staat meer dan één keer in dit bestand. Alleen de laatste telt. Lever elke regel één keer aan.',
  OLDER_THAN_STORED:
    'Deze regel is ouder dan wat wij al hebben. Lever de nieuwste gegevens aan, met de peildatum van nu.',
  OPEN_REPORT_EXISTS:
    'Dit kind heeft op deze school al een open melding van langdurig verzuim. Sluit eerst die melding of trek deze in.',
  UNKNOWN_PUPIL:
    'Deze leerling kennen wij niet op deze school. Controleer de vestiging en het leerlingnummer, of laat de school eerst de inschrijving aanleveren.',
  NO_WAITING_LIST_ENTRY:
    'Bij dit bericht vinden wij geen plaats op de wachtlijst. Lever eerst de wachtlijst van deze aanbieder aan.',
  OTHER_CHILD:
    'Dit nummer hoort bij ons al bij een ander kind. Controleer het BSN, of geef deze regel een nieuw nummer.',
} satisfies Record<string, string>;

export type StoreReject = keyof typeof storeRejects;

/**
 * Takes the lines that meet the condition out of staging and notes why. `line` is the staging table in `joins` and
 * `condition`; neither need name the delivery.
 */
export async function rejectLines(
  tx: TransactionSql,
  {
    deliveryId,
    table,
    code,
    field = null,
    joins,
    condition,
  }: {
    deliveryId: string;
    table: string;
    code: StoreReject;
    /** As the source calls it. */
    field?: string | null;
    joins: Fragment;
    condition: Fragment;
  },
): Promise<void> {
  await tx`
    with wrong as materialized (
      select distinct line.seq from ${tx.unsafe(table)} as line ${joins}
      where line.delivery_id = ${deliveryId} and ${condition}
    ), gone as (
      delete from ${tx.unsafe(table)} as line using wrong
      where line.delivery_id = ${deliveryId} and line.seq = wrong.seq
      returning line.seq, line.line
    )
    insert into staging.reject_line (delivery_id, seq, line, field, code, message)
    select ${deliveryId}, seq, line, ${field}, ${code}, ${storeRejects[code]} from gone`;
}

/** Of lines with the same key the last one wins: that is how a steward corrects a file, by adding a line. */
export async function rejectDuplicates(
  tx: TransactionSql,
  { deliveryId, table, key }: { deliveryId: string; table: string; key: readonly string[] },
): Promise<void> {
  const columns = tx.unsafe(key.join(', '));
  await rejectLines(tx, {
    deliveryId,
    table,
    code: 'DUPLICATE_IN_FILE',
    joins: tx`join (
      select ${columns}, max(seq) as seq from ${tx.unsafe(table)}
      where delivery_id = ${deliveryId} group by ${columns} having count(*) > 1
    ) as last on ${tx.unsafe(key.map((column) => `line.${column} = last.${column}`).join(' and '))}`,
    condition: tx`line.seq < last.seq`,
  });
}

export type RejectSummary = {
  /** Rejected lines; one line may have several rejects. */
  lines: number;
  total: number;
  first: (RejectReason & { line: number })[];
};

/** Keeps the rejects, in the order of the file. */
export async function keepRejects(
  tx: TransactionSql,
  { deliveryId, source, show }: { deliveryId: string; source: string; show: number },
): Promise<RejectSummary> {
  const { count: total } = await tx`
    insert into staging.reject (delivery_id, seq, source, line, field, code, message)
    select delivery_id, row_number() over (order by seq, field nulls first, code),
      ${source}, line, field, code, message
    from staging.reject_line where delivery_id = ${deliveryId}`;
  if (total === 0) return { lines: 0, total: 0, first: [] };
  const [rejected] = await tx<{ lines: number }[]>`
    select count(distinct seq)::int as lines from staging.reject_line
    where delivery_id = ${deliveryId}`;
  const first = await tx<(RejectReason & { line: number })[]>`
    select line, field, code, message from staging.reject
    where delivery_id = ${deliveryId} order by seq limit ${show}`;
  return { lines: rejected?.lines ?? 0, total, first: [...first] };
}
