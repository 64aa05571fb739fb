import { expect, test } from 'vitest';
import { defaultTerms, isSameSpell, nextDue } from '../../../src/rules/terms.ts';

const reported = {
  status: 'REPORTED',
  openedOn: '2026-11-23',
  firstAbsentOn: '2026-11-02',
  nextActionDueOn: null,
} as const;

test.each([
  ['REPORTED', null, { on: '2026-11-30', reason: 'FIRST_CONTACT' }],
  ['REPORTED', '2026-11-30', { on: '2026-11-30', reason: 'FIRST_CONTACT' }],
  ['REPORTED', '2026-11-24', { on: '2026-11-24', reason: 'NEXT_ACTION' }],
  ['INVESTIGATING', null, { on: '2026-12-21', reason: 'PLAN' }],
  ['PLAN_MADE', null, { on: '2027-02-02', reason: 'OFFER_WITHIN_THREE_MONTHS' }],
  ['OFFER_REFUSED', null, { on: '2027-02-02', reason: 'OFFER_WITHIN_THREE_MONTHS' }],
  ['OFFER_MADE', null, null],
  ['OFFER_MADE', '2026-12-01', { on: '2026-12-01', reason: 'NEXT_ACTION' }],
  ['CLOSED', '2026-12-01', null],
] as const)('%s with a next action on %s', (status, nextActionDueOn, due) => {
  expect(nextDue({ ...reported, status, nextActionDueOn }, defaultTerms)).toEqual(due);
});

test('three months at home are over before the case is opened: that term is the first', () => {
  expect(nextDue({ ...reported, firstAbsentOn: '2026-06-30' }, defaultTerms)).toEqual({
    on: '2026-09-30',
    reason: 'OFFER_WITHIN_THREE_MONTHS',
  });
});

test('eight weeks after closing it is another spell', () => {
  expect(isSameSpell('2026-09-29', '2026-11-23', defaultTerms)).toBe(true);
  expect(isSameSpell('2026-09-28', '2026-11-23', defaultTerms)).toBe(false);
});

test('a term without a law behind it says that it is a proposal', () => {
  const { firstContact, plan, offer, reopening } = defaultTerms;
  expect([firstContact, plan, offer, reopening].map(({ proposal }) => proposal)).toEqual([
    true,
    true,
    false,
    true,
  ]);
});
