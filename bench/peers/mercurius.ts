/** Mercurius on Fastify, with its own loaders and compiled execution. No security at all. */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyRequest } from 'fastify';
import mercurius, { type MercuriusContext } from 'mercurius';
import { serve } from '../serve.ts';
import { type Asker, openRows, type Row, typeDefinitions } from './rows.ts';

/** What `context` below puts there. */
const askerOf = (context: MercuriusContext): Asker =>
  (context as MercuriusContext & { asker: Asker }).asker;

type CaseRow = { key: string; brin6: string | null };
type Queries<Parent, Params = object> = { obj: Parent; params: Params }[];

serve(async (options) => {
  const rows = await openRows(options);

  const ofCase = <Value>(load: (asker: Asker, cases: readonly string[]) => Promise<Value[]>) => ({
    loader: (queries: Queries<CaseRow>, context: MercuriusContext) =>
      load(
        askerOf(context),
        queries.map(({ obj }) => obj.key),
      ),
  });
  const byCode = <Parent>(
    codeOf: (parent: Parent) => string | null,
    load: (codes: readonly string[]) => Promise<(Row | null)[]>,
  ) => ({
    loader: async (queries: Queries<Parent>) => {
      const codes = queries.map(({ obj }) => codeOf(obj));
      const distinct = [...new Set(codes.flatMap((code) => code ?? []))];
      const loaded = distinct.length > 0 ? await load(distinct) : [];
      const found = new Map(distinct.map((code, index) => [code, loaded[index]]));
      return codes.map((code) => (code === null ? null : (found.get(code) ?? null)));
    },
  });
  const lastEvents = (queries: Queries<CaseRow>, last: number, context: MercuriusContext) =>
    rows.lastEvents(
      askerOf(context),
      queries.map(({ obj }) => obj.key),
      last,
    );

  const app = Fastify();
  await app.register(mercurius, {
    schema: typeDefinitions,
    jit: 1,
    context: (request: FastifyRequest) => ({
      asker: rows.askerFrom(String(request.headers['x-municipality'])),
    }),
    resolvers: {
      Query: {
        thuiszitterCases: (_: unknown, { first }: { first: number }, context: MercuriusContext) =>
          rows.caseload(askerOf(context), first),
        thuiszitterCase: (_: unknown, { id }: { id: string }, context: MercuriusContext) =>
          rows.case(askerOf(context), id),
      },
      ThuiszitterCaseConnection: {
        totalCount: (_: unknown, __: object, context: MercuriusContext) =>
          rows.totalOf(askerOf(context)),
      },
    },
    loaders: {
      ThuiszitterCase: {
        pupil: ofCase(rows.pupils),
        school: byCode(({ brin6 }: CaseRow) => brin6, rows.schools),
        waitingStatus: ofCase(rows.waitingStatuses),
        support: ofCase(rows.supports),
        absence: ofCase(rows.absences),
        parties: ofCase(rows.parties),
        consents: ofCase(rows.consents),
        whyMayISeeThis: ofCase(rows.reasons),
        // In one document all fields of one name here have the same arguments.
        events: {
          loader: (queries: Queries<CaseRow, { last: number }>, context: MercuriusContext) =>
            lastEvents(queries, queries[0]?.params.last ?? 3, context),
        },
        timeline: {
          loader: async (queries: Queries<CaseRow, { first: number }>, context: MercuriusContext) =>
            (await lastEvents(queries, queries[0]?.params.first ?? 50, context)).map((list) => ({
              edges: list.map((node) => ({ node })).reverse(),
            })),
        },
      },
      CasePupil: {
        municipality: byCode(
          ({ municipalityCode }: { municipalityCode: string }) => municipalityCode,
          rows.municipalities,
        ),
      },
      School: {
        swv: byCode(({ swvCode }: { swvCode: string | null }) => swvCode, rows.swvs),
      },
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
});
