/**
 * Reads the fields of one line and gathers everything that is wrong with it, so that a data steward repairs a line once.
 * A reader answers undefined when it has noted a problem, null when an optional field is empty.
 */

import { isRealDate } from '../rules/dates.ts';
import { bsnProblem } from './bsn.ts';
import { type RejectCode, rejectReason } from './problem.ts';
import type { AdapterFacts, IngestRecord, IsoDate, LineOutcome, RejectReason } from './record.ts';

type FieldCode = Exclude<RejectCode, 'COLUMN_COUNT'>;

/** Where a source may deliver for; an empty list is nowhere. */
export type Area = {
  municipalities: ReadonlySet<string>;
  swvs: ReadonlySet<string>;
  sites: ReadonlySet<string>;
  providers: ReadonlySet<string>;
};

export const areaOf = (source: AdapterFacts['source']): Area => ({
  municipalities: new Set(source.municipalityCodes),
  swvs: new Set(source.swvCodes),
  sites: new Set(source.brin6s),
  providers: new Set(source.providerAgbs),
});

type Site = { brin6: string; swvCode: string | null; kind: string };

// Control characters would also break the load: PostgreSQL refuses U+0000 in text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

export class Line<Column extends string> {
  readonly #cell: (column: Column) => string;
  readonly #facts: AdapterFacts;
  readonly #reasons: RejectReason[] = [];

  constructor(cell: (column: Column) => string, facts: AdapterFacts) {
    this.#cell = cell;
    this.#facts = facts;
  }

  reject(code: FieldCode, field: string, ...words: string[]): undefined {
    this.#reasons.push(rejectReason(code, field, ...words));
  }

  isEmpty(column: Column): boolean {
    return this.#cell(column).trim() === '';
  }

  optional(column: Column, max = 200): string | null | undefined {
    const value = this.#cell(column).trim();
    if (value === '') return null;
    if (controlCharacter.test(value)) return this.reject('INVALID_CHARACTERS', column);
    if (value.length > max) return this.reject('FIELD_TOO_LONG', column, String(max));
    return value;
  }

  required(column: Column, max = 200): string | undefined {
    return this.#filled(column, this.optional(column, max));
  }

