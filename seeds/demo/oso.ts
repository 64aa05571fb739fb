/** Three OSO 2019.1 "aanvraag SWV-dossier": schools ask for a TLV or an arrangement. No PGN, no document, no reason. */
import type { DemoDelivery } from './csv.ts';
import { type Day, isoOf, schoolYearOf } from './day.ts';
import type { Pupil } from './pupils.ts';
import { demoSwvs } from './reference.ts';
import { element } from './xml.ts';

/** `candidates` have no decision yet: for them the dossier is the first the SWV hears. */
export function osoDossiers(candidates: readonly Pupil[], today: Day): DemoDelivery[] {
  const [first, second] = candidates.filter(({ site }) => site.kind === 'BO');
  const third = candidates.find(({ site }) => site.kind === 'VO');
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error('no pupil is left to ask support for');
  }
  return [
    dossier(first, today - 9, { earlierArrangement: false }),
    dossier(second, today - 6, { earlierArrangement: true }),
    dossier(third, today - 4, { earlierArrangement: false }),
  ];
}

/** What is delivered of each category: what the profile requires, and the support the application is about. */
const categories: readonly (readonly [string, string])[] = [
  ['metadata', 'VERPLICHT'],
  ['ouderinzage', 'OPT-UIT'],
  ['school', 'VERPLICHT'],
  ['leerling', 'VERPLICHT'],
  ['oudersverzorgers', 'OPT-UIT'],
  ['vve', 'OPT-UIT'],
  ['schoolloopbaan', 'VERPLICHT'],
  ['overstapadvies', 'OPT-UIT'],
  ['onderwijsondersteuning', 'VERPLICHT'],
  ['verzuim', 'OPT-UIT'],
  ['eindtoetsbo', 'VERBODEN'],
  ['toetsresultaten', 'OPT-UIT'],
  ['handelingsplannen', 'OPT-UIT'],
  ['cijferlijsten', 'OPT-UIT'],
  ['vombo', 'VERBODEN'],
  ['bijlagedocs', 'OPT-UIT'],
];

function dossier(
  { child, site, number, enrolledOn }: Pupil,
  askedOn: Day,
  { earlierArrangement }: { earlierArrangement: boolean },
): DemoDelivery {
  const brin = site.brin6.slice(0, 4);
  const location = site.brin6.slice(4);
  const year = schoolYearOf(askedOn);
  const address = element('adreslijst', [
    element('adres', [
      element('soortadres', 'bezoek'),
      element('straat', 'Voorbeeldstraat'),
      element('nummer', '1'),
      element('postcode', site.postcode),
      element('plaats', site.town),
    ]),
  ]);
  const metadata = element('metadata', [
    element('deeldossier', 'LASLVS'),
    element('pakketnaam', 'Demonstratie'),
    element('pakketversie', '1'),
    element('datum', isoOf(askedOn)),
    element('standaardversie', '2019.1'),
    element('validatieversie', '2019.1.1'),
    element(
      'categorie_uitlevering',
      categories.map(([name, delivered]) => element(`cat_${name}`, delivered)),
    ),
    element('overstap', site.swvCode === demoSwvs.vo ? 'VOSWV' : 'POSWV'),
  ]);
  const career = element('schoolloopbaanlijst', [
    element('schoolloopbaan', [
      element('schooljaar', `${year}-${year + 1}`),
      element('groepscode', 'A'),
      element('jaargroep', '1'),
      element('begindatum', isoOf(enrolledOn)),
      element('brincode', brin),
      element('vestigingscode', location),
    ]),
  ]);
  const arrangement = element('onderwijsondersteuning', [
    element('arrangement_pao', [element('arrangement_datum', isoOf(askedOn - 200))]),
  ]);
  const pupil = element('leerling', [
    element('voornaam', child.givenName),
    ...(child.prefix === null ? [] : [element('voorvoegsel', child.prefix)]),
    element('achternaam', child.familyName),
    element('geboortedatum', isoOf(child.birth)),
    element('adresgeheim', String(child.nameProtected)),
    // The profile forbids an address that is secret.
    ...(child.nameProtected ? [] : [address]),
    element('leerlingid', number),
    element('datuminschrijving', isoOf(enrolledOn)),
    career,
    ...(earlierArrangement ? [arrangement] : []),
  ]);
  const school = element('huidigeschool', [
    element('naam', site.name),
    address,
    element('communicatielijst', [
      element('communicatie', [
        element('soort', 'e-mail'),
        element('nummer', 'administratie@school.example'),
      ]),
    ]),
    element('brincode', brin),
    element('vestigingscode', location),
    element('aanleverpunt', '1'),
    element('soort', site.kind),
    pupil,
  ]);
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<dossier xmlns="http://www.edustandaard.nl/oso_gegevensset/2019/dossier">' +
    `${metadata}${element('overdrachtsoort', 'swv-dossier')}${school}</dossier>\n`;
  return {
    source: 'demo-school',
    format: 'OSO_SWV_DOSSIER',
    name: `swv-dossier-${site.brin6}-${number}.xml`,
    content: Buffer.from(text, 'utf8'),
    afterStories: false,
  };
}
