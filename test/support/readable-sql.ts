/**
 * Lays out the text of a compiled statement so that a person can review it: lines and indentation by parentheses and
 * keywords, values by their names (`:today`), constants that are bound as `:'ABSENCE'` or `:31`, columns without the schema and
 * quotes that say nothing. It stays the same SQL: `written` makes the statement of it again, token by token.
 */
import type { Template } from '../../src/plans/statement.ts';

/** One token; `glued` when no space stands before it. */
type Leaf = { text: string; glued: boolean };

/** What stands between parentheses or brackets. */
type Group = { open: Leaf; nodes: Node[]; close: Leaf };

export type Node = Leaf | Group;

export const isGroup = (node: Node | undefined): node is Group =>
  node !== undefined && 'nodes' in node;

const token =
  /(?<space>\s*)(?<text>'(?:[^']|'')*'|"(?:[^"]|"")*"|:(?:'(?:[^']|'')*'|\w[\w.]*)|\$\d+|[A-Za-z_]\w*|\d+(?:\.\d+)?(?:e\d+)?|::|->>|<=|>=|<>|<@|&&|\|\||[-+*/=<>.,:()[\]])/y;

const leavesOf = (sql: string): Leaf[] => {
  const leaves: Leaf[] = [];
  token.lastIndex = 0;
  const end = sql.trimEnd().length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const { space = '', text = '' } = token.exec(sql)?.groups ?? {};
    if (text === '') throw new Error(`not a token at ${at}: ${sql.slice(at, at + 40)}`);
    leaves.push({ text, glued: at > 0 && space === '' });
  }
  return leaves;
};

export const tokensOf = (sql: string): string[] => leavesOf(sql).map(({ text }) => text);

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/** The tokens of a statement, as a tree by parentheses. */
export const nodesOf = (sql: string): Node[] => nest(leavesOf(sql));

const nest = (leaves: readonly Leaf[]): Node[] => {
  const whole: Node[] = [];
  const open: Group[] = [];
  for (const leaf of leaves) {
    const inside = open.at(-1)?.nodes ?? whole;
    if (leaf.text in closing) {
      const group: Group = { open: leaf, nodes: [], close: leaf };
      inside.push(group);
      open.push(group);
    } else if (leaf.text === ')' || leaf.text === ']') {
      const group = open.pop();
      if (!group || closing[group.open.text] !== leaf.text) throw new Error('parentheses differ');
      group.close = leaf;
    } else inside.push(leaf);
  }
  if (open.length > 0) throw new Error('a parenthesis is not closed');
  return whole;
};

// ---- names

/** Words that cannot stand for a column, table or alias without quotes, as far as fields are called so. */
const reserved = new Set(
  'all and any array as asc both case cast check collate column constraint create default desc distinct do else end except false fetch for foreign from grant group having in initially into join leading left limit not null offset on only or order placing primary references returning right select some table then to trailing true union unique user using variadic when where window with'.split(
    ' ',
  ),
);

const unquoted = (name: string): string => {
  const bare = name.slice(1, -1);
  return /^[a-z_][a-z0-9_]*$/.test(bare) && !reserved.has(bare) ? bare : name;
};

