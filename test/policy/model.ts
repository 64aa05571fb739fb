/**
 * What is true in the small region, as a graph of the API's types: read as the superuser from the registers themselves
 * (not from what was projected into a case), and how each row stands to a viewer. Nothing of the hub's code is used.
 */
import type { TestDatabase } from '../support/database.ts';

export type Who = { role: string; organisation: string; purpose: string };

type Row = Record<string, unknown>;
type Follow = (who: Who) => Node | null | readonly Node[];

export type Node = {
  type: string;
  values: Row;
  edges: Record<string, Follow>;
  relation: (who: Who) => string;
};

/** A row of a table, the type of the API it belongs to, and how it stands to a viewer. */
export type StoredRow = {
  table: string;
  key: string;
  type: string;
  relation: (who: Who) => string;
};

export type Model = {
  nodes: Node[];
  rows: StoredRow[];
  /** The rows of a list at the root, before anybody's scope. */
  lists: Record<string, readonly Node[]>;
  cases: ReadonlyMap<string, Node>;
  byCode: (field: string, code: string) => Node | null;
  viewer: (who: Who) => Node;
};

const partyOf = ({ role, organisation }: Who) => `${role}:${organisation}`;
const any = () => 'any';

/** Grounds of roles in law or covenant, as they print. */
const legalBases: Record<string, string> = {
  attendanceOfficer: 'Leerplichtwet 1969, art. 16, 18 en 22',
  swvCoordinator: 'WPO art. 18a lid 6 b–d en lid 13; WVO 2020 art. 2.47',
  schoolCareCoordinator: 'WPO art. 40 en 40a; Leerplichtwet 1969, art. 21',
  youthCoordinator: 'Jeugdwet art. 2.3 en 7.4.0',
  careProvider: 'Jeugdwet art. 7.4.0 en 7.3.11; Regeling Jeugdwet art. 8g',
  analyst: 'AVG art. 89; Jeugdwet art. 7.4.1',
  source: 'convenant met de verwerkingsverantwoordelijke; AVG art. 28',
  privacyOfficer: 'AVG art. 37–39',
  operator: 'AVG art. 28',
};

