/**
 * Reads a table as DUO publishes it: `;` between fields, CRLF, windows-1252 or UTF-8 with or without BOM, a single
 * space for an empty field. Knows no columns of its own: each DUO file has its own reader.
 */
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

/** Why a line was not taken in. `column` is null when the line as a whole is wrong. `message` is Dutch (B1). */
export type DuoReject = { line: number; column: string | null; message: string };

/** One line of a DUO file: a row, or everything that is wrong with it. `line` counts from 1, the header included. */
export type DuoLine<Row> =
  | { line: number; row: Row }
  | { line: number; rejects: readonly [DuoReject, ...DuoReject[]] };

/** The file as a whole cannot be taken in. The message is Dutch (B1) and says what to do. */
export class DuoFileRefused extends Error {
  override readonly name = 'DuoFileRefused';
  /** Stable code, such as `MISSING_COLUMN`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type DuoCells = { line: number; cells: readonly string[] };

export type DuoTable = { header: readonly string[]; lines: AsyncIterable<DuoCells> };

/** A name as found, without what the same column is spelled with elsewhere: case, spaces, `-` and `_`. */
const spelling = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** Levenshtein distance. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** The candidate most like `name`, or null when none is close enough to be meant. */
export const closest = (name: string, candidates: readonly string[]): string | null => {
  const wanted = spelling(name);
  let best: { candidate: string; score: number } | null = null;
  for (const candidate of candidates) {
    const found = spelling(candidate);
    if (found === '') continue;
    const contained = found.length > 3 && (wanted.includes(found) || found.includes(wanted));
    const score = contained && found !== wanted ? 0.3 : distance(wanted, found) / wanted.length;
    if (score <= 0.4 && (best === null || score < best.score)) best = { candidate, score };
  }
  return best?.candidate ?? null;
};

/**
 * Where each wanted column stands in the header. A missing column refuses the file; when a column without a known
 * meaning looks like it, the message asks whether that one was meant.
 */
export const locateColumns = <Name extends string>(
  header: readonly string[],
  wanted: readonly Name[],
): Record<Name, number> => {
  const spare = header.filter((name) => !(wanted as readonly string[]).includes(name));
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    const sentences = missing.map((name) => {
      const meant = closest(name, spare);
      return meant === null
        ? `De kolom ${name} ontbreekt.`
        : `De kolom ${name} ontbreekt. Er staat wel een kolom ${meant}: bedoelde u die? Noem de kolom dan ${name}.`;
    });
    throw new DuoFileRefused(
      'MISSING_COLUMN',
      `${sentences.join(' ')} Pas de eerste regel van het bestand aan, of download het bestand opnieuw bij DUO.`,
    );
  }
  return Object.fromEntries(wanted.map((name) => [name, header.indexOf(name)])) as Record<
    Name,
    number
  >;
};

/** How many bytes a UTF-8 sequence has that starts with this byte; 0 when none does. */
const sequenceLength = (first: number): number => {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
};

/**
 * The encoding that the first byte outside ASCII gives away, or null while there is none yet. In windows-1252 text a
 * letter with an accent is practically never followed by bytes that would make it a UTF-8 sequence.
 */
const encodingOf = (bytes: Uint8Array, last: boolean): 'utf-8' | 'windows-1252' | null => {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  const at = bytes.findIndex((byte) => byte > 0x7f);
  if (at === -1) return null;
  const length = sequenceLength(bytes[at] ?? 0);
  const rest = bytes.subarray(at + 1, at + length);
  if (length === 0 || rest.some((byte) => (byte & 0xc0) !== 0x80)) return 'windows-1252';
  if (rest.length === length - 1) return 'utf-8';
  return last ? 'windows-1252' : null;
};

