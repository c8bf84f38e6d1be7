import { analyseRun } from '../../harness/analyse/analysis.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { newRandom } from '../../harness/domain/random.ts';
import type { Call, ReportedSample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { drawNormal } from './simulated-values.ts';

const [ROUNDS, WARM] = [40, 50];

/** Every arm of a whole run with every metric: about 40,000 measured samples. */
function newSamples(): { readonly samples: readonly ReportedSample[]; readonly plan: ReturnType<typeof newPlan> } {
  const options = {
    backend: 'aws',
    scenarios: [],
    targets: ['internet', 's3', 'rds'],
    rounds: ROUNDS,
    warm: WARM,
    seed: 'speed',
    reference: true,
  } as const;
  const plan = newPlan(options, SCENARIOS);
  const random = newRandom('analysis-speed');
  const time = (middle: number) => nanoseconds(Math.round(middle * 1e6 * Math.exp(0.2 * drawNormal(random))));
  const calls = plan.schedule.flatMap(({ calls }) => calls);
  const samples = calls
    .filter(({ purpose }) => purpose === 'cold' || purpose === 'measure')
    .map((call: Call): ReportedSample => {
      const total = time(5);
      return {
        call,
        outcome: 'ok',
        start: call.startAsked,
        askedAt: '2026-01-01T00:00:00.000Z',
        environmentId: `${call.scenario}/${call.target}/${call.round}`,
        requestId: call.callId,
        client: { total: time(20) },
        fn: { total, phases: { dns: time(0.1), connect: time(1), tls: time(2), ttfb: time(1) } },
        perturbed: false,
        report: { duration: time(6), billed: time(7), ...(call.purpose === 'cold' ? { init: time(200) } : {}) },
        reportSource: 'tail',
      };
    });
  return { samples, plan };
}

/** Seconds of one whole analysis (median of three), with what it did. */
export function timeAnalysis(): { readonly seconds: number; readonly samples: number; readonly comparisons: number } {
  const { samples, plan } = newSamples();
  const { manifest } = newReportedRun();
  const turns = [1, 2, 3].map(() => {
    const begin = performance.now();
    const { comparisons } = analyseRun({ ...manifest, plan }, samples, { cutLastLine: false, malformedLines: 0 });
    return {
      seconds: (performance.now() - begin) / 1000,
      comparisons: comparisons.filter(({ difference }) => difference !== undefined).length,
    };
  });
  const [, middle] = turns.sort((a, b) => a.seconds - b.seconds);
  return { seconds: middle?.seconds ?? Number.NaN, samples: samples.length, comparisons: middle?.comparisons ?? 0 };
}
