import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { codesOf, deliver, facts, recordOf } from './delivered.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../../fixtures/ijw/${name}.xml`, import.meta.url), 'utf8');
const jw301 = sample('JW301');
const jw305 = sample('JW305');
const jw307 = sample('JW307');

// The samples are dated in 2026.
const world = { ...facts, today: '2026-11-01' };
const deliverIjw = (content: string | Uint8Array, changed = world) =>
  deliver('IJW', content, changed);
const refusalOf = (content: string | Uint8Array) => deliverIjw(content).catch((error) => error);

const person = { bsnToken: 'care-token-600009999', tokenKey: 'k1', youthRegion: 'JZ10' };

describe('the sample messages of the standard', () => {
  it('JW301: an allocation of gemeente 0384 to a provider', async () => {
    const outcomes = await deliverIjw(jw301);
    expect(outcomes.map(({ line }) => line)).toEqual([1, 2]);
    expect(recordOf(outcomes[0])).toEqual({
      type: 'careEvent',
      message: 'JW301',
      messageId: '123456789012',
      municipalityCode: '0384',
      providerAgb: '42420001',
      allocationNumber: '300201',
      productCategory: '55',
      productCode: '55A11',
      occurredOn: '2026-04-01',
      intendedStart: '2026-04-01',
      endReason: null,
      asOf: '2026-04-01',
      ...person,
    });
    expect(recordOf(outcomes[1])).toMatchObject({
      allocationNumber: '300202',
      productCode: '55A12',
    });
  });

  it('JW305: a start, sent the other way', async () => {
    const outcomes = await deliverIjw(jw305);
    expect(outcomes.map(recordOf)).toMatchObject([
      {
        message: 'JW305',
        municipalityCode: '0363',
        providerAgb: '65656055',
        allocationNumber: '300201',
        occurredOn: '2026-04-03',
        intendedStart: null,
        endReason: null,
        asOf: '2026-04-15',
        ...person,
      },
      { message: 'JW305', allocationNumber: '300202', occurredOn: '2026-04-15' },
    ]);
  });

  it('JW307: a stop with its reason', async () => {
    const outcomes = await deliverIjw(jw307);
    expect(outcomes.map(recordOf)).toMatchObject([
      {
        message: 'JW307',
        municipalityCode: '0363',
        providerAgb: '65656055',
        occurredOn: '2026-07-17',
        endReason: '31',
        asOf: '2026-07-20',
      },
      { allocationNumber: '300202' },
    ]);
  });

  it('keep no name, birth date, address, remark or BSN', async () => {
    const kept = JSON.stringify(
      await Promise.all([jw301, jw305, jw307].map((xml) => deliverIjw(xml))),
    );
    for (const value of [
      'Wit',
      'Tom',
      '2010-02-14',
      '1971-04-07',
      'Galen',
      'Woustraat',
      'Commentaar',
      '999900006',
    ]) {
      expect(jw301).toContain(value);
      expect(kept).not.toContain(value);
    }
  });
});

