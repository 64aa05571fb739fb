/** What real clients ask of a hub over HTTP, as every role, and whether an answer is the right one. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { Role } from '../../schema/codes.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { demoIdentities } from '../../src/demo/identities.ts';
import { purposesOf } from '../../src/policy/policy.ts';

const contract = (name: string) =>
  readFileSync(new URL(`../contract/${name}.graphql`, import.meta.url), 'utf8');

/** The documents of real clients by role; a role that is not here asks what its demonstration page shows. */
const documents: Partial<Record<Role, readonly string[]>> = {
  attendanceOfficer: ['caseload', 'case', 'reference'],
  swvCoordinator: ['support-decisions', 'case', 'reference'],
  schoolCareCoordinator: ['case'],
  youthCoordinator: ['waiting-list', 'case'],
  careProvider: ['waiting-list', 'reference'],
  analyst: ['reference'],
  source: ['deliveries'],
};

/** How many cases of a viewer are asked one by one. */
const casesEach = 5;

export type Question = {
  /** For a report: who asks what. */
  name: string;
  token: string;
  query: string;
  variables: Record<string, unknown>;
};

export type Answer = {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  /** The trace id it was asked under; the access log has it too. */
  traceId: string;
  ms: number;
};

/** Keeps connections for less long than the hub does: a question on one that is just being closed would be lost. */
export const openAgent = (): Agent => new Agent({ keepAlive: true, timeout: 3_000 });

/** Rejects with the error of the socket, or with `TimeoutError` after `timeoutMs`. */
export const put = (
  origin: string,
  { token, query, variables }: Pick<Question, 'token' | 'query' | 'variables'>,
  { agent, timeoutMs }: { agent: Agent; timeoutMs: number },
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const traceId = randomBytes(16).toString('hex');
    const body = JSON.stringify({ query, variables });
    const started = performance.now();
    const asked = request(
      `${origin}/graphql`,
      {
        method: 'POST',
        agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          traceparent: `00-${traceId}-${'1'.repeat(16)}-01`,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString('utf8'),
              traceId,
              ms: performance.now() - started,
            }),
          );
      },
    );
    asked.on('error', (error: NodeJS.ErrnoException) =>
      // What `AbortSignal.timeout` says is only that something was aborted.
      reject(error.name === 'AbortError' ? (error.cause ?? error) : error),
    );
    asked.end(body);
  });

/** An answer without what differs from one time to the next: a cursor is encrypted anew every time. */
export const comparable = (body: string): string =>
  body.trim().replace(/"(endCursor|startCursor|cursor)":"[^"]*"/g, '"$1":"…"');

/** Words that only the database, its driver or its address would say. */
const words = /postgres|sql|econn|epipe|connection|backend|relation|hub_|127\.0\.0\.1|\bat \//i;

/** What is wrong with an answer that says "not now"; null when it is as it should be. */
const wrongRefusal = ({ status, headers, body }: Answer): string | null => {
  if (status !== 503) return `status ${status}: ${body.slice(0, 300)}`;
  const wait = Number(headers['retry-after']);
  if (!(wait >= 0 && wait <= 2)) return `Retry-After ${headers['retry-after']}`;
  const { errors, data } = JSON.parse(body) as {
    errors?: { extensions?: { code?: string } }[];
    data?: unknown;
  };
  if (data !== undefined) return 'a refusal with data';
  if (errors?.length !== 1 || errors[0]?.extensions?.code !== 'UNAVAILABLE') return body;
  return words.test(body) ? `it tells of the database: ${body}` : null;
};

/** `right`, `refused` (as it should be), or what is wrong. */
export const verdictOn = (answer: Answer, expected: string | undefined): string => {
  if (answer.status === 200) {
    return comparable(answer.body) === expected
      ? 'right'
      : `another answer: ${answer.body.length} bytes`;
  }
  return wrongRefusal(answer) ?? 'refused';
};

/** The viewers of the demonstration. */
const demoViewers = (): Viewer[] =>
  demoIdentities.map(({ subject, role, organisation }) => ({
    subject,
    role,
    organisation,
    purpose: purposesOf(role)[0] ?? '',
    client: null,
    expiresAt: Number.MAX_SAFE_INTEGER,
  }));

/** The questions of every viewer of the demonstration, with variables that lead to rows. */
export const demoQuestions = async (
  tokenFor: (viewer: Viewer) => Promise<string>,
  ask: (question: Question) => Promise<Answer>,
): Promise<Question[]> => {
  const questions: Question[] = [];
  for (const [index, viewer] of demoViewers().entries()) {
    const token = await tokenFor(viewer);
    const { role, organisation } = viewer;
    const question = (
      what: string,
      query: string,
      variables: Question['variables'] = {},
    ): Question => ({ name: `${role} ${organisation} ${what}`, token, query, variables });
    questions.push(question('demonstration', demoIdentities[index]?.query ?? ''));
    for (const document of documents[role] ?? []) {
      const text = contract(document);
      if (document === 'reference') {
        questions.push(question(document, text, { municipality: '0546', swv: 'PO2801' }));
      } else if (document === 'case') {
        const cases = await ask(
          question('cases', `{ thuiszitterCases(first: ${casesEach}) { edges { node { id } } } }`),
        );
        const { data } = JSON.parse(cases.body) as {
          data: { thuiszitterCases: { edges: { node: { id: string } }[] } };
        };
        for (const { node } of data.thuiszitterCases.edges) {
          questions.push(question(document, text, { id: node.id }));
        }
      } else {
        questions.push(question(document, text));
      }
    }
  }
  return questions;
};
