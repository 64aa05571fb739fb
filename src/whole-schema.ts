/** The whole schema, built from the type-graphql classes, and as the SDL of a Federation 2 subgraph. */
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLSchema, lexicographicSortSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { type Role, roles } from '../schema/codes.ts';
import { absenceReports } from './plans/absence-report.ts';
import { pupils, tlvs } from './plans/pupil.ts';
import { thuiszitterCases } from './plans/thuiszitter-case.ts';
import { waitingListEntries } from './plans/waiting-list-entry.ts';
import { type ListTypes, schemaForRole } from './role-schema.ts';

export const listTypes: ListTypes = {
  ThuiszitterCaseFilter: { type: 'ThuiszitterCase', plan: thuiszitterCases },
  ThuiszitterCaseOrder: { type: 'ThuiszitterCase', plan: thuiszitterCases },
  TlvFilter: { type: 'Tlv', plan: tlvs },
  TlvOrder: { type: 'Tlv', plan: tlvs },
  PupilFilter: { type: 'Pupil', plan: pupils },
  PupilOrder: { type: 'Pupil', plan: pupils },
  WaitingListEntryFilter: { type: 'WaitingListEntry', plan: waitingListEntries },
  WaitingListEntryOrder: { type: 'WaitingListEntry', plan: waitingListEntries },
  AbsenceReportFilter: { type: 'AbsenceReport', plan: absenceReports },
  AbsenceReportOrder: { type: 'AbsenceReport', plan: absenceReports },
};

type Resolvers = NonEmptyArray<new () => object>;

export const wholeSchema = (resolvers: Resolvers): GraphQLSchema =>
  lexicographicSortSchema(
    buildSchemaSync({
      resolvers,
      validate: false,
    }),
  );

export const roleSchemas = (whole: GraphQLSchema): Record<Role, GraphQLSchema> =>
  Object.fromEntries(roles.map((role) => [role, schemaForRole(whole, role, listTypes)])) as Record<
    Role,
    GraphQLSchema
  >;

const federation = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
`;

/** The SDL, with the keys by which other graphs refer to our entities. */
export const printSdl = (schema: GraphQLSchema): string =>
  `${federation}\n${printSchemaWithDirectives(schema)}\n`;
