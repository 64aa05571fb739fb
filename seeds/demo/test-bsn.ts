/** BSNs of the official test range 999900006–999999990: the only ones the demonstration may use. */
import { passesElevenTest } from '../../src/ingest/bsn.ts';
import type { Random } from './random.ts';

/** Hands out every BSN of the test range at most once. */
export function testBsnPool(random: Random): () => string {
  const valid: string[] = [];
  for (let bsn = 999_900_006; bsn <= 999_999_990; bsn++) {
    const digits = String(bsn);
    if (passesElevenTest(digits)) valid.push(digits);
  }
  const pool = random.shuffle(valid);
  return () => {
    const bsn = pool.pop();
    if (bsn === undefined) throw new Error('the official test range has no BSN left');
    return bsn;
  };
}
