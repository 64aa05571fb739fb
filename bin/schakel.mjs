#!/usr/bin/env node
/** `schakel COMMAND`: the hub's commands. There is no build step, so this starts the TypeScript loader first. */
import { register } from 'tsx/esm/api';

register();
const [command, ...args] = process.argv.slice(2);
if (command === 'deliver') {
  const { deliverCommand } = await import('../src/ingest/deliver-cli.ts');
  process.exitCode = await deliverCommand(args, {
    // biome-ignore lint/style/noProcessEnv: this is a command; what it needs is handed on from here.
    env: process.env,
    out: (text) => process.stdout.write(text),
    err: process.stderr,
  });
} else {
  process.stderr.write('Gebruik: schakel deliver BESTAND --source NAAM\n');
  process.exitCode = 2;
}
