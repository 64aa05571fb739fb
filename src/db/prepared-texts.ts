/**
 * Which statements are worth preparing. A connection keeps what it prepared for as long as it lives, and callers may send
 * ever new documents: so a text is prepared from its second use on, and only so many texts are.
 */
import { createHash } from 'node:crypto';

export type PreparedTexts = {
  /** Says whether this use of the text is to be prepared, and remembers that it was used. */
  admit(text: string): boolean;
};

export const preparedTexts = (options: {
  most: number;
  /** How long a connection lives at most: a text that was not used for as long is on no connection any more. */
  connectionMs: number;
  now?: () => number;
}): PreparedTexts => {
  const { most, connectionMs, now = () => performance.now() } = options;
  // Both in the order of use. What was seen once is kept as a digest, since it may never come back.
  const admitted = new Map<string, number>();
  const seenOnce = new Set<string>();

  const seenBefore = (text: string): boolean => {
    const digest = createHash('sha256').update(text).digest('base64');
    if (seenOnce.delete(digest)) return true;
    seenOnce.add(digest);
    const [oldest] = seenOnce;
    if (oldest !== undefined && seenOnce.size > 4 * most) seenOnce.delete(oldest);
    return false;
  };

  const makeRoom = (): boolean => {
    if (admitted.size < most) return true;
    const [oldest] = admitted;
    if (oldest === undefined || now() - oldest[1] <= connectionMs) return false;
    return admitted.delete(oldest[0]);
  };

  return {
    admit: (text) => {
      if (!admitted.delete(text) && !(seenBefore(text) && makeRoom())) return false;
      admitted.set(text, now());
      return true;
    },
  };
};
