import { NumberList } from '../domain/number-list.ts';
import type { RunManifest } from '../domain/run.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { Samples } from '../domain/samples.ts';
import { PHASE_FIGURES } from './metric.ts';

const PHASES = Object.values(PHASE_FIGURES);

/** Something that a run says and that cannot be so, in the tool's own words. */
export interface Contradiction {
  readonly code: string;
  readonly text: string;
}

/** No function runs longer than 15 minutes (AWS Lambda quotas); the histograms and foreign files end here too. */
const ABSURD_NS = 3_600_000_000_000;
/** Phases have contiguous stamps: what they leave of the total beyond rounding is an error. */
const SUM_TOLERANCE_NS = 1000;

/** 53 bits of a text: two FNV-1a hashes (G. Fowler, L. C. Noll, K.-P. Vo) beside each other. In a million texts a false match has odds of 1 : 18,000. */
function fingerprint(text: string): number {
  let [low, high] = [0x811c9dc5, 0x1000193];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (i + 1), 0x85ebca6b);
    high ^= high >>> 15;
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** How many of these numbers an earlier one equals; sorts them. */
function countRepeated(fingerprints: Float64Array): number {
  return fingerprints.sort().reduce((count, id, i, all) => (i > 0 && all[i - 1] === id ? count + 1 : count), 0);
}

function isAbsurd({ client, fn, report }: ReportedSample): boolean {
  const { duration = 0, init = 0 } = report;
  return (client?.total ?? 0) > ABSURD_NS || (fn?.total ?? 0) > ABSURD_NS || duration > ABSURD_NS || init > ABSURD_NS;
}

/** The function worked longer than its caller waited, or its phases are not its total; a call without phases says nothing. */
function contradictsItself(sample: ReportedSample): boolean {
  const { client, fn, outcome } = sample;
  if (fn?.total === undefined) return false;
  if (client !== undefined && fn.total > client.total) return true;
  let sum = 0;
  let known = 0;
  for (const figureOf of PHASES) {
    const time = figureOf(sample);
    if (time === undefined) continue;
    sum += time;
    known++;
  }
  return outcome === 'ok' && known > 0 && Math.abs(sum - fn.total) > SUM_TOLERANCE_NS;
}

/** How often, and by how many milliseconds at most, a wall clock's stamp lies before the one that was taken before it. */
class BackwardSteps {
  count = 0;
  largestMs = 0;
  #before = Number.NEGATIVE_INFINITY;

  /** The next stamp; what is none is passed over. */
  take(stamp: string): void {
    const at = Date.parse(stamp);
    if (Number.isNaN(at)) return;
    if (at < this.#before) {
      this.count++;
      this.largestMs = Math.max(this.largestMs, this.#before - at);
    }
    this.#before = at;
  }
}

function counted(code: string, count: number, text: string): Contradiction[] {
  return count === 0 ? [] : [{ code, text: `${count} ${text}` }];
}

/**
 * What the reader of a run must be told though every line of it could be read. `samples` in the order of asking; a foreign file has its own
 * order and its own idea of phases, so only its request ids and absurd times are looked at.
 */
export function findContradictions(manifest: RunManifest, samples: Samples): readonly Contradiction[] {
  const { plan, startedAt, endedAt = '' } = manifest;
  const own = plan.foreign === undefined;
  const steps = new BackwardSteps();
  // A number a call is kept, as a run may have millions.
  const fingerprints = new NumberList((length) => new Float64Array(length), samples.length);
  let [absurd, contradictory] = [0, 0];
  if (own) steps.take(startedAt);
  samples.forEach((sample) => {
    const { requestId } = sample;
    if (requestId !== undefined) fingerprints.push(fingerprint(requestId));
    if (isAbsurd(sample)) absurd++;
    if (!own) return;
    steps.take(sample.askedAt);
    if (contradictsItself(sample)) contradictory++;
  });
  if (own) steps.take(endedAt);
  const { count, largestMs } = steps;
  const back = `times the driver's wall clock went back, by ${(largestMs / 1000).toFixed(3)} s at most: asked_at is not in the order of asking. The figures are of monotonic clocks and do not contain it.`;
  return [
    ...counted('clock-stepped', count, back),
    ...counted(
      'request-id-repeated',
      countRepeated(fingerprints.toArray()),
      'calls have the request id of another: their REPORT may be that of the other.',
    ),
    ...counted('absurd-times', absurd, 'calls claim a time of more than an hour, which no function may take; they are in the figures.'),
    ...counted(
      'contradictory-times',
      contradictory,
      'calls contradict themselves: the function worked longer than its caller waited, or its phases do not add up to its total within 1 µs; they are in the figures.',
    ),
  ];
}
