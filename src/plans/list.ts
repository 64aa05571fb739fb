/** What was asked of a list at the root: what shapes its statement, and the values that are bound in it. */
import type { SQL } from 'drizzle-orm';
import { type Grant, NotGranted } from '../policy/grant.ts';
import type { ListPlan, Order } from './entity.ts';
import { type Cursors, checkLength } from './page.ts';
import { slot, type Terms, type Values } from './terms.ts';

export type ListArguments = {
  first: number;
  after?: string | null | undefined;
  where?: object | null | undefined;
  orderBy?: string | null | undefined;
};

type Wanted = { filter: string; choice?: boolean };

/** Two requests with an equal shape are answered by one statement. */
export type ListShape = { order: string; wanted: readonly Wanted[]; after: boolean };

export type AskedList = {
  shape: ListShape;
  values: Values;
  first: number;
  /** What cursors are bound to: this list, with this filter and order. */
  name: string;
};

const at = (prefix: string, name: string): string => `${prefix}${name}`;
export const filterSlot = (prefix: string, filter: string) => at(prefix, `where.${filter}`);
export const afterSlot = (prefix: string, index: number) => at(prefix, `after.${index}`);

const filterOf = (plan: ListPlan, name: string) => {
  const filter = plan.filters[name];
  if (filter === undefined) throw new NotGranted(`there is no filter ${name}`);
  return filter;
};

/** Throws BadPage and BadCursor. `prefix` keeps the values of several lists in one statement apart. */
export const askedOf = (
  plan: ListPlan,
  fieldName: string,
  args: ListArguments,
  cursors: Cursors,
  prefix = '',
): AskedList => {
  const first = checkLength(args.first);
  const order = args.orderBy ?? plan.defaultOrder;
  const values: Values = {};
  // In an order of our own: a cursor must not depend on who made an object of the arguments.
  const given = Object.entries(args.where ?? {})
    .filter(([, wanted]) => wanted !== null && wanted !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const name = `${fieldName} ${order} ${JSON.stringify(given)}`;
  const wanted = given.map(([name, value]) => {
    const filter = filterOf(plan, name);
    if ('choose' in filter) return { filter: name, choice: value as boolean };
    values[filterSlot(prefix, name)] = filter.read ? filter.read(value as never) : value;
    return { filter: name };
  });
  const position = args.after ? cursors.read(name, args.after).position : [];
  position.forEach((value, index) => {
    values[afterSlot(prefix, index)] = value;
  });
  return { shape: { order, wanted, after: position.length > 0 }, values, first, name };
};

/** The order that was asked for, if the caller may read what it depends on. */
export const orderOf = (plan: ListPlan, grant: Grant, shape: ListShape): readonly Order[] => {
  const order = plan.orders[shape.order];
  if (order === undefined || !grant.fields.has(order.field)) {
    throw new NotGranted(`order ${shape.order} is not granted`);
  }
  return order.order;
};

/** The conditions that were asked for, if the caller may read what they depend on. */
export const conditionsOf = (
  plan: ListPlan,
  grant: Grant,
  terms: Terms,
  { wanted }: ListShape,
  prefix = '',
): SQL[] => {
  const conditions = wanted.map(({ filter: name, choice }) => {
    const filter = filterOf(plan, name);
    if (!grant.fields.has(filter.field)) throw new NotGranted(`filter ${name} is not granted`);
    return 'choose' in filter
      ? filter.choose(choice === true)
      : filter.sql(slot(filterSlot(prefix, name)));
  });
  const standing = plan.unlessFiltered;
  if (standing && !wanted.some(({ filter }) => standing.by.includes(filter))) {
    conditions.push(standing.sql);
  }
  const way = plan.ways?.[grant.rows];
  return way ? [...conditions, way(terms)] : conditions;
};
