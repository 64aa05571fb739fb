import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Code, deliveryFormats } from '../../../schema/codes.ts';
import { codesOf, csvOf, deliver, facts, realShapedBsn, recordOf, testBsn } from './delivered.ts';
import {
  absenceLine,
  arrangementLine,
  enrolmentLine,
  oppLine,
  tlvLine,
  waitingLine,
} from './good-lines.ts';

type Format = Code<typeof deliveryFormats>;
type Fields = Record<string, string>;

const codes = async (format: Format, line: Fields, change: Fields, world = facts) =>
  codesOf((await deliver(format, csvOf({ ...line, ...change }), world))[0]);
const record = async (format: Format, line: Fields, change: Fields = {}) =>
  recordOf((await deliver(format, csvOf({ ...line, ...change })))[0]);

describe('a good line becomes', () => {
  it('an absence report with a token in place of the BSN', async () => {
    expect(await record('ABSENCE_REPORTS', absenceLine)).toEqual({
      type: 'absenceReport',
      reportNumber: 'M-2026-0001',
      givenName: 'Quirijn',
      prefix: 'van de',
      familyName: 'Oude Wolbers',
      nameProtected: false,
      birthDate: '2014-03-09',
      brin6: '11AA00',
      kind: 'LONG_TERM',
      status: 'IN_PROGRESS',
      fromOn: '2025-11-03',
      untilOn: null,
      hours: null,
      reportedOn: '2025-12-15',
      asOf: '2026-01-31',
      municipalityCode: '0363',
      youthRegion: 'JZ10',
      bsnToken: 'attendance-token-287654321',
      tokenKey: 'k1',
    });
  });

  it('an enrolment at the SWV of its site', async () => {
    expect(await record('ENROLMENTS', enrolmentLine)).toEqual({
      type: 'enrolment',
      swvCode: 'PO2801',
      brin6: '11AA00',
      schoolPupilNumber: '20410',
      givenName: 'Quirijn',
      prefix: null,
      familyName: 'Wolbers',
      nameProtected: true,
      birthDate: '2014-03-09',
      enrolledOn: '2018-04-01',
      leftOn: null,
      asOf: '2026-01-31',
    });
  });

  it('a waiting-list entry', async () => {
    expect(await record('WAITING_LIST', waitingLine)).toEqual({
      type: 'waitingListEntry',
      reference: 'W-77',
      birthDate: '2014-03-09',
      municipalityCode: '0363',
      youthRegion: 'JZ10',
      providerAgb: '42420001',
      careKind: 'OUTPATIENT',
      referrer: 'MUNICIPALITY',
      allocationNumber: '300201',
      referredOn: '2025-10-01',
      registeredOn: '2025-10-08',
      intakeOn: '2025-11-05',
      allocatedOn: '2025-10-20',
      intendedStart: '2026-03-01',
      startedOn: null,
      endedOn: null,
      status: 'WAITING_FOR_START',
      bridging: false,
      hindersEducation: 'YES',
      asOf: '2026-01-31',
      bsnToken: 'care-token-287654321',
      tokenKey: 'k1',
    });
  });

  it('a TLV, to be decided 8 weeks after the request when no term is given', async () => {
    expect(await record('SUPPORT_DECISIONS', tlvLine)).toEqual({
      type: 'tlv',
      swvCode: 'PO2801',
      brin6: '11AA00',
      schoolPupilNumber: '20410',
      number: '2801-123',
      kind: 'SO',
      fundingCategory: 'LOW',
      cluster: 4,
      status: 'GRANTED',
      requestedOn: '2025-04-01',
      decideBy: '2025-05-27',
      decidedOn: '2025-05-12',
      validFrom: '2025-08-01',
      validUntil: '2027-07-31',
      adviceCount: 2,
      asOf: '2026-01-31',
    });
  });

  it('an OPP', async () => {
    expect(await record('SUPPORT_DECISIONS', oppLine)).toEqual({
      type: 'opp',
      swvCode: 'PO2801',
      brin6: '11AA00',
      schoolPupilNumber: '20410',
      version: 2,
      status: 'ESTABLISHED',
      establishedOn: '2025-10-01',
      guardiansConsultedOn: '2025-09-20',
      pupilHeardOn: null,
      evaluatedOn: null,
      asOf: '2026-01-31',
    });
  });

  it('an arrangement', async () => {
    expect(await record('SUPPORT_DECISIONS', arrangementLine)).toEqual({
      type: 'arrangement',
      swvCode: 'PO2801',
      brin6: '11AA00',
      schoolPupilNumber: '20410',
      number: 'ARR-9',
      kind: 'INDIVIDUAL',
      status: 'RUNNING',
      requestedOn: '2025-08-20',
      decidedOn: '2025-09-10',
      validFrom: '2025-09-15',
      validUntil: '2026-07-31',
      asOf: '2026-01-31',
    });
  });
});

