import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { RunCost } from '../../harness/domain/cost.ts';
import { formatHtmlReport } from '../../reports/html.ts';
import type { FakeRun } from './fake-run.ts';

/** Debian's Chromium; tests that need it are skipped where it is missing. */
export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** A browser of its own with an empty profile; the caller closes it. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, '--disable-component-update', '--disable-sync'] });
}

/** What two networks cost, as a run in the lab notes it. */
const COST: RunCost = {
  currency: 'USD',
  region: 'us-east-1',
  pricesOf: 'us-east-1',
  pricesAsOf: '2026-01-01',
  month: {
    trafficGb: 100,
    modes: [
      { scenario: 'default', standingUsd: 0, trafficUsd: 0, usd: 0 },
      { scenario: 'vpc-nat', standingUsd: 36.5, trafficUsd: 4.5, usd: 41 },
    ],
    furtherServiceUsd: 7.3,
  },
};

/** Writes the run's report with a cost beside it; its address. */
export function writeReportWithCost(run: FakeRun): string {
  const file = join(run.folder, 'with-cost.html');
  writeFileSync(file, formatHtmlReport({ ...run.analysis, manifest: { ...run.analysis.manifest, cost: COST } }));
  return pathToFileURL(file).href;
}

/** A page with the report, and everything that it said or asked for meanwhile. */
export interface OpenReport {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** Opens a report in a context of its own; `scripts: false` is a reader without them. */
export async function openReport(
  browser: Browser,
  address: string,
  { scripts = true, width = 1200, scheme = 'light' as 'light' | 'dark', bypassPolicy = false } = {},
): Promise<OpenReport> {
  const context = await browser.newContext({
    javaScriptEnabled: scripts,
    viewport: { width, height: 900 },
    colorScheme: scheme,
    acceptDownloads: true,
    bypassCSP: bypassPolicy,
  });
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(address);
  return { page, complaints, requests };
}
