import { readFileSync } from 'node:fs';
import { RUNTIMES, type Runtime } from '../../infra/template/fn.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { Secret } from '../domain/secret.ts';
import { nearestName, type OptionProblem } from '../plan/options.ts';
import type { AwsFlags } from './aws-access.ts';
import { usageError } from './run-plan.ts';

/** What a command line says about a run on AWS, as commander gives it. */
export interface AwsRunFlags extends AwsFlags {
  readonly allowedAccounts?: string;
  readonly yes?: boolean;
  readonly budget?: string;
  readonly ttl?: string;
  readonly keep?: boolean;
  readonly runtime?: string;
  readonly internetUrl?: string;
  readonly echoUrl?: string;
  readonly rdsCa?: string;
  readonly arch?: string;
  readonly on?: string;
}

/** How long a deployment may stand: until some time after the planned end, so many milliseconds from the start, or without end. */
export type TimeToLive = { readonly kind: 'planned' } | { readonly kind: 'from-start'; readonly ms: number } | { readonly kind: 'never' };

/** The same, checked. */
export interface AwsOptions {
  readonly access: AwsFlags;
  /** Twelve digits each; empty: every account. */
  readonly allowedAccounts: readonly string[];
  readonly yes: boolean;
  readonly budgetUsd?: number;
  readonly ttl: TimeToLive;
  readonly keep: boolean;
  readonly runtime?: Runtime;
  readonly internetUrl?: string;
  readonly echoUrl?: string;
  /** PEM of the CA of the DB instance, where it is not RDS's own. */
  readonly rdsCaPem?: string;
  /** Of `LNB_DB_PASSWORD`: the database gets it, and a run on a deployment that stands needs it again. */
  readonly databasePassword?: Secret;
}

/** Flags that mean nothing in the lab, by the name that commander gives them. */
const AWS_ONLY: Readonly<Record<keyof AwsRunFlags, string>> = {
  profile: '--profile',
  region: '--region',
  waiting: '--waiting',
  allowedAccounts: '--allowed-accounts',
  yes: '--yes',
  budget: '--budget',
  ttl: '--ttl',
  keep: '--keep',
  runtime: '--runtime',
  internetUrl: '--internet-url',
  echoUrl: '--echo-url',
  rdsCa: '--rds-ca',
  arch: '--arch',
  on: '--on',
};

const MS_PER: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_TTL_MS = 30 * 86_400_000;
const SHORTEST_TTL_MS = 15 * 60_000;

