import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historySeries } from '../../harness/run/history-series.ts';
import { formatHistoryHtml } from '../../reports/history-html.ts';
import { STORY } from '../support/history-story.ts';
import { CHROMIUM, hasChromium, openReport, startBrowser } from '../support/report-browser.ts';

const DAMAGE = { cut: true, malformed: 0, otherSchema: 0, repeated: 0 };

describe.skipIf(!hasChromium)(`history.html in a browser (skipped without ${CHROMIUM}: apt-get install chromium)`, () => {
  let folder: string;
  let browser: Browser;
  let address: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lnb-history-page-'));
    const file = join(folder, 'history.html');
    writeFileSync(file, formatHistoryHtml(historySeries({ entries: STORY, damage: DAMAGE }), DAMAGE));
    address = pathToFileURL(file).href;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [400, 'light'],
    [1200, 'light'],
    [1200, 'dark'],
  ] as const)('is whole and readable at %i pixels, %s, and asks for nothing but itself', async (width, scheme) => {
    const { page, complaints, requests } = await openReport(browser, address, { width, scheme, bypassPolicy: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await page.locator('svg').count()).toBe(1);
    // No word of the chart is cut off at its edge.
    const outside = await page.locator('svg text').evaluateAll((texts) =>
      texts
        .filter((text) => {
          const [own, all] = [text.getBoundingClientRect(), text.closest('svg')?.getBoundingClientRect()];
          return all === undefined || own.left < all.left - 1 || own.right > all.right + 1 || own.bottom > all.bottom + 1;
        })
        .map((text) => text.textContent),
    );
    expect(outside).toEqual([]);
    await page.addScriptTag({ content: axe.source });
    const { violations } = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: { html: string }[] }[] };
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect([requests, complaints]).toEqual([[address], []]);
    await page.context().close();
  });
});
