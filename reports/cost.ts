import { markdownTable } from 'markdown-table';
import type { CostLine, CostTable, RunCost } from '../harness/domain/cost.ts';

/** `36.50`, `0.045`, `0.0031`: cents, a tenth of them below a dollar, and two digits of what is less than a cent. */
export function formatUsd(usd: number): string {
  if (usd === 0 || usd >= 1) return usd.toFixed(2);
  if (usd >= 0.01) return usd.toFixed(3);
  return Number(usd.toPrecision(2)).toFixed(Math.max(2, 1 - Math.floor(Math.log10(usd))));
}

/** `0.0061 GB`, `1 h`, `7406 calls`. */
function formatQuantity({ quantity, unit }: CostLine): string {
  const figure = Number.isInteger(quantity) ? String(quantity) : String(Number(quantity.toPrecision(3)));
  return unit === 'call' || unit === 'request' ? `${figure} ${unit}${quantity === 1 ? '' : 's'}` : `${figure} ${unit}`;
}

/** Rows of a table: the lines of a bill, and their sum. */
function billRows({ lines, usd }: CostTable): readonly (readonly string[])[] {
  return [
    ['billed', 'quantity', 'USD'],
    ...lines.map((one) => [one.item, formatQuantity(one), formatUsd(one.usd)]),
    ['sum', '', formatUsd(usd)],
  ];
}

/** The months of the networks, and what each further service adds. */
function monthRows({ month }: RunCost): readonly (readonly string[])[] {
  const further = formatUsd(month.furtherServiceUsd);
  return [
    ['network, in one zone', 'standing', `${month.trafficGb} GB`, 'USD a month'],
    ...month.modes.map(({ scenario, standingUsd, trafficUsd, usd }) => [scenario, ...[standingUsd, trafficUsd, usd].map(formatUsd)]),
    ['each further AWS service that your code calls without NAT: one interface endpoint × zone', `+${further}`, '', `+${further}`],
  ];
}

/** One line that heads everything about money. */
export function describeCost({ run, hour, ...cost }: RunCost): string {
  const whose = cost.pricesOf === cost.region ? cost.pricesOf : `${cost.pricesOf}, none are known for ${cost.region}`;
  const prices = `list prices of ${whose}, as of ${cost.pricesAsOf}`;
  if (run === undefined || hour === undefined) return `Cost: nothing in the lab; of the networks on AWS below (${prices}).`;
  return `Cost: at most about ${formatUsd(run.usd)} USD for the run, ${formatUsd(hour.usd)} USD for each hour that it stands (${prices}).`;
}

/** What the sums take for granted. */
export const COST_BASIS =
  'Begun hours count whole, functions are taken to be billed for as long as the driver waits; taxes, free tiers and discounts are left out.';

/** Both tables, drawn by `table`; the second is all that the lab has. */
export function costTables(
  cost: RunCost,
  table: (rows: readonly (readonly string[])[], align: readonly string[]) => string,
): readonly string[] {
  const bill = cost.run === undefined ? [] : [table(billRows(cost.run), ['l', 'r', 'r']), ''];
  return [...bill, table(monthRows(cost), ['l', 'r', 'r', 'r'])];
}

/** The section of a report; nothing where no cost was noted. */
export function costSection(cost: RunCost | undefined): readonly string[] {
  if (cost === undefined) return [];
  const tables = costTables(cost, (rows, align) => markdownTable(rows, { align: [...align] }));
  const basis = cost.run === undefined ? [] : [COST_BASIS, ''];
  return ['## Cost', '', describeCost(cost), '', ...basis, ...tables, ''];
}