/** Text of the bytes, without BOM. Holds bytes back only from the first one outside ASCII to the end of its chunk. */
export async function* decodeDuo(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of input) {
    if (decoder !== null) {
      yield decoder.decode(chunk, { stream: true });
      continue;
    }
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const encoding = encodingOf(held, false);
    if (encoding !== null) {
      decoder = new TextDecoder(encoding);
      yield decoder.decode(held, { stream: true });
    } else if (held.every((byte) => byte <= 0x7f)) {
      yield Buffer.from(held).toString('latin1');
      held = new Uint8Array();
    }
  }
  if (decoder === null) decoder = new TextDecoder(encodingOf(held, true) ?? 'utf-8');
  else held = new Uint8Array();
  yield decoder.decode(held);
}

/** csv-parse counts a CRLF inside quotes as two lines; without the CR every line number is right. */
async function* withoutCarriageReturns(text: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const part of text) yield part.replaceAll('\r', '');
}

/** Reads the header and hands on the lines as they come. An empty field, or one with only spaces, is ''. */
export const openDuoTable = async (input: AsyncIterable<Uint8Array>): Promise<DuoTable> => {
  const parser = parse({
    delimiter: ';',
    info: true,
    // A name with quotes inside it is not a reason to refuse the line.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    // An opening quote that is never closed would otherwise swallow the rest of the file.
    max_record_size: 64 * 1024,
  });
  pipeline(Readable.from(withoutCarriageReturns(decodeDuo(input))), parser, () => {});
  const records = parser[Symbol.asyncIterator]() as AsyncIterator<{
    info: { lines: number };
    record: string[];
  }>;
  const next = async () => {
    try {
      return await records.next();
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      throw new DuoFileRefused(
        'UNREADABLE_CSV',
        `Rond regel ${parser.info.lines} klopt de opbouw van het bestand niet, meestal door een aanhalingsteken dat niet wordt gesloten. Herstel die regel, of download het bestand opnieuw bij DUO.`,
      );
    }
  };

  const first = await next();
  if (first.done === true) {
    throw new DuoFileRefused('EMPTY_FILE', 'Het bestand is leeg. Download het opnieuw bij DUO.');
  }
  const header = first.value.record.map((name) => name.toUpperCase());
  if (header.length === 1 && header[0]?.includes(',')) {
    throw new DuoFileRefused(
      'WRONG_DELIMITER',
      'De kolommen zijn gescheiden met komma’s. DUO gebruikt puntkomma’s. Gebruik het bestand zoals DUO het aanbiedt.',
    );
  }
  return {
    header,
    lines: (async function* () {
      for (let item = await next(); item.done !== true; item = await next()) {
        yield { line: item.value.info.lines, cells: item.value.record };
      }
    })(),
  };
};

/**
 * Turns each line into a row with `toRow`, which reads cells by column and reports what is wrong with `reject`.
 * A line with too few or too many fields, or with characters that could not be decoded, never reaches `toRow`.
 */
export async function* readRows<Name extends string, Row>(
  table: DuoTable,
  columns: Record<Name, number>,
  toRow: (
    cell: (column: Name) => string,
    reject: (column: string, message: string) => void,
    cells: readonly string[],
  ) => Row,
): AsyncGenerator<DuoLine<Row>> {
  const width = table.header.length;
  for await (const { line, cells } of table.lines) {
    const rejects: DuoReject[] = [];
    const reject = (column: string | null, message: string) => {
      rejects.push({ line, column, message });
    };
    const unreadable = cells.findIndex((cell) => cell.includes('\uFFFD'));
    let row: Row | null = null;
    if (cells.length !== width) {
      reject(
        null,
        `Deze regel heeft ${cells.length} velden, de eerste regel van het bestand ${width}. Controleer of er een puntkomma te veel of te weinig staat.`,
      );
    } else if (unreadable !== -1) {
      reject(
        table.header[unreadable] ?? null,
        'Dit veld bevat tekens die niet te lezen zijn. Sla het bestand op als UTF-8 en lever het opnieuw aan.',
      );
    } else {
      row = toRow((column) => cells[columns[column]] ?? '', reject, cells);
    }
    const [firstReject, ...others] = rejects;
    if (firstReject !== undefined) yield { line, rejects: [firstReject, ...others] };
    else yield { line, row: row as Row };
  }
}
