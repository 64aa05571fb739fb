/** A process that starts the embedded database and keeps it until told to stop: forked by test/spec/embedded.test.ts. */
import { startEmbedded } from '../../src/db/embedded.ts';

const [directory] = process.argv.slice(2);
if (!directory || !process.send) throw new Error('to be forked with a directory');

try {
  const database = await startEmbedded(directory);
  process.on('message', () => {
    void database.stop().then(() => process.disconnect());
  });
  process.send({ superuserUrl: database.superuserUrl, reused: database.reused });
} catch (error) {
  process.send({ refused: (error as Error).message });
  process.disconnect();
}
