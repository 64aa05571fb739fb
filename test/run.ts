/** Runs every test and ends with one plain line of real counts: `N passed, N failed`. A suite that does not load counts as failed. */
import { startVitest } from 'vitest/node';

const vitest = await startVitest('test', process.argv.slice(2), { run: true, watch: false });
const counts = { passed: 0, failed: 0, skipped: 0 };

for (const module of vitest.state.getTestModules()) {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    // Whatever has no outcome at the end did not run through.
    counts[state === 'pending' ? 'failed' : state] += 1;
  }
  // A file or suite that breaks outside its tests (on import, in a hook) has errors of its own.
  const broken = [module, ...module.children.allSuites()].filter(
    (part) => part.errors().length > 0,
  );
  counts.failed += broken.length;
}
counts.failed += vitest.state.getUnhandledErrors().length;
await vitest.close();

const ranNothing = counts.passed + counts.failed === 0;
if (ranNothing) counts.failed = 1;
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
