/** A value as the awsQuery protocol writes it in XML: lists become `<member>` elements, absent members nothing. */
export type XmlValue = string | number | boolean | Date | readonly XmlValue[] | XmlStructure;
export interface XmlStructure {
  readonly [member: string]: XmlValue | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\r': '&#xD;' };

/** Whatever is not in XML 1.0's production `Char`: such a character cannot be carried, not even escaped. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Escapes text for element content. Characters that XML 1.0 cannot carry at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\uFFFD').replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
}

/** `<name>…</name>`; dates as ISO 8601 in UTC with milliseconds. */
export function formatXmlElement(name: string, value: XmlValue): string {
  return `<${name}>${formatContent(value)}</${name}>`;
}

function formatContent(value: XmlValue): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return value.map((item) => formatXmlElement('member', item)).join('');
  return Object.entries(value)
    .map(([member, inner]) => (inner === undefined ? '' : formatXmlElement(member, inner)))
    .join('');
}

function isList(value: readonly XmlValue[] | XmlStructure): value is readonly XmlValue[] {
  return Array.isArray(value);
}
