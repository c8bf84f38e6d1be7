import { z } from 'zod';
import builtIn from './prices.json' with { type: 'json' };

/** Everything that has a price here. */
export const PRICED = [
  'lambda_request',
  'lambda_gb_s_arm64',
  'lambda_gb_s_x86_64',
  'logs_ingest_gb',
  's3_get',
  's3_put',
  'nat_hour',
  'nat_gb',
  'public_ipv4_hour',
  'interface_endpoint_hour',
  'interface_endpoint_gb',
  'rds_hour',
  'rds_storage_gb_month',
] as const;
export type Priced = (typeof PRICED)[number];

/** Prices of one region, US dollars for one unit. */
export interface Prices {
  /** Whose prices these are: another region's where none are known for the one that was asked for. */
  readonly region: string;
  /** YYYY-MM-DD. */
  readonly asOf: string;
  readonly usd: Readonly<Record<Priced, number>>;
}

const amount = z.number().nonnegative().finite();
const row = z.strictObject({ usd: amount, unit: z.string(), source: z.string().min(1) });
const table = z.strictObject({
  schema: z.literal(1),
  currency: z.literal('USD'),
  region: z.string().min(1),
  asOf: z.iso.date(),
  prices: z.record(z.enum(PRICED), row),
  regions: z.record(z.string(), z.partialRecord(z.enum(PRICED), row)),
});

/** A whole file of prices: one region's, and what differs from it in others. */
export type PriceTable = z.infer<typeof table>;

export type ParsedPrices = { readonly kind: 'prices'; readonly table: PriceTable } | { readonly kind: 'malformed'; readonly why: string };

/** Reads a file of prices, of the form of `prices.json`. Never throws. */
export function parsePrices(text: string): ParsedPrices {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: 'malformed', why: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = table.safeParse(json);
  if (parsed.success) return { kind: 'prices', table: parsed.data };
  const issue = parsed.error.issues[0];
  return { kind: 'malformed', why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a table of prices'}` };
}

/** The table that comes with the tool. */
export const BUILT_IN_PRICES: PriceTable = table.parse(builtIn);

/** The prices that apply in a region: its own where the table has any, else those of the table's region. */
export function pricesFor(region: string, { region: home, asOf, prices, regions }: PriceTable): Prices {
  const own = regions[region];
  const usd = Object.fromEntries(PRICED.map((item) => [item, (own?.[item] ?? prices[item]).usd])) as Record<Priced, number>;
  return { region: own === undefined ? home : region, asOf, usd };
}
