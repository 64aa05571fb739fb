#!/usr/bin/env node
/** `schakel COMMAND`: the hub's commands. There is no build step, so this starts the TypeScript loader first. */
import { register } from 'tsx/esm/api';

register();
const [command, ...args] = process.argv.slice(2);
if (command === 'deliver') {
  const { deliverCommand } = await import('../src/ingest/deliver-cli.ts');
  process.exitCode = await deliverCommand(args, {
    env: process.env,
    out: (text) => process.stdout.write(text),
    err: process.stderr,
  });
} else if (command === 'reference') {
  await import('reflect-metadata');
  const { referenceCommand } = await import('../src/reference-cli.ts');
  process.exitCode = await referenceCommand(args, {
    env: process.env,
    out: (text) => process.stdout.write(text),
    err: process.stderr,
  });
} else {
  process.stderr.write(
    'Gebruik: schakel deliver BESTAND --source NAAM\n         schakel reference BESTAND\n',
  );
  process.exitCode = 2;
}
