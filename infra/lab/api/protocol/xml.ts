/** A value as the query protocols write it in XML: lists become elements of the protocol's own name, absent members nothing. */
export type XmlValue = string | number | boolean | Date | readonly XmlValue[] | NamedList | XmlStructure;
export interface XmlStructure {
  readonly [member: string]: XmlValue | undefined;
}

/** A list whose elements have a name of their own, as RDS's have. */
export class NamedList {
  readonly element: string;
  readonly items: readonly XmlValue[];

  constructor(element: string, items: readonly XmlValue[]) {
    this.element = element;
    this.items = items;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\r': '&#xD;' };

/** Whatever is not in XML 1.0's production `Char`: such a character cannot be carried, not even escaped. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Escapes text for element content. Characters that XML 1.0 cannot carry at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\uFFFD').replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
}

/** `<name>…</name>`; dates as ISO 8601 in UTC with milliseconds. `element`: what the protocol calls a list's elements. */
export function formatXmlElement(name: string, value: XmlValue, element = 'member'): string {
  return `<${name}>${formatContent(value, element)}</${name}>`;
}

function formatContent(value: XmlValue, element: string): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof NamedList) return value.items.map((item) => formatXmlElement(value.element, item, element)).join('');
  if (isList(value)) return value.map((item) => formatXmlElement(element, item, element)).join('');
  return Object.entries(value)
    .map(([member, inner]) => (inner === undefined ? '' : formatXmlElement(member, inner, element)))
    .join('');
}

function isList(value: readonly XmlValue[] | XmlStructure): value is readonly XmlValue[] {
  return Array.isArray(value);
}
