import { encodeHistogram, type RecordedHistogram, recordHistogram } from './histogram.ts';

const NS_PER_MS = 1_000_000;

/** Instants of the log are seconds since the epoch with three decimals, as the format's readers expect. */
function formatSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function headerOf(startMs: number): string[] {
  return [
    '#[lambda-network-bench: values are nanoseconds; one tag per cell and metric: scenario/target/start/connection/metric]',
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${formatSeconds(startMs)} (seconds since epoch), ${new Date(startMs).toISOString()}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ];
}

/** One histogram to be written. */
export interface HistogramSeries {
  /** `scenario/target/start/connection/metric`; what is not printable ASCII, and commas, become `_`. */
  readonly tag: string;
  /** Whole nanoseconds, or what has been made of them. */
  readonly values: readonly number[] | Float64Array | RecordedHistogram;
}

/** The span that the histograms cover. */
export interface LogSpan {
  readonly startMs: number;
  /** Absent when the run was killed: the interval then has length 0. */
  readonly endMs?: number;
}

/** Readers split a line at commas and blanks, so a tag may hold neither; names of a damaged journal could. */
function formatTag(tag: string): string {
  return tag.replace(/[^!-+\--~]/g, '_');
}

function isEmpty({ values }: HistogramSeries): boolean {
  return 'histogram' in values ? values.histogram.totalCount === 0 : values.length === 0;
}

function formatLines({ tag, values }: HistogramSeries, lengthMs: number): string[] {
  const { histogram, clamped } = 'histogram' in values ? values : recordHistogram(values);
  const max = (histogram.maxValue / NS_PER_MS).toFixed(3);
  const line = `Tag=${formatTag(tag)},0.000,${formatSeconds(lengthMs)},${max},${encodeHistogram(histogram)}`;
  return clamped === 0 ? [line] : [`#[${formatTag(tag)}: ${clamped} values outside 1 ns to 1 h are recorded at its end]`, line];
}

/**
 * `histograms.hlog`: HdrHistogram interval log 1.3, one interval (the run) a series, maxima in milliseconds. One histogram is
 * held at a time: thirty cells by eighteen metrics would be 140 MB at once. Series without values have no line; values outside
 * the range are counted in a comment above their line. Throws `RangeError` for a value that is no whole number.
 */
export function encodeHistogramLog(span: LogSpan, series: Iterable<HistogramSeries>): string {
  const lines = headerOf(span.startMs);
  // The wall clock may have been set back while the run went on; no reader takes a negative interval.
  const lengthMs = Math.max(0, (span.endMs ?? span.startMs) - span.startMs);
  for (const one of series) {
    if (!isEmpty(one)) lines.push(...formatLines(one, lengthMs));
  }
  return `${lines.join('\n')}\n`;
}
