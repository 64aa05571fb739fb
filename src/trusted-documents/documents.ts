/**
 * Which document a request is about: one that its client registered, one that was sent before under its hash, or the
 * text it brings itself. Where a role is limited to registered documents, anything else is refused before it is parsed.
 */
import { hash } from 'node:crypto';
import type { Role } from '../../schema/codes.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { GraphqlBody } from '../http/contract.ts';
import { Refusal } from '../http/refusal.ts';
import type { Manifest } from './manifest.ts';

export type FoundDocument = {
  /** SHA-256 of the text, or what the caller says it is when there is no text. For the access log. */
  hash: string;
} & (
  | {
      refusal: null;
      query: string /** Call it when the document proved valid. */;
      accepted(): void;
    }
  | { refusal: Refusal }
);

export type DocumentOf = (
  viewer: Pick<Viewer, 'role' | 'organisation' | 'client'>,
  body: GraphqlBody,
) => FoundDocument;

type Options = {
  manifestOf(client: string): Manifest | undefined;
  trustedOnly: readonly Role[];
  /** How much text is remembered of automatic persisted queries. */
  maxCharacters?: number;
};

const notTrusted = () =>
  new Refusal(403, 'DOCUMENT_NOT_TRUSTED', 'this role asks only what its client has registered');

/** Status, code and message are those by which clients know that they must send the text as well. */
const notFound = () => new Refusal(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');

export const createDocumentOf = (options: Options): DocumentOf => {
  const { manifestOf, trustedOnly, maxCharacters = 2 ** 21 } = options;
  const automatic = boundedTexts(maxCharacters);

  return ({ role, organisation, client }, { query, persistedHash }) => {
    const id = query === undefined ? (persistedHash ?? '') : hash('sha256', query);
    const trusted = client === null ? undefined : manifestOf(client)?.documents.get(id);
    if (trusted !== undefined)
      return { hash: id, refusal: null, query: trusted, accepted: nothing };
    if (trustedOnly.includes(role)) return { hash: id, refusal: notTrusted() };
    // Apart per role and organisation: a hash that is known tells what others asked.
    const key = `${role} ${organisation} ${id}`;
    const text = query ?? automatic.get(key);
    if (text === undefined) return { hash: id, refusal: notFound() };
    const accepted = persistedHash === undefined ? nothing : () => automatic.set(key, text);
    return { hash: id, refusal: null, query: text, accepted };
  };
};

const nothing = () => undefined;

/** Remembers texts up to a number of characters; the longest unused go first. */
const boundedTexts = (maxCharacters: number) => {
  const texts = new Map<string, string>();
  let characters = 0;
  const remove = (key: string): void => {
    const text = texts.get(key);
    if (text === undefined) return;
    texts.delete(key);
    characters -= key.length + text.length;
  };
  const set = (key: string, text: string): void => {
    remove(key);
    texts.set(key, text);
    characters += key.length + text.length;
    for (const oldest of texts.keys()) {
      if (characters <= maxCharacters) return;
      remove(oldest);
    }
  };
  const get = (key: string): string | undefined => {
    const text = texts.get(key);
    if (text !== undefined) set(key, text);
    return text;
  };
  return { get, set };
};
