/**
 * A small region by hand, for proofs of who sees what: a dozen children of three municipalities, two SWVs, four school
 * sites and three care providers. Records come in as deliveries, everything else is done by the parties themselves,
 * through the API, on the day it happened.
 */
import type { Role } from '../../schema/codes.ts';
import type { IngestRecord } from '../../src/ingest/record.ts';
import type { TestDatabase } from './database.ts';
import {
  absence,
  arrangement,
  deliveryContext,
  enrolment,
  giver,
  type Line,
  opp,
  tlv,
  waiting,
} from './deliveries.ts';
import { testHub, viewer } from './hub.ts';

/** The day on which everything is asked. */
export const today = '2026-11-23';
const yesterday = '2026-11-22';

export const leiden = '0546';
export const leiderdorp = '0547';
/** In another youth region. */
export const wassenaar = '0629';
export const po = 'PO2801';
export const vo = 'VO2801';
/** Primary schools in Leiden and Leiderdorp, secondary schools in Leiden and Leiderdorp. */
export const sites = {
  lucas: '15NJ00',
  elckerlyc: '03TN00',
  gymnasium: '20DP00',
  lyceum: '02VD04',
};
export const providers = { first: '42420001', second: '42420002', idle: '42420003' };

const as = {
  officer: viewer('attendanceOfficer', leiden),
  neighbour: viewer('attendanceOfficer', leiderdorp),
  farOfficer: viewer('attendanceOfficer', wassenaar),
  swvPo: viewer('swvCoordinator', po),
  swvVo: viewer('swvCoordinator', vo),
  lucas: viewer('schoolCareCoordinator', sites.lucas),
  elckerlyc: viewer('schoolCareCoordinator', sites.elckerlyc),
  gymnasium: viewer('schoolCareCoordinator', sites.gymnasium),
  lyceum: viewer('schoolCareCoordinator', sites.lyceum),
  youth: viewer('youthCoordinator', leiden),
  youthNeighbour: viewer('youthCoordinator', leiderdorp),
  farYouth: viewer('youthCoordinator', wassenaar),
  provider: viewer('careProvider', providers.first),
  otherProvider: viewer('careProvider', providers.second),
  idleProvider: viewer('careProvider', providers.idle),
  source: viewer('source', 'test-leerplicht'),
  otherSource: viewer('source', 'other-leerplicht'),
  analyst: viewer('analyst', 'JZ18'),
  privacyOfficer: viewer('privacyOfficer', leiden),
  operator: viewer('operator', 'schakel'),
};

/** Everybody who asks: at least one of every role, and for every role with rows somebody who has none. */
export const viewers = as;
export type ViewerName = keyof typeof as;

type Child = {
  municipality?: string;
  site?: string;
  born?: string;
  nameProtected?: boolean;
};

/** Of the cases; others who have no case come below. */
const children = {
  // Everything attached: the SWV on the covenant, the waiting status on a consent.
  anna: {},
  // Nothing attached, though there are data that could be.
  bram: {},
  // Nothing attached, and there is nothing to attach.
  casper: {},
  // Of another municipality; its school takes part, on a consent.
  daan: { municipality: leiderdorp, site: sites.elckerlyc, nameProtected: true },
  // Closed: an SWV and a school took part.
  elin: { site: sites.gymnasium, born: '2011-05-02' },
  // The SWV takes part on a consent that ended yesterday; the waiting status goes to no other party.
  finn: {},
  // A consent that was withdrawn.
  gijs: {},
  hanna: { nameProtected: true },
  // In another youth region.
  iris: { municipality: wassenaar, site: '06OQ00' },
  // Known to two care providers, of whom one is late and has shared.
  joris: {},
  // Its SWV came in on a covenant that ended, and again on a consent.
  olaf: { site: sites.gymnasium, born: '2011-06-03' },
} satisfies Record<string, Child>;

export type ChildName = keyof typeof children;

const regionOf = (municipality: string) => (municipality === wassenaar ? 'JZ24' : 'JZ18');
const surnames = new Map<string, string>();

const person = (name: string, { born, nameProtected }: Child = {}) => {
  const familyName = surnames.get(name) ?? `Familie${surnames.size + 1}ova`;
  surnames.set(name, familyName);
  return {
    givenName: `${name[0]?.toUpperCase()}${name.slice(1)}bert`,
    familyName,
    birthDate: born ?? '2015-03-14',
    nameProtected: nameProtected ?? false,
  };
};