describe('what a source may write', () => {
  const uur16 = {
    verzuimsoort: 'UUR16',
    begindatum: '2025-11-03',
    einddatum: '2025-11-20',
    uren: '16,5',
  };
  test.each<[Format, Fields, Fields, object]>([
    ['ABSENCE_REPORTS', absenceLine, { begindatum: '3-11-2025' }, { fromOn: '2025-11-03' }],
    ['ABSENCE_REPORTS', absenceLine, { gemeentecode: 'GM0363' }, { municipalityCode: '0363' }],
    ['ABSENCE_REPORTS', absenceLine, { gemeentecode: '363' }, { municipalityCode: '0363' }],
    ['ABSENCE_REPORTS', absenceLine, { vestigingscode: '11aa00' }, { brin6: '11AA00' }],
    ['ABSENCE_REPORTS', absenceLine, uur16, { kind: 'SIXTEEN_HOURS', hours: 16.5 }],
    ['ABSENCE_REPORTS', absenceLine, { ...uur16, uren: '16' }, { hours: 16 }],
    ['ABSENCE_REPORTS', absenceLine, { ...uur16, verzuimsoort: 'V3' }, { kind: 'SIXTEEN_HOURS' }],
    ['ABSENCE_REPORTS', absenceLine, { verzuimsoort: 'V4' }, { kind: 'OVER_EIGHTEEN' }],
    [
      'ABSENCE_REPORTS',
      absenceLine,
      { verzuimsoort: 'RMC', vestigingscode: '' },
      { kind: 'OVER_EIGHTEEN', brin6: null },
    ],
    ['ABSENCE_REPORTS', absenceLine, { verzuimsoort: 'L' }, { kind: 'LUXURY' }],
    ['ABSENCE_REPORTS', absenceLine, { verzuimsoort: 'O' }, { kind: 'OTHER' }],
    [
      'ABSENCE_REPORTS',
      absenceLine,
      { verzuimsoort: 'absoluut', vestigingscode: '' },
      { kind: 'ABSOLUTE', brin6: null },
    ],
    ['ABSENCE_REPORTS', absenceLine, { status: 'R' }, { status: 'REGISTERED' }],
    [
      'ABSENCE_REPORTS',
      absenceLine,
      { status: 'ter kennisgeving aangenomen' },
      { status: 'NOTED' },
    ],
    ['ABSENCE_REPORTS', absenceLine, { status: 'I' }, { status: 'WITHDRAWN' }],
    ['ABSENCE_REPORTS', absenceLine, { status: 'G' }, { status: 'CLOSED' }],
    [
      'ABSENCE_REPORTS',
      absenceLine,
      { status: 'D', begindatum: '2020-06-01', meldingsdatum: '2020-07-31' },
      { status: 'CLOSED' },
    ],
    // Over 28 days ago on the day of the report, and over 18 but reported as overig.
    ['ABSENCE_REPORTS', absenceLine, { begindatum: '2025-11-16' }, { kind: 'LONG_TERM' }],
    [
      'ABSENCE_REPORTS',
      absenceLine,
      { verzuimsoort: 'OVERIG', geboortedatum: '2006-01-01' },
      { kind: 'OTHER' },
    ],
    // The longest window: 4 lesson weeks around 7 weeks of summer.
    [
      'ABSENCE_REPORTS',
      absenceLine,
      { ...uur16, begindatum: '2025-07-07', einddatum: '2025-09-21' },
      { untilOn: '2025-09-21' },
    ],
    // A municipality that still existed on the date of the data.
    [
      'ABSENCE_REPORTS',
      absenceLine,
      {
        gemeentecode: '0501',
        begindatum: '2022-09-01',
        meldingsdatum: '2022-11-01',
        peildatum: '2022-12-31',
      },
      { municipalityCode: '0501', youthRegion: 'JZ14' },
    ],
    ['ENROLMENTS', enrolmentLine, { geheimhouding: 'nee' }, { nameProtected: false }],
    [
      'WAITING_LIST',
      waitingLine,
      { status: 'Beëindigd', startdatum: '2025-12-01', einddatum: '2026-01-05' },
      { status: 'ENDED' },
    ],
    [
      'WAITING_LIST',
      waitingLine,
      { status: 'GESTART', startdatum: '2025-12-01' },
      { status: 'STARTED' },
    ],
    [
      'WAITING_LIST',
      waitingLine,
      { verwijzer: '08', hulpvorm: '13' },
      { referrer: 'COURT', careKind: 'SECURE_CARE' },
    ],
    [
      'WAITING_LIST',
      waitingLine,
      { verwijzer: '', toewijzingnummer: '', aanmelddatum: '', intakedatum: '' },
      { referrer: null, allocationNumber: null, intakeOn: null },
    ],
    [
      'WAITING_LIST',
      waitingLine,
      { toewijzingnummer: '000300201' },
      { allocationNumber: '300201' },
    ],
    ['SUPPORT_DECISIONS', tlvLine, { swv: 'po-28-01' }, { swvCode: 'PO2801' }],
    ['SUPPORT_DECISIONS', tlvLine, { status: 'GELDIG' }, { status: 'GRANTED' }],
    [
      'SUPPORT_DECISIONS',
      tlvLine,
      { status: 'verlopen', ingangsdatum: '2023-08-01', einddatum: '2024-07-31' },
      { status: 'GRANTED' },
    ],
    ['SUPPORT_DECISIONS', tlvLine, { beslistermijn: '2025-06-15' }, { decideBy: '2025-06-15' }],
    [
      'SUPPORT_DECISIONS',
      tlvLine,
      { soort: 'SBO', categorie: '', cluster: '' },
      { kind: 'SBO', fundingCategory: null, cluster: null },
    ],
    [
      'SUPPORT_DECISIONS',
      tlvLine,
      { swv: 'VO2801', vestigingscode: '12AD00', soort: 'VSO', categorie: '3' },
      { kind: 'VSO', fundingCategory: 'HIGH' },
    ],
    // Granted in mid-year: the rest of that year and then a whole one.
    [
      'SUPPORT_DECISIONS',
      tlvLine,
      { ingangsdatum: '2025-10-01', einddatum: '2027-07-31' },
      { validFrom: '2025-10-01' },
    ],
    [
      'SUPPORT_DECISIONS',
      tlvLine,
      {
        status: 'AANGEVRAAGD',
        besluitdatum: '',
        ingangsdatum: '',
        einddatum: '',
        categorie: '',
        cluster: '',
        deskundigenadviezen: '',
      },
      { status: 'REQUESTED', adviceCount: 0, validFrom: null },
    ],
    ['SUPPORT_DECISIONS', oppLine, { status: 'CONCEPT', vastgesteld_op: '' }, { status: 'DRAFT' }],
    [
      'SUPPORT_DECISIONS',
      arrangementLine,
      { status: 'geëvalueerd', soort: 'schoolmodel' },
      { status: 'EVALUATED', kind: 'SCHOOL_MODEL' },
    ],
  ])('%s, case %#', async (format, line, change, expected) => {
    expect(await record(format, line, change)).toMatchObject(expected);
  });
});

