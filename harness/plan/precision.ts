import type { Precision, PrecisionTarget } from '../domain/precision.ts';
import type { OptionProblem } from './options.ts';

const NS_PER_MS = 1_000_000;
/** Below so few rounds there is no interval that could size anything. */
export const MINIMUM_PILOT = 6;
/** The pilot for which the rule's coverage was measured (statistics: stopping rule). */
export const DEFAULT_PILOT = 20;
export const DEFAULT_MAX_ROUNDS = 200;
const FORM = 'must be default, a half width as in 0.1ms, or one for each start as in warm=0.1ms,cold=10ms (or =default, =none)';

/** `--precision` and what bounds it, as text from a command line. `true`: given without a value. */
export interface PrecisionTexts {
  readonly precision?: string | true;
  readonly maxRounds?: string;
  readonly maxMinutes?: string;
}

function parseTarget(text: string): PrecisionTarget | undefined {
  if (text === 'default') return { kind: 'margin' };
  if (text === 'none') return { kind: 'none' };
  const match = /^(\d+(?:\.\d+)?)(ms|us)$/.exec(text);
  if (match === null) return undefined;
  const halfWidth = Number(match[1]) * (match[2] === 'us' ? NS_PER_MS / 1000 : NS_PER_MS);
  return halfWidth > 0 ? { kind: 'half-width', halfWidth } : undefined;
}

/** A bare size is meant for warm calls: no cold start was ever known to a tenth of a millisecond. */
function parseTargets(text: string): Readonly<Record<'cold' | 'warm', PrecisionTarget>> | undefined {
  const targets: Record<'cold' | 'warm', PrecisionTarget> = { cold: { kind: 'margin' }, warm: { kind: 'margin' } };
  for (const part of text.split(',')) {
    const [, start = 'warm', size = ''] = /^(?:(warm|cold)=)?(.+)$/.exec(part.trim()) ?? [];
    const target = parseTarget(size);
    if (target === undefined) return undefined;
    targets[start as 'cold' | 'warm'] = target;
  }
  return targets.cold.kind === 'none' && targets.warm.kind === 'none' ? undefined : targets;
}

function parseMaxRounds(text: string | undefined, pilot: number, most: number, problems: OptionProblem[]): number {
  if (text === undefined) return Math.max(pilot, DEFAULT_MAX_ROUNDS);
  if (/^\d+$/.test(text) && Number(text) >= pilot && Number(text) <= most) return Number(text);
  problems.push({ flag: '--max-rounds', message: `must be a whole number from ${pilot} (the pilot) to ${most}, got "${text}"` });
  return pilot;
}

function parseMaxMinutes(text: string | undefined, problems: OptionProblem[]): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  problems.push({ flag: '--max-minutes', message: `must be a number above 0, got "${text}"` });
  return undefined;
}

/** Checks the three together; undefined when no precision was asked for. `pilot` are the rounds of the pilot, `most` is the tool's own bound. */
export function parsePrecision(texts: PrecisionTexts, pilot: number, most: number, problems: OptionProblem[]): Precision | undefined {
  if (texts.precision === undefined) {
    const alone = (['maxRounds', 'maxMinutes'] as const).filter((name) => texts[name] !== undefined);
    for (const name of alone)
      problems.push({ flag: name === 'maxRounds' ? '--max-rounds' : '--max-minutes', message: 'only with --precision' });
    return undefined;
  }
  const targets = parseTargets(texts.precision === true ? 'default' : texts.precision);
  if (targets === undefined) problems.push({ flag: '--precision', message: `${FORM}, got "${texts.precision}"` });
  if (pilot < MINIMUM_PILOT)
    problems.push({ flag: '--rounds', message: `with --precision the pilot needs ${MINIMUM_PILOT} rounds, got "${pilot}"` });
  const maxRounds = parseMaxRounds(texts.maxRounds, pilot, most, problems);
  const maxMinutes = parseMaxMinutes(texts.maxMinutes, problems);
  return targets === undefined ? undefined : { ...targets, maxRounds, ...(maxMinutes === undefined ? {} : { maxMinutes }) };
}
