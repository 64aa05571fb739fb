/** Calendar arithmetic on ISO dates (`2026-02-01`), without a clock and without a time zone. */

const dayMs = 86_400_000;

const toDay = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

/** The date that many days later (earlier when negative). */
export const addDays = (date: string, days: number): string =>
  new Date((toDay(date) + days) * dayMs).toISOString().slice(0, 10);

/** Days from the first to the second date; 0 for the same day. */
export const daysBetween = (from: string, until: string): number => toDay(until) - toDay(from);

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for a day that exists, from 1900 to 2199: a year outside it is a typing error in every source of ours. */
export function isRealDate(year: number, month: number, day: number): boolean {
  if (year < 1900 || year > 2199 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (monthLengths[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** The last day of the school year (1 August to 31 July) in which this date falls. */
export function schoolYearEnd(date: string): string {
  const year = Number(date.slice(0, 4));
  return date.slice(5) >= '08-01' ? `${year + 1}-07-31` : `${year}-07-31`;
}
