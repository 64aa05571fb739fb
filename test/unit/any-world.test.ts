/** The world that the proof of the read path is made in: every column that may be null is so somewhere, and not everywhere. */
import { getTableColumns, getTableName } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { anyWorld, eventfulCase } from '../support/any-world.ts';

describe.each([7, 20_261_123])('of seed %i', (seed) => {
  const world = anyWorld(seed);
  const rowsOf = (name: string): Record<string, unknown>[] =>
    world.tables.find(({ table }) => getTableName(table) === name)?.rows ?? [];

  test('null wherever it may be, and values there as well', () => {
    const wrong = world.tables.flatMap(({ table, rows }) =>
      Object.entries(getTableColumns(table))
        .filter(([, column]) => !column.notNull)
        .flatMap(([property]) => {
          const values = rows.map((row) => (row as Record<string, unknown>)[property] ?? null);
          return values.includes(null) && values.some((value) => value !== null)
            ? []
            : [`${getTableName(table)}.${property}`];
        }),
    );
    // Nobody can read these, so they are null throughout.
    expect(wrong).toEqual([
      'waiting_list_entry.referrer',
      'waiting_list_entry.allocationNumber',
      'waiting_list_entry.endReason',
    ]);
  });

  test('a timeline of more than a page, several grounds of a case, no recipients at all', () => {
    const events = rowsOf('case_event').filter(({ caseId }) => `JZ18.${caseId}` === eventfulCase);
    expect(events.length).toBeGreaterThan(100);
    const grounds = rowsOf('ground');
    const perCase = new Map<unknown, number>();
    for (const { caseId } of grounds) perCase.set(caseId, (perCase.get(caseId) ?? 0) + 1);
    expect(Math.max(...perCase.values())).toBeGreaterThan(3);
    expect(grounds.some(({ recipients }) => (recipients as string[]).length === 0)).toBe(true);
    expect(grounds.some(({ dataKinds }) => (dataKinds as string[]).length === 0)).toBe(true);
  });

  test('whoever asks first, finds something', () => {
    for (const [role, known] of Object.entries(world.known)) {
      for (const [place, { hits }] of Object.entries(known)) {
        expect(hits.length, `${role} ${place}`).toBeGreaterThan(0);
      }
    }
  });
});
