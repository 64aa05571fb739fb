/**
 * `schakel deliver FILE --source NAME`: sends a file to a running hub, shows how far it is and prints in Dutch what became
 * of it. Ends with 0 when every line was taken in, 1 when the file or a line was not, 2 when the command was wrong.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { deliveryFormats } from '../../schema/codes.ts';
import { readConfig } from '../config.ts';
import { openDemoIdentityProvider } from '../demo/identity-provider.ts';
import { purposesOf } from '../policy/policy.ts';
import { guessFormat } from './format.ts';
import type { DeliveryFormat, DeliveryReport } from './run.ts';

const usage = `Gebruik: schakel deliver BESTAND --source NAAM [opties]

  --source NAAM    de bron die levert, zoals demo-leerplicht
  --format SOORT   ${deliveryFormats.join(', ')}
                   (zonder deze optie: af te lezen aan het bestand)
  --url ADRES      de hub, standaard http://127.0.0.1:4000
  --token TOKEN    het toegangsbewijs van de bron; ook als SCHAKEL_TOKEN.
                   Zonder toegangsbewijs maakt de demonstratie er zelf een.
`;

/** Where the command writes and what it knows of its surroundings. */
export type Surroundings = {
  env: NodeJS.ProcessEnv;
  out: (text: string) => void;
  /** Progress and complaints. A terminal gets a line that is written over. */
  err: { write: (text: string) => unknown; isTTY?: boolean };
};

/** Something is wrong with what was typed. Dutch. */
class UsageError extends Error {}
/** The delivery could not be made. Dutch. */
class DeliveryError extends Error {}

type Arguments = {
  file: string;
  source: string;
  format: string | undefined;
  url: string;
  token: string | undefined;
};

export async function deliverCommand(args: string[], around: Surroundings): Promise<number> {
  try {
    const asked = readArguments(args, around.env);
    const format = await formatOf(asked);
    const token = asked.token ?? (await demoToken(asked.source, around.env));
    const { status, body } = await send(asked, format, token, around);
    return report(status, body, around);
  } catch (error) {
    if (error instanceof UsageError) {
      around.err.write(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (!(error instanceof DeliveryError)) throw error;
    around.err.write(`${error.message}\n`);
    return 1;
  }
}

const option = { type: 'string' } as const;

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { source: option, format: option, url: option, token: option },
    });
  } catch (error) {
    throw new UsageError(`Deze opdracht klopt niet: ${(error as Error).message}`);
  }
}

function readArguments(args: string[], env: NodeJS.ProcessEnv): Arguments {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError('Noem één bestand om te leveren.');
  if (!values.source) throw new UsageError('Noem de bron met --source.');
  const url = values.url ?? 'http://127.0.0.1:4000';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(
      'Het adres achter --url klopt niet. Schrijf het als http://127.0.0.1:4000.',
    );
  }
  return {
    file,
    source: values.source,
    format: values.format,
    url,
    token: values.token ?? env.SCHAKEL_TOKEN,
  };
}

const headBytes = 4096;

async function formatOf({ file, format: asked }: Arguments): Promise<DeliveryFormat> {
  const known = deliveryFormats.find((format) => format === asked);
  if (asked !== undefined && known === undefined) {
    throw new UsageError(`De soort "${asked}" bestaat niet.`);
  }
  const handle = await open(file).catch(() => {
    throw new UsageError(`Het bestand ${file} is niet te lezen. Controleer de naam en de rechten.`);
  });
  try {
    if (known) return known;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const guessed = guessFormat(basename(file), buffer.subarray(0, bytesRead));
    if (guessed !== null) return guessed;
  } finally {
    await handle.close();
  }
  throw new UsageError(
    'Aan het bestand is niet te zien welke soort het is. Noem die met --format.',
  );
}

/** In a demonstration the hub is its own identity provider, with its key in the same folder. */
async function demoToken(source: string, env: NodeJS.ProcessEnv): Promise<string> {
  const config = readConfig(env);
  if (!config.demonstration) {
    throw new UsageError('Geef het toegangsbewijs van de bron met --token of als SCHAKEL_TOKEN.');
  }
  const provider = await openDemoIdentityProvider(config.dataDir);
  return provider.issueToken({
    sub: `cli-${source}`,
    role: 'source',
    org: source,
    purpose: purposesOf('source')[0] ?? '',
  });
}

