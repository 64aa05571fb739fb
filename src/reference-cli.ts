/** `schakel reference FILE`: takes in a newer file of DUO's (02 or 06), as it can be downloaded. A running hub reads it at its next start. */
import { ConfigProblems, readConfig } from './config.ts';
import { openPool } from './db/pools.ts';
import { openDatabase } from './hub.ts';
import { DuoFileRefused } from './reference/duo-table.ts';
import { describeImport, importReferenceFile } from './reference/import-cli.ts';

type Surroundings = {
  env: Record<string, string | undefined>;
  out: (text: string) => void;
  err: { write(text: string): unknown };
};

/** Another hub uses the database of the demonstration: stop it first. What a driver says may hold values and is not shown. */
const isStartRefusal = (error: unknown): error is Error =>
  error instanceof Error && error.message.startsWith('another hub is using');

/** The exit status: 0 done, 1 refused, 2 not asked right. */
export const referenceCommand = async (
  [file, ...more]: string[],
  { env, out, err }: Surroundings,
): Promise<number> => {
  if (file === undefined || more.length > 0) {
    err.write('Gebruik: schakel reference BESTAND\n');
    return 2;
  }
  try {
    const database = await openDatabase(readConfig(env));
    const ingest = openPool(database.urls.ingest, 'reference', 1);
    try {
      const report = await importReferenceFile(ingest, file);
      for (const line of describeImport(report)) out(`${line}\n`);
      return 0;
    } finally {
      await ingest.end();
      await database.stop();
    }
  } catch (error) {
    const isOurs =
      error instanceof ConfigProblems || error instanceof DuoFileRefused || isStartRefusal(error);
    err.write(
      `${isOurs ? error.message : 'Het bestand is niet verwerkt. Er is niets gewijzigd.'}\n`,
    );
    return 1;
  }
};
