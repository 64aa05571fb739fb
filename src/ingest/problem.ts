/**
 * Every way in which a delivery or a line of it can be wrong, with the Dutch message for a data steward.
 * A message is made from column names and fixed words only. It never gets a value of the line: in a shifted line
 * a name can stand in any column, also where a code is expected.
 */
import { DeliveryRefused, type RejectReason } from './record.ts';

const rejectMessages = {
  COLUMN_COUNT: (found: string, expected: string) =>
    `Deze regel heeft ${found} velden, maar de kopregel heeft er ${expected}. Controleer de puntkomma's en aanhalingstekens in deze regel.`,
  FIELD_REQUIRED: (field: string) => `Het veld "${field}" is leeg. Vul dit veld in.`,
  FIELD_MUST_BE_EMPTY: (field: string, kind: string) =>
    `Het veld "${field}" hoort niet bij ${kind}. Maak dit veld leeg.`,
  FIELD_TOO_LONG: (field: string, max: string) =>
    `De tekst in "${field}" is te lang. Gebruik ten hoogste ${max} tekens.`,
  INVALID_CHARACTERS: (field: string) =>
    `In "${field}" staat een teken dat niet mag, zoals een tab of een nieuwe regel. Haal dit teken weg.`,
  INVALID_DATE: (field: string) =>
    `De datum in "${field}" klopt niet. Schrijf een bestaande datum als 2025-12-31 of 31-12-2025.`,
  DATE_IN_FUTURE: (field: string) =>
    `De datum in "${field}" ligt in de toekomst. Vul een datum in tot en met vandaag.`,
  DATE_ORDER: (field: string, earlier: string) =>
    `De datum in "${field}" ligt voor de datum in "${earlier}". Controleer beide datums.`,
  INVALID_NUMBER: (field: string) =>
    `De waarde in "${field}" is geen goed getal. Gebruik alleen cijfers, zo nodig met een komma.`,
  UNKNOWN_CODE: (field: string, known: string) =>
    `De code in "${field}" is niet bekend. Gebruik een van deze codes: ${known}.`,
  BSN_FORMAT: (field: string) =>
    `Het BSN in "${field}" heeft niet precies 9 cijfers. Vul alle 9 cijfers in, ook de nullen aan het begin.`,
  BSN_ELEVEN_TEST: (field: string) =>
    `Het BSN in "${field}" bestaat niet: het voldoet niet aan de elfproef. Controleer het nummer.`,
  BSN_FILLER: (field: string) =>
    `In "${field}" staat een opvulnummer en geen BSN. Vul het echte BSN in of lever deze regel niet aan.`,
  BSN_TEST_RANGE: (field: string) =>
    `In "${field}" staat een BSN dat alleen voor tests is. Vul het echte BSN in.`,
  BSN_IN_OTHER_FIELD: (field: string) =>
    `In "${field}" staat het BSN van het kind. Het BSN mag alleen in het veld voor het BSN staan. Gebruik hier een ander nummer.`,
  BSN_NOT_ALLOWED: (field: string) =>
    `In "${field}" staat een nummer dat op een BSN lijkt. In deze levering mag geen BSN staan. Haal het nummer weg.`,
  MUNICIPALITY_UNKNOWN: (field: string) =>
    `De gemeentecode in "${field}" bestaat niet op de peildatum. Gebruik de CBS-code van 4 cijfers die op die datum geldt.`,
  SCHOOL_FORMAT: (field: string) =>
    `De code in "${field}" klopt niet. Gebruik de vestigingscode van 6 tekens: 2 cijfers, 2 letters, 2 cijfers.`,
  SCHOOL_UNKNOWN: (field: string) =>
    `De vestiging in "${field}" is niet bekend bij DUO. Controleer de vestigingscode.`,
  SCHOOL_WITHOUT_SWV: (field: string) =>
    `Van de vestiging in "${field}" is het samenwerkingsverband niet bekend. Neem contact op met de beheerder.`,
  SWV_FORMAT: (field: string) =>
    `De code in "${field}" klopt niet. Schrijf de code van het samenwerkingsverband als PO2801 of VO-28-01.`,
  SWV_UNKNOWN: (field: string) =>
    `Het samenwerkingsverband in "${field}" bestaat niet. Controleer de code.`,
  PROVIDER_FORMAT: (field: string) =>
    `De AGB-code in "${field}" klopt niet. Vul alle 8 cijfers in, ook de nullen aan het begin.`,
  OUTSIDE_SOURCE_AREA: (field: string) =>
    `Deze bron mag niet aanleveren voor wat er in "${field}" staat. Lever deze regel aan bij de goede bron of laat de afspraak aanpassen.`,
  ABSENCE_KIND_EXPIRED: (field: string) =>
    `De code in "${field}" is vervallen: V1 en V2 bestaan niet meer. Gebruik V3 voor 16 uur in 4 weken of O voor overig verzuim.`,
  ABSENCE_STATUS_NOT_SENT: (field: string) =>
    `Volgens "${field}" is de melding nog niet verzonden naar DUO. Lever de melding aan als zij is geregistreerd.`,
  ABSENCE_STATUS_ABOLISHED: (field: string) =>
    `De status "overgedragen aan derden" in "${field}" mag alleen bij meldingen van voor 1 augustus 2020. Kies een andere status.`,
  ABSOLUTE_WITH_SCHOOL: (field: string) =>
    `Bij absoluut verzuim staat het kind niet op een school. Maak "${field}" leeg of kies een andere verzuimsoort.`,
  SIXTEEN_HOURS_TOO_FEW: (field: string) =>
    `Bij 16 uur in 4 weken moet in "${field}" 16 of meer staan. Kies anders de verzuimsoort overig.`,
  SIXTEEN_HOURS_WINDOW: (field: string) =>
    `Tussen begindatum en "${field}" zitten meer dan 4 lesweken. Begin na elke 16 uur een nieuwe melding.`,
  LONG_TERM_TOO_SHORT: (field: string) =>
    `Bij langdurig verzuim moet "${field}" meer dan 4 weken voor de meldingsdatum liggen. Kies anders een andere verzuimsoort.`,
  NO_DUTY: (field: string) =>
    `Volgens "${field}" is het kind op de begindatum niet leerplichtig of kwalificatieplichtig. Controleer de datums of kies RMC18 of OVERIG.`,
  START_DATE_REQUIRED: (field: string) =>
    `De status is "gestart", maar "${field}" is leeg. Vul de dag in waarop de hulp echt begon.`,
  END_DATE_REQUIRED: (field: string) =>
    `De status is "beëindigd", maar "${field}" is leeg. Vul de laatste dag in.`,
  SECTOR_MISMATCH: (field: string) =>
    `Het samenwerkingsverband past niet bij de school in "${field}". Een PO-samenwerkingsverband hoort bij bo, sbo en so; een VO-samenwerkingsverband bij vo, pro en vso.`,
  TLV_SECTOR_MISMATCH: (field: string) =>
    `De soort TLV in "${field}" past niet bij het samenwerkingsverband. SBO en SO zijn van een PO-samenwerkingsverband, VSO van een VO-samenwerkingsverband.`,
  TLV_CATEGORY_REQUIRED: (field: string) =>
    `Bij een afgegeven TLV voor so of vso is "${field}" verplicht. Vul LAAG, MIDDEN of HOOG in.`,
  TLV_CATEGORY_FORBIDDEN: (field: string) =>
    `Bij een TLV voor sbo hoort geen waarde in "${field}". Maak dit veld leeg.`,
  TLV_ADVICE_MISSING: (field: string) =>
    `Voor een afgegeven TLV zijn twee adviezen van deskundigen nodig. Vul in "${field}" 2 of meer in, of pas de status aan.`,
  TLV_END_NOT_JULY_31: (field: string) =>
    `Een TLV loopt af op 31 juli. Vul in "${field}" een datum op 31 juli in.`,
  TLV_TOO_SHORT: (field: string) =>
    `Een TLV geldt ten minste één heel schooljaar, van 1 augustus tot en met 31 juli. Pas "${field}" aan.`,
  REMOVAL_NOT_SUPPORTED: (field: string) =>
    `Dit product is volgens "${field}" een verwijdering. Die kunnen wij nog niet verwerken. Neem contact op met de beheerder.`,
} satisfies Record<string, (...words: string[]) => string>;

