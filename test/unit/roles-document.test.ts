import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { rightsOf } from '../../src/policy/policy.ts';
import { rolesDocument } from '../../src/policy/print-roles.ts';

const document = rolesDocument();
const everyRole = /^## Every role$([\s\S]*?)^## /m.exec(document)?.[1] ?? '';

/** What the document says a role reads: `Type.field`, its own and those of every role. */
const readsIn = (text: string): string[] =>
  [...text.matchAll(/^\| `(\w+)` *\| (.*) \|$/gm)].flatMap(([, type, fields = '']) =>
    [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => `${type}.${field}`),
  );

const sectionOf = (role: string): string =>
  new RegExp(`^## ${role}\\n([\\s\\S]*?)(?:^## |$(?![\\s\\S]))`, 'm').exec(document)?.[1] ?? '';

describe('the register of processing', () => {
  test('docs/roles.md is what `npm run roles` prints today', () => {
    const committed = readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8');
    expect(committed).toBe(document);
  });

  test.each(roles)('lists exactly the fields that the policy grants to %s', (role) => {
    const granted = Object.entries(rightsOf(role).types)
      .filter(([type]) => type !== 'Query' && type !== 'Mutation')
      .flatMap(([type, { fields }]) => fields.map((field) => `${type}.${field}`));
    expect(new Set([...readsIn(everyRole), ...readsIn(sectionOf(role))])).toEqual(new Set(granted));
  });

  test.each(roles)('names the mutations, purposes and grounds of %s', (role) => {
    const section = sectionOf(role);
    const { types, purposes, never } = rightsOf(role);
    const changes = /^- \*\*Changes\*\*: (.*)$/m.exec(section)?.[1] ?? '';
    const named = [...changes.matchAll(/`(\w+)`/g)].map(([, mutation]) => mutation);
    const [, granted] = Object.entries(types).find(([type]) => type === 'Mutation') ?? [];
    expect(named).toEqual(granted?.fields ?? []);
    for (const [purpose, ground] of Object.entries(purposes)) {
      expect(section).toContain(`\`${purpose}\`, on the ground of ${ground}`);
    }
    expect(section).toContain(`**Never**: ${never}`);
  });
});
