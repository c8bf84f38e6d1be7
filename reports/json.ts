import type { Analysis } from '../harness/analyse/analysis.ts';
import { visibleText } from './free-text.ts';
import { jsonAttributions, jsonComparisons, jsonSummary } from './json-figures.ts';
import {
  jsonAccounting,
  jsonChecks,
  jsonCost,
  jsonDriver,
  jsonMatching,
  jsonPlace,
  jsonReachability,
  jsonRun,
  jsonSizing,
} from './json-parts.ts';
import { jsonSeries } from './json-series.ts';
import type { ReportDocument } from './schema/report-schema.ts';
import { findingSentences } from './sentences.ts';

/** The analysis as one document of the published schema; words of others are visible text. */
export function newReportDocument(analysis: Analysis): ReportDocument {
  const { manifest } = analysis;
  return {
    schema: 'lambda-network-bench/report',
    schema_version: 1,
    tool_version: visibleText(manifest.toolVersion),
    run: jsonRun(manifest),
    place: jsonPlace(analysis),
    driver: jsonDriver(manifest),
    warnings: analysis.warnings.map(({ code, text, detail }) => ({
      code,
      text,
      detail: detail === undefined ? null : visibleText(detail),
    })),
    findings: findingSentences(analysis, visibleText).map(({ mark, headline, text }) => ({ mark, headline, text })),
    summary: jsonSummary(analysis.summary),
    comparisons: jsonComparisons(analysis.comparisons),
    attributions: jsonAttributions(analysis.attributions),
    series: jsonSeries(analysis.series),
    reachability: jsonReachability(analysis.reachability),
    accounting: jsonAccounting(analysis.accounting),
    checks: jsonChecks(analysis.checks),
    matching: jsonMatching(manifest),
    cost: jsonCost(manifest),
    sizing: jsonSizing(manifest),
  };
}

function formatMember(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`;
}

/** `report.json`, and what `--json` prints: a line each member, and in lists a line each row. */
export function formatReportJson(analysis: Analysis): string {
  const members = Object.entries(newReportDocument(analysis)).map(([name, value]) => `  ${JSON.stringify(name)}: ${formatMember(value)}`);
  return `{\n${members.join(',\n')}\n}\n`;
}
