/** The batches of the ordinary server, in Drizzle's own way of asking. */
import DataLoader from 'dataloader';
import {
  and,
  arrayContains,
  arrayOverlaps,
  asc,
  count,
  desc,
  eq,
  gte,
  inArray,
  isNull,
  lte,
  or,
  sql,
} from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { covenant, ground } from '../../schema/db/ground.ts';
import { municipality } from '../../schema/db/municipality.ts';
import {
  sharedAbsence,
  sharedIdentity,
  sharedSupport,
  sharedWaiting,
} from '../../schema/db/projection.ts';
import { school } from '../../schema/db/school.ts';
import { swv } from '../../schema/db/swv.ts';
import { caseEvent, caseParty, thuiszitterCase } from '../../schema/db/thuiszitter-case.ts';
import { openPool } from '../../src/db/pools.ts';
import type { ServeOptions } from '../serve.ts';

export type Asker = { municipality: string; region: string; party: string };

const groupBy = <Row>(
  rows: readonly Row[],
  keys: readonly string[],
  keyOf: (row: Row) => string,
): Row[][] => keys.map((key) => rows.filter((row) => keyOf(row) === key));

const dayMs = 86_400_000;
const daysBetween = (from: string, until: string) => (Date.parse(until) - Date.parse(from)) / dayMs;
const instant = (at: string) => new Date(at).toISOString();

const ageOn = (birthDate: string, today: string) =>
  Number(today.slice(0, 4)) -
  Number(birthDate.slice(0, 4)) -
  (today.slice(5) < birthDate.slice(5) ? 1 : 0);

