/** Calendar days as whole numbers: the demonstration reckons from "today", and a day has no time zone. */
import type { IsoDate } from '../../src/ingest/record.ts';

/** Days since 1970-01-01. */
export type Day = number;

const written = new Map<Day, IsoDate>();

export const dayOf = (iso: IsoDate): Day => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;

/** Remembered, because twenty thousand pupils share a few thousand days. */
export function isoOf(day: Day): IsoDate {
  let iso = written.get(day);
  if (iso === undefined) {
    iso = new Date(day * 86_400_000).toISOString().slice(0, 10);
    written.set(day, iso);
  }
  return iso;
}

export const calendarDay = (year: number, month: number, date: number): Day =>
  Date.UTC(year, month - 1, date) / 86_400_000;

/** 29 February becomes 1 March in a year without it. */
export function addYears(day: Day, years: number): Day {
  const date = new Date(day * 86_400_000);
  return calendarDay(date.getUTCFullYear() + years, date.getUTCMonth() + 1, date.getUTCDate());
}

export function ageOn(birth: Day, day: Day): number {
  let age = Math.floor((day - birth) / 365.25) + 1;
  while (addYears(birth, age) > day) age--;
  return age;
}

/** The year in which the school year of this day began, on 1 August. */
export function schoolYearOf(day: Day): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() - (date.getUTCMonth() < 7 ? 1 : 0);
}
