/**
 * Who is a thuiszitter: the definitions in use side by side, as data, and the one function that applies them.
 * A figure or a case always names the definition it was made by.
 */
import type {
  absenceKinds,
  absenceStatuses,
  Code,
  thuiszitterDefinitions,
} from '../../schema/codes.ts';
import type { IsoDate } from '../ingest/record.ts';
import { daysBetween } from './dates.ts';

export type ThuiszitterDefinition = Code<typeof thuiszitterDefinitions>;

export type DefinitionParameters = {
  /** Where the definition stands. */
  source: string;
  /** Kinds of absence that count, and whether a child then counts by where it lives or by where its school is. */
  kinds: Partial<Record<Code<typeof absenceKinds>, 'LIVES' | 'SCHOOL'>>;
  /** Kinds that count from the first day, however short the absence is. */
  fromFirstDay: readonly Code<typeof absenceKinds>[];
  minWeeks: number;
  /** Exactly `minWeeks` is enough (`>=`) or not yet (`>`). */
  boundary: '>=' | '>';
  /** A child that is ill counts never, or when it could go to school part of the time by a plan. */
  includeIll: 'NEVER' | 'ABLE_PART_TIME';
  /** An exempted child is shown beside the count, never in it. */
  includeExempted: false;
};

export const definitions: Readonly<Record<ThuiszitterDefinition, DefinitionParameters>> = {
  OCW_2016: {
    source:
      'Kamerstuk 26695 nr. 108 (2016): long-term absence of 4 weeks and more, and absolute absence',
    kinds: { LONG_TERM: 'LIVES', ABSOLUTE: 'LIVES' },
    fromFirstDay: ['ABSOLUTE'],
    minWeeks: 4,
    boundary: '>=',
    includeIll: 'NEVER',
    includeExempted: false,
  },
  INSPECTIE_SWV: {
    source:
      'WOT art. 15c: not enrolled and living in the area; absent from a school of the SWV for 4 weeks and more',
    kinds: { LONG_TERM: 'SCHOOL', ABSOLUTE: 'LIVES' },
    fromFirstDay: ['ABSOLUTE'],
    minWeeks: 4,
    boundary: '>=',
    includeIll: 'NEVER',
    includeExempted: false,
  },
  LOKAAL_BREED: {
    source:
      'Leerplicht Zuid-Holland Zuid, annual report 2021-2022: enrolled or not, 4 weeks and more',
    kinds: { LONG_TERM: 'LIVES', ABSOLUTE: 'LIVES', OTHER: 'LIVES' },
    fromFirstDay: [],
    minWeeks: 4,
    boundary: '>=',
    includeIll: 'ABLE_PART_TIME',
    includeExempted: false,
  },
  LRV_DUO: {
    source: 'DUO Verzuimloket: langdurig relatief verzuim, more than 4 weeks on end',
    kinds: { LONG_TERM: 'SCHOOL' },
    fromFirstDay: [],
    minWeeks: 4,
    boundary: '>',
    includeIll: 'NEVER',
    includeExempted: false,
  },
};

/** Statuses in which a report says nothing about today: it was withdrawn, or dealt with. */
export const settledStatuses: readonly Code<typeof absenceStatuses>[] = ['WITHDRAWN', 'CLOSED'];

export type CountableReport = {
  kind: string;
  status: string;
  fromOn: IsoDate;
  untilOn: IsoDate | null;
};

/** Whether this report, by itself, makes the child a thuiszitter on this day. */
export const counts = (
  definition: ThuiszitterDefinition,
  report: CountableReport,
  on: IsoDate,
): boolean => {
  const { kinds, fromFirstDay, minWeeks, boundary } = definitions[definition];
  if (!Object.hasOwn(kinds, report.kind)) return false;
  if (settledStatuses.some((status) => status === report.status)) return false;
  if (report.fromOn > on || (report.untilOn !== null && report.untilOn < on)) return false;
  if (fromFirstDay.some((kind) => kind === report.kind)) return true;
  const days = daysBetween(report.fromOn, on);
  return boundary === '>=' ? days >= 7 * minWeeks : days > 7 * minWeeks;
};

/** Whether a child with these reports is a thuiszitter on this day. */
export const isThuiszitter = (
  definition: ThuiszitterDefinition,
  reports: readonly CountableReport[],
  on: IsoDate,
): boolean => reports.some((report) => counts(definition, report, on));
