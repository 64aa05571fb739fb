/**
 * What of a compiled operation depends on its arguments: for each place with arguments, what they make of the text of the
 * statement (a key: equal keys, equal text) and which values they give it.
 */
import { type FieldNode, type GraphQLField, getArgumentValues } from 'graphql';
import type { ListPlan, RowPlan } from './entity.ts';
import { afterSlot, askedOf, type ListArguments, type ListShape } from './list.ts';
import { type Cursors, checkLength } from './page.ts';
import type { Values } from './terms.ts';

export type Given = {
  key: string;
  values: Values;
  /** The list that cursors of this place belong to. */
  list: string | null;
  shape: ListShape | null;
};

/** Throws what the resolvers would answer with an error: BadPage, BadCursor, a GraphQLError. */
export type Ask = (variables: Readonly<Record<string, unknown>>, cursors: Cursors) => Given;

type Field = GraphQLField<unknown, unknown>;

export const firstSlot = (prefix: string) => `${prefix}first`;
/** One row more than the page has: whether more follow. */
export const limitSlot = (prefix: string) => `${prefix}limit`;
export const belowSlot = (prefix: string, index: number) => `${prefix}below.${index}`;

const pageValues = (prefix: string, first: number): Values => ({
  [firstSlot(prefix)]: first,
  [limitSlot(prefix)]: first + 1,
});

/** A list at the root. */
export const askList =
  (prefix: string, plan: ListPlan, field: Field, node: FieldNode): Ask =>
  (variables, cursors) => {
    const args = getArgumentValues(field, node, variables) as ListArguments;
    const { shape, values, first, name } = askedOf(plan, field.name, args, cursors, prefix);
    return {
      key: JSON.stringify(shape),
      values: { ...values, ...pageValues(prefix, first) },
      list: name,
      shape,
    };
  };

/** One row at the root. */
export const askRow =
  (prefix: string, plan: RowPlan, field: Field, node: FieldNode): Ask =>
  (variables) => {
    const asked = getArgumentValues(field, node, variables)[plan.argument] as string;
    const values = Object.entries(plan.read(asked) ?? {});
    return {
      key: '',
      values: Object.fromEntries(values.map(([name, value]) => [`${prefix}${name}`, value])),
      list: null,
      shape: null,
    };
  };

/** A connection below a row. */
export const askConnection =
  (prefix: string, name: string, field: Field, node: FieldNode): Ask =>
  (variables, cursors) => {
    const args = getArgumentValues(field, node, variables) as ListArguments;
    const place = args.after ? cursors.read(name, args.after) : { position: [] };
    return {
      key: place.position.length > 0 ? 'after' : '',
      values: {
        ...pageValues(prefix, checkLength(args.first)),
        ...Object.fromEntries(place.position.map((at, index) => [afterSlot(prefix, index), at])),
        ...Object.fromEntries(
          place.below?.map((at, index) => [belowSlot(prefix, index), at]) ?? [],
        ),
      },
      list: name,
      shape: null,
    };
  };

/** The last so many of a list below a row. */
export const askLast =
  (prefix: string, field: Field, node: FieldNode): Ask =>
  (variables) => {
    const last = getArgumentValues(field, node, variables).last as number;
    return { key: '', values: { [limitSlot(prefix)]: checkLength(last) }, list: null, shape: null };
  };
