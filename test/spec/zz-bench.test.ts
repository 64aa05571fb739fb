import { afterAll, beforeAll, test } from 'vitest';
import { deliver, type DeliveryContext } from '../../src/ingest/run.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { absence, addSources, body, deliveryContext, enrolment, tlv, waiting } from '../support/deliveries.ts';
let db: TestDatabase; let context: DeliveryContext;
beforeAll(async () => { db = await testDatabase({ ingest: 3 }); await addSources(db.pools.ingest); context = await deliveryContext(timed(db.pools.ingest)); });
afterAll(() => db.drop());
function timed(sql: any): any {
  return new Proxy(sql, { get(t, k) {
    if (k !== 'begin') return t[k];
    return (fn: any) => t.begin((tx: any) => fn(new Proxy(tx, { apply(f, th, args) {
      const q = f(...args);
      if (q && typeof q.then === 'function' && Array.isArray(args[0]?.raw)) {
        const orig = q.then.bind(q);
        q.then = (a: any, b: any) => { const t0 = performance.now(); return orig((x: any) => { const d = performance.now() - t0; if (d > Number(process.env['SLOW'] ?? 100)) console.log('SLOW', Math.round(d), String(q.string ?? args[0].raw.join('?')).replace(/\s+/g,' ').slice(0, 260)); return a?.(x); }, b); };
      }
      return q; } })));
  } });
}
const many = (n: number, f: (i: number) => any) => Array.from({ length: n }, (_, i) => f(i));
test('bench', async () => {
  const files: [string, any[]][] = [
    ['enrol', many(20000, (i) => enrolment({ schoolPupilNumber: String(i) }))],
    ['tlv', many(1500, (i) => tlv({ schoolPupilNumber: String(i), number: `n${i}` }))],
    ['wait', many(3000, (i) => waiting({ bsnToken: `t${i}`, reference: `r${i}` }))],
    ['abs', many(2000, (i) => absence({ bsnToken: `c${i}`, reportNumber: `m${i}`, kind: i % 5 ? 'OTHER' : 'LONG_TERM' }))],
    ['enrol2', many(20000, (i) => enrolment({ schoolPupilNumber: String(i) }))],
    ['abs2', many(2000, (i) => absence({ bsnToken: `c${i}`, reportNumber: `m${i}`, kind: i % 5 ? 'OTHER' : 'LONG_TERM' }))],
    ['one', [absence({ bsnToken: `c1`, reportNumber: `m1`, asOf:'2026-11-22'})]],
    ['one', [absence({ bsnToken: `c1`, reportNumber: `m1`, asOf:'2026-11-23'})]],
    ['onew', [waiting({ bsnToken: `cc1`, reference: `mm1`})]],
  ];
  for (const [name, lines] of files) {
    const b = body(lines);
    const t0 = performance.now();
    const r = await deliver(context, { source: 'test-school', format: 'ENROLMENTS', body: b });
    console.log(name, Math.round(performance.now() - t0), 'ms', JSON.stringify(r.counts));
  }
}, 300000);
