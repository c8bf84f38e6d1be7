import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { Refusal } from '../../refusal.ts';

/** One object of a batch. */
export interface DeleteEntry {
  readonly key: string;
  readonly versionId?: string;
}

export interface DeleteRequest {
  readonly entries: readonly DeleteEntry[];
  /** Only failures are reported. */
  readonly quiet: boolean;
}

const MAX_ENTRIES = 1000;

const DOCUMENT_SCHEMA = z.object({
  Delete: z.object({
    Object: z
      .array(z.strictObject({ Key: z.string().min(1), VersionId: z.string().optional() }))
      .min(1)
      .max(MAX_ENTRIES),
    Quiet: z.enum(['true', 'false']).optional(),
  }),
});

const PARSER = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  // Keys may begin and end with blanks.
  trimValues: false,
  // Beside the names this decodes references by number, by which clients send control characters.
  htmlEntities: true,
  isArray: (name) => name === 'Object',
});

/** With untrimmed values the blanks between elements arrive as text of their parents. */
function withoutLooseText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLooseText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '#text')
      .map(([name, inner]) => [name, withoutLooseText(inner)]),
  );
}

/** Reads the body of DeleteObjects. Throws MalformedXML for anything else, more than 1000 keys included. */
export function parseDeleteRequest(text: string): DeleteRequest {
  const malformed = 'The XML you provided was not well-formed or did not validate against our published schema';
  if (text.includes('<!') || XMLValidator.validate(text) !== true) throw new Refusal('MalformedXML', 400, malformed);
  const parsed = DOCUMENT_SCHEMA.safeParse(withoutLooseText(PARSER.parse(text)));
  if (!parsed.success) throw new Refusal('MalformedXML', 400, malformed);
  const { Object: entries, Quiet: quiet } = parsed.data.Delete;
  return {
    entries: entries.map(({ Key: key, VersionId: versionId }) => (versionId === undefined ? { key } : { key, versionId })),
    quiet: quiet === 'true',
  };
}
