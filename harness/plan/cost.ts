import { originalOf } from '../domain/arm.ts';
import type { CostLine, CostTable, MonthOfMode, RunCost } from '../domain/cost.ts';
import type { Plan } from '../domain/plan.ts';
import { hasFeature, NETWORK_FEATURES, type NetworkFeature, type Scenario } from '../domain/scenario.ts';
import { reachableArms } from './arms.ts';
import { callSeconds, countCalls, type ExpectedSeconds } from './duration.ts';
import type { Prices } from './prices.ts';

/** What the reader of a plan says beside it. */
export interface CostQuestion {
  readonly region: string;
  readonly architecture: 'arm64' | 'x86_64';
  /** GB a month through what charges by the GB. */
  readonly trafficGb: number;
}

/** GB a month that are shown where the reader names no other: enough to be seen beside the hours. */
export const DEFAULT_TRAFFIC_GB = 100;

/** A month as AWS's own price pages count it. */
export const HOURS_PER_MONTH = 730;
const SECONDS_PER_HOUR = 3600;
const BYTES_PER_GB = 1e9;
/** Every function of a run: 1769 MB, one vCPU. */
const FUNCTION_GB = 1769 / 1024;
/** The platform's JSON lines of a cold call at DEBUG take less; the probe itself logs nothing. */
const LOG_BYTES_PER_CALL = 2000;
/** Through the NAT, both directions: a TLS handshake with its certificates and one KiB of payload take less. */
const NETWORK_BYTES_PER_CALL = 12_000;
/** Calls that warm the client before the first timed one. */
const UNTIMED_CALLS = 40;
/** The zip, the timed object, three proof objects. */
const OBJECTS_WRITTEN = 5;
const PROOF_READS = 3;
/** Storage of the DB instance. */
export const DATABASE_GB = 20;

/** What a network feature costs: while it stands, and by the GB that goes through it. */
interface FeaturePrice {
  readonly hourly: readonly { readonly item: string; readonly usd: number }[];
  readonly gbUsd: number;
}

function featurePrice(feature: NetworkFeature, { usd }: Prices): FeaturePrice {
  switch (feature) {
    case 'nat-gateway':
      return {
        hourly: [
          { item: 'NAT gateway', usd: usd.nat_hour },
          { item: 'public IPv4 address', usd: usd.public_ipv4_hour },
        ],
        gbUsd: usd.nat_gb,
      };
    case 's3-gateway-endpoint':
      return { hourly: [], gbUsd: 0 };
    case 's3-interface-endpoint':
      return { hourly: [{ item: 'S3 interface endpoint, one zone', usd: usd.interface_endpoint_hour }], gbUsd: usd.interface_endpoint_gb };
  }
}

function tableOf(lines: readonly CostLine[]): CostTable {
  return { lines, usd: lines.reduce((sum, { usd }) => sum + usd, 0) };
}

function line(item: string, quantity: number, unit: string, unitUsd: number): CostLine {
  return { item, quantity, unit, usd: quantity * unitUsd };
}

function hasDatabase({ targets, scenarios }: Plan): boolean {
  return targets.includes('rds') && scenarios.some(({ network }) => network.kind === 'vpc');
}

/** What is billed by the hour, for so many hours. Scenarios share what they have in common. */
function standingLines(plan: Plan, prices: Prices, hours: number): readonly CostLine[] {
  const features = NETWORK_FEATURES.filter((feature) => plan.scenarios.some(({ network }) => hasFeature(network, feature)));
  const network = features.flatMap((feature) => featurePrice(feature, prices).hourly.map(({ item, usd }) => line(item, hours, 'h', usd)));
  if (!hasDatabase(plan)) return network;
  const storage = (hours / HOURS_PER_MONTH) * DATABASE_GB;
  return [
    ...network,
    line('DB instance', hours, 'h', prices.usd.rds_hour),
    line('DB storage', storage, 'GB-month', prices.usd.rds_storage_gb_month),
  ];
}

