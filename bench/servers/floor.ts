/**
 * What one person would write for these two questions and nothing else: a handler on node:http, one prepared statement, and the bytes of
 * PostgreSQL straight to the socket. No token, no policy, no row-level security; with the access log, one row and its subjects in the same statement.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import postgres from 'postgres';
import { caseloadStatement, caseStatement } from '../floor-sql.ts';
import { serve } from '../serve.ts';

serve(async ({ urls, today, connections, logsAccess }) => {
  const sql = postgres(urls.reader, {
    max: connections,
    connection: { application_name: 'bench floor', plan_cache_mode: 'force_generic_plan' },
  });
  const caseload = caseloadStatement(logsAccess);
  const oneCase = caseStatement(logsAccess);

  // GET /<municipality>/<youth region>, GET /<municipality>/<youth region>/<case>
  const server = createServer(async (request, response) => {
    const [, municipality = '', region = '', id] = (request.url ?? '').split('/');
    const params = [today, municipality, region, `attendanceOfficer:${municipality}`];
    const [row] = await (id === undefined
      ? sql.unsafe(caseload, params, { prepare: true }).raw()
      : sql.unsafe(oneCase, [...params, id], { prepare: true }).raw());
    const body = (row as unknown as Buffer[])[0] ?? Buffer.alloc(0);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
});
