/**
 * A region drawn by chance, from a seed, with every kind of value that a column can hold: for proofs that two ways to an
 * answer are one. It is written past deliveries and commands, straight into the tables; the rules of the field do not all hold in it.
 */
import { createHash } from 'node:crypto';
import type { InferInsertModel } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import {
  absenceKinds,
  absenceStatuses,
  actionKinds,
  arrangementKinds,
  arrangementStatuses,
  careKinds,
  caseEventKinds,
  closeReasons,
  compartments,
  dataKinds,
  deliveryFormats,
  deliveryStatuses,
  dueReasons,
  fundingCategories,
  oppStatuses,
  type Role,
  thuiszitterCaseStatuses,
  thuiszitterDefinitions,
  tlvKinds,
  tlvStatuses,
  waitingListStatuses,
  yesNoUnknown,
} from '../../schema/codes.ts';
import { absenceReport } from '../../schema/db/absence-report.ts';
import { arrangement } from '../../schema/db/arrangement.ts';
import { careProvider } from '../../schema/db/care-provider.ts';
import { delivery, reject } from '../../schema/db/delivery.ts';
import { covenant, ground } from '../../schema/db/ground.ts';
import { opp } from '../../schema/db/opp.ts';
import {
  sharedAbsence,
  sharedIdentity,
  sharedSupport,
  sharedWaiting,
} from '../../schema/db/projection.ts';
import { pupil, pupilIdentity } from '../../schema/db/pupil.ts';
import { caseEvent, caseParty, thuiszitterCase } from '../../schema/db/thuiszitter-case.ts';
import { tlv } from '../../schema/db/tlv.ts';
import { client, waitingListEntry } from '../../schema/db/waiting-list-entry.ts';
import { youth, youthIdentity } from '../../schema/db/youth.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { insertRows } from '../../src/db/insert.ts';
import { partyKey } from '../../src/policy/grant.ts';
import type { Known } from './any-document.ts';
import type { TestDatabase } from './database.ts';
import { viewer } from './hub.ts';

/** The day on which everything is asked. */
export const today = '2026-11-23';

type Rows<Table extends PgTable> = { table: Table; rows: InferInsertModel<Table>[] };

export type AnyWorld = {
  /** In an order in which they can be inserted. */
  tables: readonly Rows<PgTable>[];
  /** Who asks, per role: the first one sees most, the last ones hardly anything. */
  viewers: Readonly<Record<Role, readonly [Viewer, ...Viewer[]]>>;
  /** What can be asked for, per role; found or not as its first viewer. */
  known: Readonly<Record<Role, Known>>;
};

const leiden = '0546';
const leiderdorp = '0547';
const wassenaar = '0629';
const regionOf: Record<string, string> = {
  [leiden]: 'JZ18',
  [leiderdorp]: 'JZ18',
  [wassenaar]: 'JZ24',
};

/** Primary sites with a name below, one as it is, and a secondary one; no register has the last. */
const sites = { lucas: '15NJ00', elckerlyc: '03TN00', bron: '06NZ00', gymnasium: '20DP00' };
const unknownSite = '99ZZ99';
/** Its place on earth is written otherwise by PostgreSQL than by JavaScript. */
export const farSite = '05WS00';
const first = '42420001';
const providers = [first, '42420002', '42420003'];
const unknownProvider = '42429999';

const texts = [
  'Jansen',
  "O'Brien-d'Été",
  `"van" 'den' \\"Berg\\"`,
  'C:\\temp\\new\\u0041',
  'tab\tregel\nnieuw\r\b\f',
  '\u0001\u001f\u007f\u0080\u009f',
  '\u{1F469}\u200D\u{1F467} \u015Eahin \u{1F3F3}\uFE0F',
  'a\u2028b\u2029c',
  '\uFEFFmerk \u202Eomgekeerd',
  'e\u0301 \u00e9 \u00df \u0131 \u0130 \uFB01',
  '</script><!-- $1 $$ %s {0} :a ?',
  '',
  ' ',
  'null',
  '{"a":[1,null]}',
  '\u{1D4B3}'.repeat(10),
  'lang '.repeat(1500),
];

const text = fc.constantFrom(...texts);
const code = <T>(list: readonly T[]) => fc.constantFrom(...list);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3 });

