/** What the store holds, for comparing two states of it. */
import type { Pool } from '../../src/db/pools.ts';

const tables = [
  ...['youth', 'youth_identity', 'absence_report'].map((name) => `attendance.${name}`),
  ...[
    'pupil',
    'pupil_identity',
    'enrolment',
    'tlv',
    'opp',
    'arrangement',
    'adopted_application',
  ].map((name) => `education.${name}`),
  ...['client', 'waiting_list_entry', 'waiting_list_event'].map((name) => `care.${name}`),
  ...[
    'thuiszitter_case',
    'case_event',
    'ground',
    'link',
    'shared_identity',
    'shared_absence',
    'shared_support',
    'shared_waiting',
  ].map((name) => `casework.${name}`),
];

const staged = [
  'absence_report',
  'enrolment',
  'support_application',
  'tlv',
  'opp',
  'arrangement',
  'waiting_list',
  'care_event',
  'reject',
].map((name) => `staging.${name}_line`);

/** Every row of the store and of the staging lines, as text. With `ignoring`, without these columns. */
export async function dump(
  sql: Pool,
  { ignoring = [] }: { ignoring?: readonly string[] } = {},
): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const table of [...tables, ...staged]) {
    const rows = await sql<{ row: string }[]>`
      select (to_jsonb(stored) - ${[...ignoring]}::text[])::text as row
      from ${sql.unsafe(table)} as stored order by 1`;
    content[table] = rows.map(({ row }) => row);
  }
  return content;
}

/** Empties the store between tests; sources and reference data stay. */
export async function clearRecords(owner: Pool): Promise<void> {
  await owner.unsafe(`truncate ${[...tables, ...staged, 'staging.delivery'].join(', ')} cascade`);
}
