/** Scalars, enum values and lists of them as SQL that becomes JSON: the text that JSON would make of what graphql-js makes of them. */
import { type SQL, sql } from 'drizzle-orm';
import {
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import { literal } from './expression.ts';
import { NotCompiled } from './not-compiled.ts';
import { textSlot } from './terms.ts';

/**
 * Stands where a value must not be null, or is not one of its list: a text that no data can hold. Whoever reads the answer
 * finds it and has the resolvers answer instead, with the right error in the right place.
 */
export const mark = textSlot('mark');
export const markJson = sql`to_json(${mark})`;

export const constant = (text: string): SQL => sql`${literal(text)}::text`;

const constants = (texts: readonly string[]): SQL =>
  sql`array[${sql.join(texts.map(literal), sql`, `)}]::text[]`;

const textScalars = new Set(['String', 'ID', 'DateTime', 'Week']);

const enumTexts = (type: GraphQLOutputType): readonly string[] | null => {
  const named = getNamedType(type);
  if (!isEnumType(named)) return null;
  const values = named.getValues();
  if (values.some(({ name, value }) => name !== value)) throw new NotCompiled('type');
  return values.map(({ name }) => name);
};

/** `value` where `holds`, null where it may be null, the mark where it may not or is none of the type. */
export const guarded = (
  required: boolean,
  holds: SQL,
  value: SQL,
  otherwise: SQL,
  tested: SQL,
): SQL =>
  required
    ? sql`case when ${holds} then ${value} else ${otherwise} end`
    : sql`case when ${holds} then ${value} when ${tested} is not null then ${otherwise} end`;

const scalarList = (item: GraphQLOutputType, required: boolean, value: SQL): SQL => {
  const texts = enumTexts(item);
  const named = getNamedType(item);
  if (!isNonNullType(item) || isListType(getNullableType(item))) throw new NotCompiled('type');
  if (texts === null && !textScalars.has(named.name)) throw new NotCompiled('type');
  const holds = texts
    ? sql`${value} <@ ${constants(texts)}`
    : sql`array_position(${value}, null) is null and ${value} is not null`;
  return guarded(required, holds, sql`to_json(${value})`, markJson, value);
};

/** A scalar, an enum value or a list of them, as JSON would print what graphql-js makes of it. */
export const leaf = (type: GraphQLOutputType, value: SQL): SQL => {
  const required = isNonNullType(type);
  const nullable = getNullableType(type);
  if (isListType(nullable)) return scalarList(nullable.ofType, required, value);
  const texts = enumTexts(type);
  if (texts) return guarded(required, sql`${value} = any(${constants(texts)})`, value, mark, value);
  if (!isScalarType(nullable)) throw new NotCompiled('type');
  if (textScalars.has(nullable.name)) {
    return required ? sql`coalesce(${value}::text, ${mark})` : sql`${value}::text`;
  }
  if (nullable.name === 'Date') {
    return required ? sql`coalesce(to_json(${value}::date), ${markJson})` : sql`${value}::date`;
  }
  if (nullable.name === 'Int' || nullable.name === 'Boolean') {
    const typed = nullable.name === 'Int' ? sql`${value}::int` : sql`${value}::boolean`;
    return required ? sql`coalesce(to_json(${typed}), ${markJson})` : typed;
  }
  if (nullable.name === 'Float') {
    // Between these PostgreSQL and JavaScript write a number the same way.
    const number = sql`${value}::float8`;
    const holds = sql`abs(${number}) >= 0.0001 and abs(${number}) < 1e15 or ${number} = 0`;
    return guarded(
      required,
      holds,
      sql`to_json(abs(${number}) * sign(${number}))`,
      markJson,
      number,
    );
  }
  throw new NotCompiled('type');
};
