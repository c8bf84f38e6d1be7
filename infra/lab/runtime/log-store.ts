import { randomInt } from 'node:crypto';
import { Refusal } from '../refusal.ts';
import { matchesFilterPattern, parseFilterPattern } from './filter-pattern.ts';
import type { LogService, StoredLogEvent } from './service.ts';
import type { LogDelivery } from './wire.ts';

/** A log group as its resource declares it. */
export interface LogGroupSettings {
  /** Absent: events stay for ever. */
  readonly retentionDays?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStoreOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** End of an invocation → its lines can be read. Asked at each delivery. */
  readonly delayMs: () => number;
}

/** CloudWatch Logs' own state: groups, streams and events, and the read side of its API. */
export interface LogStore extends LogService {
  /** Throws `ResourceAlreadyExistsException`. */
  createGroup(name: string, settings: LogGroupSettings): void;
  /** Takes lines; Lambda makes a missing group on its own, as AWS does. */
  deliver(delivery: LogDelivery): void;
}

interface Group {
  readonly createdMs: number;
  readonly settings: LogGroupSettings;
  /** In order of arrival. */
  readonly streams: Map<string, StoredLogEvent[]>;
}

const DAY_MS = 86_400_000;

/** An empty store. */
export function newLogStore(options: LogStoreOptions): LogStore {
  const groups = new Map<string, Group>();
  const nextId = newEventIds();

  const groupOf = (name: string): Group =>
    groups.get(name) ?? refuse('ResourceNotFoundException', 'The specified log group does not exist.');
  const visible = (group: Group, stream: string): StoredLogEvent[] => {
    const now = options.now();
    const { retentionDays } = group.settings;
    const oldestMs = retentionDays === undefined ? Number.NEGATIVE_INFINITY : now - retentionDays * DAY_MS;
    return (group.streams.get(stream) ?? []).filter((event) => event.ingestionTimeMs <= now && event.timestampMs >= oldestMs);
  };
  /** A stream exists for a reader once its first event does. */
  const existing = (group: Group, stream: string): StoredLogEvent[] => {
    const events = visible(group, stream);
    return events.length > 0 ? events : refuse('ResourceNotFoundException', 'The specified log stream does not exist.');
  };

  return {
    createGroup(name, settings) {
      if (groups.has(name)) refuse('ResourceAlreadyExistsException', 'The specified log group already exists');
      groups.set(name, { createdMs: options.now(), settings, streams: new Map() });
    },
    groups: () =>
      [...groups]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, { createdMs, settings, streams }]) => ({
          name,
          createdMs,
          ...settings,
          storedBytes: [...streams.values()].flat().reduce((sum, { message }) => sum + Buffer.byteLength(message), 0),
        })),
    deleteGroup: (name) => {
      groups.delete(name);
    },
    deliver(delivery) {
      const group = groups.get(delivery.group) ?? {
        createdMs: options.now(),
        settings: { tags: {} },
        streams: new Map<string, StoredLogEvent[]>(),
      };
      groups.set(delivery.group, group);
      const events = group.streams.get(delivery.stream) ?? [];
      group.streams.set(delivery.stream, events);
      const ingestionTimeMs = delivery.endMs + options.delayMs();
      for (const line of delivery.lines) {
        events.push({ id: nextId(line.timestampMs), group: delivery.group, stream: delivery.stream, ingestionTimeMs, ...line });
      }
    },
    streamEvents: (group, stream, range) => inTimeOrder(existing(groupOf(group), stream).filter((event) => inRange(event, range))),
    filterEvents(name, query) {
      const group = groupOf(name);
      const pattern = parseFilterPattern(query.pattern ?? '');
      const events = chooseStreams(group, query, existing).flatMap((stream) => visible(group, stream));
      return inTimeOrder(events.filter((event) => inRange(event, query) && matchesFilterPattern(pattern, event.message)));
    },
  };
}

type Query = Parameters<LogService['filterEvents']>[1];

function chooseStreams(group: Group, query: Query, assertExisting: (group: Group, stream: string) => unknown): readonly string[] {
  const { streams, streamPrefix } = query;
  if (streams !== undefined && streamPrefix !== undefined) {
    return refuse('InvalidParameterException', 'You cannot use logStreamNames and logStreamNamePrefix in the same request.');
  }
  for (const stream of streams ?? []) assertExisting(group, stream);
  return streams ?? [...group.streams.keys()].filter((stream) => stream.startsWith(streamPrefix ?? ''));
}

/** Start inclusive, end exclusive, as GetLogEvents has it. */
function inRange(event: StoredLogEvent, range: { readonly startMs?: number; readonly endMs?: number }): boolean {
  return event.timestampMs >= (range.startMs ?? Number.NEGATIVE_INFINITY) && event.timestampMs < (range.endMs ?? Number.POSITIVE_INFINITY);
}

/** By time, and by arrival where times are equal: the sort is stable. */
function inTimeOrder(events: readonly StoredLogEvent[]): readonly StoredLogEvent[] {
  return [...events].sort((left, right) => left.timestampMs - right.timestampMs);
}

/** AWS's event ids are 56 digits, unique; a reader must not make sense of them. */
function newEventIds(): (timestampMs: number) => string {
  let next = randomInt(2 ** 40);
  return (timestampMs) => `${String(timestampMs).padStart(16, '3')}${String(next++).padStart(40, '0')}`;
}

function refuse(code: string, message: string): never {
  throw new Refusal(code, 400, message);
}
