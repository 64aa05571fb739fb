/** Nine iJw 3.2 messages about entries of the waiting lists: allocation (JW301), start (JW305), stop (JW307). */
import type { DemoDelivery } from './csv.ts';
import { type Day, isoOf } from './day.ts';
import type { Child } from './pupils.ts';
import type { WaitingEntry } from './waiting-list.ts';
import { element } from './xml.ts';

type Message = 'JW301' | 'JW305' | 'JW307';

const messageCodes: Record<Message, string> = { JW301: '436', JW305: '438', JW307: '440' };

/** Product (category, code) that goes with a kind of care, from the standard product list of the Jeugdwet. */
const products: Record<string, [string, string]> = {
  '02': ['45', '45A04'],
  '03': ['41', '41A03'],
};

type AllocatedEntry = WaitingEntry & { allocationNumber: string; allocatedOn: Day };

export function ijwMessages(
  entries: readonly WaitingEntry[],
  bsnOf: (child: Child) => string,
  today: Day,
): DemoDelivery[] {
  const usable = entries.filter(
    (entry): entry is AllocatedEntry =>
      entry.allocationNumber !== null &&
      entry.allocatedOn !== null &&
      entry.careKind in products &&
      entry.agb !== '42420004',
  );
  const find = (status: WaitingEntry['status'], nth: number): AllocatedEntry => {
    const entry = usable.filter(
      (candidate) => candidate.status === status && candidate.intendedStart !== null,
    )[nth];
    if (entry === undefined) throw new Error(`the waiting lists have too few entries ${status}`);
    return entry;
  };
  const ended = find('BEEINDIGD', 0);
  const started = find('GESTART', 0);
  const stops = find('GESTART', 1);
  const waits = find('WACHT_OP_START', 0);
  const starts = find('WACHT_OP_START', 1);
  const postponed = find('WACHT_OP_START', 2);
  const startOf = (entry: WaitingEntry) => entry.startedOn ?? today;
  const intendedStart = (entry: WaitingEntry) => entry.intendedStart ?? today;

  let last = 280_100_000_000;
  const message = (
    kind: Message,
    entry: AllocatedEntry,
    signedOn: Day,
    client: (tag: Tag) => string[],
  ): DemoDelivery => {
    const id = String(++last);
    const text = write(kind, { id, entry, signedOn, bsn: bsnOf(entry.child) }, client);
    return {
      source: 'demo-care',
      format: 'IJW',
      name: `${kind.toLowerCase()}-${id}.xml`,
      content: Buffer.from(text, 'utf8'),
      afterStories: false,
    };
  };
  const allocation = (entry: AllocatedEntry, signedOn: Day, from: Day) =>
    message('JW301', entry, signedOn, (tag) => allocatedProducts(tag, entry, from));
  const start = (entry: AllocatedEntry, from: Day) =>
    message('JW305', entry, Math.min(from + 2, today), (tag) => startedProducts(tag, entry, from));
  const stop = (entry: AllocatedEntry, until: Day) =>
    message('JW307', entry, Math.min(until + 2, today), (tag) =>
      stoppedProducts(tag, entry, until),
    );

  return [
    allocation(ended, ended.allocatedOn, intendedStart(ended)),
    start(ended, startOf(ended)),
    stop(ended, ended.endedOn ?? today),
    allocation(started, started.allocatedOn, intendedStart(started)),
    start(started, startOf(started)),
    allocation(waits, waits.allocatedOn, intendedStart(waits)),
    // News that the lists do not have yet: a start and a stop of yesterday, and a later intended start.
    start(starts, today - 1),
    stop(stops, today - 1),
    allocation(postponed, today, Math.max(intendedStart(postponed), today) + 28),
  ];
}

/** Names an element of the message's own schema. */
type Tag = (name: string, content: string | readonly string[]) => string;

const ijw: Tag = (name, content) => element(`ijw:${name}`, content);

