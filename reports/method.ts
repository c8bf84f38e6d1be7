import { formatArm, isTwin } from '../harness/domain/arm.ts';
import type { RunManifest } from '../harness/domain/run.ts';
import { foreignMethodLines } from './foreign.ts';
import type { Escape } from './free-text.ts';
import { injectedWords, labDelayWords } from './injected.ts';
import { sizingLines } from './sizing.ts';

/** A word as a POSIX shell reads it back unchanged. */
function quoteWord(word: string): string {
  return /^[\w.,/:=+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command that asks the same calls in the same order again. */
export function reproduceCommand(manifest: RunManifest): string {
  const { plan } = manifest;
  const asked = plan.scenarios.filter(({ name }) => name !== plan.reference || plan.scenarios.length === 1);
  const words = [
    ...asked.map(({ name }) => `--scenario ${quoteWord(name)}`),
    `--targets ${plan.targets.join(',')}`,
    `--rounds ${plan.rounds}${plan.warmRounds === undefined ? '' : ` --warm-rounds ${plan.warmRounds}`} --warm ${plan.warm} --seed ${quoteWord(plan.seed)}`,
    ...(plan.backend === 'aws' ? [`--backend aws --region ${quoteWord(manifest.backend.region)}`] : []),
    ...(plan.reference === undefined ? ['--no-reference'] : []),
    ...labDelayWords(manifest.backend).map((word) => `--lab-delay ${quoteWord(word)}`),
  ];
  return `npm run bench -- ${words.join(' ')}`;
}

/** The same for our own runs and foreign files, but for what is resampled: `joint bootstrap over rounds`. */
const statisticsOf = (resampling: string): readonly string[] => [
  'Quantiles by nearest rank from raw samples, with 95 % intervals: cold by interpolated order statistics (Hutson), warm by the same at the size that the design effect of the environments leaves (Korn and Graubard, Woodruff). No figure from fewer than 6, 36, 368 values for p50, p90, p99; no limits where fewer than that count.',
  `Differences: ${resampling}, 2000 replicates, percentile limits widened by Student’s t. Printed intervals are 95 % each, unadjusted; p values are adjusted (Holm) over all comparisons of the run that have an interval, those of A/A apart.`,
  'Verdict: slower or faster when the adjusted p is below 5 % and the difference reaches the margin (warm max(5 %, 0.1 ms lab, 0.5 ms AWS), cold max(5 %, 10 ms lab, 20 ms AWS)); no relevant change when the 90 % interval lies within the margin (two one-sided tests at 5 %); else not decidable, with the rounds that would decide it with a chance of 80 %.',
  'A/A: when the same deployed twice differs at 1 % (Holm over all A/A comparisons) and beyond the margin, that target and start get no verdict.',
];

/** `, account …4821 as role/deployer`: told where there is a role. */
function asWhom({ backend }: RunManifest, show: Escape): string {
  return backend.role === undefined ? '' : `, account ${show(backend.account)} as ${show(backend.role)}`;
}

/** How the figures came about, a sentence a line; the same in every format, what others wrote escaped as the format wants it. */
export function methodLines(manifest: RunManifest, show: Escape): readonly string[] {
  const { plan, backend, driver } = manifest;
  if (plan.foreign !== undefined) {
    const paired = plan.foreign.pairing === 'rounds';
    const statistics = statisticsOf(paired ? 'joint bootstrap over rounds' : 'bootstrap over the environments of each side on its own');
    return foreignMethodLines(plan.foreign, statistics, manifest.toolVersion);
  }
  const twins = plan.arms.filter(({ scenario }) => isTwin(scenario)).map(formatArm);
  const injected = injectedWords(backend, show);
  const warmCalls = `${plan.warm} warm calls on a new and ${plan.warm} on a reused connection`;
  const order = `${plan.rounds} rounds; in each, every arm in seeded random turns gives 1 cold call, 2 discarded calls, ${warmCalls}.`;
  const coldAlone =
    plan.warmRounds === undefined ? [] : [`Rounds after the first ${plan.warmRounds} have cold calls and one discarded call alone.`];
  return [
    order,
    ...coldAlone,
    ...(manifest.sizing === undefined ? [] : sizingLines(manifest.sizing)),
    ...statisticsOf('joint bootstrap over rounds'),
    'Warm is judged on fn_total_ms (the function’s clock), cold on client_ms (the driver’s clock) with init + duration of the REPORT beside it. Stamps of two machines are never subtracted.',
    `A/A copies deployed beside the originals: ${twins.map(show).join(', ') || 'none'}.`,
    `Matched functions: ${manifest.configurationDiff?.compared.length ?? 0} stored settings compared, ${manifest.configurationDiff?.unexpected.length ?? 0} unexpected differences.`,
    `Backend ${backend.kind}${backend.labMode === undefined ? '' : ` (${show(backend.labMode)})`}, region ${show(backend.region)}${asWhom(manifest, show)}.`,
    ...(injected.length === 0 ? [] : [`Injected, so an input and no finding: ${injected.join(', ')}.`]),
    ...backend.notes.map(show),
    `Driver: Node ${show(driver.node)}, kernel ${show(driver.kernel)}, ${driver.cpuCount} × ${show(driver.cpuModel)}, load ${driver.loadAverageAtStart.toFixed(2)} at the start.`,
    `Started ${manifest.startedAt}, ended ${manifest.endedAt ?? 'never (killed)'}, stop reason ${manifest.stopReason ?? 'none recorded'}; tool version ${manifest.toolVersion}.`,
  ];
}
