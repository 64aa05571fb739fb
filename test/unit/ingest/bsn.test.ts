import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { bsnProblem, containsBsnShape, passesElevenTest } from '../../../src/ingest/bsn.ts';

const nineDigits = fc.integer({ min: 0, max: 999_999_999 }).map((n) => String(n).padStart(9, '0'));

/** Nine digits that pass: eight drawn, the ninth computed; a draw that would need a ninth of 10 is dropped. */
const passing = fc
  .integer({ min: 0, max: 99_999_999 })
  .map((n) => String(n).padStart(8, '0'))
  .map((d) => d + ([...d].reduce((sum, digit, i) => sum + (9 - i) * Number(digit), 0) % 11))
  .filter((number) => number.length === 9);

describe('the elfproef', () => {
  it('accepts every number made by its rule', () => {
    fc.assert(fc.property(passing, (number) => passesElevenTest(number)));
  });

  it('refuses a number in which one digit was mistyped', () => {
    fc.assert(
      fc.property(passing, fc.nat(8), fc.integer({ min: 1, max: 9 }), (number, at, shift) => {
        const digit = (Number(number[at]) + shift) % 10;
        return !passesElevenTest(number.slice(0, at) + digit + number.slice(at + 1));
      }),
    );
  });

  it('refuses anything that is not nine digits', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/^\d{9}$/.test(text)),
        (text) => !passesElevenTest(text),
      ),
    );
  });

  it('accepts about one in eleven numbers', () => {
    const share = fc.sample(nineDigits, 4000).filter(passesElevenTest).length / 4000;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.25);
  });
});

test.each`
  value          | allowed  | problem
  ${'123456782'} | ${false} | ${null}
  ${'010000008'} | ${false} | ${null}
  ${'123456783'} | ${false} | ${'BSN_ELEVEN_TEST'}
  ${'12345678'}  | ${true}  | ${'BSN_FORMAT'}
  ${'12345678a'} | ${true}  | ${'BSN_FORMAT'}
  ${'000000000'} | ${true}  | ${'BSN_FILLER'}
  ${'999999999'} | ${true}  | ${'BSN_FILLER'}
  ${'999900006'} | ${true}  | ${null}
  ${'999900006'} | ${false} | ${'BSN_TEST_RANGE'}
  ${'999999990'} | ${false} | ${'BSN_TEST_RANGE'}
`('$value with the test range allowed: $allowed gives $problem', ({ value, allowed, problem }) => {
  expect(bsnProblem(value, allowed)).toBe(problem);
});

test.each`
  text                              | found
  ${'123456782'}                    | ${true}
  ${'1234.56.782'}                  | ${true}
  ${'123-456-782'}                  | ${true}
  ${'123 456 782'}                  | ${true}
  ${'nummer 123456782, graag snel'} | ${true}
  ${'000000000'}                    | ${true}
  ${'123456783'}                    | ${false}
  ${'1234567820'}                   | ${false}
  ${'0123456782'}                   | ${false}
  ${'2025-08-01'}                   | ${false}
  ${'20410'}                        | ${false}
`('in "$text" a BSN shape is found: $found', ({ text, found }) => {
  expect(containsBsnShape(text)).toBe(found);
});

it('finds every passing number, whatever splits it', () => {
  fc.assert(
    fc.property(
      passing,
      fc.array(fc.constantFrom('', ' ', '.', '-'), { minLength: 9, maxLength: 9 }),
      (number, splits) =>
        containsBsnShape(`a${[...number].map((digit, i) => digit + splits[i]).join('')}b`),
    ),
  );
});