  #filled<T>(column: Column, value: T | null | undefined): T | undefined {
    return value === null ? this.reject('FIELD_REQUIRED', column) : value;
  }

  date(column: Column): IsoDate | null | undefined {
    const value = this.#cell(column).trim();
    if (value === '') return null;
    const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
    const dutch = /^(\d{1,2})-(\d{1,2})-(\d{4})$/.exec(value);
    const [year, month, day] = (iso?.slice(1) ?? dutch?.slice(1).reverse() ?? []).map(Number);
    if (
      year === undefined ||
      month === undefined ||
      day === undefined ||
      !isRealDate(year, month, day)
    ) {
      return this.reject('INVALID_DATE', column);
    }
    return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  }

  requiredDate(column: Column): IsoDate | undefined {
    return this.#filled(column, this.date(column));
  }

  /** A date of something that has happened. */
  pastDate(column: Column): IsoDate | undefined {
    return this.#notLater(column, this.requiredDate(column));
  }

  optionalPastDate(column: Column): IsoDate | null | undefined {
    return this.#notLater(column, this.date(column));
  }

  #notLater<T extends IsoDate | null | undefined>(column: Column, date: T): T | undefined {
    return date && date > this.#facts.today ? this.reject('DATE_IN_FUTURE', column) : date;
  }

  /** Each filled date is not before the filled date to its left. */
  ascending(...dates: [Column, IsoDate | null | undefined][]): void {
    let earlier: [Column, IsoDate] | null = null;
    for (const [column, date] of dates) {
      if (!date) continue;
      if (earlier && date < earlier[1]) this.reject('DATE_ORDER', column, earlier[0]);
      earlier = [column, date];
    }
  }

  /** A word from a closed list; capitals, accents, spaces and dashes do not matter. */
  optionalCode<T>(column: Column, words: ReadonlyMap<string, T>): T | null | undefined {
    const value = this.#cell(column).trim();
    if (value === '') return null;
    const code = words.get(value) ?? words.get(plainWord(value));
    return code ?? this.reject('UNKNOWN_CODE', column, [...words.keys()].join(', '));
  }

  code<T>(column: Column, words: ReadonlyMap<string, T>): T | undefined {
    return this.#filled(column, this.optionalCode(column, words));
  }

  wholeNumber(column: Column): number | null | undefined {
    const value = this.#cell(column).trim();
    if (value === '') return null;
    return /^\d{1,6}$/.test(value) ? Number(value) : this.reject('INVALID_NUMBER', column);
  }

  /** A number with at most two decimals, after a comma or a point. */
  decimal(column: Column): number | null | undefined {
    const value = this.#cell(column).trim();
    if (value === '') return null;
    if (!/^\d{1,4}([.,]\d{1,2})?$/.test(value)) return this.reject('INVALID_NUMBER', column);
    return Number(value.replace(',', '.'));
  }

  /** A number of a iJw toewijzing, 0 to 999999999, without leading zeros: both sides write them differently. */
  allocationNumber(column: Column): string | null | undefined {
    const value = this.#cell(column).trim();
    if (value === '') return null;
    return /^\+?\d{1,12}$/.test(value) && Number(value) <= 999_999_999
      ? String(Number(value))
      : this.reject('INVALID_NUMBER', column);
  }

  /** The BSN, to make a token of and drop. Also refuses it in the other fields that are kept. */
  bsn(column: Column, kept: readonly Column[]): string | undefined {
    const value = this.#cell(column).trim();
    if (value === '') return this.reject('FIELD_REQUIRED', column);
    for (const other of kept) {
      const digits = this.#cell(other).replace(/\D/g, '');
      if (value.length === 9 && digits.includes(value)) this.reject('BSN_IN_OTHER_FIELD', other);
    }
    const problem = bsnProblem(value, this.#facts.allowTestBsn);
    return problem === null ? value : this.reject(problem, column);
  }

  /** A municipality that exists on that date, with its youth region. CBS writes GM0363, spreadsheets drop the zero. */
  municipality(column: Column, on: IsoDate | undefined) {
    const value = this.required(column);
    if (value === undefined) return undefined;
    const digits = /^(?:GM)?(\d{1,4})$/i.exec(value)?.[1];
    if (digits === undefined) return this.reject('MUNICIPALITY_UNKNOWN', column);
    const code = digits.padStart(4, '0');
    const youthRegion = this.#facts.youthRegionOf(code, on ?? this.#facts.today);
    return youthRegion === null
      ? this.reject('MUNICIPALITY_UNKNOWN', column)
      : { code, youthRegion };
  }

  site(column: Column): Site | undefined {
    const value = this.required(column)?.toUpperCase();
    if (value === undefined) return undefined;
    if (!/^\d{2}[A-Z]{2}\d{2}$/.test(value)) return this.reject('SCHOOL_FORMAT', column);
    const school = this.#facts.school(value);
    return school === null ? this.reject('SCHOOL_UNKNOWN', column) : { brin6: value, ...school };
  }

  /** The code of an existing SWV as `PO2801`; `po-28-01` is read too. */
  swv(column: Column): string | undefined {
    const value = this.required(column);
    if (value === undefined) return undefined;
    const parts = /^(PO|VO)-?(\d{2})-?(\d{2})$/i.exec(value);
    if (!parts) return this.reject('SWV_FORMAT', column);
    const code = parts.slice(1).join('').toUpperCase();
    return this.#facts.hasSwv(code) ? code : this.reject('SWV_UNKNOWN', column);
  }

  provider(column: Column): string | undefined {
    const value = this.required(column);
    if (value === undefined) return undefined;
    return /^\d{8}$/.test(value) ? value : this.reject('PROVIDER_FORMAT', column);
  }

  /** Refuses a code for which this source may not deliver. */
  within(codes: ReadonlySet<string>, column: Column, code: string | undefined): void {
    if (code !== undefined && !codes.has(code)) this.reject('OUTSIDE_SOURCE_AREA', column);
  }

  /**
   * The fields once none of them is missing, or null when the line has a problem. Only here undefined leaves the types:
   * a reader never answers undefined without a reason.
   */
  complete<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } | null {
    return this.#reasons.length > 0
      ? null
      : (fields as { [K in keyof T]: Exclude<T[K], undefined> });
  }

  outcome(line: number, record: IngestRecord | null): LineOutcome {
    const [first, ...rest] = this.#reasons;
    if (first !== undefined) return { line, reasons: [first, ...rest] };
    if (record === null) throw new Error('an adapter gave neither a record nor a reason');
    return { line, record };
  }
}

const plainWord = (value: string): string =>
  value
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[\s-]+/g, '_');

export const yesNo: ReadonlyMap<string, boolean> = new Map([
  ['J', true],
  ['N', false],
  ['JA', true],
  ['NEE', false],
]);