/** Few enough to be tied often. */
const day = fc.constantFrom(
  ...['2026-06-01', '2026-08-24', '2026-08-24', '2026-09-01', '2026-09-01', '2026-10-05'],
  ...['2026-11-02', '2026-11-20', today],
);
const ahead = fc.constantFrom('2026-11-23', '2026-11-24', '2026-12-01', '2026-12-01', '2027-07-31');
const birth = fc.constantFrom('2008-11-23', '2008-11-24', '2012-02-29', '2015-03-14', '2021-12-31');
const hours = fc.constantFrom(0, 0.1, 0.5, 3.1, 4, 12.25, 120.5, 999.99, 1_000_000);
const instant = fc.constantFrom(
  '2026-10-01T09:30:00Z',
  '2026-10-01T09:30:00.123456Z',
  '2026-10-01T09:30:00.123999Z',
  '2026-10-01T09:30:00.1Z',
  '2026-03-29T01:30:00+01:00',
  '2026-10-25T02:30:00+02:00',
  '2026-11-22T23:59:59.999999Z',
);
const small = fc.integer({ min: 0, max: 4 });

/** The same on every machine, in no order. */
const uuid = (of: string, n: number | string): string => {
  const hex = createHash('sha256').update(`${of} ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const provenance = fc.record({
  source: fc.constant('a-source'),
  deliveryId: fc.constant(uuid('delivery', 0)),
  deliveredAt: instant,
  asOf: day,
});

const person = fc.record({
  givenName: text,
  prefix: orNull(fc.constantFrom('van der', "'t", '')),
  familyName: text,
  birthDate: birth,
  nameProtected: fc.boolean(),
});

const municipality = fc.oneof(
  { weight: 7, arbitrary: fc.constant(leiden) },
  { weight: 2, arbitrary: fc.constant(leiderdorp) },
  { weight: 1, arbitrary: fc.constant(wassenaar) },
);

const parties: [Role, string][] = [
  ['swvCoordinator', 'PO2801'],
  ['schoolCareCoordinator', sites.lucas],
  ['youthCoordinator', leiden],
  ['swvCoordinator', 'VO2801'],
  ['youthCoordinator', leiderdorp],
];

const audience = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ validFrom: '2026-01-01', validUntil: '2027-06-01' }) },
  { weight: 1, arbitrary: fc.constant({ validFrom: today, validUntil: today }) },
  { weight: 1, arbitrary: fc.constant({ validFrom: '2026-01-01', validUntil: '2026-11-22' }) },
  { weight: 1, arbitrary: fc.constant({ validFrom: '2026-11-24', validUntil: '2027-06-01' }) },
);

const covenantId = uuid('covenant', 1);

const anyGround = fc.record({
  kind: fc.constantFrom('STATUTORY', 'COVENANT', 'COVENANT', 'CONSENT', 'CONSENT'),
  kinds: fc.uniqueArray(code(dataKinds), { maxLength: 6 }),
  audience,
  to: fc.array(fc.nat(parties.length - 1), { maxLength: 5 }),
  toOwner: fc.boolean(),
  covenantId: fc.constantFrom(covenantId, uuid('covenant', 2), uuid('covenant', 3)),
  legalBasis: text,
  withdrawnOn: orNull(day),
  name: orNull(text),
  birthDate: birth,
  reports: fc.array(
    fc.record({
      brin6: orNull(fc.constant(sites.lucas)),
      kind: code(absenceKinds),
      status: code(absenceStatuses),
      fromOn: day,
      untilOn: orNull(day),
      hours: orNull(hours),
    }),
    { maxLength: 4 },
  ),
  support: orNull(
    fc.record({
      tlvKind: orNull(code(tlvKinds)),
      tlvStatus: orNull(code(tlvStatuses)),
      tlvValidUntil: orNull(ahead),
      oppStatus: orNull(code(oppStatuses)),
      oppEstablishedOn: orNull(day),
      oppPupilHeardOn: orNull(day),
      arrangements: fc.array(
        fc.record({
          kind: orNull(code(arrangementKinds)),
          status: code(arrangementStatuses),
          from: orNull(day),
          until: orNull(ahead),
        }),
        { maxLength: 3 },
      ),
      asOf: day,
    }),
  ),
  waiting: orNull(
    fc.record({
      waitingForHelp: code(yesNoUnknown),
      expectedStartWeek: orNull(fc.constantFrom('2026-W53', '2027-W01')),
      bridging: fc.boolean(),
      // The last day on which it counts, and the first on which it does not.
      asOf: fc.constantFrom('2026-11-20', '2026-10-23', '2026-10-22', '2026-06-01'),
      source: fc.constant('care'),
      deliveredAt: instant,
    }),
  ),
});

const anyCase = fc.record({
  municipalityCode: municipality,
  brin6: orNull(fc.constantFrom(...Object.values(sites), unknownSite)),
  status: code(thuiszitterCaseStatuses.filter((status) => status !== 'CLOSED')),
  definition: code(thuiszitterDefinitions),
  firstAbsentOn: day,
  openedOn: day,
  returnedOn: orNull(day),
  closed: orNull(fc.record({ closedOn: day, closeReason: code(closeReasons) })),
  due: orNull(fc.record({ dueOn: fc.oneof(day, ahead), dueReason: code(dueReasons) })),
  next: orNull(
    fc.record({
      nextActionKind: code(actionKinds),
      nextActionDueOn: ahead,
      nextActionRole: fc.constantFrom('attendanceOfficer', 'swvCoordinator'),
      nextActionOrganisation: orNull(fc.constantFrom(leiden, 'PO2801')),
    }),
  ),
  // Past, on its last day, and for a while.
  access: fc.tuple(
    ...parties.map(() =>
      orNull(fc.constantFrom('2026-11-22', today, '2027-07-31', '2027-07-31', '2027-07-31')),
    ),
  ),
  since: day,
  grounds: fc.array(anyGround, { minLength: 1, maxLength: 6, size: 'max' }),
  events: fc.array(
    fc.record({
      at: instant,
      compartment: code(compartments),
      kind: code(caseEventKinds),
      detail: orNull(text),
      actorRole: fc.constantFrom('attendanceOfficer', 'source', 'careProvider'),
      actorOrganisation: orNull(fc.constantFrom(leiden, 'PO2801', "a 'source'")),
      to: orNull(fc.array(fc.nat(parties.length - 1), { maxLength: 3 })),
    }),
    { maxLength: 6 },
  ),
});

/** The case with a timeline of more than one page of the longest; every party of Leiden reaches it. */
const eventful = 0;
const manyEvents = 140;
export const eventfulCase = `JZ18.${uuid('case', eventful)}`;

const caseKey = (region: string, n: number): string => {
  const letters = createHash('sha256').update(`key ${n}`).digest('hex').toUpperCase();
  return `${region}-${[0, 4, 8, 12].map((at) => letters.slice(at, at + 4)).join('-')}`;
};

const casework = (seed: number) => {
  const cases: InferInsertModel<typeof thuiszitterCase>[] = [];
  const events: InferInsertModel<typeof caseEvent>[] = [];
  const entered: InferInsertModel<typeof caseParty>[] = [];
  const grounds: InferInsertModel<typeof ground>[] = [];
  const identities: InferInsertModel<typeof sharedIdentity>[] = [];
  const absences: InferInsertModel<typeof sharedAbsence>[] = [];
  const supports: InferInsertModel<typeof sharedSupport>[] = [];
  const waitings: InferInsertModel<typeof sharedWaiting>[] = [];
  const drawn = fc.sample(anyCase, { seed, numRuns: 60 });
  const moreEvents = fc.sample(anyCase, { seed: seed + 1, numRuns: 200 });

  for (const [n, made] of drawn.entries()) {
    const municipalityCode = n === eventful ? leiden : made.municipalityCode;
    const youthRegion = regionOf[municipalityCode] ?? '';
    const caseId = uuid('case', n);
    const keys = parties.map(([role, organisation]) => partyKey(role, organisation));
    const access = Object.fromEntries(
      keys.flatMap((key, at) => {
        const until = n === eventful ? '2027-07-31' : made.access[at];
        return until ? [[key, until]] : [];
      }),
    );
    const of = { youthRegion, caseId, municipalityCode, access };
    const isClosed = made.closed !== null && n !== eventful;
    cases.push({
      youthRegion,
      id: caseId,
      municipalityCode,
      caseKey: caseKey(youthRegion, n),
      youthId: uuid('youth', n),
      brin6: made.brin6,
      status: isClosed ? 'CLOSED' : made.status,
      definition: made.definition,
      firstAbsentOn: made.firstAbsentOn,
      openedOn: made.openedOn,
      returnedOn: made.returnedOn,
      ...(isClosed ? made.closed : { ...made.due, ...made.next }),
      version: n,
      access,
    });
    for (const [at, [role, organisation]] of parties.entries()) {
      const until = access[keys[at] ?? ''];
      if (until === undefined) continue;
      entered.push({
        ...of,
        id: uuid(`party ${n}`, at),
        role,
        organisation,
        since: made.since,
        until: at % 2 === 0 ? until : null,
      });
    }
    const happened =
      n === eventful
        ? moreEvents.flatMap((other) => other.events).slice(0, manyEvents)
        : made.events;
    for (const [at, { to, ...event }] of happened.entries()) {
      const recipients = to?.map((party) => keys[party] ?? '') ?? null;
      events.push({ ...of, ...event, id: uuid(`event ${n}`, at), recipients });
    }
    for (const [at, drawnGround] of made.grounds.entries()) {
      const groundId = uuid(`ground ${n}`, at);
      const { kind } = drawnGround;
      const isStatutory = at === 0 || kind === 'STATUTORY';
      const owner = partyKey('attendanceOfficer', municipalityCode);
      const shared = {
        ...drawnGround.audience,
        recipients: isStatutory
          ? [owner]
          : [
              ...(drawnGround.toOwner ? [owner] : []),
              ...new Set(drawnGround.to.map((to) => keys[to] ?? '')),
            ],
      };
      const kinds = at === 0 ? ['IDENTITY', 'ABSENCE'] : drawnGround.kinds;
      grounds.push({
        ...of,
        ...shared,
        id: groundId,
        kind: isStatutory ? 'STATUTORY' : kind,
        legalBasis: drawnGround.legalBasis,
        purpose: 'return-to-school',
        covenantId: !isStatutory && kind === 'COVENANT' ? drawnGround.covenantId : null,
        consentId: !isStatutory && kind === 'CONSENT' ? uuid('consent', `${n} ${at}`) : null,
        dataKinds: [...kinds],
        registeredByRole: 'swvCoordinator',
        registeredByOrganisation: 'PO2801',
        givenBy: !isStatutory && kind === 'CONSENT' ? 'GUARDIANS' : null,
        evidenceRef: !isStatutory && kind === 'CONSENT' ? 'D/1' : null,
        withdrawnOn: !isStatutory && kind === 'CONSENT' ? drawnGround.withdrawnOn : null,
      });
      const projection = { ...of, ...shared, groundId };
      if (kinds.includes('IDENTITY')) {
        identities.push({
          ...projection,
          name: drawnGround.name,
          nameProtected: drawnGround.name === null,
          birthDate: drawnGround.birthDate,
        });
      }
      if (kinds.some((known) => known.startsWith('ABSENCE'))) {
        for (const [report, row] of drawnGround.reports.entries()) {
          absences.push({ ...projection, ...row, reportId: uuid(`shared ${n} ${at}`, report) });
        }
      }
      if (kinds.some((known) => known.startsWith('SUPPORT')) && drawnGround.support) {
        supports.push({ ...projection, ...drawnGround.support, pupilId: uuid('pupil', n) });
      }
      if (kinds.includes('WAITING_STATUS') && drawnGround.waiting) {
        waitings.push({ ...projection, ...drawnGround.waiting, entryId: uuid('entry', n) });
      }
    }
  }
  return { cases, events, entered, grounds, identities, absences, supports, waitings };
};

const attendance = (seed: number) => {
  const drawn = fc.sample(
    fc.record({
      municipalityCode: municipality,
      person,
      provenance,
      reports: fc.array(
        fc.record({
          brin6: orNull(fc.constantFrom(...Object.values(sites), unknownSite)),
          kind: code(absenceKinds),
          status: code(absenceStatuses),
          fromOn: day,
          untilOn: orNull(day),
          hours: orNull(hours),
          reportedOn: day,
          // A child that moved since.
          isElsewhere: fc.constantFrom(false, false, false, true),
        }),
        { maxLength: 4 },
      ),
    }),
    { seed: seed + 2, numRuns: 70 },
  );
  const youths: InferInsertModel<typeof youth>[] = [];
  const identities: InferInsertModel<typeof youthIdentity>[] = [];
  const reports: InferInsertModel<typeof absenceReport>[] = [];
  for (const [n, made] of drawn.entries()) {
    const { municipalityCode } = made;
    const youthRegion = regionOf[municipalityCode] ?? '';
    const id = uuid('youth', n);
    youths.push({
      youthRegion,
      id,
      municipalityCode,
      bsnToken: `child ${n}`,
      tokenKey: '1',
      ...made.provenance,
    });
    identities.push({ youthRegion, youthId: id, municipalityCode, ...made.person });
    for (const [at, { isElsewhere, ...report }] of made.reports.entries()) {
      reports.push({
        ...report,
        youthRegion,
        id: uuid(`report ${n}`, at),
        youthId: id,
        municipalityCode:
          isElsewhere && youthRegion === 'JZ18'
            ? municipalityCode === leiden
              ? leiderdorp
              : leiden
            : municipalityCode,
        reportNumber: `${n}-${at}`,
        ...made.provenance,
      });
    }
  }
  return { youths, identities, reports };
};

/** Three SWVs; of the last one, whose reach is four youth regions, a TLV names a site that is in no register. */
export const spoilt = 'PO2816';
const firstSpoilt = 85;

const education = (seed: number) => {
  const decision = { validFrom: orNull(day), validUntil: orNull(ahead) };
  const drawn = fc.sample(
    fc.record({
      site: fc.constantFrom(sites.lucas, sites.lucas, sites.elckerlyc, sites.bron, sites.gymnasium),
      number: text,
      swvTaskUntil: orNull(fc.constantFrom('2026-11-22', today, '2027-07-31', '2027-07-31')),
      person,
      provenance,
      tlvs: fc.array(
        fc.record({
          number: orNull(text),
          kind: code(tlvKinds),
          fundingCategory: orNull(code(fundingCategories)),
          cluster: orNull(fc.constantFrom(3, 4)),
          status: code(tlvStatuses),
          requestedOn: day,
          decideBy: fc.oneof(day, ahead),
          decidedOn: orNull(day),
          ...decision,
          adviceCount: small,
        }),
        { maxLength: 3 },
      ),
      opps: fc.array(
        fc.record({
          status: code(oppStatuses),
          establishedOn: orNull(day),
          guardiansConsultedOn: orNull(day),
          pupilHeardOn: orNull(day),
          evaluatedOn: orNull(day),
        }),
        { maxLength: 3 },
      ),
      arrangements: fc.array(
        fc.record({
          kind: code(arrangementKinds),
          status: code(arrangementStatuses),
          requestedOn: day,
          decidedOn: orNull(day),
          ...decision,
        }),
        { maxLength: 3 },
      ),
    }),
    { seed: seed + 3, numRuns: 90 },
  );
  const pupils: InferInsertModel<typeof pupil>[] = [];
  const identities: InferInsertModel<typeof pupilIdentity>[] = [];
  const tlvs: InferInsertModel<typeof tlv>[] = [];
  const opps: InferInsertModel<typeof opp>[] = [];
  const arrangements: InferInsertModel<typeof arrangement>[] = [];
  for (const [n, made] of drawn.entries()) {
    const brin6 = made.site;
    const swvCode = n >= firstSpoilt ? spoilt : brin6 === sites.gymnasium ? 'VO2801' : 'PO2801';
    const id = uuid('pupil', n);
    const { swvTaskUntil } = made;
    pupils.push({
      swvCode,
      id,
      brin6,
      // Unique within a site; the same at several.
      schoolPupilNumber: n % 3 === 0 ? `${made.number.slice(0, 40)}${n}` : String(1000 + n),
      swvTaskUntil,
      ...made.provenance,
    });
    identities.push({ swvCode, pupilId: id, brin6, swvTaskUntil, ...made.person });
    const of = { swvCode, pupilId: id, brin6, ...made.provenance };
    const decisions =
      n === firstSpoilt ? drawn.flatMap((other) => other.tlvs).slice(0, 2) : made.tlvs;
    for (const [at, row] of decisions.entries()) {
      const site = n === firstSpoilt && at === 1 ? unknownSite : brin6;
      tlvs.push({
        ...of,
        ...row,
        brin6: site,
        id: uuid(`tlv ${n}`, at),
        sourceKey: `nr:${n}-${at}`,
      });
    }
    for (const [at, row] of made.opps.entries()) {
      opps.push({ ...of, ...row, id: uuid(`opp ${n}`, at), version: at + 1, swvTaskUntil });
    }
    for (const [at, row] of made.arrangements.entries()) {
      arrangements.push({
        ...of,
        ...row,
        id: uuid(`arrangement ${n}`, at),
        sourceKey: `nr:${n}-${at}`,
      });
    }
  }
  return { pupils, identities, tlvs, opps, arrangements };
};

const care = (seed: number) => {
  const drawn = fc.sample(
    fc.record({
      municipalityCode: municipality,
      providerAgb: fc.constantFrom(first, first, '42420002', unknownProvider),
      reference: text,
      careKind: code(careKinds),
      referredOn: fc.oneof(day, fc.constant('2026-12-01')),
      registeredOn: orNull(day),
      intakeOn: orNull(fc.oneof(day, ahead)),
      allocatedOn: orNull(day),
      intendedStart: orNull(ahead),
      startedOn: orNull(day),
      endedOn: orNull(day),
      status: code(waitingListStatuses),
      bridging: fc.boolean(),
      hindersEducation: code(yesNoUnknown),
      birthDate: birth,
      provenance,
    }),
    { seed: seed + 4, numRuns: 110 },
  );
  const clients: InferInsertModel<typeof client>[] = [];
  const entries: InferInsertModel<typeof waitingListEntry>[] = [];
  for (const [n, made] of drawn.entries()) {
    const { birthDate, provenance: from, ...row } = made;
    const { municipalityCode, providerAgb } = row;
    const youthRegion = regionOf[municipalityCode] ?? '';
    const of = { youthRegion, providerAgb, municipalityCode };
    // Two entries of one child now and then.
    const clientId = uuid('client', n);
    clients.push({
      ...of,
      id: clientId,
      bsnToken: `child ${n}`,
      tokenKey: '1',
      birthDate,
      ...from,
    });
    entries.push({
      ...row,
      ...from,
      youthRegion,
      id: uuid('entry', n),
      clientId,
      reference: n % 3 === 0 ? `${made.reference.slice(0, 60)}${n}` : `W-${n}`,
    });
  }
  return { clients, entries };
};

const source = 'test-leerplicht';

const delivered = (seed: number) => {
  const count = fc.constantFrom(0, 1, 250, 2_147_483_647);
  const drawn = fc.sample(
    fc.record({
      source: fc.constantFrom(source, source, source, 'other-leerplicht'),
      format: code(deliveryFormats),
      sha256: orNull(fc.constant('0'.repeat(64))),
      bytes: orNull(fc.nat()),
      receivedAt: instant,
      finishedAt: orNull(instant),
      status: code(deliveryStatuses),
      problemCode: orNull(fc.constant('MISSING_COLUMN')),
      problem: orNull(text),
      receivedCount: count,
      acceptedCount: count,
      unchangedCount: count,
      rejectedCount: count,
      linkedCount: count,
      rejects: fc.array(
        fc.record({
          line: fc.constantFrom(1, 2, 2, 100_000),
          field: orNull(fc.constantFrom('bsn', '')),
          code: fc.constantFrom('BSN_FORMAT', 'UNKNOWN'),
          message: text,
        }),
        { maxLength: 5 },
      ),
    }),
    { seed: seed + 5, numRuns: 45 },
  );
  const deliveries: InferInsertModel<typeof delivery>[] = [];
  const rejects: InferInsertModel<typeof reject>[] = [];
  for (const [n, { rejects: refused, ...made }] of drawn.entries()) {
    const id = uuid('delivery', n);
    deliveries.push({ ...made, id, ...(n === 0 && { source }) });
    const all = n === 0 ? drawn.flatMap((other) => other.rejects) : refused;
    for (const [seq, row] of all.entries()) {
      rejects.push({ ...row, deliveryId: id, seq, source: n === 0 ? source : made.source });
    }
  }
  return { deliveries, rejects };
};

const malformed = ['', 'x', 'JZ18.', '.', 'JZ18', "JZ18.' or true --", `JZ18.${'0'.repeat(36)}`];

/** Everything that is drawn from this seed. */
export const anyWorld = (seed: number): AnyWorld => {
  const cases = casework(seed);
  const reports = attendance(seed);
  const school = education(seed);
  const lists = care(seed);
  const sources = delivered(seed);
  const covenants: InferInsertModel<typeof covenant>[] = [1, 2].map((n) => ({
    id: uuid('covenant', n),
    name: n === 1 ? 'Convenant "de regio" \u{1F91D}' : 'Oud',
    purposes: ['return-to-school'],
    dataKinds: [...dataKinds],
    validFrom: '2026-01-01',
    validUntil: '2027-12-31',
  }));
  const careProviders: InferInsertModel<typeof careProvider>[] = providers.map((agb, n) => ({
    agb,
    name: ['Jeugdhulp "Eerst"', 'Hulp & Zo \u{1F468}\u200D\u2695\uFE0F\\', ''][n] ?? '',
    youthRegions: [['JZ18', 'JZ24'], ['JZ18'], []][n] ?? [],
  }));
  return {
    tables: [
      { table: careProvider, rows: careProviders },
      { table: covenant, rows: covenants },
      { table: youth, rows: reports.youths },
      { table: youthIdentity, rows: reports.identities },
      { table: absenceReport, rows: reports.reports },
      { table: pupil, rows: school.pupils },
      { table: pupilIdentity, rows: school.identities },
      { table: tlv, rows: school.tlvs },
      { table: opp, rows: school.opps },
      { table: arrangement, rows: school.arrangements },
      { table: client, rows: lists.clients },
      { table: waitingListEntry, rows: lists.entries },
      { table: delivery, rows: sources.deliveries },
      { table: reject, rows: sources.rejects },
      { table: thuiszitterCase, rows: cases.cases },
      { table: caseEvent, rows: cases.events },
      { table: caseParty, rows: cases.entered },
      { table: ground, rows: cases.grounds },
      { table: sharedIdentity, rows: cases.identities },
      { table: sharedAbsence, rows: cases.absences },
      { table: sharedSupport, rows: cases.supports },
      { table: sharedWaiting, rows: cases.waitings },
    ] as Rows<PgTable>[],
    viewers,
    known: knownFrom(cases.cases, school.pupils, lists.entries),
  };
};

const as = (role: Role, main: string, ...others: string[]): [Viewer, ...Viewer[]] => [
  viewer(role, main),
  ...others.map((organisation) => viewer(role, organisation)),
];

const viewers: AnyWorld['viewers'] = {
  attendanceOfficer: as('attendanceOfficer', leiden, leiderdorp, wassenaar, '9999'),
  swvCoordinator: as('swvCoordinator', 'PO2801', 'VO2801', spoilt, 'PO9999'),
  schoolCareCoordinator: as('schoolCareCoordinator', sites.lucas, sites.gymnasium, unknownSite),
  youthCoordinator: as('youthCoordinator', leiden, leiderdorp, '9999'),
  careProvider: as('careProvider', first, '42420002', '42420003', unknownProvider),
  analyst: as('analyst', 'JZ18'),
  source: as('source', source, 'other-leerplicht', 'silent'),
  privacyOfficer: as('privacyOfficer', leiden),
  operator: as('operator', 'schakel'),
};

const knownFrom = (
  cases: readonly InferInsertModel<typeof thuiszitterCase>[],
  pupils: readonly InferInsertModel<typeof pupil>[],
  entries: readonly InferInsertModel<typeof waitingListEntry>[],
): AnyWorld['known'] => {
  const brin6s = {
    hits: [...Object.values(sites), farSite, '15nj00', '03tn00', '06Nz00'],
    misses: [unknownSite, '', '15NJ 00', '15\u0130J00', '\uFB010000', "15NJ00'"],
  };
  const days = {
    hits: [today, '2026-12-01', '2027-07-31', '9999-12-31'],
    misses: ['2020-02-29', '0001-01-01'],
  };
  const general: Known = {
    'Query.municipality(code:)': {
      hits: [leiden, leiderdorp, wassenaar, '0014'],
      misses: ['9999', '546', ' 0546', '', '٠٥٤٦'],
    },
    'Query.swv(code:)': {
      hits: ['PO2801', 'po2801', 'PO-28-01', 'po-28-01', 'VO2801', spoilt],
      misses: ['PO9999', '--', '', '\u00df', "PO2801'"],
    },
    'Query.school(brin6:)': brin6s,
    'Query.careProvider(agb:)': { hits: providers, misses: [unknownProvider, '', '4242'] },
    'ThuiszitterCaseFilter.school': brin6s,
    'ThuiszitterCaseFilter.dueBefore': days,
    'TlvFilter.decideBefore': days,
    'PupilFilter.school': brin6s,
    'AbsenceReportFilter.school': brin6s,
    'PupilFilter.schoolPupilNumber': {
      hits: pupils
        .filter(({ brin6 }) => brin6 === sites.lucas)
        .map(({ schoolPupilNumber }) => schoolPupilNumber),
      misses: ['', "1000'", 'x'],
    },
    'WaitingListEntryFilter.reference': {
      hits: entries
        .filter(({ providerAgb }) => providerAgb === first)
        .map(({ reference }) => reference),
      misses: ['', 'W-', "W-1'"],
    },
  };
  const forParty = (
    role: Role,
    isInReach: (row: InferInsertModel<typeof thuiszitterCase>) => boolean,
  ): [Role, Known] => {
    const reached = cases.filter(isInReach);
    const others = cases.filter((row) => !isInReach(row));
    const id = (row: { youthRegion: string; id?: string | undefined }) =>
      `${row.youthRegion}.${row.id}`;
    return [
      role,
      {
        ...general,
        'Query.thuiszitterCase(id:)': {
          hits: [
            ...reached.map(id),
            ...Array.from({ length: 10 }, () => eventfulCase),
            eventfulCase.replace(/\..*/, (part) => part.toUpperCase()),
          ],
          misses: [
            ...others.slice(0, 4).map(id),
            `JZ18.${uuid('case', 'none')}`,
            eventfulCase.toLowerCase(),
            eventfulCase.replace('JZ18', 'JZ24'),
            eventfulCase.replace('JZ18', 'PO2801'),
            ` ${eventfulCase}`,
            ...malformed,
          ],
        },
        'ThuiszitterCaseFilter.caseKey': {
          hits: reached.flatMap(({ caseKey: key }) => [
            key,
            key.toLowerCase(),
            key.replaceAll('-', ' - '),
          ]),
          misses: [...others.slice(0, 4).map(({ caseKey: key }) => key), '', 'JZ18', 'x\u2028'],
        },
      },
    ];
  };
  const party = (role: Role, organisation: string) =>
    forParty(
      role,
      ({ access }) => (access?.[partyKey(role, organisation)] ?? '0000-00-00') >= today,
    );
  return {
    careProvider: general,
    analyst: general,
    source: general,
    privacyOfficer: general,
    operator: general,
    ...(Object.fromEntries([
      forParty('attendanceOfficer', ({ municipalityCode }) => municipalityCode === leiden),
      party('swvCoordinator', 'PO2801'),
      party('schoolCareCoordinator', sites.lucas),
      party('youthCoordinator', leiden),
    ]) as Record<
      'attendanceOfficer' | 'swvCoordinator' | 'schoolCareCoordinator' | 'youthCoordinator',
      Known
    >),
  };
};

/** Writes it into an empty database, as the superuser, and gives some reference data values they seldom have. */
export const insertWorld = async (database: TestDatabase, world: AnyWorld): Promise<void> => {
  await database.owner.begin(async (tx) => {
    for (const { table, rows } of world.tables) await insertRows(tx, table, rows);
    // The same numbers as a source may have written them: 4.00, 12.250.
    await tx`update attendance.absence_report set hours = round(hours, 2) where from_on = '2026-09-01'`;
    await tx`update casework.shared_absence set hours = round(hours, 3) where from_on = '2026-09-01'`;
    await tx`update reference.school set name = ${texts[2] ?? ''}, denomination = null, latitude = null, longitude = 4 where brin6 = ${sites.lucas}`;
    await tx`update reference.school set name = ${texts[6] ?? ''}, denomination = ${texts[4] ?? ''}, latitude = -0.5, longitude = null where brin6 = ${sites.elckerlyc}`;
    await tx`update reference.school set latitude = 0.0000001, longitude = 179.99999999999997 where brin6 = ${farSite}`;
  });
};
