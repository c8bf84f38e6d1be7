import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  paginateFilterLogEvents,
  paginateGetLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../infra/lab/refusal.ts';
import type { LogService, StoredLogEvent } from '../../infra/lab/runtime/service.ts';
import { errorOf, type FakeApi, startFakeApi } from '../support/lab-api.ts';

const GROUP = '/aws/lambda/vpc-nat-internet';
const STREAM = '2026/11/23/[$LATEST]22be53a8cfde4e68b844f8ec293b2543';

let api: FakeApi | undefined;
let client: CloudWatchLogsClient | undefined;

afterEach(async () => {
  client?.destroy();
  await api?.close();
});

async function start(logs: Partial<LogService>): Promise<CloudWatchLogsClient> {
  const started = await startFakeApi({ logs });
  api = started;
  client = new CloudWatchLogsClient(started.client);
  return client;
}

function logEvent(i: number, message = `line ${i}`): StoredLogEvent {
  return { id: `3${String(i).padStart(55, '0')}`, group: GROUP, stream: STREAM, timestampMs: 1000 + i, ingestionTimeMs: 2000 + i, message };
}

const EVENTS = Array.from({ length: 7 }, (_, i) => logEvent(i));
const where = { logGroupName: GROUP, logStreamName: STREAM };

describe('GetLogEvents', () => {
  test('what is asked arrives, what is stored comes back unchanged', async () => {
    const asked: unknown[] = [];
    const message = 'REPORT RequestId: 1\tDuration: 1.00 ms\t\n"é 中 🙂" <&>\u0001';
    const client = await start({
      streamEvents: (...args) => {
        asked.push(args);
        return [logEvent(1, message)];
      },
    });
    const { events } = await client.send(new GetLogEventsCommand({ ...where, startTime: 0, endTime: 5000 }));
    expect(asked).toEqual([[GROUP, STREAM, { startMs: 0, endMs: 5000 }]]);
    expect(events).toEqual([{ timestamp: 1001, ingestionTime: 2001, message }]);
  });

  test('forward from the head, the SDK’s paginator sees each event once and stops at the repeated token', async () => {
    const client = await start({ streamEvents: () => EVENTS });
    const seen: (string | undefined)[] = [];
    const pages: number[] = [];
    for await (const page of paginateGetLogEvents({ client, stopOnSameToken: true }, { ...where, startFromHead: true, limit: 3 })) {
      pages.push(page.events?.length ?? 0);
      seen.push(...(page.events ?? []).map((event) => event.message));
    }
    expect(seen).toEqual(EVENTS.map((event) => event.message));
    expect(pages).toEqual([3, 3, 1, 0]);
  });

  test('by default the newest page, in order; the backward token leads to the head and then repeats', async () => {
    const client = await start({ streamEvents: () => EVENTS });
    const seen: (string | undefined)[][] = [];
    let token: string | undefined;
    for (;;) {
      const page = await client.send(new GetLogEventsCommand({ ...where, limit: 3, ...(token === undefined ? {} : { nextToken: token }) }));
      seen.push((page.events ?? []).map((event) => event.message));
      if (page.nextBackwardToken === token) break;
      token = page.nextBackwardToken;
    }
    expect(seen).toEqual([['line 4', 'line 5', 'line 6'], ['line 1', 'line 2', 'line 3'], ['line 0'], []]);
  });

  test('tokens are there even where there is nothing, and an event that comes later is found with them', async () => {
    let stored: readonly StoredLogEvent[] = [];
    const client = await start({ streamEvents: () => stored });
    const empty = await client.send(new GetLogEventsCommand({ ...where, startFromHead: true }));
    expect(empty.events).toEqual([]);
    expect(empty.nextForwardToken).toMatch(/^f\//);
    expect(empty.nextBackwardToken).toMatch(/^b\//);
    const still = await client.send(new GetLogEventsCommand({ ...where, nextToken: empty.nextForwardToken }));
    expect(still.nextForwardToken).toBe(empty.nextForwardToken);
    stored = EVENTS.slice(0, 1);
    const later = await client.send(new GetLogEventsCommand({ ...where, nextToken: empty.nextForwardToken }));
    expect(later.events?.map((event) => event.message)).toEqual(['line 0']);
    expect(later.nextForwardToken).not.toBe(empty.nextForwardToken);
  });

  test('a page holds at most 1 MB, but always one event', async () => {
    const big = Array.from({ length: 5 }, (_, i) => logEvent(i, 'x'.repeat(400_000)));
    const huge = logEvent(9, 'x'.repeat(1_200_000));
    const client = await start({ streamEvents: () => [...big, huge] });
    const pages: number[] = [];
    for await (const page of paginateGetLogEvents({ client, stopOnSameToken: true }, { ...where, startFromHead: true })) {
      pages.push(page.events?.length ?? 0);
    }
    expect(pages).toEqual([2, 2, 1, 1, 0]);
  });
});

describe('FilterLogEvents', () => {
  test('what is asked arrives', async () => {
    const asked: unknown[] = [];
    const client = await start({
      filterEvents: (...args) => {
        asked.push(args);
        return [];
      },
    });
    await client.send(
      new FilterLogEventsCommand({ logGroupName: GROUP, startTime: 1, endTime: 2, filterPattern: '"REPORT é"', logStreamNames: [STREAM] }),
    );
    await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, logStreamNamePrefix: '2026' }));
    expect(asked).toEqual([
      [GROUP, { startMs: 1, endMs: 2, pattern: '"REPORT é"', streams: [STREAM] }],
      [GROUP, { streamPrefix: '2026' }],
    ]);
  });

  test('a search begins with an empty page and a token; only its absence is the end', async () => {
    const client = await start({ filterEvents: () => EVENTS });
    const pages: number[] = [];
    const seen: (string | undefined)[] = [];
    for await (const page of paginateFilterLogEvents({ client }, { logGroupName: GROUP, filterPattern: 'line', limit: 3 })) {
      pages.push(page.events?.length ?? 0);
      seen.push(...(page.events ?? []).map((event) => event.eventId));
    }
    expect(pages).toEqual([0, 3, 3, 1]);
    expect(seen).toEqual(EVENTS.map((event) => event.id));
  });

  test('without a pattern all come at once, each with its stream and id', async () => {
    const client = await start({ filterEvents: () => EVENTS.slice(0, 1) });
    const answer = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
    expect(answer.nextToken).toBeUndefined();
    expect(answer.events).toEqual([
      { logStreamName: STREAM, timestamp: 1000, ingestionTime: 2000, message: 'line 0', eventId: EVENTS[0]?.id },
    ]);
  });
});

