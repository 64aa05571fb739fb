import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { codesOf, deliver, facts, recordOf } from './delivered.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../../fixtures/oso/Voorbeelddossier_${name}.xml`, import.meta.url), 'utf8');
const optOut = sample('PaO_POSWV_opt_out');
const full = sample('PaO_POSWV_full');
const transfer = sample('OV_POVO_opt_out');

const dossier = (content: string, world = facts) => deliver('OSO_SWV_DOSSIER', content, world);
const refusalOf = (content: string) => dossier(content).catch((error) => error);

const withoutTlv = (xml: string) => xml.replace(/<tlv>[\s\S]*?<\/tlv>/g, '');
const withoutArrangement = (xml: string) =>
  xml.replace(/<arrangement_pao>[\s\S]*?<\/arrangement_pao>/g, '');

describe('the sample dossiers of the standard', () => {
  it('become one application, with who and what and nothing else', async () => {
    for (const xml of [optOut, full]) {
      const outcomes = await dossier(xml);
      expect(outcomes.map(({ line }) => line)).toEqual([1]);
      expect(recordOf(outcomes[0])).toEqual({
        type: 'supportApplication',
        swvCode: 'PO2801',
        brin6: '00YY00',
        schoolPupilNumber: 'LN094837',
        givenName: 'Björn',
        prefix: 'van de',
        familyName: 'Berg',
        nameProtected: false,
        birthDate: '2003-03-17',
        enrolledOn: '2005-01-04',
        application: 'TLV',
        tlvKind: 'SO',
        sourceKey: 'oso:00YY00:LN094837:2016-01-02',
        requestedOn: '2016-01-02',
        asOf: '2016-01-02',
      });
    }
  });

  it('an overstapdossier is refused: it has a BSN in it', async () => {
    const error = await refusalOf(transfer);
    expect(error).toMatchObject({ name: 'DeliveryRefused', code: 'PGN_PRESENT' });
    expect(error.message).not.toContain('246263738');
  });

  it('and without the BSN it is refused for what it is', async () => {
    const error = await refusalOf(transfer.replace(/<bsn>.*<\/bsn>/, ''));
    expect(error).toMatchObject({ code: 'OSO_NOT_SWV_DOSSIER' });
  });
});

describe('refused whole', () => {
  const before = '<leerlingid>LN094837</leerlingid>';
  test.each([
    ['PGN_PRESENT', 'a bsn', optOut.replace(before, `<bsn>123456782</bsn>${before}`)],
    [
      'PGN_PRESENT',
      'an onderwijsnummer',
      optOut.replace(before, `<onderwijsnummer>101010101</onderwijsnummer>${before}`),
    ],
    ['PGN_PRESENT', 'a bsn that is none', optOut.replace(before, `<bsn>onbekend</bsn>${before}`)],
    ['PGN_PRESENT', 'a BSN for a pupil number', optOut.replace('LN094837', '123456782')],
    ['PGN_PRESENT', 'a BSN with dots', optOut.replace('LN094837', '1234.56.782')],
    ['PGN_PRESENT', 'a BSN in free text', optOut.replace('10 Downing St, London', 'BSN 123456782')],
    ['PGN_PRESENT', 'a BSN in CDATA', optOut.replace('LN094837', '<![CDATA[123456782]]>')],
    ['PGN_PRESENT', 'a BSN in character references', optOut.replace('LN094837', '&#49;23456782')],
    [
      'PGN_PRESENT',
      'a BSN in an attribute',
      optOut.replace('omschrijving="Nederland"', 'omschrijving="123456782"'),
    ],
    ['OSO_NOT_SWV_DOSSIER', 'another kind', optOut.replace('swv-dossier', 'overdrachtbinnenbrin')],
    ['OSO_NOT_SWV_DOSSIER', 'another transition', optOut.replace('POSWV', 'POPO')],
    [
      'OSO_UNKNOWN',
      'another version',
      optOut.replace('oso_gegevensset/2019', 'oso_gegevensset/2023'),
    ],
    ['XSD_INVALID', 'a wrong date', optOut.replace('2003-03-17', '17-03-2003')],
    ['XML_DOCTYPE', 'a DOCTYPE', optOut.replace('<dossier', '<!DOCTYPE dossier><dossier')],
  ])('%s: %s', async (code, _what, xml) => {
    const error = await refusalOf(xml);
    expect(error).toMatchObject({ name: 'DeliveryRefused', code });
    expect(error.message).not.toMatch(/123456782|1234\.56|17-03-2003|Berg|Björn/);
  });
});

