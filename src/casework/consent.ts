/** Consents: what a party may register, and what ends when one is withdrawn. */

import { randomUUID } from 'node:crypto';
import { and, eq, Param, sql } from 'drizzle-orm';
import type { Role } from '../../schema/codes.ts';
import { ground } from '../../schema/db/ground.ts';
import { caseParty } from '../../schema/db/thuiszitter-case.ts';
import { isOrganisation } from '../auth/viewer.ts';
import { readNodeId } from '../plans/expression.ts';
import { isCaseKey, normaliseKey } from '../rules/case-key.ts';
import {
  ageOn,
  consentBasis,
  consentGiverAt,
  isConsentTerm,
  isEvidenceRef,
} from '../rules/consent.ts';
import { regionOf } from './attach.ts';
import {
  addEvents,
  type CaseRow,
  deleteProjections,
  lockCaseByKey,
  setAccess,
} from './case-row.ts';
import {
  type Command,
  type CommandContext,
  notFound,
  refused,
  type UserError,
  userError,
} from './command.ts';
import type { Basis } from './ground.ts';

export type ConsentInput = {
  givenBy: string;
  recipients: readonly { role: string; organisation: string }[];
  validUntil: string;
  evidenceRef: string;
};

const maxRecipients = 20;

export const checkConsent = (
  consent: ConsentInput,
  today: string,
  birthDate: string,
  mayReceive: (role: Role) => boolean,
): UserError[] => {
  const field = (name: string) => ['input', 'consent', name];
  const errors: UserError[] = [];
  const giver = consentGiverAt(ageOn(birthDate, today));
  if (consent.givenBy !== giver) {
    const who = {
      GUARDIANS: 'de ouders of voogd',
      GUARDIANS_AND_YOUTH: 'de ouders of voogd én de jongere zelf',
      YOUTH: 'de jongere zelf',
    }[giver];
    errors.push(
      userError('CONSENT_GIVER', field('givenBy'), `Bij deze leeftijd geven ${who} toestemming.`),
    );
  }
  if (!isConsentTerm(consent.validUntil, today)) {
    errors.push(
      userError(
        'CONSENT_TERM',
        field('validUntil'),
        'Toestemming geldt tot een dag na vandaag, en hoogstens een jaar.',
      ),
    );
  }
  if (
    consent.recipients.length === 0 ||
    consent.recipients.length > maxRecipients ||
    !consent.recipients.every(
      ({ role, organisation }) =>
        mayReceive(role as Role) && isOrganisation(role as Role, organisation),
    )
  ) {
    errors.push(
      userError(
        'CONSENT_RECIPIENTS',
        field('recipients'),
        'Noem minstens één ontvanger, met de goede code, en alleen wie deze gegevens mag krijgen.',
      ),
    );
  }
  if (!isEvidenceRef(consent.evidenceRef)) {
    errors.push(
      userError(
        'EVIDENCE_REF',
        field('evidenceRef'),
        'Gebruik letters, cijfers, - of /, hoogstens 60 tekens, en geen persoonsgegevens.',
      ),
    );
  }
  return errors;
};

export const consentOf = (consent: ConsentInput): Basis => ({
  kind: 'CONSENT',
  legalBasis: consentBasis,
  covenantId: null,
  consentId: randomUUID(),
  givenBy: consent.givenBy,
  evidenceRef: consent.evidenceRef,
  dataKinds: null,
  validUntil: consent.validUntil,
});

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

/** Sets the access of every party to the last day of what still lets it know the child; without anything it is out. */
const settleAccess = async (context: CommandContext, row: CaseRow): Promise<void> => {
  const { today } = context.scope;
  const standing = await context.rows<{ recipients: string[]; validUntil: string }>(
    sql`select recipients, valid_until as "validUntil" from ${ground} where ${eq(ground.youthRegion, row.youthRegion)} and ${eq(ground.caseId, row.id)} and ${ground.withdrawnOn} is null and ${ground.validUntil} >= ${today}::date`,
  );
  const access: Record<string, string> = {};
  for (const party of Object.keys(row.access)) {
    const last =
      standing
        .filter(({ recipients }) => recipients.includes(party))
        .map(({ validUntil }) => validUntil)
        .sort(byText)
        .at(-1) ?? '';
    if (last !== '') access[party] = last;
  }
  for (const [party, until] of Object.entries(row.access)) {
    const last = access[party] ?? today;
    if (last === until) continue;
    await context.rows(
      sql`update casework.case_party set until = ${last} where ${and(
        eq(caseParty.youthRegion, row.youthRegion),
        eq(caseParty.caseId, row.id),
        sql`${caseParty.role} || ':' || ${caseParty.organisation} = ${party}`,
        sql`${caseParty.until} > ${last}::date`,
      )}`,
    );
  }
  await setAccess(context, row, access);
};

type WithdrawInput = { caseKey: string; consentId: string; idempotencyKey: string };

export const withdrawConsent: Command<WithdrawInput> = {
  name: 'consentWithdraw',
  named: { field: 'consentId', what: 'De toestemming' },
  action: 'D',
  regionOf,
  async run(context, input) {
    const { scope } = context;
    const key = normaliseKey(input.caseKey);
    const row = isCaseKey(key) ? await lockCaseByKey(context, key) : null;
    const id = readNodeId(input.consentId);
    const grounds =
      row && id
        ? await context.rows<{ id: string; recipients: string[]; withdrawnOn: string | null }>(
            sql`select id, recipients, withdrawn_on as "withdrawnOn" from ${ground} where ${and(
              eq(ground.youthRegion, row.youthRegion),
              eq(ground.caseId, row.id),
              eq(ground.consentId, id.id),
              eq(ground.registeredByRole, scope.role),
              eq(ground.registeredByOrganisation, scope.organisation),
            )}`,
          )
        : [];
    const [first] = grounds;
    if (!row || !id || !first) return notFound('consentId', 'De toestemming');
    if (first.withdrawnOn !== null) {
      return refused(
        userError(
          'ALREADY_WITHDRAWN',
          ['input', 'consentId'],
          'Deze toestemming is al ingetrokken.',
        ),
      );
    }
    const ids = grounds.map((made) => made.id);
    await deleteProjections(context, row, ids);
    await context.rows(
      sql`update casework.ground set withdrawn_on = ${scope.today} where ${eq(ground.youthRegion, row.youthRegion)} and ${eq(ground.caseId, row.id)} and ${ground.id} = any(${new Param(ids)}::uuid[])`,
    );
    await settleAccess(context, row);
    await addEvents(context, row, [
      {
        compartment:
          scope.role === 'careProvider' || scope.role === 'youthCoordinator' ? 'CARE' : 'EDUCATION',
        kind: 'CONSENT_WITHDRAWN',
        recipients: [...new Set(grounds.flatMap(({ recipients }) => recipients))],
      },
    ]);
    return {
      userErrors: [],
      payload: { consent: { id: input.consentId, withdrawnOn: scope.today } },
      subjects: [{ compartment: 'ATTENDANCE', id: row.youthId }],
    };
  },
};
