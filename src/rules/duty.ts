/**
 * Which school duty a child has on a day: computed from the birth date, never typed.
 * Leerplichtwet 1969 art. 3 (leerplicht), 4a and 4b (kwalificatieplicht).
 */
import { schoolYearEnd } from './dates.ts';

export type Duty = 'NONE' | 'COMPULSORY' | 'QUALIFICATION' | 'OVER_18';

/** The birthday at that age. A child of 29 February turns on 1 March in a common year. */
function birthday(birthDate: string, age: number): string {
  const year = Number(birthDate.slice(0, 4)) + age;
  const monthDay = birthDate.slice(5);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return monthDay === '02-29' && !leap ? `${year}-03-01` : `${year}-${monthDay}`;
}

function firstOfNextMonth(date: string): string {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  return month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
}

/**
 * The duty by age alone. Leerplicht starts on the first day of the month after the month of the fifth birthday
 * (the law says: first school day) and ends with the school year in which the child turns 16; kwalificatieplicht follows until
 * the 18th birthday. What the birth date does not show is not looked at: twelve school years done, an exemption,
 * a startkwalificatie, the exception for pro and vso.
 */
export function dutyOn(birthDate: string, on: string): Duty {
  if (on >= birthday(birthDate, 18)) return 'OVER_18';
  if (on > schoolYearEnd(birthday(birthDate, 16))) return 'QUALIFICATION';
  if (on >= firstOfNextMonth(birthday(birthDate, 5))) return 'COMPULSORY';
  return 'NONE';
}
