/**
 * The hub against the judge (access.csv): for every role the fields of its schema, and for every viewer every row, field
 * and count, along every way through that schema. What should be hidden is there: the superuser's count says so.
 */
import { getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { schema, schemas } from '../support/hub.ts';
import {
  buildWorld,
  leiden,
  po,
  providers,
  sites,
  today,
  type ViewerName,
  viewers,
  type World,
} from '../support/world.ts';
import { readAccessTable } from './access-table.ts';
import { type Model, readModel } from './model.ts';
import { comparable, documentsFor, edgesIn, judgeFor, print, type Tree } from './paths.ts';

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
  (type) => (isObjectType(type) || isInputObjectType(type)) && !type.name.startsWith('__'),
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
        used.add(getNamedType(field.type).name);
        for (const argument of 'args' in field ? field.args : [])
          used.add(getNamedType(argument.type).name);
      }
    }
    const present = Object.keys(own.getTypeMap()).filter(
      (name) => !name.startsWith('__') && name !== 'Boolean' && name !== 'String',
    );
    expect(present.filter((name) => !used.has(name))).toEqual([]);
  });
});

/** The fields at the root, with the arguments that reach everything the list has; an id or code once for each row. */
const rootsOf = (name: ViewerName): string[] => {
  const fields = Object.keys(schemas[viewers[name].role].getQueryType()?.getFields() ?? {});
  const codes: Record<string, string[]> = {
    municipality: [leiden, '0000'],
    swv: [po, 'PO0000'],
    school: [sites.lucas, '00XX00'],
    careProvider: [providers.first, '00000000'],
    thuiszitterCase: [...model.cases.keys(), 'JZ18.00000000-0000-4000-8000-000000000000'],
  };
  const argument: Record<string, string> = {
    municipality: 'code',
    swv: 'code',
    school: 'brin6',
    careProvider: 'agb',
    thuiszitterCase: 'id',
  };
  return fields.flatMap((field) => {
    if (field === 'viewer') return [field];
    if (codes[field]) return codes[field].map((code) => `${field}(${argument[field]}: "${code}")`);
    return field === 'thuiszitterCases'
      ? [`${field}(first: 10, where: { status: [REPORTED, INVESTIGATING, CLOSED] })`]
      : [`${field}(first: ${field === 'absenceReports' ? 12 : 10})`];
  });
};

const documents = new Map<string, Tree[]>();
const documentsOf = (name: ViewerName): Tree[] =>
  rootsOf(name).flatMap((asked) => {
    const { role } = viewers[name];
    const key = `${role} ${asked}`;
    const known =
      documents.get(key) ?? documentsFor(schemas[role], asked.replace(/\(.*$/s, ''), asked);
    documents.set(key, known);
    return known;
  });

describe.each(everybody)('%s', (name) => {
  const who = viewers[name];

  test('gets what access.csv says, along every way to every type', async () => {
    const judge = judgeFor(schema, table, model, who);
    for (const document of documentsOf(name)) {
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
      documentsOf(name).flatMap((document) => edgesIn(schemas[who.role], document)),
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

test('for every role with rows there is somebody from whom rows are hidden, and they exist', () => {
  const hidden = new Map<string, number>();
  for (const name of everybody) {
    const judge = judgeFor(schema, table, model, viewers[name]);
    for (const node of model.nodes) {
      if (!(node.type in schemas[viewers[name].role].getTypeMap())) continue;
      // Each verdict on each field is made use of here, also where no way leads to the row.
      for (const field of fieldsOf(schema.getType(node.type))) {
        if (table.hasField(viewers[name].role, node.type, field)) {
          table.expected(viewers[name].role, node.type, field, node.relation(viewers[name]));
        }
      }
      const key = `${viewers[name].role} ${node.type}`;
      if (!judge.sees(node)) hidden.set(key, (hidden.get(key) ?? 0) + 1);
      else if (!hidden.has(key)) hidden.set(key, 0);
    }
  }
  const open = [...hidden]
    .filter(([, count]) => count === 0)
    .map(([key]) => key.split(' ')[1] ?? '');
  const withoutPersons = [
    'CareProvider',
    'Municipality',
    'MunicipalitySwv',
    'School',
    'Swv',
    'Viewer',
    'YouthRegion',
  ];
  // A block is there in every case of the viewer; what is hidden is in it.
  expect([...new Set(open)].sort()).toEqual(withoutPersons);
});

test('every line of access.csv decides something in the schema or in the region', () => {
  for (const role of roles) {
    for (const type of typesWithFields) {
      for (const field of fieldsOf(type)) {
        if (
          table.hasField(role, type.name, field) &&
          table.lines.some((line) => line.relation === 'any' && line.types.includes(type.name))
        ) {
          try {
            table.expected(role, type.name, field, 'any');
          } catch {
            // Decided by relation.
          }
        }
      }
    }
  }
  expect(table.unused()).toEqual([]);
});