export type RejectCode = keyof typeof rejectMessages;

/** A reason whose message names the field first; `words` are column names, fixed words or counts, never a value. */
export function rejectReason(code: RejectCode, field: string, ...words: string[]): RejectReason {
  const message: (...words: string[]) => string = rejectMessages[code];
  return { field, code, message: message(field, ...words) };
}

/** A reason about the line as a whole. */
export function lineReason(code: 'COLUMN_COUNT', ...words: [string, string]): RejectReason {
  return { field: null, code, message: rejectMessages[code](...words) };
}

const refusalMessages = {
  EMPTY_FILE: () => 'Het bestand is leeg. Lever een bestand met een kopregel en regels aan.',
  INVALID_ENCODING: (where: string) =>
    `Het bestand is niet opgeslagen als UTF-8${where}. Sla het op als "CSV UTF-8" en lever het opnieuw aan.`,
  WRONG_DELIMITER: () =>
    'De kolommen zijn niet gescheiden door een puntkomma. Sla het bestand op met ; tussen de velden.',
  NO_HEADER: (columns: string) =>
    `De eerste regel is geen kopregel van dit soort levering. Zet op de eerste regel deze kolommen: ${columns}.`,
  MISSING_COLUMN: (proposals: string) => `${proposals} Verbeter de kopregel en lever opnieuw aan.`,
  DUPLICATE_COLUMN: (column: string) =>
    `De kolom "${column}" staat twee keer in de kopregel. Haal één van de twee weg.`,
  PGN_COLUMN: () =>
    'Er is een kolom voor een BSN of onderwijsnummer. Dat mag niet in deze levering. Haal de kolom weg en lever opnieuw aan.',
  QUOTE_NOT_CLOSED: (line: string) =>
    `Op regel ${line} begint een veld met een aanhalingsteken dat niet wordt gesloten. Verbeter deze regel en lever opnieuw aan.`,
  LINE_TOO_LONG: (line: string) =>
    `Regel ${line} is veel te lang. Controleer of elke regel op een eigen regel staat.`,
  XML_TOO_LARGE: (size: string) =>
    `Het bericht is groter dan ${size} MB. Verdeel het over meer berichten.`,
  XML_TOO_COMPLEX: () =>
    'Het bericht is te diep genest of heeft een te groot onderdeel. Een bijlage mag ten hoogste 7 MB zijn. Laat uw leverancier het bericht controleren.',
  XML_ENCODING: () => 'Het bericht is niet in UTF-8. Lever het bericht aan in UTF-8.',
  XML_DOCTYPE: () =>
    'In het bericht staat een DOCTYPE of ENTITY. Dat mag niet. Haal dit weg en lever opnieuw aan.',
  XML_NOT_WELL_FORMED: (where: string) =>
    `Het bestand is geen goed XML-bericht${where}. Laat uw leverancier het bericht controleren.`,
  XSD_INVALID: (complaints: string) =>
    `Het bericht past niet bij het schema. ${complaints} Laat uw leverancier het bericht verbeteren.`,
  IJW_UNKNOWN: () => 'Dit is geen iJw-bericht. Lever een JW301, JW305 of JW307 aan.',
  IJW_VERSION: () => 'Dit bericht is niet van iJw 3.2. Lever het bericht aan in versie 3.2.',
  IJW_MESSAGE_UNSUPPORTED: (message: string) =>
    `Een ${message}-bericht kunnen wij niet verwerken. U kunt JW301, JW305 en JW307 aanleveren.`,
  OSO_UNKNOWN: () => 'Dit is geen OSO-dossier van versie 2019. Lever een aanvraag SWV-dossier aan.',
  OSO_NOT_SWV_DOSSIER: () =>
    'Dit is geen aanvraag SWV-dossier maar een ander soort OSO-dossier. Lever een dossier aan met overdrachtsoort "swv-dossier" en een overstap naar een SWV.',
  PGN_PRESENT: () =>
    'In het dossier staat een BSN of onderwijsnummer, of een nummer dat daarop lijkt. Dat mag niet naar een samenwerkingsverband. Er is niets bewaard. Lever het dossier aan zonder dit nummer.',
} satisfies Record<string, (...words: string[]) => string>;

export type RefusalCode = keyof typeof refusalMessages;

export function refusal<C extends RefusalCode>(
  code: C,
  ...words: Parameters<(typeof refusalMessages)[C]>
): DeliveryRefused {
  const message: (...words: string[]) => string = refusalMessages[code];
  return new DeliveryRefused(code, message(...words));
}

/** Both tables with their placeholders filled by `…`, as docs/deliveries.md prints them. */
export const problemTable = (): { code: string; message: string }[] =>
  [rejectMessages, refusalMessages].flatMap(
    (table: Record<string, (...words: string[]) => string>) =>
      Object.entries(table).map(([code, message]) => ({ code, message: message('…', '…', '…') })),
  );
