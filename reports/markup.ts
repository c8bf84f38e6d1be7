import { escapeHtml } from './free-text.ts';

const BRAND = Symbol('markup');

/** HTML or SVG that this module made: everything else that enters a page is text and gets escaped. */
export interface Markup {
  readonly [BRAND]: true;
  readonly text: string;
}

type Value = string | number | Markup | readonly Markup[] | undefined;

function newMarkup(text: string): Markup {
  return { [BRAND]: true, text };
}

function isList(value: Value): value is readonly Markup[] {
  return Array.isArray(value);
}

/** Numbers as coordinates and counts: a tenth at most, so that no platform's last digit shows. */
function formatNumber(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(Object.is(rounded, -0) ? 0 : rounded);
}

function partOf(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return formatNumber(value);
  return isList(value) ? value.map(({ text }) => text).join('') : value.text;
}

/** Text and attributes escaped, markup as it is, lists joined, nothing for what is absent. Attributes must stand in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return newMarkup(parts.map((part, i) => `${part}${partOf(values[i])}`).join(''));
}

/** The content of the page's own `<style>` or `<script>`, which no foreign word may enter. */
export function ownSource(text: string): Markup {
  if (/<\/|<!--/.test(text)) throw new RangeError('a style or script of our own must not hold an end of markup');
  return newMarkup(text);
}

/** A value as JSON for a data block; nothing in it can end the block. */
export function jsonBlock(value: unknown): Markup {
  return newMarkup(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/**
 * A table; the head's cells are column heads, `align` says which columns are figures. The first column heads each row. Without the end tags
 * that HTML lets out, and without the scopes that it infers: a page has some hundred cells.
 */
export function tableOf(
  header: readonly string[],
  body: readonly (readonly (string | Markup)[])[],
  align: readonly ('l' | 'r')[] = [],
): Markup {
  const kind = (i: number): Markup | undefined => (align[i] === 'r' ? html` class="num"` : undefined);
  const rows = body.map(
    ([first = '', ...rest]) => html`<tr><th${kind(0)}>${first}${rest.map((cell, i) => html`<td${kind(i + 1)}>${cell}`)}`,
  );
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${header.map((cell, i) => html`<th${kind(i)}>${cell}`)}<tbody>${rows}</table></div>`;
}
