/** The day it is in the Netherlands: terms and grounds begin and end at midnight there. */
const amsterdam = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam' });

const minuteMs = 60_000;
let last = { minute: Number.NaN, day: '' };

/** Every request asks; the day can only change with the minute. */
export const dayInAmsterdam = (at: Date): string => {
  const minute = Math.floor(at.getTime() / minuteMs);
  if (minute !== last.minute) last = { minute, day: amsterdam.format(at) };
  return last.day;
};
