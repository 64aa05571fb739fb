/** Writes XML elements; text is escaped. */

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** An element with text, or with elements already written. */
export function element(name: string, content: string | readonly string[]): string {
  const inner =
    typeof content === 'string'
      ? content.replace(/[&<>]/g, (character) => escapes[character] ?? character)
      : content.join('');
  return `<${name}>${inner}</${name}>`;
}
