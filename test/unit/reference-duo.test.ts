/** DUO's own files: bytes to text, header to columns, lines to rows or rejects. */
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { townName } from '../../src/reference/duo-import.ts';
import { readPupilCounts } from '../../src/reference/duo-pupil-counts.ts';
import { readSchoolSites } from '../../src/reference/duo-school-sites.ts';
import { closest, DuoFileRefused, decodeDuo } from '../../src/reference/duo-table.ts';

const sample = (name: string) =>
  createReadStream(fileURLToPath(new URL(`../fixtures/duo/${name}`, import.meta.url)));
const sites = () => sample('02.-alle-schoolvestigingen-basisonderwijs.sample.csv');
const pupils = () => sample('06.-historisch-overzicht-leerlingen-per-vestiging.sample.csv');

const utf8 = (text: string) => new TextEncoder().encode(text);
const windows1252 = (text: string) => Buffer.from(text, 'latin1');
const bom = Uint8Array.of(0xef, 0xbb, 0xbf);

async function* chunks(...parts: Uint8Array[]) {
  yield* parts;
}

const collect = async <Item>(items: AsyncIterable<Item>) => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};

const text = async (...parts: Uint8Array[]) =>
  (await collect(decodeDuo(chunks(...parts)))).join('');

describe('encoding', () => {
  test.each([
    ['windows-1252', windows1252('Oelebr\xF6d'), 'Oelebröd'],
    ['the quote that only windows-1252 has', Uint8Array.of(0x92, 0x74), '’t'],
    ['UTF-8 with BOM', Buffer.concat([bom, utf8('Oelebröd')]), 'Oelebröd'],
    ['UTF-8 without BOM', utf8('Earnewâld ’t'), 'Earnewâld ’t'],
    ['ASCII', utf8('Leiden'), 'Leiden'],
    ['a windows-1252 letter as the last byte', windows1252('Caf\xE9'), 'Café'],
    ['nothing', new Uint8Array(), ''],
  ])('%s', async (_, bytes, expected) => {
    expect(await text(bytes)).toBe(expected);
  });

  test('does not depend on where the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          {
            bytes: Buffer.concat([bom, utf8('1;Exloërmond;’t\r\n')]),
            expected: '1;Exloërmond;’t\r\n',
          },
          { bytes: utf8('1;Exloërmond;’t €\r\n'), expected: '1;Exloërmond;’t €\r\n' },
          { bytes: windows1252('1;Exlo\xEBrmond;\xE9\r\n'), expected: '1;Exloërmond;é\r\n' },
        ),
        fc.array(fc.nat(24)),
        async ({ bytes, expected }, cuts) => {
          const sorted = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const parts = sorted.map((from, at) => bytes.subarray(from, sorted[at + 1]));
          expect(await text(...parts)).toBe(expected);
        },
      ),
    );
  });
});

const siteHeader =
  'VESTIGINGSCODE;VESTIGINGSNAAM;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE';
const readSites = (...lines: string[]) =>
  collect(readSchoolSites(chunks(utf8([siteHeader, ...lines].join('\r\n')))));

