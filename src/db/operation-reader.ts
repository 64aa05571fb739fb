/**
 * Answers a whole read operation from the database as bytes: compiles it once, binds what this request brings, and fills
 * in the cursors. What it cannot answer it leaves to the resolvers, and counts why.
 */
import { randomBytes } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Ask, Given } from '../plans/arguments.ts';
import { compile, type Plan } from '../plans/compile.ts';
import { NotCompiled, type NotCompiledReason } from '../plans/not-compiled.ts';
import { BadCursor, BadPage, type Cursors } from '../plans/page.ts';
import type { Operation } from '../plans/selection.ts';
import { bind } from '../plans/statement.ts';
import { scopeValues, viewpointOf } from '../plans/terms.ts';
import { NotGranted, type Scope } from '../policy/grant.ts';
import { type RawRows, readAsViewerRaw } from './as-viewer.ts';
import type { Gate } from './pools.ts';
import type { Subject } from './reader.ts';
import { Unavailable } from './unavailable.ts';

/** Why an operation was left to the resolvers: it cannot be compiled, is refused, holds a value it should not, or failed. */
export type LeftReason = NotCompiledReason | 'refused' | 'unexpected value' | 'failed';

/** How operations were answered since the start. */
export type ReadCounts = { compiled: number; left: Partial<Record<LeftReason, number>> };

export type OperationRequest = {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** As the caller sent them. */
  variables: Readonly<Record<string, unknown>>;
  scope: Scope;
  viewer: Readonly<Record<string, string>>;
  cursors: Cursors;
  /** Goes into the answer beside the data. */
  extensions: object | null;
};

export type OperationAnswer = { body: Buffer; subjects: readonly Subject[] };

export type OperationReader = {
  /** The body of the answer and whose data are in it, or null: ask the resolvers. Rejects with Unavailable. */
  read(server: Gate, request: OperationRequest): Promise<OperationAnswer | null>;
  counts(): ReadCounts;
};

/** Of one operation, under one set of answers to its directives: what depends on arguments, and the plans so far. */
type Draft = { asks: readonly Ask[]; plans: Map<string, Plan> };
type Known = { switches: readonly string[]; drafts: Map<string, Draft | NotCompiledReason> };

/** Beyond it a client is trying shapes; the oldest are built again when asked again. */
const maxDrafts = 32;
const maxPlans = 64;

const remember = <Value>(map: Map<string, Value>, key: string, value: Value, most: number) => {
  if (map.size >= most) map.delete(map.keys().next().value ?? key);
  map.set(key, value);
};

/** The variables that decide what is asked at all. */
const switchesOf = (document: DocumentNode): string[] => {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: given }) => {
      for (const { value } of given ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names];
};

class Left extends Error {
  readonly reason: LeftReason;
  constructor(reason: LeftReason) {
    super(reason);
    this.reason = reason;
  }
}

export const openOperationReader = (
  schema: GraphQLSchema,
  failed: (error: unknown) => void,
): OperationReader => {
  const known = new WeakMap<OperationDefinitionNode, Known>();
  const counts: ReadCounts = { compiled: 0, left: {} };
  // Nobody outside this process can know it, so no data can hold it.
  const mark = randomBytes(16).toString('hex');

  const knownOf = ({ operation, document }: OperationRequest): Known => {
    const existing = known.get(operation);
    if (existing) return existing;
    const created: Known = { switches: switchesOf(document), drafts: new Map() };
    known.set(operation, created);
    return created;
  };

  const planOf = (request: OperationRequest): { plan: Plan; given: readonly Given[] } => {
    const { document, operation, scope, cursors } = request;
    const definitions = operation.variableDefinitions ?? [];
    const { coerced } = getVariableValues(schema, definitions, request.variables);
    if (coerced === undefined) throw new Left('refused');
    const viewpoint = viewpointOf(scope);
    const { switches, drafts } = knownOf(request);
    const draftKey = JSON.stringify([viewpoint, switches.map((name) => coerced[name])]);
    const draft = drafts.get(draftKey);
    if (typeof draft === 'string') throw new Left(draft);
    const given = draft?.asks.map((ask) => ask(coerced, cursors));
    const plan = given && draft?.plans.get(keyOf(given));
    if (plan) return { plan, given };
    const asked: Operation = { schema, fragments: fragmentsOf(document), variableValues: coerced };
    try {
      const made = compile(asked, operation.selectionSet, viewpoint, cursors);
      const now = draft ?? { asks: made.asks, plans: new Map<string, Plan>() };
      if (!draft) remember(drafts, draftKey, now, maxDrafts);
      const givenNow = given ?? now.asks.map((ask) => ask(coerced, cursors));
      remember(now.plans, keyOf(givenNow), made.plan, maxPlans);
      return { plan: made.plan, given: givenNow };
    } catch (error) {
      if (error instanceof NotCompiled) {
        remember(drafts, draftKey, error.reason, maxDrafts);
        throw new Left(error.reason);
      }
      throw error;
    }
  };

  const answer = async (server: Gate, request: OperationRequest): Promise<OperationAnswer> => {
    const { plan, given } = planOf(request);
    const values = { ...scopeValues(request.scope), mark };
    for (const one of given) Object.assign(values, one.values);
    const statements = plan.statements.map((template) => bind(template, values));
    const found = statements.length ? await readAsViewerRaw(server, request.scope, statements) : [];
    return assemble(
      plan,
      found,
      (json) => withCursors(json, mark, given, request.cursors),
      request,
    );
  };

  return {
    async read(server, request) {
      try {
        const answered = await answer(server, request);
        counts.compiled += 1;
        return answered;
      } catch (error) {
        if (error instanceof Unavailable) throw error;
        const reason = reasonOf(error);
        counts.left[reason] = (counts.left[reason] ?? 0) + 1;
        if (reason === 'failed') failed(error);
        return null;
      }
    },
    counts: () => ({ compiled: counts.compiled, left: { ...counts.left } }),
  };
};

