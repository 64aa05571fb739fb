/** Plans: a row scope names the distribution key of its table, a scope that is not granted gives nothing, and text holds no value. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../schema/codes.ts';
import { absenceReport, youth } from '../../src/plans/absence-report.ts';
import { delivery } from '../../src/plans/delivery.ts';
import type { Entity } from '../../src/plans/entity.ts';
import { readNodeId } from '../../src/plans/expression.ts';
import { BadCursor, openCursors } from '../../src/plans/page.ts';
import { arrangement, opp, pupil, tlv } from '../../src/plans/pupil.ts';
import { municipality } from '../../src/plans/reference.ts';
import {
  bind,
  pageStatement,
  scopeCondition,
  toTemplate,
  totalOrder,
} from '../../src/plans/statement.ts';
import { scopeValues, termsOf, viewpointOf } from '../../src/plans/terms.ts';
import { thuiszitterCase } from '../../src/plans/thuiszitter-case.ts';
import { waitingListEntry } from '../../src/plans/waiting-list-entry.ts';
import { grantFor, NotGranted, type Scope, scopeOf } from '../../src/policy/grant.ts';
import { viewer } from '../support/hub.ts';

const today = '2026-02-01';
const scopeFor = (role: Role, organisation: string, regions = ['JZ18']) =>
  scopeOf(viewer(role, organisation), today, { regions, swvs: ['PO2801'] });

/** The rows of an entity that a viewer may read, as a statement. */
const scopeStatement = (entity: Entity, scope: Scope) =>
  bind(
    toTemplate(
      sql`${scopeCondition(entity, grantFor(scope.role, entity.type), termsOf(viewpointOf(scope)))}`,
    ),
    scopeValues(scope),
  );

const distributed: [Entity, string, [Role, string][]][] = [
  [
    thuiszitterCase,
    'youth_region',
    [
      ['attendanceOfficer', '0546'],
      ['swvCoordinator', 'PO2801'],
    ],
  ],
  [absenceReport, 'youth_region', [['attendanceOfficer', '0546']]],
  [youth, 'youth_region', [['attendanceOfficer', '0546']]],
  [
    waitingListEntry,
    'youth_region',
    [
      ['careProvider', '42420001'],
      ['youthCoordinator', '0546'],
    ],
  ],
  [
    pupil,
    'swv_code',
    [
      ['swvCoordinator', 'PO2801'],
      ['schoolCareCoordinator', '15NJ00'],
    ],
  ],
  [
    tlv,
    'swv_code',
    [
      ['swvCoordinator', 'PO2801'],
      ['schoolCareCoordinator', '15NJ00'],
    ],
  ],
  [
    opp,
    'swv_code',
    [
      ['swvCoordinator', 'PO2801'],
      ['schoolCareCoordinator', '15NJ00'],
    ],
  ],
  [
    arrangement,
    'swv_code',
    [
      ['swvCoordinator', 'PO2801'],
      ['schoolCareCoordinator', '15NJ00'],
    ],
  ],
];

describe('a row scope', () => {
  test.each(
    distributed.flatMap(([entity, key, viewers]) =>
      viewers.map((who) => [entity.type, who[0], who[1], key, entity] as const),
    ),
  )('of %s for %s %s binds %s', (_type, role, organisation, key, entity) => {
    const { text, params } = scopeStatement(entity, scopeFor(role, organisation));
    expect(text).toContain(`"${key}" = $`);
    // Values are parameters: the text is the same for whoever asks.
    expect(text).not.toContain(organisation);
    expect(params).toContain(
      role === 'swvCoordinator' && entity === thuiszitterCase
        ? `${role}:${organisation}`
        : organisation,
    );
  });

  test('that the policy does not grant for a type cannot even start', () => {
    expect(() => grantFor('analyst', 'ThuiszitterCase')).toThrow(NotGranted);
  });

  test('binds every key when there are several', () => {
    const { text, params } = scopeStatement(
      thuiszitterCase,
      scopeFor('swvCoordinator', 'PO2801', ['JZ18', 'JZ19']),
    );
    expect(text).toMatch(/"youth_region" = any\(\$\d::text\[\]\)/);
    expect(params).toContainEqual(['JZ18', 'JZ19']);
  });

  test('opens no other type than its own', () => {
    const terms = termsOf(viewpointOf(scopeFor('attendanceOfficer', '0546')));
    const opens = (role: Role, type: string) => () =>
      scopeCondition(thuiszitterCase, grantFor(role, type), terms);
    expect(opens('attendanceOfficer', 'ThuiszitterCase')).not.toThrow();
    expect(opens('attendanceOfficer', 'Municipality')).toThrow(NotGranted);
    expect(opens('swvCoordinator', 'ThuiszitterCase')).toThrow(NotGranted);
  });

  test('of another role gives no rows', () => {
    const source = scopeFor('source', 'demo-care');
    expect(scopeStatement(delivery, source).text).toContain('"source" =');
    expect(scopeStatement({ ...delivery, scopes: {} }, source).text).toBe('false');
  });
});

