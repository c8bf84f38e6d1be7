// biome-ignore assist/source/organizeImports: it stamps the begin of the module load, so it must be evaluated first
import './module-begin.ts';
import { isIPv4 } from 'node:net';
import type { ProbeProof, ProbeResult } from '../../harness/domain/probe-wire.ts';
import type { EventFor } from './event.ts';
import { formatMessage } from './failure.ts';
import { failedProof, newHandler } from './handler.ts';
import { HttpsConnections } from './https-connections.ts';
import { okResult, refusedResult } from './http-result.ts';
import type { TimedRequest } from './timed-request.ts';

const connections = new HttpsConnections();
const HEADERS = { accept: '*/*', 'user-agent': 'lambda-network-bench' };

/** Any status below 500 shows that the target was reached and answered. */
async function operate(event: EventFor<'internet'>): Promise<{ readonly result: ProbeResult }> {
  const outcome = await connections.request(event, get(event.target.url, event.phaseTimeoutMs, 'each-phase'));
  if (outcome.kind === 'error') return { result: outcome };
  return { result: outcome.status < 500 ? okResult(outcome) : refusedResult(outcome, 'protocol', `HTTP ${outcome.status}`) };
}

async function prove(event: EventFor<'internet'>): Promise<ProbeProof> {
  const outcome = await connections.request({ connection: 'new', keep: false }, get(event.target.echoUrl, event.phaseTimeoutMs, 'whole'));
  if (outcome.kind === 'error') return failedProof(outcome);
  const seenAddress = outcome.body.toString('utf8').trim();
  if (outcome.status === 200 && isIPv4(seenAddress)) return { kind: 'internet', seenAddress };
  const message = `HTTP ${outcome.status} without an IPv4 address: ${seenAddress.slice(0, 60)}`;
  return failedProof({ class: 'protocol', phase: 'body', message: formatMessage(message) });
}

function get(url: string, milliseconds: number, bounds: 'each-phase' | 'whole'): TimedRequest {
  return { url: new URL(url), headers: HEADERS, limit: { milliseconds, bounds } };
}

/** Lambda handler `internet.handler`. */
export const handler = newHandler({ kind: 'internet', operate, prove });
