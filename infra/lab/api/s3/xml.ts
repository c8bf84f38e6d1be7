/** An element of an answer: text, or children in order. */
export interface XmlElement {
  readonly name: string;
  readonly content: string | readonly XmlElement[];
}

/** The namespace of S3's documents; its error document has none. */
export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** An element of text or children. Numbers and truth values are written as XML Schema does. */
export function element(name: string, content: string | number | boolean | readonly XmlElement[]): XmlElement {
  return { name, content: typeof content === 'object' || typeof content === 'string' ? content : String(content) };
}

/** Control characters, too, become references, as S3 writes them: keys may hold what XML 1.0 does not allow. */
function escapeText(text: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be written as references
  return text.replace(/[&<>"\u0000-\u001f\u007f]/g, (character) => named[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);
}

function formatElement({ name, content }: XmlElement): string {
  const inner = typeof content === 'string' ? escapeText(content) : content.map(formatElement).join('');
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

/** A whole document. `namespace` goes on the root. */
export function formatDocument(root: XmlElement, namespace?: string): string {
  const text = formatElement(root);
  const rooted = namespace === undefined ? text : text.replace(`<${root.name}`, `<${root.name} xmlns="${namespace}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${rooted}`;
}