function write(
  kind: Message,
  about: { id: string; entry: AllocatedEntry; signedOn: Day; bsn: string },
  products: (tag: Tag) => string[],
): string {
  const { id, entry, signedOn, bsn } = about;
  const schema = kind.toLowerCase();
  const tag: Tag = (name, content) => element(`${schema}:${name}`, content);
  const municipality = entry.municipalityCode;
  const [sender, receiver] =
    kind === 'JW301' ? [municipality, entry.agb] : [entry.agb, municipality];
  const { child } = entry;
  const familyName = [
    ijw('Achternaam', child.familyName),
    ...(child.prefix === null ? [] : [ijw('Voorvoegsel', child.prefix)]),
  ];
  const name = [
    ijw('Geslachtsnaam', familyName),
    ijw('Voornamen', child.givenName),
    ...(kind === 'JW301' ? [ijw('NaamGebruik', '1')] : []),
  ];
  const header = tag('Header', [
    tag('BerichtCode', messageCodes[kind]),
    tag('BerichtVersie', '3'),
    tag('BerichtSubversie', '2'),
    tag('Afzender', sender),
    tag('Ontvanger', receiver),
    tag('BerichtIdentificatie', [ijw('Identificatie', id), ijw('Dagtekening', isoOf(signedOn))]),
    tag('XsdVersie', [ijw('BasisschemaXsdVersie', '1.0.0'), ijw('BerichtXsdVersie', '1.0.0')]),
  ]);
  const client = tag('Client', [
    tag('Bsn', bsn),
    tag('Geboortedatum', [ijw('Datum', isoOf(child.birth))]),
    tag('Geslacht', '0'),
    tag('Naam', name),
    ...(kind === 'JW301' ? [tag('Contactgegevens', [tag('Contact', [tag('Soort', '01')])])] : []),
    ...products(tag),
  ]);
  const namespaces =
    'xmlns:ijw="http://www.istandaarden.nl/ijw/3_2/basisschema/schema" ' +
    `xmlns:${schema}="http://www.istandaarden.nl/ijw/3_2/${schema}/schema"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${schema}:Bericht ${namespaces}>${header}${client}</${schema}:Bericht>\n`;
}

function productOf(tag: Tag, entry: AllocatedEntry): string {
  const [category, code] = products[entry.careKind] ?? ['45', '45A04'];
  return tag('Product', [ijw('Categorie', category), ijw('Code', code)]);
}

function allocatedProducts(tag: Tag, entry: AllocatedEntry, from: Day): string[] {
  const product = tag('ToegewezenProduct', [
    tag('ToewijzingNummer', entry.allocationNumber),
    tag('ReferentieAanbieder', entry.reference),
    productOf(tag, entry),
    tag('Toewijzingsdatum', isoOf(entry.allocatedOn)),
    tag('Toewijzingstijd', '12:00:00'),
    tag('Ingangsdatum', isoOf(from)),
  ]);
  return [tag('ToegewezenProducten', [product])];
}

function startedProducts(tag: Tag, entry: AllocatedEntry, from: Day): string[] {
  const product = tag('StartProduct', [
    tag('ToewijzingNummer', entry.allocationNumber),
    productOf(tag, entry),
    tag('Begindatum', isoOf(from)),
    tag('StatusAanlevering', '1'),
  ]);
  return [tag('StartProducten', [product])];
}

function stoppedProducts(tag: Tag, entry: AllocatedEntry, until: Day): string[] {
  const product = tag('StopProduct', [
    tag('ToewijzingNummer', entry.allocationNumber),
    productOf(tag, entry),
    tag('Begindatum', isoOf(entry.startedOn ?? until)),
    // JZ588 31: delivered as planned.
    tag('RedenBeeindiging', '31'),
    tag('Einddatum', isoOf(until)),
    tag('StatusAanlevering', '1'),
  ]);
  return [tag('StopProducten', [product])];
}
