/** A process to be killed in the middle of a delivery: delivers a file of JSON lines and says how far it is. */
import { createReadStream } from 'node:fs';
import { openPool } from '../../src/db/pools.ts';
import { deliver } from '../../src/ingest/run.ts';
import { deliveryContext } from './deliveries.ts';

const [url = '', file = '', haltAfterBytes = ''] = process.argv.slice(2);

/** The file, or its beginning and then nothing, for ever. */
async function* body() {
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 16_384 })) {
    bytes += chunk.length;
    yield chunk as Buffer;
    if (haltAfterBytes !== '' && bytes >= Number(haltAfterBytes)) {
      process.stdout.write('halted\n');
      await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
    }
  }
}

const sql = openPool(url, 'delivery target', 2);
const report = await deliver(await deliveryContext(sql), {
  source: 'test-leerplicht',
  format: 'ABSENCE_REPORTS',
  body: body(),
});
process.stdout.write(`${JSON.stringify(report.counts)}\n`);
await sql.end();