describe('errors', () => {
  const REFUSED: readonly {
    readonly why: string;
    readonly send: (client: CloudWatchLogsClient) => Promise<unknown>;
    readonly says: string;
  }[] = [
    { why: 'a foreign token', send: (c) => c.send(new GetLogEventsCommand({ ...where, nextToken: 'f/nowhere' })), says: 'nextToken' },
    {
      why: 'a token of an event that is not there',
      send: (c) => c.send(new FilterLogEventsCommand({ logGroupName: GROUP, nextToken: 'after:9' })),
      says: 'nextToken',
    },
    { why: 'a limit of 0', send: (c) => c.send(new GetLogEventsCommand({ ...where, limit: 0 })), says: 'limit' },
    { why: 'a limit of 10 001', send: (c) => c.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 10_001 })), says: '10000' },
    { why: 'no group', send: (c) => c.send(new GetLogEventsCommand({ logStreamName: STREAM })), says: 'logGroupName' },
    {
      why: 'names and a prefix',
      send: (c) => c.send(new FilterLogEventsCommand({ logGroupName: GROUP, logStreamNames: ['a'], logStreamNamePrefix: 'b' })),
      says: 'logStreamNamePrefix',
    },
    { why: 'unmask', send: (c) => c.send(new GetLogEventsCommand({ ...where, unmask: true })), says: 'unmask' },
    {
      why: 'a group by its identifier',
      send: (c) => c.send(new GetLogEventsCommand({ ...where, logGroupIdentifier: GROUP })),
      says: 'logGroupIdentifier',
    },
  ];
  test.each(REFUSED)('refused by name: $why', async ({ send, says }) => {
    const error = await errorOf(send(await start({ streamEvents: () => EVENTS, filterEvents: () => EVENTS })));
    expect([error.name, error.$metadata?.httpStatusCode]).toEqual(['InvalidParameterException', 400]);
    expect(error.message).toContain(says);
  });

  test('what the port refuses reaches the client by name', async () => {
    const client = await start({
      streamEvents: () => {
        throw new Refusal('ResourceNotFoundException', 400, 'The specified log stream does not exist.');
      },
    });
    const error = await errorOf(client.send(new GetLogEventsCommand(where)));
    expect([error.name, error.message]).toEqual(['ResourceNotFoundException', 'The specified log stream does not exist.']);
  });

  test('an operation that is not realised is UnknownOperationException by name', async () => {
    const client = await start({});
    const error = await errorOf(client.send(new PutLogEventsCommand({ ...where, logEvents: [{ timestamp: 1, message: 'm' }] })));
    expect([error.name, error.message]).toEqual(['UnknownOperationException', expect.stringContaining('PutLogEvents')]);
  });
});