describe('school sites (02)', () => {
  test('the sample of DUO gives 22 rows and no rejects', async () => {
    const lines = await collect(readSchoolSites(sites()));
    expect(lines).toHaveLength(22);
    expect(lines.filter((line) => 'rejects' in line)).toEqual([]);
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 22 }, (_, at) => at + 2));
    expect(lines).toContainEqual({
      line: 7,
      row: {
        brin6: '05OC00',
        name: 'Dalton Kindcentrum ’t Kompas',
        postcode: '9514CA',
        town: 'GASSELTERNIJVEEN',
        municipalityCode: '1680',
        denomination: 'Protestants-Christelijk',
      },
    });
  });

  test('a missing municipality name does not matter', async () => {
    const lines = await collect(readSchoolSites(sites()));
    expect(lines.at(-1)).toMatchObject({ row: { brin6: '32LY00', municipalityCode: '1948' } });
  });

  test('a field with a single space is empty; a missing leading zero is put back', async () => {
    expect(await readSites('00AP00;School; ; ;363; ; ')).toEqual([
      {
        line: 2,
        row: {
          brin6: '00AP00',
          name: 'School',
          postcode: null,
          town: null,
          municipalityCode: '0363',
          denomination: null,
        },
      },
    ]);
  });

  test('says everything that is wrong with a line, and goes on', async () => {
    const lines = await readSites('AP0000;;12345 A; ;36300; ;x', '00AP00;School; ; ;0363; ; ');
    expect(lines[0]).toMatchObject({
      line: 2,
      rejects: [
        { line: 2, column: 'VESTIGINGSCODE', message: expect.stringContaining('"AP0000"') },
        { column: 'VESTIGINGSNAAM' },
        { column: 'GEMEENTENUMMER', message: expect.stringContaining('"36300"') },
        { column: 'POSTCODE' },
      ],
    });
    expect(lines[1]).toMatchObject({ line: 3, row: { brin6: '00AP00' } });
  });

  test('a line with a field too many is refused as a whole, with its number', async () => {
    expect(await readSites('', '00AP00;School;;;0363;;;x')).toEqual([
      {
        line: 3,
        rejects: [{ line: 3, column: null, message: expect.stringContaining('8 velden') }],
      },
    ]);
  });

  test('a quoted field over two lines keeps the line numbers right', async () => {
    const lines = await readSites('00AP00;"De\r\nSchool"; ; ;0363; ; ', 'x;y; ; ;0363; ; ');
    expect(lines[1]).toMatchObject({ line: 4, rejects: [{ line: 4 }] });
  });

  test('characters that are neither UTF-8 nor windows-1252 are refused by column', async () => {
    const start = utf8(`${siteHeader}\r\n00AP00;ë`);
    const lines = await collect(
      readSchoolSites(chunks(start, Uint8Array.of(0xff), utf8(';;;0363;;'))),
    );
    expect(lines).toMatchObject([{ rejects: [{ line: 2, column: 'VESTIGINGSNAAM' }] }]);
  });

  test.each([
    [
      'a renamed column',
      siteHeader.replace('VESTIGINGSNAAM', 'NAAM VESTIGING'),
      'MISSING_COLUMN',
      'De kolom VESTIGINGSNAAM ontbreekt.',
    ],
    [
      'a column with a spelling mistake',
      siteHeader.replace('DENOMINATIE', 'DENOMINTAIE'),
      'MISSING_COLUMN',
      'Er staat wel een kolom DENOMINTAIE: bedoelde u die?',
    ],
    [
      'a column that is not there',
      siteHeader.replace('POSTCODE;', ''),
      'MISSING_COLUMN',
      'De kolom POSTCODE ontbreekt. Pas de eerste regel',
    ],
    ['commas', siteHeader.replaceAll(';', ','), 'WRONG_DELIMITER', 'puntkomma'],
    ['nothing', '', 'EMPTY_FILE', 'leeg'],
    [
      'a quote that is never closed',
      `${siteHeader}\r\n00AP00;"School;;;0363;;\r\n`,
      'UNREADABLE_CSV',
      'aanhalingsteken',
    ],
  ])('a file with %s is refused', async (_, content, code, message) => {
    const refused = collect(readSchoolSites(chunks(utf8(content))));
    await expect(refused).rejects.toThrow(DuoFileRefused);
    await expect(refused).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});

const countHeader =
  'VESTIGINGSCODE;NAAM_VESTIGING;SOORT_VESTIGING;DENOMINATIE_VESTIGING;GEMEENTECODE_VESTIGING';
const readCounts = (header: string, ...lines: string[]) =>
  collect(readPupilCounts(chunks(Buffer.concat([bom, utf8([header, ...lines].join('\r\n'))]))));

