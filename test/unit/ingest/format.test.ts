import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { guessFormat } from '../../../src/ingest/format.ts';

const fixture = (path: string) =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)).subarray(0, 4096);

test.each([
  ['meldingen.csv', Buffer.from('meldingsnummer;bsn;voornaam\r\n'), 'ABSENCE_REPORTS'],
  ['MELDINGEN.TXT', Buffer.from('\uFEFF"Meldingsnummer" ;bsn\n'), 'ABSENCE_REPORTS'],
  ['x', Buffer.from('vestigingscode;leerlingnummer;inschrijfdatum\n'), 'ENROLMENTS'],
  ['x.csv', Buffer.from('referentie;bsn;geboortedatum;gemeentecode;agbcode\n'), 'WAITING_LIST'],
  ['x.csv', Buffer.from('soort_besluit;swv;vestigingscode\n'), 'SUPPORT_DECISIONS'],
  ['JW301.xml', fixture('ijw/JW301.xml'), 'IJW'],
  ['no-name', fixture('ijw/JW307.xml'), 'IJW'],
  ['dossier.xml', fixture('oso/Voorbeelddossier_PaO_POSWV_full.xml'), 'OSO_SWV_DOSSIER'],
  ['other.xml', Buffer.from('<a xmlns="urn:x"/>'), null],
  ['other.csv', Buffer.from('a;b;constructor\n'), null],
  ['empty.csv', Buffer.alloc(0), null],
])('%s is recognised or not: %#', (name, head, format) => {
  expect(guessFormat(name, head)).toBe(format);
});
