import type { Analysis } from '../harness/analyse/analysis.ts';
import type { Check, CheckFigure, CheckUnit, CheckVerdict } from '../harness/analyse/check.ts';
import { formatReadable, formatSigned } from './figure.ts';
import { type Escape, escapeMarkdown } from './free-text.ts';

/** Figures, and foreign words, that are shown of one check; all are in the analysis. */
const SHOWN_NOTABLE = 6;
const SHOWN_FIGURES = 10;
/** With limits they are long. */
const SHOWN_INTERVALS = 3;
const SHOWN_DETAILS = 6;

const MARKS: Readonly<Record<CheckVerdict, string>> = { pass: '✓', warn: '!', fail: '✗', 'no data': '?' };
/** Order in which the terminal names them: what matters most last, so that it is read last. */
const VERDICTS: readonly CheckVerdict[] = ['pass', 'no data', 'warn', 'fail'];

function formatValue(unit: CheckUnit, value: number): string {
  switch (unit) {
    case 'ns':
      return `${formatReadable(value)} ms`;
    case 'ns difference':
      return `${formatSigned(value)} ms`;
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'count':
      return String(value);
    case 'correlation':
      return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
  }
}

function formatCheckFigure({ of, name, unit, value, limits }: CheckFigure, show: Escape): string {
  const interval = limits === undefined ? '' : ` [${[limits.low, limits.high].map((limit) => formatValue(unit, limit)).join(', ')}]`;
  return `${of === undefined ? '' : `${show(of)}: `}${name} ${formatValue(unit, value)}${interval}`;
}

/** Of each name the figure that is farthest from 0, in the order of the names. */
function extremes(figures: readonly CheckFigure[]): readonly CheckFigure[] {
  const byName = new Map<string, CheckFigure>();
  for (const figure of figures) {
    const known = byName.get(figure.name);
    if (known === undefined || Math.abs(figure.value) > Math.abs(known.value)) byName.set(figure.name, figure);
  }
  return [...byName.values()];
}

/** What a check stands on: all figures if they are few; else the notable ones, or if none is, of each kind the largest. */
function shownFigures({ figures }: Check, show: Escape): string {
  const few = figures.some(({ limits }) => limits !== undefined) ? SHOWN_INTERVALS : SHOWN_FIGURES;
  if (figures.length <= few) return figures.map((figure) => formatCheckFigure(figure, show)).join('; ');
  const notable = figures.filter((figure) => figure.notable);
  if (notable.length > 0) {
    const more = notable.length > SHOWN_NOTABLE ? [`and ${notable.length - SHOWN_NOTABLE} more`] : [];
    return [...notable.slice(0, SHOWN_NOTABLE).map((figure) => formatCheckFigure(figure, show)), ...more].join('; ');
  }
  const text = extremes(figures).map((figure) => formatCheckFigure(figure, show));
  return `largest of ${figures.length}: ${text.join('; ')}`;
}

function describeCheck({ text, details = [] }: Check, show: Escape): string {
  if (details.length === 0) return text;
  const more = details.length > SHOWN_DETAILS ? [`and ${details.length - SHOWN_DETAILS} more`] : [];
  return `${text} ${[...details.slice(0, SHOWN_DETAILS).map(show), ...more].join('; ')}`;
}

/** A check in words: its mark, what was found, and the figures that it stands on (empty without any). */
export interface CheckWords {
  readonly mark: string;
  readonly text: string;
  readonly figures: string;
}

/** Words for one check; the foreign ones are shown as the format wants it. */
export function wordsOfCheck(check: Check, show: Escape): CheckWords {
  return { mark: MARKS[check.verdict], text: describeCheck(check, show), figures: shownFigures(check, show) };
}

function checkLine(check: Check): string {
  const { mark, text, figures } = wordsOfCheck(check, escapeMarkdown);
  return `- ${mark} **${check.id}** ${check.verdict}: ${text}${figures === '' ? '' : ` (${figures})`}`;
}

/** The section of `report.md` that says how far the run can be trusted. */
export function checkSection({ checks }: Analysis): readonly string[] {
  return ['## Can you trust this run?', '', ...checks.map(checkLine), ''];
}

/** One line: `Trust  9 checks: 8 pass, 1 warn: driver`. Names the checks that did not pass; the rest is in `report.md`. */
export function trustLine({ checks }: Analysis): string {
  const parts = VERDICTS.flatMap((verdict) => {
    const ids = checks.filter((check) => check.verdict === verdict).map(({ id }) => id);
    if (ids.length === 0) return [];
    return [`${ids.length} ${verdict}${verdict === 'pass' ? '' : `: ${ids.join(', ')}`}`];
  });
  return `Trust  ${checks.length} checks: ${parts.join('; ')}`;
}
