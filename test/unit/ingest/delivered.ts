/** A small invented world for adapters, and the shortest way to deliver a file to one. */
import type { Code, deliveryFormats } from '../../../schema/codes.ts';
import type { AdapterFacts, IngestRecord, LineOutcome } from '../../../src/ingest/record.ts';
import { adapters } from '../../../src/ingest/sources/registry.ts';

export const today = '2026-02-01';

/** Passes the elfproef and lies outside the test range; an invented number that no message may repeat. */
export const realShapedBsn = '123456782';
export const testBsn = '999900006';

const schools: Readonly<Record<string, { swvCode: string | null; kind: string }>> = {
  '11AA00': { swvCode: 'PO2801', kind: 'BO' },
  '11AB00': { swvCode: 'PO2801', kind: 'SBO' },
  '12AC00': { swvCode: 'PO2801', kind: 'SO' },
  '12AD00': { swvCode: 'PO2801', kind: 'SO_VSO' },
  '21AE00': { swvCode: 'VO2801', kind: 'VO' },
  '12AF00': { swvCode: 'VO2801', kind: 'VSO' },
  '11AG00': { swvCode: null, kind: 'BO' },
  '11ZZ00': { swvCode: 'PO2203', kind: 'BO' },
  // The school of the OSO sample dossiers.
  '00YY00': { swvCode: 'PO2801', kind: 'SO' },
};

export const facts: AdapterFacts = {
  // 0384 and 0363 are in the iJw samples; 0501 (Brielle) was dissolved on 1 January 2023.
  youthRegionOf: (code, on) => {
    if (code === '0501') return on < '2023-01-01' ? 'JZ14' : null;
    return { '0363': 'JZ10', '0384': 'JZ10', '0518': 'JZ12' }[code] ?? null;
  },
  school: (brin6) => schools[brin6] ?? null,
  hasSwv: (code) => ['PO2801', 'VO2801', 'PO2203'].includes(code),
  source: {
    name: 'test-source',
    municipalityCodes: ['0363', '0384', '0501'],
    swvCodes: ['PO2801', 'VO2801'],
    brin6s: [],
    providerAgbs: ['42420001', '65656055'],
  },
  token: (compartment, bsn) => ({
    bsnToken: `${compartment}-token-${[...bsn].reverse().join('')}`,
    tokenKey: 'k1',
  }),
  allowTestBsn: true,
  today,
};

export async function* pieces(content: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function deliver(
  format: Code<typeof deliveryFormats>,
  content: string | Uint8Array,
  world: AdapterFacts = facts,
): Promise<LineOutcome[]> {
  const outcomes: LineOutcome[] = [];
  for await (const outcome of adapters[format](pieces(content, 65_536), world))
    outcomes.push(outcome);
  return outcomes;
}

/** A file of one line, made of a good line with some fields changed. */
export const csvOf = (fields: Record<string, string>): string =>
  `${Object.keys(fields).join(';')}\r\n${Object.values(fields).join(';')}\r\n`;

export const codesOf = (outcome: LineOutcome | undefined): string[] =>
  outcome && 'reasons' in outcome
    ? outcome.reasons.map(({ field, code }) => (field === null ? code : `${code} ${field}`))
    : [];

export function recordOf(outcome: LineOutcome | undefined): IngestRecord {
  if (outcome && 'record' in outcome) return outcome.record;
  throw new Error(`rejected: ${codesOf(outcome).join(', ')}`);
}
