/** Merges TLVs, OPPs and arrangements, about pupils the hub knows, into the education compartment. */
import { rejectDuplicates, rejectLines } from '../staging/reject.ts';
import {
  differs,
  equal,
  list,
  type Merge,
  type MergeResult,
  nothingNew,
  provenance,
  provenanceColumns,
  row,
} from './merge.ts';
import { renewTasks } from './swv-task.ts';

const pupilKey = ['swv_code', 'brin6', 'school_pupil_number'] as const;

type Decision = {
  lines: string;
  table: string;
  /** What makes a line of this kind one and the same decision. */
  lineKey: readonly string[];
  /** The same in the table, besides the SWV, with its value over `line` and `pupil`. */
  key: Readonly<Record<string, string>>;
  content: readonly string[];
  /** An application without a number that a numbered line may be about, over `line` and `application`; null when there are none. */
  application: string | null;
};

const tlv: Decision = {
  lines: 'staging.tlv_line',
  table: 'education.tlv',
  lineKey: ['swv_code', 'number'],
  key: { source_key: "'nr:' || line.number" },
  content: [
    'brin6',
    'number',
    'kind',
    'funding_category',
    'cluster',
    'status',
    'requested_on',
    'decide_by',
    'decided_on',
    'valid_from',
    'valid_until',
    'advice_count',
  ],
  application: 'application.number is null and application.kind = line.kind',
};

const arrangement: Decision = {
  lines: 'staging.arrangement_line',
  table: 'education.arrangement',
  lineKey: ['swv_code', 'number'],
  key: { source_key: "'nr:' || line.number" },
  content: ['brin6', 'kind', 'status', 'requested_on', 'decided_on', 'valid_from', 'valid_until'],
  application: "application.source_key not like 'nr:%'",
};

const opp: Decision = {
  lines: 'staging.opp_line',
  table: 'education.opp',
  lineKey: [...pupilKey, 'version'],
  key: { pupil_id: 'pupil.id', version: 'line.version' },
  content: [
    'brin6',
    'status',
    'established_on',
    'guardians_consulted_on',
    'pupil_heard_on',
    'evaluated_on',
  ],
  application: null,
};

export const mergeTlvs = async (merge: Merge): Promise<MergeResult> => {
  const result = await mergeDecisions(merge, tlv);
  await renewTasks(merge, tlv.lines, result.displaced);
  return result;
};

export const mergeArrangements = async (merge: Merge): Promise<MergeResult> => {
  const result = await mergeDecisions(merge, arrangement);
  await renewTasks(merge, arrangement.lines, result.displaced);
  return result;
};

export const mergeOpps = async (merge: Merge): Promise<MergeResult> => {
  const result = await mergeDecisions(merge, opp);
  await renewTasks(merge, opp.lines, result.displaced);
  return result;
};

