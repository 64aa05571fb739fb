/** The demonstration region in a test database: real reference data, invented people, all through adapters and commands. */

import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import {
  concludeCovenant,
  loadDemo,
  prepareDemo,
  registerDemoSources,
} from '../../seeds/demo/load.ts';
import type { DemoWorld } from '../../seeds/demo/world.ts';
import { adapters } from '../../src/ingest/sources/registry.ts';
import { createKeyring } from '../../src/link/pseudonym.ts';
import { loadReferenceFacts } from '../../src/reference/facts.ts';
import { defaultTerms } from '../../src/rules/terms.ts';
import { dayInAmsterdam } from '../../src/today.ts';
import type { TestDatabase } from './database.ts';

export const demoDatabase = async (
  database: TestDatabase,
  now = new Date(),
): Promise<DemoWorld> => {
  const today = dayInAmsterdam(now);
  const world = await prepareDemo(today);
  const superuser = database.owner;
  await registerDemoSources(superuser, world);
  await concludeCovenant(superuser, world);
  const settings = { terms: defaultTerms, definition: 'OCW_2016' as const };
  await loadDemo(
    {
      pools: database.pools,
      superuser,
      settings,
      today,
      onProgress: () => undefined,
      delivery: {
        sql: database.pools.ingest,
        adapters,
        reference: await loadReferenceFacts(superuser),
        keyring: await createKeyring(resolve(tmpdir(), `schakel-keyring-${database.name}.json`)),
        settings,
        allowTestBsn: true,
        now: () => now,
      },
    },
    world,
  );
  return world;
};
