/** Asks one question both ways, of the reference resolvers and of the compiled statements, and says where they differ. */
import { createHash } from 'node:crypto';
import type { Role } from '../../schema/codes.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { Unavailable } from '../../src/db/unavailable.ts';
import type { TestDatabase } from './database.ts';
import { testHub } from './hub.ts';
import type { AnyDocument, EarlierPage } from './write-document.ts';

/** `thenAs` asks the same text once more, if it is asked again. */
export type Question = { as: Viewer; thenAs: Viewer; document: AnyDocument };

export type Difference = {
  asked: string;
  /** Status and bytes of both answers. */
  reference: string;
  compiled: string;
  /** Both tell an error. Of several the resolvers tell one, and which one depends on what else is at work. */
  isAmongErrors: boolean;
};

export type BothPaths = Awaited<ReturnType<typeof openBothPaths>>;

type Hub = Awaited<ReturnType<typeof testHub>>;
type Asked = { as: Viewer; query: string; variables: Record<string, unknown> };

/** The only part of a body that may differ: an error of our own is told by an id of its own. */
const withoutErrorIds = (body: string): string =>
  body.replace(/("code":"INTERNAL_SERVER_ERROR","id":")[0-9a-f]{16}"/g, '$1…"');

/** Whether an answer is one, and holds errors. Without them an answer is never a matter of chance. */
const hasErrors = (answer: string): boolean => /^\d{3} \{"errors":/.test(answer);

const cursorsIn = (data: unknown): string[] => {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([name, value]) =>
    name === 'cursor' && typeof value === 'string' ? [value] : cursorsIn(value),
  );
};

export const openBothPaths = async (database: TestDatabase, day: string) => {
  // Rows of the access log are told apart by their instant.
  const instants = { reference: `${day}T11:00:00.000Z`, compiled: `${day}T11:00:00.001Z` };
  const hubAt = (instant: string, readPath: 'reference' | 'compiled') =>
    testHub(database, () => new Date(instant), { readPath });
  const reference = await hubAt(instants.reference, 'reference');
  const compiled = await hubAt(instants.compiled, 'compiled');
  const earlier = await hubAt(`${day}T11:00:00.002Z`, 'reference');
  const pages = new Map<string, Promise<string[]>>();
  /** Documents of which one path left more rows in the access log than the other, because it was asked again. */
  const askedAgain = new Set<string>();
  const tally = { asked: 0, refused: 0 };

  /** A busy machine is no difference. */
  const patiently = async <T>(query: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      askedAgain.add(createHash('sha256').update(query).digest('hex'));
      return ask();
    }
  };

  const cursorFrom = async (as: Viewer, page: EarlierPage): Promise<string> => {
    const key = JSON.stringify([as.subject, page.query, page.variables]);
    const found =
      pages.get(key) ??
      patiently(page.query, () => earlier.ask(as, page.query, page.variables)).then(cursorsIn);
    pages.set(key, found);
    const cursors = await found;
    // Of an empty list there is none; no text is the beginning.
    return cursors[page.pick % cursors.length] ?? '';
  };

  /** The document with its cursors in place, so that both are asked the same; twice where it is asked again. */
  const ready = async ({ as, thenAs, document }: Question): Promise<Asked[]> => {
    let text = JSON.stringify([document.query, document.variables, document.again]);
    for (const page of document.pages) {
      text = text.replaceAll(page.placeholder, await cursorFrom(as, page));
    }
    const [query, variables, again] = JSON.parse(text);
    return [
      { as, query, variables },
      ...(again === null ? [] : [{ as: thenAs, query, variables: again }]),
    ];
  };

  const answer = async (hub: Hub, { as, query, variables }: Asked): Promise<string> => {
    const { status, body } = await patiently(query, () => hub.ask(as, query, variables));
    return `${status} ${withoutErrorIds(body)}`;
  };

  return {
    compiled,

    /** Null when both paths give the same status and the same bytes. */
    async difference(question: Question): Promise<Difference | null> {
      for (const asked of await ready(question)) {
        const [one, other] = await Promise.all([answer(reference, asked), answer(compiled, asked)]);
        tally.asked += 1;
        if (hasErrors(one)) tally.refused += 1;
        if (one === other) continue;
        const { as, query, variables } = asked;
        return {
          asked: `${as.role} of ${as.organisation}\n${query}\n${JSON.stringify(variables)}`,
          reference: one,
          compiled: other,
          isAmongErrors: hasErrors(one) && hasErrors(other),
        };
      }
      return null;
    },

    /** How much was asked so far, and how much of that the reference answered with an error. */
    tally: () => ({ ...tally }),

    /** Hashes of the documents of which the paths left something else in the access log. */
    async logDifferences(role: Role): Promise<string[]> {
      // What an operation that failed had read until then is a matter of chance, also for the resolvers.
      const rows = await database.owner<{ at: string; hash: string; said: string }[]>`
        select to_char(access.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, document_hash as hash,
          concat_ws(' ', subject, organisation, purpose, legal_basis, action, operation, outcome,
            case outcome when 'ALLOWED' then concat_ws(' ', subject_count,
              md5(string_agg(compartment || subject_id, ' ' order by compartment, subject_id))) end) as said
        from audit.access left join audit.access_subject using (operation_id)
          left join unnest(subject_ids) as subject_id on true
        where role = ${role} group by operation_id`;
      const said = (instant: string) => {
        const byHash = new Map<string, string[]>();
        for (const row of rows) {
          if (row.at !== instant) continue;
          byHash.set(row.hash, [...(byHash.get(row.hash) ?? []), row.said]);
        }
        return byHash;
      };
      const [one, other] = [said(instants.reference), said(instants.compiled)];
      return [...new Set([...one.keys(), ...other.keys()])].filter(
        (hash) =>
          !askedAgain.has(hash) &&
          JSON.stringify(one.get(hash)?.sort()) !== JSON.stringify(other.get(hash)?.sort()),
      );
    },

    /** By which a question is found in the access log. */
    async hashOf(question: Question): Promise<string> {
      const [asked] = await ready(question);
      return createHash('sha256')
        .update(asked?.query ?? '')
        .digest('hex');
    },

    forgetLog: () => database.owner`truncate audit.access, audit.access_subject`,

    stop: () => Promise.all([reference, compiled, earlier].map((hub) => hub.stop())),
  };
};
