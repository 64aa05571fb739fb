/** One good line of each CSV format; tests change a field and see what comes of it. */
import { realShapedBsn } from './delivered.ts';

export const absenceLine = {
  meldingsnummer: 'M-2026-0001',
  bsn: realShapedBsn,
  voornaam: 'Quirijn',
  voorvoegsel: 'van de',
  achternaam: 'Oude Wolbers',
  geboortedatum: '2014-03-09',
  geheimhouding: 'N',
  gemeentecode: '0363',
  vestigingscode: '11AA00',
  verzuimsoort: 'LRV',
  status: 'IN_BEHANDELING',
  begindatum: '2025-11-03',
  einddatum: '',
  uren: '',
  meldingsdatum: '2025-12-15',
  peildatum: '2026-01-31',
};

export const enrolmentLine = {
  vestigingscode: '11AA00',
  leerlingnummer: '20410',
  voornaam: 'Quirijn',
  voorvoegsel: '',
  achternaam: 'Wolbers',
  geboortedatum: '09-03-2014',
  geheimhouding: 'J',
  inschrijfdatum: '2018-04-01',
  uitschrijfdatum: '',
  peildatum: '2026-01-31',
};

export const waitingLine = {
  referentie: 'W-77',
  bsn: realShapedBsn,
  geboortedatum: '2014-03-09',
  gemeentecode: '0363',
  agbcode: '42420001',
  hulpvorm: '02',
  verwijzer: '01',
  toewijzingnummer: '300201',
  verwijsdatum: '2025-10-01',
  aanmelddatum: '2025-10-08',
  intakedatum: '2025-11-05',
  toewijzingsdatum: '2025-10-20',
  beoogde_startdatum: '2026-03-01',
  startdatum: '',
  einddatum: '',
  status: 'WACHT_OP_START',
  overbrugging: 'N',
  belemmert_onderwijs: 'JA',
  peildatum: '2026-01-31',
};

const decisionColumns = {
  soort_besluit: '',
  swv: 'PO2801',
  vestigingscode: '11AA00',
  leerlingnummer: '20410',
  volgnummer: '',
  soort: '',
  categorie: '',
  cluster: '',
  status: '',
  aanvraagdatum: '',
  beslistermijn: '',
  besluitdatum: '',
  ingangsdatum: '',
  einddatum: '',
  deskundigenadviezen: '',
  versie: '',
  vastgesteld_op: '',
  overleg_ouders_op: '',
  leerling_gehoord_op: '',
  evaluatie_op: '',
  peildatum: '2026-01-31',
};

export const tlvLine = {
  ...decisionColumns,
  soort_besluit: 'TLV',
  volgnummer: '2801-123',
  soort: 'SO',
  categorie: 'LAAG',
  cluster: '4',
  status: 'AFGEGEVEN',
  aanvraagdatum: '2025-04-01',
  besluitdatum: '2025-05-12',
  ingangsdatum: '2025-08-01',
  einddatum: '2027-07-31',
  deskundigenadviezen: '2',
};

export const oppLine = {
  ...decisionColumns,
  soort_besluit: 'OPP',
  status: 'VASTGESTELD',
  versie: '2',
  vastgesteld_op: '2025-10-01',
  overleg_ouders_op: '2025-09-20',
};

export const arrangementLine = {
  ...decisionColumns,
  soort_besluit: 'ARRANGEMENT',
  volgnummer: 'ARR-9',
  soort: 'INDIVIDUEEL',
  status: 'LOPEND',
  aanvraagdatum: '2025-08-20',
  besluitdatum: '2025-09-10',
  ingangsdatum: '2025-09-15',
  einddatum: '2026-07-31',
};
