import type { Plan } from '../domain/plan.ts';
import type { ReportedSample } from '../domain/sample.ts';
import { countSamples, type Samples } from '../domain/samples.ts';
import type { Check, CheckFigure } from './check.ts';

/** Below these shares of proven cold starts among a scenario's answered cold calls a reader is told, or warned off. */
const WARN_BELOW = 0.9;
const FAIL_BELOW = 0.5;

/** Answered cold calls; one that met the old environment was asked again and does not count. */
function answeredColdCalls(samples: Samples): Samples {
  return samples.filter(({ call, outcome }) => call.purpose === 'cold' && outcome === 'ok');
}

function scenariosOf(samples: Samples): readonly string[] {
  return [...new Set(samples.map(({ call }) => call.scenario))];
}

/** Cold, and no less so for having been asked too soon after the deploy to be judged. */
function isProvenCold({ start, discardReason }: ReportedSample): boolean {
  return start === 'cold' && (discardReason === undefined || discardReason === 'burn-in');
}

/** How often a scenario's cold call met the environment that the update should have ended; absent where it never did. */
function missesOf(stale: Samples, of: string): CheckFigure[] {
  const missed = countSamples(stale, ({ call }) => call.scenario === of);
  return missed === 0 ? [] : [{ of, name: 'met the old environment, asked again', unit: 'count', value: missed }];
}

/**
 * Were the cold calls cold? Per scenario, of the cold calls that were answered: the share proven cold, and the share that met an environment
 * initialised ahead of the call (`preinit`); beside them how often the forcing missed. In a foreign file the start is what the file says, so nothing is proven.
 */
export function checkColdStarts(plan: Plan, samples: Samples): Check {
  const answered = plan.foreign === undefined ? answeredColdCalls(samples) : [];
  if (answered.length === 0) {
    return { id: 'cold starts', verdict: 'no data', figures: [], text: 'No cold call was answered with a proof of its start.' };
  }
  let least = 1;
  const stale = samples.filter(({ outcome }) => outcome === 'stale_env');
  const figures = scenariosOf(answered).flatMap((of): CheckFigure[] => {
    const own = answered.filter(({ call }) => call.scenario === of);
    const cold = own.filter(isProvenCold).length / own.length;
    const preinit = own.filter(({ start }) => start === 'preinit').length / own.length;
    least = Math.min(least, cold);
    const marked = cold < WARN_BELOW ? { notable: true } : {};
    return [
      { of, name: 'proven cold', unit: 'share', value: cold, ...marked },
      { of, name: 'preinit', unit: 'share', value: preinit, ...(preinit > 1 - WARN_BELOW ? { notable: true } : {}) },
      ...missesOf(stale, of),
    ];
  });
  const verdict = least < FAIL_BELOW ? 'fail' : least < WARN_BELOW ? 'warn' : 'pass';
  const text =
    verdict === 'pass'
      ? `At least ${(WARN_BELOW * 100).toFixed(0)} % of each scenario's answered cold calls were proven cold.`
      : `Some scenario's cold calls were often not proven cold: its cold figures stand on fewer calls, and on those that Lambda left to be cold.`;
  return { id: 'cold starts', verdict, figures, text };
}
