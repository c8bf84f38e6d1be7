import { formatUsd } from '../../reports/cost.ts';
import { visibleText } from '../../reports/free-text.ts';
import type { Leftover } from '../domain/ports.ts';
import type { RunId } from '../domain/run.ts';
import type { AwsAccess } from './aws-access.ts';

/** The flags that name the same place again. */
export function placeFlags({ region, client }: AwsAccess): string {
  return ` --region ${region}${client.profile === undefined ? '' : ` --profile ${client.profile}`}`;
}

/** What is left of a run, a line each, what it costs, and the command to try next. */
export function describeLeftovers(runId: RunId, leftovers: readonly Leftover[], flags: string): readonly string[] {
  const hourly = leftovers.reduce((sum, { usdPerHour = 0 }) => sum + usdPerHour, 0);
  return [
    ...leftovers.map(({ kind, id, why, usdPerHour }) => {
      const cost = usdPerHour === undefined ? '' : ` (${formatUsd(usdPerHour)} USD an hour)`;
      return `✗ left: ${kind} ${visibleText(id)}${cost}: ${visibleText(why)}`;
    }),
    `  costs about ${formatUsd(hourly)} USD an hour as far as prices are known; try again: npm run bench -- destroy ${runId}${flags}`,
  ];
}
