/** Codes of sites, municipalities and places, and the SWV a site belongs to. */
import { describe, expect, test } from 'vitest';
import {
  municipalityCode,
  postcode,
  type SwvArea,
  SwvAreas,
  schoolKind,
  swvOfSite,
} from '../../src/reference/school-fields.ts';

test.each([
  ['GM0363', '0363'],
  ['0363', '0363'],
  ['14', '0014'],
  ['GM14', '0014'],
  ['', null],
  ['03630', null],
  ['GM', null],
  ['3a', null],
])('the municipality code "%s" is %s', (written, expected) => {
  expect(municipalityCode(written)).toBe(expected);
});

test.each([
  ['1234 AB', '1234AB'],
  ['1234ab', '1234AB'],
  ['0234AB', null],
  ['1234', null],
  ['', null],
])('the postcode "%s" is %s', (written, expected) => {
  expect(postcode(written)).toBe(expected);
});

test.each([
  ['SO/VSO', 'SO_VSO'],
  ['so_vso', 'SO_VSO'],
  ['bo', 'BO'],
  ['PRO', 'PRO'],
  ['mbo', null],
  ['', null],
])('the kind "%s" is %s', (written, expected) => {
  expect(schoolKind(written)).toBe(expected);
});

const leiden = { swvPo: 'PO2801', swvVo: 'VO2801' };

test.each([
  ['BO', 'PO2801'],
  ['SBO', 'PO2801'],
  ['SO', 'PO2801'],
  ['SO_VSO', 'PO2801'],
  ['VSO', 'VO2801'],
  ['VO', 'VO2801'],
  ['PRO', 'VO2801'],
] as const)('a site of kind %s belongs to %s', (kind, expected) => {
  expect(swvOfSite(kind, 'Openbaar', leiden)).toBe(expected);
  expect(swvOfSite(kind, null, leiden)).toBe(expected);
});

test('a reformatorische school belongs to no regional SWV, a gereformeerde does', () => {
  expect(swvOfSite('BO', 'Reformatorisch', leiden)).toBeNull();
  expect(swvOfSite('BO', 'Gereformeerd vrijgemaakt', leiden)).toBe('PO2801');
});

describe('the SWVs at an address', () => {
  const areas = new SwvAreas(
    [
      { pc4: '2312', swvPo: 'PO2801', swvVo: 'VO2801' },
      { pc4: '4131', swvPo: 'PO2816', swvVo: null },
    ],
    [
      { municipalityCode: '0546', sector: 'PO', swvCode: 'PO9999' },
      { municipalityCode: '1961', sector: 'PO', swvCode: 'PO2816' },
      { municipalityCode: '1961', sector: 'PO', swvCode: 'PO2605' },
      { municipalityCode: '1961', sector: 'VO', swvCode: 'VO2814' },
    ],
  );

  test.each<[string | null, string, SwvArea, string]>([
    ['2312AB', '0546', { swvPo: 'PO2801', swvVo: 'VO2801' }, 'the postcode decides'],
    ['4131AB', '1961', { swvPo: 'PO2816', swvVo: 'VO2814' }, 'per sector'],
    ['4125TR', '1961', { swvPo: null, swvVo: 'VO2814' }, 'two SWVs in a municipality: unknown'],
    [null, '0546', { swvPo: 'PO9999', swvVo: null }, 'no postcode: the municipality decides'],
    ['9999ZZ', '0001', { swvPo: null, swvVo: null }, 'nothing known'],
  ])('%s in %s is %o: %s', (code, municipality, expected) => {
    expect(areas.at(code, municipality)).toEqual(expected);
  });
});