export const readModel = async ({ owner }: TestDatabase, today: string): Promise<Model> => {
  const nodes: Node[] = [];
  const rows: StoredRow[] = [];
  const node = (
    type: string,
    values: Row,
    relation: Node['relation'],
    edges: Node['edges'] = {},
  ): Node => {
    const made = { type, values, edges, relation };
    nodes.push(made);
    return made;
  };
  const read = (text: string) => owner.unsafe<Row[]>(text);
  const stored = (
    table: string,
    key: readonly unknown[],
    type: string,
    relation: Node['relation'],
  ) => rows.push({ table, key: key.join(' '), type, relation });
  const pick = (row: Row, ...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, row[name]]));
  const at = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

  // Reference data: rows that hold no person.
  const regions = new Map<unknown, Node>();
  for (const row of await read('select code, name from reference.youth_region')) {
    regions.set(row.code, node('YouthRegion', row, any));
  }
  const swvs = new Map<unknown, Node>();
  const municipalities = new Map<unknown, Node>();
  const schools = new Map<unknown, Node>();
  const providers = new Map<unknown, Node>();
  for (const row of await read('select agb, name from reference.care_provider')) {
    providers.set(row.agb, node('CareProvider', row, any));
  }
  for (const row of await read('select code, sector, label from reference.swv'))
    swvs.set(row.code, node('Swv', row, any));
  for (const row of await read(
    'select code, name, province, youth_region from reference.municipality',
  )) {
    municipalities.set(
      row.code,
      node('Municipality', pick(row, 'code', 'name', 'province'), any, {
        youthRegion: () => regions.get(row.youth_region) ?? null,
        swvs: () => areas.filter((area) => area.municipality === row.code).map((area) => area.node),
      }),
    );
  }
  const areas = (
    await read(
      'select swv_code as code, municipality_code, sector, share, is_main as "isMain" from reference.swv_municipality',
    )
  ).map((row) => ({
    swv: row.code,
    municipality: row.municipality_code,
    node: node('MunicipalitySwv', pick(row, 'code', 'sector', 'share', 'isMain'), any, {
      swv: () => swvs.get(row.code) ?? null,
    }),
  }));
  const schoolsOf = new Map<unknown, Node[]>();
  for (const row of await read(
    'select brin6, name, kind, denomination, latitude, longitude, municipality_code, swv_code from reference.school order by brin6',
  )) {
    const school = node(
      'School',
      pick(row, 'brin6', 'name', 'kind', 'denomination', 'latitude', 'longitude'),
      any,
      {
        municipality: () => municipalities.get(row.municipality_code) ?? null,
        swv: () => swvs.get(row.swv_code) ?? null,
      },
    );
    schools.set(row.brin6, school);
    schoolsOf.set(row.swv_code, [...(schoolsOf.get(row.swv_code) ?? []), school]);
  }
  for (const [code, swv] of swvs) {
    swv.edges.municipalities = () =>
      areas
        .filter((area) => area.swv === code)
        .flatMap((area) => municipalities.get(area.municipality) ?? []);
    swv.edges.schools = () => schoolsOf.get(code) ?? [];
  }

  // Education.
  const ofPupil =
    (row: Row, isProtected = false) =>
    (who: Who) => {
      const suffix = isProtected ? ' (name protected)' : '';
      if (who.role === 'schoolCareCoordinator')
        return (row.brin6 === who.organisation ? 'own site' : 'other site') + suffix;
      if (row.swv_code !== who.organisation) return 'other swv';
      return (String(row.task) >= today ? 'own swv with task' : 'own swv without task') + suffix;
    };
  const task = `coalesce(pupil.swv_task_until, '-infinity')::text as task`;
  const decisions = (table: string) =>
    read(
      `select own.*, ${task} from education.${table} own join education.pupil on pupil.id = own.pupil_id`,
    );
  const education = {
    tlv: await decisions('tlv'),
    opp: await decisions('opp'),
    arrangement: await decisions('arrangement'),
  };
  const pupils = new Map<unknown, Node>();
  const tlvs: Node[] = [];
  const ofOne = <Made>(list: readonly Row[], made: ReadonlyMap<Row, Made>, pupilId: unknown) =>
    list.flatMap((row) => (row.pupil_id === pupilId ? (made.get(row) ?? []) : []));
  const tlvNodes = new Map<Row, Node>();
  for (const row of education.tlv) {
    const made = node(
      'Tlv',
      {
        ...pick(row, 'number', 'kind', 'cluster', 'status'),
        id: `${row.swv_code}.${row.id}`,
        fundingCategory: row.funding_category,
        requestedOn: row.requested_on,
        decideBy: row.decide_by,
        decidedOn: row.decided_on,
        validFrom: row.valid_from,
        validUntil: row.valid_until,
        adviceCount: row.advice_count,
      },
      ofPupil(row),
      {
        swv: () => swvs.get(row.swv_code) ?? null,
        school: () => schools.get(row.brin6) ?? null,
        pupil: () => pupils.get(row.pupil_id) ?? null,
      },
    );
    tlvNodes.set(row, made);
    tlvs.push(made);
    stored('education.tlv', [row.id], 'Tlv', made.relation);
  }
  const oppNodes = new Map<Row, Node>();
  for (const row of education.opp) {
    const made = node(
      'Opp',
      {
        ...pick(row, 'version', 'status'),
        establishedOn: row.established_on,
        guardiansConsultedOn: row.guardians_consulted_on,
        pupilHeardOn: row.pupil_heard_on,
        evaluatedOn: row.evaluated_on,
      },
      ofPupil(row),
    );
    oppNodes.set(row, made);
    stored('education.opp', [row.id], 'Opp', made.relation);
  }
  const arrangementNodes = new Map<Row, Node>();
  for (const row of education.arrangement) {
    const made = node(
      'Arrangement',
      {
        ...pick(row, 'kind', 'status'),
        id: `${row.swv_code}.${row.id}`,
        requestedOn: row.requested_on,
        decidedOn: row.decided_on,
        validFrom: row.valid_from,
        validUntil: row.valid_until,
      },
      ofPupil(row),
    );
    arrangementNodes.set(row, made);
    stored('education.arrangement', [row.id], 'Arrangement', made.relation);
  }
  for (const row of await read(`
    select pupil.*, ${task}, concat_ws(' ', given_name, prefix, family_name) as name, name_protected
    from education.pupil join education.pupil_identity on pupil_id = pupil.id`)) {
    const relation = ofPupil(row, row.name_protected === true);
    pupils.set(
      row.id,
      node(
        'Pupil',
        {
          id: `${row.swv_code}.${row.id}`,
          name: row.name,
          schoolPupilNumber: row.school_pupil_number,
        },
        relation,
        {
          school: () => schools.get(row.brin6) ?? null,
          tlvs: () => ofOne(education.tlv, tlvNodes, row.id),
          arrangements: () => ofOne(education.arrangement, arrangementNodes, row.id),
          opp: () =>
            ofOne(education.opp, oppNodes, row.id).sort(
              (a, b) => Number(b.values.version) - Number(a.values.version),
            )[0] ?? null,
        },
      ),
    );
    stored('education.pupil', [row.id], 'Pupil', relation);
    stored('education.pupil_identity', [row.id], 'Pupil', relation);
  }

  // Attendance.
  const ofMunicipality = (row: Row) => (who: Who) =>
    row.municipality_code === who.organisation ? 'responsible municipality' : 'other municipality';
  const youths = new Map<unknown, Node>();
  const identities = new Map<unknown, Row>();
  for (const row of await read(`
    select youth.*, concat_ws(' ', given_name, prefix, family_name) as name, name_protected,
      extract(year from age('${today}'::date, birth_date))::int as age
    from attendance.youth join attendance.youth_identity on youth_id = youth.id`)) {
    identities.set(row.id, row);
    youths.set(
      row.id,
      node(
        'Youth',
        { id: `${row.youth_region}.${row.id}`, ...pick(row, 'name', 'age') },
        ofMunicipality(row),
        {
          municipality: () => municipalities.get(row.municipality_code) ?? null,
        },
      ),
    );
    stored('attendance.youth', [row.id], 'Youth', ofMunicipality(row));
    stored('attendance.youth_identity', [row.id], 'Youth', ofMunicipality(row));
  }
  const reports = await read('select *, hours::float8 as hours from attendance.absence_report');
  const absenceReports = reports.map((row) => {
    stored('attendance.absence_report', [row.id], 'AbsenceReport', ofMunicipality(row));
    return node(
      'AbsenceReport',
      {
        ...pick(row, 'kind', 'status', 'hours'),
        id: `${row.youth_region}.${row.id}`,
        from: row.from_on,
        until: row.until_on,
        reportedOn: row.reported_on,
      },
      ofMunicipality(row),
      {
        school: () => schools.get(row.brin6) ?? null,
        youth: () => youths.get(row.youth_id) ?? null,
      },
    );
  });

  // Care.
  const entries = new Map<unknown, Row>();
  const weeks = (from: string, until: string) => `floor((${until} - ${from}) / 7.0)::int`;
  const waitingListEntries: Node[] = [];
  for (const row of await read(`
    select *, to_char(delivered_at at time zone 'UTC', '${at}') as delivered,
      as_of < '${today}'::date - 31 as stale, to_char(intended_start, 'IYYY-"W"IW') as week,
      ${weeks('coalesce(registered_on, referred_on)', `coalesce(intake_on, '${today}'::date)`)} as registration,
      ${weeks('intake_on', `coalesce(started_on, ended_on, '${today}'::date)`)} as treatment,
      ${weeks('referred_on', `coalesce(started_on, ended_on, '${today}'::date)`)} as total
    from care.waiting_list_entry`)) {
    entries.set(row.id, row);
    const relation = (who: Who) => {
      if (who.role === 'careProvider')
        return row.provider_agb === who.organisation ? 'own client' : "other provider's client";
      if (row.municipality_code !== who.organisation) return 'other municipality';
      const ended = ['ENDED', 'CANCELLED', 'REFERRED_ON'].includes(String(row.status));
      return ended ? 'responsible municipality ended' : 'responsible municipality';
    };
    const lasted = node('WeeksWaiting', pick(row, 'registration', 'treatment', 'total'), relation);
    waitingListEntries.push(
      node(
        'WaitingListEntry',
        {
          ...pick(row, 'reference', 'status', 'bridging', 'stale'),
          id: `${row.youth_region}.${row.id}`,
          careKind: row.care_kind,
          referredOn: row.referred_on,
          registeredOn: row.registered_on,
          intakeOn: row.intake_on,
          allocatedOn: row.allocated_on,
          intendedStart: row.intended_start,
          startedOn: row.started_on,
          endedOn: row.ended_on,
          hindersEducation: row.hinders_education,
          asOf: row.as_of,
        },
        relation,
        {
          weeksWaiting: () => lasted,
          provider: () => providers.get(row.provider_agb) ?? null,
          municipality: () => municipalities.get(row.municipality_code) ?? null,
        },
      ),
    );
    stored('care.waiting_list_entry', [row.id], 'WaitingListEntry', relation);
  }

  // Deliveries.
  const rejects = await read('select * from staging.reject');
  const ofSource = (row: Row) => (who: Who) =>
    row.source === who.organisation ? 'own source' : 'other source';
  for (const row of rejects)
    stored('staging.reject', [row.delivery_id, row.seq], 'DeliveryReject', ofSource(row));
  const deliveries = (
    await read(
      `select *, to_char(received_at at time zone 'UTC', '${at}') as received, to_char(finished_at at time zone 'UTC', '${at}') as finished from staging.delivery`,
    )
  ).map((row) => {
    stored('staging.delivery', [row.id], 'Delivery', ofSource(row));
    const counts = node(
      'DeliveryCounts',
      {
        received: row.received_count,
        accepted: row.accepted_count,
        unchanged: row.unchanged_count,
        rejected: row.rejected_count,
        linked: row.linked_count,
      },
      ofSource(row),
    );
    const own = rejects
      .filter((reject) => reject.delivery_id === row.id)
      .map((reject) =>
        node('DeliveryReject', pick(reject, 'line', 'field', 'code', 'message'), ofSource(row)),
      );
    return node(
      'Delivery',
      {
        ...pick(row, 'id', 'source', 'format', 'status', 'problem'),
        receivedAt: row.received,
        finishedAt: row.finished,
      },
      ofSource(row),
      { counts: () => counts, rejects: () => own },
    );
  });

  // Cases.
  const [parties, grounds, links, events, covenants] = await Promise.all([
    read('select * from casework.case_party'),
    read('select * from casework.ground'),
    read('select * from casework.link'),
    read(`select *, to_char(at at time zone 'UTC', '${at}') as instant from casework.case_event`),
    read('select id, name from casework.covenant'),
  ]);
  const names = (ground: Row, who: Who) => (ground.recipients as string[]).includes(partyOf(who));
  const holds = (ground: Row) =>
    ground.withdrawn_on === null &&
    String(ground.valid_from) <= today &&
    String(ground.valid_until) >= today;
  const cases = new Map<string, Node>();

  for (const row of await read(`
    select *, ${weeks('first_absent_on', `coalesce(closed_on, '${today}'::date)`)} as weeks,
      greatest(0, '${today}'::date - due_on) as overdue
    from casework.thuiszitter_case`)) {
    const id = `${row.youth_region}.${row.id}`;
    const here = (list: readonly Row[]) => list.filter((one) => one.case_id === row.id);
    const own = here(grounds);
    /** `named` says whether a ground brings it to the viewer; left out, it needs none. */
    const inCase =
      (named?: (who: Who) => boolean, suffix = '') =>
      (who: Who): string => {
        const bringing = named === undefined ? '' : named(who) ? ` named${suffix}` : ' not named';
        if (who.role === 'attendanceOfficer') {
          return row.municipality_code === who.organisation ? `own case${bringing}` : 'other case';
        }
        const joined = here(parties).filter((party) => partyOf(party as Who) === partyOf(who));
        if (joined.length === 0) return 'other case';
        const until = (row.access as Record<string, string>)[partyOf(who)];
        return until !== undefined && until >= today
          ? `party case${bringing}`
          : 'former party case';
      };
    const onGround =
      (...kinds: string[]) =>
      (who: Who) =>
        own.some(
          (ground) =>
            holds(ground) &&
            names(ground, who) &&
            kinds.some((kind) => (ground.data_kinds as string[]).includes(kind)),
        );
    const bringing = (who: Who, ...kinds: string[]) =>
      own.filter(
        (ground) =>
          holds(ground) &&
          names(ground, who) &&
          kinds.some((kind) => (ground.data_kinds as string[]).includes(kind)),
      );

    const identity = identities.get(row.youth_id) ?? {};
    const pupil = node(
      'CasePupil',
      { id, ...pick(identity, 'name', 'age') },
      inCase(onGround('IDENTITY'), identity.name_protected === true ? ' (name protected)' : ''),
      { municipality: () => municipalities.get(row.municipality_code) ?? null },
    );
    const isAbsent = inCase(onGround('ABSENCE', 'ABSENCE_STATUS'));
    const shared = reports
      .filter((report) => report.youth_id === row.youth_id)
      .map((report) =>
        node(
          'CaseAbsenceReport',
          {
            ...pick(report, 'kind', 'status', 'hours'),
            from: report.from_on,
            until: report.until_on,
          },
          isAbsent,
        ),
      );
    const absence = node('CaseAbsence', { availability: 'AVAILABLE' }, isAbsent, {
      reports: () => shared,
    });

    const actor = (role: unknown, organisation: unknown, relation: Node['relation']) =>
      node('Actor', { role, organisation }, relation);
    const happened = here(events).map((event) => {
      const { recipients } = event as { recipients: string[] | null };
      const relation = inCase(
        recipients === null ? undefined : (who) => recipients.includes(partyOf(who)),
      );
      stored('casework.case_event', [event.id], 'CaseEvent', relation);
      const by = actor(event.actor_role, event.actor_organisation, inCase());
      return node(
        'CaseEvent',
        { at: event.instant, ...pick(event, 'compartment', 'kind', 'detail') },
        relation,
        { actor: () => by },
      );
    });

    /** What a viewer sees of the support: of the record that its ground is about. */
    const supportNodes = new Map<unknown, Node>();
    const isSupported = inCase(onGround('SUPPORT', 'SUPPORT_STATUS'));
    const supportOf = (pupilId: unknown): Node => {
      const known = supportNodes.get(pupilId);
      if (known) return known;
      const of = (list: readonly Row[]) => list.filter((one) => one.pupil_id === pupilId);
      const latest = (list: readonly Row[], column: string) =>
        [...list].sort((a, b) => (String(a[column]) < String(b[column]) ? 1 : -1))[0];
      const tlv = latest(of(education.tlv), 'requested_on');
      const opp = latest(of(education.opp), 'version');
      const tlvNode =
        tlv &&
        node(
          'CaseTlv',
          { ...pick(tlv, 'kind', 'status'), validUntil: tlv.valid_until },
          isSupported,
        );
      const oppNode =
        opp &&
        node(
          'CaseOpp',
          {
            status: opp.status,
            establishedOn: opp.established_on,
            pupilHeardOn: opp.pupil_heard_on,
          },
          isSupported,
        );
      const arrangements = of(education.arrangement).map((one) =>
        node(
          'CaseArrangement',
          { ...pick(one, 'kind', 'status'), from: one.valid_from, until: one.valid_until },
          isSupported,
        ),
      );
      const known2 = node(
        'CaseSupport',
        { availability: tlv || opp || arrangements.length > 0 ? 'AVAILABLE' : 'UNKNOWN' },
        isSupported,
        {
          tlv: () => tlvNode ?? null,
          opp: () => oppNode ?? null,
          arrangements: () => arrangements,
        },
      );
      supportNodes.set(pupilId, known2);
      return known2;
    };
    const recordsOn = (list: readonly Row[]) => {
      const ids = list.map((ground) => ground.id);
      return here(links)
        .filter((link) => ids.includes(link.ground_id))
        .map((link) => link.record_id);
    };
    for (const link of here(links).filter(({ compartment }) => compartment === 'EDUCATION'))
      supportOf(link.record_id);
    const support = (who: Who) => {
      const full = bringing(who, 'SUPPORT');
      const [pupilId] = recordsOn(full.length > 0 ? full : bringing(who, 'SUPPORT_STATUS'));
      return pupilId === undefined ? withheldSupport : supportOf(pupilId);
    };
    const withheldSupport = node('CaseSupport', {}, isSupported);

    const isWaiting = inCase(onGround('WAITING_STATUS'));
    const waitingOf = new Map<unknown, Node>();
    for (const link of here(links).filter(({ compartment }) => compartment === 'CARE')) {
      const entry = entries.get(link.record_id) ?? {};
      const waits = ['REGISTERED', 'WAITING_FOR_INTAKE', 'WAITING_FOR_START'].includes(
        String(entry.status),
      );
      const known = entry.stale === false;
      const provenance = node(
        'Provenance',
        // The name of the source could be that of the provider: what crosses is that it was care.
        { source: 'care', deliveredAt: entry.delivered },
        isWaiting,
      );
      waitingOf.set(
        link.record_id,
        node(
          'CaseWaitingStatus',
          known
            ? {
                availability: 'AVAILABLE',
                waitingForHelp: waits ? 'YES' : 'NO',
                expectedStartWeek: waits ? entry.week : null,
                bridging: entry.bridging,
                asOf: entry.as_of,
              }
            : {
                availability: 'UNKNOWN',
                waitingForHelp: null,
                expectedStartWeek: null,
                bridging: null,
                asOf: entry.as_of,
              },
          isWaiting,
          { provenance: () => (known ? provenance : null) },
        ),
      );
    }
    const withheldWaiting = node('CaseWaitingStatus', {}, isWaiting);
    const waitingStatus = (who: Who) => {
      const seen = recordsOn(bringing(who, 'WAITING_STATUS'));
      const latest = seen.sort((a, b) =>
        String(entries.get(a)?.as_of) < String(entries.get(b)?.as_of) ? 1 : -1,
      )[0];
      return waitingOf.get(latest) ?? withheldWaiting;
    };

    const consents = own
      .filter(({ kind }) => kind === 'CONSENT')
      .map((ground) =>
        node(
          'CaseConsent',
          {
            ...pick(ground, 'purpose', 'recipients'),
            id: `${ground.youth_region}.${ground.consent_id}`,
            dataKinds: ground.data_kinds,
            validUntil: ground.valid_until,
            withdrawnOn: ground.withdrawn_on,
          },
          inCase((who) => names(ground, who)),
        ),
      );
    const reasons = own.map((ground) =>
      node(
        'Justification',
        {
          purpose: ground.purpose,
          ground: ground.legal_basis,
          covenant: covenants.find((covenant) => covenant.id === ground.covenant_id)?.name ?? null,
          consent:
            ground.consent_id === null ? null : `${ground.youth_region}.${ground.consent_id}`,
          until: ground.kind === 'STATUTORY' ? null : ground.valid_until,
        },
        inCase((who) => holds(ground) && names(ground, who)),
      ),
    );
    const takingPart = here(parties).map((party) => {
      stored('casework.case_party', [party.id], 'CaseParty', inCase());
      return node('CaseParty', pick(party, 'role', 'organisation', 'since', 'until'), inCase());
    });
    const due =
      row.due_on === null
        ? null
        : node(
            'CaseDue',
            { on: row.due_on, reason: row.due_reason, overdueDays: row.overdue },
            inCase(),
          );
    const owner = actor(row.next_action_role, row.next_action_organisation, inCase());
    const nextAction =
      row.next_action_kind === null
        ? null
        : node(
            'CaseAction',
            { kind: row.next_action_kind, dueOn: row.next_action_due_on },
            inCase(),
            { owner: () => owner },
          );

    // A consent stays in sight of those it names after it ended; another ground is there while it holds.
    for (const ground of own) {
      const stands = (who: Who) =>
        names(ground, who) && (ground.kind === 'CONSENT' || holds(ground));
      stored('casework.ground', [ground.id], 'Justification', inCase(stands));
    }
    stored('casework.thuiszitter_case', [row.id], 'ThuiszitterCase', inCase());
    for (const [table, type] of [
      ['shared_identity', 'CasePupil'],
      ['shared_absence', 'CaseAbsenceReport'],
      ['shared_support', 'CaseTlv'],
      ['shared_waiting', 'Provenance'],
    ] as const) {
      const record = {
        shared_identity: 'null',
        shared_absence: 'report_id',
        shared_support: 'pupil_id',
        shared_waiting: 'entry_id',
      }[table];
      for (const one of await read(
        `select ground_id, ${record}::text as record from casework.${table} where case_id = '${row.id}'`,
      )) {
        const ground = own.find((candidate) => candidate.id === one.ground_id) ?? {};
        stored(
          `casework.${table}`,
          [one.ground_id, one.record ?? ''],
          type,
          inCase((who) => holds(ground) && names(ground, who)),
        );
      }
    }

    cases.set(
      id,
      node(
        'ThuiszitterCase',
        {
          id,
          caseKey: row.case_key,
          ...pick(row, 'status', 'definition'),
          openedOn: row.opened_on,
          closedOn: row.closed_on,
          closeReason: row.close_reason,
          firstAbsentOn: row.first_absent_on,
          weeksAtHome: row.weeks,
        },
        inCase(),
        {
          due: () => due,
          nextAction: () => nextAction,
          pupil: () => pupil,
          school: () => schools.get(row.brin6) ?? null,
          municipality: () => municipalities.get(row.municipality_code) ?? null,
          absence: () => absence,
          waitingStatus,
          support,
          events: () => happened,
          timeline: () => happened,
          parties: () => takingPart,
          consents: () => consents,
          whyMayISeeThis: () => reasons,
        },
      ),
    );
  }

  const codes: Record<string, ReadonlyMap<unknown, Node>> = {
    municipality: municipalities,
    swv: swvs,
    school: schools,
    careProvider: providers,
    thuiszitterCase: cases,
  };
  return {
    nodes,
    rows,
    cases,
    lists: {
      thuiszitterCases: [...cases.values()],
      pupils: [...pupils.values()],
      tlvs,
      absenceReports,
      waitingListEntries,
      deliveries,
    },
    byCode: (field, code) => codes[field]?.get(code) ?? null,
    viewer: (who) =>
      node(
        'Viewer',
        { ...pick(who, 'role', 'organisation', 'purpose'), legalBasis: legalBases[who.role] },
        any,
      ),
  };
};