export const openTables = async ({ urls, today, connections }: ServeOptions) => {
  const db = drizzle(openPool(urls.reader, 'bench ordinary', connections), {
    casing: 'snake_case',
  });
  const regions = new Map(
    (await db.select().from(municipality)).map((row) => [row.code, row.youthRegion]),
  );

  const shapeCase = (row: typeof thuiszitterCase.$inferSelect) => ({
    ...row,
    key: row.id,
    id: `${row.youthRegion}.${row.id}`,
    weeksAtHome: Math.floor(
      daysBetween(row.firstAbsentOn, row.returnedOn ?? row.closedOn ?? today) / 7,
    ),
    due: row.dueOn && {
      on: row.dueOn,
      reason: row.dueReason,
      overdueDays: Math.max(0, daysBetween(row.dueOn, today)),
    },
    nextAction: row.nextActionKind && {
      kind: row.nextActionKind,
      dueOn: row.nextActionDueOn,
      owner: { role: row.nextActionRole, organisation: row.nextActionOrganisation },
    },
  });

  type Audience = {
    youthRegion: PgColumn;
    caseId: PgColumn;
    recipients: PgColumn;
    validFrom: PgColumn;
    validUntil: PgColumn;
  };
  const named = (row: Audience, { region, party }: Asker, cases: readonly string[]) =>
    and(
      eq(row.youthRegion, region),
      inArray(row.caseId, [...cases]),
      arrayContains(row.recipients, [party]),
      lte(row.validFrom, today),
      gte(row.validUntil, today),
    );

  const loadersFor = (asker: Asker) => {
    const inCases = (row: { youthRegion: PgColumn; caseId: PgColumn }, cases: readonly string[]) =>
      and(eq(row.youthRegion, asker.region), inArray(row.caseId, [...cases]));

    const events = new DataLoader(async (cases: readonly string[]) => {
      const rows = await db
        .select()
        .from(caseEvent)
        .where(
          and(
            inCases(caseEvent, cases),
            or(isNull(caseEvent.recipients), arrayContains(caseEvent.recipients, [asker.party])),
          ),
        )
        .orderBy(asc(caseEvent.at), asc(caseEvent.id));
      const shaped = rows.map((row) => ({
        ...row,
        at: instant(row.at),
        actor: { role: row.actorRole, organisation: row.actorOrganisation },
      }));
      return groupBy(shaped, cases, (row) => row.caseId);
    });

    return {
      events,
      pupil: new DataLoader(async (cases: readonly string[]) => {
        const rows = await db
          .select()
          .from(sharedIdentity)
          .where(named(sharedIdentity, asker, cases))
          .orderBy(asc(sharedIdentity.groundId));
        return groupBy(rows, cases, (row) => row.caseId).map(
          ([row]) =>
            row && {
              ...row,
              id: `${row.youthRegion}.${row.caseId}`,
              age: ageOn(row.birthDate, today),
            },
        );
      }),
      waitingStatus: new DataLoader(async (cases: readonly string[]) => {
        const rows = await db
          .select()
          .from(ground)
          .leftJoin(
            sharedWaiting,
            and(
              eq(sharedWaiting.youthRegion, ground.youthRegion),
              eq(sharedWaiting.caseId, ground.caseId),
              eq(sharedWaiting.groundId, ground.id),
            ),
          )
          .where(
            and(
              named(ground, asker, cases),
              isNull(ground.withdrawnOn),
              arrayContains(ground.dataKinds, ['WAITING_STATUS']),
            ),
          )
          .orderBy(desc(sharedWaiting.asOf), desc(ground.id));
        return groupBy(rows, cases, (row) => row.ground.caseId).map(([row]) => {
          if (!row) return { availability: 'WITHHELD' };
          const found = row.shared_waiting;
          if (!found || daysBetween(found.asOf, today) > 31)
            return { availability: 'UNKNOWN', asOf: found?.asOf };
          return {
            ...found,
            availability: 'AVAILABLE',
            provenance: { source: found.source, deliveredAt: instant(found.deliveredAt) },
          };
        });
      }),
      support: new DataLoader(async (cases: readonly string[]) => {
        const rows = await db
          .select()
          .from(ground)
          .leftJoin(
            sharedSupport,
            and(
              eq(sharedSupport.youthRegion, ground.youthRegion),
              eq(sharedSupport.caseId, ground.caseId),
              eq(sharedSupport.groundId, ground.id),
            ),
          )
          .where(
            and(
              named(ground, asker, cases),
              isNull(ground.withdrawnOn),
              arrayOverlaps(ground.dataKinds, ['SUPPORT', 'SUPPORT_STATUS']),
            ),
          )
          .orderBy(asc(ground.id));
        return groupBy(rows, cases, (row) => row.ground.caseId).map((list) => {
          const row = list.find(({ ground: on }) => on.dataKinds.includes('SUPPORT')) ?? list[0];
          if (!row) return { availability: 'WITHHELD' };
          const found = row.shared_support;
          if (!found) return { availability: 'UNKNOWN' };
          return {
            availability: 'AVAILABLE',
            tlv: found.tlvStatus && {
              kind: found.tlvKind,
              status: found.tlvStatus,
              validUntil: found.tlvValidUntil,
            },
            opp: found.oppStatus && {
              status: found.oppStatus,
              establishedOn: found.oppEstablishedOn,
              pupilHeardOn: found.oppPupilHeardOn,
            },
            arrangements: found.arrangements,
          };
        });
      }),
      absence: new DataLoader(async (cases: readonly string[]) => {
        const grounds = await db
          .select()
          .from(ground)
          .where(
            and(
              named(ground, asker, cases),
              isNull(ground.withdrawnOn),
              arrayOverlaps(ground.dataKinds, ['ABSENCE', 'ABSENCE_STATUS']),
            ),
          )
          .orderBy(asc(ground.id));
        const reports = await db
          .select()
          .from(sharedAbsence)
          .where(named(sharedAbsence, asker, cases))
          .orderBy(desc(sharedAbsence.fromOn), desc(sharedAbsence.reportId));
        return groupBy(grounds, cases, (row) => row.caseId).map((list) => {
          const on = list.find(({ dataKinds }) => dataKinds.includes('ABSENCE')) ?? list[0];
          if (!on) return { availability: 'WITHHELD', reports: null };
          return {
            availability: 'AVAILABLE',
            reports: reports
              .filter((report) => report.groundId === on.id)
              .map((report) => ({ ...report, from: report.fromOn, until: report.untilOn })),
          };
        });
      }),
      parties: new DataLoader(async (cases: readonly string[]) => {
        const rows = await db
          .select()
          .from(caseParty)
          .where(inCases(caseParty, cases))
          .orderBy(asc(caseParty.since), asc(caseParty.id));
        return groupBy(rows, cases, (row) => row.caseId);
      }),
      consents: new DataLoader(async (cases: readonly string[]) => {
        const rows = await db
          .select()
          .from(ground)
          .where(
            and(
              inCases(ground, cases),
              eq(ground.kind, 'CONSENT'),
              arrayContains(ground.recipients, [asker.party]),
            ),
          )
          .orderBy(asc(ground.validFrom), asc(ground.id));
        return groupBy(rows, cases, (row) => row.caseId);
      }),
      whyMayISeeThis: new DataLoader(async (cases: readonly string[]) => {
        const rows = await db
          .select()
          .from(ground)
          .leftJoin(covenant, eq(covenant.id, ground.covenantId))
          .where(and(named(ground, asker, cases), isNull(ground.withdrawnOn)))
          .orderBy(asc(ground.validFrom), asc(ground.id));
        const shaped = rows.map(({ ground: on, covenant: by }) => ({
          caseId: on.caseId,
          purpose: on.purpose,
          ground: on.legalBasis,
          covenant: by?.name ?? null,
          consent: on.consentId && `${on.youthRegion}.${on.consentId}`,
          until: on.kind === 'STATUTORY' ? null : on.validUntil,
        }));
        return groupBy(shaped, cases, (row) => row.caseId);
      }),
      municipality: new DataLoader(async (codes: readonly string[]) => {
        const rows = await db
          .select()
          .from(municipality)
          .where(inArray(municipality.code, [...codes]));
        return groupBy(rows, codes, (row) => row.code).map(([row]) => row);
      }),
      school: new DataLoader(async (sites: readonly string[]) => {
        const rows = await db
          .select()
          .from(school)
          .where(inArray(school.brin6, [...sites]));
        return groupBy(rows, sites, (row) => row.brin6).map(([row]) => row);
      }),
      swv: new DataLoader(async (codes: readonly string[]) => {
        const rows = await db
          .select()
          .from(swv)
          .where(inArray(swv.code, [...codes]));
        return groupBy(rows, codes, (row) => row.code).map(([row]) => row);
      }),
    };
  };

  const openCasesOf = ({ region, municipality: code }: Asker) =>
    and(
      eq(thuiszitterCase.youthRegion, region),
      eq(thuiszitterCase.municipalityCode, code),
      isNull(thuiszitterCase.closedOn),
    );

  return {
    contextFor: (code: string) => {
      const asker: Asker = {
        municipality: code,
        region: regions.get(code) ?? '',
        party: `attendanceOfficer:${code}`,
      };
      return { asker, loaders: loadersFor(asker) };
    },
    async caseload(asker: Asker, first: number) {
      const rows = await db
        .select()
        .from(thuiszitterCase)
        .where(openCasesOf(asker))
        .orderBy(
          sql`coalesce(${thuiszitterCase.dueOn}, date '9999-12-31')`,
          asc(thuiszitterCase.id),
        )
        .limit(first + 1);
      const edges = rows.slice(0, first).map((row) => ({ node: shapeCase(row) }));
      return {
        edges,
        pageInfo: {
          hasNextPage: rows.length > first,
          endCursor: edges.at(-1)?.node.id ?? null,
        },
      };
    },
    async totalOf(asker: Asker) {
      const [row] = await db
        .select({ total: count() })
        .from(thuiszitterCase)
        .where(openCasesOf(asker));
      return row?.total ?? 0;
    },
    async case(asker: Asker, id: string) {
      const [region = '', uuid = ''] = id.split('.');
      const [row] = await db
        .select()
        .from(thuiszitterCase)
        .where(
          and(
            eq(thuiszitterCase.youthRegion, region),
            eq(thuiszitterCase.id, uuid),
            eq(thuiszitterCase.municipalityCode, asker.municipality),
          ),
        );
      return row ? shapeCase(row) : null;
    },
  };
};

export type Tables = Awaited<ReturnType<typeof openTables>>;