describe('pupils per site (06)', () => {
  test('the sample of DUO gives 22 rows with 30 years each, and no rejects', async () => {
    const lines = await collect(readPupilCounts(pupils()));
    expect(lines).toHaveLength(22);
    for (const line of lines) {
      expect(line).toMatchObject({ row: { counts: { length: 30 } } });
    }
  });

  test('`<5` in the sample is suppressed, also in its first year', async () => {
    const lines = await collect(readPupilCounts(pupils()));
    const suppressed = lines.flatMap((line) =>
      'row' in line
        ? line.row.counts
            .filter((count) => count.suppressed)
            .map(({ year, pupils: count }) => [line.row.brin6, year, count])
        : [],
    );
    expect(suppressed).toContainEqual(['00AW02', 2024, null]);
    expect(suppressed).toContainEqual(['00BZ00', 1996, null]);
  });

  test('the code of a municipality without leading zeros, and quotes within quotes', async () => {
    const lines = await collect(readPupilCounts(pupils()));
    expect(lines).toContainEqual(
      expect.objectContaining({
        row: expect.objectContaining({
          brin6: '00AR00',
          name: 'BS "De Maasparel"',
          kind: 'BO',
          municipalityCode: '1641',
        }),
      }),
    );
    expect(lines[0]).toMatchObject({ row: { municipalityCode: '0285', kind: 'VSO' } });
  });

  test.each([
    ['<5', { pupils: null, suppressed: true }],
    ['-1', { pupils: null, suppressed: true }],
    ['.', { pupils: null, suppressed: true }],
    ['x', { pupils: null, suppressed: true }],
    [' ', { pupils: null, suppressed: true }],
    ['0', { pupils: 0, suppressed: false }],
    ['137', { pupils: 137, suppressed: false }],
  ])('a cell with "%s" is read as %o', async (written, expected) => {
    const [line] = await readCounts(
      `${countHeader};LEERLINGEN_2026`,
      `00AP00;School;SO/VSO;;14;${written}`,
    );
    expect(line).toEqual({
      line: 2,
      row: {
        brin6: '00AP00',
        name: 'School',
        kind: 'SO_VSO',
        denomination: null,
        municipalityCode: '0014',
        counts: [{ year: 2026, ...expected }],
      },
    });
  });

  test.each(['-2', '1.5', '1e3', 'veel'])(
    'a cell with "%s" is refused by its column',
    async (written) => {
      expect(
        await readCounts(
          `${countHeader};LEERLINGEN_2025;LEERLINGEN_2026`,
          `00AP00;School;BO;;14;10;${written}`,
        ),
      ).toMatchObject([
        { rejects: [{ column: 'LEERLINGEN_2026', message: expect.stringContaining(written) }] },
      ]);
    },
  );

  test('an unknown kind of site is refused', async () => {
    expect(
      await readCounts(`${countHeader};LEERLINGEN_2026`, '00AP00;School;HBO;;14;10'),
    ).toMatchObject([{ rejects: [{ column: 'SOORT_VESTIGING' }] }]);
  });

  test('a file without a year asks for the column that looks like one', async () => {
    await expect(readCounts(`${countHeader};LEERLINGEN 25`)).rejects.toThrow(
      /zoals LEERLINGEN_2025\. Er staat wel een kolom LEERLINGEN 25: bedoelde u die\?/,
    );
  });
});

test.each([
  ['GEMEENTENUMMER', ['NAAM', 'GEMEENTE NUMMER'], 'GEMEENTE NUMMER'],
  ['VESTIGINGSCODE', ['VESTIGINGSNUMMER', 'VESTIGINGCODE'], 'VESTIGINGCODE'],
  ['POSTCODE', ['PROVINCIE', 'TELEFOONNUMMER'], null],
  ['POSTCODE', [], null],
])('the column most like %s among %j is %s', (name, candidates, expected) => {
  expect(closest(name, candidates)).toBe(expected);
});

test.each([
  ["'S-GRAVENHAGE", "'s-Gravenhage"],
  ['CAPELLE AAN DEN IJSSEL', 'Capelle aan den IJssel'],
  ['DE BILT', 'De Bilt'],
  ['2E EXLOERMOND', '2e Exloermond'],
  ['ÚTERHUZEN', 'Úterhuzen'],
])('the town %s is written %s', (capitals, expected) => {
  expect(townName(capitals)).toBe(expected);
});
