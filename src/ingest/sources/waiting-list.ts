/** Waiting-list status from a care provider: dates and codes, nothing about the care itself. */
import { csvAdapter } from '../csv-adapter.ts';
import { yesNo } from '../line.ts';

/** CBS Beleidsinformatie Jeugd, hulpvorm. */
const careKinds = new Map([
  ['01', 'NEIGHBOURHOOD_TEAM'],
  ['02', 'OUTPATIENT'],
  ['03', 'DAY_TREATMENT'],
  ['04', 'IN_OWN_NETWORK'],
  ['11', 'FOSTER_CARE'],
  ['12', 'FAMILY_HOME'],
  ['13', 'SECURE_CARE'],
  ['14', 'OTHER_RESIDENTIAL'],
] as const);

/** iJw code list COD327; 07 does not exist. */
const referrers = new Map([
  ['01', 'MUNICIPALITY'],
  ['02', 'GENERAL_PRACTITIONER'],
  ['03', 'YOUTH_DOCTOR'],
  ['04', 'CERTIFIED_INSTITUTION'],
  ['05', 'MEDICAL_SPECIALIST'],
  ['06', 'NONE'],
  ['08', 'COURT'],
] as const);

const statuses = new Map([
  ['AANGEMELD', 'REGISTERED'],
  ['WACHT_OP_INTAKE', 'WAITING_FOR_INTAKE'],
  ['WACHT_OP_START', 'WAITING_FOR_START'],
  ['GESTART', 'STARTED'],
  ['BEEINDIGD', 'ENDED'],
  ['GEANNULEERD', 'CANCELLED'],
  ['DOORVERWEZEN', 'REFERRED_ON'],
] as const);

const yesNoUnknown = new Map([
  ['JA', 'YES'],
  ['NEE', 'NO'],
  ['ONBEKEND', 'UNKNOWN'],
] as const);

export const waitingList = csvAdapter({
  columns: [
    'referentie',
    'bsn',
    'geboortedatum',
    'gemeentecode',
    'agbcode',
    'hulpvorm',
    'verwijzer',
    'toewijzingnummer',
    'verwijsdatum',
    'aanmelddatum',
    'intakedatum',
    'toewijzingsdatum',
    'beoogde_startdatum',
    'startdatum',
    'einddatum',
    'status',
    'overbrugging',
    'belemmert_onderwijs',
    'peildatum',
  ],
  pgnFree: false,
  read(line, facts, area) {
    const asOf = line.pastDate('peildatum');
    const birthDate = line.pastDate('geboortedatum');
    const referredOn = line.pastDate('verwijsdatum');
    const registeredOn = line.date('aanmelddatum');
    const intakeOn = line.date('intakedatum');
    const startedOn = line.optionalPastDate('startdatum');
    const endedOn = line.date('einddatum');
    line.ascending(
      ['geboortedatum', birthDate],
      ['verwijsdatum', referredOn],
      ['aanmelddatum', registeredOn],
      ['intakedatum', intakeOn],
      ['startdatum', startedOn],
      ['einddatum', endedOn],
    );
    const status = line.code('status', statuses);
    if (status === 'STARTED' && startedOn === null)
      line.reject('START_DATE_REQUIRED', 'startdatum');
    if (status === 'ENDED' && endedOn === null) line.reject('END_DATE_REQUIRED', 'einddatum');
    const providerAgb = line.provider('agbcode');
    line.within(area.providers, 'agbcode', providerAgb);

    const fields = line.complete({
      reference: line.required('referentie', 36),
      birthDate,
      municipality: line.municipality('gemeentecode', asOf),
      providerAgb,
      careKind: line.code('hulpvorm', careKinds),
      referrer: line.optionalCode('verwijzer', referrers),
      allocationNumber: line.allocationNumber('toewijzingnummer'),
      referredOn,
      registeredOn,
      intakeOn,
      allocatedOn: line.date('toewijzingsdatum'),
      intendedStart: line.date('beoogde_startdatum'),
      startedOn,
      endedOn,
      status,
      bridging: line.code('overbrugging', yesNo),
      hindersEducation: line.code('belemmert_onderwijs', yesNoUnknown),
      asOf,
      bsn: line.bsn('bsn', ['referentie', 'toewijzingnummer']),
    });
    if (fields === null) return null;
    const { municipality, bsn, ...kept } = fields;
    return {
      type: 'waitingListEntry',
      ...kept,
      municipalityCode: municipality.code,
      youthRegion: municipality.youthRegion,
      ...facts.token('care', bsn),
    };
  },
});
