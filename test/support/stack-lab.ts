import type { Account } from '../../infra/lab/account/identity.ts';
import { NO_POLICIES } from '../../infra/lab/authorization/authority.ts';
import { newCountdown } from '../../infra/lab/faults/countdown.ts';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import { newScaledClock } from '../../infra/lab/faults/scaled-clock.ts';
import { RESOURCE_TYPES, type RealiseRequest, type Realiser, type Realisers } from '../../infra/lab/realise/realiser.ts';
import type { StackClock } from '../../infra/lab/stack/clock.ts';
import { newStackEngine, type StackEngine } from '../../infra/lab/stack/engine.ts';
import type { StackIds } from '../../infra/lab/stack/ids.ts';
import { attributesOf } from '../../infra/lab/stack/property-tables.ts';
import type { CreateStackRequest } from '../../infra/lab/stack/service.ts';

/** The account of every stack test. */
export const TEST_ACCOUNT: Account = { accountId: '123456789012', region: 'us-east-1', zones: ['us-east-1a', 'us-east-1b'] };

/** A clock that moves only when told. */
export interface TimerClock extends StackClock {
  /** Moves on by `milliseconds`, stopping at each timer until everything that it set off has happened. */
  advance(milliseconds: number): Promise<void>;
  /** Timers that are neither due nor taken back. */
  pending(): number;
}

/** Attributes of an interface endpoint that are lists. */
const LIST_ATTRIBUTES = ['DnsEntries', 'NetworkInterfaceIds'];

/** How one resource behaves; absent members mean: at once and with success. */
export interface ResourceScript {
  readonly createMs?: number;
  readonly createError?: Error;
  readonly deleteMs?: number;
  /** One error an attempt; later attempts succeed. */
  readonly deleteErrors?: readonly Error[];
}

/** The stack engine over realisers that only keep a record. */
export interface StackLab {
  readonly engine: StackEngine;
  readonly clock: TimerClock;
  /** `create Vpc`, `made Vpc`, `delete Vpc`, `gone Vpc` in the order in which they happened. */
  readonly calls: readonly string[];
  readonly requests: ReadonlyMap<string, RealiseRequest>;
  /** `Vpc CREATE_COMPLETE`, oldest first, without reasons. */
  timeline(nameOrId: string): readonly string[];
  /** The reasons that the resource or the stack was given, oldest first. */
  reasons(nameOrId: string, logicalId: string): readonly string[];
}

/** Lets everything happen that waits for no timer. */
export function settleTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A lab of its own for one test. */
export function newStackLab(scripts: Readonly<Record<string, ResourceScript>> = {}, knobs: Partial<LabKnobs> = {}): StackLab {
  const clock = newTimerClock();
  const calls: string[] = [];
  const requests = new Map<string, RealiseRequest>();
  const realiser = newRealiser(clock, calls, requests, scripts);
  const realisers = Object.fromEntries(RESOURCE_TYPES.map((type) => [type, realiser(type)])) as unknown as Realisers;
  const all = (): LabKnobs => ({ ...DEFAULT_KNOBS, ...knobs });
  const engine = newStackEngine({
    account: TEST_ACCOUNT,
    realisers,
    clock: newScaledClock(clock, all),
    ids: countingIds(),
    knobs: all,
    countdown: newCountdown(),
    authority: NO_POLICIES,
  });
  const oldestFirst = (nameOrId: string) => [...engine.events(nameOrId)].reverse();
  return {
    engine,
    clock,
    calls,
    requests,
    timeline: (nameOrId) => oldestFirst(nameOrId).map(({ logicalId, status }) => `${logicalId} ${status}`),
    reasons: (nameOrId, id) => oldestFirst(nameOrId).flatMap(({ logicalId, reason }) => (logicalId === id && reason ? [reason] : [])),
  };
}

function newRealiser(
  clock: TimerClock,
  calls: string[],
  requests: Map<string, RealiseRequest>,
  scripts: Readonly<Record<string, ResourceScript>>,
): (type: string) => Realiser {
  const attempts = new Map<string, number>();
  const wait = (milliseconds = 0): Promise<void> =>
    milliseconds === 0 ? Promise.resolve() : new Promise((resolve) => void clock.after(milliseconds, resolve));
  return (type) => ({
    create: async (request) => {
      const { logicalId } = request;
      const script = scripts[logicalId] ?? {};
      calls.push(`create ${logicalId}`);
      requests.set(logicalId, request);
      await wait(script.createMs);
      if (script.createError) throw script.createError;
      calls.push(`made ${logicalId}`);
      const attributes = Object.fromEntries((attributesOf(type) ?? []).map((name) => [name, `${logicalId}/${name}`]));
      const listAttributes = Object.fromEntries(LIST_ATTRIBUTES.map((name) => [name, [`${logicalId}/${name}/0`]]));
      return { physicalId: `id-of-${logicalId}`, attributes, ...(type === 'AWS::EC2::VPCEndpoint' ? { listAttributes } : {}) };
    },
    delete: async (physicalId) => {
      const logicalId = physicalId.slice('id-of-'.length);
      const script = scripts[logicalId] ?? {};
      const attempt = attempts.get(logicalId) ?? 0;
      attempts.set(logicalId, attempt + 1);
      calls.push(`delete ${logicalId}`);
      await wait(script.deleteMs);
      const error = script.deleteErrors?.[attempt];
      if (error) throw error;
      calls.push(`gone ${logicalId}`);
    },
  });
}

export function newTimerClock(): TimerClock {
  const start = Date.UTC(2026, 0, 1);
  let elapsed = 0;
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  return {
    now: () => new Date(start + elapsed),
    after: (milliseconds, action) => {
      const timer = { at: elapsed + milliseconds, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pending: () => timers.size,
    advance: async (milliseconds) => {
      const until = elapsed + milliseconds;
      await settleTurn();
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.delete(next);
        elapsed = next.at;
        next.action();
        await settleTurn();
      }
      elapsed = until;
    },
  };
}

function countingIds(): StackIds {
  let count = 0;
  return {
    uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
    suffix: () => 'ABCDEFGHIJ12',
  };
}

/** A request with `template` as its body; `change` overrides what a test is about. */
export function stackRequest(template: unknown, change: Partial<CreateStackRequest> = {}): CreateStackRequest {
  return {
    name: 'net',
    templateBody: JSON.stringify(template),
    parameters: {},
    tags: [],
    capabilities: [],
    onFailure: 'ROLLBACK',
    ...change,
  };
}
