import type { DriverHealthTotals } from '../domain/driver-health.ts';
import type { Plan } from '../domain/plan.ts';
import type { Samples } from '../domain/samples.ts';
import type { Accounting } from './accounting.ts';
import { checkAge } from './age-check.ts';
import type { CellSamples } from './cell-samples.ts';
import { CHECK_IDS, type Check, type CheckId } from './check.ts';
import { checkColdStarts } from './cold-start-check.ts';
import { checkDrift } from './drift-check.ts';
import { checkDriver } from './driver-check.ts';
import { checkLostCalls } from './lost-calls-check.ts';
import { checkBilling, checkReports } from './report-check.ts';
import { checkResidue } from './residue-check.ts';
import { checkWarmUp } from './warm-up-check.ts';
import { checkZones } from './zone-check.ts';

/** Everything that the checks look at. `cells` are empty for a run with a wrong path, `driverHealth` is absent where none was journalled. */
export interface CheckedRun {
  readonly plan: Plan;
  readonly samples: Samples;
  readonly cells: readonly CellSamples[];
  readonly accounting: Accounting;
  readonly driverHealth?: DriverHealthTotals;
}

function runCheck(id: CheckId, { plan, samples, cells, accounting, driverHealth }: CheckedRun): Check {
  const foreign = plan.foreign !== undefined;
  switch (id) {
    case 'drift':
      return checkDrift(plan, cells);
    case 'warm-up':
      return checkWarmUp(plan, cells);
    case 'cold starts':
      return checkColdStarts(plan, samples);
    case 'age':
      return checkAge(plan, cells);
    case 'zones':
      return checkZones(plan, samples, cells);
    case 'reports':
      return checkReports(accounting, foreign);
    case 'billing':
      return checkBilling(samples);
    case 'driver':
      return checkDriver(accounting, driverHealth, foreign);
    case 'residue':
      return checkResidue(plan, samples);
    case 'lost calls':
      return checkLostCalls(plan, samples);
  }
}

/** All checks of a run, in the order of {@link CHECK_IDS}. */
export function checkRun(run: CheckedRun): readonly Check[] {
  return CHECK_IDS.map((id) => runCheck(id, run));
}
