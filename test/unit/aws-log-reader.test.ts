import { FilterLogEventsCommand, type GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { type LogSource, logRatesOf, newLogReader, pacedLogSource, requestPattern } from '../../infra/aws/log-reader.ts';
import { newManualClock } from '../support/manual-clock.ts';

interface Page {
  readonly events?: readonly { readonly eventId?: string; readonly timestamp?: number; readonly message?: string }[];
  readonly next?: string;
}

/** Gives the n-th page at the n-th call, then the last one for ever. */
function pagesOf(pages: readonly (Page | Error)[]) {
  const inputs: (GetLogEventsCommand['input'] | FilterLogEventsCommand['input'])[] = [];
  const client = {
    async send(command: GetLogEventsCommand | FilterLogEventsCommand) {
      const page = pages[Math.min(inputs.length, pages.length - 1)] ?? {};
      inputs.push(command.input);
      if (page instanceof Error) throw page;
      const token = command instanceof FilterLogEventsCommand ? { nextToken: page.next } : { nextForwardToken: page.next };
      return { $metadata: {}, events: page.events, ...token };
    },
  };
  return { client: client as unknown as LogSource, inputs };
}

const event = (message: string, timestamp = 1) => ({ eventId: message, timestamp, message });
const named = (name: string, status: number) => Object.assign(new Error('from the fake'), { name, $metadata: { httpStatusCode: status } });

describe('reading a stream', () => {
  const rows = [
    { why: 'ends when the token comes back', pages: [{ events: [event('a')], next: 'f/1' }, { next: 'f/1' }], messages: ['a'], calls: 2 },
    {
      why: 'an empty page with a new token is not the end',
      pages: [{ next: 'f/1' }, { next: 'f/2' }, { events: [event('b')], next: 'f/3' }, { next: 'f/3' }],
      messages: ['b'],
      calls: 4,
    },
    { why: 'ends when no token comes', pages: [{ events: [event('a')] }], messages: ['a'], calls: 1 },
    { why: 'no such stream yet', pages: [named('ResourceNotFoundException', 400)], messages: [], calls: 1 },
    { why: 'an event without message or time is none', pages: [{ events: [{ timestamp: 1 }, { message: 'x' }] }], messages: [], calls: 1 },
  ];
  it.each(rows)('$why', async ({ pages, messages, calls }) => {
    const { client, inputs } = pagesOf(pages);
    const events = await newLogReader(client, 'Text').readStream('/g', 's', 77);
    expect(events.map(({ message }) => message)).toEqual(messages);
    expect(inputs).toHaveLength(calls);
    expect(inputs[0]).toEqual({ logGroupName: '/g', logStreamName: 's', startTime: 77, startFromHead: true });
  });

  it('is bounded against a token that always changes', async () => {
    let page = 0;
    const client = { send: async () => ({ $metadata: {}, nextForwardToken: `f/${page++}` }) } as unknown as LogSource;
    await newLogReader(client, 'Text', { streamPages: 5, searchPages: 5 }).readStream('/g', 's', 0);
    expect(page).toBe(5);
  });

  it('does not swallow a refusal', async () => {
    const { client } = pagesOf([named('AccessDeniedException', 400)]);
    await expect(newLogReader(client, 'Text').readStream('/g', 's', 0)).rejects.toThrow('from the fake');
  });
});

describe('searching a request', () => {
  it('goes on over empty pages and a repeated token, and takes each event once', async () => {
    const { client, inputs } = pagesOf([
      { next: 't' },
      { events: [event('a')], next: 't' },
      { events: [event('a'), event('b')], next: 't' },
      {},
    ]);
    const events = await newLogReader(client, 'JSON').findRequest('/g', 'abc-1', 5);
    expect(events).toEqual([
      { timestampMs: 1, message: 'a' },
      { timestampMs: 1, message: 'b' },
    ]);
    expect(inputs).toHaveLength(4);
    expect(inputs[0]).toEqual({ logGroupName: '/g', filterPattern: '{ $.record.requestId = "abc-1" }', startTime: 5 });
    expect(inputs[2]).toMatchObject({ nextToken: 't' });
  });

  it('is bounded against a token that never ends', async () => {
    const { client, inputs } = pagesOf([{ next: 't' }]);
    await newLogReader(client, 'Text', { streamPages: 1, searchPages: 7 }).findRequest('/g', 'abc', 0);
    expect(inputs).toHaveLength(7);
  });

  it('finds nothing in a group that is not there', async () => {
    const { client } = pagesOf([named('ResourceNotFoundException', 400)]);
    expect(await newLogReader(client, 'Text').findRequest('/g', 'abc', 0)).toEqual([]);
  });

  it('quotes the id, and takes no id that could leave the quotes', () => {
    expect(requestPattern('abc-1', 'Text')).toBe('"abc-1"');
    expect(() => requestPattern('a" ?b', 'Text')).toThrow(RangeError);
    expect(() => requestPattern('', 'JSON')).toThrow(RangeError);
  });
});

describe('the rate', () => {
  it.each([
    ['us-east-1', 25, 25, 'raised there'],
    ['eu-central-1', 5, 10, 'less than elsewhere'],
    ['eu-west-2', 10, 10, 'as most'],
  ])('in %s is %d searches and %d reads a second (%s)', (region, search, stream) => {
    expect(logRatesOf(region)).toEqual({ search, stream });
  });

  it('is kept, each kind for itself, over many searches at the same time', async () => {
    const clock = newManualClock();
    const { client, inputs } = pagesOf([{}]);
    const reader = newLogReader(pacedLogSource(client, 'eu-central-1', clock), 'JSON');
    await Promise.all(Array.from({ length: 12 }, (_, i) => reader.findRequest('/g', `id-${i}`, 0)));
    // Five at once, five a second later, two a second after those.
    expect(clock.elapsedMs()).toBe(2_000);
    await Promise.all(Array.from({ length: 10 }, () => reader.readStream('/g', 's', 0)));
    expect(clock.elapsedMs()).toBe(2_000);
    expect(inputs).toHaveLength(22);
  });
});