const isName = (text: string | undefined): boolean => /^["A-Za-z_]/.test(text ?? '');

/** `"casework"."ground"."id"` as `ground.id`; the schema stays where the table is named itself, and where it is needed. */
const shortened = (leaves: readonly Leaf[]): Leaf[] => {
  const schemas = new Map<string, Set<string>>();
  const chains: Leaf[][] = [];
  for (const leaf of leaves) {
    const chain = chains.at(-1);
    const goesOn =
      leaf.glued &&
      chain !== undefined &&
      (leaf.text === '.' ? isName(chain.at(-1)?.text) : isName(leaf.text)) &&
      (leaf.text === '.' || chain.at(-1)?.text === '.');
    if (goesOn) chain.push(leaf);
    else chains.push([leaf]);
  }
  for (const [schema, , table, , column] of chains) {
    if (!schema || !table || !column) continue;
    const known = schemas.get(table.text) ?? new Set();
    schemas.set(table.text, known.add(schema.text));
  }
  return chains.flatMap((chain) => {
    const [schema, , table] = chain;
    const isColumn = chain.length === 5 && table && schemas.get(table.text)?.size === 1;
    const kept = isColumn ? chain.slice(2) : chain;
    const text = kept.map((leaf) => (leaf.text.startsWith('"') ? unquoted(leaf.text) : leaf.text));
    return [{ text: text.join(''), glued: schema?.glued ?? false }];
  });
};

// ---- values

const literal = (constant: unknown): string => {
  if (typeof constant === 'number') return String(constant);
  if (typeof constant === 'string') return `'${constant.replaceAll("'", "''")}'`;
  throw new Error('a constant that is neither text nor number');
};

const named = (leaf: Leaf, { slots }: Template): Leaf => {
  if (!leaf.text.startsWith('$')) return leaf;
  const slot = slots[Number(leaf.text.slice(1)) - 1];
  if (slot === undefined) throw new Error(`there is no value ${leaf.text}`);
  return { ...leaf, text: `:${'name' in slot ? slot.name : literal(slot.constant)}` };
};

/** `[1:$2]` would read as a cast. */
const spaced = (leaf: Leaf, index: number, leaves: readonly Leaf[]): Leaf =>
  leaf.text === ':' || leaves[index - 1]?.text === ':' ? { ...leaf, glued: false } : leaf;

// ---- layout

const width = 110;
const step = '  ';

export const lineOf = (nodes: readonly Node[]): string =>
  nodes
    .map((node, index) => {
      const first = isGroup(node) ? node.open : node;
      const text = isGroup(node)
        ? `${node.open.text}${lineOf(node.nodes)}${node.close.text}`
        : node.text;
      return index === 0 || first.glued ? text : ` ${text}`;
    })
    .join('');

const word = (node: Node | undefined): string =>
  node === undefined || isGroup(node) ? '' : node.text;

const indented = (lines: readonly string[]): string[] => lines.map((line) => `${step}${line}`);

/** Cuts before each node that `starts` says begins a new part. */
const cut = (nodes: readonly Node[], starts: (index: number) => boolean): Node[][] => {
  const parts: Node[][] = [[]];
  nodes.forEach((node, index) => {
    if (index > 0 && starts(index)) parts.push([]);
    parts.at(-1)?.push(node);
  });
  return parts;
};

const clauseWords = new Set('select from cross left join on where order limit'.split(' '));

/** A select by its clauses: `left join` and `cross join lateral` are one each. */
export const clausesOf = (nodes: readonly Node[]): Node[][] =>
  cut(
    nodes,
    (index) =>
      clauseWords.has(word(nodes[index])) &&
      !(word(nodes[index]) === 'join' && ['cross', 'left'].includes(word(nodes[index - 1]))),
  );

export const conjunctsOf = (nodes: readonly Node[]): Node[][] =>
  cut(nodes, (index) => word(nodes[index]) === 'and');

const afterComma = (nodes: readonly Node[]) =>
  cut(nodes, (index) => word(nodes[index - 1]) === ',');

/** The parts of the outermost `case`, whatever cases stand in it. */
const caseParts = (nodes: readonly Node[]): Node[][] => {
  let depth = 0;
  const depths = nodes.map((node) => {
    if (word(node) === 'case') depth += 1;
    const here = depth;
    if (word(node) === 'end') depth -= 1;
    return here;
  });
  return cut(
    nodes,
    (index) => depths[index] === 1 && ['when', 'else', 'end'].includes(word(nodes[index])),
  );
};

/** Whether one pair of parentheses holds everything between the first line and the last: `select row_to_json(o) from (…) o`. */
const isHeld = (lines: readonly string[]): boolean =>
  lines.length > 2 &&
  /[([]$/.test(lines[0] ?? '') &&
  lines.slice(1, -1).every((line) => line.startsWith(step)) &&
  /^[)\]]/.test(lines.at(-1) ?? '');

/** Tokens in a row; what stands in parentheses and does not fit goes on lines of its own. */
const flowed = (nodes: readonly Node[], room: number): string[] => {
  const lines: string[] = [''];
  const add = (text: string, glued: boolean) => {
    const last = lines.pop() ?? '';
    lines.push(last === '' || glued ? `${last}${text}` : `${last} ${text}`);
  };
  for (const node of nodes) {
    if (!isGroup(node)) {
      add(node.text, node.glued);
    } else if (lineOf([node]).length <= room / 2) {
      add(lineOf([node]), node.open.glued);
    } else {
      const inner = laidOut(node.nodes, room - step.length);
      add(node.open.text, node.open.glued);
      if (isHeld(inner)) {
        add(inner[0] ?? '', true);
        lines.push(...inner.slice(1));
        add(node.close.text, true);
      } else {
        lines.push(...indented(inner), node.close.text);
      }
    }
  }
  return lines;
};

/** As many on a line as fit. */
const filled = (parts: readonly Node[][], room: number): string[] => {
  const lines: string[] = [];
  for (const part of parts) {
    const text = lineOf(part);
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= room) {
      lines[lines.length - 1] = `${last} ${text}`;
    } else {
      lines.push(text);
    }
  }
  return lines;
};

