/**
 * Files that others keep and a running hub follows: read at the start, where anything wrong is an error, and read again every
 * few seconds, where it is logged and what was read before stays in force.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigProblems } from './config.ts';
import { type ScrubbedError, scrubError } from './scrub-error.ts';

/** What a file says, or what is wrong with it. */
export type Interpreted<Value> = { value: Value } | { problems: readonly string[] };

export type FollowLog = {
  info(fields: { file: string }, message: string): void;
  error(fields: { problems: readonly string[] } | { error: ScrubbedError }, message: string): void;
};

export type Followed<Value> = {
  /** By the name of the file. */
  current(): ReadonlyMap<string, Value>;
  close(): void;
};

type Options<Value> = {
  /** The setting that names the files; every problem begins with it. */
  setting: string;
  /** The paths to read now. Rejects when that cannot be told. */
  list(): Promise<readonly string[]>;
  interpret(name: string, text: string): Interpreted<Value> | Promise<Interpreted<Value>>;
  log: FollowLog;
  everyMs?: number;
};

const stays = 'what was read before stays in force';

/** Bytes, or the code of the error that came instead: contents are compared, as times of change are too coarse to tell. */
type Seen = Buffer | string;
type File<Value> = { seen: Seen; value?: Value };

const isSame = (a: Seen, b: Seen): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : a.equals(b);

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | null)?.code ?? 'unreadable');

/**
 * Throws `ConfigProblems`, with everything that is wrong in any of the files. Afterwards each file is on its own: a bad
 * one keeps its old value and is logged once, one that is no longer listed is gone.
 */
export const followFiles = async <Value>(options: Options<Value>): Promise<Followed<Value>> => {
  const { setting, list, interpret, log, everyMs = 2_000 } = options;
  let files: ReadonlyMap<string, File<Value>> = new Map();
  let values: ReadonlyMap<string, Value> = new Map();
  let lastListing = '';

  const read = async (path: string, problems: string[]): Promise<File<Value>> => {
    const name = basename(path);
    const before = files.get(name);
    const seen: Seen = await readFile(path).catch(codeOf);
    if (before && isSame(before.seen, seen)) return before;
    const found: Interpreted<Value> =
      typeof seen === 'string'
        ? { problems: [`cannot be read (${seen})`] }
        : await interpret(name, seen.toString('utf8'));
    if ('value' in found) {
      log.info({ file: name }, `${setting} was read`);
      return { seen, value: found.value };
    }
    problems.push(...found.problems.map((problem) => `${setting}: ${name} ${problem}`));
    return { ...before, seen };
  };

  const readAll = async (): Promise<readonly string[]> => {
    const problems: string[] = [];
    let paths: readonly string[];
    try {
      paths = await list();
      lastListing = '';
    } catch (error) {
      const listing = codeOf(error);
      if (listing === lastListing) return [];
      lastListing = listing;
      return [`${setting}: the directory cannot be read (${listing})`];
    }
    const next = new Map<string, File<Value>>();
    for (const path of paths) next.set(basename(path), await read(path, problems));
    files = next;
    values = new Map(
      [...next].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
    );
    return problems;
  };

  const atStart = await readAll();
  if (atStart.length > 0) throw new ConfigProblems(atStart);

  let isReading = false;
  const timer = setInterval(async () => {
    if (isReading) return;
    isReading = true;
    try {
      const problems = await readAll();
      if (problems.length > 0) log.error({ problems }, stays);
    } catch (error) {
      log.error({ error: scrubError(error) }, stays);
    } finally {
      isReading = false;
    }
  }, everyMs).unref();
  return { current: () => values, close: () => clearInterval(timer) };
};
