import type { Analysis } from '../../harness/analyse/analysis.ts';
import { VERDICTS } from '../../harness/analyse/verdict.ts';
import { isTwin } from '../../harness/domain/arm.ts';
import type { RunManifest } from '../../harness/domain/run.ts';
import { keyOf } from '../charts/identity.ts';
import type { Sentence } from '../difference.ts';
import { visibleText } from '../free-text.ts';
import { html, type Markup } from '../markup.ts';
import { findingSentences, headlineComparisons, originOf, warningLines } from '../sentences.ts';
import { UNDECIDED } from '../undecided.ts';
import { identitiesOf, section, type View } from './views.ts';

/** What each mark looks like beside its words. */
const LOOKS: Readonly<Record<string, string>> = { '✗': 'bad', '▲': 'bad', '▼': 'good', '~': 'same', '?': 'open', '✓': 'good' };

function backendName({ backend, plan }: RunManifest): string {
  if (plan.foreign !== undefined) return 'foreign file';
  return backend.kind === 'lab' ? 'LAB' : `AWS ${visibleText(backend.region)}`;
}

function formatDuration(from: string, to: string | undefined): string {
  const seconds = to === undefined ? Number.NaN : Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  if (!Number.isFinite(seconds) || seconds < 0) return 'never ended';
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function metaLine(manifest: RunManifest): string {
  const { plan, functionSettings = {}, startedAt, endedAt } = manifest;
  if (plan.foreign !== undefined) return `run ${visibleText(manifest.runId)}, ${visibleText(plan.foreign.file)}`;
  const wanted = ['Runtime', 'Architectures', 'MemorySize'];
  const settings = wanted.flatMap((key) => {
    const value = Object.hasOwn(functionSettings, key) ? functionSettings[key] : undefined;
    return value === undefined ? [] : [`${visibleText(value).replace(/[[\]"]/g, '')}${key === 'MemorySize' ? ' MB' : ''}`];
  });
  const parts = [
    `run ${visibleText(manifest.runId)}`,
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    formatDuration(startedAt, endedAt),
    `${plan.rounds} rounds`,
    ...settings,
  ];
  return parts.join(' · ');
}

function pills(analysis: Analysis): readonly Markup[] {
  const rows = headlineComparisons(analysis);
  const counted = VERDICTS.map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length] as const);
  const failed = analysis.reachability.filter(({ verdict }) => /^(UNEXPECTEDLY|WRONG)/.test(verdict)).length;
  const blocked = analysis.reachability.filter(({ verdict, scenario }) => verdict === 'blocked as expected' && !isTwin(scenario)).length;
  const all = [['unexpected path', failed] as const, ...counted, ['blocked as expected', blocked] as const];
  return all.filter(([, count]) => count > 0).map(([word, count]) => html`<li>${String(count)} ${word}</li>`);
}

/** Where the figures come from, before everything else: a bar as wide as the page (absent on AWS), and the title. */
export function headerPart(analysis: Analysis): { readonly bar: Markup | undefined; readonly header: Markup } {
  const { manifest } = analysis;
  const { banner } = originOf(analysis, visibleText);
  const bar = banner === undefined ? undefined : html`<p class="banner" role="note">${banner}</p>`;
  const header = html`<header><div class="title"><span class="badge">${backendName(manifest)}</span><h1>lambda-network-bench</h1><button type="button" id="theme" hidden>Dark or light</button></div><p class="meta">${metaLine(manifest)}</p><ul class="pills">${pills(analysis)}</ul></header>`;
  return { bar, header };
}

/** So many undecided comparisons stand as sentences; more are folded, so that what was decided and the matrix are seen first. */
const MOST_OPEN = 3;

function sentenceMarkup({ mark, headline, text }: Sentence): Markup {
  return html`<li class="${LOOKS[mark]}"><span class="sign" aria-hidden="true">${mark}</span><span><strong>${headline}</strong> ${text}</span></li>`;
}

/** How many comparisons stayed open, and the rounds that would decide them. */
function openInShort(analysis: Analysis): string {
  const rows = headlineComparisons(analysis);
  const open = rows.filter(({ verdict }) => verdict === 'not decidable');
  const rounds = open
    .flatMap(({ undecided }) => (undecided !== undefined && 'roundsNeeded' in undecided ? (undecided.roundsNeeded ?? []) : []))
    .sort((a, b) => a - b);
  const [least, most] = [rounds[0], rounds.at(-1)];
  const needed = least === undefined ? '' : `: would be decided by about ${least === most ? least : `${least} to ${most}`} rounds`;
  return `${open.length} of ${rows.length} comparisons${needed}`;
}

/** The sentences in their order; many undecided ones in one fold, at the place of the first. */
function sentenceItems(analysis: Analysis): readonly Markup[] {
  const sentences = findingSentences(analysis, visibleText);
  const isOpen = ({ mark, headline }: Sentence): boolean => mark === '?' && headline === UNDECIDED;
  const open = sentences.filter(isOpen);
  if (open.length <= MOST_OPEN) return sentences.map(sentenceMarkup);
  const fold = html`<li class="open"><span class="sign" aria-hidden="true">?</span><details><summary><strong>${open[0]?.headline ?? ''}</strong> ${openInShort(analysis)}</summary><ol class="findings">${open.map(sentenceMarkup)}</ol></details></li>`;
  return sentences.flatMap((sentence) => (!isOpen(sentence) ? [sentenceMarkup(sentence)] : sentence === open[0] ? [fold] : []));
}

/** The findings, worst first, in the words that every format has. */
export function findingsPart(analysis: Analysis): Markup {
  const { scope } = originOf(analysis, visibleText);
  const warnings = warningLines(analysis, visibleText).map(
    (line) => html`<p class="warning"><span aria-hidden="true">!</span> ${line}</p>`,
  );
  const intro = scope === undefined ? undefined : html`<p class="scope">${scope}</p>`;
  return section('findings', 'Findings', [...warnings, intro, html`<ol class="findings">${sentenceItems(analysis)}</ol>`]);
}

/** Buttons that choose a view and hide scenarios; also the key to markers and colours. Without scripts everything is shown. */
export function controlsPart(analysis: Analysis, views: readonly View[]): Markup {
  const ways = views.map(
    ({ id, title }, i) => html`<button type="button" data-choose="${id}" aria-pressed="${i === 0 ? 'true' : 'false'}">${title}</button>`,
  );
  const scenarios = identitiesOf(analysis).map(
    (identity) =>
      html`<button type="button" data-filter="${String(identity.slot)}" aria-pressed="true">${keyOf(identity)} ${identity.label}</button>`,
  );
  return html`<div class="controls" hidden><div role="group" aria-label="Calls">${ways}</div><div role="group" aria-label="Scenarios">${scenarios}</div></div>`;
}
