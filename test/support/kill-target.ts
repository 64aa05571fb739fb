/**
 * A process that keeps doing transactions in every form the driver has, and says how many ended well:
 * started by test/spec/backend-killed.test.ts with the driver's entry file and a database address.
 */
import type postgres from 'postgres';

const [driver, url] = process.argv.slice(2);
if (!driver || !url || !process.send) throw new Error('to be forked with a driver and an address');

const { default: connect } = (await import(driver)) as { default: typeof postgres };
const sql = connect(url, {
  max: 4,
  backoff: () => 0.05,
  connection: { application_name: 'kill target' },
  onnotice: () => undefined,
});

let done = 0;
let failed = 0;
let stopping = false;

const callback = () =>
  sql.begin(async (tx) => {
    await tx`select set_config('hub.role', 'x', true)`;
    await tx`select pg_sleep(0.002)`;
    return tx`select 1`;
  });

const pipelined = () =>
  sql.begin((tx) => [
    tx`select set_config('hub.role', 'x', true)`,
    tx`select pg_sleep(0.002)`,
    tx`select 1`,
  ]);

const reserved = async () => {
  const connection = await sql.reserve();
  try {
    await connection`begin`;
    await Promise.all([
      connection`select set_config('hub.role', 'x', true)`,
      connection`select pg_sleep(0.002)`,
    ]);
    await connection`commit`;
  } finally {
    connection.release();
  }
};

async function repeat(transaction: () => Promise<unknown>): Promise<void> {
  while (!stopping) {
    await transaction().then(
      () => {
        done += 1;
      },
      () => {
        failed += 1;
      },
    );
  }
}

const loops = [callback, pipelined, reserved, callback, pipelined].map(repeat);

process.on('message', (message) => {
  if (message === 'count') process.send?.({ done, failed });
  if (message === 'stop') {
    stopping = true;
    void Promise.all(loops)
      .then(() => sql.end({ timeout: 1 }))
      .then(() => process.disconnect());
  }
});
process.send('ready');
