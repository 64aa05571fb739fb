/** Parties attach their own record to a case, on the covenant or on a consent; and a consent is withdrawn. */
import { randomUUID } from 'node:crypto';
import { and, eq, Param, sql } from 'drizzle-orm';
import type { Role } from '../../schema/codes.ts';
import { covenant, covenantParty, ground, link } from '../../schema/db/ground.ts';
import {
  sharedAbsence,
  sharedIdentity,
  sharedSupport,
  sharedWaiting,
} from '../../schema/db/projection.ts';
import { pupilIdentity, pupil as pupilTable } from '../../schema/db/pupil.ts';
import { caseParty } from '../../schema/db/thuiszitter-case.ts';
import { client, waitingListEntry as entryTable } from '../../schema/db/waiting-list-entry.ts';
import { insertRows } from '../db/insert.ts';
import { type NodeId, readNodeId } from '../plans/expression.ts';
import { pupil as pupilEntity } from '../plans/pupil.ts';
import { scopeCondition } from '../plans/statement.ts';
import { waitingListEntry as entryEntity } from '../plans/waiting-list-entry.ts';
import { grantFor, partyKey } from '../policy/grant.ts';
import {
  ageOn,
  consentBasis,
  consentGiverAt,
  isConsentTerm,
  isEvidenceRef,
} from '../rules/consent.ts';
import {
  type ArrangementDecision,
  type OppStatus,
  projectSupport,
  projectWaiting,
  type TlvDecision,
  type WaitingRecord,
} from '../rules/projection.ts';
import {
  type DataKind,
  hoursFor,
  kindsOnJoining,
  mayReceiveSupport,
  mayReceiveWaiting,
  type Party,
  supportFor,
  supportGroups,
  waitingGroups,
} from '../rules/sharing.ts';
import {
  addEvents,
  type CaseRow,
  deleteProjections,
  groundsOf,
  isCaseKey,
  lockCaseByKey,
  normaliseKey,
  regionOfKey,
  setAccess,
} from './case-row.ts';
import {
  type Command,
  type CommandContext,
  notFound,
  type Outcome,
  refused,
  type UserError,
  userError,
} from './command.ts';

/** The purpose for which records are shared in a case. */
const purpose = 'return-to-school';

type ConsentInput = {
  givenBy: string;
  recipients: readonly { role: string; organisation: string }[];
  validUntil: string;
  evidenceRef: string;
};

/** What a sharing rests on, for as long as it holds. */
type Basis = {
  kind: 'COVENANT' | 'CONSENT';
  legalBasis: string;
  covenantId: string | null;
  consentId: string | null;
  givenBy: string | null;
  evidenceRef: string | null;
  /** Kinds the covenant agrees on; null for a consent, which is about the record it comes with. */
  dataKinds: readonly string[] | null;
  validUntil: string;
};

/** Whether the basis lets a kind of data be shared: a covenant for absence covers its status as well. */
const covers = (basis: Basis, kind: DataKind): boolean =>
  basis.dataKinds === null ||
  basis.dataKinds.includes(kind) ||
  basis.dataKinds.includes(kind.replace(/_STATUS$/, ''));

const earliest = (...days: [string, ...string[]]): string => [...days].sort(byText)[0] ?? days[0];

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

const keyOf = ({ role, organisation }: { role: string; organisation: string }): string =>
  partyKey(role, organisation);