const keyOf = (given: readonly Given[]): string => given.map(({ key }) => key).join('\n');

const fragmentsOf = ({ definitions }: DocumentNode): Operation['fragments'] =>
  Object.fromEntries(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );

/** What the caller is refused is said by the resolvers. */
const reasonOf = (error: unknown): LeftReason => {
  if (error instanceof Left) return error.reason;
  const isRefusal = [BadCursor, BadPage, GraphQLError, NotGranted].some(
    (refusal) => error instanceof refusal,
  );
  return isRefusal ? 'refused' : 'failed';
};

const assemble = (
  { parts }: Plan,
  found: readonly RawRows[],
  filled: (json: Buffer) => Buffer,
  { viewer, extensions }: Pick<OperationRequest, 'viewer' | 'extensions'>,
): OperationAnswer => {
  const pieces: Buffer[] = [];
  const subjects = new Map<string, Subject>();
  const write = (text: string) => pieces.push(Buffer.from(text));
  parts.forEach((part, index) => {
    write(`${index === 0 ? '{"data":{' : ','}${JSON.stringify(part.key)}:`);
    if (part.kind === 'text') {
      write(part.json);
    } else if (part.kind === 'viewer') {
      write(viewerJson(viewer, part.fields));
    } else {
      const row = found[part.statement]?.[0];
      const json = row?.[part.column];
      if (json) pieces.push(filled(json));
      else write('null');
      for (const id of idsOf(row?.[part.column + 1] ?? null)) {
        if (part.compartment) {
          subjects.set(`${part.compartment} ${id}`, { compartment: part.compartment, id });
        }
      }
    }
  });
  write(extensions ? `},"extensions":${JSON.stringify(extensions)}}\n` : '}}\n');
  return { body: Buffer.concat(pieces), subjects: [...subjects.values()] };
};

const viewerJson = (
  viewer: Readonly<Record<string, string>>,
  fields: readonly { key: string; name: string }[],
): string =>
  JSON.stringify(
    Object.fromEntries(
      fields.map(({ key, name }) => [key, name === '__typename' ? 'Viewer' : viewer[name]]),
    ),
  );

/** The ids in the text of an array of uuids: `{a,b}`. */
const idsOf = (array: Buffer | null): string[] =>
  array === null || array.length <= 2 ? [] : array.toString('latin1').slice(1, -1).split(',');

const quote = '"'.charCodeAt(0);
const backslash = '\\'.charCodeAt(0);

/** Where the JSON string ends in which `from` lies. */
const endOfString = (json: Buffer, from: number): number => {
  let at = from;
  while (json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
};

/** Puts cursors where the mark stands before a place. A mark on its own stands for a value that should not be there. */
const withCursors = (
  json: Buffer,
  mark: string,
  given: readonly Given[],
  cursors: Cursors,
): Buffer => {
  let at = json.indexOf(mark);
  if (at === -1) return json;
  const pieces: Buffer[] = [];
  let done = 0;
  while (at !== -1) {
    const end = endOfString(json, at);
    const text = JSON.parse(`"${json.toString('utf8', at + mark.length, end)}"`) as string;
    const [, index, place] = /^(\d+)\.(.*)$/s.exec(text) ?? [];
    const list = given[Number(index)]?.list;
    if (place === undefined || !list) throw new Left('unexpected value');
    const [position, below] = JSON.parse(place) as [unknown[], unknown[]?];
    pieces.push(json.subarray(done, at), Buffer.from(cursors.write(list, { position, below })));
    done = end;
    at = json.indexOf(mark, end);
  }
  pieces.push(json.subarray(done));
  return Buffer.concat(pieces);
};