test('a field that is not granted is refused by the plan, whatever the schema let through', () => {
  const selection = new Map([['caseKey', new Map()]]);
  const page = (role: Role, organisation: string) => {
    return pageStatement({
      entity: thuiszitterCase,
      grant: grantFor(role, 'ThuiszitterCase'),
      terms: termsOf(viewpointOf(scopeFor(role, organisation))),
      selection,
      where: [],
      orders: totalOrder(thuiszitterCase, []),
      after: false,
    });
  };
  expect(page('attendanceOfficer', '0546').text).toContain('case_key');
  expect(grantFor('swvCoordinator', 'ThuiszitterCase').fields).not.toContain('caseKey');
  expect(() => page('swvCoordinator', 'PO2801')).toThrow(NotGranted);
});

test('the statement of a page can be read', () => {
  const template = pageStatement({
    entity: municipality,
    grant: grantFor('analyst', 'Municipality'),
    terms: termsOf(viewpointOf(scopeFor('analyst', 'JZ18'))),
    selection: new Map([['name', new Map()]]),
    where: [],
    orders: totalOrder(municipality, []),
    after: true,
  });
  const { text, params } = bind(template, { 'after.0': '0546', limit: 3 });
  expect(text).toBe(
    'select "reference"."municipality"."name" as "name", ("reference"."municipality"."code")::text as "_order0" ' +
      'from "reference"."municipality" where (true and ("reference"."municipality"."code" >= $1 and (("reference"."municipality"."code" > $1)))) ' +
      'order by "reference"."municipality"."code" limit $2',
  );
  expect(params).toEqual(['0546', 3]);
});

test.each([
  [
    'JZ18.7c9e6679-7425-40de-944b-e07fc1f90ae7',
    { scope: 'JZ18', id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  ],
  [
    'PO2801.7C9E6679-7425-40DE-944B-E07FC1F90AE7',
    { scope: 'PO2801', id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  ],
  ['7c9e6679-7425-40de-944b-e07fc1f90ae7', null],
  ["JZ18.7c9e6679' or true --", null],
  ['', null],
])('the id %s is read as %o', (text, parts) => {
  expect(readNodeId(text)).toEqual(parts);
});

test('a cursor works for one caller and one list, and holds its position unread', () => {
  const secret = new Uint8Array(32);
  const mine = openCursors(secret)('me');
  const place = { position: ['2026-02-01', 'x'] };
  const cursor = mine.write('cases', place);
  expect(mine.read('cases', cursor)).toEqual(place);
  expect(mine.write('cases', place)).toBe(cursor);
  expect(cursor).not.toBe(mine.write('cases', { ...place, below: [] }));
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('2026');
  expect(() => mine.read('pupils', cursor)).toThrow(BadCursor);
  expect(() => openCursors(secret)('you').read('cases', cursor)).toThrow(BadCursor);
  expect(() => mine.read('cases', `${cursor.slice(0, -2)}AA`)).toThrow(BadCursor);
  expect(() => mine.read('cases', '')).toThrow(BadCursor);
});
