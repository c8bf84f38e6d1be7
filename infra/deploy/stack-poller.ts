import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock, DeployEvent } from '../../harness/domain/ports.ts';
import { isFinal, readServiceError } from '../aws/service-error.ts';
import { describeStack, newHappenings, type StackClient, type StackHappening, type StackState } from './stacks.ts';

/** What to wait for at one stack. */
export interface StackWatch {
  readonly stackId: string;
  readonly name: string;
  readonly isSettled: (status: string) => boolean;
  readonly deadlineMs: number;
  /** Ids of events that are old news. */
  readonly known: Set<string>;
  readonly onEvent: (event: DeployEvent) => void;
  readonly signal?: AbortSignal;
}

/** How a watch ended. `state` is undefined when CloudFormation no longer knows the stack, or never did. */
export interface SettledStack {
  readonly kind: 'settled' | 'overdue';
  readonly state: StackState | undefined;
  /** What happened while it was watched, oldest first. */
  readonly happenings: readonly StackHappening[];
}

/** Looks at all watched stacks in one loop, however many wait. */
export interface StackPoller {
  /** Rejects with what DescribeStacks throws, or with the signal's reason. */
  settled(watch: StackWatch): Promise<SettledStack>;
}

interface Waiting {
  readonly watch: StackWatch;
  readonly leftMs: () => number;
  readonly happenings: StackHappening[];
  /** Looks in a row that got no answer. */
  failures: number;
  /** Ends the wait once; later calls do nothing. */
  readonly end: (finish: { readonly settled: Omit<SettledStack, 'happenings'> } | { readonly failed: unknown }) => void;
}

/** Looks without an answer after which a wait is given up; each has the client's own attempts in it. */
const FAILURES = 5;

/** One poller for one deploy or teardown: CloudFormation throttles accounts in which many loops ask side by side. */
export function newStackPoller(client: StackClient, clock: Clock, pollMs: number): StackPoller {
  const waiting = new Set<Waiting>();
  let isRunning = false;
  let nap = new AbortController();

  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.size > 0) {
      for (const one of [...waiting]) await look(client, one);
      if (waiting.size === 0) break;
      nap = new AbortController();
      await clock.sleep(pollMs, nap.signal).catch(() => undefined);
    }
    isRunning = false;
  };

  const add = (watch: StackWatch, resolve: (settled: SettledStack) => void, reject: (reason: unknown) => void): void => {
    const startedAt = clock.now();
    const happenings: StackHappening[] = [];
    const onAbort = () => one.end({ failed: watch.signal?.reason });
    const one: Waiting = {
      watch,
      happenings,
      failures: 0,
      leftMs: () => watch.deadlineMs - toMilliseconds(clock.now() - startedAt),
      end: (finish) => {
        if (!waiting.delete(one)) return;
        watch.signal?.removeEventListener('abort', onAbort);
        if (waiting.size === 0) nap.abort();
        if ('failed' in finish) reject(finish.failed);
        else resolve({ ...finish.settled, happenings });
      },
    };
    watch.signal?.addEventListener('abort', onAbort, { once: true });
    waiting.add(one);
    if (!isRunning) void run();
  };

  return {
    async settled(watch) {
      watch.signal?.throwIfAborted();
      return new Promise((resolve, reject) => add(watch, resolve, reject));
    },
  };
}

async function look(client: StackClient, one: Waiting): Promise<void> {
  try {
    const state = await describeStack(client, one.watch.stackId);
    if (state !== undefined) await tell(client, one);
    one.failures = 0;
    if (state === undefined || one.watch.isSettled(state.status)) one.end({ settled: { kind: 'settled', state } });
    else if (one.leftMs() <= 0) one.end({ settled: { kind: 'overdue', state } });
  } catch (thrown) {
    one.failures += 1;
    // A wait of an hour outlives a service that is away for a minute; a refusal it does not wait for.
    const mayPass = !isFinal(readServiceError(thrown)) && one.failures < FAILURES && one.leftMs() > 0;
    if (!mayPass) one.end({ failed: thrown });
  }
}

async function tell(client: StackClient, one: Waiting): Promise<void> {
  const { watch } = one;
  for (const happening of await newHappenings(client, watch.stackId, watch.known)) {
    one.happenings.push(happening);
    watch.onEvent({
      stack: watch.name,
      status: happening.status,
      ...(happening.logicalId === watch.name ? {} : { resource: happening.logicalId }),
      ...(happening.reason === undefined ? {} : { reason: happening.reason }),
    });
  }
}
