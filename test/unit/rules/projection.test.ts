import { expect, test } from 'vitest';
import {
  isOwnRegister,
  projectAbsence,
  projectIdentity,
  projectSupport,
  projectWaiting,
} from '../../../src/rules/projection.ts';

const today = '2026-11-23';
const identity = {
  givenName: 'Kind',
  prefix: 'van der',
  familyName: 'Voorbeeld',
  birthDate: '2015-03-14',
  nameProtected: false,
};

test.each([
  [false, false, 'Kind van der Voorbeeld'],
  [true, false, null],
  [true, true, 'Kind van der Voorbeeld'],
])('name protected %s, own register %s', (nameProtected, own, name) => {
  expect(projectIdentity({ ...identity, nameProtected }, { own })).toEqual({
    name,
    nameProtected,
    birthDate: '2015-03-14',
  });
});

test('a ground that names nobody, or anybody else, is not the own register', () => {
  expect(isOwnRegister(['attendanceOfficer:0546'])).toBe(true);
  expect(isOwnRegister(['attendanceOfficer:0546', 'swvCoordinator:PO2801'])).toBe(false);
  expect(isOwnRegister([])).toBe(false);
});

test('hours cross only where the ground gives them', () => {
  const report = {
    brin6: '15NJ00',
    id: 'r',
    kind: 'LONG_TERM',
    status: 'NOTED',
    fromOn: '2026-09-01',
    untilOn: null,
    hours: 12.5,
  };
  expect(projectAbsence(report, { hours: true })).toMatchObject({ hours: 12.5 });
  expect(projectAbsence(report, { hours: false })).toMatchObject({ hours: null });
});

const entry = {
  status: 'WAITING_FOR_START',
  intendedStart: '2027-02-10',
  bridging: true,
  asOf: '2026-11-10',
};

test.each([
  ['REGISTERED', 'YES', '2027-W06'],
  ['WAITING_FOR_INTAKE', 'YES', '2027-W06'],
  ['WAITING_FOR_START', 'YES', '2027-W06'],
  ['STARTED', 'NO', null],
  ['ENDED', 'NO', null],
  ['CANCELLED', 'NO', null],
  ['REFERRED_ON', 'UNKNOWN', null],
])('%s: waits for help %s', (status, waitingForHelp, expectedStartWeek) => {
  expect(projectWaiting({ ...entry, status }, today)).toEqual({
    waitingForHelp,
    expectedStartWeek,
    bridging: true,
    asOf: '2026-11-10',
    source: 'care',
  });
});

test('a status of more than 31 days old is unknown', () => {
  const of = (asOf: string) => projectWaiting({ ...entry, asOf }, today).waitingForHelp;
  expect(of('2026-10-23')).toBe('YES');
  expect(of('2026-10-22')).toBe('UNKNOWN');
});

const tlv = (requestedOn: string, kind: string) => ({
  kind,
  status: 'GRANTED',
  requestedOn,
  decidedOn: null,
  validUntil: '2028-07-31',
  asOf: '2026-11-01',
});

test('the last TLV and OPP and every arrangement are shared, as of the latest of them', () => {
  const opp = (version: number) => ({
    version,
    status: 'ESTABLISHED',
    establishedOn: `2026-09-0${version}`,
    pupilHeardOn: null,
    asOf: '2026-11-02',
  });
  const arrangement = {
    kind: 'GROUP',
    status: 'RUNNING',
    requestedOn: '2026-08-01',
    validFrom: '2026-09-01',
    validUntil: null,
    asOf: '2026-11-03',
  };
  expect(
    projectSupport(
      [tlv('2026-02-01', 'SO'), tlv('2025-02-01', 'SBO')],
      [opp(2), opp(1)],
      [arrangement],
    ),
  ).toEqual({
    tlvKind: 'SO',
    tlvStatus: 'GRANTED',
    tlvValidUntil: '2028-07-31',
    oppStatus: 'ESTABLISHED',
    oppEstablishedOn: '2026-09-02',
    oppPupilHeardOn: null,
    arrangements: [{ kind: 'GROUP', status: 'RUNNING', from: '2026-09-01', until: null }],
    asOf: '2026-11-03',
  });
  expect(projectSupport([], [], [])).toBeNull();
});
