import { markdownTable } from 'markdown-table';

/** Runs before a baseline exists: they learn. */
export const LEARNING_RUNS = 10;

/** What a series of scheduled runs is made of; fixed before its first run. */
export interface SeriesPlan {
  /** Judged runs in which nothing was changed, after those that learn. */
  readonly unchanged: number;
  /** Runs with a delay, each set against the same unchanged ones. */
  readonly injected: number;
  readonly seed: string;
  /** The smallest change that matters, milliseconds of a warm call on a reused connection: one round trip. */
  readonly effectMs: number;
  readonly rounds: number;
  readonly warm: number;
}

/** One scheduled run to be made. */
export interface Step {
  readonly kind: 'learning' | 'unchanged' | 'injected' | 'accepted';
  /** From 1, within its kind. */
  readonly number: number;
  readonly seed: string;
  /** Added to every round trip through the NAT, milliseconds. */
  readonly delayMs: number;
  /** Folder of the history that it is judged by and appended to. */
  readonly history: string;
}

/** What came of a step. */
export interface Made {
  readonly kind: Step['kind'];
  readonly number: number;
  readonly runId: string;
  readonly exitCode: number;
  readonly seconds: number;
  readonly confirmedBy: readonly string[];
  /** By gate; log ratios: the run's own against its reference, absent without figures, and the change against the baseline, absent without one. */
  readonly gates: readonly { readonly gate: string; readonly verdict: string; readonly logRatio?: number; readonly change?: number }[];
}

/** Every step of a series in its order. Each injected run has a copy of the unchanged history, so that none of them is another's excuse. */
export function stepsOf({ unchanged, injected, seed, effectMs }: SeriesPlan): readonly Step[] {
  const many = (kind: Step['kind'], count: number, delayMs: number, history: (number: number) => string): readonly Step[] =>
    Array.from({ length: count }, (_, i) => ({
      ...{ kind, number: i + 1, seed: `${seed}/${kind}/${i + 1}`, delayMs, history: history(i + 1) },
    }));
  const ofInjected = (number: number): string => `history-injected-${number}`;
  return [
    ...many('learning', LEARNING_RUNS, 0, () => 'history'),
    ...many('unchanged', unchanged, 0, () => 'history'),
    ...many('injected', injected, 2 * effectMs, ofInjected),
    ...(injected === 0 ? [] : many('accepted', 1, 2 * effectMs, () => ofInjected(injected))),
  ];
}

/** The words of `bench` for a step; folders of results and histories stand in `folder`. */
export function wordsOf({ effectMs, rounds, warm }: SeriesPlan, { seed, delayMs, history }: Step, folder: string): readonly string[] {
  const what = ['--scenario', 'vpc-nat', '--targets', 'internet', '--rounds', String(rounds), '--warm', String(warm), '--seed', seed];
  // Also where nothing is added the packets take the delayer's way: what differs is the delay alone.
  const delay = ['--lab-delay', `nat=${delayMs}ms`, '--min-effect', `warm=${effectMs}ms`];
  return ['regression', ...what, ...delay, '--out', `${folder}/runs`, '--history', `${folder}/${history}`, '--json'];
}

function count(made: readonly Made[], kind: Step['kind'], code: number): number {
  return made.filter((one) => one.kind === kind && one.exitCode === code).length;
}

/** A sentence a question of the series; `met` is absent while its runs are not all made. */
export interface Answer {
  readonly text: string;
  readonly met?: boolean;
}

/** What the runs were made for: at most two alarms in thirty, eight of ten delays found in their first run; pro rata for other numbers. */
export function answersOf({ unchanged, injected }: SeriesPlan, made: readonly Made[]): readonly Answer[] {
  const doneOf = (kind: Step['kind']): number => made.filter((one) => one.kind === kind).length;
  const rows = [
    { kind: 'learning', code: 0, of: LEARNING_RUNS, least: LEARNING_RUNS, what: 'runs learned and ended with exit 0' },
    { kind: 'unchanged', code: 3, of: unchanged, most: Math.floor(unchanged / 15), what: 'unchanged runs raised an alarm (exit 3)' },
    { kind: 'injected', code: 3, of: injected, least: Math.ceil(injected * 0.8), what: 'injected delays were confirmed (exit 3)' },
    { kind: 'accepted', code: 0, of: injected === 0 ? 0 : 1, least: 1, what: 'runs passed after the level was accepted' },
  ] as const satisfies readonly { kind: Step['kind']; code: number; of: number; what: string; least?: number; most?: number }[];
  return rows
    .filter(({ of }) => of > 0)
    .map((row): Answer => {
      const { kind, code, of, what } = row;
      const found = count(made, kind, code);
      const failed = made.filter((one) => one.kind === kind && one.exitCode !== 0 && one.exitCode !== 3).length;
      const limit = 'least' in row ? `at least ${row.least}` : `at most ${row.most}`;
      const text = `${found} of ${of} ${what}, ${limit}${failed === 0 ? '' : `; ${failed} ended otherwise`}`;
      if (doneOf(kind) < of) return { text: `${text}; ${of - doneOf(kind)} not made yet` };
      return { text, met: failed === 0 && ('least' in row ? found >= row.least : found <= row.most) };
    });
}

function shownPercent(logRatio: number): string {
  const percent = Math.expm1(logRatio) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
}

/** A run that learns has no change yet: its own ratio stands in brackets. */
function shownGate({ verdict, change, logRatio }: Made['gates'][number]): string {
  if (change !== undefined) return `${verdict} ${shownPercent(change)}`;
  return logRatio === undefined ? verdict : `${verdict} (${shownPercent(logRatio)})`;
}

/** All runs, none left out; changes are of the ratio to the reference, against the baseline. */
export function tableOf(plan: SeriesPlan, made: readonly Made[]): string {
  const names = [...new Set(made.flatMap(({ gates }) => gates.map(({ gate }) => gate)))];
  const header = ['run', 'delay', ...names.map((name) => name.split('/').slice(3).join(', ')), 'reruns', 'exit'];
  const rows = made.map(({ kind, number, gates, confirmedBy, exitCode }) => {
    const step = stepsOf(plan).find((one) => one.kind === kind && one.number === number);
    const verdicts = names.map((name) =>
      gates
        .filter(({ gate }) => gate === name)
        .map(shownGate)
        .join(),
    );
    return [`${kind} ${number}`, step === undefined ? '' : `${step.delayMs} ms`, ...verdicts, String(confirmedBy.length), String(exitCode)];
  });
  return markdownTable([header, ...rows], { align: ['l', 'r', ...names.map(() => 'l'), 'r', 'r'] });
}
