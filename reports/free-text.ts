/** Longer foreign text is cut; a report is not the place for a megabyte of log. UTF-16 units. */
const MAX_LENGTH = 300;

/**
 * Control characters (line breaks and ANSI escapes among them), format characters (marks that change the direction of text or have
 * no width), halves of surrogate pairs, code points that are no characters, and the line and paragraph separators.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** How a format shows foreign text as text. */
export type Escape = (text: string) => string;

/** Foreign text as one visible line of bounded length: what cannot be seen becomes `?`. */
export function visibleText(text: string): string {
  const line = text.slice(0, MAX_LENGTH).replace(INVISIBLE, '?');
  return text.length > MAX_LENGTH ? `${line}…` : line;
}

/**
 * Foreign text for a CSV cell: visible, and with an apostrophe before it where a spreadsheet would read a formula. Quoting is the
 * CSV writer's work.
 */
export function escapeCsv(text: string): string {
  const line = visibleText(text);
  return /^[=+\-@＝＋－＠]/u.test(line) ? `'${line}` : line;
}

/** Foreign text inside a line or a table cell of GitHub-flavoured Markdown; addresses do not become links either. */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&');
}

/** Whole sentences of ours may be long; beyond this, text can only be foreign and unbounded. UTF-16 units. */
const MAX_HTML_LENGTH = 4000;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Any text inside an HTML element or a quoted attribute; each foreign word in it has been through {@link visibleText}. */
export function escapeHtml(text: string): string {
  return text
    .slice(0, MAX_HTML_LENGTH)
    .replace(INVISIBLE, '?')
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** Text as a Markdown code span, also when it holds backticks itself: the fence is longer than any run of them. */
export function formatCodeSpan(text: string): string {
  const line = text.replace(INVISIBLE, '?');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

const XML_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for an XML element or attribute. What XML 1.0 cannot hold becomes `?`; line feeds stay. */
export function escapeXml(text: string): string {
  return text.replace(/[^\n\P{C}]|[\p{Noncharacter_Code_Point}]/gu, '?').replace(/[&<>"']/g, (mark) => XML_ENTITIES[mark] ?? mark);
}
