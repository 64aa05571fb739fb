import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { type Code, deliveryFormats } from '../../../schema/codes.ts';
import { problemTable } from '../../../src/ingest/problem.ts';
import { codesOf, deliver } from './delivered.ts';

const doc = readFileSync(new URL('../../../docs/deliveries.md', import.meta.url), 'utf8');

it('docs/deliveries.md has every code with its message, and no other', () => {
  const codes = doc.slice(doc.indexOf('\n## Codes'));
  const rows = [...codes.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)];
  expect(rows.map(([, code, message]) => ({ code, message }))).toEqual(problemTable());
});

const examples = [...doc.matchAll(/^```csv ([A-Z_]+)\n([\s\S]*?)^```$/gm)].map(
  ([, format, text]) => [format as Code<typeof deliveryFormats>, text ?? ''] as const,
);

test.each(examples)('the example of %s in docs/deliveries.md is accepted', async (format, text) => {
  const outcomes = await deliver(format, text);
  expect(outcomes.map(codesOf)).toEqual(
    text
      .trim()
      .split('\n')
      .slice(1)
      .map(() => []),
  );
});

it('docs/deliveries.md has a chapter for every format', () => {
  for (const format of deliveryFormats) expect(doc).toContain(`### ${format}\n`);
});