/** Of clauses that are lists: how many words come before it. */
const headLength: Readonly<Record<string, number>> = { select: 1, on: 1, where: 1, order: 2 };

const clause = (nodes: readonly Node[], room: number): string[] => {
  if (lineOf(nodes).length <= room) return [lineOf(nodes)];
  const length = headLength[word(nodes[0])];
  if (length === undefined) return flowed(nodes, room);
  const rest = nodes.slice(length);
  const isCondition = ['on', 'where'].includes(word(nodes[0]));
  const parts = isCondition ? conjunctsOf(rest) : afterComma(rest);
  if (parts.length === 1 && word(rest[0]) !== 'case') return flowed(nodes, room);
  const inner = parts.flatMap((part) => laidOut(part, room - step.length));
  return [lineOf(nodes.slice(0, length)), ...indented(inner)];
};

const orOneLine = (nodes: readonly Node[], room: number): string[] =>
  lineOf(nodes).length <= room ? [lineOf(nodes)] : flowed(nodes, room);

const laidOut = (nodes: readonly Node[], room: number): string[] => {
  const text = lineOf(nodes);
  if (text.length <= room) return [text];
  if (word(nodes[0]) === 'select') {
    const clauses = clausesOf(nodes);
    const isAround = clauses.length === 2 && lineOf(clauses[0] ?? []).length <= width / 3;
    return isAround ? flowed(nodes, room) : clauses.flatMap((part) => clause(part, room));
  }
  const commas = afterComma(nodes);
  if (commas.length > 1) {
    const isOfTexts = commas.every((part) => part.length <= 2 && !part.some(isGroup));
    return isOfTexts ? filled(commas, room) : commas.flatMap((part) => laidOut(part, room));
  }
  if (word(nodes[0]) === 'case') {
    const [head = [], ...parts] = caseParts(nodes);
    const end = parts.pop() ?? [];
    const inner = parts.flatMap((part) => orOneLine(part, room - step.length));
    return [lineOf(head), ...indented(inner), ...flowed(end, room)];
  }
  const conjuncts = conjunctsOf(nodes);
  if (conjuncts.length > 1) return conjuncts.flatMap((part) => laidOut(part, room));
  return flowed(nodes, room);
};

/** The statement for a person. */
export const readableSql = (template: Template): string => {
  const leaves = leavesOf(template.text).map(spaced);
  const short = shortened(leaves.map((leaf) => named(leaf, template)));
  return `${laidOut(nest(short), width).join('\n')}\n`;
};