/** Calls of reachable arms of the scenarios that have the feature, twins with them. */
function callsThrough(plan: Plan, feature: NetworkFeature): number {
  const arms = plan.arms.filter((arm) =>
    plan.scenarios.some(({ name, network }) => name === originalOf(arm.scenario) && hasFeature(network, feature)),
  );
  return countCalls({ ...plan, arms }).total;
}

function s3Reads(plan: Plan): number {
  const arms = plan.arms.filter(({ target }) => target === 's3');
  const calls = countCalls({ ...plan, arms }).total;
  return calls + PROOF_READS * reachableArms(arms).length * plan.rounds;
}

/** What is billed by use. Functions are taken to be billed for as long as the driver waits: an upper bound. */
function usageLines(plan: Plan, prices: Prices, architecture: CostQuestion['architecture']): readonly CostLine[] {
  const { usd } = prices;
  const calls = countCalls(plan).total + UNTIMED_CALLS;
  const rate = architecture === 'arm64' ? usd.lambda_gb_s_arm64 : usd.lambda_gb_s_x86_64;
  const through = NETWORK_FEATURES.map((feature) => ({ feature, price: featurePrice(feature, prices).gbUsd })).filter(
    ({ feature, price }) => price > 0 && callsThrough(plan, feature) > 0,
  );
  return [
    line('Lambda requests', calls, 'call', usd.lambda_request),
    line(`Lambda duration, ${architecture}`, callSeconds(plan) * FUNCTION_GB, 'GB-s', rate),
    line('logs', (calls * LOG_BYTES_PER_CALL) / BYTES_PER_GB, 'GB', usd.logs_ingest_gb),
    ...(plan.targets.includes('s3') ? [line('S3 reads', s3Reads(plan), 'request', usd.s3_get)] : []),
    line('S3 writes', OBJECTS_WRITTEN, 'request', usd.s3_put),
    ...through.map(({ feature, price }) =>
      line(`traffic, ${feature}`, (callsThrough(plan, feature) * NETWORK_BYTES_PER_CALL) / BYTES_PER_GB, 'GB', price),
    ),
  ];
}

function monthOf({ name, network }: Scenario, prices: Prices, trafficGb: number): MonthOfMode {
  const features = NETWORK_FEATURES.filter((feature) => hasFeature(network, feature)).map((feature) => featurePrice(feature, prices));
  const standingUsd = features.flatMap(({ hourly }) => hourly).reduce((sum, { usd }) => sum + usd * HOURS_PER_MONTH, 0);
  const trafficUsd = Math.max(0, ...features.map(({ gbUsd }) => gbUsd)) * trafficGb;
  return { scenario: name, standingUsd, trafficUsd, usd: standingUsd + trafficUsd };
}

/** Hours that are billed for so many seconds: NAT gateways and endpoints charge a begun hour whole, so everything is taken to. */
export function billedHours(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / SECONDS_PER_HOUR));
}

/** US dollars for one hour in which everything that the plan deploys stands. */
export function hourlyUsd(plan: Plan, prices: Prices): number {
  return tableOf(standingLines(plan, prices, 1)).usd;
}

/**
 * What a plan costs that takes `seconds`, from deploy to the end of the removal; every figure is an upper bound of what was planned, repeats
 * not foreseen. Without a bill (the lab) only the months of the networks are told.
 */
export function costOf(plan: Plan, seconds: Pick<ExpectedSeconds, 'total'>, prices: Prices, question: CostQuestion): RunCost {
  const hours = billedHours(seconds.total);
  const billed = plan.backend === 'aws';
  return {
    currency: 'USD',
    region: question.region,
    pricesOf: prices.region,
    pricesAsOf: prices.asOf,
    ...(billed
      ? {
          run: { ...tableOf([...usageLines(plan, prices, question.architecture), ...standingLines(plan, prices, hours)]), hours },
          hour: tableOf(standingLines(plan, prices, 1)),
        }
      : {}),
    month: {
      trafficGb: question.trafficGb,
      modes: plan.scenarios.map((scenario) => monthOf(scenario, prices, question.trafficGb)),
      furtherServiceUsd: prices.usd.interface_endpoint_hour * HOURS_PER_MONTH,
    },
  };
}
