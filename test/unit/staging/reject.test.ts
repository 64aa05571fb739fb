import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { storeRejects } from '../../../src/staging/reject.ts';

test('docs/merging.md tells every code with its message', () => {
  const doc = readFileSync(new URL('../../../docs/merging.md', import.meta.url), 'utf8');
  const rows = [...doc.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)];
  expect(Object.fromEntries(rows.map(([, code, message]) => [code, message]))).toEqual(
    storeRejects,
  );
});
