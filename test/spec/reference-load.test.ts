/** The bundled reference data, and files of DUO on top of them, in a real database. */
import { createReadStream } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImportReport, importDuoFile } from '../../src/reference/duo-import.ts';
import { DuoFileRefused } from '../../src/reference/duo-table.ts';
import { loadReferenceFacts } from '../../src/reference/facts.ts';
import { describeImport, importReferenceFile } from '../../src/reference/import-cli.ts';
import { loadReference } from '../../src/reference/load.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const bundled = fileURLToPath(new URL('../../seeds/reference/', import.meta.url));
const sample = (name: string) => fileURLToPath(new URL(`../fixtures/duo/${name}`, import.meta.url));
const sites = sample('02.-alle-schoolvestigingen-basisonderwijs.sample.csv');
const pupils = sample('06.-historisch-overzicht-leerlingen-per-vestiging.sample.csv');

async function* bytes(text: string) {
  yield new TextEncoder().encode(text);
}

const withDatabase = () => {
  const held: { database?: TestDatabase } = {};
  beforeAll(async () => {
    held.database = await testDatabase();
    await loadReference(held.database.owner);
  });
  afterAll(() => held.database?.drop());
  return (): postgres.Sql => {
    if (held.database === undefined) throw new Error('no database');
    return held.database.owner;
  };
};

