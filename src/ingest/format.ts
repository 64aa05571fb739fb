/** Tells from the name and the first bytes of a file which delivery format it has. A guess: the adapter decides. */
import type { DeliveryFormat } from './run.ts';

/** A column that only this format has. */
const columns: Readonly<Record<string, DeliveryFormat>> = {
  meldingsnummer: 'ABSENCE_REPORTS',
  inschrijfdatum: 'ENROLMENTS',
  agbcode: 'WAITING_LIST',
  soort_besluit: 'SUPPORT_DECISIONS',
};

/** The namespace of the message. */
const namespaces: readonly (readonly [RegExp, DeliveryFormat])[] = [
  [/www\.istandaarden\.nl\/ijw\//, 'IJW'],
  [/www\.edustandaard\.nl\/oso_gegevensset\//, 'OSO_SWV_DOSSIER'],
];

/** The format, or null when nothing in the first few kilobytes tells. */
export function guessFormat(name: string, head: Uint8Array): DeliveryFormat | null {
  const text = Buffer.from(head)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (/\.xml$/i.test(name) || text.trimStart().startsWith('<')) {
    return namespaces.find(([namespace]) => namespace.test(text))?.[1] ?? null;
  }
  const header = text.split(/\r?\n/, 1)[0] ?? '';
  for (const cell of header.split(/[;,\t]/)) {
    const column = cell.replaceAll('"', '').trim().toLowerCase();
    const format = Object.hasOwn(columns, column) ? columns[column] : undefined;
    if (format !== undefined) return format;
  }
  return null;
}
