/** How a server under test is started: in a process of its own, told over IPC what to open, answering with its port. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchUrls } from './database.ts';

export type ServeOptions = {
  urls: BenchUrls;
  /** The day it is, `2026-02-02`. */
  today: string;
  /** Connections for reading: as many for everyone. */
  connections: number;
  /** Where the key lies that signs the access tokens. */
  dataDir: string;
  /** For a server that can do it either way: whether what was read is logged before the answer leaves. */
  logsAccess: boolean;
};

/** Called by the server's own file. `start` resolves to the port it listens on. */
export const serve = (start: (options: ServeOptions) => Promise<number>): void => {
  process.once('message', (options: ServeOptions) => {
    start(options).then(
      (port) => process.send?.({ port }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  // The run is over, or was broken off.
  process.once('disconnect', () => process.exit());
};

export type Served = { pid: number; port: number; stop(): Promise<void> };

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The same flags for every server: those of `npm start`. */
const flags = ['--max-semi-space-size=32', '--import', 'tsx', '--import', 'reflect-metadata'];

export const startProcess = (file: string): ChildProcess =>
  fork(here(file), {
    execArgv: flags,
    // The compiler options of the root hold for its own folders only, and one of the peers has decorators.
    env: { NODE_ENV: 'production', TSX_TSCONFIG_PATH: here('tsconfig.json') },
    serialization: 'advanced',
  });

export const startServer = async (file: string, options: ServeOptions): Promise<Served> => {
  const child = startProcess(file);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (answer: { port?: number; error?: string }) => {
      if (answer.port === undefined) reject(new Error(`${file} did not start: ${answer.error}`));
      else resolve(answer.port);
    });
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
    child.send(options);
  });
  return {
    pid: child.pid ?? 0,
    port,
    stop: async () => {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
};
