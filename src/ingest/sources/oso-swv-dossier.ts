/**
 * OSO 2019 "aanvraag SWV-dossier": a school asks its SWV for support. One dossier becomes one application; who the
 * pupil is and what is asked are kept, nothing else. Refused whole when a PGN is in it: it may not be used in this exchange.
 */
import { containsBsnShape } from '../bsn.ts';
import { areaOf, Line } from '../line.ts';
import { refusal } from '../problem.ts';
import type { Adapter, SupportApplicationRecord } from '../record.ts';
import { readElements, receiveXml, rootOf, type XmlMessage } from '../xml.ts';
import { checkAgainst, loadSchema } from '../xsd.ts';

const namespace = 'http://www.edustandaard.nl/oso_gegevensset/2019/dossier';

/** Where the kept fields stand, below `dossier`. */
const fieldOfPath = {
  'metadata/datum': 'datum',
  'metadata/overstap': 'overstap',
  overdrachtsoort: 'overdrachtsoort',
  'huidigeschool/brincode': 'brincode',
  'huidigeschool/vestigingscode': 'vestigingscode',
  'huidigeschool/soort': 'soort',
  'huidigeschool/leerling/leerlingid': 'leerlingid',
  'huidigeschool/leerling/voornaam': 'voornaam',
  'huidigeschool/leerling/roepnaam': 'roepnaam',
  'huidigeschool/leerling/voorvoegsel': 'voorvoegsel',
  'huidigeschool/leerling/achternaam': 'achternaam',
  'huidigeschool/leerling/geboortedatum': 'geboortedatum',
  'huidigeschool/leerling/adresgeheim': 'adresgeheim',
  'huidigeschool/leerling/datuminschrijving': 'datuminschrijving',
} as const;

type Column = (typeof fieldOfPath)[keyof typeof fieldOfPath];

type Dossier = {
  values: Partial<Record<Column, string>>;
  /** Funding category of each earlier TLV in the dossier, by its first day: `Nvt` is an sbo TLV. */
  tlvs: { from: string; category: string }[];
  hasArrangement: boolean;
};

const pgnElement = /^(bsn|pgn|onderwijsnummer|burgerservicenummer|sofinummer)$/i;

/** Telephone numbers, decision numbers and encoded documents can look like a BSN by chance and name no pupil. */
const notIdentifying =
  /^(bestandsinhoud|tlvbeschikkingsnummer|lwoo_beschikkingsnummer|arrangement_beschikkingsnr)$/;

export const osoSwvDossier: Adapter = async function* (input, facts) {
  const message = await receiveXml(input);
  const root = rootOf(message);
  if (root.namespace !== namespace || root.name !== 'dossier') throw refusal('OSO_UNKNOWN');
  await checkAgainst(await loadSchema('oso_2019.1', 'OSO_gegevensset.xsd'), message);
  const dossier = readDossier(message);
  const { values } = dossier;
  if (values.overdrachtsoort !== 'swv-dossier' || !/SWV$/.test(values.overstap ?? 'SWV')) {
    throw refusal('OSO_NOT_SWV_DOSSIER');
  }

  const site = `${values.brincode ?? ''}${values.vestigingscode ?? ''}`;
  // The two elements are one code for us; the schema has seen to their form.
  const line = new Line<Column>((c) => (c === 'vestigingscode' ? site : (values[c] ?? '')), facts);
  const area = areaOf(facts.source);
  const school = line.site('vestigingscode');
  if (school && school.swvCode === null) line.reject('SCHOOL_WITHOUT_SWV', 'vestigingscode');
  // School and SWV both hold the dossier: either may deliver it.
  if (school && !area.sites.has(school.brin6) && !area.swvs.has(school.swvCode ?? '')) {
    line.reject('OUTSIDE_SOURCE_AREA', 'vestigingscode');
  }
  const birthDate = line.pastDate('geboortedatum');
  const enrolledOn = line.requiredDate('datuminschrijving');
  line.ascending(['geboortedatum', birthDate], ['datuminschrijving', enrolledOn]);
  const requestedOn = line.pastDate('datum');
  const fields = line.complete({
    swvCode: school?.swvCode ?? undefined,
    brin6: school?.brin6,
    schoolPupilNumber: line.required('leerlingid', 40),
    givenName: values.voornaam ? line.required('voornaam') : line.required('roepnaam'),
    prefix: line.optional('voorvoegsel', 40),
    familyName: line.required('achternaam'),
    birthDate,
    enrolledOn,
    requestedOn,
  });
  yield line.outcome(
    1,
    fields && {
      type: 'supportApplication',
      ...fields,
      nameProtected: values.adresgeheim === 'true' || values.adresgeheim === '1',
      ...whatIsAsked(dossier, school?.kind ?? ''),
      sourceKey: `oso:${fields.brin6}:${fields.schoolPupilNumber}:${fields.requestedOn}`,
      asOf: fields.requestedOn,
    },
  );
};

/**
 * The data set has no field for what is asked; the dossier exists for a TLV. So: a TLV, unless the pupil has had
 * arrangements (cluster 3 and 4) and never a TLV. A VO-SWV gives TLVs for vso only; a PO-SWV for sbo when the
 * last TLV (category `Nvt`) or else the school is sbo, and for so in all other cases.
 */
function whatIsAsked(
  { values, tlvs, hasArrangement }: Dossier,
  schoolKind: string,
): Pick<SupportApplicationRecord, 'application' | 'tlvKind'> {
  if (hasArrangement && tlvs.length === 0) return { application: 'ARRANGEMENT', tlvKind: null };
  const transition = values.overstap ?? (/^(VO|PRO|VSO)$/.test(schoolKind) ? 'VOSWV' : 'POSWV');
  if (/^(VO|VSO|PRO)/.test(transition)) return { application: 'TLV', tlvKind: 'VSO' };
  const last = tlvs.toSorted((a, b) => a.from.localeCompare(b.from)).at(-1);
  const isSbo = last ? /^nvt$/i.test(last.category) : schoolKind === 'SBO';
  return { application: 'TLV', tlvKind: isSbo ? 'SBO' : 'SO' };
}

function readDossier(message: XmlMessage): Dossier {
  const dossier: Dossier = { values: {}, tlvs: [], hasArrangement: false };
  let tlv = { from: '', category: '' };
  readElements(message, {
    attribute(value) {
      if (containsBsnShape(value)) throw refusal('PGN_PRESENT');
    },
    end({ path, name, text }) {
      const isPhone = name === 'nummer' && path.at(-2) === 'communicatie';
      if (
        text &&
        (pgnElement.test(name) ||
          (!isPhone && !notIdentifying.test(name) && containsBsnShape(text)))
      ) {
        throw refusal('PGN_PRESENT');
      }
      if (name === 'arrangement_pao') dossier.hasArrangement = true;
      if (name === 'tlvingangdatum') tlv.from = text ?? '';
      if (name === 'tlvcategorie') tlv.category = text ?? '';
      if (name === 'tlv') {
        dossier.tlvs.push(tlv);
        tlv = { from: '', category: '' };
      }
      const column = fieldOfPath[path.slice(1).join('/') as keyof typeof fieldOfPath];
      // A pupil has a list of first names; the first one is the one in use.
      if (column && text) dossier.values[column] ??= text;
    },
  });
  return dossier;
}
