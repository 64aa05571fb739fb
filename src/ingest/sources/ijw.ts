/**
 * iJw 3.2 messages JW301 (toewijzing), JW305 (start) and JW307 (stop) of gemeente and provider. Of a message only
 * dates, codes and ids are kept, one event per product; names, addresses and remarks are read past.
 */
import { type Area, areaOf, Line } from '../line.ts';
import { refusal } from '../problem.ts';
import type { Adapter, AdapterFacts, CareEventRecord, LineOutcome } from '../record.ts';
import { readElements, receiveXml, rootOf, type XmlMessage } from '../xml.ts';
import { checkAgainst, loadSchema } from '../xsd.ts';

type MessageForm = {
  /** The element of one product. */
  product: string;
  /** Who sends: it decides which of Afzender and Ontvanger is the gemeente. */
  municipality: 'Afzender' | 'Ontvanger';
  provider: 'Afzender' | 'Ontvanger';
  occurredOn: Column;
  intendedStart: Column | null;
  endReason: Column | null;
};

const forms: Readonly<Record<CareEventRecord['message'], MessageForm>> = {
  JW301: {
    product: 'ToegewezenProduct',
    municipality: 'Afzender',
    provider: 'Ontvanger',
    occurredOn: 'Toewijzingsdatum',
    intendedStart: 'Ingangsdatum',
    endReason: null,
  },
  JW305: {
    product: 'StartProduct',
    municipality: 'Ontvanger',
    provider: 'Afzender',
    occurredOn: 'Begindatum',
    intendedStart: null,
    endReason: null,
  },
  JW307: {
    product: 'StopProduct',
    municipality: 'Ontvanger',
    provider: 'Afzender',
    occurredOn: 'Einddatum',
    intendedStart: null,
    endReason: 'RedenBeeindiging',
  },
};

const headerColumns = ['Afzender', 'Ontvanger', 'Identificatie', 'Dagtekening', 'Bsn'] as const;

const productColumns = [
  'ToewijzingNummer',
  'Categorie',
  'Code',
  'Toewijzingsdatum',
  'Ingangsdatum',
  'Begindatum',
  'Einddatum',
  'RedenBeeindiging',
  'StatusAanlevering',
] as const;

type Column = (typeof headerColumns)[number] | (typeof productColumns)[number];
type Values = Partial<Record<Column, string>>;

export const ijw: Adapter = async function* (input, facts) {
  const message = await receiveXml(input);
  const code = messageCode(message);
  await checkAgainst(await loadSchema('ijw_3.2', `${code}.xsd`, 'basisschema.xsd'), message);
  const area = areaOf(facts.source);
  const { header, products } = readMessage(message, forms[code]);
  for (const [index, product] of products.entries()) {
    yield readProduct(code, index + 1, { ...header, ...product }, facts, area);
  }
};

function messageCode(message: XmlMessage): CareEventRecord['message'] {
  const { namespace, name } = rootOf(message);
  const parts = /^http:\/\/www\.istandaarden\.nl\/ijw\/(\d+_\d+)\/(jw\d{3})\/schema$/.exec(
    namespace,
  );
  if (!parts || name !== 'Bericht') throw refusal('IJW_UNKNOWN');
  const code = (parts[2] ?? '').toUpperCase();
  if (code !== 'JW301' && code !== 'JW305' && code !== 'JW307') {
    throw refusal('IJW_MESSAGE_UNSUPPORTED', code);
  }
  if (parts[1] !== '3_2') throw refusal('IJW_VERSION');
  return code;
}

function readMessage(
  message: XmlMessage,
  form: MessageForm,
): { header: Values; products: Values[] } {
  const header: Values = {};
  const products: Values[] = [];
  let product: Values | null = null;
  readElements(message, {
    start(path) {
      if (path.at(-1) === form.product) product = {};
    },
    end({ path, name, text }) {
      if (name === form.product && product) {
        products.push(product);
        product = null;
      } else if (text !== null) {
        // Only direct fields of the client and the header: a relative has a birth date and a name of the same elements.
        const inHeader = path[1] === 'Header' || (path.length === 3 && name === 'Bsn');
        const target = product ?? (inHeader ? header : null);
        const column = [...headerColumns, ...productColumns].find((known) => known === name);
        if (target && column) target[column] = text;
      }
    },
  });
  return { header, products };
}

function readProduct(
  message: CareEventRecord['message'],
  ordinal: number,
  values: Values,
  facts: AdapterFacts,
  area: Area,
): LineOutcome {
  const form = forms[message];
  const line = new Line<Column>((column) => values[column] ?? '', facts);
  if (values.StatusAanlevering === '3') line.reject('REMOVAL_NOT_SUPPORTED', 'StatusAanlevering');
  const asOf = line.pastDate('Dagtekening');
  const municipality = line.municipality(form.municipality, asOf);
  const providerAgb = line.provider(form.provider);
  // Gemeente and provider both hold the message: either may deliver it.
  if (municipality && providerAgb) {
    const isOwn = area.municipalities.has(municipality.code) || area.providers.has(providerAgb);
    if (!isOwn) line.reject('OUTSIDE_SOURCE_AREA', 'Afzender');
  }
  const allocationNumber = line.allocationNumber('ToewijzingNummer');
  if (allocationNumber === null) line.reject('FIELD_REQUIRED', 'ToewijzingNummer');
  const fields = line.complete({
    messageId: line.required('Identificatie'),
    municipality,
    providerAgb,
    allocationNumber: allocationNumber ?? undefined,
    productCategory: line.optional('Categorie'),
    productCode: line.optional('Code'),
    occurredOn: line.requiredDate(form.occurredOn),
    intendedStart: form.intendedStart && line.requiredDate(form.intendedStart),
    endReason: form.endReason && line.required(form.endReason),
    asOf,
    bsn: line.bsn('Bsn', ['Identificatie', 'ToewijzingNummer']),
  });
  if (fields === null) return line.outcome(ordinal, null);
  const { municipality: home, bsn, ...kept } = fields;
  return line.outcome(ordinal, {
    type: 'careEvent',
    message,
    ...kept,
    municipalityCode: home.code,
    youthRegion: home.youthRegion,
    ...facts.token('care', bsn),
  });
}
