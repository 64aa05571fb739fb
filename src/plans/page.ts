/**
 * Pages and their cursors. A cursor is a position in one list, for one caller: encrypted, so that a sort key of a row cannot be read from it, and
 * bound to caller, list, filter and order: anybody else's cursor, or one of another list, is refused.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';

/** A cursor that is not one of this caller's, for this list. Safe to show. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
  readonly code = 'BAD_CURSOR';
  constructor() {
    super('the cursor does not belong to this list; start again without "after"');
  }
}

/** A page longer or shorter than there are. Safe to show. */
export class BadPage extends Error {
  override readonly name = 'BadPage';
  readonly code = 'BAD_USER_INPUT';
}

export const maxPage = 100;

export const isLength = (length: number): boolean => length >= 1 && length <= maxPage;

export const checkLength = (length: number): number => {
  if (!isLength(length)) throw new BadPage(`a page has 1 to ${maxPage} rows`);
  return length;
};

/** Where a page ends: the sort keys of its last row, and for a list below a row the key of that row. */
export type Place = { position: readonly unknown[]; below?: readonly unknown[] | undefined };

export type Cursors = {
  write(list: string, place: Place): string;
  read(list: string, cursor: string): Place;
};

const ivBytes = 12;
const tagBytes = 16;

const isPlace = (value: unknown): value is [unknown[], unknown[]?] =>
  Array.isArray(value) && value.every((part) => Array.isArray(part));

/**
 * Cursors for callers: `caller` names who may use them (subject, role, organisation, purpose). The same place gives the
 * same cursor: its IV is a keyed hash of what it holds (as SIV does, RFC 5297), which tells its own caller nothing new.
 */
export const openCursors = (secret: Uint8Array): ((caller: string) => Cursors) => {
  const derived = Buffer.from(hkdfSync('sha256', secret, '', 'schakel cursor', 64));
  const key = derived.subarray(0, 32);
  const ivKey = derived.subarray(32);
  return (caller) => {
    const boundTo = (list: string) => createHash('sha256').update(`${caller}\n${list}`).digest();
    return {
      write(list, { position, below }) {
        const text = JSON.stringify(below ? [position, below] : [position]);
        const bound = boundTo(list);
        const iv = createHmac('sha256', ivKey)
          .update(bound)
          .update(text)
          .digest()
          .subarray(0, ivBytes);
        const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound);
        const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
        return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
      },
      read(list, cursor) {
        const bytes = Buffer.from(cursor, 'base64url');
        if (bytes.length <= ivBytes + tagBytes) throw new BadCursor();
        try {
          const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
            .setAAD(boundTo(list))
            .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
          const text = Buffer.concat([
            decipher.update(bytes.subarray(ivBytes + tagBytes)),
            decipher.final(),
          ]).toString('utf8');
          const place: unknown = JSON.parse(text);
          if (!isPlace(place)) throw new BadCursor();
          return { position: place[0], below: place[1] };
        } catch {
          throw new BadCursor();
        }
      },
    };
  };
};
