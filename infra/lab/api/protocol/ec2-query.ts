import type { Refusal } from '../../refusal.ts';
import { parseQueryParameters, type QueryDialect, type QueryParameters } from './query.ts';
import type { WireAnswer } from './wire.ts';
import { escapeXml, formatXmlElement, type XmlStructure } from './xml.ts';

const EC2_QUERY: QueryDialect = { listInfix: '.', missingCode: 'MissingParameter', unknownCode: 'UnknownParameter' };
const HEADERS = { 'content-type': 'text/xml;charset=UTF-8' };

/** Parses a form body of the ec2Query protocol: lists are `name.N`. Throws `Refusal`. */
export function parseEc2Parameters(body: Buffer): QueryParameters {
  return parseQueryParameters(body, EC2_QUERY);
}

/** A successful ec2Query answer: members stand in the response itself, list elements are called `item`. */
export function formatEc2Answer(namespace: string, action: string, requestId: string, result: XmlStructure): WireAnswer {
  const members = Object.entries({ requestId, ...result }).map(([name, value]) =>
    value === undefined ? '' : formatXmlElement(name, value, 'item'),
  );
  return {
    status: 200,
    headers: HEADERS,
    body: `<${action}Response xmlns="${escapeXml(namespace)}">${members.join('')}</${action}Response>`,
  };
}

/** A refusal in ec2Query's error document. */
export function formatEc2Error(refusal: Refusal, requestId: string): WireAnswer {
  const error = formatXmlElement('Errors', { Error: { Code: refusal.code, Message: refusal.message } });
  return {
    status: refusal.status,
    headers: HEADERS,
    body: `<Response>${error}${formatXmlElement('RequestID', requestId)}</Response>`,
  };
}
