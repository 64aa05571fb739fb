/** Tells a BSN from any other number. A BSN is only looked at here; it is tokenised and dropped by the adapter. */

/** The elfproef: 9·d1 + 8·d2 + … + 2·d8 − d9 is divisible by 11. 000000000 passes it, so it is no test on its own. */
export function passesElevenTest(nineDigits: string): boolean {
  if (!/^\d{9}$/.test(nineDigits)) return false;
  let sum = -Number(nineDigits[8]);
  for (let i = 0; i < 8; i++) sum += (9 - i) * Number(nineDigits[i]);
  return sum % 11 === 0;
}

/** What is wrong with this value as a BSN, or null. CBS uses 000000000 and 999999999 for "unborn" and "unknown". */
export function bsnProblem(value: string, allowTestBsn: boolean) {
  if (!/^\d{9}$/.test(value)) return 'BSN_FORMAT';
  if (value === '000000000' || value === '999999999') return 'BSN_FILLER';
  if (!passesElevenTest(value)) return 'BSN_ELEVEN_TEST';
  // 999900006..999999990 is set apart for tests; no person has such a number.
  if (value >= '999900006' && value <= '999999990' && !allowTestBsn) return 'BSN_TEST_RANGE';
  return null;
}

const nineDigitRuns = /(?<!\d)\d(?:[ .-]?\d){8}(?!\d)/g;

/** True when somewhere in the text stand nine digits that pass the elfproef, also when dots, spaces or dashes split them. */
export function containsBsnShape(text: string): boolean {
  if (text.length < 9) return false;
  for (const [run] of text.matchAll(nineDigitRuns)) {
    if (passesElevenTest(run.replace(/\D/g, ''))) return true;
  }
  return false;
}
