/** Longer foreign text is cut; a report is not the place for a megabyte of log. */
const MAX_LENGTH = 300;

// Control characters, ANSI escapes among them, and marks that change the direction of text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Foreign text as one visible line of bounded length: what cannot be seen becomes `?`. */
export function visibleText(text: string): string {
  const line = text.slice(0, MAX_LENGTH).replace(INVISIBLE, '?');
  return text.length > MAX_LENGTH ? `${line}…` : line;
}

/** Foreign text for a CSV cell: visible, and never read as a formula by a spreadsheet. Undefined stays so. */
export function escapeFreeText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const line = visibleText(text);
  return /^[=+\-@]/.test(line) ? `'${line}` : line;
}

/** Foreign text inside a Markdown table cell. */
export function escapeMarkdown(text: string): string {
  return visibleText(text).replace(/[\\`*_{}[\]<>()#+!|~&]/g, (character) => `\\${character}`);
}
