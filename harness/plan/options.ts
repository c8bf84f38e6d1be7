import type { Backend } from '../domain/plan.ts';
import type { Precision } from '../domain/precision.ts';
import { isTarget, TARGETS, type Target } from '../domain/target.ts';
import { DEFAULT_PILOT, type PrecisionTexts, parsePrecision } from './precision.ts';

/** What a person asks for, checked. */
export interface PlanOptions {
  readonly backend: Backend;
  /** Empty: the default set. */
  readonly scenarios: readonly string[];
  readonly targets: readonly Target[];
  readonly rounds: number;
  readonly warm: number;
  readonly seed: string;
  readonly reference: boolean;
  /** Rounds that have warm calls; absent: all. */
  readonly warmRounds?: number;
  /** With it, `rounds` is the pilot. */
  readonly precision?: Precision;
}

/** The same, as text from a command line. */
export interface PlanOptionTexts extends PrecisionTexts {
  readonly backend?: string;
  readonly scenario?: readonly string[];
  readonly targets?: string;
  readonly rounds?: string;
  readonly warm?: string;
  readonly seed?: string;
  readonly reference?: boolean;
  readonly warmRounds?: string;
}

/** One thing that is wrong with an option, in words for a person. */
export interface OptionProblem {
  readonly flag: string;
  readonly message: string;
}

export type ParsedOptions =
  | { readonly kind: 'options'; readonly options: PlanOptions }
  | { readonly kind: 'problems'; readonly problems: readonly OptionProblem[] };

const DEFAULT_ROUNDS: Readonly<Record<Backend, number>> = { lab: 16, aws: 40 };
const DEFAULT_WARM = 10;
const MAX_ROUNDS = 999;
const MAX_WARM = 1000;

/** The closest of `known` to `given` by edit distance, when it is close enough to be a slip. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, distance: editDistance(given, name) })).sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(given.length / 3)) ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

function unknownName(kind: string, given: string, known: readonly string[]): string {
  const nearest = nearestName(given, known);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `unknown ${kind} "${given}".${hint} Known: ${known.join(', ')}.`;
}

function parseCount(flag: string, text: string, max: number, problems: OptionProblem[]): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
  problems.push({ flag, message: `must be a whole number from 1 to ${max}, got "${text}"` });
  return 1;
}

/** How many rounds, or by what precision they are to be found. */
function parseRounds(
  texts: PlanOptionTexts,
  backend: Backend,
  problems: OptionProblem[],
): Pick<PlanOptions, 'rounds' | 'warmRounds' | 'precision'> {
  const byDefault = texts.precision === undefined ? DEFAULT_ROUNDS[backend] : DEFAULT_PILOT;
  const rounds = parseCount('--rounds', texts.rounds ?? String(byDefault), MAX_ROUNDS, problems);
  const precision = parsePrecision(texts, rounds, MAX_ROUNDS, problems);
  if (precision !== undefined && texts.warmRounds !== undefined) {
    problems.push({ flag: '--warm-rounds', message: 'not with --precision, which sizes them' });
  }
  const warmRounds = texts.warmRounds === undefined ? undefined : parseCount('--warm-rounds', texts.warmRounds, rounds, problems);
  return { rounds, ...(warmRounds === undefined ? {} : { warmRounds }), ...(precision === undefined ? {} : { precision }) };
}

function parseTargets(text: string | undefined, problems: OptionProblem[]): readonly Target[] {
  if (text === undefined) return TARGETS;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names.filter((candidate) => !isTarget(candidate))) {
    problems.push({ flag: '--targets', message: unknownName('target', name, TARGETS) });
  }
  return TARGETS.filter((target) => names.includes(target));
}

function parseBackend(text: string | undefined, problems: OptionProblem[]): Backend {
  if (text === undefined || text === 'lab' || text === 'aws') return text ?? 'lab';
  problems.push({ flag: '--backend', message: unknownName('backend', text, ['lab', 'aws']) });
  return 'lab';
}

/** Checks everything at once, so that a person sees all problems in one go. `freshSeed` is used when none was given. */
export function parsePlanOptions(texts: PlanOptionTexts, knownScenarios: readonly string[], freshSeed: string): ParsedOptions {
  const problems: OptionProblem[] = [];
  const backend = parseBackend(texts.backend, problems);
  const scenarios = [...new Set(texts.scenario ?? [])];
  for (const name of scenarios.filter((candidate) => !knownScenarios.includes(candidate))) {
    problems.push({ flag: '--scenario', message: unknownName('scenario', name, knownScenarios) });
  }
  const seed = texts.seed ?? freshSeed;
  if (!/^[\x21-\x7e]{1,64}$/.test(seed)) {
    problems.push({ flag: '--seed', message: 'must be 1 to 64 printable ASCII characters without spaces' });
  }
  const options: PlanOptions = {
    backend,
    scenarios,
    targets: parseTargets(texts.targets, problems),
    warm: parseCount('--warm', texts.warm ?? String(DEFAULT_WARM), MAX_WARM, problems),
    seed,
    reference: texts.reference ?? true,
    ...parseRounds(texts, backend, problems),
  };
  return problems.length === 0 ? { kind: 'options', options } : { kind: 'problems', problems };
}
