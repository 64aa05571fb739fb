/** Asks the tables themselves, as the hub's login roles with a scope entered, and compares with what the judge allows. */
import type { GraphQLSchema } from 'graphql';
import type { Role } from '../../schema/codes.ts';
import type { TestDatabase } from '../support/database.ts';
import { today, type ViewerName, viewers } from '../support/world.ts';
import type { AccessTable } from './access-table.ts';
import type { Model, Who } from './model.ts';

/** What identifies a row of a table that holds persons, grounds or deliveries. */
export const keys: Readonly<Record<string, string>> = {
  'attendance.absence_report': 'id::text',
  'attendance.youth': 'id::text',
  'attendance.youth_identity': 'youth_id::text',
  'care.waiting_list_entry': 'id::text',
  'casework.case_event': 'id::text',
  'casework.case_party': 'id::text',
  'casework.ground': 'id::text',
  'casework.shared_absence': "ground_id || ' ' || report_id",
  'casework.shared_identity': "ground_id || ' '",
  'casework.shared_support': "ground_id || ' ' || pupil_id",
  'casework.shared_waiting': "ground_id || ' ' || entry_id",
  'casework.thuiszitter_case': 'id::text',
  'education.arrangement': 'id::text',
  'education.opp': 'id::text',
  'education.pupil': 'id::text',
  'education.pupil_identity': 'pupil_id::text',
  'education.tlv': 'id::text',
  'staging.delivery': 'id::text',
  'staging.reject': "delivery_id || ' ' || seq",
};

/** Tables that only commands read. */
const commandKeys: Readonly<Record<string, string>> = {
  'care.client': 'id::text',
  'casework.link': 'id::text',
  'casework.idempotency': "caller || ' ' || key",
};

/** Tables that hold no person: whoever has a scope reads them. */
export const forEveryone = [
  'casework.covenant',
  'casework.covenant_party',
  'reference.care_provider',
  'reference.doorstroompunt_region',
  'reference.municipality',
  'reference.school',
  'reference.school_pupil_count',
  'reference.swv',
  'reference.swv_municipality',
  'reference.swv_pupil_count',
  'reference.swv_postcode',
  'reference.youth_region',
];

const caseTables = [
  'casework.case_event',
  'casework.case_party',
  'casework.ground',
  'casework.link',
  'casework.shared_absence',
  'casework.shared_identity',
  'casework.shared_support',
  'casework.shared_waiting',
];

export type Named = { case?: string; case_key?: string };
type Login = 'server' | 'command';

const inOrder = (all: Iterable<string>): string[] =>
  [...all].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

const partyOf = ({ role, organisation }: Who) => `${role}:${organisation}`;

export const scopeOf = (who: Who, named: Named = {}): string =>
  JSON.stringify({
    role: who.role,
    organisation: who.organisation,
    today,
    ...named,
  });

