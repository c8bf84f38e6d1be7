import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../harness/domain/ports.ts';
import { collectAgain } from '../../harness/run/collect-again.ts';
import { newManualClock } from '../support/manual-clock.ts';
import { parseJournal } from '../support/parsed-journal.ts';

const call = (callId: string) => ({
  ...{ callId, scenario: 'default', target: 's3', round: 1, position: 1, purpose: 'measure', startAsked: 'warm', connection: 'new' },
});
const lines = (callId: string, requestId?: string): string[] => [
  JSON.stringify({ event: 'asked', call_id: callId, at: '2026-11-23T10:00:00.000Z', call: call(callId) }),
  JSON.stringify({
    event: 'observed',
    call_id: callId,
    sample: {
      askedAt: '2026-11-23T10:00:00.000Z',
      start: 'warm',
      outcome: 'ok',
      perturbed: false,
      ...(requestId === undefined ? {} : { requestId }),
    },
  }),
];
const report = (requestId: string) =>
  `REPORT RequestId: ${requestId}\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 1769 MB\tMax Memory Used: 60 MB\t\n`;

describe('collecting again', () => {
  it('looks for what is missing alone, and appends what it finds', async () => {
    const missing = JSON.stringify({ event: 'report', call_id: 'b', source: 'missing', figures: {} });
    const known = JSON.stringify({ event: 'report', call_id: 'c', source: 'tail', figures: {} });
    let text = `${[...lines('a', 'request-a'), ...lines('b', 'request-b'), missing, ...lines('c', 'request-c'), known, ...lines('d')].join('\n')}\n`;
    expect(parseJournal(text).malformed).toEqual([]);
    const asked: string[] = [];
    const store = {
      readChunks: async function* () {
        yield new TextEncoder().encode(text);
      },
      appendJournal: (line: string) => {
        text += `${line}\n`;
      },
    } as unknown as RunStore;
    const logs = {
      readStream: async () => [],
      findRequest: async (group: string, requestId: string) => {
        asked.push(`${group} ${requestId}`);
        return requestId === 'request-b' ? [{ timestampMs: 1, message: report(requestId) }] : [];
      },
    };
    const bounds = { pollMs: 10, maxPollMs: 10, streamMs: 20, filterMs: 20 };
    const search = { logGroupOf: () => '/group', logs, clock: newManualClock(), bounds, signal: new AbortController().signal };
    expect(await collectAgain(store, search)).toEqual({ open: 2, found: 1 });
    expect(new Set(asked)).toEqual(new Set(['/group request-a', '/group request-b']));
    const sources = parseJournal(text).samples.map(({ call, reportSource }) => `${call.callId} ${reportSource}`);
    expect(sources).toEqual(['a missing', 'b filter', 'c tail', 'd missing']);
    expect(await collectAgain(store, search)).toEqual({ open: 1, found: 0 });
  });
});