const report = (
  name: string,
  child: Child = {},
  change: Partial<Parameters<typeof absence>[0]> = {},
) => {
  const municipalityCode = child.municipality ?? leiden;
  return absence({
    ...person(name, child),
    bsnToken: `attendance-${name}`,
    municipalityCode,
    youthRegion: regionOf(municipalityCode),
    reportNumber: `M-${name}`,
    brin6: child.site ?? sites.lucas,
    fromOn: '2026-08-24',
    hours: 120.5,
    reportedOn: '2026-09-28',
    asOf: '2026-09-30',
    ...change,
  });
};

const place = (name: string, child: Child = {}) => ({
  swvCode: [sites.gymnasium, sites.lyceum].includes(child.site ?? '') ? vo : po,
  brin6: child.site ?? sites.lucas,
  schoolPupilNumber: `L-${name}`,
});

const enrolled = (name: string, child: Child = {}) =>
  enrolment({ ...place(name, child), ...person(name, child), asOf: '2026-09-30' });

const decided = (
  name: string,
  child: Child = {},
  change: Partial<Parameters<typeof tlv>[0]> = {},
) => {
  const at = place(name, child);
  return tlv({
    ...at,
    number: `T-${name}`,
    kind: at.swvCode === vo ? 'VSO' : 'SO',
    requestedOn: '2026-08-10',
    decideBy: '2026-10-05',
    decidedOn: '2026-09-20',
    validFrom: '2026-09-20',
    asOf: '2026-09-30',
    ...change,
  });
};

const waits = (
  name: string,
  providerAgb: string,
  { municipality = leiden, born }: Child = {},
  change: Partial<Parameters<typeof waiting>[0]> = {},
) =>
  waiting({
    ...(born && { birthDate: born }),
    bsnToken: `care-${name}`,
    reference: `W-${name}`,
    providerAgb,
    municipalityCode: municipality,
    youthRegion: regionOf(municipality),
    intakeOn: '2026-07-01',
    allocatedOn: '2026-07-10',
    asOf: '2026-09-30',
    ...change,
  });

const { daan, elin, gijs, hanna, iris, olaf } = children as Record<ChildName, Child>;

const support = (): IngestRecord[] => [
  decided('anna'),
  opp({ ...place('anna'), evaluatedOn: '2026-09-21', asOf: '2026-09-30' }),
  arrangement({ ...place('anna'), number: 'A-anna', asOf: '2026-09-30' }),
  opp({ ...place('bram'), asOf: '2026-09-30' }),
  decided('daan', daan, { kind: 'SBO', fundingCategory: null, cluster: null }),
  decided('elin', elin),
  decided('elin', {}, { number: 'T-elin-po' }),
  decided('finn'),
  arrangement({ ...place('gijs', gijs), number: 'A-gijs', asOf: '2026-09-30' }),
  decided('hanna', hanna),
  arrangement({ ...place('hanna', hanna), number: 'A-hanna', asOf: '2026-09-30' }),
  opp({ ...place('hanna', hanna), asOf: '2026-09-30' }),
  decided('olaf', olaf),
  // The SWV has no task for this pupil any more.
  decided('kim', {}, { status: 'REFUSED', validFrom: null, validUntil: null }),
  opp({ ...place('kim'), asOf: '2026-09-30' }),
  arrangement({
    ...place('kim'),
    number: 'A-kim',
    status: 'ENDED',
    validUntil: '2026-07-31',
    asOf: '2026-09-30',
  }),
  decided(
    'lars',
    { site: sites.elckerlyc },
    { status: 'REQUESTED', decidedOn: null, validFrom: null, validUntil: null },
  ),
  opp({ ...place('lars', { site: sites.elckerlyc }), asOf: '2026-09-30' }),
  arrangement({
    ...place('lars', { site: sites.elckerlyc }),
    number: 'A-lars',
    asOf: '2026-09-30',
  }),
];

