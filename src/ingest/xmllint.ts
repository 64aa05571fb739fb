/** Runs xmllint, away from the request thread and from the loaders of this process. */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { XMLFileInfo } from 'xmllint-wasm';

export type XmllintJob = {
  xml: XMLFileInfo;
  schema: XMLFileInfo;
  preload: XMLFileInfo[];
  maxMemoryPages: number;
};

/** Exit code 0: valid. `output` repeats pieces of the message and is not to be shown or logged. */
export type XmllintResult = { exitCode: number | null; output: string };

// xmllint-wasm starts a worker for each call, and a worker takes over how this process was started: with `--import tsx`
// each call loads tsx, 260 ms of CPU instead of 140. From a worker that was started without, it does not.
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { validateXML } = require(workerData);
parentPort.on('message', (job) => {
  validateXML(job).then(
    ({ valid, rawOutput }) => parentPort.postMessage({ exitCode: valid ? 0 : 3, output: rawOutput }),
    ({ code, message }) => parentPort.postMessage({ exitCode: typeof code === 'number' ? code : null, output: message }),
  );
});`;

let idle: Worker | null = null;

/** One job at a time: the caller waits for its answer before it gives the next. */
export async function runXmllint(job: XmllintJob): Promise<XmllintResult> {
  const worker =
    idle ??
    new Worker(program, {
      eval: true,
      execArgv: [],
      workerData: createRequire(import.meta.url).resolve('xmllint-wasm'),
    });
  idle = null;
  // Idle it must not keep the process alive, at work it must.
  worker.ref();
  const answer = once(worker, 'message');
  worker.postMessage(job);
  const [result] = await answer;
  worker.unref();
  idle = worker;
  return result as XmllintResult;
}
