/** Who must give a consent for sharing, and for how long it may last. */
import type { Code, consentGivers } from '../../schema/codes.ts';
import type { IsoDate } from '../ingest/record.ts';
import { addMonths } from './calendar.ts';

type ConsentGiver = Code<typeof consentGivers>;

export const consentBasis =
  'Toestemming: Jeugdwet art. 7.3.11; AVG art. 6 lid 1 a en art. 9 lid 2 a';

/** Age in whole years on a day. */
export const ageOn = (birthDate: IsoDate, on: IsoDate): number =>
  Number(on.slice(0, 4)) -
  Number(birthDate.slice(0, 4)) -
  (on.slice(5) < birthDate.slice(5) ? 1 : 0);

/**
 * Under 12 the guardians, from 12 to 15 both, from 16 the youth alone (Jeugdwet 7.3.4, 7.3.5, 7.3.15; UAVG art. 5):
 * the safe reading for every sharing.
 */
export const consentGiverAt = (age: number): ConsentGiver =>
  age < 12 ? 'GUARDIANS' : age < 16 ? 'GUARDIANS_AND_YOUTH' : 'YOUTH';

/** A consent ends after today and within a year. */
export const isConsentTerm = (until: IsoDate, today: IsoDate): boolean =>
  until > today && until <= addMonths(today, 12);

/** Where the holder keeps the evidence: letters, digits, dash and slash, and nothing that could be a BSN. */
export const isEvidenceRef = (text: string): boolean =>
  /^[A-Za-z0-9/-]{1,60}$/.test(text) && !/\d{9}/.test(text.replace(/[/-]/g, ''));
