import type { ProbeErrorClass, ProbePhase, ProbeResult } from '../../harness/domain/probe-wire.ts';
import type { AbandonedPhases } from './phase-watch.ts';

/** The failed variant of a probe's result. */
export type ProbeFailure = Extract<ProbeResult, { readonly kind: 'error' }>;

const MESSAGE_LENGTH = 200;

const CLASS_BY_CODE: Readonly<Record<string, ProbeErrorClass>> = {
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ENODATA: 'dns',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
};

/** Raised by a probe itself; the class is known at the place where it is raised. */
export class ProbeError extends Error {
  readonly class: ProbeErrorClass;

  constructor(errorClass: ProbeErrorClass, message: string) {
    super(message);
    this.name = 'ProbeError';
    this.class = errorClass;
  }
}

/** A bound was passed. Without an answer from the resolver the name, not the path, is what failed: class `dns`. */
export function timeoutError(phase: ProbePhase, milliseconds: number): ProbeError {
  return new ProbeError(phase === 'dns' ? 'dns' : 'timeout', `no answer within ${milliseconds} ms`);
}

/**
 * The class of whatever a socket, TLS or a client threw in a phase. On a kept connection a reset means that it had died
 * since its last use. During the handshake, what is not a network error is a certificate or protocol the client refused.
 */
export function classify(error: unknown, phase: ProbePhase, kept: boolean): ProbeErrorClass {
  if (error instanceof ProbeError) return error.class;
  const byCode = CLASS_BY_CODE[codeOf(error) ?? ''];
  if (byCode === 'reset' && kept) return 'conn-stale';
  if (byCode !== undefined) return byCode;
  return phase === 'tls' ? 'tls' : 'protocol';
}

/** The failed result of an operation that was abandoned because of `error`. */
export function failure(
  error: unknown,
  at: AbandonedPhases,
  where: { readonly kept: boolean; readonly remoteAddress?: string | undefined },
): ProbeFailure {
  return {
    kind: 'error',
    class: classify(error, at.phase, where.kept),
    phase: at.phase,
    message: formatMessage(error),
    phases: at.phases,
    elapsedNs: at.elapsedNs,
    ...(where.remoteAddress === undefined ? {} : { remoteAddress: where.remoteAddress }),
  };
}

/** `conn-stale` found before anything was sent: no time was spent. */
export function staleBeforeUse(phase: ProbePhase, message: string): ProbeFailure {
  return { kind: 'error', class: 'conn-stale', phase, message: formatMessage(message), phases: {}, elapsedNs: 0 };
}

/** `CODE message` in printable ASCII, at most 200 characters; every other character becomes `?`. */
export function formatMessage(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  const code = codeOf(error);
  const text = code === undefined || message.includes(code) ? message : `${code} ${message}`;
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, MESSAGE_LENGTH);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
