/** Starts the hub from the environment, prints where to go, and ends it on a signal. The only reader of the environment, and of the seeds. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import type { DemoWorld } from '../seeds/demo/world.ts';
import { ConfigProblems, readConfig } from './config.ts';
import { demoIdentities, issueDemoToken } from './demo/identities.ts';
import { openDemoIdentityProvider } from './demo/identity-provider.ts';
import { type Demonstration, startHub } from './hub.ts';
import { createLog } from './log.ts';
import { dayInAmsterdam } from './today.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

const seeds = () => import('../seeds/demo/load.ts');

/** Inventing the people takes as long as making the database, so on a first start the two go side by side. */
const inventEarly = async (dataDir: string): Promise<DemoWorld | null> =>
  existsSync(join(dataDir, 'postgres'))
    ? null
    : (await seeds()).prepareDemo(dayInAmsterdam(new Date()));

const demonstration =
  (invented: Promise<DemoWorld | null>): Demonstration =>
  async ({ superuser, pools, delivery, settings, now }) => {
    const {
      concludeCovenant,
      finishLoading,
      isLoaded,
      loadDemo,
      prepareDemo,
      registerDemoSources,
      startLoading,
    } = await seeds();
    if (await isLoaded(superuser)) return;
    const { loadReferenceFacts } = await import('./reference/facts.ts');
    const today = dayInAmsterdam(now);
    say('De demonstratieregio wordt één keer gevuld met verzonnen personen:');
    await startLoading(superuser);
    const world = (await invented) ?? (await prepareDemo(today));
    await registerDemoSources(superuser, world);
    await concludeCovenant(superuser, world);
    const reference = await loadReferenceFacts(pools.ingest);
    await loadDemo(
      {
        pools,
        superuser,
        settings,
        today,
        delivery: delivery(reference),
        onProgress: (what) => say(`  ${what}`),
      },
      world,
    );
    await finishLoading(superuser);
  };

const example: Record<string, string> = {
  attendanceOfficer:
    '{ thuiszitterCases(first: 3) { totalCount edges { node { id status weeksAtHome pupil { name age } } } } }',
  swvCoordinator:
    '{ tlvs(first: 3) { totalCount edges { node { number kind status decideBy } } } }',
  schoolCareCoordinator:
    '{ pupils(first: 3) { totalCount edges { node { id name schoolPupilNumber } } } }',
  youthCoordinator:
    '{ waitingListEntries(first: 3) { totalCount edges { node { careKind status weeksWaiting { total } } } } }',
  careProvider:
    '{ waitingListEntries(first: 3) { totalCount edges { node { reference status asOf stale } } } }',
  source:
    '{ deliveries(first: 3) { edges { node { format status counts { received accepted rejected linked } } } } }',
};

const otherwise = '{ viewer { role organisation purpose legalBasis } }';

/** One command per role to paste: the identity, and a question it is for. */
const printIdentities = async (origin: string, dataDir: string): Promise<void> => {
  const provider = await openDemoIdentityProvider(dataDir);
  const shown = new Set<string>();
  for (const identity of demoIdentities) {
    if (shown.has(identity.role)) continue;
    shown.add(identity.role);
    const token = await issueDemoToken(provider, identity);
    const body = JSON.stringify({ query: example[identity.role] ?? otherwise });
    say(`\n# ${identity.role} ${identity.organisation}: ${identity.description}`);
    say(
      `curl -s ${origin}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${token}' -d '${body}'`,
    );
  }
};

const main = async (): Promise<void> => {
  const config = readConfig(process.env);
  // A demonstration talks to a person: its log keeps to warnings unless asked for more.
  const log = createLog(config.demonstration && !process.env.LOG_LEVEL ? 'warn' : config.logLevel);
  const hub = await startHub(config, {
    log,
    ...(config.demonstration && { demonstration: demonstration(inventEarly(config.dataDir)) }),
  });
  closeWithGrace({ delay: 12_000, logger: false }, async ({ err }) => {
    if (err) log.error({ err }, 'stopped by an error');
    const clean = await hub.close();
    if (!clean) process.exitCode = 1;
  });
  const origin = `http://${config.demonstration ? '127.0.0.1' : hub.host}:${hub.port}`;
  if (config.demonstration) await printIdentities(origin, config.dataDir);
  say(
    config.demonstration
      ? `\nSchakel draait (demonstratie, alleen op deze machine). Kies wie u bent: ${origin}/\nGraphQL: ${origin}/graphql   Stoppen: Ctrl-C`
      : `Schakel listens on ${origin}/graphql`,
  );
};

main().catch((error: unknown) => {
  if (error instanceof ConfigProblems) process.stderr.write(`${error.message}\n`);
  else createLog('error').fatal({ err: error }, 'the hub could not start');
  process.exitCode = 1;
});
