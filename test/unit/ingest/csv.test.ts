import { describe, expect, it, test } from 'vitest';
import { adapters } from '../../../src/ingest/sources/registry.ts';
import { codesOf, csvOf, deliver, facts, pieces, recordOf } from './delivered.ts';
import { absenceLine, enrolmentLine } from './good-lines.ts';

const columns = Object.keys(enrolmentLine);
const header = columns.join(';');
const row = Object.values(enrolmentLine).join(';');
const refused = (content: string | Uint8Array) =>
  deliver('ENROLMENTS', content).catch((error) => error);

describe('reading a file', () => {
  test.each([
    ['LF', `${header}\n${row}\n`],
    ['CRLF', `${header}\r\n${row}\r\n`],
    ['a byte order mark', `\ufeff${header}\n${row}`],
    ['no line end at the end', `${header}\n${row}`],
    ['empty rows, as spreadsheets leave them', `${header}\n\n${row}\n;;;;;;;;;\n  \n`],
    ['quotes around fields', `${header}\n${row.replace('Wolbers', '"Wolbers"')}`],
    [
      'columns in capitals with spaces around them',
      `${header.toUpperCase().replaceAll(';', ' ; ')}\n${row}`,
    ],
    ['a column more than asked for', `${header};notitie\n${row};iets`],
    ['a separator at the end of each line', `${header};\n${row};`],
    ['a separator too many on the line', `${header}\n${row};;`],
    [
      'columns in another order',
      `${columns.toReversed().join(';')}\n${Object.values(enrolmentLine).toReversed().join(';')}`,
    ],
  ])('with %s', async (_what, content) => {
    const outcomes = await deliver('ENROLMENTS', content);
    expect(outcomes.map(codesOf)).toEqual([[]]);
    expect(recordOf(outcomes[0])).toMatchObject({ familyName: 'Wolbers', birthDate: '2014-03-09' });
  });

  it('counts lines as an editor does', async () => {
    const bad = row.replace('11AA00', 'x');
    const outcomes = await deliver(
      'ENROLMENTS',
      `${header}\r\n${row}\r\n\r\n${bad}\r\n${row}\r\n${bad}`,
    );
    expect(outcomes.map(({ line }) => line)).toEqual([2, 4, 5, 6]);
    expect(outcomes.map((outcome) => codesOf(outcome).length)).toEqual([0, 1, 0, 1]);
  });

  it('keeps quotes, separators and accents in a quoted name', async () => {
    const [outcome] = await deliver(
      'ENROLMENTS',
      `${header}\n${row.replace('Wolbers', '"Çelik; ""de"" Boer"')}`,
    );
    expect(recordOf(outcome)).toMatchObject({ familyName: 'Çelik; "de" Boer' });
  });

  it('gives the same lines whatever the size of the pieces, also in the middle of a character', async () => {
    const content = `\ufeff${header}\r\n${row.replace('Quirijn', 'Zoë')}\r\n${row.replace('Quirijn', 'Ёлка')}`;
    for (const size of [1, 2, 3, 7, 1000]) {
      const names: unknown[] = [];
      for await (const outcome of adapters.ENROLMENTS(pieces(content, size), facts)) {
        names.push(recordOf(outcome));
      }
      expect(names).toMatchObject([{ givenName: 'Zoë' }, { givenName: 'Ёлка' }]);
    }
  });

  it('has no lines when there is only a header', async () => {
    expect(await deliver('ENROLMENTS', header)).toEqual([]);
  });

  test.each([
    ['a field too few', row.slice(0, row.lastIndexOf(';')), 'Deze regel heeft 9 velden'],
    ['a field too many', `${row};x`, 'Deze regel heeft 11 velden'],
  ])('rejects a line with %s, and goes on', async (_what, bad, message) => {
    const outcomes = await deliver('ENROLMENTS', `${header}\n${bad}\n${row}`);
    expect(outcomes.map(codesOf)).toEqual([['COLUMN_COUNT'], []]);
    expect(outcomes[0]).toMatchObject({ reasons: [{ message: expect.stringContaining(message) }] });
  });

  it('rejects a control character, which the database would not take', async () => {
    const outcomes = await deliver(
      'ENROLMENTS',
      `${header}\n${row.replace('Wolbers', 'Wol\u0000bers')}`,
    );
    expect(outcomes.map(codesOf)).toEqual([['INVALID_CHARACTERS achternaam']]);
  });
});