const checkConsent = (
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
    !consent.recipients.every(({ role }) => mayReceive(role as Role))
  ) {
    errors.push(
      userError(
        'CONSENT_RECIPIENTS',
        field('recipients'),
        'Noem minstens één ontvanger, en alleen wie deze gegevens mag krijgen.',
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

const consentOf = (consent: ConsentInput): Basis => ({
  kind: 'CONSENT',
  legalBasis: consentBasis,
  covenantId: null,
  consentId: randomUUID(),
  givenBy: consent.givenBy,
  evidenceRef: consent.evidenceRef,
  dataKinds: null,
  validUntil: consent.validUntil,
});

/** The covenant that binds the owner and the caller today, with those of the candidates that acceded to it. */
const findCovenant = async (
  context: CommandContext,
  row: CaseRow,
  caller: Party,
  candidates: readonly Party[],
): Promise<{ basis: Basis; parties: Party[] } | null> => {
  const { today } = context.scope;
  const owner = { role: 'attendanceOfficer' as const, organisation: row.municipalityCode };
  const rows = await context.rows<{
    id: string;
    name: string;
    covenantUntil: string;
    dataKinds: string[];
    role: Role;
    organisation: string;
    partyUntil: string;
  }>(sql`select ${covenant.id} as id, ${covenant.name} as name, ${covenant.validUntil} as "covenantUntil", ${covenant.dataKinds} as "dataKinds",
      ${covenantParty.role} as role, ${covenantParty.organisation} as organisation, ${covenantParty.validUntil} as "partyUntil"
    from ${covenant} join ${covenantParty} on ${eq(covenantParty.covenantId, covenant.id)}
    where ${today}::date between ${covenant.validFrom} and ${covenant.validUntil}
      and ${today}::date between ${covenantParty.validFrom} and ${covenantParty.validUntil}
      and ${purpose} = any(${covenant.purposes})
    order by ${covenant.id}`);
  const wanted = new Set([...candidates, owner, caller].map(keyOf));
  for (const id of new Set(rows.map((party) => party.id))) {
    const parties = rows.filter((party) => party.id === id && wanted.has(keyOf(party)));
    const until = (party: Party) => parties.find((one) => keyOf(one) === keyOf(party))?.partyUntil;
    const first = parties[0];
    const callerUntil = until(caller);
    const ownerUntil = until(owner);
    if (!first || !callerUntil || !ownerUntil) continue;
    return {
      basis: {
        kind: 'COVENANT',
        legalBasis: `Convenant: ${first.name}`,
        covenantId: id,
        consentId: null,
        givenBy: null,
        evidenceRef: null,
        dataKinds: first.dataKinds,
        validUntil: earliest(first.covenantUntil, callerUntil, ownerUntil),
      },
      parties: parties.map(({ role, organisation }) => ({ role, organisation })),
    };
  }
  return null;
};

type NewGround = typeof ground.$inferInsert & { id: string };

const newGround = (
  context: CommandContext,
  row: CaseRow,
  basis: Basis,
  dataKinds: readonly DataKind[],
  recipients: readonly Party[],
): NewGround => ({
  youthRegion: row.youthRegion,
  caseId: row.id,
  id: randomUUID(),
  municipalityCode: row.municipalityCode,
  kind: basis.kind,
  legalBasis: basis.legalBasis,
  purpose,
  covenantId: basis.covenantId,
  consentId: basis.consentId,
  dataKinds: [...dataKinds],
  recipients: recipients.map(keyOf),
  validFrom: context.scope.today,
  validUntil: basis.validUntil,
  registeredByRole: context.scope.role,
  registeredByOrganisation: context.scope.organisation,
  givenBy: basis.givenBy,
  evidenceRef: basis.evidenceRef,
  access: row.access,
});

/** The columns a projection has in common with its ground. */
const underGround = (row: CaseRow, on: NewGround) => ({
  youthRegion: row.youthRegion,
  caseId: row.id,
  groundId: on.id,
  municipalityCode: row.municipalityCode,
  recipients: on.recipients,
  validFrom: on.validFrom,
  validUntil: on.validUntil,
  access: row.access,
});

const linkTo = (
  context: CommandContext,
  row: CaseRow,
  on: NewGround,
  compartment: 'EDUCATION' | 'CARE',
  record: NodeId,
): typeof link.$inferInsert => ({
  youthRegion: row.youthRegion,
  caseId: row.id,
  municipalityCode: row.municipalityCode,
  groundId: on.id,
  compartment,
  recordScope: record.scope,
  recordId: record.id,
  attachedByRole: context.scope.role,
  attachedByOrganisation: context.scope.organisation,
  attachedOn: context.scope.today,
  access: row.access,
});

const isAttached = async (
  context: CommandContext,
  row: CaseRow,
  compartment: string,
  record: NodeId,
): Promise<boolean> => {
  const [found] = await context.rows(
    sql`select 1 from ${link} join ${ground} on ${and(
      eq(ground.youthRegion, link.youthRegion),
      eq(ground.caseId, link.caseId),
      eq(ground.id, link.groundId),
    )} where ${eq(link.youthRegion, row.youthRegion)} and ${eq(link.caseId, row.id)} and ${eq(link.compartment, compartment)} and ${eq(link.recordId, record.id)} and ${ground.withdrawnOn} is null and ${ground.validUntil} >= ${context.scope.today}::date limit 1`,
  );
  return found !== undefined;
};

/** Brings the caller into the case until its basis ends: identity and absence as its role may know them. */
const joinCase = async (
  context: CommandContext,
  row: CaseRow,
  caller: Party,
  basis: Basis,
): Promise<void> => {
  const { scope, tx } = context;
  if ((row.access[keyOf(caller)] ?? '') >= basis.validUntil) return;
  const extended = await context.rows(
    sql`update casework.case_party set until = ${basis.validUntil} where ${and(
      eq(caseParty.youthRegion, row.youthRegion),
      eq(caseParty.caseId, row.id),
      eq(caseParty.role, caller.role),
      eq(caseParty.organisation, caller.organisation),
      sql`${caseParty.until} >= ${scope.today}::date`,
    )} returning 1`,
  );
  if (extended.length === 0) {
    await insertRows(tx, caseParty, [
      {
        youthRegion: row.youthRegion,
        caseId: row.id,
        municipalityCode: row.municipalityCode,
        role: caller.role,
        organisation: caller.organisation,
        since: scope.today,
        until: basis.validUntil,
        access: row.access,
      },
    ]);
  }
  await setAccess(context, row, { ...row.access, [keyOf(caller)]: basis.validUntil });
  const kinds = kindsOnJoining(caller.role).filter((kind) => covers(basis, kind));
  if (kinds.length === 0) return;
  const on = newGround(context, row, basis, kinds, [caller]);
  await insertRows(tx, ground, [on]);
  const [statutory] = await groundsOf(context, row, sql`${ground.kind} = 'STATUTORY'`);
  if (!statutory) return;
  const [record] = await context.rows<{ recordScope: string; recordId: string }>(
    sql`select record_scope as "recordScope", record_id as "recordId" from ${link} where ${eq(link.youthRegion, row.youthRegion)} and ${eq(link.caseId, row.id)} and ${eq(link.groundId, statutory.id)}`,
  );
  if (record) {
    await insertRows(tx, link, [
      {
        ...linkTo(context, row, on, 'EDUCATION', {
          scope: record.recordScope,
          id: record.recordId,
        }),
        compartment: 'ATTENDANCE',
      },
    ]);
  }
  await copyFromOwner(context, row, statutory.id, on);
};

/** What the owner sees of its own register, cut down to what this ground gives. */
const copyFromOwner = async (
  context: CommandContext,
  row: CaseRow,
  statutoryId: string,
  on: NewGround,
): Promise<void> => {
  const of = (table: typeof sharedIdentity | typeof sharedAbsence) =>
    sql`${eq(table.youthRegion, row.youthRegion)} and ${eq(table.caseId, row.id)} and ${eq(table.groundId, statutoryId)}`;
  const identities = !on.dataKinds.includes('IDENTITY')
    ? []
    : await context.rows<{
        birthDate: string;
        name: string | null;
        nameProtected: boolean;
      }>(
        sql`select birth_date as "birthDate", name, name_protected as "nameProtected" from ${sharedIdentity} where ${of(sharedIdentity)}`,
      );
  await insertRows(
    context.tx,
    sharedIdentity,
    identities.map(({ birthDate, name, nameProtected }) => ({
      ...underGround(row, on),
      birthDate,
      nameProtected,
      name: nameProtected ? null : name,
    })),
  );
  const absences = !on.dataKinds.some((kind) => kind.startsWith('ABSENCE'))
    ? []
    : await context.rows<{
        reportId: string;
        kind: string;
        status: string;
        fromOn: string;
        untilOn: string | null;
        hours: number | null;
      }>(
        sql`select report_id as "reportId", kind, status, from_on as "fromOn", until_on as "untilOn", hours from ${sharedAbsence} where ${of(sharedAbsence)}`,
      );
  await insertRows(
    context.tx,
    sharedAbsence,
    absences.map((report) => ({
      ...underGround(row, on),
      ...report,
      hours: hoursFor(on.dataKinds) ? report.hours : null,
    })),
  );
};

const findCase = async (context: CommandContext, caseKey: string): Promise<CaseRow | Outcome> => {
  const key = normaliseKey(caseKey);
  const row = isCaseKey(key) ? await lockCaseByKey(context, key) : null;
  if (!row) return notFound('caseKey', 'Het dossier');
  if (row.closedOn !== null)
    return refused(userError('CASE_CLOSED', ['input', 'caseKey'], 'Dit dossier is gesloten.'));
  return row;
};

const regionOf = ({ caseKey }: { caseKey: string }): string | null => {
  const key = normaliseKey(caseKey);
  return isCaseKey(key) ? regionOfKey(key) : null;
};

const noGround = refused(
  userError(
    'NO_GROUND',
    ['input', 'caseKey'],
    'Er is vandaag geen convenant tussen u en de leerplichtambtenaar van dit dossier. Koppel met toestemming.',
  ),
);

const alreadyAttached = (field: string) =>
  refused(
    userError(
      'ALREADY_ATTACHED',
      ['input', field],
      'Deze gegevens zijn al gekoppeld aan dit dossier.',
    ),
  );

const attached = (
  context: CommandContext,
  row: CaseRow,
  grounds: readonly NewGround[],
  basis: Basis,
  subject: { compartment: string; id: string },
): Outcome => ({
  userErrors: [],
  payload: {
    link: {
      caseId: `${row.youthRegion}.${row.id}`,
      attachedOn: context.scope.today,
      dataKinds: [...new Set(grounds.flatMap(({ dataKinds }) => dataKinds))],
      recipients: [...new Set(grounds.flatMap(({ recipients }) => recipients))],
      validUntil: basis.validUntil,
      consentId: basis.consentId && `${row.youthRegion}.${basis.consentId}`,
    },
  },
  subjects: [{ compartment: 'ATTENDANCE', id: row.youthId }, subject],
});

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
    const { scope } = context;
    const row = await findCase(context, input.caseKey);
    if ('userErrors' in row) return row;
    const record = readNodeId(input.pupilId);
    const [pupil] = record
      ? await context.rows<{ brin6: string; birthDate: string }>(
          sql`select ${pupilTable.brin6} as brin6, ${pupilIdentity.birthDate} as "birthDate" from ${pupilEntity.from(scope)} where ${and(
            scopeCondition(pupilEntity, grantFor(scope, 'Pupil')),
            eq(pupilTable.swvCode, record.scope),
            eq(pupilTable.id, record.id),
          )}`,
        )
      : [];
    if (!record || !pupil) return notFound('pupilId', 'De leerling');
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
    await insertRows(context.tx, ground, grounds);
    await insertRows(
      context.tx,
      link,
      grounds.map((on) => linkTo(context, row, on, 'EDUCATION', record)),
    );
    const support = await readSupport(context, record);
    if (support) {
      await insertRows(
        context.tx,
        sharedSupport,
        grounds.map((on) => ({
          ...underGround(row, on),
          pupilId: record.id,
          ...supportFor(on.dataKinds, support),
        })),
      );
    }
    await addEvents(context, row, [
      ...(basis.consentId
        ? [{ compartment: 'EDUCATION', kind: 'CONSENT_REGISTERED' } as const]
        : []),
      { compartment: 'EDUCATION', kind: 'ATTACHED', detail: 'SUPPORT' },
    ]);
    return attached(context, row, grounds, basis, { compartment: 'EDUCATION', id: record.id });
  },
};

const readSupport = async (context: CommandContext, record: NodeId) => {
  const of = sql`swv_code = ${record.scope} and pupil_id = ${record.id}`;
  const tlvs = await context.rows<TlvDecision>(
    sql`select kind, status, requested_on as "requestedOn", decided_on as "decidedOn", valid_until as "validUntil", as_of as "asOf" from education.tlv where ${of}`,
  );
  const opps = await context.rows<OppStatus>(
    sql`select version, status, established_on as "establishedOn", pupil_heard_on as "pupilHeardOn", as_of as "asOf" from education.opp where ${of}`,
  );
  const arrangements = await context.rows<ArrangementDecision>(
    sql`select kind, status, requested_on as "requestedOn", valid_from as "validFrom", valid_until as "validUntil", as_of as "asOf" from education.arrangement where ${of}`,
  );
  return projectSupport(tlvs, opps, arrangements);
};

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
    const { scope } = context;
    const row = await findCase(context, input.caseKey);
    if ('userErrors' in row) return row;
    const record = readNodeId(input.waitingListEntryId);
    const [entry] = record
      ? await context.rows<
          WaitingRecord & { clientId: string; birthDate: string; deliveredAt: string }
        >(
          sql`select ${entryTable.status} as status, ${entryTable.intendedStart} as "intendedStart", ${entryTable.bridging} as bridging,
              ${entryTable.asOf} as "asOf", ${entryTable.clientId} as "clientId",
              ${entryTable.deliveredAt} as "deliveredAt", ${client.birthDate} as "birthDate"
            from ${entryTable} join ${client} on ${and(eq(client.youthRegion, entryTable.youthRegion), eq(client.id, entryTable.clientId))}
            where ${and(
              scopeCondition(entryEntity, grantFor(scope, 'WaitingListEntry')),
              eq(entryTable.youthRegion, record.scope),
              eq(entryTable.id, record.id),
            )}`,
        )
      : [];
    if (!record || !entry) return notFound('waitingListEntryId', 'De wachtlijstregel');
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
    // A care provider shares and stays outside; a youth coordinator takes part in the case.
    if (scope.role === 'youthCoordinator') {
      const named = recipients.some((party) => keyOf(party) === keyOf(caller));
      const found = await findCovenant(context, row, caller, []);
      const joining = found?.basis ?? (named ? consent : null);
      if (!joining) return noGround;
      basis ??= joining;
      await joinCase(context, row, caller, joining);
    }
    if (!basis) return noGround;
    const on = basis;
    const grounds = waitingGroups(recipients)
      .filter(({ kind }) => covers(on, kind))
      .map((group) => newGround(context, row, on, [group.kind], group.recipients));
    if (grounds.length === 0) return noGround;
    await insertRows(context.tx, ground, grounds);
    await insertRows(
      context.tx,
      link,
      grounds.map((made) => linkTo(context, row, made, 'CARE', record)),
    );
    await insertRows(
      context.tx,
      sharedWaiting,
      grounds.map((made) => ({
        ...underGround(row, made),
        entryId: record.id,
        ...projectWaiting(entry, scope.today),
        deliveredAt: entry.deliveredAt,
      })),
    );
    const seenBy = recipients.map(keyOf);
    await addEvents(context, row, [
      ...(consent
        ? [{ compartment: 'CARE', kind: 'CONSENT_REGISTERED', recipients: seenBy } as const]
        : []),
      { compartment: 'CARE', kind: 'ATTACHED', detail: 'WAITING_STATUS', recipients: seenBy },
    ]);
    return attached(context, row, grounds, basis, { compartment: 'CARE', id: entry.clientId });
  },
};

/** Ends the access of parties that no ground lets know the child any more: they came in on what was withdrawn. */
const endGroundless = async (context: CommandContext, row: CaseRow): Promise<void> => {
  const { today } = context.scope;
  const standing = await groundsOf(
    context,
    row,
    sql`${ground.withdrawnOn} is null and ${ground.validUntil} >= ${today}::date`,
  );
  const named = new Set(standing.flatMap(({ recipients }) => recipients));
  const ended = Object.keys(row.access).filter((party) => !named.has(party));
  if (ended.length === 0) return;
  await context.rows(
    sql`update casework.case_party set until = ${today} where ${and(
      eq(caseParty.youthRegion, row.youthRegion),
      eq(caseParty.caseId, row.id),
      sql`${caseParty.role} || ':' || ${caseParty.organisation} = any(${new Param(ended)}::text[])`,
      sql`${caseParty.until} > ${today}::date`,
    )}`,
  );
  await setAccess(
    context,
    row,
    Object.fromEntries(Object.entries(row.access).filter(([party]) => named.has(party))),
  );
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
    await endGroundless(context, row);
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