describe('every rule rejects with its code', () => {
  const uur16 = {
    verzuimsoort: 'UUR16',
    begindatum: '2025-11-03',
    einddatum: '2025-11-20',
    uren: '16',
  };
  const vso = { swv: 'VO2801', vestigingscode: '12AF00', soort: 'VSO' };
  test.each<[string, Format, Fields, Fields, string[]]>([
    ['V1 format', 'SUPPORT_DECISIONS', tlvLine, { swv: 'PO281' }, ['SWV_FORMAT swv']],
    ['V1 existence', 'SUPPORT_DECISIONS', tlvLine, { swv: 'PO9999' }, ['SWV_UNKNOWN swv']],
    [
      'V1 sector',
      'SUPPORT_DECISIONS',
      arrangementLine,
      { swv: 'VO2801' },
      ['SECTOR_MISMATCH vestigingscode'],
    ],
    [
      'V1 VSO from PO',
      'SUPPORT_DECISIONS',
      tlvLine,
      { soort: 'VSO' },
      ['TLV_SECTOR_MISMATCH soort'],
    ],
    [
      'V1 SO from VO',
      'SUPPORT_DECISIONS',
      tlvLine,
      { ...vso, soort: 'SO' },
      ['TLV_SECTOR_MISMATCH soort'],
    ],
    [
      'V2',
      'ENROLMENTS',
      enrolmentLine,
      { vestigingscode: '99XX00' },
      ['SCHOOL_UNKNOWN vestigingscode'],
    ],
    [
      'V2 format',
      'ENROLMENTS',
      enrolmentLine,
      { vestigingscode: '11AA' },
      ['SCHOOL_FORMAT vestigingscode'],
    ],
    [
      'V2',
      'ABSENCE_REPORTS',
      absenceLine,
      { vestigingscode: '99XX00' },
      ['SCHOOL_UNKNOWN vestigingscode'],
    ],
    [
      'V2',
      'SUPPORT_DECISIONS',
      tlvLine,
      { vestigingscode: '99XX00' },
      ['SCHOOL_UNKNOWN vestigingscode'],
    ],
    [
      'V2 no SWV',
      'ENROLMENTS',
      enrolmentLine,
      { vestigingscode: '11AG00' },
      ['SCHOOL_WITHOUT_SWV vestigingscode', 'OUTSIDE_SOURCE_AREA vestigingscode'],
    ],
    [
      'V3 never',
      'ABSENCE_REPORTS',
      absenceLine,
      { gemeentecode: '9999' },
      ['MUNICIPALITY_UNKNOWN gemeentecode'],
    ],
    [
      'V3 dissolved',
      'ABSENCE_REPORTS',
      absenceLine,
      { gemeentecode: '0501' },
      ['MUNICIPALITY_UNKNOWN gemeentecode'],
    ],
    [
      'V3',
      'WAITING_LIST',
      waitingLine,
      { gemeentecode: 'Delft' },
      ['MUNICIPALITY_UNKNOWN gemeentecode'],
    ],
    [
      'V4',
      'ENROLMENTS',
      enrolmentLine,
      { leerlingnummer: realShapedBsn },
      ['BSN_NOT_ALLOWED leerlingnummer'],
    ],
    [
      'V4 dots',
      'ENROLMENTS',
      enrolmentLine,
      { leerlingnummer: '1234.56.782' },
      ['BSN_NOT_ALLOWED leerlingnummer'],
    ],
    [
      'V4 in a name',
      'ENROLMENTS',
      enrolmentLine,
      { achternaam: 'Wolbers 123 456 782' },
      ['BSN_NOT_ALLOWED achternaam'],
    ],
    [
      'V4 other column',
      'ENROLMENTS',
      { ...enrolmentLine, notitie: '123-456-782' },
      {},
      ['BSN_NOT_ALLOWED kolom 11'],
    ],
    [
      'V4 test range',
      'SUPPORT_DECISIONS',
      oppLine,
      { leerlingnummer: testBsn },
      ['BSN_NOT_ALLOWED leerlingnummer'],
    ],
    [
      'V4 TLV number',
      'SUPPORT_DECISIONS',
      tlvLine,
      { volgnummer: realShapedBsn },
      ['BSN_NOT_ALLOWED volgnummer'],
    ],
    [
      'V5 hours',
      'ABSENCE_REPORTS',
      absenceLine,
      { ...uur16, uren: '15,5' },
      ['SIXTEEN_HOURS_TOO_FEW uren'],
    ],
    [
      'V5 hours empty',
      'ABSENCE_REPORTS',
      absenceLine,
      { ...uur16, uren: '' },
      ['FIELD_REQUIRED uren'],
    ],
    [
      'V5 end empty',
      'ABSENCE_REPORTS',
      absenceLine,
      { ...uur16, einddatum: '' },
      ['FIELD_REQUIRED einddatum'],
    ],
    [
      'V5 end before start',
      'ABSENCE_REPORTS',
      absenceLine,
      { ...uur16, einddatum: '2025-11-02' },
      ['DATE_ORDER einddatum'],
    ],
    [
      'V5 window',
      'ABSENCE_REPORTS',
      absenceLine,
      { ...uur16, begindatum: '2025-07-07', einddatum: '2025-09-22' },
      ['SIXTEEN_HOURS_WINDOW einddatum'],
    ],
    [
      'V6',
      'ABSENCE_REPORTS',
      absenceLine,
      { begindatum: '2025-11-17' },
      ['LONG_TERM_TOO_SHORT begindatum'],
    ],
    [
      'V8',
      'ABSENCE_REPORTS',
      absenceLine,
      { verzuimsoort: 'ABSOLUUT' },
      ['ABSOLUTE_WITH_SCHOOL vestigingscode'],
    ],
    [
      'V8 reversed',
      'ABSENCE_REPORTS',
      absenceLine,
      { vestigingscode: '' },
      ['FIELD_REQUIRED vestigingscode'],
    ],
    [
      'V9 too young',
      'ABSENCE_REPORTS',
      absenceLine,
      { geboortedatum: '2020-11-03' },
      ['NO_DUTY geboortedatum'],
    ],
    [
      'V9 too old',
      'ABSENCE_REPORTS',
      absenceLine,
      { geboortedatum: '2007-11-03' },
      ['NO_DUTY geboortedatum'],
    ],
    [
      'V13 31 July',
      'SUPPORT_DECISIONS',
      tlvLine,
      { einddatum: '2027-08-01' },
      ['TLV_END_NOT_JULY_31 einddatum'],
    ],
    [
      'V13 order',
      'SUPPORT_DECISIONS',
      tlvLine,
      { einddatum: '2025-07-31' },
      ['DATE_ORDER einddatum'],
    ],
    [
      'V13 full year',
      'SUPPORT_DECISIONS',
      tlvLine,
      { ingangsdatum: '2025-10-01', einddatum: '2026-07-31' },
      ['TLV_TOO_SHORT einddatum'],
    ],
    [
      'V13 category',
      'SUPPORT_DECISIONS',
      tlvLine,
      { categorie: '' },
      ['TLV_CATEGORY_REQUIRED categorie'],
    ],
    [
      'V13 category VSO',
      'SUPPORT_DECISIONS',
      tlvLine,
      { ...vso, categorie: '' },
      ['TLV_CATEGORY_REQUIRED categorie'],
    ],
    [
      'V13 category SBO',
      'SUPPORT_DECISIONS',
      tlvLine,
      { soort: 'SBO', cluster: '' },
      ['TLV_CATEGORY_FORBIDDEN categorie'],
    ],
    ['V13 cluster', 'SUPPORT_DECISIONS', tlvLine, { cluster: '2' }, ['UNKNOWN_CODE cluster']],
    [
      'V13 cluster SBO',
      'SUPPORT_DECISIONS',
      tlvLine,
      { soort: 'SBO', categorie: '' },
      ['FIELD_MUST_BE_EMPTY cluster'],
    ],
    [
      'V13 advices',
      'SUPPORT_DECISIONS',
      tlvLine,
      { deskundigenadviezen: '1' },
      ['TLV_ADVICE_MISSING deskundigenadviezen'],
    ],
    [
      'V13 no advices',
      'SUPPORT_DECISIONS',
      tlvLine,
      { deskundigenadviezen: '' },
      ['TLV_ADVICE_MISSING deskundigenadviezen'],
    ],
    [
      'V13 number',
      'SUPPORT_DECISIONS',
      tlvLine,
      { volgnummer: 'A'.repeat(21) },
      ['FIELD_TOO_LONG volgnummer'],
    ],
    [
      'V13 number empty',
      'SUPPORT_DECISIONS',
      tlvLine,
      { volgnummer: ' ' },
      ['FIELD_REQUIRED volgnummer'],
    ],
    [
      'V13 decision date',
      'SUPPORT_DECISIONS',
      tlvLine,
      { besluitdatum: '' },
      ['FIELD_REQUIRED besluitdatum'],
    ],
    [
      'V13 validity',
      'SUPPORT_DECISIONS',
      tlvLine,
      { ingangsdatum: '', einddatum: '' },
      ['FIELD_REQUIRED ingangsdatum', 'FIELD_REQUIRED einddatum'],
    ],
    [
      'V15 intake',
      'WAITING_LIST',
      waitingLine,
      { intakedatum: '2025-10-07' },
      ['DATE_ORDER intakedatum'],
    ],
    [
      'V15 referral',
      'WAITING_LIST',
      waitingLine,
      { verwijsdatum: '2025-10-09' },
      ['DATE_ORDER aanmelddatum'],
    ],
    [
      'V15 over a gap',
      'WAITING_LIST',
      waitingLine,
      { aanmelddatum: '', intakedatum: '2025-09-01' },
      ['DATE_ORDER intakedatum'],
    ],
    [
      'V15 start',
      'WAITING_LIST',
      waitingLine,
      { status: 'GESTART', startdatum: '2025-11-04' },
      ['DATE_ORDER startdatum'],
    ],
    [
      'V15 end',
      'WAITING_LIST',
      waitingLine,
      { status: 'BEEINDIGD', startdatum: '2026-01-10', einddatum: '2026-01-09' },
      ['DATE_ORDER einddatum'],
    ],
    [
      'V15 started',
      'WAITING_LIST',
      waitingLine,
      { status: 'GESTART' },
      ['START_DATE_REQUIRED startdatum'],
    ],
    [
      'V15 ended',
      'WAITING_LIST',
      waitingLine,
      { status: 'BEEINDIGD' },
      ['END_DATE_REQUIRED einddatum'],
    ],
    [
      'V15 referrer 07',
      'WAITING_LIST',
      waitingLine,
      { verwijzer: '07' },
      ['UNKNOWN_CODE verwijzer'],
    ],
    ['V15 care kind', 'WAITING_LIST', waitingLine, { hulpvorm: '05' }, ['UNKNOWN_CODE hulpvorm']],
    ['AGB', 'WAITING_LIST', waitingLine, { agbcode: '4242001' }, ['PROVIDER_FORMAT agbcode']],
    ['BSN length', 'ABSENCE_REPORTS', absenceLine, { bsn: '12345678' }, ['BSN_FORMAT bsn']],
    ['BSN elfproef', 'WAITING_LIST', waitingLine, { bsn: '123456783' }, ['BSN_ELEVEN_TEST bsn']],
    ['BSN 000000000', 'WAITING_LIST', waitingLine, { bsn: '000000000' }, ['BSN_FILLER bsn']],
    ['BSN 999999999', 'ABSENCE_REPORTS', absenceLine, { bsn: '999999999' }, ['BSN_FILLER bsn']],
    ['BSN empty', 'ABSENCE_REPORTS', absenceLine, { bsn: '' }, ['FIELD_REQUIRED bsn']],
    [
      'BSN elsewhere',
      'WAITING_LIST',
      waitingLine,
      { referentie: `C-${realShapedBsn}` },
      ['BSN_IN_OTHER_FIELD referentie'],
    ],
    [
      'BSN elsewhere',
      'ABSENCE_REPORTS',
      absenceLine,
      { meldingsnummer: '1234.56.782' },
      ['BSN_IN_OTHER_FIELD meldingsnummer'],
    ],
    [
      'area: municipality',
      'ABSENCE_REPORTS',
      absenceLine,
      { gemeentecode: '0518' },
      ['OUTSIDE_SOURCE_AREA gemeentecode'],
    ],
    [
      'area: provider',
      'WAITING_LIST',
      waitingLine,
      { agbcode: '11111111' },
      ['OUTSIDE_SOURCE_AREA agbcode'],
    ],
    ['area: SWV', 'SUPPORT_DECISIONS', tlvLine, { swv: 'PO2203' }, ['OUTSIDE_SOURCE_AREA swv']],
    [
      'area: site',
      'ENROLMENTS',
      enrolmentLine,
      { vestigingscode: '11ZZ00' },
      ['OUTSIDE_SOURCE_AREA vestigingscode'],
    ],
    [
      'old kind',
      'ABSENCE_REPORTS',
      absenceLine,
      { verzuimsoort: 'V1' },
      ['ABSENCE_KIND_EXPIRED verzuimsoort'],
    ],
    [
      'unknown kind',
      'ABSENCE_REPORTS',
      absenceLine,
      { verzuimsoort: 'X' },
      ['UNKNOWN_CODE verzuimsoort'],
    ],
    [
      'not sent',
      'ABSENCE_REPORTS',
      absenceLine,
      { status: 'W' },
      ['ABSENCE_STATUS_NOT_SENT status'],
    ],
    [
      'abolished',
      'ABSENCE_REPORTS',
      absenceLine,
      { status: 'D' },
      ['ABSENCE_STATUS_ABOLISHED status'],
    ],
    [
      'abolished',
      'ABSENCE_REPORTS',
      absenceLine,
      { status: 'D', begindatum: '2020-06-01', meldingsdatum: '2020-08-01' },
      ['ABSENCE_STATUS_ABOLISHED status'],
    ],
    [
      'date',
      'ABSENCE_REPORTS',
      absenceLine,
      { begindatum: '2025-02-29' },
      ['INVALID_DATE begindatum'],
    ],
    [
      'date',
      'ENROLMENTS',
      enrolmentLine,
      { geboortedatum: '14-03-09' },
      ['INVALID_DATE geboortedatum'],
    ],
    [
      'date',
      'ENROLMENTS',
      enrolmentLine,
      { inschrijfdatum: '12/31/2020' },
      ['INVALID_DATE inschrijfdatum'],
    ],
    [
      'future',
      'ENROLMENTS',
      enrolmentLine,
      { peildatum: '2026-02-02' },
      ['DATE_IN_FUTURE peildatum'],
    ],
    [
      'future',
      'WAITING_LIST',
      waitingLine,
      { startdatum: '2026-03-01', status: 'GESTART' },
      ['DATE_IN_FUTURE startdatum'],
    ],
    [
      'order',
      'ENROLMENTS',
      enrolmentLine,
      { uitschrijfdatum: '2018-03-31' },
      ['DATE_ORDER uitschrijfdatum'],
    ],
    ['hours', 'ABSENCE_REPORTS', absenceLine, { uren: '-1' }, ['INVALID_NUMBER uren']],
    [
      'number',
      'WAITING_LIST',
      waitingLine,
      { toewijzingnummer: '3A' },
      ['INVALID_NUMBER toewijzingnummer'],
    ],
    [
      'foreign field',
      'SUPPORT_DECISIONS',
      oppLine,
      { volgnummer: '1' },
      ['FIELD_MUST_BE_EMPTY volgnummer'],
    ],
    [
      'foreign field',
      'SUPPORT_DECISIONS',
      tlvLine,
      { versie: '1' },
      ['FIELD_MUST_BE_EMPTY versie'],
    ],
    [
      'foreign field',
      'SUPPORT_DECISIONS',
      arrangementLine,
      { categorie: 'LAAG' },
      ['FIELD_MUST_BE_EMPTY categorie'],
    ],
    [
      'no kind of decision',
      'SUPPORT_DECISIONS',
      tlvLine,
      { soort_besluit: '' },
      ['FIELD_REQUIRED soort_besluit'],
    ],
    [
      'OPP date',
      'SUPPORT_DECISIONS',
      oppLine,
      { vastgesteld_op: '' },
      ['FIELD_REQUIRED vastgesteld_op'],
    ],
    ['OPP version', 'SUPPORT_DECISIONS', oppLine, { versie: 'een' }, ['INVALID_NUMBER versie']],
    [
      'arrangement',
      'SUPPORT_DECISIONS',
      arrangementLine,
      { besluitdatum: '', ingangsdatum: '' },
      ['FIELD_REQUIRED besluitdatum', 'FIELD_REQUIRED ingangsdatum'],
    ],
  ])('%s (%s)', async (_rule, format, line, change, expected) => {
    expect(await codes(format, line, change)).toEqual(expected);
  });

  it('the test range, where it is not allowed', async () => {
    const world = { ...facts, allowTestBsn: false };
    expect(await codes('ABSENCE_REPORTS', absenceLine, { bsn: testBsn })).toEqual([]);
    expect(await codes('ABSENCE_REPORTS', absenceLine, { bsn: testBsn }, world)).toEqual([
      'BSN_TEST_RANGE bsn',
    ]);
  });

  it('everything of a source with an empty area', async () => {
    const nowhere = {
      name: 'x',
      municipalityCodes: [],
      swvCodes: [],
      brin6s: [],
      providerAgbs: [],
    };
    const world = { ...facts, source: nowhere };
    expect(await codes('ABSENCE_REPORTS', absenceLine, {}, world)).toEqual([
      'OUTSIDE_SOURCE_AREA gemeentecode',
    ]);
    expect(await codes('ENROLMENTS', enrolmentLine, {}, world)).toEqual([
      'OUTSIDE_SOURCE_AREA vestigingscode',
    ]);
    expect(await codes('WAITING_LIST', waitingLine, {}, world)).toEqual([
      'OUTSIDE_SOURCE_AREA agbcode',
    ]);
    expect(await codes('SUPPORT_DECISIONS', oppLine, {}, world)).toEqual([
      'OUTSIDE_SOURCE_AREA swv',
    ]);
    const oneSite = { ...facts, source: { ...nowhere, brin6s: ['11AA00'] } };
    expect(await codes('ENROLMENTS', enrolmentLine, {}, oneSite)).toEqual([]);
  });

  it('all at once, so that a line is repaired once', async () => {
    const found = await codes('ABSENCE_REPORTS', absenceLine, {
      bsn: '123456783',
      verzuimsoort: 'UUR16',
      status: '?',
      achternaam: '',
      begindatum: '2025-12-01',
      einddatum: '2025-11-01',
      uren: '3',
      gemeentecode: '0518',
      peildatum: '31 januari',
    });
    expect(found).toHaveLength(7);
    expect(new Set(found)).toEqual(
      new Set([
        'BSN_ELEVEN_TEST bsn',
        'DATE_ORDER einddatum',
        'FIELD_REQUIRED achternaam',
        'INVALID_DATE peildatum',
        'OUTSIDE_SOURCE_AREA gemeentecode',
        'SIXTEEN_HOURS_TOO_FEW uren',
        'UNKNOWN_CODE status',
      ]),
    );
  });
});

