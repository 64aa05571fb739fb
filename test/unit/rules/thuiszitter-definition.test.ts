import { expect, test } from 'vitest';
import { thuiszitterDefinitions } from '../../../schema/codes.ts';
import { definitions, isThuiszitter } from '../../../src/rules/thuiszitter-definition.ts';

const on = '2026-11-23';
const report = { kind: 'LONG_TERM', status: 'REGISTERED', fromOn: '2026-09-01', untilOn: null };

test('every definition has its parameters, and none counts an exempted child', () => {
  expect(new Set(Object.keys(definitions))).toEqual(new Set(thuiszitterDefinitions));
  for (const { includeExempted } of Object.values(definitions)) expect(includeExempted).toBe(false);
});

test.each([
  ['OCW_2016', '2026-10-26', true],
  ['OCW_2016', '2026-10-27', false],
  ['INSPECTIE_SWV', '2026-10-26', true],
  ['LRV_DUO', '2026-10-26', false],
  ['LRV_DUO', '2026-10-25', true],
] as const)('%s: absent since %s', (definition, fromOn, expected) => {
  expect(isThuiszitter(definition, [{ ...report, fromOn }], on)).toBe(expected);
});

test.each([
  ['is withdrawn', { status: 'WITHDRAWN' }, false],
  ['is dealt with', { status: 'CLOSED' }, false],
  ['was noted', { status: 'NOTED' }, true],
  ['ended yesterday', { untilOn: '2026-11-22' }, false],
  ['ends today', { untilOn: '2026-11-23' }, true],
  ['begins tomorrow', { fromOn: '2026-11-24' }, false],
  ['is of another kind', { kind: 'LUXURY' }, false],
])('a report that %s', (_, change, expected) => {
  expect(isThuiszitter('OCW_2016', [{ ...report, ...change }], on)).toBe(expected);
});

test('absolute absence counts from its first day, where the definition says so', () => {
  const absolute = [{ ...report, kind: 'ABSOLUTE', fromOn: on }];
  expect(isThuiszitter('OCW_2016', absolute, on)).toBe(true);
  expect(isThuiszitter('LOKAAL_BREED', absolute, on)).toBe(false);
  expect(isThuiszitter('LRV_DUO', absolute, on)).toBe(false);
});

test('one report that counts is enough; no reports are not', () => {
  expect(isThuiszitter('OCW_2016', [{ ...report, kind: 'LUXURY' }, report], on)).toBe(true);
  expect(isThuiszitter('OCW_2016', [], on)).toBe(false);
});
