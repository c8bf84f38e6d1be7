/**
 * Tables of a report as a reader sees them: HTML and Markdown by their own rules alone, nothing of the tool. Empty where there is none: whoever
 * compares must count.
 */

/** A table with what stands above it. */
export interface SeenTable {
  /** Of the page's section. */
  readonly section: string;
  /** Of the view around it; empty outside. */
  readonly view: string;
  /** The nearest caption or heading before it. */
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#39;': "'" };

function plain(markup: string): string {
  const words = markup
    .replace(/<svg.*?<\/svg>/gs, ' ')
    .replace(/<\/p>|<br>/g, ' ')
    .replace(/<[^>]*>/g, '');
  return words
    .replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

function rowsOf(table: string): readonly (readonly string[])[] {
  return table
    .split(/<tr>/)
    .slice(1)
    .map((row) =>
      row
        .split(/<t[hd](?=[\s>])[^>]*>/)
        .slice(1)
        .map(plain),
    );
}

function last(text: string, pattern: RegExp): string {
  return [...text.matchAll(pattern)].at(-1)?.[1] ?? '';
}

/** Every table of a page, in order. */
export function htmlTables(page: string): readonly SeenTable[] {
  return [...page.matchAll(/<section id="(\w+)".*?<\/section>/gs)].flatMap(([text, section = '']) =>
    [...text.matchAll(/<table.*?<\/table>/gs)].map((found) => {
      const before = text.slice(0, found.index);
      const [head = [], ...rows] = rowsOf(found[0].replaceAll('</thead>', ''));
      const caption = plain(last(before, /<(?:figcaption|h3|h2)[^>]*>(.*?)<\/(?:figcaption|h3|h2)>/gs));
      return { section, view: last(before, /data-view="([^"]+)"/g), caption, head, rows };
    }),
  );
}

/** Every table of a Markdown document, its heading as caption. */
export function markdownTables(document: string): readonly SeenTable[] {
  const tables: SeenTable[] = [];
  let [caption, lines]: [string, string[]] = ['', []];
  for (const line of [...document.split('\n'), '']) {
    if (line.startsWith('#')) caption = line.replace(/^#+ /, '');
    if (line.startsWith('|')) lines.push(line);
    else if (lines.length > 0) {
      const [head = [], , ...rows] = lines.map((row) =>
        row
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('\\', '')),
      );
      tables.push({ section: '', view: '', caption, head, rows });
      lines = [];
    }
  }
  return tables;
}

/** Milliseconds as people see them: four digits at most before it becomes whole. */
export function readable(ms: number): string {
  const texts = [3, 2, 1].map((decimals) => Math.abs(ms).toFixed(decimals));
  return texts.find((text) => text.replace('.', '').length <= 4) ?? Math.abs(ms).toFixed(0);
}

/** The same with its sign. */
export function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${readable(ms)}`;
}
