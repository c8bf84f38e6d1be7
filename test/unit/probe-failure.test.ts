import { expect, test } from 'vitest';
import type { ProbeErrorClass, ProbePhase } from '../../harness/domain/probe-wire.ts';
import { classify, formatMessage, ProbeError, timeoutError } from '../../infra/probe/failure.ts';

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });

const ROWS: readonly (readonly [unknown, ProbePhase, 'new' | 'kept', ProbeErrorClass, string])[] = [
  [coded('ETIMEDOUT'), 'connect', 'new', 'timeout', 'the kernel gave up on the SYN'],
  [timeoutError('tls', 500), 'tls', 'new', 'timeout', 'our own bound, in a phase that is not dns'],
  [timeoutError('dns', 500), 'dns', 'new', 'dns', 'a resolver that does not answer is a dns failure'],
  [coded('EHOSTUNREACH'), 'connect', 'new', 'unreachable', 'ICMP host unreachable'],
  [coded('ENETUNREACH'), 'connect', 'new', 'unreachable', 'no route at all'],
  [coded('ECONNREFUSED'), 'connect', 'new', 'refused', 'RST to the SYN'],
  [coded('ENOTFOUND'), 'dns', 'new', 'dns', 'NXDOMAIN'],
  [coded('EAI_AGAIN'), 'dns', 'new', 'dns', 'the resolver itself timed out'],
  [coded('ECONNRESET'), 'ttfb', 'new', 'reset', 'RST after the handshake'],
  [coded('EPIPE'), 'ttfb', 'new', 'reset', 'write after the peer had gone'],
  [coded('ECONNRESET'), 'tls', 'new', 'reset', 'RST inside the handshake is no certificate matter'],
  [coded('ECONNRESET'), 'ttfb', 'kept', 'conn-stale', 'a kept connection that had died'],
  [coded('EPIPE'), 'query', 'kept', 'conn-stale', 'a kept connection that had died, found on write'],
  [coded('ETIMEDOUT'), 'ttfb', 'kept', 'timeout', 'a kept connection may also meet a silent network'],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', 'new', 'tls', 'an untrusted certificate'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls', 'new', 'tls', 'a certificate for another name'],
  [coded('CERT_HAS_EXPIRED'), 'tls', 'new', 'tls', 'an expired certificate'],
  [coded('EPROTO'), 'tls', 'new', 'tls', 'the peer does not speak TLS'],
  [coded('HPE_INVALID_CONSTANT'), 'ttfb', 'new', 'protocol', 'the peer does not speak HTTP'],
  [new Error('odd'), 'query', 'new', 'protocol', 'anything without a code'],
  ['odd', 'body', 'new', 'protocol', 'something thrown that is no Error'],
  [new ProbeError('denied', 'no'), 'auth', 'kept', 'denied', 'a class known where it was raised stays'],
];

test.each(ROWS)('%s in %s on a %s connection is %s: %s', (error, phase, connection, expected) => {
  expect(classify(error, phase, connection === 'kept')).toBe(expected);
});

test('a message is printable ASCII of at most 200 characters, with the code once', () => {
  expect(formatMessage(coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'))).toBe('connect ECONNREFUSED 127.0.0.1:1');
  expect(formatMessage(coded('28P01', 'password authentication failed'))).toBe('28P01 password authentication failed');
  expect(formatMessage(new Error('a\nb\u0007c\u00e9d'))).toBe('a?b?c?d');
  expect(formatMessage(new Error('x'.repeat(500)))).toHaveLength(200);
  expect(formatMessage(new TypeError(''))).toBe('TypeError');
});
