/** What a sharing in a case rests on, a covenant or a consent, and the rows that say so. */
import { randomUUID } from 'node:crypto';
import { eq, Param, sql } from 'drizzle-orm';
import type { Code, compartments, Role } from '../../schema/codes.ts';
import { covenant, covenantParty, type ground, type link } from '../../schema/db/ground.ts';
import type { NodeId } from '../plans/expression.ts';
import { partyKey } from '../policy/grant.ts';
import type { DataKind, Party } from '../rules/sharing.ts';
import type { CaseRow } from './case-row.ts';
import type { CommandContext } from './command.ts';

/** The purpose for which records are shared in a case. */
const purpose = 'return-to-school';

/** What a sharing rests on, for as long as it holds. */
export type Basis = {
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
export const covers = (basis: Basis, kind: DataKind): boolean =>
  basis.dataKinds === null ||
  basis.dataKinds.includes(kind) ||
  basis.dataKinds.includes(kind.replace(/_STATUS$/, ''));

const earliest = (...days: [string, ...string[]]): string => [...days].sort(byText)[0] ?? days[0];

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

export const keyOf = ({ role, organisation }: { role: string; organisation: string }): string =>
  partyKey(role, organisation);

/** The covenant that binds the owner and the caller today, with those of the candidates that acceded to it. */
export const findCovenant = async (
  context: CommandContext,
  row: CaseRow,
  caller: Party,
  candidates: readonly Party[],
): Promise<{ basis: Basis; parties: Party[] } | null> => {
  const { today } = context.scope;
  const owner = { role: 'attendanceOfficer' as const, organisation: row.municipalityCode };
  const wanted = new Set([...candidates, owner, caller].map(keyOf));
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
      and ${covenantParty.role} || ':' || ${covenantParty.organisation} = any(${new Param([...wanted])}::text[])
    order by ${covenant.id}`);
  for (const id of new Set(rows.map((party) => party.id))) {
    const parties = rows.filter((party) => party.id === id);
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

export type NewGround = typeof ground.$inferInsert & { id: string };

export const newGround = (
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
export const underGround = (row: CaseRow, on: NewGround) => ({
  youthRegion: row.youthRegion,
  caseId: row.id,
  groundId: on.id,
  municipalityCode: row.municipalityCode,
  recipients: on.recipients,
  validFrom: on.validFrom,
  validUntil: on.validUntil,
  access: row.access,
});

export const linkTo = (
  context: CommandContext,
  row: CaseRow,
  on: NewGround,
  compartment: Exclude<Code<typeof compartments>, 'CASEWORK'>,
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
