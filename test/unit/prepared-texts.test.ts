import { expect, test } from 'vitest';
import { preparedTexts } from '../../src/db/prepared-texts.ts';

const clocked = (most: number) => {
  let at = 0;
  const texts = preparedTexts({ most, connectionMs: 1000, now: () => at });
  return {
    /** Uses a text so often; gives what was said of each use. */
    use: (text: string, times: number) => Array.from({ length: times }, () => texts.admit(text)),
    after: (ms: number) => {
      at += ms;
    },
  };
};

test('a text is prepared from its second use', () => {
  const { use } = clocked(2);
  expect(use('a', 3)).toEqual([false, true, true]);
  expect(use('b', 1)).toEqual([false]);
  expect(use('a', 1)).toEqual([true]);
  expect(use('b', 1)).toEqual([true]);
});

test('no more than so many texts are prepared', () => {
  const { use } = clocked(2);
  expect(use('a', 2)).toEqual([false, true]);
  expect(use('b', 2)).toEqual([false, true]);
  expect(use('c', 4)).toEqual([false, false, false, false]);
  expect(use('a', 1)).toEqual([true]);
});

test('one that is on no connection any more leaves its place to another', () => {
  const { use, after } = clocked(2);
  use('a', 2);
  use('b', 2);
  after(600);
  expect(use('a', 1)).toEqual([true]);
  after(401);
  expect(use('c', 2)).toEqual([false, true]);
  expect(use('a', 1)).toEqual([true]);
  expect(use('b', 2)).toEqual([false, false]);
});

test('of texts that were seen once only the latest are remembered', () => {
  const { use } = clocked(2);
  for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) use(text, 1);
  expect(use('i', 1)).toEqual([true]);
  expect(use('a', 1)).toEqual([false]);
});
