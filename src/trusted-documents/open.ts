/** Opens the manifests of a configured hub: one file per client in a directory that the hub follows. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Role } from '../../schema/codes.ts';
import { type FollowLog, followFiles } from '../follow-files.ts';
import { createDocumentOf, type DocumentOf } from './documents.ts';
import { type Manifest, manifestOf, type RoleSchemas } from './manifest.ts';

export type DocumentsLog = FollowLog & {
  info(fields: { client: string; roles: Manifest['roles'] }, message: string): void;
};

type Options = {
  /** Null when no client has registered anything. */
  directory: string | null;
  trustedOnly: readonly Role[];
  schemas: RoleSchemas;
  log: DocumentsLog;
  everyMs?: number;
};

/** Throws `ConfigProblems` when a manifest is not in order at the start. */
export const openDocuments = async (
  options: Options,
): Promise<{ documentOf: DocumentOf; close(): void }> => {
  const { directory, trustedOnly, schemas, log, everyMs } = options;
  if (directory === null) {
    return {
      documentOf: createDocumentOf({ manifestOf: () => undefined, trustedOnly }),
      close: () => undefined,
    };
  }
  const followed = await followFiles({
    setting: 'SCHAKEL_TRUSTED_DOCUMENTS',
    list: async () =>
      (await readdir(directory))
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .map((name) => join(directory, name)),
    interpret: async (name, text) => {
      const client = basename(name, '.json');
      const found = await manifestOf(client, text, schemas);
      if ('value' in found) {
        log.info(
          { client, roles: found.value.roles },
          'the operations of this client, and who can ask them',
        );
      }
      return found;
    },
    log,
    ...(everyMs !== undefined && { everyMs }),
  });
  const manifestOfClient = (client: string) => followed.current().get(`${client}.json`);
  return {
    documentOf: createDocumentOf({ manifestOf: manifestOfClient, trustedOnly }),
    close: followed.close,
  };
};
