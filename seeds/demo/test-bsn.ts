/** BSNs of the official test range 999900006–999999990: the only ones the demonstration may use. */
import type { Random } from './random.ts';

/** Hands out every BSN of the test range at most once. */
export function testBsnPool(random: Random): () => string {
  const valid: string[] = [];
  for (let stem = 99_990_000; stem <= 99_999_999; stem++) {
    // The 11-proef leaves one last digit per stem, or none.
    const digits = String(stem);
    let sum = 0;
    for (let i = 0; i < 8; i++) sum += (9 - i) * Number(digits[i]);
    if (sum % 11 < 10) valid.push(`${digits}${sum % 11}`);
  }
  const pool = random.shuffle(valid);
  return () => {
    const bsn = pool.pop();
    if (bsn === undefined) throw new Error('the official test range has no BSN left');
    return bsn;
  };
}
