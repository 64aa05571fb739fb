/**
 * Takes in one XML message and reads it: nothing is parsed before its size, encoding and lack of a DOCTYPE are known.
 * Complaints about a message never hold a value of it.
 */
import { isUtf8 } from 'node:buffer';
import { SaxesParser } from 'saxes';
import { refusal } from './problem.ts';

/** The largest message iJw allows (rule IB003); an OSO dossier with its documents stays below it as well. */
const maxMegabytes = 25;

export type XmlMessage = { bytes: Uint8Array; text: string };

export async function receiveXml(input: AsyncIterable<Uint8Array>): Promise<XmlMessage> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of input) {
    size += part.length;
    if (size > maxMegabytes * 1024 * 1024) throw refusal('XML_TOO_LARGE', String(maxMegabytes));
    parts.push(part);
  }
  const whole = Buffer.concat(parts);
  const bytes = whole.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))
    ? whole.subarray(3)
    : whole;
  // U+0000 is valid UTF-8 but never XML: it is how UTF-16 without a byte order mark looks.
  if (!isUtf8(bytes) || bytes.includes(0)) throw refusal('XML_ENCODING');
  const text = bytes.toString('utf8');
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (declared !== undefined && declared.toLowerCase() !== 'utf-8') throw refusal('XML_ENCODING');
  // Without a DTD there are no entities to expand and nothing to fetch, whatever a parser would do with them.
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw refusal('XML_DOCTYPE');
  return { bytes, text };
}

/** Namespace and name of the root element. */
export function rootOf({ text }: XmlMessage): { namespace: string; name: string } {
  const parser = new SaxesParser({ xmlns: true });
  let root: { namespace: string; name: string } | null = null;
  parser.on('opentag', ({ uri, local }) => {
    root ??= { namespace: uri, name: local };
  });
  parser.on('error', () => {
    throw refusal('XML_NOT_WELL_FORMED', ` (regel ${parser.line})`);
  });
  // A root element stands at the very start: comments of more than this before it are not a message.
  for (let at = 0; at < Math.min(text.length, 65_536) && root === null; at += 1024) {
    parser.write(text.slice(at, at + 1024));
  }
  if (root === null) throw refusal('XML_NOT_WELL_FORMED', '');
  return root;
}

/** The end of an element: where it stood (root first), and its text when it holds no elements. */
export type ElementEnd = { path: readonly string[]; name: string; text: string | null };

/** Walks through a message that has passed its schema. */
export function readElements(
  { text }: XmlMessage,
  visit: {
    start?(path: readonly string[]): void;
    end(element: ElementEnd): void;
    attribute?(value: string): void;
  },
): void {
  const parser = new SaxesParser({ xmlns: true });
  const path: string[] = [];
  let content: string | null = null;
  parser.on('opentag', ({ local, attributes }) => {
    path.push(local);
    content = '';
    visit.start?.(path);
    for (const attribute of Object.values(attributes)) visit.attribute?.(attribute.value);
  });
  const append = (piece: string) => {
    if (content !== null) content += piece;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', ({ local }) => {
    visit.end({ path, name: local, text: content === null ? null : content.trim() });
    path.pop();
    content = null;
  });
  parser.on('error', () => {
    throw refusal('XML_NOT_WELL_FORMED', ` (regel ${parser.line})`);
  });
  parser.write(text).close();
}
