/**
 * What a thuiszitter case consists of on the day it is opened, whoever opens it: a source by its absence reports or an
 * attendance officer by hand. Pure: ids and the day come from outside.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { ground, link } from '../../schema/db/ground.ts';
import type { sharedAbsence, sharedIdentity } from '../../schema/db/projection.ts';
import type { caseEvent, thuiszitterCase } from '../../schema/db/thuiszitter-case.ts';
import type { IsoDate } from '../ingest/record.ts';
import {
  type AbsenceRecord,
  type IdentityRecord,
  projectAbsence,
  projectIdentity,
} from './projection.ts';
import { firstContactBy, nextDue, type TermSettings } from './terms.ts';
import type { ThuiszitterDefinition } from './thuiszitter-definition.ts';

/** A ground that ends only when somebody ends it. */
const openEnded: IsoDate = '9999-12-31';

const statutoryBasis = 'Leerplichtwet 1969, art. 16 en 22';

export type CaseIds = { caseId: string; eventId: string; groundId: string; linkId: string };

/** A child of the attendance register, in the municipality that will own the case. */
export type CaseYouth = {
  youthRegion: string;
  youthId: string;
  municipalityCode: string;
  identity: IdentityRecord;
  reports: readonly AbsenceRecord[];
};

export type Opening = CaseYouth & {
  ids: CaseIds;
  caseKey: string;
  brin6: string | null;
  definition: ThuiszitterDefinition;
  firstAbsentOn: IsoDate;
  /** Today in the Netherlands. */
  on: IsoDate;
  /** Now. */
  at: string;
  actorRole: string;
  actorOrganisation: string;
  terms: TermSettings;
};

export type OpenedCase = {
  case: typeof thuiszitterCase.$inferInsert & { id: string };
  event: typeof caseEvent.$inferInsert;
} & StatutoryShare;

/** What the owner of a case sees of its own register, on the ground of the law. */
export type StatutoryShare = {
  ground: typeof ground.$inferInsert & { id: string };
  link: typeof link.$inferInsert;
  identity: typeof sharedIdentity.$inferInsert;
  absences: (typeof sharedAbsence.$inferInsert)[];
};

export const newCaseIds = (): CaseIds => ({
  caseId: randomUUID(),
  eventId: randomUUID(),
  groundId: randomUUID(),
  linkId: randomUUID(),
});

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The key by which a party finds the case: the region it lies in and 80 random bits (Crockford base32: no I, L, O, U). */
export const newCaseKey = (youthRegion: string): string => {
  const letters = Array.from(randomBytes(16), (byte) => crockford[byte % 32]).join('');
  return [youthRegion, ...(letters.match(/.{4}/g) ?? [])].join('-');
};

/** The next action on a case that is opened or opened again: the owner makes contact with the family. */
export const firstAction = (municipalityCode: string, on: IsoDate, terms: TermSettings) => ({
  nextActionKind: 'CONTACT_FAMILY',
  nextActionDueOn: firstContactBy(on, terms),
  nextActionRole: 'attendanceOfficer',
  nextActionOrganisation: municipalityCode,
});

/** The ground of the law itself, and what the owner sees on it of its own register. `access` lists the case's other parties. */
export const statutoryShare = (
  youth: CaseYouth,
  {
    ids: { caseId, groundId, linkId },
    on,
    access = {},
  }: {
    ids: Omit<CaseIds, 'eventId'>;
    on: IsoDate;
    access?: Record<string, string>;
  },
): StatutoryShare => {
  const { youthRegion, youthId, municipalityCode } = youth;
  const audience = {
    recipients: [`attendanceOfficer:${municipalityCode}`],
    validFrom: on,
    validUntil: openEnded,
  };
  const projection = { youthRegion, caseId, groundId, municipalityCode, ...audience, access };
  return {
    ground: {
      youthRegion,
      caseId,
      id: groundId,
      municipalityCode,
      kind: 'STATUTORY',
      legalBasis: statutoryBasis,
      purpose: 'return-to-school',
      dataKinds: ['IDENTITY', 'ABSENCE'],
      ...audience,
      registeredByRole: 'attendanceOfficer',
      registeredByOrganisation: municipalityCode,
      access,
    },
    link: {
      youthRegion,
      caseId,
      id: linkId,
      municipalityCode,
      groundId,
      compartment: 'ATTENDANCE',
      recordScope: youthRegion,
      recordId: youthId,
      attachedByRole: 'attendanceOfficer',
      attachedByOrganisation: municipalityCode,
      attachedOn: on,
      access,
    },
    identity: { ...projection, ...projectIdentity(youth.identity, { own: true }) },
    absences: youth.reports.map((report) => ({
      ...projection,
      ...projectAbsence(report, { hours: true }),
    })),
  };
};

/** All rows of a new case. */
export const openCase = (opening: Opening): OpenedCase => {
  const { ids, youthRegion, municipalityCode, on, terms } = opening;
  const action = firstAction(municipalityCode, on, terms);
  const due = nextDue(
    {
      status: 'REPORTED',
      openedOn: on,
      firstAbsentOn: opening.firstAbsentOn,
      nextActionDueOn: action.nextActionDueOn,
    },
    terms,
  );
  return {
    case: {
      youthRegion,
      id: ids.caseId,
      municipalityCode,
      caseKey: opening.caseKey,
      youthId: opening.youthId,
      brin6: opening.brin6,
      status: 'REPORTED',
      definition: opening.definition,
      firstAbsentOn: opening.firstAbsentOn,
      openedOn: on,
      dueOn: due?.on ?? null,
      dueReason: due?.reason ?? null,
      ...action,
      version: 1,
      access: {},
    },
    event: {
      youthRegion,
      caseId: ids.caseId,
      id: ids.eventId,
      municipalityCode,
      at: opening.at,
      compartment: 'ATTENDANCE',
      kind: 'OPENED',
      actorRole: opening.actorRole,
      actorOrganisation: opening.actorOrganisation,
      access: {},
    },
    ...statutoryShare(opening, { ids, on }),
  };
};
