import type { ProbeErrorClass, ProbePhases, ProbeResult } from '../../harness/domain/probe-wire.ts';
import { formatMessage, type ProbeFailure } from './failure.ts';
import type { TimedResponse } from './timed-request.ts';

/** The result of an answered request whose status is good. */
export function okResult(response: TimedResponse): ProbeResult {
  const { phases, totalNs, tlsResumed, localAddress, remoteAddress } = response;
  return { kind: 'ok', phases, totalNs, ...(tlsResumed === undefined ? {} : { tlsResumed }), localAddress, remoteAddress };
}

/** The result of an answered request whose status is not: it failed with its head, and the phases before that had ended. */
export function refusedResult(response: TimedResponse, errorClass: ProbeErrorClass, message: string): ProbeFailure {
  const { ttfb: _ttfb, body: _body, ...before } = response.phases;
  const phases: ProbePhases = before;
  return {
    kind: 'error',
    class: errorClass,
    phase: 'ttfb',
    message: formatMessage(message),
    phases,
    elapsedNs: response.totalNs,
    remoteAddress: response.remoteAddress,
  };
}
