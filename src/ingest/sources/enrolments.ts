/** Enrolments (inschrijvingen) from a school: by the school's own pupil number, never by BSN. */
import { csvAdapter } from '../csv-adapter.ts';
import { yesNo } from '../line.ts';

export const enrolments = csvAdapter({
  columns: [
    'vestigingscode',
    'leerlingnummer',
    'voornaam',
    'voorvoegsel',
    'achternaam',
    'geboortedatum',
    'geheimhouding',
    'inschrijfdatum',
    'uitschrijfdatum',
    'peildatum',
  ],
  pgnFree: true,
  read(line, _facts, area) {
    const site = line.site('vestigingscode');
    if (site && site.swvCode === null) line.reject('SCHOOL_WITHOUT_SWV', 'vestigingscode');
    if (site && !area.sites.has(site.brin6) && !area.swvs.has(site.swvCode ?? '')) {
      line.reject('OUTSIDE_SOURCE_AREA', 'vestigingscode');
    }
    const birthDate = line.pastDate('geboortedatum');
    const enrolledOn = line.requiredDate('inschrijfdatum');
    const leftOn = line.date('uitschrijfdatum');
    line.ascending(
      ['geboortedatum', birthDate],
      ['inschrijfdatum', enrolledOn],
      ['uitschrijfdatum', leftOn],
    );
    const fields = line.complete({
      swvCode: site?.swvCode ?? undefined,
      brin6: site?.brin6,
      schoolPupilNumber: line.required('leerlingnummer', 40),
      givenName: line.required('voornaam'),
      prefix: line.optional('voorvoegsel', 40),
      familyName: line.required('achternaam'),
      nameProtected: line.code('geheimhouding', yesNo),
      birthDate,
      enrolledOn,
      leftOn,
      asOf: line.pastDate('peildatum'),
    });
    return fields && { type: 'enrolment', ...fields };
  },
});
