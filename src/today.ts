/** The day it is in the Netherlands: terms and grounds begin and end at midnight there. */
const amsterdam = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam' });

export const dayInAmsterdam = (at: Date): string => amsterdam.format(at);
