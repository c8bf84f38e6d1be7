import type { LabKnobs } from '../../infra/lab/faults/knobs.ts';
import { isPathPlaceName, LONGEST_ROUND_TRIP_MS, PATH_PLACES, type PathDelays } from '../../infra/lab/faults/path-places.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { nearestName } from '../plan/options.ts';

const FORM = 'must be PLACE=TIME, as in nat=2ms';

/** `2ms`, `0.5ms` or `500us` in milliseconds; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|us)$/.exec(text);
  if (match === null) return undefined;
  return match[2] === 'us' ? Number(match[1]) / 1000 : Number(match[1]);
}

function timeProblem(place: string, text: string): string {
  const nearest = /^\d+(\.\d+)?$/.test(text) ? ` Did you mean "${place}=${text}ms"?` : '';
  return `"${text}" is no time: a number with ms or us, as in 2ms or 500us.${nearest}`;
}

function placeProblem(place: string): string {
  const nearest = nearestName(place, PATH_PLACES);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `unknown place "${place}".${hint} Known: ${PATH_PLACES.join(', ')}.`;
}

/** One `--lab-delay`, or what is wrong with it. */
function parseOne(text: string): { readonly place: string; readonly roundTripMs: number } | string {
  const [place = '', time, ...rest] = text.split('=');
  if (time === undefined || rest.length > 0) return `"${text}" ${FORM}`;
  if (!isPathPlaceName(place)) return placeProblem(place);
  const roundTripMs = parseTime(time);
  if (roundTripMs === undefined) return timeProblem(place, time);
  if (roundTripMs > LONGEST_ROUND_TRIP_MS) return `${place}: at most ${LONGEST_ROUND_TRIP_MS}ms, or the probes would give up waiting`;
  return { place, roundTripMs };
}

/**
 * `nat=2ms` and the like to delays of round trips. Where one place is named all others get 0 ms: their packets take the same means,
 * so that what is compared differs by the delay alone. Nothing for nothing. Throws `BenchError` that names every problem.
 */
export function parseLabDelays(texts: readonly string[]): PathDelays {
  if (texts.length === 0) return {};
  const problems: string[] = [];
  const found = new Map<string, number>();
  for (const text of texts) {
    const parsed = parseOne(text);
    if (typeof parsed === 'string') problems.push(parsed);
    else if (found.has(parsed.place)) problems.push(`${parsed.place} is given twice`);
    else found.set(parsed.place, parsed.roundTripMs);
  }
  if (problems.length > 0) {
    throw new BenchError({
      exitCode: EXIT_CODES.usage,
      what: '--lab-delay cannot be used as given.',
      why: problems.join('\n       '),
      tryCommands: ['npm run bench -- --scenario vpc-nat --lab-delay nat=2ms'],
      leftBehind: 'Nothing was started.',
    });
  }
  return Object.fromEntries(PATH_PLACES.map((place) => [place, { roundTripMs: found.get(place) ?? 0 }]));
}

/** Knobs with the delays of `--lab-delay` in the place of their own, where any was given. */
export function withLabDelays(knobs: LabKnobs, texts: readonly string[]): LabKnobs {
  return texts.length === 0 ? knobs : { ...knobs, pathDelays: parseLabDelays(texts) };
}

/** Knobs that differ from the defaults, as text: inputs that every report must name. */
export function injectedOf(knobs: LabKnobs, defaults: LabKnobs): Readonly<Record<string, string>> {
  const { delays, pathDelays, ...rest } = knobs;
  const written = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  const changed = Object.entries(rest).filter(([name, value]) => written(value) !== written(defaults[name as keyof LabKnobs]));
  return Object.fromEntries([
    ...Object.entries(delays).map(([name, ms]) => [name, `${ms} ms`]),
    ...Object.entries(pathDelays).map(([place, { roundTripMs }]) => [`${place} path`, `+${roundTripMs} ms a round trip`]),
    ...changed.map(([name, value]) => [name, written(value)]),
  ]);
}

/** What `--lab-delay` or a knob adds to round trips, by place, milliseconds; undefined where nothing does. */
export function pathDelaysOf({ pathDelays }: LabKnobs): Readonly<Record<string, number>> | undefined {
  const entries = Object.entries(pathDelays).map(([place, { roundTripMs }]) => [place, roundTripMs] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
