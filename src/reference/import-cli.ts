/** `schakel reference FILE`: takes a file of DUO into the reference data and says what came of it. */
import { createReadStream } from 'node:fs';
import type { Sql } from 'postgres';
import { type ImportReport, importDuoFile } from './duo-import.ts';
import { DuoFileRefused } from './duo-table.ts';

/** Reads and imports the file at this path. Throws DuoFileRefused, with a Dutch message, when it cannot be taken in. */
export const importReferenceFile = async (sql: Sql, path: string): Promise<ImportReport> => {
  try {
    return await importDuoFile(sql, createReadStream(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') {
      throw new DuoFileRefused(
        'UNREADABLE_FILE',
        `Het bestand ${path} is niet te lezen. Controleer of de naam klopt en of u het mag openen.`,
      );
    }
    throw error;
  }
};

const shownRejects = 20;

const formats: Readonly<Record<ImportReport['format'], string>> = {
  DUO_SCHOOL_SITES: 'schoolvestigingen basisonderwijs (DUO 02)',
  DUO_PUPIL_COUNTS: 'leerlingen per vestiging (DUO 06)',
};

/** The report as lines of Dutch text for a terminal. */
export const describeImport = (report: ImportReport): string[] => {
  const refused = report.lines - report.accepted;
  return [
    `Herkend als ${formats[report.format]}.`,
    `${report.lines} regels gelezen, ${report.accepted} overgenomen, ${refused} geweigerd. ${report.changed} rijen gewijzigd.`,
    ...report.notices,
    ...report.rejects
      .slice(0, shownRejects)
      .map(
        ({ line, column, message }) =>
          `regel ${line}${column === null ? '' : `, kolom ${column}`}: ${message}`,
      ),
    ...(report.rejects.length > shownRejects
      ? [`en nog ${report.rejects.length - shownRejects} meldingen.`]
      : []),
  ];
};
