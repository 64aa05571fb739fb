/** What is asked as each viewer: every root of its schema, with the arguments that reach all there is to reach. */
import { schemas } from '../support/hub.ts';
import { leiden, po, providers, sites, type ViewerName, viewers } from '../support/world.ts';
import type { Model } from './model.ts';
import { documentsFor, type Tree } from './paths.ts';

const absentCase = 'JZ18.00000000-0000-4000-8000-000000000000';

/** The argument that names one row, and the rows to name: one that is there, and one that is not. */
const named = (model: Model): Record<string, [string, string[]]> => ({
  municipality: ['code', [leiden, '0000']],
  swv: ['code', [po, 'PO0000']],
  school: ['brin6', [sites.lucas, '00XX00']],
  careProvider: ['agb', [providers.first, '00000000']],
  thuiszitterCase: ['id', [...model.cases.keys(), absentCase]],
});

/** As long as the longest list of anybody; the hub bounds rows times fields. */
const lists: Record<string, string> = {
  thuiszitterCases: '(first: 10, where: { status: [REPORTED, INVESTIGATING, CLOSED] })',
  absenceReports: '(first: 12)',
  pupils: '(first: 10)',
  tlvs: '(first: 10)',
  waitingListEntries: '(first: 10)',
  deliveries: '(first: 10)',
};

const rootsOf = (model: Model, name: ViewerName): string[] =>
  Object.keys(schemas[viewers[name].role].getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const [argument, values] = named(model)[field] ?? [];
    return values
      ? values.map((value) => `${field}(${argument}: "${value}")`)
      : [`${field}${lists[field] ?? ''}`];
  });

const ways = new Map<string, Tree[]>();

/** Every way to every type for a viewer. The ways depend on the role alone, so they are found once for each. */
export const documentsOf = (model: Model, name: ViewerName): Tree[] =>
  rootsOf(model, name).flatMap((asked) => {
    const { role } = viewers[name];
    const field = asked.replace(/\(.*$/s, '');
    const key = `${role} ${field}`;
    const found = ways.get(key) ?? documentsFor(schemas[role], field, asked);
    ways.set(key, found);
    return found.map((tree) => new Map([[asked, [...tree.values()][0] ?? null]]));
  });
