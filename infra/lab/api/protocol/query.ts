import { Refusal } from '../../refusal.ts';
import type { WireAnswer } from './wire.ts';
import { escapeXml, formatXmlElement, type XmlStructure } from './xml.ts';

/**
 * The parameters of a call in a query protocol. Each one must be read: `finish` refuses what nobody asked for, so that a parameter which
 * the lab does not realise is never accepted silently.
 */
export interface QueryParameters {
  readonly action: string;
  /** A parameter's text, or undefined when it was not sent. */
  text(name: string): string | undefined;
  /** Refuses when it was not sent or is empty. */
  required(name: string): string;
  /** A list of texts, in its order; a bare `name=` is the empty list. */
  texts(name: string): readonly string[];
  /** A list of structures, each with the members that were sent among `members`. */
  structures<M extends string>(name: string, members: readonly M[]): readonly Partial<Readonly<Record<M, string>>>[];
  /** A list of structures that have lists in them; each is read by the names within it, and finished with the whole. */
  items(name: string): readonly QueryParameters[];
  /** Refuses the first parameter that was not read, by name. */
  finish(): void;
}

/** How a query protocol writes lists, and how a service refuses parameters. */
export interface QueryDialect {
  /** Between a list's name and the number of an element. */
  readonly listInfix: string;
  readonly missingCode: string;
  readonly unknownCode: string;
}

const AWS_QUERY: QueryDialect = { listInfix: '.member.', missingCode: 'ValidationError', unknownCode: 'ValidationError' };

/** Parses a form body. Throws `Refusal` (`MissingAction`) where it names no action. */
export function parseQueryParameters(body: Buffer, dialect: QueryDialect = AWS_QUERY): QueryParameters {
  const form = new Map(new URLSearchParams(body.toString('utf8')));
  const action = form.get('Action');
  if (action === undefined || action === '') throw new Refusal('MissingAction', 400, 'The request must contain the parameter Action.');
  form.delete('Action');
  form.delete('Version');
  return newQueryParameters(action, form, dialect);
}

/** `form` holds what was not read yet; `within` stands before every name. */
function newQueryParameters(action: string, form: Map<string, string>, dialect: QueryDialect, within = ''): QueryParameters {
  const take = (key: string): string | undefined => {
    const value = form.get(key);
    form.delete(key);
    return value;
  };
  const elements = (name: string): readonly string[] => takeElementKeys(form, `${within}${name}`, dialect.listInfix);
  return {
    action,
    text: (name) => take(`${within}${name}`),
    required(name) {
      const value = take(`${within}${name}`);
      if (value !== undefined && value !== '') return value;
      throw new Refusal(dialect.missingCode, 400, `The parameter ${within}${name} is required by ${action}.`);
    },
    texts: (name) => elements(name).flatMap((key) => take(key) ?? []),
    structures: <M extends string>(name: string, members: readonly M[]) =>
      elements(name).map((key) => {
        const sent = members.flatMap((member) => {
          const value = take(`${key}.${member}`);
          return value === undefined ? [] : [[member, value] as const];
        });
        return Object.fromEntries(sent) as Partial<Record<M, string>>;
      }),
    items: (name) => elements(name).map((key) => newQueryParameters(action, form, dialect, `${key}.`)),
    finish() {
      const [left] = form.keys();
      if (left === undefined) return;
      throw new Refusal(dialect.unknownCode, 400, `The lab does not realise the parameter ${left} of ${action}.`);
    },
  };
}

/** The keys of a list's elements, by number. Takes the bare `name=` of an empty list out of the form. */
function takeElementKeys(form: Map<string, string>, name: string, infix: string): readonly string[] {
  const prefix = `${name}${infix}`;
  if (form.get(name) === '') form.delete(name);
  const indexes = new Set<string>();
  for (const key of form.keys()) {
    const index = key.startsWith(prefix) ? /^\d+/.exec(key.slice(prefix.length))?.[0] : undefined;
    if (index !== undefined) indexes.add(index);
  }
  return [...indexes].sort((a, b) => Number(a) - Number(b)).map((index) => `${prefix}${index}`);
}

/** A successful answer; `result` is absent for actions that return nothing. */
export function formatQueryAnswer(namespace: string, action: string, requestId: string, result?: XmlStructure): WireAnswer {
  const inner = result === undefined ? '' : formatXmlElement(`${action}Result`, result);
  const metadata = formatXmlElement('ResponseMetadata', { RequestId: requestId });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="${escapeXml(namespace)}">${inner}${metadata}</${action}Response>`,
  };
}

/** A refusal in awsQuery's error document. */
export function formatQueryError(refusal: Refusal, requestId: string): WireAnswer {
  const type = refusal.status < 500 ? 'Sender' : 'Receiver';
  const error = { Type: type, Code: refusal.code, Message: refusal.message, ...refusal.detail };
  return {
    status: refusal.status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse>${formatXmlElement('Error', error)}${formatXmlElement('RequestId', requestId)}</ErrorResponse>`,
  };
}