export const databaseCheck = (
  database: TestDatabase,
  schemas: Record<Role, GraphQLSchema>,
  table: AccessTable,
  model: Model,
) => {
  const { owner, pools } = database;

  const read = async (login: Login, scope: string | null, query: string): Promise<string[]> => {
    const rows = await pools[login].begin('read only', async (tx) => {
      if (scope !== null) await tx`select hub.enter(${scope})`;
      return tx.unsafe<{ key: string }[]>(query);
    });
    return inOrder(rows.map(({ key }) => key));
  };
  const allKeys = (name: string, where = 'true') =>
    `select ${keys[name] ?? commandKeys[name]} as key from ${name} where ${where}`;
  const owned = async (name: string, where?: string) =>
    inOrder((await owner.unsafe<{ key: string }[]>(allKeys(name, where))).map(({ key }) => key));

  /** The rows of a table that the judge lets a viewer see. */
  const allowed = (name: string, who: Who & { role: Role }): string[] =>
    inOrder(
      model.rows
        .filter(
          (row) =>
            row.table === name &&
            row.type in schemas[who.role].getTypeMap() &&
            table.isVisible(who.role, row.type, row.relation(who)),
        )
        .map(({ key }) => key),
    );

  /** Whether the owner of the case or a party to it today. */
  const isInReach = (caseId: string, who: Who) =>
    ['own case', 'party case'].includes(
      [...model.cases].find(([id]) => id.endsWith(caseId))?.[1].relation(who) ?? '',
    );

  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((key, index) => key === b[index]);

  const viewerNames = Object.keys(viewers) as ViewerName[];

  const serverMistakes = async (name: string): Promise<string[]> => {
    const found: string[] = [];
    for (const viewer of viewerNames) {
      const seen = await read('server', scopeOf(viewers[viewer]), allKeys(name));
      if (!same(seen, allowed(name, viewers[viewer]))) found.push(`${viewer} reads ${name}`);
    }
    return found;
  };

  /** What a command may read before it has named a case: the registers of its role, and which cases are its own. */
  const beforeNaming = async (name: string, who: Who & { role: Role }): Promise<string[]> => {
    if (name === 'care.client') {
      const column = { careProvider: 'provider_agb', youthCoordinator: 'municipality_code' }[
        who.role as string
      ];
      return column ? owned(name, `${column} = '${who.organisation}'`) : [];
    }
    if (name === 'casework.idempotency') return owned(name, `caller = '${partyOf(who)}'`);
    if (name === 'casework.thuiszitter_case') {
      return who.role === 'attendanceOfficer' ? allowed(name, who) : [];
    }
    return caseTables.includes(name) ? [] : allowed(name, who);
  };

  const commandMistakes = async (name: string): Promise<string[]> => {
    const found: string[] = [];
    const query = allKeys(name);
    const cases = await owner<{ id: string; key: string }[]>`
      select id, case_key as key from casework.thuiszitter_case order by opened_on, id`;
    for (const viewer of viewerNames) {
      const who = viewers[viewer];
      const before = await beforeNaming(name, who);
      if (!same(await read('command', scopeOf(who), query), before)) {
        found.push(`${viewer} reads ${name} before naming a case`);
      }
      if (!name.startsWith('casework.') || name === 'casework.idempotency') continue;
      for (const { id, key } of cases) {
        const ofCase = await owned(
          name,
          `${name === 'casework.thuiszitter_case' ? 'id' : 'case_id'} = '${id}'`,
        );
        const also = (rows: readonly string[]) => inOrder(new Set([...before, ...rows]));
        const byId = await read('command', scopeOf(who, { case: id }), query);
        if (!same(byId, also(isInReach(id, who) ? ofCase : []))) {
          found.push(`${viewer} reads ${name} by the id of a case`);
        }
        const byKey = await read('command', scopeOf(who, { case: id, case_key: key }), query);
        if (!same(byKey, also(ofCase))) found.push(`${viewer} reads ${name} by the key of a case`);
        const keyAlone = await read('command', scopeOf(who, { case_key: key }), query);
        if (!same(keyAlone, also(name === 'casework.thuiszitter_case' ? ofCase : []))) {
          found.push(`${viewer} reads ${name} with a key but no case`);
        }
      }
    }
    return found;
  };

  const withoutScope = async (login: Login, name: string): Promise<string[]> =>
    (await read(login, null, `select 1::text as key from ${name} limit 1`)).length > 0
      ? [`${login} reads ${name} without a scope`]
      : [];

  const withScope = async (login: Login, name: string): Promise<string[]> => {
    const count = `select count(*)::text as key from ${name}`;
    const [all] = await owner.unsafe<{ key: string }[]>(count);
    const found: string[] = [];
    for (const viewer of viewerNames) {
      const [seen] = await read(login, scopeOf(viewers[viewer]), count);
      if (seen !== all?.key) found.push(`${viewer} does not read all of ${name}`);
    }
    return found;
  };

  const readableBy = async (login: Login): Promise<string[]> =>
    (
      await owner<{ name: string }[]>`
        select table_schema || '.' || table_name as name from information_schema.role_table_grants
        where grantee = ${`hub_${login}`} and privilege_type = 'SELECT' order by 1`
    ).map(({ name }) => name);

  return {
    readableBy,
    /** Everything in which the database alone differs from the judge, for one table and login. */
    async mistakes(login: Login, name: string): Promise<string[]> {
      const bare = await withoutScope(login, name);
      if (forEveryone.includes(name)) return [...bare, ...(await withScope(login, name))];
      return [...bare, ...(await (login === 'server' ? serverMistakes : commandMistakes)(name))];
    },
    read,
    allowed,
    isInReach,
  };
};
