/** Absence reports (verzuimmeldingen) from leerplicht or gemeente, with the kinds and statuses of DUO's Verzuimloket. */
import { addDays, daysBetween } from '../../rules/dates.ts';
import { dutyOn } from '../../rules/duty.ts';
import { csvAdapter } from '../csv-adapter.ts';
import { yesNo } from '../line.ts';

const kinds = new Map([
  ['ABSOLUUT', 'ABSOLUTE'],
  ['UUR16', 'SIXTEEN_HOURS'],
  ['LRV', 'LONG_TERM'],
  ['LUXE', 'LUXURY'],
  ['RMC18', 'OVER_EIGHTEEN'],
  ['OVERIG', 'OTHER'],
  ['V3', 'SIXTEEN_HOURS'],
  // V4 is "16 uren per 4 weken 18+": the 16-hour norm binds only children with a duty.
  ['V4', 'OVER_EIGHTEEN'],
  ['L', 'LUXURY'],
  ['RMC', 'OVER_EIGHTEEN'],
  ['O', 'OTHER'],
  // The norms of before the 16 hours (3 school days; an eighth in 4 weeks) are none of today's kinds.
  ['V1', 'EXPIRED'],
  ['V2', 'EXPIRED'],
] as const);

const statuses = new Map([
  ['GEREGISTREERD', 'REGISTERED'],
  ['IN_BEHANDELING', 'IN_PROGRESS'],
  ['AFGESLOTEN', 'CLOSED'],
  ['INGETROKKEN', 'WITHDRAWN'],
  ['TER_KENNISGEVING_AANGENOMEN', 'NOTED'],
  ['R', 'REGISTERED'],
  ['B', 'IN_PROGRESS'],
  ['G', 'CLOSED'],
  ['I', 'WITHDRAWN'],
  ['K', 'NOTED'],
  ['OVERGEDRAGEN_AAN_DERDEN', 'HANDED_OVER'],
  ['D', 'HANDED_OVER'],
  ['WACHT_OP_VERZENDING', 'NOT_SENT'],
  ['W', 'NOT_SENT'],
] as const);

/** DUO closed its list of statuses in August 2020; what was "overgedragen aan derden" before is over. */
const handedOverUntil = '2020-08-01';

/**
 * Without the calendar of the school, 4 lesson weeks are 28 days plus the longest holiday there is, 7 weeks of
 * summer in VO: a window longer than that cannot be right, a shorter one is believed.
 */
const sixteenHoursWindowDays = 28 + 49;

export const absenceReports = csvAdapter({
  columns: [
    'meldingsnummer',
    'bsn',
    'voornaam',
    'voorvoegsel',
    'achternaam',
    'geboortedatum',
    'geheimhouding',
    'gemeentecode',
    'vestigingscode',
    'verzuimsoort',
    'status',
    'begindatum',
    'einddatum',
    'uren',
    'meldingsdatum',
    'peildatum',
  ],
  pgnFree: false,
  read(line, facts, area) {
    const kind = line.code('verzuimsoort', kinds);
    const status = line.code('status', statuses);
    const birthDate = line.pastDate('geboortedatum');
    const fromOn = line.requiredDate('begindatum');
    const untilOn = line.date('einddatum');
    const reportedOn = line.pastDate('meldingsdatum');
    const asOf = line.pastDate('peildatum');
    const hours = line.decimal('uren');
    const bsn = line.bsn('bsn', ['meldingsnummer', 'voornaam', 'voorvoegsel', 'achternaam']);
    const municipality = line.municipality('gemeentecode', asOf);
    line.within(area.municipalities, 'gemeentecode', municipality?.code);
    line.ascending(['geboortedatum', birthDate], ['begindatum', fromOn], ['einddatum', untilOn]);
    line.ascending(['begindatum', fromOn], ['meldingsdatum', reportedOn]);

    let brin6: string | null | undefined = null;
    if (kind === 'ABSOLUTE') {
      if (!line.isEmpty('vestigingscode')) line.reject('ABSOLUTE_WITH_SCHOOL', 'vestigingscode');
    } else if (kind !== 'OVER_EIGHTEEN' || !line.isEmpty('vestigingscode')) {
      brin6 = line.site('vestigingscode')?.brin6;
    }

    if (kind === 'EXPIRED') line.reject('ABSENCE_KIND_EXPIRED', 'verzuimsoort');
    if (kind === 'SIXTEEN_HOURS') {
      if (hours === null) line.reject('FIELD_REQUIRED', 'uren');
      else if (hours !== undefined && hours < 16) line.reject('SIXTEEN_HOURS_TOO_FEW', 'uren');
      if (untilOn === null) line.reject('FIELD_REQUIRED', 'einddatum');
      else if (fromOn && untilOn && daysBetween(fromOn, untilOn) >= sixteenHoursWindowDays) {
        line.reject('SIXTEEN_HOURS_WINDOW', 'einddatum');
      }
    }
    if (kind === 'LONG_TERM' && fromOn && reportedOn && addDays(fromOn, 28) >= reportedOn) {
      line.reject('LONG_TERM_TOO_SHORT', 'begindatum');
    }
    if (kind && kind !== 'OVER_EIGHTEEN' && kind !== 'OTHER' && birthDate && fromOn) {
      const duty = dutyOn(birthDate, fromOn);
      if (duty === 'NONE' || duty === 'OVER_18') line.reject('NO_DUTY', 'geboortedatum');
    }
    if (status === 'NOT_SENT') line.reject('ABSENCE_STATUS_NOT_SENT', 'status');
    if (status === 'HANDED_OVER' && reportedOn && reportedOn >= handedOverUntil) {
      line.reject('ABSENCE_STATUS_ABOLISHED', 'status');
    }

    const fields = line.complete({
      reportNumber: line.required('meldingsnummer', 40),
      givenName: line.required('voornaam'),
      prefix: line.optional('voorvoegsel', 40),
      familyName: line.required('achternaam'),
      nameProtected: line.code('geheimhouding', yesNo),
      birthDate,
      brin6,
      kind: kind === 'EXPIRED' ? undefined : kind,
      status: status === 'HANDED_OVER' ? 'CLOSED' : status === 'NOT_SENT' ? undefined : status,
      fromOn,
      untilOn,
      hours,
      reportedOn,
      asOf,
      municipality,
      bsn,
    });
    if (fields === null) return null;
    const { municipality: home, bsn: number, ...kept } = fields;
    return {
      type: 'absenceReport',
      ...kept,
      municipalityCode: home.code,
      youthRegion: home.youthRegion,
      ...facts.token('attendance', number),
    };
  },
});
