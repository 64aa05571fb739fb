/** The way of a case from report to school again: which action leads where, from where, and whose it is. */
import type { actionKinds, Code, closeReasons, Role } from '../../schema/codes.ts';
import type { CaseStatus } from './terms.ts';

export type ActionKind = Code<typeof actionKinds>;
export type CloseReason = Code<typeof closeReasons>;

type Step = {
  /** Statuses from which it can be done; `open`: every status but CLOSED. */
  from: readonly CaseStatus[] | 'open';
  /** The status it leads to; null leaves it as it is. */
  to: CaseStatus | null;
  by: readonly Role[];
};

const everyParty: readonly Role[] = [
  'attendanceOfficer',
  'swvCoordinator',
  'schoolCareCoordinator',
  'youthCoordinator',
];
const owner: readonly Role[] = ['attendanceOfficer'];

export const steps: Readonly<Record<ActionKind, Step>> = {
  CONTACT_FAMILY: { from: 'open', to: null, by: everyParty },
  // The officer hears guardians and child: Leerplichtwet art. 22.
  INVESTIGATE: { from: ['REPORTED', 'REOPENED'], to: 'INVESTIGATING', by: owner },
  MAKE_PLAN: {
    from: ['INVESTIGATING', 'REOPENED', 'OFFER_REFUSED', 'WAITING_FOR_CARE', 'ESCALATED'],
    to: 'PLAN_MADE',
    by: owner,
  },
  MAKE_OFFER: {
    from: ['PLAN_MADE', 'OFFER_REFUSED', 'WAITING_FOR_CARE', 'ESCALATED'],
    to: 'OFFER_MADE',
    by: ['attendanceOfficer', 'swvCoordinator', 'schoolCareCoordinator'],
  },
  RECORD_ACCEPTANCE: { from: ['OFFER_MADE'], to: 'OFFER_ACCEPTED', by: owner },
  RECORD_REFUSAL: { from: ['OFFER_MADE'], to: 'OFFER_REFUSED', by: owner },
  AWAIT_CARE: {
    from: ['INVESTIGATING', 'PLAN_MADE', 'OFFER_MADE', 'OFFER_REFUSED', 'ESCALATED'],
    to: 'WAITING_FOR_CARE',
    by: ['attendanceOfficer', 'youthCoordinator'],
  },
  ESCALATE: {
    from: [
      'REPORTED',
      'INVESTIGATING',
      'PLAN_MADE',
      'OFFER_MADE',
      'OFFER_REFUSED',
      'WAITING_FOR_CARE',
      'REOPENED',
    ],
    to: 'ESCALATED',
    by: owner,
  },
  // Nobody is back at school without an accepted offer, unless it went by itself.
  RETURN_TO_SCHOOL: { from: ['OFFER_ACCEPTED'], to: 'BACK_AT_SCHOOL', by: owner },
  RESUMED_BY_ITSELF: { from: 'open', to: 'BACK_AT_SCHOOL', by: owner },
  REVIEW: { from: 'open', to: null, by: everyParty },
};

export const canDo = (kind: ActionKind, status: CaseStatus): boolean => {
  const { from } = steps[kind];
  return from === 'open' ? status !== 'CLOSED' : from.includes(status);
};

/** What a role can do on a case in this status. */
export const possibleActions = (role: Role, status: CaseStatus): ActionKind[] =>
  (Object.keys(steps) as ActionKind[]).filter(
    (kind) => steps[kind].by.includes(role) && canDo(kind, status),
  );

const needsReturn: readonly CloseReason[] = [
  'BACK_AT_OWN_SCHOOL',
  'OTHER_SCHOOL',
  'SPECIAL_EDUCATION',
  'EDUCATION_CARE_ARRANGEMENT',
];

/** A reason that says the child is at school again is only true once that was noted. */
export const canClose = (reason: CloseReason, status: CaseStatus): boolean =>
  !needsReturn.includes(reason) || status === 'BACK_AT_SCHOOL';