describe('the Netherlands as bundled', () => {
  const sql = withDatabase();

  test.each([
    ['municipality', 342],
    ['youth_region', 42],
    ['doorstroompunt_region', 40],
    ['swv', 150],
    ['swv_municipality', 719],
    ['swv_postcode', 4046],
    ['swv_pupil_count', 2009],
    ['school', 8692],
  ])('reference.%s has %i rows', async (table, rows) => {
    const [counted] = await sql()`select count(*)::int as rows from reference.${sql()(table)}`;
    expect(counted?.rows).toBe(rows);
  });

  test('has 76 SWVs for PO and 74 for VO, named by number and municipalities', async () => {
    expect(
      await sql()`select sector, count(*)::int from reference.swv group by 1 order by 1`,
    ).toEqual([
      { sector: 'PO', count: 76 },
      { sector: 'VO', count: 74 },
    ]);
    const [leiden] = await sql()`select number, label from reference.swv where code = 'PO2801'`;
    expect(leiden).toEqual({ number: '28-01', label: 'SWV PO 28-01 (Leiden, Oegstgeest, …)' });
  });

  test('has the sites of every kind', async () => {
    expect(
      Object.fromEntries(
        (await sql()`select kind, count(*)::int as sites from reference.school group by 1`).map(
          (row) => [row.kind, row.sites],
        ),
      ),
    ).toEqual({ BO: 6185, VO: 1470, SO_VSO: 428, SBO: 266, PRO: 149, SO: 111, VSO: 83 });
  });

  test('counts 45,783 pupils in PO2001 in 2021 over all kinds', async () => {
    const [counted] = await sql()`
      select sum(pupils)::int as pupils from reference.swv_pupil_count
      where swv_code = 'PO2001' and year = 2021`;
    expect(counted?.pupils).toBe(45_783);
  });

  test('each site is in the SWV of its sector', async () => {
    const wrong = await sql()`
      select brin6 from reference.school
      where denomination is distinct from 'Reformatorisch'
        and swv_code is distinct from case when kind in ('VSO', 'VO', 'PRO') then swv_vo else swv_po end`;
    expect(wrong).toHaveLength(0);
    const [vo] = await sql()`
      select count(*)::int as sites from reference.school where swv_code like 'VO%'`;
    expect(vo?.sites).toBe(1470 + 149 + 83);
  });

  test('a reformatorische school is in no regional SWV, and only two others are in none', async () => {
    expect(
      await sql()`
        select denomination = 'Reformatorisch' as reformed, count(*)::int
        from reference.school where swv_code is null group by 1 order by 1`,
    ).toEqual([
      { reformed: false, count: 2 },
      { reformed: true, count: 182 },
    ]);
  });

  test('a site in a postcode newer than the areas is in the only SWV of its municipality', async () => {
    const [site] = await sql()`
      select swv_po, swv_vo, swv_code from reference.school where brin6 = '06VO00'`;
    expect(site).toEqual({ swv_po: 'PO3006', swv_vo: 'VO3006', swv_code: 'PO3006' });
  });

  test('`<5` is suppressed and never 0; a 0 of DUO is 0; a site that is not in the file has no row', async () => {
    expect(
      await sql()`
        select brin6, year, pupils, suppressed from reference.school_pupil_count
        where brin6 in ('00AW02', '00AH00') order by year`,
    ).toEqual([
      { brin6: '00AW02', year: 2024, pupils: null, suppressed: true },
      { brin6: '00AW02', year: 2025, pupils: 0, suppressed: false },
    ]);
    expect(
      await sql()`
        select year, count(*) filter (where suppressed)::int as suppressed,
          count(*) filter (where suppressed <> (pupils is null))::int as contradictory
        from reference.school_pupil_count group by year order by year`,
    ).toEqual([
      { year: 2024, suppressed: 12, contradictory: 0 },
      { year: 2025, suppressed: 10, contradictory: 0 },
    ]);
  });

  test('a second load changes nothing, and says so', async () => {
    const counts = await loadReference(sql());
    expect(counts).toMatchObject({ changed: 0, outOfUse: 0 });
    expect(counts.tables.school).toEqual({ rows: 8692, changed: 0 });
  });

  describe('facts', () => {
    test('know the youth region of a municipality, on a date', async () => {
      const facts = await loadReferenceFacts(sql());
      expect(facts.youthRegionOf('0546', '2026-02-01')).toBe('JZ18');
      expect(facts.youthRegionOf('0629', '2026-02-01')).toBe('JZ24');
      expect(facts.youthRegionOf('0546', '2023-01-01')).toBe('JZ18');
      expect(facts.youthRegionOf('0546', '2022-12-31')).toBeNull();
      expect(facts.youthRegionOf('9999', '2026-02-01')).toBeNull();
    });

    test('know when a municipality ended', async () => {
      await sql()
        .begin(async (tx) => {
          await tx`
            update reference.municipality set valid_during = '[2023-01-01,2026-01-01)'
            where code = '0546'`;
          const facts = await loadReferenceFacts(tx);
          expect(facts.youthRegionOf('0546', '2025-12-31')).toBe('JZ18');
          expect(facts.youthRegionOf('0546', '2026-01-01')).toBeNull();
          throw new Error('undo');
        })
        .catch((error: Error) => expect(error.message).toBe('undo'));
    });

    test('know schools, SWVs and care providers', async () => {
      await sql()`
        insert into reference.care_provider (agb, name, youth_regions)
        values ('99000001', 'Zorg voor Test', ${['JZ18', 'JZ24']})`;
      const facts = await loadReferenceFacts(sql());
      expect(facts.school('00AP00')).toEqual({
        swvCode: 'PO2817',
        kind: 'BO',
        municipalityCode: '0637',
      });
      expect(facts.school('99ZZ99')).toBeNull();
      expect(facts.hasSwv('PO2801')).toBe(true);
      expect(facts.hasSwv('PO0001')).toBe(false);
      expect(facts.swvMunicipalities('PO2801')).toEqual([
        '0546',
        '0547',
        '0579',
        '0626',
        '0629',
        '0638',
        '1884',
      ]);
      expect(facts.youthRegionsOfSwv('PO2801')).toContain('JZ18');
      expect(facts.youthRegionsOfSwv('PO2801')).toContain('JZ24');
      expect(facts.swvMunicipalities('PO0001')).toEqual([]);
      expect(facts.careProvider('99000001')).toEqual({
        name: 'Zorg voor Test',
        youthRegions: ['JZ18', 'JZ24'],
      });
      expect(facts.careProvider('99000002')).toBeNull();
    });
  });
});