describe('no message repeats a value', () => {
  const goodLines: [Format, Fields][] = [
    ['ABSENCE_REPORTS', absenceLine],
    ['ENROLMENTS', enrolmentLine],
    ['WAITING_LIST', waitingLine],
    ['SUPPORT_DECISIONS', tlvLine],
    ['SUPPORT_DECISIONS', oppLine],
    ['SUPPORT_DECISIONS', arrangementLine],
  ];
  const personal = [
    '123456782',
    '1234.56.782',
    'Quirijnxyz',
    'Wolbersxyz',
    '2014-03-09',
    '9-3-2014',
    'M. van Xyz',
  ];

  test.each(goodLines)(
    '%s, whatever column a BSN, name or birth date slips into',
    async (format, line) => {
      const columns = Object.keys(line);
      const misplaced = fc.dictionary(
        fc.constantFrom(...columns),
        fc.constantFrom(...personal, ''),
        {
          minKeys: 1,
        },
      );
      await fc.assert(
        fc.asyncProperty(misplaced, async (change) => {
          const [outcome] = await deliver(format, csvOf({ ...line, ...change }));
          const messages = JSON.stringify(outcome && 'reasons' in outcome ? outcome.reasons : []);
          for (const value of personal) expect(messages).not.toContain(value);
          expect(messages).not.toMatch(/\d{9}/);
        }),
        { numRuns: 200 },
      );
    },
  );

  it('nor does a record keep the BSN', async () => {
    for (const [format, line] of goodLines) {
      expect(JSON.stringify(await record(format, line))).not.toContain(realShapedBsn);
    }
  });
});
