import { expect, test } from 'vitest';
import {
  addMonths,
  addWeeks,
  addWorkingDays,
  isoWeek,
  isWorkingDay,
} from '../../../src/rules/calendar.ts';

test.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2024-01-31', 1, '2024-02-29'],
  ['2026-11-30', 3, '2027-02-28'],
  ['2026-09-01', 3, '2026-12-01'],
])('%s and %i months is %s', (day, months, later) => {
  expect(addMonths(day, months)).toBe(later);
});

test('four weeks go over the end of a year', () => {
  expect(addWeeks('2026-12-21', 4)).toBe('2027-01-18');
});

test.each([
  ['2026-01-01', 'New Year'],
  ['2026-04-03', 'Good Friday'],
  ['2026-04-06', 'Easter Monday'],
  ['2026-04-27', "King's Day"],
  ['2025-04-26', "King's Day, moved from a Sunday"],
  ['2026-05-05', 'Liberation Day'],
  ['2026-05-14', 'Ascension Day'],
  ['2026-05-25', 'Whit Monday'],
  ['2026-12-25', 'Christmas'],
  ['2026-11-22', 'a Sunday'],
])('%s is no working day: %s', (day) => {
  expect(isWorkingDay(day)).toBe(false);
});

test.each([
  ['2026-11-23', 5, '2026-11-30'],
  ['2026-11-21', 1, '2026-11-23'],
  ['2026-12-24', 1, '2026-12-28'],
  ['2026-04-02', 2, '2026-04-08'],
])('%s and %i working days is %s', (day, days, later) => {
  expect(addWorkingDays(day, days)).toBe(later);
});

test.each([
  ['2026-02-09', '2026-W07'],
  ['2027-01-01', '2026-W53'],
  ['2024-12-30', '2025-W01'],
  ['2026-01-04', '2026-W01'],
])('%s lies in %s', (day, week) => {
  expect(isoWeek(day)).toBe(week);
});
