/**
 * Fills an empty hub with the demonstration region: sources and covenant, the deliveries through the real adapters, and
 * what the parties did since, through the real commands with the clock set back.
 */
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import type postgres from 'postgres';
import { careProvider } from '../../schema/db/care-provider.ts';
import { source } from '../../schema/db/delivery.ts';
import { covenant, covenantParty } from '../../schema/db/ground.ts';
import { caseEvent } from '../../schema/db/thuiszitter-case.ts';
import { type CaseRow, caseColumns, changedCase, eventRows } from '../../src/casework/case-row.ts';
import {
  type Command,
  type CommandContext,
  commandContext,
  type Outcome,
  type Tx,
  type UserError,
} from '../../src/casework/command.ts';
import { withdrawConsent } from '../../src/casework/consent.ts';
import { attachPupil } from '../../src/casework/pupil.ts';
import { closeCase, decideAction } from '../../src/casework/thuiszitter-case.ts';
import { attachWaitingListEntry } from '../../src/casework/waiting-list-entry.ts';
import { insertRows } from '../../src/db/insert.ts';
import type { Pools } from '../../src/db/pools.ts';
import { type DeliveryContext, deliver } from '../../src/ingest/run.ts';
import { toTemplate } from '../../src/plans/statement.ts';
import { type Scope, scopeOf } from '../../src/policy/grant.ts';
import { purposesOf } from '../../src/policy/policy.ts';
import { firstAction } from '../../src/rules/open-case.ts';
import { nextDue } from '../../src/rules/terms.ts';
import type { DemoDelivery } from './csv.ts';
import type { Organisation } from './parties.ts';
import { readDemoReference } from './reference.ts';
import type { Step, Story } from './stories.ts';
import { type DemoWorld, demoWorld } from './world.ts';

const seed = 'schakel';

export type DemoHub = {
  pools: Pools;
  /** A superuser: covenants, sources and the dates of the past are not for any role of the hub to write. */
  superuser: postgres.Sql;
  delivery: DeliveryContext;
  settings: CommandContext['settings'];
  today: string;
  onProgress: (what: string) => void;
};

/** True when the region is there, to the end. */
export const isLoaded = async (superuser: postgres.Sql): Promise<boolean> => {
  const [mark] = await superuser`select obj_description('casework'::regnamespace) as loaded`;
  return mark?.loaded === loadedMark;
};

