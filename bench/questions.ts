/** The two questions, in the order in which they are asked over and over, and how each server is asked them. */
import { readFileSync } from 'node:fs';
import { openPool } from '../src/db/pools.ts';
import type { BenchDatabase } from './database.ts';

export const questionNames = ['caseload', 'case'] as const;
export type QuestionName = (typeof questionNames)[number];

/** Asked by an attendance officer of `municipality`. `id` is a case there, for the question about one case. */
export type Question = { municipality: string; region: string; id?: string };

const document = (name: QuestionName): string =>
  readFileSync(new URL(`../test/contract/${name}.graphql`, import.meta.url), 'utf8');

const documents = { caseload: document('caseload'), case: document('case') };

const cases = 2000;
/** Open cases that a municipality must have, at scale 1: then the page is full. */
const fullPage = 50;

export const questionsOf = async (
  { urls }: BenchDatabase,
  scale: number,
): Promise<Record<QuestionName, Question[]>> => {
  const sql = openPool(urls.superuser, 'bench', 1);
  try {
    return {
      caseload: await sql<Question[]>`
        select municipality_code as municipality, youth_region as region from casework.thuiszitter_case
        where closed_on is null group by 1, 2 having count(*) >= ${fullPage * scale} order by md5(municipality_code)`,
      case: await sql<Question[]>`
        select municipality_code as municipality, youth_region as region, id from casework.thuiszitter_case
        where closed_on is null order by md5('asked' || id) limit ${cases}`,
    };
  } finally {
    await sql.end();
  }
};

/** How a server is spoken to: at an address per answer, with a GraphQL document, or with a document and an access token. */
export type Manner = 'address' | 'document' | 'token';

/** The whole request as it goes over the wire. */
export const requestFor = (
  manner: Manner,
  name: QuestionName,
  { municipality, region, id }: Question,
  tokenOf: (municipality: string) => string,
): string => {
  const place = `/${municipality}/${region}`;
  if (manner === 'address') {
    const path = id === undefined ? place : `${place}/${id}`;
    return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
  }
  // Said although it is the default: graphql-jit does not know a default of a type that may not be null.
  const variables = id === undefined ? { first: 50 } : { id: `${region}.${id}` };
  const body = JSON.stringify({ query: documents[name], variables });
  const headers = [
    'POST /graphql HTTP/1.1',
    'host: 127.0.0.1',
    'accept: application/json',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    manner === 'token'
      ? `authorization: Bearer ${tokenOf(municipality)}`
      : // They believe whoever asks: there is nothing to check it by.
        `x-municipality: ${municipality}`,
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
};
