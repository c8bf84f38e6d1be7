import { createHash } from 'node:crypto';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { markerShapes } from './charts/identity.ts';
import { visibleText } from './free-text.ts';
import { attributionPart } from './html/attribution-part.ts';
import { coldPart, coursePart, curvesPart } from './html/chart-parts.ts';
import { methodPart, reproducePart } from './html/close-parts.ts';
import { costPart } from './html/cost-part.ts';
import { controlsPart, findingsPart, headerPart } from './html/head-part.ts';
import { matrixPart } from './html/matrix-part.ts';
import { SCRIPT } from './html/script.ts';
import { STYLE } from './html/style.ts';
import { reachabilityPart, samplesPart, trustPart } from './html/trust-parts.ts';
import { viewsOf } from './html/views.ts';
import { html, type Markup, ownSource } from './markup.ts';

function hashOf(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}

/** Nothing is asked of anybody, and no script runs but the page's own, whatever foreign text may hold. */
const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;

function parts(analysis: Analysis): readonly (Markup | undefined)[] {
  const views = viewsOf(analysis);
  return [
    findingsPart(analysis),
    controlsPart(analysis, views),
    views.length === 0 ? undefined : matrixPart(analysis, views),
    curvesPart(analysis, views),
    coldPart(analysis),
    coursePart(analysis, views),
    attributionPart(analysis),
    costPart(analysis, views),
    reachabilityPart(analysis),
    trustPart(analysis),
    samplesPart(analysis),
    methodPart(analysis),
    reproducePart(analysis),
  ];
}

function bodyOf(analysis: Analysis): Markup {
  const { bar, header } = headerPart(analysis);
  const lines = parts(analysis).flatMap((part) => (part === undefined ? [] : [html`${part}\n`]));
  return html`${bar}${markerShapes()}<main>${header}\n${lines}</main>`;
}

/** `report.html`: one file that asks nothing of anybody and reads completely without scripts. The same analysis gives the same bytes. */
export function formatHtmlReport(analysis: Analysis): string {
  const title = `lambda-network-bench, run ${visibleText(analysis.manifest.runId)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${ownSource(STYLE)}</style>
</head>
<body>
${bodyOf(analysis)}
<script>${ownSource(SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}