describe('files that changed', () => {
  const sql = withDatabase();
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reference-'));
    await cp(bundled, directory, { recursive: true });
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('only the changed rows are written, and a school that vanished is kept as not in use', async () => {
    const file = join(directory, 'scholen_vestigingen.csv');
    const lines = (await readFile(file, 'utf8')).split('\n');
    const changed = lines
      .filter((line) => !line.startsWith('00AP,00AP00,'))
      .map((line) => line.replace('00AV,00AV00,De Morgenster,', '00AV,00AV00,De Avondster,'));
    await writeFile(file, changed.join('\n'));

    const counts = await loadReference(sql(), directory);
    expect(counts).toMatchObject({ changed: 2, outOfUse: 1 });
    expect(counts.tables.school).toEqual({ rows: 8691, changed: 1 });
    expect(
      await sql()`
        select brin6, name, in_use from reference.school
        where brin6 in ('00AP00', '00AV00') order by brin6`,
    ).toEqual([
      { brin6: '00AP00', name: 'WereldWijs', in_use: false },
      { brin6: '00AV00', name: 'De Avondster', in_use: true },
    ]);
    expect(await loadReference(sql(), directory)).toMatchObject({ changed: 0, outOfUse: 0 });
  });

  test('a file that cannot be loaded changes nothing at all', async () => {
    const file = join(directory, 'gemeenten_2026.csv');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('GM0546,Leiden,Zuid-Holland,JZ18', 'GM0546,Leyden,ZH,JZ99'));
    await expect(loadReference(sql(), directory)).rejects.toThrow(/youth_region/);
    const [leiden] = await sql()`select name from reference.municipality where code = '0546'`;
    expect(leiden?.name).toBe('Leiden');
  });
});