/** `90m`, `3h`, `2d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (MS_PER[match[2] ?? ''] ?? Number.NaN);
}

function parseTtl(text: string | undefined, problems: OptionProblem[]): TimeToLive {
  if (text === undefined) return { kind: 'planned' };
  if (text === 'none') return { kind: 'never' };
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= SHORTEST_TTL_MS && ms <= LONGEST_TTL_MS) return { kind: 'from-start', ms };
  problems.push({ flag: '--ttl', message: `must be a time from 15m to 30d, as in 3h or 90m, or none, got "${text}"` });
  return { kind: 'planned' };
}

function parseBudget(text: string | undefined, problems: OptionProblem[]): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  problems.push({ flag: '--budget', message: `must be a sum in USD, as in 0.50, got "${text}"` });
  return undefined;
}

function parseAccounts(flag: string | undefined, env: NodeJS.ProcessEnv, problems: OptionProblem[]): readonly string[] {
  const named = flag ?? env['LNB_ALLOWED_ACCOUNTS'];
  if (named === undefined) return [];
  const accounts = named.split(',').map((account) => account.trim());
  const where = flag === undefined ? 'LNB_ALLOWED_ACCOUNTS' : '--allowed-accounts';
  // An empty list would allow every account, which nobody who sets it means.
  if (accounts.every((account) => /^\d{12}$/.test(account))) return accounts;
  problems.push({ flag: where, message: `must be account ids of twelve digits with commas between them, got "${named}"` });
  return [];
}

function parseRuntime(text: string | undefined, problems: OptionProblem[]): Runtime | undefined {
  if (text === undefined) return undefined;
  const found = RUNTIMES.find((runtime) => runtime === text);
  if (found !== undefined) return found;
  const nearest = nearestName(text, RUNTIMES);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  problems.push({ flag: '--runtime', message: `unknown runtime "${text}".${hint} Known: ${RUNTIMES.join(', ')}.` });
  return undefined;
}

function parseUrl(flag: string, text: string | undefined, problems: OptionProblem[]): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return text;
  problems.push({ flag, message: `must be an https address without a name or password in it, got "${text}"` });
  return undefined;
}

/** What RDS for PostgreSQL takes: 8 to 128 printable characters without `/`, `"`, `@` and space. Never repeated in the error. */
const PASSWORD_FORM = /^[!#-.0-?A-~]{8,128}$/;

function parsePassword(env: NodeJS.ProcessEnv, problems: OptionProblem[]): Secret | undefined {
  const text = env['LNB_DB_PASSWORD'] || undefined;
  if (text === undefined || PASSWORD_FORM.test(text)) return text === undefined ? undefined : new Secret(text);
  problems.push({ flag: 'LNB_DB_PASSWORD', message: 'must be 8 to 128 printable ASCII characters without / " @ and space' });
  return undefined;
}

/** With `--on` nothing is deployed: what a deployment is like was settled when it was made. */
function refuseDeployFlags(flags: AwsRunFlags, problems: OptionProblem[]): void {
  if (flags.on === undefined) return;
  for (const name of ['ttl', 'keep', 'runtime'] as const) {
    if (flags[name] !== undefined) problems.push({ flag: AWS_ONLY[name], message: 'not with --on, which deploys and removes nothing' });
  }
}

function readCa(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const unusable = (why: string): BenchError =>
    new BenchError({
      exitCode: EXIT_CODES.usage,
      what: `--rds-ca: ${path} is no certificate.`,
      why,
      tryCommands: ['leave --rds-ca out: on AWS the certificate of the region is known'],
      leftBehind: 'Nothing was started.',
    });
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw unusable('it holds no PEM certificate');
  return pem;
}

/** Refuses in the lab what only AWS has: a budget that nothing watches would only seem to be one. */
export function demandNoAwsFlags(flags: AwsRunFlags): void {
  const given = (Object.keys(AWS_ONLY) as (keyof AwsRunFlags)[]).filter((name) => flags[name] !== undefined);
  if (given.length > 0) throw usageError(given.map((name) => ({ flag: AWS_ONLY[name], message: 'only with --backend aws' })));
}

function present<Value>(name: string, value: Value | undefined): { readonly [name: string]: Value } {
  return value === undefined ? {} : { [name]: value };
}

/** Checks everything at once. Throws `BenchError` (exit 2). */
export function parseAwsOptions(flags: AwsRunFlags, env: NodeJS.ProcessEnv): AwsOptions {
  const problems: OptionProblem[] = [];
  const { profile, region, waiting } = flags;
  refuseDeployFlags(flags, problems);
  const options: AwsOptions = {
    access: { ...present('profile', profile), ...present('region', region), ...present('waiting', waiting) },
    allowedAccounts: parseAccounts(flags.allowedAccounts, env, problems),
    yes: flags.yes === true,
    ...present('budgetUsd', parseBudget(flags.budget, problems)),
    ttl: parseTtl(flags.ttl, problems),
    keep: flags.keep === true,
    ...present('runtime', parseRuntime(flags.runtime, problems)),
    ...present('databasePassword', parsePassword(env, problems)),
    ...present('internetUrl', parseUrl('--internet-url', flags.internetUrl, problems)),
    ...present('echoUrl', parseUrl('--echo-url', flags.echoUrl, problems)),
  };
  if (problems.length > 0) throw usageError(problems);
  return { ...options, ...present('rdsCaPem', readCa(flags.rdsCa || env['LNB_RDS_CA'] || undefined)) };
}

/** Between the planned end and the default end: of a deployment that should be gone by then, and of one that is kept. */
const SPARE_MS = 3_600_000;
const SPARE_WHEN_KEPT_MS = 8 * 3_600_000;

/** When a deployment ends by itself that is begun now and planned to take so many seconds. */
export function expiryOf({ ttl, keep }: Pick<AwsOptions, 'ttl' | 'keep'>, now: Date, plannedSeconds: number): Date | 'never' {
  switch (ttl.kind) {
    case 'planned':
      return new Date(now.getTime() + plannedSeconds * 1000 + (keep ? SPARE_WHEN_KEPT_MS : SPARE_MS));
    case 'from-start':
      return new Date(now.getTime() + ttl.ms);
    case 'never':
      return 'never';
  }
}
