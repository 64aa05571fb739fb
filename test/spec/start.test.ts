/** What a newcomer does: start, ask, stop, start again; and what a crash leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { stopAbandoned } from '../../src/db/embedded.ts';

let dataDir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'schakel-start-'));
  await chmod(dataDir, 0o711);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stopAbandoned(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

type Started = { child: ChildProcess; origin: string; output: () => string };

const start = async (env: Record<string, string> = {}): Promise<Started> => {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', 'reflect-metadata', 'src/main.ts'],
    {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        SCHAKEL_DATA: dataDir,
        PORT: String(port),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  children.push(child);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return { child, origin: `http://127.0.0.1:${port}`, output: () => text };
};

/** Resolves when the hub answers that it is ready; fails when it has ended instead. */
const ready = async ({ child, origin, output }: Started): Promise<void> => {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the hub ended: ${output()}`);
    const answer = await fetch(`${origin}/health/ready`).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((again) => setTimeout(again, 50));
  }
};

/** The `curl` lines that the start prints: for each role its token and its question. */
const printed = async ({ output, child }: Started) => {
  while (!output().includes('Stoppen: Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`the hub ended: ${output()}`);
    await new Promise((again) => setTimeout(again, 20));
  }
  return [...output().matchAll(/^# (\w+) [^\n]*\ncurl -s \S+ .*?Bearer (\S+?)' -d '(.*)'$/gm)].map(
    ([, role, token, body]) => ({ role: role ?? '', token: token ?? '', body: body ?? '' }),
  );
};

test('starts from nothing, answers every role, survives kill -9, and stops cleanly', async () => {
  const first = await start();
  await ready(first);
  const lines = await printed(first);
  expect(new Set(lines.map(({ role }) => role))).toEqual(new Set(roles));
  const ask = async (origin: string, token: string, body: string) => {
    const answer = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    });
    return { status: answer.status, body: await answer.text() };
  };
  const answers = new Map<string, string>();
  for (const { role, token, body } of lines) {
    const { status, body: text } = await ask(first.origin, token, body);
    expect({ role, status, errors: JSON.parse(text).errors }).toEqual({
      role,
      status: 200,
      errors: undefined,
    });
    answers.set(role, text);
  }
  const officer = lines.find(({ role }) => role === 'attendanceOfficer');
  expect(
    JSON.parse(answers.get('attendanceOfficer') ?? '').data.thuiszitterCases.totalCount,
  ).toBeGreaterThan(20);

  // The database is still there when the hub is killed outright; the next start takes it over, with its data.
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const second = await start();
  await ready(second);
  expect(await ask(second.origin, officer?.token ?? '', officer?.body ?? '')).toMatchObject({
    status: 200,
    body: answers.get('attendanceOfficer'),
  });
  expect(second.output()).not.toContain('wordt één keer gevuld');

  // One hub a data directory: a second one says what to do.
  const rival = await start();
  const [code] = await once(rival.child, 'exit');
  expect(code).toBe(1);

  second.child.kill('SIGTERM');
  expect(await once(second.child, 'exit')).toEqual([0, null]);
}, 180_000);

test.each([
  ['as production', { NODE_ENV: 'production' }, 'NODE_ENV is production'],
  [
    'half configured',
    { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x', PORT: 'many' },
    'PORT must be',
  ],
])('refuses to start %s', async (_how, env, why) => {
  const refused = await start(env);
  const [code] = await once(refused.child, 'exit');
  expect(code).toBe(1);
  expect(refused.output()).toContain(why);
});
