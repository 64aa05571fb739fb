/** A case of the demonstration that no question is about, and the command that notes an action on it, to be counted. */
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../src/auth/viewer.ts';
import type { Pool } from '../../src/db/pools.ts';
import { purposesOf } from '../../src/policy/policy.ts';
import { dayInAmsterdam } from '../../src/today.ts';
import type { Question } from './questions.ts';

export type NotedCase = {
  /** A new command each time; sending the same one again is to have no second effect. */
  command(): Question;
  /** What answers it. */
  answer: string;
  /** How many actions the case has. */
  actions(): Promise<number>;
};

const role = 'attendanceOfficer';
const week = 7 * 24 * 3600 * 1000;

export const notedCase = async (
  owner: Pool,
  tokenFor: (viewer: Viewer) => Promise<string>,
): Promise<NotedCase> => {
  // Municipalities of which somebody in the demonstration asks are left out, and cases that others take part in.
  const [found] = await owner<{ region: string; id: string; municipality: string }[]>`
    select youth_region as region, id, municipality_code as municipality
    from casework.thuiszitter_case
    where closed_on is null and access = '{}' and municipality_code not in ('0546', '0547') limit 1`;
  if (found === undefined) throw new Error('the demonstration has no case for the commands');
  const { region, id, municipality } = found;
  const caseId = `${region}.${id}`;
  const token = await tokenFor({
    subject: 'noter',
    role,
    organisation: municipality,
    purpose: purposesOf(role)[0] ?? '',
    client: null,
    expiresAt: Number.MAX_SAFE_INTEGER,
  });
  return {
    command: () => ({
      name: 'a command',
      token,
      query: `mutation Note($input: ThuiszitterCaseNoteActionInput!) {
        thuiszitterCaseNoteAction(input: $input) { thuiszitterCase { id } userErrors { code } }
      }`,
      variables: {
        input: {
          idempotencyKey: randomUUID(),
          caseId,
          done: 'REVIEW',
          next: {
            kind: 'REVIEW',
            dueOn: dayInAmsterdam(new Date(Date.now() + week)),
            owner: { role, organisation: municipality },
          },
        },
      },
    }),
    answer: JSON.stringify({
      data: { thuiszitterCaseNoteAction: { thuiszitterCase: { id: caseId }, userErrors: [] } },
    }),
    actions: async () => {
      const [row] = await owner<{ count: number }[]>`
        select count(*) from casework.case_event where case_id = ${id} and kind = 'ACTION_NOTED'`;
      return row?.count ?? 0;
    },
  };
};
