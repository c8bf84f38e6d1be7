import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { expect } from 'vitest';
import type { CallFault } from '../../infra/lab/faults/call-fault.ts';
import type { StrikingKnob } from '../../infra/lab/faults/strikes.ts';
import type { BenchEnd } from '../support/bench-process.ts';
import type { Command, FaultStage, Knobs } from '../support/fault-stage.ts';
import { onlyRunIn } from '../support/run-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What a row's command left. */
export interface Ended extends BenchEnd {
  /** Absent when no run was begun. */
  readonly folder?: string;
}

/** A row at work. */
export interface Scene {
  readonly stage: FaultStage;
  /** Folder of results of this row alone. */
  readonly out: string;
  readonly command: Command;
}

/** How one row is played, and what only it looks at; exit code, what remains and the journal are judged for all alike. */
export interface FaultScript {
  /** Set before the command; those that are counted must all have been met when it has ended. */
  readonly knobs?: Knobs;
  /** Behind, and if need be against, the flags that every row has. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly withoutYes?: true;
  /** The command itself, where it is not `run`. */
  readonly command?: (out: string) => readonly string[];
  /** In a process of its own, for it is sent signals. */
  readonly process?: true;
  readonly meanwhile?: (scene: Scene) => Promise<void>;
  /** What comes after the command with the fault taken back, and gives the row's end. */
  readonly afterwards?: (scene: Scene, ended: Ended) => Promise<BenchEnd>;
  /** Answers that this knob must have spoilt at least, as the lab counts them. */
  readonly strikes?: Readonly<Partial<Record<StrikingKnob, number>>>;
  /** Proof that the fault was met, where the lab does not count it; looks at the run's files and words. */
  readonly met?: (ended: Ended) => void;
  /** All of them must have been said: the cause, and the next command where there is one. */
  readonly says?: readonly RegExp[];
}

const STEP_MS = 60_000;

/** Waits for a condition of a running command; throws with its words when it ended without. */
export async function until<T>(scene: Scene, what: string, look: () => T | undefined): Promise<T> {
  return waitUntil(what, STEP_MS, () => {
    const seen = look();
    if (seen === undefined && scene.command.hasEnded()) throw new Error(`ended before ${what}:\n${scene.command.stderr()}`);
    return seen;
  });
}

/** Waits until it has said so. */
export async function untilSaid(scene: Scene, text: string): Promise<void> {
  await until(scene, `"${text}"`, () => (scene.command.stderr().includes(text) ? true : undefined));
}

/** Waits until CloudFormation shows the run's stack of this kind in this status. */
export async function untilStack(scene: Scene, kind: string, status: string): Promise<void> {
  for (let found = false; !found; ) {
    if (scene.command.hasEnded()) throw new Error(`ended before ${kind} was ${status}:\n${scene.command.stderr()}`);
    const { Stacks = [] } = await scene.stage.clients.cloudFormation.send(new DescribeStacksCommand({}));
    found = Stacks.some(({ StackName, StackStatus }) => StackName?.endsWith(`-${kind}`) && StackStatus === status);
  }
}

/** One line of the journal, as far as rows look at it. */
export interface Line {
  readonly event: string;
  readonly kind?: string;
  readonly at?: string;
  readonly call_id?: string;
  readonly source?: string;
  readonly sample?: { readonly outcome?: string; readonly errorClass?: string };
  readonly stopReason?: string;
}

/** The whole lines of a run's journal; none where there is no run. */
export function journalOf(folder: string | undefined): readonly Line[] {
  if (folder === undefined || !existsSync(join(folder, 'samples.ndjson'))) return [];
  const lines = readFileSync(join(folder, 'samples.ndjson'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Line);
}

/** Waits until the journal says that the functions of the first round are updated, or that so many calls were observed. */
export async function untilJournal(scene: Scene, what: string, isThere: (lines: readonly Line[]) => boolean): Promise<void> {
  await until(scene, what, () => (isThere(journalOf(onlyRunIn(scene.out))) ? true : undefined));
}

export async function untilForced(scene: Scene): Promise<void> {
  await untilJournal(scene, 'a round that is forced', (lines) => lines.some(({ kind }) => kind === 'round-forced'));
}

/** Sends a signal to a process of ours. */
export function send({ command }: Scene, signal: NodeJS.Signals): void {
  if (command.pid === undefined) throw new Error('this row has no process of its own');
  process.kill(command.pid, signal);
}

/** Reads a file of the run. */
export function textOf({ folder }: Ended, name: string): string {
  return readFileSync(join(folder ?? '', name), 'utf8');
}

/** Samples of this outcome in the journal. */
export function countOutcome({ folder }: Ended, outcome: string): number {
  return journalOf(folder).filter(({ event, sample }) => event === 'observed' && sample?.outcome === outcome).length;
}

/** Where the REPORTs came from; there must be some. */
export function expectSources({ folder }: Ended, sources: readonly string[]): void {
  const found = journalOf(folder).flatMap(({ event, source }) => (event === 'report' ? [source] : []));
  expect([...new Set(found)].sort()).toEqual([...sources].sort());
}

export function refusal(service: CallFault['service'], operation: string, times = 1): CallFault {
  const message = `lab: ${operation} is not allowed`;
  return { service, operation, times, effect: { kind: 'refuse', code: 'AccessDenied', status: 403, message } };
}

export function unavailable(service: CallFault['service'], operation: string, times = 2, status: 500 | 503 = 503): CallFault {
  return { service, operation, times, effect: { kind: 'server-error', status } };
}

export function throttling(operation: string, times: number): CallFault {
  return { service: 'lambda', operation, times, effect: { kind: 'throttle', reason: 'CallerRateLimitExceeded' } };
}

export function cutting(service: CallFault['service'], operation: string, when: 'after-body' | 'after-effect', times = 1): CallFault {
  return { service, operation, times, effect: { kind: 'cut', when } };
}
