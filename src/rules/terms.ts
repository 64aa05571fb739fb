/** When something must have happened on a thuiszitter case: the terms, and which of them runs out first. */
import type { Code, dueReasons, thuiszitterCaseStatuses } from '../../schema/codes.ts';
import type { IsoDate } from '../ingest/record.ts';
import { addMonths, addWeeks, addWorkingDays } from './calendar.ts';

export type CaseStatus = Code<typeof thuiszitterCaseStatuses>;
export type DueReason = Code<typeof dueReasons>;

/** A term without a law behind it is a `proposal`: to be agreed on by municipality and SWV, and shown as such. */
type Term<Unit extends string> = Record<Unit, number> & { proposal: boolean };

export type TermSettings = {
  /** From the opening of the case to the first contact with the family. */
  firstContact: Term<'workingDays'>;
  /** From the opening of the case to a plan: who does what, from when. */
  plan: Term<'weeks'>;
  /** From the first day at home to a fitting offer: Thuiszitterspact (2016). */
  offer: Term<'months'>;
  /** A child that is absent again within this time after its case was closed is in the same spell. */
  reopening: Term<'weeks'>;
};

export const defaultTerms: TermSettings = {
  firstContact: { workingDays: 5, proposal: true },
  plan: { weeks: 4, proposal: true },
  offer: { months: 3, proposal: false },
  reopening: { weeks: 8, proposal: true },
};

export type TermedCase = {
  status: CaseStatus;
  openedOn: IsoDate;
  firstAbsentOn: IsoDate;
  nextActionDueOn: IsoDate | null;
};

/** Which terms run in which status. What was done already runs no longer; an agreed next action always does. */
const running: Record<CaseStatus, readonly DueReason[]> = {
  REPORTED: ['FIRST_CONTACT', 'PLAN', 'OFFER_WITHIN_THREE_MONTHS'],
  INVESTIGATING: ['PLAN', 'OFFER_WITHIN_THREE_MONTHS'],
  PLAN_MADE: ['OFFER_WITHIN_THREE_MONTHS'],
  OFFER_MADE: [],
  OFFER_ACCEPTED: [],
  OFFER_REFUSED: ['OFFER_WITHIN_THREE_MONTHS'],
  WAITING_FOR_CARE: ['OFFER_WITHIN_THREE_MONTHS'],
  ESCALATED: ['OFFER_WITHIN_THREE_MONTHS'],
  BACK_AT_SCHOOL: [],
  // The contact after a reopening is its next action: the case keeps its first day of opening.
  REOPENED: ['OFFER_WITHIN_THREE_MONTHS'],
  CLOSED: [],
};

/** The last day for the first contact with the family of a case that is opened, or opened again, on this day. */
export const firstContactBy = (on: IsoDate, settings: TermSettings): IsoDate =>
  addWorkingDays(on, settings.firstContact.workingDays);

/** The first term to run out, also when it has run out already; null for a closed case and when nothing runs. */
export const nextDue = (
  thuiszitterCase: TermedCase,
  settings: TermSettings,
): { on: IsoDate; reason: DueReason } | null => {
  const { status, openedOn, firstAbsentOn, nextActionDueOn } = thuiszitterCase;
  if (status === 'CLOSED') return null;
  const ends: Record<DueReason, IsoDate | null> = {
    FIRST_CONTACT: firstContactBy(openedOn, settings),
    PLAN: addWeeks(openedOn, settings.plan.weeks),
    OFFER_WITHIN_THREE_MONTHS: addMonths(firstAbsentOn, settings.offer.months),
    NEXT_ACTION: nextActionDueOn,
  };
  let due: { on: IsoDate; reason: DueReason } | null = null;
  for (const reason of [...running[status], 'NEXT_ACTION'] as const) {
    const on = ends[reason];
    if (on !== null && (due === null || on < due.on)) due = { on, reason };
  }
  return due;
};

/** Whether a case that was closed on this day is opened again, rather than a new one beside it. */
export const isSameSpell = (closedOn: IsoDate, on: IsoDate, settings: TermSettings): boolean =>
  on < addWeeks(closedOn, settings.reopening.weeks);
