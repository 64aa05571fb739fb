/** A school or an SWV attaches a pupil of its own to a case: its support decisions cross, as each role may know them. */
import { and, eq, sql } from 'drizzle-orm';
import { ground, link } from '../../schema/db/ground.ts';
import { sharedSupport } from '../../schema/db/projection.ts';
import { pupilIdentity, pupil as pupilTable } from '../../schema/db/pupil.ts';
import { insertRows } from '../db/insert.ts';
import { type NodeId, readNodeId } from '../plans/expression.ts';
import { pupil as pupilEntity } from '../plans/pupil.ts';
import { scopeCondition } from '../plans/statement.ts';
import { grantFor } from '../policy/grant.ts';
import {
  type ArrangementDecision,
  type OppStatus,
  projectSupport,
  type TlvDecision,
} from '../rules/projection.ts';
import { mayReceiveSupport, type Party, supportFor, supportGroups } from '../rules/sharing.ts';
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
import { type Command, type CommandContext, notFound, refused } from './command.ts';
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

type AttachPupilInput = {
  caseKey: string;
  pupilId: string;
  consent?: ConsentInput | null;
  idempotencyKey: string;
};

export const attachPupil: Command<AttachPupilInput> = {
  name: 'thuiszitterCaseAttachPupil',
  named: { field: 'caseKey', what: 'Het dossier' },
  action: 'U',
  regionOf,
  async run(context, input) {
    const { scope, terms } = context;
    const record = readNodeId(input.pupilId);
    const row = await findCase(context, input.caseKey, { compartment: 'EDUCATION', id: record });
    if ('userErrors' in row) return row;
    const [pupil] = record
      ? await context.rows<{ brin6: string; birthDate: string }>(
          sql`select ${pupilTable.brin6} as brin6, ${pupilIdentity.birthDate} as "birthDate" from ${pupilEntity.from(terms)} where ${and(
            scopeCondition(pupilEntity, grantFor(scope.role, 'Pupil'), terms),
            eq(pupilTable.swvCode, record.scope),
            eq(pupilTable.id, record.id),
          )}`,
        )
      : [];
    if (!record || !pupil) return notFound('pupilId', 'De leerling');
    if (!(await isSameChild(context, row, pupil.birthDate))) return otherChild('pupilId');
    if (await isAttached(context, row, 'EDUCATION', record)) return alreadyAttached('pupilId');

    const caller: Party = { role: scope.role, organisation: scope.organisation };
    let basis: Basis;
    let recipients: Party[];
    if (input.consent) {
      const errors = checkConsent(input.consent, scope.today, pupil.birthDate, mayReceiveSupport);
      if (errors.length > 0) return refused(...errors);
      basis = consentOf(input.consent);
      recipients = input.consent.recipients as Party[];
    } else {
      const found = await findCovenant(context, row, caller, [
        { role: 'swvCoordinator', organisation: record.scope },
        { role: 'schoolCareCoordinator', organisation: pupil.brin6 },
        // Not the youth coordinator: the status of support reaches the care side on a consent only.
      ]);
      if (!found) return noGround;
      basis = found.basis;
      recipients = found.parties;
    }
    if (basis.kind === 'COVENANT' || recipients.some((party) => keyOf(party) === keyOf(caller))) {
      await joinCase(context, row, caller, basis);
    }
    const grounds = supportGroups(recipients)
      .filter(({ kind }) => covers(basis, kind))
      .map((group) => newGround(context, row, basis, [group.kind], group.recipients));
    if (grounds.length === 0) return noGround;
    const support = await readSupport(context, record);
    // In this order on the wire, without waiting for each: a projection refers to its ground.
    await Promise.all([
      insertRows(context.tx, ground, grounds),
      insertRows(
        context.tx,
        link,
        grounds.map((on) => linkTo(context, row, on, 'EDUCATION', record)),
      ),
      insertRows(
        context.tx,
        sharedSupport,
        grounds.flatMap((on) =>
          support
            ? [
                {
                  ...underGround(row, on),
                  pupilId: record.id,
                  ...supportFor(on.dataKinds, support),
                },
              ]
            : [],
        ),
      ),
      addEvents(context, row, [
        ...(basis.consentId
          ? [{ compartment: 'EDUCATION', kind: 'CONSENT_REGISTERED' } as const]
          : []),
        { compartment: 'EDUCATION', kind: 'ATTACHED', detail: 'SUPPORT' },
      ]),
    ]);
    return attached(context, row, grounds, basis, { compartment: 'EDUCATION', id: record.id });
  },
};

const readSupport = async (context: CommandContext, record: NodeId) => {
  const of = sql`swv_code = ${record.scope} and pupil_id = ${record.id}`;
  const [tlvs, opps, arrangements] = await Promise.all([
    context.rows<TlvDecision>(
      sql`select kind, status, requested_on as "requestedOn", decided_on as "decidedOn", valid_until as "validUntil", as_of as "asOf" from education.tlv where ${of}`,
    ),
    context.rows<OppStatus>(
      sql`select version, status, established_on as "establishedOn", pupil_heard_on as "pupilHeardOn", as_of as "asOf" from education.opp where ${of}`,
    ),
    context.rows<ArrangementDecision>(
      sql`select kind, status, requested_on as "requestedOn", valid_from as "validFrom", valid_until as "validUntil", as_of as "asOf" from education.arrangement where ${of}`,
    ),
  ]);
  return projectSupport(tlvs, opps, arrangements);
};