const lists = (asOf: string): IngestRecord[] => [
  waits('anna', providers.first, {}, { asOf, bridging: asOf > '2026-10-31' }),
  waits('bram', providers.first, {}, { asOf }),
  waits('daan', providers.first, daan, { asOf }),
  waits('finn', providers.second, {}, { asOf }),
  waits('gijs', providers.first, {}, { asOf }),
  waits('hanna', providers.second, hanna, { asOf }),
  waits('joris', providers.second, {}, { asOf, reference: 'W-joris-2' }),
  waits('iris', providers.second, iris, { asOf }),
];

const listsOnce = (): IngestRecord[] => [
  waits('joris', providers.first, {}, { bsnToken: 'care-joris-1' }),
  waits(
    'mila',
    providers.first,
    {},
    { status: 'ENDED', startedOn: '2026-08-01', endedOn: '2026-09-01' },
  ),
  waits('nora', providers.second, {}, { status: 'REFERRED_ON', endedOn: '2026-09-10' }),
];

type Case = { id: string; key: string };

export type World = {
  hub: Awaited<ReturnType<typeof testHub>>;
  cases: Record<ChildName, Case>;
  pupil(name: string, swv?: string): Promise<string>;
  entry(reference: string): Promise<string>;
  report(reportNumber: string): Promise<string>;
  /** Consents by who holds them, in the order in which they were given. */
  consents: Partial<Record<ChildName, string>>;
  /** Does something as one of the viewers; gives the payload, refused or not. */
  act(who: ViewerName, mutation: string, input: object): Promise<Payload>;
  /** Moves the clock of the hub; it stands at noon. */
  setDay(day: string): void;
};

export type Payload = {
  userErrors: { code: string; field: string[] | null; message: string }[];
  link?: { caseId: string; consentId: string | null } | null;
  thuiszitterCase?: { id: string } | null;
};

const payloadFields: Record<string, string> = {
  thuiszitterCaseAttachPupil: 'link { caseId consentId }',
  thuiszitterCaseAttachWaitingListEntry: 'link { caseId consentId }',
  consentWithdraw: 'consent { id }',
};

let keys = 0;

/** Builds the region in an empty database and leaves the clock at `today`. */
export const buildWorld = async (database: TestDatabase): Promise<World> => {
  const { owner } = database;
  let now = today;
  await registerOrganisations(owner);
  const give = giver(await deliveryContext(database.pools.ingest));
  const take = async (source: Parameters<typeof give>[0], lines: readonly Line[], on: string) => {
    const told = await give(source, lines, on);
    const refused = lines.filter((line) => 'reject' in line).length;
    if (told.split(';').length - 1 !== refused) throw new Error(`${source} on ${on}: ${told}`);
  };
  const hub = await testHub(database, () => new Date(`${now}T11:00:00Z`));

  const own = (wanted: (municipality: string) => boolean) =>
    Object.entries<Child>(children)
      .filter(([, { municipality = leiden }]) => wanted(municipality))
      .map(([name, child]) => report(name, child));
  const hours = {
    kind: 'SIXTEEN_HOURS',
    fromOn: '2026-09-14',
    untilOn: '2026-09-25',
    hours: 17,
  } as const;
  await take(
    'test-school',
    [
      ...Object.entries<Child>(children)
        .filter(([name]) => !['casper', 'iris'].includes(name))
        .map(([name, child]) => enrolled(name, child)),
      // The same child at its primary school.
      enrolled('elin', { born: '2011-05-02' }),
      enrolled('kim'),
      enrolled('lars', { site: sites.elckerlyc }),
    ],
    '2026-10-01',
  );
  await take('test-swv', support(), '2026-10-01');
  await take('test-care', [...lists('2026-09-30'), ...listsOnce()], '2026-10-01');
  await take(
    'test-leerplicht',
    [
      ...own((municipality) => municipality !== wassenaar),
      report('anna', {}, { ...hours, reportNumber: 'M-anna-2', status: 'CLOSED' }),
      report('nora', {}, hours),
      report(
        'nora',
        {},
        { ...hours, reportNumber: 'M-nora-2', fromOn: '2026-09-02', untilOn: '2026-09-11' },
      ),
      { reject: true },
    ],
    '2026-10-01',
  );
  // A child that moved: its later report is of the neighbour, and so is the child.
  await take(
    'test-leerplicht',
    [
      report(
        'nora',
        { municipality: leiderdorp },
        {
          ...hours,
          reportNumber: 'M-nora-3',
          fromOn: '2026-10-01',
          untilOn: '2026-10-09',
          asOf: '2026-10-12',
        },
      ),
    ],
    '2026-10-12',
  );
  await take(
    'other-leerplicht',
    [...own((municipality) => municipality === wassenaar), { reject: true }, { reject: true }],
    '2026-10-01',
  );

  const cases = Object.fromEntries(
    (
      await owner<(Case & { number: string })[]>`
        select opened.youth_region || '.' || opened.id as id, case_key as key, substr(report_number, 3) as number
        from casework.thuiszitter_case opened
        join attendance.absence_report report using (youth_region, youth_id)
        where report_number !~ '-\\d'`
    ).map(({ number, id, key }) => [number, { id, key }]),
  ) as Record<ChildName, Case>;

  const one = async (query: Promise<readonly { id: string }[]>, what: string) => {
    const [row] = await query;
    if (!row) throw new Error(`there is no ${what}`);
    return row.id;
  };
  const world: World = {
    hub,
    cases,
    consents: {},
    pupil: (name, swv = po) =>
      one(
        owner`select swv_code || '.' || id as id from education.pupil where school_pupil_number = ${`L-${name}`} and swv_code = ${swv}`,
        name,
      ),
    entry: (reference) =>
      one(
        owner`select youth_region || '.' || id as id from care.waiting_list_entry where reference = ${reference}`,
        reference,
      ),
    report: (number) =>
      one(
        owner`select youth_region || '.' || id as id from attendance.absence_report where report_number = ${number}`,
        number,
      ),
    async act(who, mutation, input) {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
      const answer = await hub.ask<Record<string, Payload>>(
        as[who],
        `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { ${payloadFields[mutation] ?? 'thuiszitterCase { id }'} userErrors { code field message } } }`,
        { input: { idempotencyKey: `world-${++keys}`, ...input } },
      );
      const payload = answer.data[mutation];
      if (!payload) throw new Error(`${mutation} by ${who}: ${answer.body}`);
      return payload;
    },
    setDay: (day) => {
      now = day;
    },
  };
  await liveIt(world);
  await take('test-care', lists('2026-11-20'), '2026-11-21');
  world.setDay(today);
  return world;
};