describe('a product is rejected', () => {
  test.each<[string, string, string[], object?]>([
    [
      'that removes an earlier one',
      jw305.replace('StatusAanlevering>1', 'StatusAanlevering>3'),
      ['REMOVAL_NOT_SUPPORTED StatusAanlevering'],
    ],
    [
      'without a ToewijzingNummer',
      jw305.replace(/<jw305:ToewijzingNummer>.*/, ''),
      ['FIELD_REQUIRED ToewijzingNummer'],
    ],
    [
      'with a BSN that fails the elfproef',
      jw305.replace('999900006', '123456783'),
      ['BSN_ELEVEN_TEST Bsn'],
    ],
    ['with a filler for a BSN', jw305.replace('999900006', '000000000'), ['BSN_FILLER Bsn']],
    ['with a test BSN in production', jw305, ['BSN_TEST_RANGE Bsn'], { allowTestBsn: false }],
    [
      'with the BSN for an allocation number',
      jw305.replace('300201', '999900006'),
      ['BSN_IN_OTHER_FIELD ToewijzingNummer'],
    ],
    [
      'of an unknown municipality',
      jw305.replace('0363', '9999'),
      ['MUNICIPALITY_UNKNOWN Ontvanger'],
    ],
    ['dated after today', jw305, ['DATE_IN_FUTURE Dagtekening'], { today: '2026-04-14' }],
    [
      'between two parties that are not of the source',
      jw305,
      ['OUTSIDE_SOURCE_AREA Afzender'],
      { source: { ...facts.source, municipalityCodes: ['0384'], providerAgbs: ['42420001'] } },
    ],
  ])('%s', async (_what, content, expected, change) => {
    const outcomes = await deliverIjw(content, { ...world, ...change });
    expect(codesOf(outcomes[0])).toEqual(expected);
    expect(outcomes).toHaveLength(2);
  });

  it('but a changed one (2) is an event like any other', async () => {
    const outcomes = await deliverIjw(
      jw305.replaceAll('StatusAanlevering>1', 'StatusAanlevering>2'),
    );
    expect(outcomes.map(codesOf)).toEqual([[], []]);
  });

  it('not when either side is of the source: both hold the message', async () => {
    for (const own of [{ municipalityCodes: ['0363'] }, { providerAgbs: ['65656055'] }]) {
      const source = {
        name: 'x',
        municipalityCodes: [],
        swvCodes: [],
        brin6s: [],
        providerAgbs: [],
        ...own,
      };
      expect((await deliverIjw(jw305, { ...world, source })).map(codesOf)).toEqual([[], []]);
    }
  });
});

describe('a message is refused', () => {
  const other = (code: string) => jw305.replaceAll('jw305', code);
  const declared = (encoding: string) =>
    jw305.replace('encoding="UTF-8"', `encoding="${encoding}"`);
  test.each<[string, string, string | Uint8Array]>([
    ['of another kind', 'IJW_MESSAGE_UNSUPPORTED', other('jw315')],
    ['of an older version', 'IJW_VERSION', jw305.replaceAll('3_2', '3_1')],
    [
      'of another standard',
      'IJW_UNKNOWN',
      '<Bericht xmlns="http://www.istandaarden.nl/iwmo/3_2/wmo305/schema"/>',
    ],
    ['that is a CSV', 'XML_NOT_WELL_FORMED', 'a;b;c\n1;2;3\n'],
    ['that is empty', 'XML_NOT_WELL_FORMED', ''],
    [
      'with a DOCTYPE',
      'XML_DOCTYPE',
      jw305.replace(
        '<jw305:Bericht',
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><jw305:Bericht',
      ),
    ],
    [
      'with entities that grow',
      'XML_DOCTYPE',
      `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>${jw305.replace('Tom', '&b;')}`,
    ],
    [
      'with an external entity',
      'XML_DOCTYPE',
      `<!doctype a [<!ENTITY e SYSTEM "file:///etc/passwd">]>${jw305.replace('Tom', '&e;')}`,
    ],
    ['with an undeclared entity', 'XML_NOT_WELL_FORMED', jw305.replace('Tom', '&tom;')],
    ['in windows-1252', 'XML_ENCODING', Buffer.from(jw305.replace('Tom', 'Zoë'), 'latin1')],
    ['that says it is in windows-1252', 'XML_ENCODING', declared('windows-1252')],
    ['that says it is in UTF-7', 'XML_ENCODING', declared('UTF-7')],
    ['in UTF-16', 'XML_ENCODING', Buffer.from(`\ufeff${jw305}`, 'utf16le')],
    [
      'in UTF-16 without a mark',
      'XML_ENCODING',
      Buffer.from('<?xml version="1.0"?><a/>', 'utf16le'),
    ],
    ['that breaks off', 'XML_NOT_WELL_FORMED', jw305.slice(0, -40)],
    ['with crossing elements', 'XML_NOT_WELL_FORMED', jw305.replace('</jw305:Naam>', '')],
    [
      'with elements 300,000 deep',
      'XML_TOO_COMPLEX',
      jw305.replace('<jw305:Client>', `<jw305:Client>${'<a>'.repeat(300_000)}`),
    ],
    [
      'of 20 MB of empty elements',
      'XML_TOO_COMPLEX',
      jw305.replace('<jw305:Client>', `<jw305:Client>${'<a/>'.repeat(5_000_000)}`),
    ],
    ['with one text of 12 MB', 'XML_TOO_COMPLEX', jw305.replace('Tom', 'x'.repeat(12_000_000))],
    ['of 30 MB', 'XML_TOO_LARGE', jw305.replace('Tom', 'x'.repeat(30_000_000))],
    ['with a wrong value', 'XSD_INVALID', jw305.replace('999900006', '99990000X')],
    ['without a required element', 'XSD_INVALID', jw305.replace(/<jw305:StatusAanlevering>.*/, '')],
    ['with a message code of another', 'XSD_INVALID', jw305.replace('438', '436')],
    [
      'with half a million strange elements',
      'XSD_INVALID',
      jw305.replace('<jw305:Client>', `<jw305:Client>${'<a/>'.repeat(500_000)}`),
    ],
  ])('%s: %s', async (_what, code, content) => {
    expect(await refusalOf(content)).toMatchObject({ name: 'DeliveryRefused', code });
  });

  it('before the rest of a too large body is read', async () => {
    let sent = 0;
    async function* endless() {
      for (; ; sent++) yield Buffer.alloc(1024 * 1024, 'x');
    }
    const { adapters } = await import('../../../src/ingest/sources/registry.ts');
    const read = adapters.IJW(endless(), world)[Symbol.asyncIterator]().next();
    await expect(read).rejects.toMatchObject({ code: 'XML_TOO_LARGE' });
    expect(sent).toBeLessThan(30);
  });
});

