import { Refusal } from '../refusal.ts';
import type { StackClock } from '../stack/clock.ts';
import type { AccessKey, Account } from './identity.ts';

/** A one-time schedule as it was asked for. */
export interface ScheduleSettings {
  readonly name: string;
  readonly description?: string;
  /** `at(2026-11-25T19:00:00)`, in UTC. */
  readonly expression: string;
  readonly at: Date;
  readonly isEnabled: boolean;
  readonly actionAfterCompletion: 'NONE' | 'DELETE';
  readonly target: ScheduleTarget;
}

/** What a schedule does: the one universal target that the lab has, CloudFormation's DeleteStack. */
export interface ScheduleTarget {
  readonly arn: string;
  /** As whom it calls. */
  readonly roleArn: string;
  /** As it came; JSON. */
  readonly input: string;
  readonly stackName: string;
  /** Kept and described back: the lab never has to ask twice. */
  readonly retryPolicy?: { readonly MaximumEventAgeInSeconds?: number; readonly MaximumRetryAttempts?: number };
}

export interface Schedule extends ScheduleSettings {
  readonly arn: string;
  readonly createdAt: Date;
}

/** Scheduler's state: the account's schedules, all in the group `default`. */
export interface Schedules {
  /** Throws `ConflictException`, and `ValidationException` for a role that Scheduler may not act as, or for a time that is over. */
  create(settings: ScheduleSettings): Schedule;
  find(name: string): Schedule | undefined;
  /** By name. */
  list(): readonly Schedule[];
  /** False when there was none of that name. */
  delete(name: string): boolean;
}

export interface SchedulesOptions {
  readonly account: Account;
  readonly clock: StackClock;
  /** So many milliseconds of AWS's time on the machine's clock; asked when a schedule is made. */
  readonly scaled: (milliseconds: number) => number;
  /** Keys of the role's session for Scheduler; undefined where there is no such role, or Scheduler may not act as it. */
  readonly keyOf: (roleArn: string) => AccessKey | undefined;
  /** Calls the target as its role. */
  readonly call: (target: ScheduleTarget, as: AccessKey) => Promise<void>;
  /** Told why a call failed. */
  readonly onFault: (error: unknown) => void;
}

/** Node's timers hold 2^31 ms at most, and what is longer fires at once. */
const LONGEST_WAIT_MS = 1_000_000_000;

/**
 * No schedules yet. Each calls its target once when its time has come, and with `DELETE` is gone then. On a scaled clock the time comes as much
 * sooner as everything else of AWS's does: the moment that a schedule names stays as it was asked for.
 */
export function newSchedules(options: SchedulesOptions): Schedules {
  const { account, clock } = options;
  const schedules = new Map<string, { readonly schedule: Schedule; readonly dueMs: number; takeBack: () => void }>();

  const forget = (name: string): boolean => {
    schedules.get(name)?.takeBack();
    return schedules.delete(name);
  };
  const fire = async ({ name, target, actionAfterCompletion }: Schedule): Promise<void> => {
    try {
      const key = options.keyOf(target.roleArn);
      if (key === undefined) throw new Error(`the schedule ${name} could not act as ${target.roleArn}`);
      await options.call(target, key);
    } catch (error) {
      options.onFault(error);
    }
    if (actionAfterCompletion === 'DELETE') forget(name);
  };
  const wait = (name: string): void => {
    const entry = schedules.get(name);
    if (entry === undefined) return;
    const leftMs = entry.dueMs - clock.now().getTime();
    if (leftMs > 0) entry.takeBack = clock.after(Math.min(leftMs, LONGEST_WAIT_MS), () => wait(name));
    else void fire(entry.schedule);
  };

  return {
    create: (settings) => {
      const { name } = settings;
      if (schedules.has(name)) throw new Refusal('ConflictException', 409, `Schedule ${name} already exists.`);
      if (options.keyOf(settings.target.roleArn) === undefined) {
        throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
      }
      const createdAt = clock.now();
      // Unverified: what AWS does with a one-time schedule whose time is over. Here nobody can take it for one that will still act.
      if (settings.at <= createdAt) throw invalid(`The time of ${settings.expression} is over.`);
      const arn = `arn:aws:scheduler:${account.region}:${account.accountId}:schedule/default/${name}`;
      const schedule = { ...settings, arn, createdAt };
      const dueMs = createdAt.getTime() + options.scaled(settings.at.getTime() - createdAt.getTime());
      schedules.set(name, { schedule, dueMs, takeBack: () => {} });
      if (settings.isEnabled) wait(name);
      return schedule;
    },
    find: (name) => schedules.get(name)?.schedule,
    list: () => [...schedules.values()].map(({ schedule }) => schedule).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    delete: forget,
  };
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationException', 400, message);
}
