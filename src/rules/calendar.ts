/** The Dutch calendar of terms: months and weeks, working days, public holidays, ISO weeks. */
import type { IsoDate } from '../ingest/record.ts';
import { addDays, daysBetween } from './dates.ts';

const fromTime = (time: number): IsoDate => new Date(time).toISOString().slice(0, 10);

export const addWeeks = (day: IsoDate, weeks: number): IsoDate => addDays(day, 7 * weeks);

/** The same day of a later month, or the last one of a month that is shorter: Termijnenwet counts so. */
export const addMonths = (day: IsoDate, months: number): IsoDate => {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return fromTime(Date.UTC(year, month - 1 + months, Math.min(dayOfMonth, lastOfMonth)));
};

/** 0 is Sunday. */
const weekday = (day: IsoDate): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** Easter Sunday by the Gregorian computus of Meeus, Jones and Butcher. */
const easter = (year: number): IsoDate => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return fromTime(Date.UTC(year, month - 1, ((h + l - 7 * m + 114) % 31) + 1));
};

/** Public holidays and Good Friday, which counts as one: Algemene termijnenwet art. 3. */
const isHoliday = (day: IsoDate): boolean => {
  const year = Number(day.slice(0, 4));
  const kingsDay = weekday(`${year}-04-27`) === 0 ? '04-26' : '04-27';
  if (['01-01', kingsDay, '05-05', '12-25', '12-26'].includes(day.slice(5))) return true;
  // Good Friday, Easter Monday, Ascension Day, Whit Monday.
  return [-2, 1, 39, 50].some((days) => addDays(easter(year), days) === day);
};

export const isWorkingDay = (day: IsoDate): boolean =>
  weekday(day) !== 0 && weekday(day) !== 6 && !isHoliday(day);

/** The working day that comes so many working days after this day. */
export const addWorkingDays = (day: IsoDate, days: number): IsoDate => {
  let found = day;
  for (let left = days; left > 0; ) {
    found = addDays(found, 1);
    if (isWorkingDay(found)) left -= 1;
  }
  return found;
};

/** The ISO 8601 week of a day: `2026-W07`. */
export const isoWeek = (day: IsoDate): string => {
  // A week belongs to the year of its Thursday.
  const thursday = addDays(day, 4 - (weekday(day) || 7));
  const year = thursday.slice(0, 4);
  const week = Math.floor(daysBetween(`${year}-01-01`, thursday) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
};
