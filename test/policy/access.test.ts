/**
 * The hub against the judge (access.csv): for every role the fields of its schema, and for every viewer every row, field
 * and count, along every way through that schema. What should be hidden is there: the superuser's count says so.
 */
import {
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { schema, schemas } from '../support/hub.ts';
import { buildWorld, today, type ViewerName, viewers, type World } from '../support/world.ts';
import { readAccessTable } from './access-table.ts';
import { documentsOf } from './documents.ts';
import { type Model, readModel } from './model.ts';
import { comparable, edgesIn, judgeFor, print } from './paths.ts';

const table = readAccessTable();
const everybody = Object.keys(viewers) as ViewerName[];

let database: TestDatabase;
let world: World;
let model: Model;

beforeAll(async () => {
  database = await testDatabase();
  world = await buildWorld(database);
  model = await readModel(database, today);
});
afterAll(async () => {
  await world?.hub.stop();
  await database?.drop();
});

const typesWithFields = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType | GraphQLInputObjectType =>
    (isObjectType(type) || isInputObjectType(type)) && !type.name.startsWith('__'),
);
const fieldsOf = (type: unknown): string[] =>
  isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];

describe('the lists of access.csv', () => {
  test('name types, fields and roles that exist', () => {
    const known = typesWithFields.map(({ name }) => name);
    for (const { name, list } of table.listed('fields')) {
      expect(known).toContain(name);
      expect(fieldsOf(schema.getType(name))).toEqual(expect.arrayContaining(list));
    }
    for (const { list } of table.listed('types'))
      expect(known).toEqual(expect.arrayContaining(list));
    for (const { list } of table.listed('roles'))
      expect(roles).toEqual(expect.arrayContaining(list));
  });

  test('leave nothing out that is new: an unknown role, type or field is undecided (this test can fail)', () => {
    expect(() => table.hasField('guardian', 'School', 'name')).toThrow('does not decide');
    expect(() => table.hasField('analyst', 'Guardian', 'name')).toThrow('does not decide');
    expect(() => table.hasField('analyst', 'School', 'pupils')).toThrow('does not decide');
    expect(() => table.expected('swvCoordinator', 'Pupil', 'id', 'somebody else')).toThrow(
      'does not decide',
    );
  });
});

describe.each(roles)('the schema of %s', (role) => {
  test('has exactly the fields that access.csv grants', () => {
    const granted = typesWithFields.flatMap((type) =>
      fieldsOf(type)
        .filter((field) => table.hasField(role, type.name, field))
        .map((field) => `${type.name}.${field}`),
    );
    const present = Object.values(schemas[role].getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => fieldsOf(type).map((field) => `${type.name}.${field}`));
    expect(present.sort()).toEqual(granted.sort());
  });

  test('has no type that none of these fields uses', () => {
    const own = schemas[role];
    const used = new Set(['Query', 'Mutation']);
    for (const type of Object.values(own.getTypeMap())) {
      if (!(isObjectType(type) || isInputObjectType(type)) || type.name.startsWith('__')) continue;
      for (const field of Object.values(type.getFields())) {
        used.add(getNamedType(field.type as GraphQLType).name);
        for (const argument of 'args' in field ? field.args : [])
          used.add(getNamedType(argument.type as GraphQLType).name);
      }
    }
    const present = Object.keys(own.getTypeMap()).filter(
      (name) => !name.startsWith('__') && name !== 'Boolean' && name !== 'String',
    );
    expect(present.filter((name) => !used.has(name))).toEqual([]);
  });
});

describe.each(everybody)('%s', (name) => {
  const who = viewers[name];

  test('gets what access.csv says, along every way to every type', async () => {
    const judge = judgeFor(schema, table, model, who);
    for (const document of documentsOf(model, name)) {
      const query = print(document);
      const { data, errors } = await world.hub.ask(who, query);
      expect({ errors, logged: world.hub.logged, query }).toEqual({
        errors: undefined,
        logged: [],
        query,
      });
      expect(comparable(data), query).toEqual(comparable(judge.answer(document)));
    }
  });

  test('is asked for every field of its schema', () => {
    const asked = new Set(
      documentsOf(model, name).flatMap((document) => edgesIn(schemas[who.role], document)),
    );
    const reachable = Object.values(schemas[who.role].getTypeMap())
      .filter(
        (type) =>
          isObjectType(type) &&
          !/^__|^Mutation$|Payload$|Error$|^CaseLink$|^WithdrawnConsent$/.test(type.name),
      )
      .flatMap((type) => fieldsOf(type).map((field) => `${type.name}.${field}`));
    expect(reachable.filter((field) => !asked.has(field))).toEqual([]);
  });
});

test('for every type with persons there is somebody from whom rows are hidden, and they exist', () => {
  const hidden = new Map<string, number>();
  for (const name of everybody) {
    const { role } = viewers[name];
    const judge = judgeFor(schema, table, model, viewers[name]);
    for (const node of model.nodes) {
      if (!(node.type in schemas[role].getTypeMap())) continue;
      const key = `${role} ${node.type}`;
      hidden.set(key, (hidden.get(key) ?? 0) + (judge.sees(node) ? 0 : 1));
    }
  }
  const open = [...hidden].flatMap(([key, count]) =>
    count === 0 ? [key.split(' ')[1] ?? ''] : [],
  );
  const withoutPersons = [
    'CareProvider',
    'Municipality',
    'MunicipalitySwv',
    'School',
    'Swv',
    'Viewer',
    'YouthRegion',
  ];
  expect(new Set(open)).toEqual(new Set(withoutPersons));
});

test('every line of access.csv decides something: a field of a role, or a row of the region', () => {
  for (const role of roles) {
    for (const type of typesWithFields) {
      for (const field of fieldsOf(type)) table.hasField(role, type.name, field);
    }
  }
  for (const who of Object.values(viewers)) {
    const own = schemas[who.role].getTypeMap();
    const relations = new Map(
      model.nodes
        .filter(({ type }) => type in own)
        .map((node) => [`${node.type} ${node.relation(who)}`, node]),
    );
    for (const node of relations.values()) {
      for (const field of fieldsOf(own[node.type])) {
        table.expected(who.role, node.type, field, node.relation(who));
      }
    }
  }
  expect(table.unused()).toEqual([]);
});
