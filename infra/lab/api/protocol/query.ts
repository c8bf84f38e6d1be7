import { Refusal } from '../../refusal.ts';
import type { WireAnswer } from './wire.ts';
import { escapeXml, formatXmlElement, type XmlStructure } from './xml.ts';

/**
 * The parameters of an awsQuery call. Each one must be read: `finish` refuses what nobody asked for, so that a parameter which
 * the lab does not realise is never accepted silently.
 */
export interface QueryParameters {
  readonly action: string;
  /** A parameter's text, or undefined when it was not sent. */
  text(name: string): string | undefined;
  /** Throws `ValidationError` when it was not sent or is empty. */
  required(name: string): string;
  /** `name.member.N`, by N; a bare `name=` is the empty list. */
  texts(name: string): readonly string[];
  /** `name.member.N.<member>`, by N, each with the members that were sent among `members`. */
  structures<M extends string>(name: string, members: readonly M[]): readonly Partial<Readonly<Record<M, string>>>[];
  /** Throws `ValidationError` naming the first parameter that was not read. */
  finish(): void;
}

/** Parses a form body. Throws `Refusal` (`MissingAction`) where it names no action. */
export function parseQueryParameters(body: Buffer): QueryParameters {
  const form = new Map(new URLSearchParams(body.toString('utf8')));
  const action = form.get('Action');
  if (action === undefined || action === '') throw new Refusal('MissingAction', 400, 'The request must contain the parameter Action.');
  form.delete('Action');
  form.delete('Version');
  return newQueryParameters(action, form);
}

/** `form` holds what was not read yet. */
function newQueryParameters(action: string, form: Map<string, string>): QueryParameters {
  const take = (name: string): string | undefined => {
    const value = form.get(name);
    form.delete(name);
    return value;
  };
  return {
    action,
    text: take,
    required(name) {
      const value = take(name);
      if (value === undefined || value === '') throw invalid(`The parameter ${name} is required by ${action}.`);
      return value;
    },
    texts: (name) => takeMemberKeys(form, name).flatMap((key) => take(key) ?? []),
    structures: <M extends string>(name: string, members: readonly M[]) =>
      takeMemberKeys(form, name).map((key) => {
        const sent = members.flatMap((member) => {
          const value = take(`${key}.${member}`);
          return value === undefined ? [] : [[member, value] as const];
        });
        return Object.fromEntries(sent) as Partial<Record<M, string>>;
      }),
    finish() {
      const [left] = form.keys();
      if (left !== undefined) throw invalid(`The lab does not realise the parameter ${left} of ${action}.`);
    },
  };
}

/** The keys `name.member.N` of a list, by N. Takes the bare `name=` of an empty list out of the form. */
function takeMemberKeys(form: Map<string, string>, name: string): readonly string[] {
  const prefix = `${name}.member.`;
  if (form.get(name) === '') form.delete(name);
  const indexes = new Set<string>();
  for (const key of form.keys()) {
    const index = key.startsWith(prefix) ? /^\d+/.exec(key.slice(prefix.length))?.[0] : undefined;
    if (index !== undefined) indexes.add(index);
  }
  return [...indexes].sort((a, b) => Number(a) - Number(b)).map((index) => `${prefix}${index}`);
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationError', 400, message);
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

/** A refusal in ec2Query's error document; the lab speaks no more of that protocol than its "no". */
export function formatEc2Error(refusal: Refusal, requestId: string): WireAnswer {
  const error = formatXmlElement('Errors', { Error: { Code: refusal.code, Message: refusal.message } });
  return {
    status: refusal.status,
    headers: { 'content-type': 'text/xml' },
    body: `<Response>${error}${formatXmlElement('RequestID', requestId)}</Response>`,
  };
}
