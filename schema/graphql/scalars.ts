/** Scalars of the API: a date, an instant and an ISO week travel as text, exactly as SQL printed them. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const textScalar = (name: string, description: string, isValid: (text: string) => boolean) => {
  const parse = (input: unknown): string => {
    if (typeof input !== 'string' || !isValid(input))
      throw new GraphQLError(`not a ${name}: ${description}`);
    return input;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: (output) => output as string,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
  });
};

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

export const DateScalar = textScalar('Date', 'a day, ISO 8601: 2026-02-01', isDay);

export const DateTimeScalar = textScalar(
  'DateTime',
  'an instant in UTC, ISO 8601: 2026-02-01T09:30:00.000Z',
  (text) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/.test(text) && isDay(text.slice(0, 10)),
);

export const WeekScalar = textScalar('Week', 'an ISO week: 2026-W07', (text) =>
  /^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$/.test(text),
);
