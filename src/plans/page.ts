/**
 * Pages and their cursors. A cursor is a position in one list, for one caller: encrypted, so that a sort key of a row cannot be read from it, and
 * bound to caller, list, filter and order: anybody else's cursor, or one of another list, is refused.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

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

export const checkLength = (length: number): number => {
  if (length < 1 || length > maxPage) throw new BadPage(`a page has 1 to ${maxPage} rows`);
  return length;
};

export type Cursors = {
  write(list: string, position: readonly unknown[]): string;
  read(list: string, cursor: string): unknown[];
};

const ivBytes = 12;
const tagBytes = 16;

/** `caller` names who may use the cursor (subject, role, organisation, purpose). */
export const cursorsFor = (secret: Uint8Array, caller: string): Cursors => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'schakel cursor', 32));
  const boundTo = (list: string) => createHash('sha256').update(`${caller}\n${list}`).digest();
  return {
    write(list, position) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo(list));
      const body = Buffer.concat([cipher.update(JSON.stringify(position), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    read(list, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length <= ivBytes + tagBytes) throw new BadCursor();
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
          .setAAD(boundTo(list))
          .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        const body = Buffer.concat([
          decipher.update(bytes.subarray(ivBytes + tagBytes)),
          decipher.final(),
        ]);
        return JSON.parse(body.toString('utf8')) as unknown[];
      } catch {
        throw new BadCursor();
      }
    },
  };
};
