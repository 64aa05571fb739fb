/**
 * The schema of one role: what the policy does not grant does not exist in it, not in introspection and not in an error
 * message. Connections, payloads and their errors hold nothing of their own and stay when what they carry stays.
 */
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import type { Role } from '../schema/codes.ts';
import type { ListPlan } from './plans/entity.ts';
import { type RoleRight, rightsOf } from './policy/policy.ts';

/** Types without a right of their own: containers of what has one. */
const structural = /(Connection|Edge|Payload|Error)$|^PageInfo$|^CaseLink$|^WithdrawnConsent$/;

/** The filter and order types that lists use, with the field each of their members depends on. */
export type ListTypes = Readonly<Record<string, { type: string; plan: ListPlan }>>;

const isGranted = (right: RoleRight, type: string, field: string): boolean =>
  structural.test(type) || (right.types[type]?.fields.includes(field) ?? false);

/** Whether a role can see anything of a type. Scalars, enums and inputs have no rows. */
const reachable = (
  right: RoleRight,
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  seen = new Set<string>(),
): boolean => {
  const full = schema.getType(type.name);
  if (!isObjectType(full)) return true;
  if (!structural.test(full.name)) return full.name in right.types;
  if (seen.has(full.name)) return true;
  seen.add(full.name);
  // A container is reachable when everything it carries is: an edge without its node is nothing.
  return Object.values(full.getFields()).every((field) =>
    reachable(right, schema, getNamedType(field.type), seen),
  );
};

export const schemaForRole = (
  whole: GraphQLSchema,
  role: Role,
  lists: ListTypes,
): GraphQLSchema => {
  const right = rightsOf(role);
  const member = (list: ListTypes[string], depends: string): boolean =>
    isGranted(right, list.type, depends);
  const filtered = mapSchema(whole, {
    [MapperKind.OBJECT_FIELD]: (field, name, typeName) =>
      isGranted(right, typeName, name) && reachable(right, whole, getNamedType(field.type))
        ? field
        : null,
    [MapperKind.INPUT_OBJECT_FIELD]: (field, name, typeName) => {
      const list = lists[typeName];
      const depends = list?.plan.filters[name]?.field;
      return list && (depends === undefined || !member(list, depends)) ? null : field;
    },
    [MapperKind.ENUM_VALUE]: (value, typeName, _schema, name) => {
      const list = lists[typeName];
      const depends = list?.plan.orders[name ?? '']?.field;
      return list && (depends === undefined || !member(list, depends)) ? null : value;
    },
  });
  return onlyReferenced(filtered);
};

/** Drops types that nothing refers to any more. */
const onlyReferenced = (schema: GraphQLSchema): GraphQLSchema => {
  const used = new Set<string>();
  const use = (type: GraphQLNamedType): void => {
    if (used.has(type.name)) return;
    used.add(type.name);
    if (isObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        use(getNamedType(field.type));
        for (const argument of field.args) use(getNamedType(argument.type));
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) use(getNamedType(field.type));
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    if (root && Object.keys(root.getFields()).length > 0) use(root);
  }
  return mapSchema(schema, {
    [MapperKind.TYPE]: (type) => (used.has(type.name) || type.name.startsWith('__') ? type : null),
  });
};
