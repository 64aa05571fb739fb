/**
 * The statements the hub reads with, and nothing around them: through the hub's door, under row-level security, or as they are, by a login
 * that it does not bind. An answer is the number of bytes that were read.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Viewer } from '../../src/auth/viewer.ts';
import { type RawRows, readAsViewerRaw } from '../../src/db/as-viewer.ts';
import { bounded, openPool } from '../../src/db/pools.ts';
import { scopeOf } from '../../src/policy/grant.ts';
import { openAnswer } from '../hub-answer.ts';
import { type ServeOptions, serve } from '../serve.ts';

type Statement = { text: string; params: readonly unknown[] };

/** Asks the hub, and writes down what it asks the database. */
const openRecorder = async (options: ServeOptions) => {
  const { answer, pools, facts } = await openAnswer({
    ...options,
    connections: 1,
    logsAccess: false,
  });
  let recorded: Statement[] = [];
  (pools.server.options as { debug?: unknown }).debug = (
    _connection: number,
    text: string,
    params: unknown[],
  ) => {
    if (/^\s*(select|with)\b/i.test(text) && !/hub\.enter|pg_catalog/.test(text))
      recorded.push({ text, params: [...params] });
  };
  const documents = {
    caseload: readFileSync(
      new URL('../../test/contract/caseload.graphql', import.meta.url),
      'utf8',
    ),
    case: readFileSync(new URL('../../test/contract/case.graphql', import.meta.url), 'utf8'),
  };
  return {
    viewerOf: (municipality: string): Viewer => ({
      subject: 'bench',
      client: null,
      role: 'attendanceOfficer',
      organisation: municipality,
      purpose: 'return-to-school',
      expiresAt: Number.MAX_SAFE_INTEGER,
    }),
    regionOf: (municipality: string) => facts.youthRegionOf(municipality, options.today) ?? '',
    async statementsFor(municipality: string, id: string | undefined): Promise<Statement[]> {
      recorded = [];
      await answer.graphql({
        viewer: this.viewerOf(municipality),
        body:
          id === undefined
            ? { query: documents.caseload }
            : { query: documents.case, variables: { id: `${this.regionOf(municipality)}.${id}` } },
        mediaType: 'application/json',
        traceparent: null,
        signal: new AbortController().signal,
      });
      // More than one: the resolvers answered, and what is timed here would not be the compiled read path.
      if (recorded.length !== 1) throw new Error(`the hub read with ${recorded.length} statements`);
      return recorded;
    },
  };
};

const bytesOf = (results: readonly RawRows[]): number =>
  results.flat(2).reduce((sum, column) => sum + (column?.length ?? 0), 0);

serve(async (options) => {
  const { urls, today, connections, logsAccess: throughTheDoor } = options;
  const recorder = await openRecorder(options);
  const known = new Map<string, Statement[]>();
  // One at a time: what is written down must belong to one question.
  let recording: Promise<unknown> = Promise.resolve();
  const statementsFor = (municipality: string, id: string | undefined): Promise<Statement[]> => {
    const key = `${municipality}/${id}`;
    const made = recording.then(
      async () => known.get(key) ?? (await recorder.statementsFor(municipality, id)),
    );
    recording = made.then((statements) => known.set(key, statements));
    return made;
  };

  const gate = bounded(openPool(urls.server, 'bench viewer', connections), {
    max: connections * 2,
    queue: 1000,
  });
  const reader = openPool(urls.reader, 'bench reader', connections);
  const read = (municipality: string, statements: readonly Statement[]): Promise<RawRows[]> => {
    if (throughTheDoor) {
      const reach = { regions: [recorder.regionOf(municipality)], swvs: [] };
      const scope = scopeOf(recorder.viewerOf(municipality), today, reach);
      return readAsViewerRaw(gate, scope, statements);
    }
    return Promise.all(
      statements.map(
        ({ text, params }) =>
          reader
            .unsafe(text, params as never[], { prepare: true })
            .raw() as unknown as Promise<RawRows>,
      ),
    );
  };

  const server = createServer(async (request, response) => {
    const [, municipality = '', , id] = (request.url ?? '').split('/');
    const statements =
      known.get(`${municipality}/${id}`) ?? (await statementsFor(municipality, id));
    const body = JSON.stringify({ data: { bytes: bytesOf(await read(municipality, statements)) } });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
});
