/** A care provider or a youth coordinator attaches a waiting-list entry of its own to a case: that the child waits crosses, never where. */
import { and, eq, sql } from 'drizzle-orm';
import { ground, link } from '../../schema/db/ground.ts';
import { sharedWaiting } from '../../schema/db/projection.ts';
import { client, waitingListEntry as entryTable } from '../../schema/db/waiting-list-entry.ts';
import { insertRows } from '../db/insert.ts';
import { readNodeId } from '../plans/expression.ts';
import { scopeCondition } from '../plans/statement.ts';
import { waitingListEntry as entryEntity } from '../plans/waiting-list-entry.ts';
import { grantFor } from '../policy/grant.ts';
import { projectWaiting, type WaitingRecord } from '../rules/projection.ts';
import { mayReceiveWaiting, type Party, waitingGroups } from '../rules/sharing.ts';
import {
  alreadyAttached,
  attached,
  findCase,
  isAttached,
  isSameChild,
  joinCase,
  noGround,
  otherChild,
  regionOf,
} from './attach.ts';
import { addEvents } from './case-row.ts';
import { type Command, notFound, refused, userError } from './command.ts';
import { type ConsentInput, checkConsent, consentOf } from './consent.ts';
import {
  type Basis,
  covers,
  findCovenant,
  keyOf,
  linkTo,
  newGround,
  underGround,
} from './ground.ts';

type AttachWaitingInput = {
  caseKey: string;
  waitingListEntryId: string;
  consent?: ConsentInput | null;
  idempotencyKey: string;
};

export const attachWaitingListEntry: Command<AttachWaitingInput> = {
  name: 'thuiszitterCaseAttachWaitingListEntry',
  named: { field: 'caseKey', what: 'Het dossier' },
  action: 'U',
  regionOf,
  async run(context, input) {
    const { scope, terms } = context;
    const record = readNodeId(input.waitingListEntryId);
    const row = await findCase(context, input.caseKey, { compartment: 'CARE', id: record });
    if ('userErrors' in row) return row;
    const [entry] = record
      ? await context.rows<
          WaitingRecord & { clientId: string; birthDate: string; deliveredAt: string }
        >(
          sql`select ${entryTable.status} as status, ${entryTable.intendedStart} as "intendedStart", ${entryTable.bridging} as bridging,
              ${entryTable.asOf} as "asOf", ${entryTable.clientId} as "clientId",
              ${entryTable.deliveredAt} as "deliveredAt", ${client.birthDate} as "birthDate"
            from ${entryTable} join ${client} on ${and(eq(client.youthRegion, entryTable.youthRegion), eq(client.id, entryTable.clientId))}
            where ${and(
              scopeCondition(entryEntity, grantFor(scope.role, 'WaitingListEntry'), terms),
              eq(entryTable.youthRegion, record.scope),
              eq(entryTable.id, record.id),
            )}`,
        )
      : [];
    if (!record || !entry) return notFound('waitingListEntryId', 'De wachtlijstregel');
    if (!(await isSameChild(context, row, entry.birthDate)))
      return otherChild('waitingListEntryId');
    if (await isAttached(context, row, 'CARE', record))
      return alreadyAttached('waitingListEntryId');
    if (!input.consent && scope.role === 'careProvider') {
      return refused(
        userError(
          'CONSENT_REQUIRED',
          ['input', 'consent'],
          'U mag dit alleen delen met toestemming (Jeugdwet artikel 7.3.11).',
        ),
      );
    }
    const errors = input.consent
      ? checkConsent(input.consent, scope.today, entry.birthDate, mayReceiveWaiting)
      : [];
    if (errors.length > 0) return refused(...errors);

    const caller: Party = { role: scope.role, organisation: scope.organisation };
    const recipients = (input.consent?.recipients ?? [caller]) as Party[];
    const consent = input.consent ? consentOf(input.consent) : null;
    let basis = consent;
    let own: Basis | null = null;
    // A care provider shares and stays outside; a youth coordinator takes part in the case.
    if (scope.role === 'youthCoordinator') {
      const named = recipients.some((party) => keyOf(party) === keyOf(caller));
      const found = await findCovenant(context, row, caller, []);
      const joining = found?.basis ?? (named ? consent : null);
      if (!joining) return noGround;
      // What a consent lets others see the responsible municipality knows already (Jeugdwet 7.4.0): in the case as well.
      if (consent && found && !named && covers(found.basis, 'WAITING_STATUS')) own = found.basis;
      basis ??= joining;
      await joinCase(context, row, caller, joining);
    }
    if (!basis) return noGround;
    const on = basis;
    const grounds = waitingGroups(recipients)
      .filter(({ kind }) => covers(on, kind))
      .map((group) => newGround(context, row, on, [group.kind], group.recipients));
    if (own) grounds.push(newGround(context, row, own, ['WAITING_STATUS'], [caller]));
    if (grounds.length === 0) return noGround;
    const seenBy = recipients.map(keyOf);
    // In this order on the wire, without waiting for each: a projection refers to its ground.
    await Promise.all([
      insertRows(context.tx, ground, grounds),
      insertRows(
        context.tx,
        link,
        grounds.map((made) => linkTo(context, row, made, 'CARE', record)),
      ),
      insertRows(
        context.tx,
        sharedWaiting,
        grounds.map((made) => ({
          ...underGround(row, made),
          entryId: record.id,
          ...projectWaiting(entry, scope.today),
          deliveredAt: entry.deliveredAt,
        })),
      ),
      addEvents(context, row, [
        ...(consent
          ? [{ compartment: 'CARE', kind: 'CONSENT_REGISTERED', recipients: seenBy } as const]
          : []),
        { compartment: 'CARE', kind: 'ATTACHED', detail: 'WAITING_STATUS', recipients: seenBy },
      ]),
    ]);
    return attached(context, row, grounds, basis, { compartment: 'CARE', id: entry.clientId });
  },
};