describe('what is asked', () => {
  const soort = { POSWV: optOut, VOSWV: optOut.replace('POSWV', 'VOSWV') };
  const nvt = optOut.replace('<tlvcategorie>L<', '<tlvcategorie>Nvt<');
  const at = (brin: string, xml: string) => xml.replaceAll('00YY', brin);
  test.each([
    ['a PO-SWV, earlier TLV low', soort.POSWV, 'TLV', 'SO'],
    ['a PO-SWV, earlier TLV without category', nvt, 'TLV', 'SBO'],
    ['a VO-SWV', soort.VOSWV, 'TLV', 'VSO'],
    ['arrangements and never a TLV', withoutTlv(optOut), 'ARRANGEMENT', null],
    ['neither, from a bo school', at('11AA', withoutArrangement(withoutTlv(optOut))), 'TLV', 'SO'],
    [
      'neither, from an sbo school',
      at('11AB', withoutArrangement(withoutTlv(optOut))),
      'TLV',
      'SBO',
    ],
    [
      'no transition named, from a vo school',
      at('21AE', withoutArrangement(withoutTlv(optOut))).replace('<overstap>POSWV</overstap>', ''),
      'TLV',
      'VSO',
    ],
  ])('%s: %s %s', async (_what, xml, application, tlvKind) => {
    expect(recordOf((await dossier(xml))[0])).toMatchObject({ application, tlvKind });
  });

  it('follows the last of several TLVs', async () => {
    const second = /<tlv>[\s\S]*?<\/tlv>/.exec(optOut)?.[0] ?? '';
    const earlier = second.replace('2016-04-04', '2012-08-01').replace('>L<', '>Nvt<');
    const later = second.replace('2016-04-04', '2018-08-01').replace('>L<', '>Nvt<');
    const kindOf = async (tlvs: string) =>
      recordOf((await dossier(optOut.replace(second, tlvs)))[0]);
    expect(await kindOf(second + earlier)).toMatchObject({ tlvKind: 'SO' });
    expect(await kindOf(later + second)).toMatchObject({ tlvKind: 'SBO' });
  });
});

describe('a dossier is rejected', () => {
  test.each([
    [
      'without a pupil number',
      optOut.replace('<leerlingid>LN094837</leerlingid>', ''),
      ['FIELD_REQUIRED leerlingid'],
    ],
    [
      'without an enrolment date',
      optOut.replace(/<datuminschrijving>.*/, ''),
      ['FIELD_REQUIRED datuminschrijving'],
    ],
    [
      'from an unknown school',
      optOut.replaceAll('00YY', '99XX'),
      ['SCHOOL_UNKNOWN vestigingscode'],
    ],
    [
      'from a school outside the area',
      optOut.replaceAll('00YY', '11ZZ'),
      ['OUTSIDE_SOURCE_AREA vestigingscode'],
    ],
    [
      'enrolled before birth',
      optOut.replace('2005-01-04', '2003-01-04'),
      ['DATE_ORDER datuminschrijving'],
    ],
  ])('%s', async (_what, xml, expected) => {
    expect((await dossier(xml)).map(codesOf)).toEqual([expected]);
  });

  it('not when only the school is of the source', async () => {
    const source = { ...facts.source, swvCodes: [], brin6s: ['00YY00'] };
    expect((await dossier(optOut, { ...facts, source })).map(codesOf)).toEqual([[]]);
  });

  it('and a secret address protects the name', async () => {
    const xml = optOut.replace('<adresgeheim>false<', '<adresgeheim>true<');
    expect(recordOf((await dossier(xml))[0])).toMatchObject({ nameProtected: true });
  });
});
