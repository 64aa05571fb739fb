import { describe, expect, test } from 'vitest';
import { viewerFromClaims } from '../../src/auth/viewer.ts';

const onePurpose = () => ['leerplicht'];
const claims = {
  sub: 'officer-1',
  role: 'attendanceOfficer',
  org: '0546',
  purpose: 'leerplicht',
  exp: 4_102_444_800,
};

const codeOf = (changes: Record<string, unknown>, purposesOf: () => string[] = onePurpose) => {
  try {
    viewerFromClaims({ ...claims, ...changes }, purposesOf);
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return 'accepted';
};

describe('a viewer', () => {
  test('is one role, for one organisation, with one purpose', () => {
    expect(viewerFromClaims(claims, onePurpose)).toEqual({
      subject: 'officer-1',
      role: 'attendanceOfficer',
      organisation: '0546',
      purpose: 'leerplicht',
      client: null,
      expiresAt: 4_102_444_800,
    });
  });

  test.each`
    role                       | org            | outcome
    ${'attendanceOfficer'}     | ${'0363'}      | ${'accepted'}
    ${'attendanceOfficer'}     | ${'363'}       | ${'ORGANISATION_INVALID'}
    ${'attendanceOfficer'}     | ${'PO2801'}    | ${'ORGANISATION_INVALID'}
    ${'youthCoordinator'}      | ${'0546'}      | ${'accepted'}
    ${'youthCoordinator'}      | ${'0546\n'}    | ${'ORGANISATION_INVALID'}
    ${'swvCoordinator'}        | ${'PO2801'}    | ${'accepted'}
    ${'swvCoordinator'}        | ${'VO-28-01'}  | ${'accepted'}
    ${'swvCoordinator'}        | ${'XO2801'}    | ${'ORGANISATION_INVALID'}
    ${'swvCoordinator'}        | ${'0546'}      | ${'ORGANISATION_INVALID'}
    ${'schoolCareCoordinator'} | ${'15NJ00'}    | ${'accepted'}
    ${'schoolCareCoordinator'} | ${'15NJ'}      | ${'ORGANISATION_INVALID'}
    ${'careProvider'}          | ${'42420001'}  | ${'accepted'}
    ${'careProvider'}          | ${'4242000'}   | ${'ORGANISATION_INVALID'}
    ${'source'}                | ${'demo-care'} | ${'accepted'}
    ${'source'}                | ${'Demo Care'} | ${'ORGANISATION_INVALID'}
    ${'source'}                | ${'0546'}      | ${'ORGANISATION_INVALID'}
    ${'analyst'}               | ${'JZ18'}      | ${'accepted'}
    ${'analyst'}               | ${'0546'}      | ${'accepted'}
    ${'privacyOfficer'}        | ${'schakel'}   | ${'accepted'}
    ${'operator'}              | ${'schakel'}   | ${'accepted'}
    ${'operator'}              | ${''}          | ${'ORGANISATION_INVALID'}
    ${'operator'}              | ${['schakel']} | ${'ORGANISATION_INVALID'}
    ${'operator'}              | ${undefined}   | ${'ORGANISATION_INVALID'}
    ${'hasOwnProperty'}        | ${'schakel'}   | ${'ROLE_INVALID'}
    ${['attendanceOfficer']}   | ${'0546'}      | ${'ROLE_INVALID'}
    ${undefined}               | ${'0546'}      | ${'ROLE_INVALID'}
  `('role $role for $org: $outcome', ({ role, org, outcome }) => {
    expect(codeOf({ role, org })).toBe(outcome);
  });

  test.each([
    [{ client_id: 'desk', azp: 'other' }, 'desk'],
    [{ azp: 'desk' }, 'desk'],
    [{ client_id: ['desk'] }, null],
    [{}, null],
  ])('with %j asks through client %s', (changes, client) => {
    expect(viewerFromClaims({ ...claims, ...changes }, onePurpose).client).toBe(client);
  });

  test('of an SWV has its code without dashes', () => {
    const swv = { ...claims, role: 'swvCoordinator', org: 'PO-28-01' };
    expect(viewerFromClaims(swv, onePurpose).organisation).toBe('PO2801');
  });

  test('takes the only purpose of the role when the claim is absent', () => {
    expect(viewerFromClaims({ ...claims, purpose: undefined }, onePurpose).purpose).toBe(
      'leerplicht',
    );
  });

  test('must choose when the role has more than one purpose', () => {
    expect(codeOf({ purpose: undefined }, () => ['leerplicht', 'doorstroompunt'])).toBe(
      'PURPOSE_INVALID',
    );
    expect(codeOf({ purpose: 'doorstroompunt' }, () => ['leerplicht', 'doorstroompunt'])).toBe(
      'accepted',
    );
  });

  test.each([{ purpose: 'toegang' }, { purpose: null }, { purpose: ['leerplicht'] }])(
    'with a purpose that is not of the role is refused: %j',
    (changes) => {
      expect(codeOf(changes)).toBe('PURPOSE_INVALID');
    },
  );

  test.each([undefined, '', 'a\nb', 'x'.repeat(256), 7])(
    'without a usable subject is refused: %j',
    (sub) => {
      expect(codeOf({ sub })).toBe('SUBJECT_INVALID');
    },
  );

  test('is refused without telling the value', () => {
    expect(() => viewerFromClaims({ ...claims, org: 'secret-name' }, onePurpose)).toThrow(
      /^(?!.*secret-name).*$/s,
    );
  });
});
