/**
 * What of an error may be logged. Messages of drivers and parsers hold parameters, and those are personal data:
 * of an error we do not make ourselves only its name, code and stack frames are kept.
 */
export type ScrubbedError = {
  name: string;
  code?: string;
  /** Only of errors of the language itself, without anything quoted and without numbers of four digits or more. */
  message?: string;
  frames: string[];
  cause?: ScrubbedError;
};

/** Their messages speak of code. A SyntaxError is not here: that of JSON.parse quotes what it read. */
const aboutCode = ['TypeError', 'RangeError', 'ReferenceError', 'AssertionError'];

export function scrubError(error: unknown, depth = 3): ScrubbedError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const { code } = error as { code?: unknown };
  return {
    name: /^\w{1,60}$/.test(error.name) ? error.name : 'Error',
    ...(typeof code === 'string' && /^\w{1,60}$/.test(code) && { code }),
    ...(aboutCode.includes(error.name) && { message: withoutValues(error.message) }),
    frames: framesOf(error),
    ...(error.cause !== undefined && depth > 0 && { cause: scrubError(error.cause, depth - 1) }),
  };
}

const withoutValues = (message: string): string =>
  message
    .slice(0, 500)
    .replace(/"[^"]*"?|'[^']*'?|`[^`]*`?/g, '"?"')
    .replace(/\d{4,}/g, '?');

/** The lines of the stack that are places in code: the message above them may have any number of lines. */
const framesOf = (error: Error): string[] => {
  const message = `${error.name}: ${error.message}`;
  const stack = error.stack ?? '';
  return stack
    .slice(stack.startsWith(message) ? message.length : 0)
    .split('\n')
    .filter((line) => /^ {4}at [^\n]*?(?:\(?(?:file:\/\/|node:|\/)[^\s)]+:\d+:\d+\)?)$/.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
};
