/** The contract with callers: the committed schema is the one the code makes, documented, and composes in a federation. */
import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { type GraphQLArgument, isEnumType, isInputObjectType, isObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { rightsOf } from '../../src/policy/policy.ts';
import { listTypes, printSdl } from '../../src/whole-schema.ts';
import { schema, schemas } from '../support/hub.ts';

const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');

test('the committed schema is fresh: npm run schema', () => {
  expect(committed).toBe(printSdl(schema));
});

test('every type, field, argument and input field is described', () => {
  const undescribed = Object.values(schema.getTypeMap())
    .filter(
      ({ name }) =>
        !name.startsWith('__') && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name),
    )
    .flatMap((type) => {
      const own =
        type.description || type.name === 'Query' || type.name === 'Mutation' ? [] : [type.name];
      if (isEnumType(type) || !(isObjectType(type) || isInputObjectType(type))) return own;
      const fields = Object.values(type.getFields()).flatMap((field) => [
        ...(field.description ? [] : [`${type.name}.${field.name}`]),
        ...('args' in field
          ? field.args
              .filter((arg: GraphQLArgument) => !arg.description)
              .map((arg: GraphQLArgument) => `${type.name}.${field.name}(${arg.name})`)
          : []),
      ]);
      return [...own, ...fields];
    });
  expect(undescribed).toEqual([]);
});

test('the schema composes as a Federation 2 subgraph beside another that refers to our entities', () => {
  const other = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    type Query { buildings: [Building!]! }
    type Building { school: School! municipality: Municipality! cases: [ThuiszitterCase!]! swv: Swv! provider: CareProvider! }
    type School @key(fields: "brin6", resolvable: false) { brin6: String! }
    type Municipality @key(fields: "code", resolvable: false) { code: String! }
    type Swv @key(fields: "code", resolvable: false) { code: String! }
    type CareProvider @key(fields: "agb", resolvable: false) { agb: String! }
    type ThuiszitterCase @key(fields: "id", resolvable: false) { id: ID! }`;
  const services = [
    { name: 'schakel', url: 'http://schakel', typeDefs: parse(committed) },
    { name: 'buildings', url: 'http://buildings', typeDefs: parse(other) },
  ];
  expect(composeServices(services).errors ?? []).toEqual([]);
  const [own] = services;
  const unkeyed = {
    ...own,
    typeDefs: parse(committed.replaceAll(/ @key\(fields: "\w+"\)/g, '')),
  } as (typeof services)[number];
  expect(composeServices([unkeyed, ...services.slice(1)]).errors).not.toEqual([]);
});

describe.each(roles)('the schema of %s', (role) => {
  const own = schemas[role];

  test('has exactly the types and fields that the policy grants', () => {
    const right = rightsOf(role);
    const granted = Object.entries(right.types)
      .filter(([, { fields }]) => fields.length > 0)
      .flatMap(([type, { fields }]) => fields.map((field) => `${type}.${field}`));
    const present = Object.values(own.getTypeMap())
      .filter(
        (type) => isObjectType(type) && !type.name.startsWith('__') && type.name in right.types,
      )
      .flatMap((type) =>
        isObjectType(type)
          ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
          : [],
      );
    expect(present.sort()).toEqual(granted.sort());
  });

  test('offers no filter and no order on a field it may not read', () => {
    for (const [name, { type, plan }] of Object.entries(listTypes)) {
      const here = own.getType(name);
      const fields = rightsOf(role).types[type]?.fields ?? [];
      if (isInputObjectType(here)) {
        for (const filter of Object.keys(here.getFields()))
          expect(fields).toContain(plan.filters[filter]?.field);
      } else if (isEnumType(here)) {
        for (const { name: order } of here.getValues())
          expect(fields).toContain(plan.orders[order]?.field);
      }
    }
  });
});
