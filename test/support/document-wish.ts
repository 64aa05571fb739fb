/** What is wanted of a document, before it is one: a tree that can be made smaller part by part. */
import type { ConstValueNode, FieldNode, GraphQLInputType } from 'graphql';

export type Value =
  | { kind: 'leaf'; node: ConstValueNode; json: unknown }
  | { kind: 'list'; items: Value[] }
  | { kind: 'object'; fields: [string, Value][] }
  | { kind: 'cursor'; pick: number }
  | VariableWish;

export type VariableWish = {
  kind: 'variable';
  type: GraphQLInputType;
  /** Whether its place gives a value when there is none: then it may be of a nullable type. */
  mayBeAbsent: boolean;
  isNonNull: boolean;
  default: Value | null;
  sent: Sent;
  /** What is sent when the document is asked a second time; null for the same. */
  sentAgain: Sent | null;
  isShared: boolean;
};

export type Sent = { given: 'value' | 'null' | 'omitted'; value: Value };

export type Condition = { name: 'skip' | 'include'; if: Value };

export type FieldWish = {
  kind: 'field';
  name: string;
  alias: string | null;
  args: [string, Value][];
  conditions: Condition[];
  below: Item[] | null;
  /** When the key is taken by something else: merge with it if it is the same field, or take another key. */
  merges: boolean;
  /** The same field under the same key once more, with another selection. */
  again: { conditions: Condition[]; below: Item[] | null } | null;
};

export type GroupWish = {
  kind: 'group';
  /** Type condition; null for none. */
  on: string | null;
  wrap: null | {
    form: 'inline' | 'named';
    conditions: Condition[];
    /** Spread a fragment that is there already, when it fits. */
    reuses: boolean;
    /** The spread once more. */
    twice: Condition[] | null;
  };
  items: Item[];
};

/** A question about the schema itself: never compiled. */
export type IntrospectionWish = { kind: 'introspection'; node: FieldNode };

export type Item = FieldWish | GroupWish | IntrospectionWish;

export type DocumentWish = {
  items: Item[];
  name: string | null;
  mayExceed: boolean;
  asksAgain: boolean;
  /** Makes the nth variable wrong: valid as a document, refused when asked. */
  spoils: number | null;
};
