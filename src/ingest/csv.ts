/**
 * Reads a delivery in CSV, line by line, with a flat memory: UTF-8, `;`, a header row in any order.
 * A file in another encoding is refused, not guessed at: lines already handed on could not be read again.
 */
import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { lineReason, refusal } from './problem.ts';
import type { RejectReason } from './record.ts';

const maxLineBytes = 64 * 1024;

type CsvRow = { line: number; cells: readonly string[] };

export type CsvLine<Column extends string> =
  | { line: number; reason: RejectReason }
  | {
      line: number;
      cell: (column: Column) => string;
      cells: readonly string[];
      /** How a message names the column at that position: by its name when it is one of ours. */
      nameOf: (position: number) => string;
    };

/**
 * The lines of the file after its header. Refuses a file without the wanted columns; columns it does not know are
 * skipped. `pgnFree` refuses a column that is meant for a BSN or onderwijsnummer.
 */
export async function* csvLines<Column extends string>(
  input: AsyncIterable<Uint8Array>,
  columns: readonly Column[],
  { pgnFree }: { pgnFree: boolean },
): AsyncGenerator<CsvLine<Column>> {
  let header: ReturnType<typeof readHeader> | null = null;
  for await (const { line, cells } of csvRows(input)) {
    if (header === null) {
      header = readHeader(cells, columns, pgnFree);
      continue;
    }
    const { width, index, nameOf } = header;
    const spare = cells.slice(width);
    if (cells.length < width || spare.some((cell) => cell.trim() !== '')) {
      yield { line, reason: lineReason('COLUMN_COUNT', String(cells.length), String(width)) };
      continue;
    }
    yield { line, cells, nameOf, cell: (column) => cells[index.get(column) ?? -1] ?? '' };
  }
  if (header === null) throw refusal('EMPTY_FILE');
}

async function* csvRows(input: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  let line = 0;
  for await (const text of wholeLines(input)) {
    for (const raw of text.split('\n')) {
      line += 1;
      const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      // Spreadsheets end a file with rows of nothing but separators.
      if (/^[;\s]*$/.test(content)) continue;
      if (content.length > maxLineBytes) throw refusal('LINE_TOO_LONG', String(line));
      yield { line, cells: splitCells(content, line) };
    }
  }
}

/** csv-parse alone reads 31,000 lines a second, the whole adapter with `split` 200,000; few lines have a quote. */
function splitCells(content: string, line: number): readonly string[] {
  if (!content.includes('"')) return content.split(';');
  try {
    const [cells] = parse(content, { delimiter: ';', relax_quotes: true }) as string[][];
    return cells ?? [];
  } catch {
    // The parser's own message quotes the line. A quoted line break is an open quote too: no field of ours may hold one.
    throw refusal('QUOTE_NOT_CLOSED', String(line));
  }
}

/** Text that ends where a line ends, so that no character is cut in two. The last piece may lack its line end. */
async function* wholeLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let linesBefore = 0;
  let atStart = true;

  const decode = (bytes: Buffer): string => {
    if (!isUtf8(bytes))
      throw refusal('INVALID_ENCODING', ` (regel ${linesBefore + badLine(bytes)})`);
    const text = bytes.toString('utf8');
    const withoutBom = atStart && text.startsWith('\ufeff') ? text.slice(1) : text;
    atStart = false;
    return withoutBom;
  };

  for await (const part of input) {
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    const end = bytes.lastIndexOf(10);
    if (end === -1) {
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (pendingBytes > maxLineBytes) throw refusal('LINE_TOO_LONG', String(linesBefore + 1));
      continue;
    }
    const text = decode(Buffer.concat([...pending, bytes.subarray(0, end)]));
    yield text;
    linesBefore += text.split('\n').length;
    pending = [bytes.subarray(end + 1)];
    pendingBytes = bytes.length - end - 1;
  }
  const last = Buffer.concat(pending);
  if (last.length > 0) yield decode(last);
}

function badLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    const stop = end === -1 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) break;
    start = stop + 1;
  }
  return line;
}

const pgnColumn = /(^|[^a-z])(bsn|pgn)([^a-z]|$)|burgerservice|onderwijsnummer|sofinummer/;

function readHeader(cells: readonly string[], columns: readonly string[], pgnFree: boolean) {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  if (names.length === 1 && /[,\t]/.test(names[0] ?? '')) throw refusal('WRONG_DELIMITER');
  const missing = columns.filter((column) => !names.includes(column));
  // Only a row that is clearly a header is quoted from: without a header this is the first child of the file.
  if (missing.length * 2 > columns.length) throw refusal('NO_HEADER', columns.join(';'));
  if (pgnFree && names.some((name) => pgnColumn.test(name))) throw refusal('PGN_COLUMN');
  if (missing.length > 0) {
    const spare = names.filter((name) => !columns.includes(name));
    throw refusal(
      'MISSING_COLUMN',
      missing.map((column) => missingColumn(column, spare)).join(' '),
    );
  }
  const twice = columns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) throw refusal('DUPLICATE_COLUMN', twice);
  return {
    width: names.length,
    index: new Map(names.map((name, position) => [name, position])),
    nameOf: (position: number) =>
      columns.find((column) => column === names[position]) ?? `kolom ${position + 1}`,
  };
}

function missingColumn(column: string, spare: readonly string[]): string {
  const near = spare.find((name) => isNearSpelling(name, column));
  return near === undefined
    ? `De kolom "${column}" ontbreekt.`
    : `De kolom "${column}" ontbreekt. Er is wel een kolom "${near}": bedoelde u kolom "${column}"?`;
}

function isNearSpelling(name: string, column: string): boolean {
  const letters = (text: string) => text.replace(/[^a-z0-9]/g, '');
  return editDistance(letters(name), letters(column)) <= Math.floor(letters(column).length / 4);
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