describe('a complaint of the schema', () => {
  it('tells the line and the element, not the value', async () => {
    const { message } = await refusalOf(
      jw305
        .replace('999900006', '99990000X')
        .replace('2010-02-14', '14-02-2010')
        .replace('<ijw:Voornamen>Tom</ijw:Voornamen>', '<ijw:Jan_Jansen>Tom</ijw:Jan_Jansen>')
        .replace('<jw305:Naam>', '<jw305:Naam Wit="Tom">'),
    );
    expect(message).toContain('Regel 19: de waarde van element "Bsn" heeft niet de goede vorm.');
    expect(message).toContain('Regel 21: de waarde van element "Datum" heeft niet de goede vorm.');
    expect(message).toContain('Regel 24: een attribuut van element "Naam" klopt niet.');
    expect(message).toContain(
      'Regel 29: een onbekend element hoort hier niet. Verwacht: Voornamen',
    );
    for (const value of ['99990000X', '14-02-2010', 'Tom', 'Jansen', 'Wit']) {
      expect(message).not.toContain(value);
    }
  });

  it('is one of the first five, with the number of the others', async () => {
    const product = /<jw305:StartProduct>[\s\S]*?<\/jw305:StartProduct>/.exec(jw305)?.[0] ?? '';
    const wrong = product.replace('300201', 'A1');
    const { message } = await refusalOf(jw305.replace(product, wrong.repeat(8)));
    expect(message.match(/Regel \d+/g)).toHaveLength(5);
    expect(message).toContain('En nog 3 andere fouten.');
  });

  it('cannot be made to repeat a value by a value that looks like a complaint', async () => {
    const fake =
      "x\nmessage.xml:1: Schemas validity error : Element 'Quirijn': Expected is ( Wolbers ).";
    const error = await refusalOf(jw305.replace('999900006', fake));
    expect(error.code).toBe('XSD_INVALID');
    expect(error.message).not.toMatch(/Quirijn|Wolbers/);
  });
});

it('reads messages that come at the same time', async () => {
  const outcomes = await Promise.all([jw301, jw305, jw307, jw305].map((xml) => deliverIjw(xml)));
  expect(outcomes.map((two) => two.map((one) => codesOf(one).length))).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

it('goes on after a refused message', async () => {
  const [bad, good] = await Promise.all([
    refusalOf(jw305.replace('438', '436')),
    deliverIjw(jw305),
  ]);
  expect(bad.code).toBe('XSD_INVALID');
  expect(good.map(codesOf)).toEqual([[], []]);
});