async function mergeDecisions(merge: Merge, decision: Decision): Promise<MergeResult> {
  const { tx, deliveryId } = merge;
  const lines = tx.unsafe(decision.lines);
  const table = tx.unsafe(decision.table);
  const ofPupil = equal(tx, 'pupil', 'line', pupilKey);
  const stored = tx`stored.swv_code = line.swv_code and ${tx.unsafe(
    Object.entries(decision.key)
      .map(([column, value]) => `stored.${column} = ${value}`)
      .join(' and '),
  )}`;

  await rejectLines(tx, {
    deliveryId,
    table: decision.lines,
    code: 'UNKNOWN_PUPIL',
    field: 'leerlingnummer',
    joins: tx``,
    condition: tx`not exists (select from education.pupil where ${ofPupil})`,
  });
  await rejectDuplicates(tx, { deliveryId, table: decision.lines, key: decision.lineKey });
  const differ = tx`(stored.pupil_id <> pupil.id or ${differs(tx, 'stored', 'line', decision.content)})`;
  await rejectLines(tx, {
    deliveryId,
    table: decision.lines,
    code: 'OLDER_THAN_STORED',
    field: 'peildatum',
    joins: tx`join education.pupil on ${ofPupil} join ${table} as stored on ${stored}`,
    condition: tx`line.as_of < stored.as_of and ${differ}`,
  });
  const [same] = await tx<{ lines: number }[]>`
    select count(*)::int as lines from ${lines} as line
    join education.pupil on ${ofPupil} join ${table} as stored on ${stored}
    where line.delivery_id = ${deliveryId} and line.as_of <= stored.as_of and not ${differ}`;
  const unchanged = same?.lines ?? 0;
  if (await nothingNew(merge, decision.lines, unchanged)) return { unchanged, displaced: [] };
  // A pupil that went to another school of the SWV took its decisions along.
  const displaced = await tx<{ id: string }[]>`
    select distinct stored.pupil_id as id from ${lines} as line
    join education.pupil on ${ofPupil} join ${table} as stored on ${stored}
    where line.delivery_id = ${deliveryId} and stored.pupil_id <> pupil.id`;

  if (decision.application !== null) await adoptApplications(merge, decision, decision.application);
  const columns = ['pupil_id', ...decision.content, ...provenanceColumns];
  const extra = Object.entries(decision.key).filter(([column]) => column !== 'pupil_id');
  await tx`
    insert into ${table} as stored
      (swv_code, ${list(tx, [...extra.map(([column]) => column), ...columns])})
    select line.swv_code, ${tx.unsafe(extra.map(([, value]) => value).join(', '))}, pupil.id,
      ${list(tx, decision.content, 'line')}, ${provenance(merge)}
    from ${lines} as line join education.pupil on ${ofPupil}
    where line.delivery_id = ${deliveryId}
    on conflict (swv_code, ${list(tx, Object.keys(decision.key))}) do update
    set (${list(tx, columns)}) = ${row(tx, 'excluded', columns)}
    where stored.as_of < excluded.as_of
      or ${differs(tx, 'stored', 'excluded', ['pupil_id', ...decision.content])}`;
  return { unchanged, displaced: displaced.map(({ id }) => id) };
}

/**
 * The SWV numbers what a school applied for: the row of the application takes the number, so that there are not two.
 * It must be the same day of request, or a decision that came after the application.
 */
async function adoptApplications(
  { tx, deliveryId }: Merge,
  decision: Decision,
  ofSameKind: string,
): Promise<void> {
  const table = tx.unsafe(decision.table);
  await tx`
    with candidate as (
      select line.seq, line.swv_code, line.number, application.id, application.source_key,
        row_number() over (partition by line.seq order by
          application.requested_on <> line.requested_on, application.requested_on, application.source_key) as of_line,
        row_number() over (partition by application.id order by
          application.requested_on <> line.requested_on, line.requested_on, line.seq) as of_application
      from ${tx.unsafe(decision.lines)} as line
      join education.pupil on ${equal(tx, 'pupil', 'line', pupilKey)}
      join ${table} as application
        on application.swv_code = pupil.swv_code and application.pupil_id = pupil.id
      where line.delivery_id = ${deliveryId}
        and application.status = 'REQUESTED' and ${tx.unsafe(ofSameKind)}
        and (application.requested_on = line.requested_on or (
          line.status <> 'REQUESTED'
          and (line.decided_on is null or line.decided_on >= application.requested_on)))
        and not exists (
          select from ${table} as stored
          where stored.swv_code = line.swv_code and stored.source_key = 'nr:' || line.number)
    ), pair as (
      select * from candidate where of_line = 1 and of_application = 1
    ), adopted as (
      update ${table} as application set source_key = 'nr:' || pair.number
      from pair where application.swv_code = pair.swv_code and application.id = pair.id
    )
    insert into education.adopted_application (swv_code, source_key, record_id)
    select swv_code, source_key, id from pair`;
}
