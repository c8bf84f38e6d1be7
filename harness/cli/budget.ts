import { formatUsd } from '../../reports/cost.ts';
import type { RunCost } from '../domain/cost.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { billedHours } from '../plan/cost.ts';
import type { ExpectedSeconds } from '../plan/duration.ts';

/** What of a cost grows with the hours, US dollars for each. */
function hourlyOf({ hour }: RunCost): number {
  return hour?.usd ?? 0;
}

/** What is billed by use, over the whole plan. */
function usageOf({ run, hour }: RunCost): number {
  return run === undefined || hour === undefined ? 0 : run.usd - run.hours * hour.usd;
}

/** Refuses (exit 6) before anything is started what costs more than the budget. */
export function demandAffordable(cost: RunCost, budgetUsd: number | undefined): void {
  const planned = cost.run?.usd ?? 0;
  if (budgetUsd === undefined || planned <= budgetUsd) return;
  throw new BenchError({
    exitCode: EXIT_CODES.budget,
    what: `The plan costs about ${formatUsd(planned)} USD, more than the budget of ${formatUsd(budgetUsd)} USD.`,
    why: `an upper bound by list prices as of ${cost.pricesAsOf}, the removal included`,
    tryCommands: [
      'npm run bench -- plan --backend aws   (what costs how much)',
      'npm run bench -- --backend aws --rounds 8   (less of it)',
      `npm run bench -- --backend aws --budget ${Math.ceil(planned * 100) / 100}`,
    ],
    leftBehind: 'Nothing was started.',
  });
}

/** Watches a run's spending by estimate: nobody can ask an AWS account what the last hour cost. */
export interface BudgetWatch {
  /** US dollars when the run went on for one more round and was then removed. */
  estimateUsd(elapsedSeconds: number, roundsDone: number): number;
  /** US dollars spent so far. */
  spentUsd(elapsedSeconds: number, roundsDone: number): number;
  /** Whether the next round is within the budget, its removal kept back. */
  allows(elapsedSeconds: number, roundsDone: number): boolean;
}

/** A watch over a plan of so many rounds. Use is taken to grow with the rounds, what stands with the hours begun until the removal's end. */
export function newBudgetWatch(
  cost: RunCost,
  seconds: Pick<ExpectedSeconds, 'rounds' | 'end'>,
  rounds: number,
  budgetUsd: number,
): BudgetWatch {
  const roundSeconds = seconds.rounds / rounds;
  const estimateUsd = (elapsedSeconds: number, roundsDone: number): number => {
    const hours = billedHours(elapsedSeconds + roundSeconds + seconds.end);
    return hours * hourlyOf(cost) + (usageOf(cost) * (roundsDone + 1)) / rounds;
  };
  const spentUsd = (elapsedSeconds: number, roundsDone: number): number =>
    billedHours(elapsedSeconds) * hourlyOf(cost) + (usageOf(cost) * roundsDone) / rounds;
  return { estimateUsd, spentUsd, allows: (elapsed, done) => estimateUsd(elapsed, done) <= budgetUsd };
}
