import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { addDays } from '../../../src/rules/dates.ts';
import { dutyOn } from '../../../src/rules/duty.ts';

test.each`
  born            | on              | duty               | why
  ${'2020-03-15'} | ${'2025-03-15'} | ${'NONE'}          | ${'the month of the fifth birthday'}
  ${'2020-03-15'} | ${'2025-03-31'} | ${'NONE'}          | ${'the last day of that month'}
  ${'2020-03-15'} | ${'2025-04-01'} | ${'COMPULSORY'}    | ${'the month after it'}
  ${'2020-03-01'} | ${'2025-03-31'} | ${'NONE'}          | ${'a birthday on the first'}
  ${'2020-12-31'} | ${'2026-01-01'} | ${'COMPULSORY'}    | ${'a birthday in December'}
  ${'2009-09-10'} | ${'2026-07-31'} | ${'COMPULSORY'}    | ${'the end of the school year of the 16th birthday'}
  ${'2009-09-10'} | ${'2026-08-01'} | ${'QUALIFICATION'} | ${'the school year after it'}
  ${'2009-07-31'} | ${'2025-07-31'} | ${'COMPULSORY'}    | ${'16 on the last day of a school year'}
  ${'2009-07-31'} | ${'2025-08-01'} | ${'QUALIFICATION'} | ${'the day after that'}
  ${'2009-08-01'} | ${'2026-07-31'} | ${'COMPULSORY'}    | ${'16 on the first day of a school year'}
  ${'2008-02-10'} | ${'2026-02-09'} | ${'QUALIFICATION'} | ${'the day before the 18th birthday'}
  ${'2008-02-10'} | ${'2026-02-10'} | ${'OVER_18'}       | ${'the 18th birthday'}
  ${'2008-02-29'} | ${'2026-02-28'} | ${'QUALIFICATION'} | ${'born on 29 February'}
  ${'2008-02-29'} | ${'2026-03-01'} | ${'OVER_18'}       | ${'born on 29 February'}
  ${'2008-08-01'} | ${'2026-07-31'} | ${'QUALIFICATION'} | ${'18 tomorrow'}
`('$duty: $why', ({ born, on, duty }) => {
  expect(dutyOn(born, on)).toBe(duty);
});

const order = ['NONE', 'COMPULSORY', 'QUALIFICATION', 'OVER_18'];
const day = fc.integer({ min: 0, max: 12_000 }).map((n) => addDays('1995-01-01', n));

it('only moves forward as a child grows', () => {
  fc.assert(
    fc.property(day, fc.nat(8000), fc.nat(400), (born, age, later) => {
      const now = order.indexOf(dutyOn(born, addDays(born, age)));
      return now <= order.indexOf(dutyOn(born, addDays(born, age + later)));
    }),
  );
});

it('has every child compulsory at 6 and 15, and none at 4', () => {
  fc.assert(
    fc.property(day, (born) => {
      const at = (years: number) => dutyOn(born, addDays(born, Math.round(years * 365.25)));
      return (
        at(4.5) === 'NONE' &&
        at(6) === 'COMPULSORY' &&
        at(15) === 'COMPULSORY' &&
        at(18.1) === 'OVER_18'
      );
    }),
  );
});
