/** GraphQL Yoga with DataLoader and compiled execution. No security at all. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useGraphQlJit } from '@envelop/graphql-jit';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import { serve } from '../serve.ts';
import { type Asker, openRows, type Row, type Rows, typeDefinitions } from './rows.ts';

const loadersFor = (rows: Rows, asker: Asker) => {
  const ofCase = <Value>(load: (asker: Asker, cases: readonly string[]) => Promise<Value[]>) =>
    new DataLoader<string, Value>((cases) => load(asker, cases));
  const events = new Map<number, DataLoader<string, Row[]>>();
  return {
    pupil: ofCase(rows.pupils),
    waitingStatus: ofCase(rows.waitingStatuses),
    support: ofCase(rows.supports),
    absence: ofCase(rows.absences),
    parties: ofCase(rows.parties),
    consents: ofCase(rows.consents),
    whyMayISeeThis: ofCase(rows.reasons),
    municipality: new DataLoader(rows.municipalities),
    school: new DataLoader(rows.schools),
    swv: new DataLoader(rows.swvs),
    lastEvents: (last: number) => {
      const known = events.get(last);
      if (known) return known;
      const made = ofCase((by, cases) => rows.lastEvents(by, cases, last));
      events.set(last, made);
      return made;
    },
  };
};

type Context = { asker: Asker; loaders: ReturnType<typeof loadersFor> };
type CaseRow = { key: string; brin6: string | null };

serve(async (options) => {
  const rows = await openRows(options);
  const schema = createSchema<Context & { req: IncomingMessage }>({
    typeDefs: typeDefinitions,
    resolvers: {
      Query: {
        thuiszitterCases: (_, { first }: { first: number }, { asker }) =>
          rows.caseload(asker, first),
        thuiszitterCase: (_, { id }: { id: string }, { asker }) => rows.case(asker, id),
      },
      ThuiszitterCaseConnection: { totalCount: (_, __, { asker }) => rows.totalOf(asker) },
      ThuiszitterCase: {
        pupil: ({ key }: CaseRow, _, { loaders }) => loaders.pupil.load(key),
        school: ({ brin6 }: CaseRow, _, { loaders }) => brin6 && loaders.school.load(brin6),
        waitingStatus: ({ key }: CaseRow, _, { loaders }) => loaders.waitingStatus.load(key),
        support: ({ key }: CaseRow, _, { loaders }) => loaders.support.load(key),
        absence: ({ key }: CaseRow, _, { loaders }) => loaders.absence.load(key),
        parties: ({ key }: CaseRow, _, { loaders }) => loaders.parties.load(key),
        consents: ({ key }: CaseRow, _, { loaders }) => loaders.consents.load(key),
        whyMayISeeThis: ({ key }: CaseRow, _, { loaders }) => loaders.whyMayISeeThis.load(key),
        events: ({ key }: CaseRow, { last }: { last: number }, { loaders }) =>
          loaders.lastEvents(last).load(key),
        timeline: async ({ key }: CaseRow, { first }: { first: number }, { loaders }) => ({
          edges: (await loaders.lastEvents(first).load(key)).map((node) => ({ node })).reverse(),
        }),
      },
      CasePupil: {
        municipality: ({ municipalityCode }: { municipalityCode: string }, _, { loaders }) =>
          loaders.municipality.load(municipalityCode),
      },
      School: {
        swv: ({ swvCode }: { swvCode: string | null }, _, { loaders }) =>
          swvCode && loaders.swv.load(swvCode),
      },
    },
  });
  const yoga = createYoga<{ req: IncomingMessage }, Context>({
    schema,
    logging: false,
    graphiql: false,
    plugins: [useGraphQlJit()],
    context: ({ req }): Context => {
      const asker = rows.askerFrom(String(req.headers['x-municipality']));
      return { asker, loaders: loadersFor(rows, asker) };
    },
  });
  const server = createServer(yoga);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
});
