import { readFileSync } from 'node:fs';
import type { RunCost } from '../domain/cost.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { costOf, DATABASE_GB, DEFAULT_TRAFFIC_GB, HOURS_PER_MONTH } from '../plan/cost.ts';
import type { OptionProblem } from '../plan/options.ts';
import { BUILT_IN_PRICES, type Prices, parsePrices, pricesFor } from '../plan/prices.ts';
import type { Forecast } from '../run/forecast.ts';
import { LAB_REGION } from './lab-start.ts';
import { usageError } from './run-plan.ts';

/** What a command line says about money. */
export interface PricingFlags {
  readonly prices?: string;
  readonly trafficGb?: string;
  readonly region?: string;
  readonly arch?: string;
}

/** Prices, and what they are asked for. */
export interface Pricing {
  readonly prices: Prices;
  readonly region: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly trafficGb: number;
}

/** More than this is no traffic of one function. */
const MAX_TRAFFIC_GB = 1e9;

function readPrices(path: string | undefined): typeof BUILT_IN_PRICES {
  if (path === undefined) return BUILT_IN_PRICES;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
  const parsed = parsePrices(text);
  if (parsed.kind === 'malformed') throw unusable(path, parsed.why);
  return parsed.table;
}

function unusable(path: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `${path} is no file of prices.`,
    why,
    tryCommands: [`cp harness/plan/prices.json ${path}   (and change what differs)`],
    leftBehind: 'Nothing was started.',
  });
}

function parseTraffic(text: string | undefined, problems: OptionProblem[]): number {
  if (text === undefined) return DEFAULT_TRAFFIC_GB;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= MAX_TRAFFIC_GB) return Number(text);
  problems.push({ flag: '--traffic-gb', message: `must be a number of GB a month, got "${text}"` });
  return DEFAULT_TRAFFIC_GB;
}

function parseArchitecture(text: string | undefined, problems: OptionProblem[]): Pricing['architecture'] {
  if (text === undefined || text === 'arm64' || text === 'x86_64') return text ?? 'arm64';
  problems.push({ flag: '--arch', message: `must be arm64 or x86_64, got "${text}"` });
  return 'arm64';
}

/** Prices for the region that is named, or that the variables name; the lab's where none is. Throws `BenchError` (exit 2). */
export function parsePricing(flags: PricingFlags, env: NodeJS.ProcessEnv): Pricing {
  const problems: OptionProblem[] = [];
  const trafficGb = parseTraffic(flags.trafficGb, problems);
  const architecture = parseArchitecture(flags.arch, problems);
  if (problems.length > 0) throw usageError(problems);
  const region = flags.region || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || LAB_REGION;
  return { prices: pricesFor(region, readPrices(flags.prices)), region, architecture, trafficGb };
}

/** What a forecast costs. */
export function costOfForecast({ plan, seconds }: Pick<Forecast, 'plan' | 'seconds'>, pricing: Pricing): RunCost {
  return costOf(plan, seconds, pricing.prices, pricing);
}

/** Dollars an hour of what is billed by the hour, by resource type; DB storage counted in. For what a teardown leaves. */
export function resourceHourlyUsd(region: string): Readonly<Record<string, number>> {
  const { usd } = pricesFor(region, BUILT_IN_PRICES);
  return {
    'AWS::EC2::NatGateway': usd.nat_hour,
    'AWS::EC2::EIP': usd.public_ipv4_hour,
    'AWS::RDS::DBInstance': usd.rds_hour + (DATABASE_GB / HOURS_PER_MONTH) * usd.rds_storage_gb_month,
  };
}
