/** Checks and money as the forms of a report print them, beside `report.json`; nothing of the tool is imported. */
import type { Forms } from './report-document.ts';
import type { Pair } from './report-forms.ts';
import { readable, signed } from './report-tables.ts';

type Check = Forms['report']['checks'][number];

/** A check's figure in words. */
function figureText({ unit, value }: Check['figures'][number]): string {
  switch (unit) {
    case 'ms':
      return `${readable(value)} ms`;
    case 'ms difference':
      return `${signed(value)} ms`;
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'correlation':
      return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
    default:
      return String(value);
  }
}

/** Each check's verdict and words; and that every figure that is printed behind its name is one that it has. */
export function checkPairs({ html, report }: Forms): readonly Pair[] {
  const table = html.find(({ head }) => head[0] === 'check');
  return report.checks.flatMap((check): Pair[] => {
    const row = table?.rows.find(([id]) => id === check.check) ?? [];
    const said = row[2] ?? '';
    const printed = check.figures.filter(({ name }) => said.includes(`${name} `));
    const known = check.figures.map((figure) => `${figure.name} ${figureText(figure)}`);
    const names = [...new Set(printed.map(({ name }) => name))];
    return [
      { of: `${check.check} verdict`, seen: (row[1] ?? '').replace(/^\S+ /, ''), expected: check.verdict },
      { of: `${check.check} text`, seen: said.slice(0, check.text.length), expected: check.text },
      ...names.map((name) => ({
        of: `${check.check} ${name}`,
        seen: known.some((one) => one.startsWith(name) && said.includes(one)),
        expected: true,
      })),
    ];
  });
}

function usd(value: number): string {
  if (value === 0 || value >= 1) return value.toFixed(2);
  if (value >= 0.01) return value.toFixed(3);
  return Number(value.toPrecision(2)).toFixed(Math.max(2, 1 - Math.floor(Math.log10(value))));
}

/** What each network costs a month, in both forms; none where the run noted no cost. */
export function monthPairs({ html, markdown, report }: Forms): readonly Pair[] {
  const { cost } = report;
  if (cost === null) return [];
  const expected = cost.month.map((row) => [row.scenario, usd(row.standing_usd), usd(row.traffic_usd), usd(row.usd)]);
  return [html, markdown].map((tables, i) => ({
    of: i === 0 ? 'html' : 'markdown',
    seen: tables.find(({ head }) => head[0] === 'network, in one zone')?.rows.slice(0, expected.length),
    expected,
  }));
}
