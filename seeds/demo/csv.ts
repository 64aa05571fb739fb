/** Writes delivery files: `;`, UTF-8, LF, and among the good lines the deliberately wrong ones. */
import type { Code, deliveryFormats } from '../../schema/codes.ts';
import type { RejectCode } from '../../src/ingest/problem.ts';
import { type Day, isoOf } from './day.ts';

type DemoSourceName = 'demo-school' | 'demo-leerplicht' | 'demo-swv' | 'demo-care';

export type DemoDelivery = {
  source: DemoSourceName;
  format: Code<typeof deliveryFormats>;
  name: string;
  content: Buffer;
  /** True for what arrives when the stories have been told: returns, and the reports that reopen a case. */
  afterStories: boolean;
};

/** A line (1 is the header) that must be rejected, the column that is wrong, and the code the adapter gives. */
export type ExpectedReject = { delivery: string; line: number; field: string; code: RejectCode };

export type WrongLine = { cells: readonly string[]; field: string; code: RejectCode };

export const dateCell = (day: Day | null): string => (day === null ? '' : isoOf(day));
export const yesNoCell = (yes: boolean): string => (yes ? 'JA' : 'NEE');

export type CsvFile = {
  source: DemoSourceName;
  format: Code<typeof deliveryFormats>;
  name: string;
  columns: readonly string[];
  lines: readonly (readonly string[])[];
  wrong?: readonly WrongLine[];
  afterStories?: boolean;
};

/** The wrong lines are spread over the file, so that a reader sees accepted lines before and after each. */
export function writeCsv(file: CsvFile): { delivery: DemoDelivery; rejects: ExpectedReject[] } {
  const { source, format, name, columns, wrong = [], afterStories = false } = file;
  const rows = file.lines.map((cells) => cells.join(';'));
  const rejects: ExpectedReject[] = [];
  const step = Math.floor(rows.length / (wrong.length + 1));
  wrong.forEach(({ cells, field, code }, i) => {
    const at = step * (i + 1) + i;
    rows.splice(at, 0, cells.join(';'));
    rejects.push({ delivery: name, line: at + 2, field, code });
  });
  const text = `${columns.join(';')}\n${rows.join('\n')}\n`;
  return {
    delivery: { source, format, name, content: Buffer.from(text, 'utf8'), afterStories },
    rejects,
  };
}
