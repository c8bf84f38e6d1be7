import type { DeployedFunction } from './deployment.ts';
import { BACKENDS, type Backend } from './plan.ts';
import { isRunId, type RunId } from './run.ts';
import { isTarget } from './target.ts';

/** The stacks of a run in the order of their creation: what is free, the guard over the others, what is billed by the hour, the functions. */
export const STACK_KINDS = ['net', 'guard', 'paid', 'fn'] as const;
export type StackKind = (typeof STACK_KINDS)[number];

/** What was begun with a stack, or is known to be done. `creating` and `deleting` are written before the call that begins it. */
export const STACK_PROGRESSES = ['creating', 'created', 'deleting', 'deleted'] as const;
export type StackProgress = (typeof STACK_PROGRESSES)[number];

/** A stack as the run's state remembers it. */
export interface StackRecord {
  readonly kind: StackKind;
  readonly name: string;
  /** Absent until CreateStack has answered. */
  readonly id?: string;
  readonly status: StackProgress;
}

/** Version of `deployment.json`. */
export const DEPLOYMENT_STATE_SCHEMA = 1;

/** Written where nothing shall ever end a deployment by itself. */
export const NEVER = 'never';

/**
 * `deployment.json`: what a run has in its account, written before each call that changes something there. A hint: the
 * account is the truth. Holds no secret.
 */
export interface DeploymentState {
  readonly schema: typeof DEPLOYMENT_STATE_SCHEMA;
  readonly runId: RunId;
  readonly backend: Backend;
  readonly region: string;
  /** Absent on AWS itself. */
  readonly endpoint?: string;
  /** `…4821`: the account's last four digits. */
  readonly account: string;
  /** ISO 8601 UTC. From then on the account removes the deployment, or `sweep --expired` may. */
  readonly expiresAt: string | typeof NEVER;
  /** True when it shall stay after its run. */
  readonly kept: boolean;
  readonly stacks: readonly StackRecord[];
  readonly functions: readonly DeployedFunction[];
}

/** What was found where the state should be. */
export type FoundDeploymentState =
  | { readonly kind: 'found'; readonly state: DeploymentState }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Where the state of a run is kept. */
export interface DeploymentStateStore {
  /** Replaces it at once or not at all. */
  write(state: DeploymentState): Promise<void>;
  /** Never rejects: the state is a hint, and what cannot be read is none. */
  read(): Promise<FoundDeploymentState>;
}

/** The state with one stack's record put in, or changed. A stack that is made again has no id yet. */
export function withStack(state: DeploymentState, record: StackRecord): DeploymentState {
  const before = record.status === 'creating' ? undefined : state.stacks.find(({ name }) => name === record.name);
  const others = state.stacks.filter(({ name }) => name !== record.name);
  const byCreation = (a: StackRecord, b: StackRecord): number => STACK_KINDS.indexOf(a.kind) - STACK_KINDS.indexOf(b.kind);
  return { ...state, stacks: [...others, { ...before, ...record }].sort(byCreation) };
}

/** `…4821` of twelve digits; as it is when it has no more than four characters. */
export function maskedAccount(accountId: string): string {
  return accountId.length > 4 ? `…${accountId.slice(-4)}` : accountId;
}

/** The file's text: the same state gives the same bytes. */
export function formatDeploymentState(state: DeploymentState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** Reads `deployment.json`. Throws `RangeError` naming the first member that is not as it should be. */
export function parseDeploymentState(text: string): DeploymentState {
  const json = parsedObject(text);
  if (json['schema'] !== DEPLOYMENT_STATE_SCHEMA)
    throw new RangeError(`schema: ${JSON.stringify(json['schema'])} is not ${DEPLOYMENT_STATE_SCHEMA}`);
  const { endpoint, kept } = json;
  if (typeof kept !== 'boolean') throw new RangeError('kept: neither true nor false');
  return {
    schema: DEPLOYMENT_STATE_SCHEMA,
    runId: textOf(json, 'runId', isRunId),
    backend: wordOf(json, 'backend', BACKENDS),
    region: textOf(json, 'region'),
    ...(endpoint === undefined ? {} : { endpoint: textOf(json, 'endpoint') }),
    account: textOf(json, 'account'),
    expiresAt: textOf(json, 'expiresAt', (at) => at === NEVER || !Number.isNaN(Date.parse(at))),
    kept,
    stacks: listOf(json, 'stacks').map(stackOf),
    functions: listOf(json, 'functions').map(functionOf),
  };
}

type Json = Readonly<Record<string, unknown>>;

function parsedObject(text: string): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RangeError('not JSON');
  }
  return objectOf(json, 'the file');
}

function objectOf(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RangeError(`${name}: not an object`);
  return value as Json;
}

function textOf(json: Json, name: string, isRight: (text: string) => boolean = (text) => text !== ''): string {
  const value = json[name];
  if (typeof value !== 'string' || !isRight(value)) throw new RangeError(`${name}: ${JSON.stringify(value) ?? 'missing'}`);
  return value;
}

function wordOf<Word extends string>(json: Json, name: string, words: readonly Word[]): Word {
  const value = textOf(json, name, (text) => (words as readonly string[]).includes(text));
  return value as Word;
}

function listOf(json: Json, name: string): readonly unknown[] {
  const value = json[name];
  if (!Array.isArray(value)) throw new RangeError(`${name}: not a list`);
  return value;
}

function stackOf(value: unknown): StackRecord {
  const json = objectOf(value, 'stacks');
  return {
    kind: wordOf(json, 'kind', STACK_KINDS),
    name: textOf(json, 'name'),
    ...(json['id'] === undefined ? {} : { id: textOf(json, 'id') }),
    status: wordOf(json, 'status', STACK_PROGRESSES),
  };
}

function functionOf(value: unknown): DeployedFunction {
  const json = objectOf(value, 'functions');
  const target = textOf(json, 'target');
  if (!isTarget(target)) throw new RangeError(`target: "${target}"`);
  return { scenario: textOf(json, 'scenario'), target, functionName: textOf(json, 'functionName'), logGroup: textOf(json, 'logGroup') };
}
