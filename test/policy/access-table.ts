/** Reads access.csv: what is expected of a field of a row, for a role. Whatever it does not decide is an error. */
import { readFileSync } from 'node:fs';

export type Expected = 'value' | 'withheld' | 'null' | 'absent row' | 'absent field';
const expectations: readonly string[] = ['value', 'withheld', 'null', 'absent row', 'absent field'];

type Line = {
  number: number;
  roles: readonly string[];
  types: readonly string[];
  field: string;
  relation: string;
  expected: Expected;
};

const words = (text: string) => text.trim().split(/\s+/);
const protectedName = ' (name protected)';

export type AccessTable = ReturnType<typeof readAccessTable>;

export const readAccessTable = () => {
  const text = readFileSync(new URL('access.csv', import.meta.url), 'utf8');
  const groups = new Map<string, string[]>();
  const lines: Line[] = [];
  const members = (kind: string, name: string): string[] => {
    if (!name.startsWith('[')) return [name];
    const group = groups.get(`${kind} ${name.slice(1, -1)}`);
    if (!group) throw new Error(`access.csv has no list of ${kind} ${name}`);
    return group;
  };
  for (const [index, line] of text.split('\n').entries()) {
    const [, kind, name, list] = /^# (roles|types|fields) ([^:]+): (.+)$/.exec(line) ?? [];
    if (kind && name && list) groups.set(`${kind} ${name}`, words(list));
    if (line === '' || line.startsWith('#') || line.startsWith('role,')) continue;
    const [role = '', type = '', field = '', relation = '', expected = '', ...more] =
      line.split(',');
    if (more.length > 0 || !expectations.includes(expected))
      throw new Error(`access.csv:${index + 1} cannot be read`);
    lines.push({
      number: index + 1,
      roles: members('roles', role),
      types: members('types', type),
      field,
      relation,
      expected: expected as Expected,
    });
  }

  const used = new Set<number>();
  const covers = (line: Line, type: string, field: string) =>
    line.field === field ||
    (line.field === '*' && (groups.get(`fields ${type}`) ?? []).includes(field));

  /** The lines for a field; `null` when nothing decides it. Those that name it go before a `*`. */
  const linesFor = (role: string, type: string, field: string): readonly Line[] =>
    lines
      .filter(
        (line) =>
          line.roles.includes(role) && line.types.includes(type) && covers(line, type, field),
      )
      .sort((a, b) => Number(a.field === '*') - Number(b.field === '*'));

  const cache = new Map<string, readonly Line[]>();
  const cached = (role: string, type: string, field: string) => {
    const key = `${role} ${type} ${field}`;
    const found = cache.get(key) ?? linesFor(role, type, field);
    cache.set(key, found);
    return found;
  };

  const expected = (role: string, type: string, field: string, relation: string): Expected => {
    const candidates = cached(role, type, field);
    const find = (wanted: string) => candidates.find((line) => line.relation === wanted);
    const line = find(relation) ?? find(relation.replace(protectedName, ''));
    if (!line) throw new Error(`access.csv does not decide ${role}, ${type}.${field}, ${relation}`);
    used.add(line.number);
    return line.expected;
  };

  return {
    lines,
    expected,
    /** Whether the role's schema has the field; an error when no line says so, or lines contradict each other. */
    hasField(role: string, type: string, field: string): boolean {
      const candidates = cached(role, type, field);
      const verdicts = new Set(candidates.map((line) => line.expected === 'absent field'));
      if (verdicts.size !== 1) {
        throw new Error(
          `access.csv ${verdicts.size === 0 ? 'does not decide' : 'contradicts itself on'} ${role}, ${type}.${field}`,
        );
      }
      for (const line of candidates) if (line.relation === 'any') used.add(line.number);
      return !verdicts.has(true);
    },
    /** Whether a row is there at all: the fields of a type agree on that. */
    isVisible(role: string, type: string, relation: string): boolean {
      const fields = (groups.get(`fields ${type}`) ?? []).filter(
        (field) => cached(role, type, field).length > 0,
      );
      const verdicts = new Set(
        fields.map((field) => expected(role, type, field, relation) !== 'absent row'),
      );
      if (verdicts.size !== 1)
        throw new Error(`access.csv: fields of ${type} disagree, ${role}, ${relation}`);
      return verdicts.has(true);
    },
    /** Lines that decided nothing that was asked so far. */
    unused: () => lines.filter((line) => !used.has(line.number)).map(({ number }) => number),
    /** What the lists in the header name and no line uses. */
    listed: (kind: 'roles' | 'types' | 'fields') =>
      [...groups]
        .filter(([name]) => name.startsWith(`${kind} `))
        .map(([name, list]) => ({ name: name.slice(kind.length + 1), list })),
  };
};
