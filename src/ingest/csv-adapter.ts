/** Makes an adapter of a CSV format: its columns and how one line is read. */

import { containsBsnShape } from './bsn.ts';
import { csvLines } from './csv.ts';
import { type Area, areaOf, Line } from './line.ts';
import type { Adapter, AdapterFacts, IngestRecord } from './record.ts';

export type CsvFormat<Column extends string> = {
  columns: readonly Column[];
  /** Education and SWV deliveries: a BSN may be in no column, known to us or not. */
  pgnFree: boolean;
  /** Null when the line noted a problem. */
  read(line: Line<Column>, facts: AdapterFacts, area: Area): IngestRecord | null;
};

export const csvAdapter = <Column extends string>(format: CsvFormat<Column>): Adapter =>
  async function* (input, facts) {
    const area = areaOf(facts.source);
    for await (const row of csvLines(input, format.columns, format)) {
      if ('reason' in row) {
        yield { line: row.line, reasons: [row.reason] };
        continue;
      }
      const line = new Line(row.cell, facts);
      if (format.pgnFree) {
        row.cells.forEach((cell, position) => {
          if (containsBsnShape(cell)) line.reject('BSN_NOT_ALLOWED', row.nameOf(position));
        });
      }
      yield line.outcome(row.line, format.read(line, facts, area));
    }
  };
