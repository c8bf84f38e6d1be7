import type { Analysis } from '../../harness/analyse/analysis.ts';
import type { Attribution } from '../../harness/analyse/attribution.ts';
import { formatShare } from '../attribution.ts';
import { differenceAxis, intervalGlyph, intervalScale, type SignedInterval } from '../charts/interval-glyph.ts';
import { formatSigned } from '../figure.ts';
import { visibleText } from '../free-text.ts';
import { html, type Markup } from '../markup.ts';
import { section } from './views.ts';

interface Line extends SignedInterval {
  readonly name: string;
  readonly share: string;
}

function linesOf({ difference, phases, leftOut, rest }: Attribution): readonly Line[] {
  const ofPhases = phases.map(({ phase, difference: value, low, high, share, ofSomeCalls }): Line => {
    const name = ofSomeCalls ? `${phase}, in some calls only` : phase;
    return { name, value, low, high, share: formatShare(share) };
  });
  const left = leftOut.length === 0 ? 'rest' : `rest, with ${leftOut.join(', ')}: too few rounds on a side`;
  return [{ name: 'whole', value: difference, share: '' }, ...ofPhases, { name: left, value: rest, share: '' }];
}

function tableOf(attribution: Attribution): Markup {
  const { target, connection, scenario, reference } = attribution;
  const lines = linesOf(attribution);
  const axis = differenceAxis(lines);
  const title = `${target}, ${connection} connection: ${visibleText(scenario)} − ${visibleText(reference)}`;
  const body = lines.map((line) => {
    const limits = line.low === undefined || line.high === undefined ? '' : `[${formatSigned(line.low)}, ${formatSigned(line.high)}]`;
    return html`<tr><th>${line.name}<td>${formatSigned(line.value)}<td>${limits}<td>${intervalGlyph(axis, line)}<td>${line.share}`;
  });
  return html`<figure><figcaption>${title}</figcaption><div class="scroll" tabindex="0"><table class="data"><thead><tr><th>phase<th>p50 ms<th>95 %<th>${intervalScale(axis)}<th>share<tbody>${body}</table></div></figure>`;
}

/** Which phases carry the differences of warm calls; absent without a difference. */
export function attributionPart({ attributions }: Analysis): Markup | undefined {
  if (attributions.length === 0) return undefined;
  const note =
    'Warm calls, p50. Differences of the medians of each phase, by size; no verdict. The rest is what they leave of the whole, as medians do not add up exactly. A share is given where the whole is certain.';
  return section(
    'attribution',
    'Which phase carries a difference',
    [html`<div class="panels wide">${attributions.map(tableOf)}</div>`],
    note,
  );
}