/** What the parties did from October on. */
const liveIt = async (world: World): Promise<void> => {
  const { act, cases, setDay } = world;
  const done = async (who: ViewerName, mutation: string, input: object) => {
    const payload = await act(who, mutation, input);
    const [error] = payload.userErrors;
    if (error) throw new Error(`${mutation} by ${who} was refused: ${error.code}`);
    return payload;
  };
  type Consent = { to: ViewerName[]; until: string; givenBy?: string };
  const consentOf = ({ to, until, givenBy }: Consent) => ({
    givenBy: givenBy ?? 'GUARDIANS',
    recipients: to.map((name) => ({ role: as[name].role, organisation: as[name].organisation })),
    validUntil: until,
    evidenceRef: 'D/1',
  });
  const attachPupil = async (who: ViewerName, child: ChildName, swv?: string, consent?: Consent) =>
    done(who, 'thuiszitterCaseAttachPupil', {
      caseKey: cases[child].key,
      pupilId: await world.pupil(child, swv),
      ...(consent && { consent: consentOf(consent) }),
    });
  const attachEntry = async (
    who: ViewerName,
    child: ChildName,
    reference: string,
    consent?: Consent,
  ) => {
    const { link } = await done(who, 'thuiszitterCaseAttachWaitingListEntry', {
      caseKey: cases[child].key,
      waitingListEntryId: await world.entry(reference),
      ...(consent && { consent: consentOf(consent) }),
    });
    if (link?.consentId) world.consents[child] = link.consentId;
  };
  const note = (who: ViewerName, child: ChildName, action: string, owner: ViewerName) =>
    done(who, 'thuiszitterCaseNoteAction', {
      caseId: cases[child].id,
      done: action,
      next: {
        kind: 'REVIEW',
        dueOn: '2026-11-20',
        owner: { role: as[owner].role, organisation: as[owner].organisation },
      },
    });

  setDay('2026-10-05');
  await attachPupil('swvPo', 'anna');
  await attachEntry('youth', 'anna', 'W-anna', {
    to: ['swvPo', 'officer', 'youth'],
    until: '2027-06-01',
  });
  await note('officer', 'anna', 'INVESTIGATE', 'swvPo');
  await note('swvPo', 'anna', 'CONTACT_FAMILY', 'officer');
  await attachPupil('elckerlyc', 'daan', po, {
    to: ['elckerlyc', 'neighbour'],
    until: '2027-06-01',
  });
  await attachEntry('provider', 'daan', 'W-daan', {
    to: ['elckerlyc', 'neighbour'],
    until: '2027-06-01',
  });
  await attachPupil('swvVo', 'elin', vo);
  await attachPupil('lucas', 'elin');
  await attachPupil('swvPo', 'finn', po, { to: ['swvPo', 'officer', 'youth'], until: yesterday });
  await attachEntry('youth', 'finn', 'W-finn');
  await attachPupil('lucas', 'gijs');
  await attachEntry('youth', 'gijs', 'W-gijs', {
    to: ['lucas', 'officer', 'youth'],
    until: '2027-06-01',
  });
  await attachPupil('swvPo', 'hanna', po, {
    to: ['swvPo', 'officer', 'youth'],
    until: '2027-06-01',
  });
  await attachEntry('youth', 'hanna', 'W-hanna');
  await attachEntry('provider', 'joris', 'W-joris', { to: ['officer'], until: '2027-06-01' });
  await attachPupil('swvVo', 'olaf', vo);
  setDay('2026-11-02');
  await done('youth', 'consentWithdraw', {
    caseKey: cases.gijs.key,
    consentId: world.consents.gijs,
  });
  setDay('2026-11-10');
  // The covenant with this SWV ended on 31 October.
  await attachPupil('swvVo', 'olaf', vo, {
    to: ['swvVo', 'officer'],
    until: '2027-06-01',
    givenBy: 'GUARDIANS_AND_YOUTH',
  });
  await done('officer', 'thuiszitterCaseClose', {
    caseId: cases.elin.id,
    reason: 'ADMINISTRATIVE',
  });
};