async function send(
  { file, url }: Arguments,
  format: DeliveryFormat,
  token: string,
  { err }: Surroundings,
): Promise<{ status: number; body: unknown }> {
  const { size } = await stat(file);
  const target = new URL(`/deliveries?format=${format}`, url);
  const sending = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      'content-length': size,
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve).once('error', reject);
  });
  const progress = showProgress(size, err);
  // A hub that refuses at once answers before the whole file is sent; then the answer counts, not the broken pipe.
  const sent = pipeline(createReadStream(file), progress.count, sending).then(
    () => progress.processing(),
    () => undefined,
  );
  try {
    const response = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    return { status: response.statusCode ?? 0, body: parseJson(text) };
  } catch {
    throw new DeliveryError(
      `De hub op ${target.origin} is niet bereikbaar of brak de verbinding af. Draait de hub? Lever anders later opnieuw.`,
    );
  } finally {
    sending.destroy();
    await sent;
    progress.end();
  }
}

function showProgress(size: number, err: Surroundings['err']) {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1).replace('.', ',');
  const line = (text: string) => err.write(err.isTTY ? `\r\u001B[K${text}` : `${text}\n`);
  let bytes = 0;
  let shown = -1;
  const show = () => {
    const percentage = size === 0 ? 100 : Math.floor((100 * bytes) / size);
    // A terminal sees every percent, a log file every quarter.
    const step = err.isTTY ? percentage : percentage - (percentage % 25);
    if (step === shown) return;
    shown = step;
    line(`Versturen: ${percentage}% (${megabytes(bytes)} van ${megabytes(size)} MB)`);
  };
  return {
    async *count(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        show();
        yield chunk;
      }
    },
    processing: () => line('Verwerken…'),
    end: () => (err.isTTY ? err.write('\r\u001B[K') : undefined),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const failures: Readonly<Record<number, string>> = {
  401: 'De hub kent dit toegangsbewijs niet. Vraag een nieuw toegangsbewijs.',
  403: 'Deze bron mag dit niet leveren. Controleer de naam van de bron en de soort levering.',
  408: 'Het versturen duurde te lang. Lever het bestand opnieuw.',
  413: 'Het bestand is te groot. Verdeel het over meer bestanden.',
  503: 'De hub is nu te druk. Lever het bestand over een minuut opnieuw.',
};

function report(status: number, body: unknown, { out, err }: Surroundings): number {
  if (status === 200) {
    const taken = body as DeliveryReport;
    out(describe(taken));
    return taken.rejectsTotal > 0 ? 1 : 0;
  }
  const { title, code } = (body ?? {}) as { title?: unknown; code?: unknown };
  if (status === 422) {
    out(`Het bestand is geweigerd (${String(code)}). Er is niets verwerkt.\n  ${String(title)}\n`);
    return 1;
  }
  err.write(
    `${failures[status] ?? 'De levering is niet gelukt. Er is niets verwerkt. Probeer het later opnieuw.'} (${status}${
      typeof code === 'string' ? ` ${code}` : ''
    })\n`,
  );
  return 1;
}

function describe({ id, counts, rejects, rejectsTotal }: DeliveryReport): string {
  const rows: [string, number][] = [
    ['ontvangen', counts.received],
    ['aangenomen', counts.accepted],
    ['ongewijzigd', counts.unchanged],
    ['afgekeurd', counts.rejected],
    ['bij een dossier', counts.linked],
  ];
  const text = [
    `Levering ${id} is verwerkt.`,
    ...rows.map(([name, count]) => `  ${name.padEnd(16)}${String(count).padStart(9)}`),
  ];
  if (rejectsTotal > 0) {
    text.push('Afgekeurd:');
    for (const { line, field, code, message } of rejects) {
      text.push(`  regel ${line}${field ? `, ${field}` : ''}: ${message} (${code})`);
    }
    const more = rejectsTotal - rejects.length;
    if (more > 0) text.push(`  … en nog ${more}. U vraagt ze op met de query "deliveries".`);
  }
  return `${text.join('\n')}\n`;
}
