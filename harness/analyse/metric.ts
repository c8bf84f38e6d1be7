import type { Start } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import { PROBE_PHASES, type ProbePhase } from '../domain/probe-wire.ts';
import type { ReportedSample } from '../domain/sample.ts';
import { type FigureName, figuresOf, type Samples } from '../domain/samples.ts';

/** A figure that a sample may have, named by its clock; values are nanoseconds, absent where the sample has none. */
export interface Metric {
  /** As in the CSV files, with unit. */
  readonly name: string;
  readonly starts: readonly Start[];
  readonly figureOf: (sample: ReportedSample) => number | undefined;
  /** The same of many samples at once, column by column; NaN where one has none. */
  readonly figuresOf: (samples: Samples) => Float64Array;
}

/** A metric that is one of the samples' own figures. */
function own(figure: FigureName): Metric['figuresOf'] {
  return (samples) => figuresOf(samples, figure);
}

/** `init + duration` of the REPORT: what the platform itself counted of a cold call. */
function coldReport({ report }: ReportedSample): number | undefined {
  return report.init === undefined || report.duration === undefined ? undefined : report.init + report.duration;
}

function coldReports(samples: Samples): Float64Array {
  const [init, duration] = [figuresOf(samples, 'init'), figuresOf(samples, 'duration')];
  return init.map((figure, i) => figure + (duration[i] as number));
}

/** What the caller waited beyond what the REPORT counts: front end, placement, network of the caller. */
function outside(sample: ReportedSample): number | undefined {
  const { duration, init } = sample.report;
  if (sample.client === undefined || duration === undefined) return undefined;
  const rest = sample.client.total - duration - (init ?? 0);
  return rest >= 0 ? rest : undefined;
}

function allOutside(samples: Samples): Float64Array {
  const [client, duration, init] = [figuresOf(samples, 'client'), figuresOf(samples, 'duration'), figuresOf(samples, 'init')];
  return client.map((total, i) => {
    const known = init[i] as number;
    const rest = total - (duration[i] as number) - (Number.isNaN(known) ? 0 : known);
    return rest >= 0 ? rest : Number.NaN;
  });
}

/** Each phase by a function of its own: asking one place of the code for changing names cannot be optimised. */
export const PHASE_FIGURES: Readonly<Record<ProbePhase, Metric['figureOf']>> = {
  dns: ({ fn }) => fn?.phases.dns,
  connect: ({ fn }) => fn?.phases.connect,
  tls: ({ fn }) => fn?.phases.tls,
  auth: ({ fn }) => fn?.phases.auth,
  ttfb: ({ fn }) => fn?.phases.ttfb,
  query: ({ fn }) => fn?.phases.query,
  body: ({ fn }) => fn?.phases.body,
};

const BOTH: readonly Start[] = ['cold', 'warm'];

/** Every metric of the summaries, in the order in which reports list them. */
export const METRICS: readonly Metric[] = [
  { name: 'client_ms', starts: BOTH, figureOf: (sample) => sample.client?.total, figuresOf: own('client') },
  { name: 'cold_report_ms', starts: ['cold'], figureOf: coldReport, figuresOf: coldReports },
  { name: 'outside_ms', starts: BOTH, figureOf: outside, figuresOf: allOutside },
  { name: 'init_ms', starts: ['cold'], figureOf: (sample) => sample.report.init, figuresOf: own('init') },
  { name: 'duration_ms', starts: BOTH, figureOf: (sample) => sample.report.duration, figuresOf: own('duration') },
  { name: 'fn_total_ms', starts: BOTH, figureOf: (sample) => sample.fn?.total, figuresOf: own('fn') },
  ...PROBE_PHASES.map(
    (phase): Metric => ({ name: `fn_${phase}_ms`, starts: BOTH, figureOf: PHASE_FIGURES[phase], figuresOf: own(`fn ${phase}`) }),
  ),
];

/** The metric of that name. Throws for an unknown one: names come from closed lists. */
export function metricNamed(name: string): Metric {
  const metric = METRICS.find((candidate) => candidate.name === name);
  if (metric === undefined) throw new RangeError(`no metric is called ${name}`);
  return metric;
}

/** The values of those samples that have one, in their order; nanoseconds. */
export function metricValues(samples: Samples, metric: Metric): Float64Array {
  const values = metric.figuresOf(samples);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) values[count++] = values[i] as number;
  return values.subarray(0, count);
}

/** What gets a verdict: cold as the caller waits and as the platform counts, warm as the function sees it. */
export const JUDGED_METRICS: Readonly<Record<'cold' | 'warm', readonly string[]>> = {
  cold: ['client_ms', 'cold_report_ms'],
  warm: ['fn_total_ms'],
};

/** What gets a verdict with this plan: the design's metrics, or for a foreign file those that it has. */
export function judgedMetrics({ foreign }: Pick<Plan, 'foreign'>, start: 'cold' | 'warm'): readonly string[] {
  return foreign?.judged[start] ?? JUDGED_METRICS[start];
}