const registerOrganisations = async (owner: TestDatabase['owner']): Promise<void> => {
  const all = {
    formats: ['ABSENCE_REPORTS'],
    municipalities: [leiden, leiderdorp, wassenaar],
    swvs: [po, vo],
    brin6s: [...Object.values(sites), '06OQ00'],
    agbs: Object.values(providers),
  };
  for (const name of [
    'test-leerplicht',
    'other-leerplicht',
    'test-school',
    'test-swv',
    'test-care',
  ]) {
    await owner`
      insert into staging.source (name, description, formats, municipality_codes, swv_codes, brin6s, provider_agbs)
      values (${name}, 'a source of the small region', ${all.formats}, ${all.municipalities}, ${all.swvs}, ${all.brin6s}, ${all.agbs})`;
  }
  for (const [name, agb] of Object.entries(providers)) {
    await owner`insert into reference.care_provider (agb, name, youth_regions) values (${agb}, ${`Jeugdhulp ${name}`}, ${['JZ18', 'JZ24']})`;
  }
  const id = '00000000-0000-4000-8000-0000000000c0';
  await owner`
    insert into casework.covenant (id, name, purposes, data_kinds, valid_from, valid_until)
    values (${id}, 'Convenant van de kleine regio', ${['return-to-school']}, ${['IDENTITY', 'ABSENCE', 'SUPPORT', 'WAITING_STATUS']}, '2026-01-01', '2027-12-31')`;
  const parties: [Role, string, string?][] = [
    ['attendanceOfficer', leiden],
    ['attendanceOfficer', leiderdorp],
    ['attendanceOfficer', wassenaar],
    ['youthCoordinator', leiden],
    ['youthCoordinator', leiderdorp],
    ['swvCoordinator', po],
    ['swvCoordinator', vo, '2026-10-31'],
    ['schoolCareCoordinator', sites.lucas],
    ['schoolCareCoordinator', sites.elckerlyc],
  ];
  for (const [role, organisation, until = '2027-12-31'] of parties) {
    await owner`
      insert into casework.covenant_party (covenant_id, role, organisation, valid_from, valid_until)
      values (${id}, ${role}, ${organisation}, '2026-01-01', ${until})`;
  }
};