describe('refusing a file', () => {
  const latin1 = Buffer.from(`${header}\n${row}\n${row.replace('Quirijn', 'Zoë')}\n`, 'latin1');
  test.each([
    ['EMPTY_FILE', '', 'leeg'],
    ['EMPTY_FILE', '\ufeff\r\n\r\n', 'leeg'],
    ['INVALID_ENCODING', latin1, 'regel 3'],
    ['INVALID_ENCODING', Buffer.from(`\ufeff${header}`, 'utf16le'), 'UTF-8'],
    ['WRONG_DELIMITER', `${header.replaceAll(';', ',')}\n`, 'puntkomma'],
    ['NO_HEADER', `${row}\n${row}`, 'kopregel'],
    ['MISSING_COLUMN', header.replace(';peildatum', ''), 'De kolom "peildatum" ontbreekt.'],
    [
      'MISSING_COLUMN',
      header.replace('inschrijfdatum', 'inschrijvdatum'),
      'een kolom "inschrijvdatum": bedoelde u kolom "inschrijfdatum"?',
    ],
    [
      'MISSING_COLUMN',
      header.replace('leerlingnummer', 'leerling_nummer'),
      'bedoelde u kolom "leerlingnummer"?',
    ],
    ['DUPLICATE_COLUMN', `${header};peildatum`, 'twee keer'],
    ['PGN_COLUMN', `${header};bsn`, 'onderwijsnummer'],
    ['PGN_COLUMN', `${header};Leerling BSN`, 'onderwijsnummer'],
    ['PGN_COLUMN', `${header};onderwijsnummer`, 'onderwijsnummer'],
    ['PGN_COLUMN', `${header};pgn`, 'onderwijsnummer'],
    [
      'QUOTE_NOT_CLOSED',
      `${header}\n${row}\n${row.replace('Wolbers', '"Wolbers')}\n${row}`,
      'regel 3',
    ],
    ['LINE_TOO_LONG', `${header}\n${'x'.repeat(200_000)}`, 'regel 2'],
    ['LINE_TOO_LONG', `${header}\n${'x'.repeat(70_000)}\n${row}`, 'Regel 2'],
  ])('%s', async (code, content, message) => {
    const error = await refused(content);
    expect(error).toMatchObject({ name: 'DeliveryRefused', code });
    expect(error.message.toLowerCase()).toContain(message.toLowerCase());
  });

  it('names every missing column at once', async () => {
    const error = await refused(header.replace('peildatum', 'x').replace('geheimhouding', 'y'));
    expect(error.message).toMatch(/"geheimhouding" ontbreekt.*"peildatum" ontbreekt/);
  });

  it('repeats nothing of a file without a header', async () => {
    const error = await refused(row);
    for (const value of Object.values(enrolmentLine)) {
      if (value.length > 1) expect(error.message).not.toContain(value);
    }
  });

  it('lets a BSN column pass where a BSN belongs', async () => {
    expect((await deliver('ABSENCE_REPORTS', csvOf(absenceLine))).map(codesOf)).toEqual([[]]);
  });
});

it('takes in no more of a large file than its lines are asked for', async () => {
  let taken = 0;
  async function* large() {
    yield Buffer.from(`${header}\n`);
    for (; taken < 1000; taken++) yield Buffer.from(`${row}\n`.repeat(100));
  }
  let lines = 0;
  for await (const outcome of adapters.ENROLMENTS(large(), facts)) {
    expect(codesOf(outcome)).toEqual([]);
    lines += 1;
    if (lines % 1000 === 0) expect(taken * 100).toBeLessThanOrEqual(lines + 100);
  }
  expect(lines).toBe(100_000);
});
