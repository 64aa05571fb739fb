/** Checks a message against its XSD, and says in Dutch what is wrong without repeating what the message says. */
import { readFile } from 'node:fs/promises';
import { refusal } from './problem.ts';
import type { XmlMessage } from './xml.ts';
import { runXmllint } from './xmllint.ts';

const standards = new URL('../../seeds/standards/', import.meta.url);

export type Schema = {
  main: { fileName: string; contents: string };
  imports: { fileName: string; contents: string }[];
  /** Every element the schema declares: the only names a complaint may mention. */
  names: ReadonlySet<string>;
};

const loaded = new Map<string, Promise<Schema>>();

/** A schema of seeds/standards, read once. `files` are the XSD itself and what it imports. */
export function loadSchema(folder: string, ...files: [string, ...string[]]): Promise<Schema> {
  const key = [folder, ...files].join('/');
  const schema = loaded.get(key) ?? readSchema(folder, files);
  loaded.set(key, schema);
  return schema;
}

async function readSchema(folder: string, files: [string, ...string[]]): Promise<Schema> {
  const read = async (fileName: string) => {
    const contents = await readFile(new URL(`${folder}/${fileName}`, standards), 'utf8');
    // More than half of these files is documentation. Without it a check takes 43 ms of CPU instead of 75.
    return {
      fileName,
      contents: contents
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/<xs:annotation>[\s\S]*?<\/xs:annotation>/g, ''),
    };
  };
  const [first, ...others] = files;
  const [main, imports] = await Promise.all([read(first), Promise.all(others.map(read))]);
  const names = [main, ...imports].flatMap(({ contents }) =>
    [...contents.matchAll(/<xs:(?:element|attribute)\s[^>]*?name="([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    ),
  );
  return { main, imports, names: new Set(names) };
}

let queue: Promise<unknown> = Promise.resolve();

/**
 * Refuses a message that its schema does not allow. Checks wait for each other: each one is a worker with up to 256 MB
 * of its own, and a source has no hurry.
 */
export function checkAgainst(schema: Schema, message: XmlMessage): Promise<void> {
  const check = queue.then(() => runCheck(schema, message));
  queue = check.catch(() => undefined);
  return check;
}

async function runCheck(schema: Schema, { bytes }: XmlMessage): Promise<void> {
  const { exitCode, output } = await runXmllint({
    xml: { fileName: 'message.xml', contents: bytes },
    schema: schema.main,
    preload: schema.imports,
    // 256 MB: enough for the tree of 25 MB of products. xmllint's stream mode needs less, but takes 5 s for one text of 5 MB.
    maxMemoryPages: 4096,
  });
  if (exitCode === 0) return;
  // xmllint repeats lines of the message: of its output only line numbers and kinds of error are used.
  const fault =
    /^message\.xml:(\d+): (?:namespace|parser) error : (Resource limit|Excessive depth)?/m.exec(
      output,
    );
  const outOfMemory = exitCode === 9 || exitCode === -1;
  if (outOfMemory || fault?.[2]) throw refusal('XML_TOO_COMPLEX');
  if (fault || exitCode === 1) {
    throw refusal('XML_NOT_WELL_FORMED', fault ? ` (regel ${fault[1]})` : '');
  }
  if (exitCode !== 3) throw new Error(`xmllint failed with code ${exitCode}`);
  const complaints = output
    .split('\n')
    .map((line) =>
      /^message\.xml:(\d+): .*?Schemas validity error : Element '([^']*)'(.*)$/.exec(line),
    )
    .filter((match) => match !== null)
    .map(([, line = '', element = '', text = '']) =>
      complaint(line, localName(element), text, schema.names),
    );
  const shown = complaints.slice(0, 5);
  const more = complaints.length - shown.length;
  throw refusal(
    'XSD_INVALID',
    [...shown, ...(more > 0 ? [`En nog ${more} andere fouten.`] : [])].join(' '),
  );
}

/** `{namespace}Name` or `prefix:Name`, as xmllint writes it, to `Name`. */
const localName = (name: string): string => name.replace(/^\{[^}]*\}/, '').replace(/^.*:/, '');

/** Said in words of our own: xmllint's sentence has the value in it. */
function complaint(
  line: string,
  element: string,
  text: string,
  names: ReadonlySet<string>,
): string {
  const where = `Regel ${line}`;
  const what = names.has(element) ? `element "${element}"` : 'een onbekend element';
  const expected = [
    ...(/Expected is (?:one of )?\( ([^)]*) \)\.$/.exec(text)?.[1] ?? '').split(', '),
  ]
    .map(localName)
    .filter((name) => names.has(name));
  const hint = expected.length > 0 ? ` Verwacht: ${expected.slice(0, 5).join(', ')}.` : '';
  if (text.includes('This element is not expected')) {
    return `${where}: ${what} hoort hier niet.${hint}`;
  }
  if (text.includes('Missing child element')) return `${where}: in ${what} ontbreekt iets.${hint}`;
  if (/^, attribute /.test(text)) return `${where}: een attribuut van ${what} klopt niet.`;
  if (text.includes('No matching global declaration')) return `${where}: ${what} hoort hier niet.`;
  return `${where}: de waarde van ${what} heeft niet de goede vorm.`;
}
