import { describe, expect, it } from 'vitest';
import { eventsInJson, newIndentedReader, unwrapLine } from '../../harness/collect/log-wrapping.ts';

const STREAM = '2026/10/08/[$LATEST]22be53a8cfde4e68b844f8ec293b2543';
const NAMED = '2026/10/08/shop-cart[$LATEST]22be53a8cfde4e68b844f8ec293b2543';
const REPORT = 'REPORT RequestId: 76269889-7d50-4d6d-a3f1-9b4f5322f47c\tDuration: 14.97 ms\tBilled Duration: 15 ms';

describe('what tools write before an event', () => {
  it.each([
    ['nothing', REPORT, {}],
    ['an S3 export’s instant', `2026-10-08T07:30:27.768Z ${REPORT}`, {}],
    ['aws logs tail', `2026-10-08T07:30:27.768000+00:00 ${NAMED} ${REPORT}`, { logStream: NAMED }],
    ['aws logs tail --format short', `2026-10-08T07:30:27 ${REPORT}`, {}],
    ['sam logs', `${STREAM} 2026-10-08T07:30:27.768000 ${REPORT}`, { logStream: STREAM }],
    ['sam logs in colours', `\u001b[36m${STREAM}\u001b[0m \u001b[32m2026-10-08T07:30:27.768000\u001b[0m ${REPORT}`, { logStream: STREAM }],
    ['date and time with a zone', `2026-10-08 07:30:27.768 (+02:00) ${REPORT}`, {}],
    ['milliseconds since 1970', `1791444627768 ${REPORT}`, {}],
    ['a log group', `/aws/lambda/shop-cart ${STREAM} ${REPORT}`, { logGroup: '/aws/lambda/shop-cart', logStream: STREAM }],
    ['a container’s name', `lambda-1  | ${REPORT}`, {}],
  ])('%s', (_what, line, more) => {
    expect(unwrapLine(line)).toEqual({ text: REPORT, ...more });
  });

  it.each([
    ['words of somebody', `started ${REPORT}`],
    ['a level', `2026-10-08T07:30:27.768Z\tINFO\t${REPORT}`],
  ])('%s are no prefix: the line is not the platform’s', (_what, line) => {
    expect(unwrapLine(line).text).not.toBe(REPORT);
  });

  it('looks for no longer than a prefix can be', () => {
    const line = `${'2026-10-08T07:30:27.768Z '.repeat(4_000)}${REPORT}`;
    expect(unwrapLine(line).text.length).toBeGreaterThan(line.length - 1_100);
  });
});

describe('events in JSON', () => {
  const event = { logStreamName: NAMED, timestamp: 1791444627768, message: REPORT, ingestionTime: 1791444629000, eventId: '1' };
  const seen = { text: REPORT, logStream: NAMED };
  it.each([
    ['FilterLogEvents', { events: [event, event], searchedLogStreams: [] }, [seen, seen]],
    ['GetLogEvents', { events: [{ timestamp: 1, message: REPORT, ingestionTime: 2 }], nextForwardToken: 'f/1' }, [{ text: REPORT }]],
    [
      'a subscription',
      {
        messageType: 'DATA_MESSAGE',
        logGroup: '/aws/lambda/a',
        logStream: STREAM,
        logEvents: [{ id: '1', timestamp: 1, message: REPORT }],
      },
      [{ text: REPORT, logGroup: '/aws/lambda/a', logStream: STREAM }],
    ],
    [
      'GetQueryResults',
      {
        results: [
          [
            { field: '@message', value: REPORT },
            { field: '@logStream', value: STREAM },
            { field: '@ptr', value: 'x' },
          ],
        ],
      },
      [{ text: REPORT, logStream: STREAM }],
    ],
    ['one Insights row', { '@message': REPORT, '@log': '111122223333:/aws/lambda/a' }, [{ text: REPORT, logGroup: '/aws/lambda/a' }]],
    ['one event a line', event, [seen]],
    ['no events', { events: [] }, []],
    ['events that are none', { events: ['x', null, { timestamp: 1 }] }, []],
  ])('%s', (_what, value, expected) => {
    expect(eventsInJson(value)).toEqual(expected);
  });

  it.each([
    ['an application’s line, whose timestamp is text', { timestamp: '2026-10-08T07:30:27.768Z', level: 'INFO', message: REPORT }],
    ['a platform line', { time: '2026-10-08T07:30:29.470Z', type: 'platform.report', record: {} }],
    ['an array', [event]],
    ['a number', 3],
  ])('%s has none', (_what, value) => {
    expect(eventsInJson(value)).toBeUndefined();
  });
});

it.each([
  ['FilterLogEvents', { events: [{ logStreamName: NAMED, timestamp: 1, message: `a "quoted" ${REPORT}\n` }] }, NAMED],
  [
    'GetQueryResults',
    {
      results: [
        [
          { field: '@logStream', value: STREAM },
          { field: '@message', value: `a "quoted" ${REPORT}\n` },
        ],
      ],
    },
    STREAM,
  ],
])('an indented %s is read line by line', (_what, document, logStream) => {
  const reader = newIndentedReader();
  const lines = JSON.stringify(document, null, 4).split('\n');
  const events = lines.flatMap((line) => reader.read(line) ?? []);
  expect(events).toEqual([{ text: `a "quoted" ${REPORT}\n`, logStream }]);
});