describe('a file of DUO', () => {
  const sql = withDatabase();

  test('02: changes only what DUO wrote differently; the same file twice changes nothing', async () => {
    const report = await importReferenceFile(sql(), sites);
    expect(report).toMatchObject({
      format: 'DUO_SCHOOL_SITES',
      lines: 22,
      accepted: 22,
      changed: 1,
      rejects: [],
    });
    // DUO's denomination is newer than the bundled one; town and coordinates of the same address stay.
    const [changed] = await sql()`
      select denomination, town, longitude is not null as placed
      from reference.school where brin6 = '04JI00'`;
    expect(changed).toEqual({ denomination: 'Openbaar', town: 'Schiermonnikoog', placed: true });
    expect(await importReferenceFile(sql(), sites)).toMatchObject({ accepted: 22, changed: 0 });
  });

  test('02: a part of the list closes no school', async () => {
    const report = await importReferenceFile(sql(), sites);
    expect(report.notices.join()).toContain('niet als gesloten gemerkt');
    const [counted] = await sql()`
      select count(*)::int as sites from reference.school where kind = 'BO' and in_use`;
    expect(counted?.sites).toBe(6122);
  });

  const siteHeader =
    'VESTIGINGSCODE;VESTIGINGSNAAM;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE\r\n';

  test('02: the whole list closes the schools that are not in it, and opens them again', async () => {
    const all = await sql()<
      Record<'brin6' | 'name' | 'postcode' | 'town' | 'code' | 'denomination', string>[]
    >`
      select brin6, name, postcode, coalesce(town, ' ') as town, municipality_code as code, denomination
      from reference.school where kind = 'BO' and in_use order by brin6`;
    const line = (row: (typeof all)[number]) =>
      `${row.brin6};"${row.name.replaceAll('"', '""')}";${row.postcode};${row.town};${row.code}; ;${row.denomination}\r\n`;
    const whole = siteHeader + all.map(line).join('');

    const [first] = all;
    if (first === undefined) throw new Error('no sites');
    const without = await importDuoFile(sql(), bytes(whole.replace(line(first), '')));
    expect(without).toMatchObject({ rejects: [], changed: 1 });
    expect(without.notices.join()).toContain('1 basisscholen staan niet meer in het bestand');
    const closed = await sql()`
      select brin6 from reference.school where kind = 'BO' and not in_use and brin6 = ${first.brin6}`;
    expect(closed).toHaveLength(1);

    expect(await importDuoFile(sql(), bytes(whole))).toMatchObject({ changed: 1, notices: [] });
  });

  test('02: a new site gets its SWV from the postcode, and its town as people write it', async () => {
    const report = await importDuoFile(
      sql(),
      bytes(`${siteHeader}99AA00;De Nieuwe;2312 AB;LEIDEN;546; ;Openbaar\r\n`),
    );
    expect(report).toMatchObject({ accepted: 1, changed: 1, rejects: [] });
    const [added] = await sql()`select * from reference.school where brin6 = '99AA00'`;
    expect(added).toMatchObject({
      brin: '99AA',
      kind: 'BO',
      municipality_code: '0546',
      postcode: '2312AB',
      town: 'Leiden',
      longitude: null,
      swv_po: 'PO2801',
      swv_vo: 'VO2801',
      swv_code: 'PO2801',
      in_use: true,
    });
  });

  test('02: an unknown municipality and a repeated site are refused by line, the rest is taken in', async () => {
    const report = await importDuoFile(
      sql(),
      bytes(
        `${siteHeader}99AB00;Eerste;2312AB;LEIDEN;0546; ; \r\n99AC00;Tweede;2312AB;LEIDEN;9998; ; \r\n99AB00;Derde;2312AB;LEIDEN;0546; ; \r\n`,
      ),
    );
    expect(report).toMatchObject({ lines: 3, accepted: 1, changed: 1 });
    expect(report.rejects.map(({ line, column }) => [line, column])).toEqual([
      [3, 'GEMEENTENUMMER'],
      [4, 'VESTIGINGSCODE'],
    ]);
    expect(describeImport(report).join('\n')).toContain(
      'regel 3, kolom GEMEENTENUMMER: Gemeente 9998 staat niet in de lijst',
    );
  });

  test('06: takes the years from 2020, keeps `<5` suppressed, and leaves out sites that closed', async () => {
    const report = await importReferenceFile(sql(), pupils);
    expect(report).toMatchObject({
      format: 'DUO_PUPIL_COUNTS',
      lines: 22,
      accepted: 22,
      rejects: [],
    });
    expect(report.notices.join()).toContain('gesloten vestigingen');
    expect(
      await sql()`
        select year, pupils, suppressed from reference.school_pupil_count
        where brin6 = '00AW02' order by year`,
    ).toEqual([
      { year: 2020, pupils: 24, suppressed: false },
      { year: 2021, pupils: 21, suppressed: false },
      { year: 2022, pupils: 10, suppressed: false },
      { year: 2023, pupils: 5, suppressed: false },
      { year: 2024, pupils: null, suppressed: true },
      { year: 2025, pupils: 0, suppressed: false },
    ]);
    expect(await sql()`select 1 from reference.school where brin6 = '00BA00'`).toHaveLength(0);
    expect(await importReferenceFile(sql(), pupils)).toMatchObject({ changed: 0 });
  });

  const countHeader =
    'VESTIGINGSCODE;NAAM_VESTIGING;SOORT_VESTIGING;DENOMINATIE_VESTIGING;GEMEENTECODE_VESTIGING;LEERLINGEN_2025;LEERLINGEN_2026\r\n';

  test('06: a site that only this file knows is added, in the only SWV of its municipality', async () => {
    const report = await importDuoFile(
      sql(),
      bytes(`${countHeader}99AD00;De Sprong;SO;Openbaar;546;0;<5\r\n`),
    );
    expect(report).toMatchObject({ accepted: 1, changed: 3 });
    expect(report.notices.join()).toContain('1 vestigingen zijn nieuw');
    const [added] = await sql()`
      select kind, municipality_code, postcode, swv_code from reference.school where brin6 = '99AD00'`;
    expect(added).toEqual({
      kind: 'SO',
      municipality_code: '0546',
      postcode: null,
      swv_code: 'PO2801',
    });
  });

  test('06: a part of the list gives no figures per SWV for a new year; the whole list does', async () => {
    const of2026 = () => sql()`
      select school_kind, pupils, suppressed_sites, sites from reference.swv_pupil_count
      where swv_code = 'PO2801' and year = 2026 order by school_kind`;
    const part = await importDuoFile(
      sql(),
      bytes(`${countHeader}00AP00;WereldWijs;BO;Openbaar;637;84;80\r\n`),
    );
    expect(part.notices.join()).toContain('geen aantallen per samenwerkingsverband');
    expect(await of2026()).toEqual([]);

    const known = await sql()<{ brin6: string; code: string; swv: string | null }[]>`
      select brin6, municipality_code as code, swv_po as swv from reference.school
      where brin6 in (select brin6 from reference.school_pupil_count)`;
    const lines = known.map(
      ({ brin6, code }) => `${brin6};Naam;BO;Openbaar;${Number(code)};10;10\r\n`,
    );
    const inLeiden = known.filter(({ swv }) => swv === 'PO2801').map(({ brin6 }) => brin6);
    expect(inLeiden.length).toBeGreaterThan(50);
    const withSuppressed = lines.map((line) =>
      line.startsWith(`${inLeiden[0]};`) ? line.replace(';10\r\n', ';<5\r\n') : line,
    );
    const whole: ImportReport = await importDuoFile(
      sql(),
      bytes(countHeader + withSuppressed.join('')),
    );
    expect(whole.rejects).toEqual([]);
    expect(await of2026()).toEqual([
      {
        school_kind: 'BO',
        pupils: (inLeiden.length - 1) * 10,
        suppressed_sites: 1,
        sites: inLeiden.length,
      },
    ]);
    const [earlier] = await sql()`
      select sum(pupils)::int as pupils from reference.swv_pupil_count
      where swv_code = 'PO2001' and year = 2021`;
    expect(earlier?.pupils).toBe(45_783);
  });

  test.each([
    ['an unknown file', 'NAAM;LEEFTIJD\r\nx;y\r\n', 'UNKNOWN_FILE', /02 .* en 06/],
    [
      'a renamed column',
      siteHeader.replace('GEMEENTENUMMER', 'GEMEENTE NUMMER'),
      'MISSING_COLUMN',
      /kolom GEMEENTENUMMER ontbreekt.*GEMEENTE NUMMER: bedoelde u die\?/,
    ],
  ])('%s is refused as a whole', async (_, text, code, message) => {
    const refused = importDuoFile(sql(), bytes(text));
    await expect(refused).rejects.toThrow(DuoFileRefused);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('a file that is not there is refused in words', async () => {
    await expect(importReferenceFile(sql(), '/nowhere/02.csv')).rejects.toMatchObject({
      code: 'UNREADABLE_FILE',
      message: expect.stringContaining('/nowhere/02.csv'),
    });
  });

  test('a file that breaks half-way writes nothing', async () => {
    async function* breaking() {
      yield* createReadStream(sites, { end: 3000 });
      yield new TextEncoder().encode(
        '\r\nDrenthe;1;99ZZ00;De Halve; ; ; ; ; ;0546;;;;;;;;;;;;;;;;;;;;;\r\n',
      );
      throw new Error('connection lost');
    }
    await expect(importDuoFile(sql(), breaking())).rejects.toThrow('connection lost');
    expect(await sql()`select 1 from reference.school where brin6 = '99ZZ00'`).toHaveLength(0);
  });
});
