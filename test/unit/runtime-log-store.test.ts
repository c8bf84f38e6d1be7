import { describe, expect, test } from 'vitest';
import { type LogStore, newLogStore } from '../../infra/lab/runtime/log-store.ts';

const DAY_MS = 86_400_000;

function newStore(): { readonly logs: LogStore; readonly clock: { ms: number; delayMs: number } } {
  const clock = { ms: 10_000, delayMs: 300 };
  return { logs: newLogStore({ now: () => clock.ms, delayMs: () => clock.delayMs }), clock };
}

const line = (timestampMs: number, message: string): { timestampMs: number; message: string } => ({ timestampMs, message });

describe('delivery', () => {
  test('lines can be read when their time has come, not before, and the stream does not exist until then', () => {
    const { logs, clock } = newStore();
    logs.createGroup('/g', { tags: {} });
    logs.deliver({ group: '/g', stream: 's', endMs: 10_000, lines: [line(9_900, 'START'), line(9_950, 'REPORT')] });
    clock.ms = 10_299;
    expect(() => logs.streamEvents('/g', 's', {})).toThrow('The specified log stream does not exist.');
    expect(logs.filterEvents('/g', {})).toEqual([]);
    clock.ms = 10_300;
    expect(logs.streamEvents('/g', 's', {}).map((event) => event.message)).toEqual(['START', 'REPORT']);
    expect(logs.filterEvents('/g', {})[0]).toMatchObject({ group: '/g', stream: 's', timestampMs: 9_900, ingestionTimeMs: 10_300 });
  });

  test('the delay is that of the delivery, not that of the reading', () => {
    const { logs, clock } = newStore();
    logs.deliver({ group: '/g', stream: 's', endMs: 10_000, lines: [line(1, 'slow')] });
    clock.delayMs = 0;
    logs.deliver({ group: '/g', stream: 's', endMs: 10_000, lines: [line(2, 'fast')] });
    expect(logs.streamEvents('/g', 's', {}).map((event) => event.message)).toEqual(['fast']);
  });

  test('makes a group that nobody declared, as Lambda does', () => {
    const { logs, clock } = newStore();
    logs.deliver({ group: '/aws/lambda/f', stream: 's', endMs: 0, lines: [line(1, 'x')] });
    clock.ms = 20_000;
    expect(logs.filterEvents('/aws/lambda/f', {})).toHaveLength(1);
  });

  test('ids are unique numbers', () => {
    const { logs } = newStore();
    logs.deliver({ group: '/g', stream: 's', endMs: 0, lines: [line(1, 'a'), line(1, 'b'), line(2, 'c')] });
    const ids = logs.filterEvents('/g', {}).map((event) => event.id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^\d{56}$/);
  });

  test('old events are gone after the retention', () => {
    const { logs, clock } = newStore();
    logs.createGroup('/g', { retentionDays: 1, tags: {} });
    logs.deliver({ group: '/g', stream: 's', endMs: 0, lines: [line(0, 'old'), line(5_000, 'new')] });
    clock.ms = DAY_MS + 1;
    expect(logs.filterEvents('/g', {}).map((event) => event.message)).toEqual(['new']);
  });
});

describe('reading', () => {
  function filled(): LogStore {
    const { logs } = newStore();
    logs.deliver({ group: '/g', stream: 'b/2', endMs: 0, lines: [line(20, 'second of b'), line(40, 'fourth of b')] });
    logs.deliver({ group: '/g', stream: 'a/1', endMs: 0, lines: [line(10, 'first of a'), line(30, 'third of a')] });
    return logs;
  }
  const rows = [
    { query: {}, messages: ['first of a', 'second of b', 'third of a', 'fourth of b'], why: 'all streams by time' },
    { query: { startMs: 20, endMs: 40 }, messages: ['second of b', 'third of a'], why: 'start inclusive, end exclusive' },
    { query: { streams: ['a/1'] }, messages: ['first of a', 'third of a'], why: 'one stream' },
    { query: { streamPrefix: 'b/' }, messages: ['second of b', 'fourth of b'], why: 'streams by prefix' },
    { query: { pattern: 'of fourth' }, messages: ['fourth of b'], why: 'all bare terms, in any order' },
    { query: { pattern: '"d of b"' }, messages: ['second of b'], why: 'a quoted phrase' },
  ];
  test.each(rows)('$why', ({ query, messages }) => {
    expect(
      filled()
        .filterEvents('/g', query)
        .map((event) => event.message),
    ).toEqual(messages);
  });

  const refusals = [
    { act: (logs: LogStore) => logs.filterEvents('/none', {}), code: 'ResourceNotFoundException', why: 'unknown group' },
    { act: (logs: LogStore) => logs.streamEvents('/g', 'none', {}), code: 'ResourceNotFoundException', why: 'unknown stream' },
    {
      act: (logs: LogStore) => logs.filterEvents('/g', { streams: ['none'] }),
      code: 'ResourceNotFoundException',
      why: 'unknown stream in a filter',
    },
    {
      act: (logs: LogStore) => logs.filterEvents('/g', { streams: ['a/1'], streamPrefix: 'a' }),
      code: 'InvalidParameterException',
      why: 'both choices',
    },
    { act: (logs: LogStore) => logs.createGroup('/g', { tags: {} }), code: 'ResourceAlreadyExistsException', why: 'group exists' },
  ];
  test.each(refusals)('refuses: $why', ({ act, code }) => {
    expect(() => act(filled())).toThrow(expect.objectContaining({ code, status: 400 }));
  });

  test('a deleted group is unknown', () => {
    const logs = filled();
    logs.deleteGroup('/g');
    expect(() => logs.filterEvents('/g', {})).toThrow('The specified log group does not exist.');
  });
});
