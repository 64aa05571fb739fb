/** The server most people would write: Apollo's standalone server, type-graphql as it comes, DataLoader and Drizzle. No security at all. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import {
  Arg,
  Args,
  buildSchema,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { serve } from '../serve.ts';
import { openTables, type Tables } from './ordinary-loaders.ts';
import {
  CaseAbsence,
  CaseConsent,
  CaseEvent,
  CaseEventConnection,
  CaseloadArgs,
  CaseParty,
  CasePupil,
  CaseSupport,
  CaseWaitingStatus,
  Justification,
  Municipality,
  PageArgs,
  School,
  Swv,
  ThuiszitterCase,
  ThuiszitterCaseConnection,
} from './ordinary-schema.ts';

type Context = ReturnType<Tables['contextFor']> & { tables: Tables };

@Resolver(() => ThuiszitterCase)
class CaseResolver {
  @Query(() => ThuiszitterCaseConnection)
  thuiszitterCases(
    @Args(() => CaseloadArgs) { first }: CaseloadArgs,
    @Ctx() { tables, asker }: Context,
  ) {
    return tables.caseload(asker, first);
  }

  @Query(() => ThuiszitterCase, { nullable: true })
  thuiszitterCase(@Arg('id', () => ID) id: string, @Ctx() { tables, asker }: Context) {
    return tables.case(asker, id);
  }

  @FieldResolver(() => CasePupil, { nullable: true })
  pupil(@Root() { key }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return loaders.pupil.load(key);
  }

  @FieldResolver(() => School, { nullable: true })
  school(@Root() { brin6 }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return brin6 && loaders.school.load(brin6);
  }

  @FieldResolver(() => CaseAbsence)
  absence(@Root() { key }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return loaders.absence.load(key);
  }

  @FieldResolver(() => CaseWaitingStatus)
  waitingStatus(@Root() { key }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return loaders.waitingStatus.load(key);
  }

  @FieldResolver(() => CaseSupport)
  support(@Root() { key }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return loaders.support.load(key);
  }

  @FieldResolver(() => [CaseEvent])
  async events(
    @Root() { key }: ThuiszitterCase,
    @Arg('last', () => Int, { defaultValue: 3 }) last: number,
    @Ctx() { loaders }: Context,
  ) {
    return (await loaders.events.load(key)).slice(-last);
  }

  @FieldResolver(() => CaseEventConnection)
  async timeline(
    @Root() { key }: ThuiszitterCase,
    @Args(() => PageArgs) { first }: PageArgs,
    @Ctx() { loaders }: Context,
  ) {
    const events = await loaders.events.load(key);
    return {
      edges: events
        .slice(-first)
        .reverse()
        .map((node) => ({ node })),
    };
  }

  @FieldResolver(() => [CaseParty])
  parties(@Root() { key }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return loaders.parties.load(key);
  }

  @FieldResolver(() => [CaseConsent])
  consents(@Root() { key }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return loaders.consents.load(key);
  }

  @FieldResolver(() => [Justification])
  whyMayISeeThis(@Root() { key }: ThuiszitterCase, @Ctx() { loaders }: Context) {
    return loaders.whyMayISeeThis.load(key);
  }
}

@Resolver(() => ThuiszitterCaseConnection)
class CaseloadResolver {
  @FieldResolver(() => Int)
  totalCount(@Ctx() { tables, asker }: Context) {
    return tables.totalOf(asker);
  }
}

@Resolver(() => CasePupil)
class PupilResolver {
  @FieldResolver(() => Municipality)
  municipality(@Root() { municipalityCode }: CasePupil, @Ctx() { loaders }: Context) {
    return loaders.municipality.load(municipalityCode);
  }
}

@Resolver(() => School)
class SchoolResolver {
  @FieldResolver(() => Swv, { nullable: true })
  swv(@Root() { swvCode }: School, @Ctx() { loaders }: Context) {
    return swvCode && loaders.swv.load(swvCode);
  }
}

serve(async (options) => {
  const tables = await openTables(options);
  const schema = await buildSchema({
    resolvers: [CaseResolver, CaseloadResolver, PupilResolver, SchoolResolver],
    validate: false,
  });
  const server = new ApolloServer<Context>({ schema });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({
      ...tables.contextFor(String(req.headers['x-municipality'])),
      tables,
    }),
  });
  return Number(new URL(url).port);
});