/** A start that was broken off half-way begins anew: nothing of it is kept. */
export const startLoading = async (superuser: postgres.Sql): Promise<void> => {
  const tables = await superuser<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('education', 'attendance', 'care', 'casework', 'staging')`;
  await superuser.unsafe(
    `truncate ${tables.map(({ name }) => name).join(', ')}, reference.care_provider`,
  );
};

export const finishLoading = async (superuser: postgres.Sql): Promise<void> => {
  await superuser.unsafe(`comment on schema casework is '${loadedMark}'`);
};

const loadedMark = 'demonstration region loaded';

export const prepareDemo = async (today: string): Promise<DemoWorld> =>
  demoWorld({
    seed,
    today,
    reference: await readDemoReference(new URL('../reference/', import.meta.url)),
  });

/** Sources and care providers, needed before a hub can take deliveries. */
export const registerDemoSources = async (
  superuser: postgres.Sql,
  world: DemoWorld,
): Promise<void> => {
  await superuser.begin(async (tx) => {
    await insertRows(tx, careProvider, world.careProviders);
    await insertRows(tx, source, world.sources);
  });
};

const analysed: Partial<Record<DemoDelivery['format'], string>> = {
  ENROLMENTS: 'education.pupil, education.pupil_identity, education.enrolment',
  ABSENCE_REPORTS:
    'attendance.youth, attendance.youth_identity, attendance.absence_report, casework.thuiszitter_case, casework.link',
  WAITING_LIST: 'care.client, care.waiting_list_entry',
};

export const loadDemo = async (hub: DemoHub, world: DemoWorld): Promise<void> => {
  const { superuser, onProgress } = hub;
  const take = async (delivery: DemoDelivery) => {
    const { counts } = await deliver(hub.delivery, {
      source: delivery.source,
      format: delivery.format,
      body: Readable.from([delivery.content]),
    });
    onProgress(`${delivery.name}: ${counts.accepted} aangenomen, ${counts.rejected} afgewezen`);
    // A new database has no statistics yet, and the first large deliveries come within a second.
    const tables = analysed[delivery.format];
    if (tables !== undefined && delivery.content.length > 100_000)
      await superuser.unsafe(`analyze ${tables}`);
  };
  const inOrder = async (deliveries: readonly DemoDelivery[]) => {
    for (const delivery of deliveries) await take(delivery);
  };
  const [before, after] = [false, true].map((part) =>
    world.deliveries.filter(({ afterStories }) => afterStories === part),
  ) as [DemoDelivery[], DemoDelivery[]];
  const from = (...sources: string[]) => before.filter(({ source }) => sources.includes(source));
  // Sources deliver side by side; decisions are about pupils, so they wait for the schools.
  await Promise.all([
    inOrder(from('demo-school', 'demo-swv')),
    inOrder(from('demo-leerplicht')),
    inOrder(from('demo-care')),
  ]);
  await tellStories(hub, world.stories);
  onProgress(`${world.stories.length} dossiers bijgewerkt`);
  await inOrder(after);
  await superuser`analyze`;
};

/** The covenant comes before the stories that rest on it. */
export const concludeCovenant = async (
  superuser: postgres.Sql,
  world: DemoWorld,
): Promise<void> => {
  const { parties, ...terms } = world.covenant;
  await superuser.begin(async (tx) => {
    await insertRows(tx, covenant, [terms]);
    await insertRows(
      tx,
      covenantParty,
      parties.map((party) => ({
        covenantId: terms.id,
        ...party,
        validFrom: terms.validFrom,
        validUntil: terms.validUntil,
      })),
    );
  });
};

type Places = {
  caseOf: Map<string, { youthRegion: string; id: string; caseKey: string; firstAbsentOn: string }>;
  pupilOf: Map<string, string>;
  entryOf: Map<string, string>;
};

const pupilName = (pupil: { swvCode: string; brin6: string; schoolPupilNumber: string }): string =>
  `${pupil.swvCode} ${pupil.brin6} ${pupil.schoolPupilNumber}`;

const findPlaces = async (superuser: postgres.Sql): Promise<Places> => {
  const cases = await superuser<
    {
      reportNumber: string;
      youthRegion: string;
      id: string;
      caseKey: string;
      firstAbsentOn: string;
    }[]
  >`
    select report.report_number as "reportNumber", opened.youth_region as "youthRegion", opened.id,
      opened.case_key as "caseKey", opened.first_absent_on as "firstAbsentOn"
    from casework.thuiszitter_case opened
    join attendance.absence_report report
      on report.youth_region = opened.youth_region and report.youth_id = opened.youth_id`;
  const pupils = await superuser<
    { swvCode: string; brin6: string; schoolPupilNumber: string; id: string }[]
  >`
    select swv_code as "swvCode", brin6, school_pupil_number as "schoolPupilNumber", id from education.pupil`;
  const entries = await superuser<
    { agb: string; reference: string; youthRegion: string; id: string }[]
  >`
    select provider_agb as agb, reference, youth_region as "youthRegion", id from care.waiting_list_entry`;
  return {
    caseOf: new Map(cases.map(({ reportNumber, ...place }) => [reportNumber, place])),
    pupilOf: new Map(pupils.map((pupil) => [pupilName(pupil), `${pupil.swvCode}.${pupil.id}`])),
    entryOf: new Map(
      entries.map((entry) => [
        `${entry.agb} ${entry.reference}`,
        `${entry.youthRegion}.${entry.id}`,
      ]),
    ),
  };
};

/** Sets the opening of each case back to the day it would have been opened, had the reports come in day by day. */
const setBackOpenings = async (
  hub: DemoHub,
  stories: readonly Story[],
  places: Places,
): Promise<void> => {
  const rows = stories.flatMap((story) => {
    const place = places.caseOf.get(story.reportNumber);
    if (!place) return [];
    const action = firstAction(story.municipalityCode, story.opensOn, hub.settings.terms);
    const due = nextDue(
      {
        status: 'REPORTED',
        openedOn: story.opensOn,
        firstAbsentOn: place.firstAbsentOn,
        nextActionDueOn: action.nextActionDueOn,
      },
      hub.settings.terms,
    );
    return [
      {
        id: place.id,
        opened_on: story.opensOn,
        next_on: action.nextActionDueOn,
        due_on: due?.on ?? null,
        due_reason: due?.reason ?? null,
      },
    ];
  });
  await hub.superuser.begin(async (tx) => {
    await tx`create temp table opening on commit drop as
      select * from jsonb_to_recordset(${tx.json(rows)}) as o(id uuid, opened_on date, next_on date, due_on date, due_reason text)`;
    await tx`update casework.thuiszitter_case c set opened_on = o.opened_on, next_action_due_on = o.next_on,
      due_on = o.due_on, due_reason = o.due_reason from opening o where c.id = o.id`;
    await tx`update casework.case_event e set at = o.opened_on + time '09:00' from opening o where e.case_id = o.id and e.kind = 'OPENED'`;
    await tx`update casework.ground g set valid_from = o.opened_on from opening o where g.case_id = o.id`;
    await tx`update casework.link l set attached_on = o.opened_on from opening o where l.case_id = o.id`;
    await tx`update casework.shared_identity s set valid_from = o.opened_on from opening o where s.case_id = o.id`;
    await tx`update casework.shared_absence s set valid_from = o.opened_on from opening o where s.case_id = o.id`;
  });
};

const tellStories = async (hub: DemoHub, stories: readonly Story[]): Promise<void> => {
  const places = await findPlaces(hub.superuser);
  await setBackOpenings(hub, stories, places);
  await carryOut(hub, stories, places, (step) => step.kind !== 'action' && step.kind !== 'close');
  await noteActions(hub, stories, places);
  await carryOut(hub, stories, places, (step) => step.kind === 'close');
};

const placeOf = (story: Story, places: Places) => {
  const place = places.caseOf.get(story.reportNumber);
  if (!place) throw new Error(`no case was opened for demonstration report ${story.reportNumber}`);
  return place;
};

const accept = (refusal: UserError | undefined, step: Step, index: number): void => {
  if (refusal)
    throw new Error(`demonstration step ${step.kind} ${index} was refused: ${refusal.code}`);
};

const momentOf = (step: Step, index: number): Date =>
  new Date(`${step.on}T${String(9 + (index % 8)).padStart(2, '0')}:30:00Z`);

const scopeFor = (story: Story, step: Step, actor: Organisation): Scope =>
  scopeOf(
    {
      subject: 'demo',
      ...actor,
      purpose: purposesOf(actor.role)[0] ?? '',
      client: null,
      expiresAt: 0,
    },
    step.on,
    { regions: [story.youthRegion], swvs: story.pupil ? [story.pupil.swvCode] : [] },
  );

/** Carries these steps of each story out as the commands they are, several stories side by side. */
const carryOut = async (
  hub: DemoHub,
  stories: readonly Story[],
  places: Places,
  isMeant: (step: Step) => boolean,
): Promise<void> => {
  const untold = stories.filter(({ steps }) => steps.some(isMeant));
  const tellNext = async (): Promise<void> => {
    for (let story = untold.shift(); story !== undefined; story = untold.shift()) {
      const told = story;
      await hub.pools.command.begin(async (tx) => {
        // What is lost with a crash is told again: the region is only complete when it is marked so.
        await tx`set local synchronous_commit = off`;
        await tell(hub, tx, told, places, isMeant);
      });
    }
  };
  await Promise.all(Array.from({ length: hub.pools.sizes.command }, tellNext));
};

const tell = async (
  hub: DemoHub,
  tx: Tx,
  story: Story,
  places: Places,
  isMeant: (step: Step) => boolean,
): Promise<void> => {
  const place = placeOf(story, places);
  let consentId: string | null = null;
  let consentBy: Organisation | null = null;
  for (const [index, step] of story.steps.entries()) {
    if (step.kind === 'action' || !isMeant(step)) continue;
    const actor = actorOf(step, story, consentBy);
    const context = commandContext(tx, {
      scope: scopeFor(story, step, actor),
      now: momentOf(step, index),
      settings: hub.settings,
    });
    const outcome = await take(context, step, story, place, places, consentId);
    accept(outcome.userErrors[0], step, index);
    const link = outcome.payload?.link as { consentId: string | null } | undefined;
    if (link?.consentId) {
      consentId = link.consentId;
      consentBy = actor;
    }
  }
};

/** Actions are decided by the rule of their command and written together: one by one they would take most of the first start. */
const noteActions = async (
  { superuser, settings }: DemoHub,
  stories: readonly Story[],
  places: Places,
): Promise<void> => {
  const { text } = toTemplate(sql`select ${caseColumns} from casework.thuiszitter_case`);
  const rows = new Map((await superuser.unsafe<CaseRow[]>(text)).map((row) => [row.id, row]));
  const events: (typeof caseEvent.$inferInsert)[] = [];
  const changed: CaseRow[] = [];
  for (const story of stories) {
    const before = rows.get(placeOf(story, places).id);
    if (!before) throw new Error('a case of the demonstration is gone');
    let now = before;
    for (const [index, step] of story.steps.entries()) {
      if (step.kind !== 'action') continue;
      const scope = scopeFor(story, step, actorOf(step, story, null));
      const { kind, dueOn, role, organisation } = step.next;
      const next = { kind, dueOn, owner: { role, organisation } };
      const decision = decideAction(now, { done: step.done, next }, scope);
      if ('refusal' in decision) return accept(decision.refusal, step, index);
      now = changedCase(now, decision.change, settings.terms);
      const context = { scope, now: momentOf(step, index) };
      events.push(...eventRows(context, before, decision.events));
    }
    if (now !== before) changed.push(now);
  }
  await superuser.begin(async (tx) => {
    await tx`update casework.thuiszitter_case as stored set
        status = now.status, returned_on = now.returned_on, next_action_kind = now.next_action_kind, next_action_due_on = now.next_action_due_on,
        next_action_role = now.next_action_role, next_action_organisation = now.next_action_organisation,
        due_on = now.due_on, due_reason = now.due_reason, version = now.version
      from jsonb_to_recordset(${tx.json(
        changed.map((row) => ({
          id: row.id,
          status: row.status,
          returned_on: row.returnedOn,
          next_action_kind: row.nextActionKind,
          next_action_due_on: row.nextActionDueOn,
          next_action_role: row.nextActionRole,
          next_action_organisation: row.nextActionOrganisation,
          due_on: row.dueOn,
          due_reason: row.dueReason,
          version: row.version,
        })),
      )}) as now(id uuid, status text, returned_on date, next_action_kind text, next_action_due_on date, next_action_role text,
        next_action_organisation text, due_on date, due_reason text, version int)
      where stored.id = now.id`;
    await insertRows(tx, caseEvent, events);
  });
};

const actorOf = (step: Step, story: Story, consentBy: Organisation | null): Organisation => {
  const owner = { role: 'attendanceOfficer' as const, organisation: story.municipalityCode };
  if (step.kind === 'attachPupil' || step.kind === 'attachWaiting')
    return { role: step.by, organisation: step.organisation };
  return step.kind === 'withdrawConsent' ? (consentBy ?? owner) : owner;
};

const take = (
  context: CommandContext,
  step: Exclude<Step, { kind: 'action' }>,
  story: Story,
  place: { youthRegion: string; id: string; caseKey: string },
  places: Places,
  consentId: string | null,
): Promise<Outcome> => {
  const run = <Input extends { idempotencyKey: string }>(
    command: Command<Input>,
    input: Omit<Input, 'idempotencyKey'>,
  ) => command.run(context, { ...input, idempotencyKey: 'demo' } as Input);
  const caseId = `${place.youthRegion}.${place.id}`;
  const { caseKey } = place;
  switch (step.kind) {
    case 'attachPupil':
      return run(attachPupil, {
        caseKey,
        pupilId: (story.pupil && places.pupilOf.get(pupilName(story.pupil))) ?? '',
      });
    case 'attachWaiting': {
      const { waiting } = story;
      return run(attachWaitingListEntry, {
        caseKey,
        waitingListEntryId:
          (waiting && places.entryOf.get(`${waiting.providerAgb} ${waiting.reference}`)) ?? '',
        consent:
          step.ground === 'covenant'
            ? null
            : {
                givenBy: step.ground.consent.givenBy,
                recipients: step.ground.consent.recipients,
                validUntil: step.ground.consent.until,
                evidenceRef: 'DEMO/1',
              },
      });
    }
    case 'withdrawConsent':
      return run(withdrawConsent, { caseKey, consentId: consentId ?? '' });
    case 'close':
      return run(closeCase, { caseId, reason: step.reason });
  }
};
