/** The day changes at midnight in Amsterdam, in summer and in winter, whatever was asked before. */
import { expect, test } from 'vitest';
import { dayInAmsterdam } from '../../src/today.ts';

test.each([
  ['2026-02-01T22:59:59.999Z', '2026-02-01'],
  ['2026-02-01T23:00:00.000Z', '2026-02-02'],
  ['2026-07-01T21:59:59.999Z', '2026-07-01'],
  ['2026-07-01T22:00:00.000Z', '2026-07-02'],
  ['2026-02-01T22:59:59.999Z', '2026-02-01'],
])('at %s it is %s', (at, day) => {
  expect(dayInAmsterdam(new Date(at))).toBe(day);
});
