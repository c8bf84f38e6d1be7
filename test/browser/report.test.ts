import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { CHROMIUM, hasChromium, openReport, startBrowser, writeReportWithCost } from '../support/report-browser.ts';

/** What axe says of a page, as far as these tests read it. */
interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(!hasChromium)(`report.html in a browser (skipped without ${CHROMIUM}: apt-get install chromium)`, () => {
  let run: FakeRun;
  let browser: Browser;
  let address: string;
  beforeAll(async () => {
    run = await newFakeRun({ ...SMALL_RUN, rounds: 8, warm: 6 });
    address = writeReportWithCost(run);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    run.remove();
  });

  it('asks for nothing but itself, complains of nothing, and is never wider than its window', async () => {
    for (const width of [500, 1200, 2400]) {
      const { page, complaints, requests } = await openReport(browser, address, { width });
      expect(await page.locator('section').count()).toBe(12);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(requests).toEqual([address]);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it('shows one view at a time, and hides what is filtered', async () => {
    const { page } = await openReport(browser, address);
    const views = page.locator('#matrix .view');
    expect(await views.count()).toBe(3);
    expect(await page.locator('#matrix .view:visible').getAttribute('data-view')).toBe('warm-new');
    const cold = page.getByRole('button', { name: 'cold', exact: true });
    await cold.click();
    expect(await cold.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('#matrix .view:visible').getAttribute('data-view')).toBe('cold-new');

    const nat = page.getByRole('button', { name: 'vpc-nat' });
    const cells = page.locator('td[data-s="1"]:visible, g.s1:visible');
    expect(await cells.count()).toBeGreaterThan(3);
    await nat.click();
    expect([await nat.getAttribute('aria-pressed'), await cells.count()]).toEqual(['false', 0]);
    await nat.click();
    expect(await cells.count()).toBeGreaterThan(3);
    await page.context().close();
  });

  it('walks a crosshair by keyboard and pointer, and says the figures of the table', async () => {
    const { page, complaints } = await openReport(browser, address);
    const figure = page.locator('#curves figure:visible').first();
    const [svg, tip] = [figure.locator('svg[role=img]'), figure.locator('.tip')];
    const rows = await figure.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    expect(rows.length).toBeGreaterThan(3);
    await svg.focus();
    expect(await tip.locator('b').textContent()).toBe(rows[0]?.[0]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    const said = await tip.locator('div').allTextContents();
    expect(await tip.locator('b').textContent()).toBe(rows[1]?.[0]);
    expect(said).toEqual([`default ms ${rows[1]?.[1]}`, `vpc-nat ms ${rows[1]?.[2]}`]);
    expect(await figure.locator('.spot').count()).toBe(2);
    await page.keyboard.press('End');
    expect(await tip.locator('b').textContent()).toBe(rows.at(-1)?.[0]);
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    await svg.hover({ position: { x: 60, y: 100 } });
    expect(await tip.locator('b').textContent()).toBe(rows[0]?.[0]);
    const strip = page.locator('#course figure:visible').first();
    await strip.locator('svg[role=img]').focus();
    expect(await strip.locator('.tip b').textContent()).toBe('1');
    expect(await strip.locator('.spot').count()).toBe(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('prices the traffic that is typed in', async () => {
    const { page, complaints } = await openReport(browser, address);
    const figure = page.locator('#cost figure').first();
    const nat = figure.locator('tbody tr', { hasText: 'vpc-nat' }).locator('td').first();
    const placeOf = (): Promise<string | null> => figure.locator('.point.s1 > g').getAttribute('transform');
    const before = await placeOf();
    expect(await nat.textContent()).toBe('41.00');
    await page.getByLabel('GB a month').fill('1000');
    await page.getByLabel('zones').fill('2');
    // 36.5 × 2 zones + 1000 GB × 0.045
    expect(await nat.textContent()).toBe('118.00');
    expect(await page.locator('#cost-said').textContent()).toContain('vpc-nat 118.00');
    expect(await placeOf()).not.toBe(before);
    await page.getByLabel('GB a month').fill('');
    expect(await nat.textContent()).toBe('73.00');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('saves its tables, byte for byte', async () => {
    const { page } = await openReport(browser, address);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'comparisons.csv' }).click()]);
    expect(download.suggestedFilename()).toBe('comparisons.csv');
    expect(readFileSync(await download.path(), 'utf8')).toBe(run.read('comparisons.csv'));
    await page.context().close();
  });

  it('turns dark and light again', async () => {
    const { page } = await openReport(browser, address, { scheme: 'dark' });
    const colour = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await colour()).toBe('rgb(14, 17, 22)');
    await page.getByRole('button', { name: 'Dark or light' }).click();
    expect(await colour()).toBe('rgb(251, 251, 250)');
    await page.context().close();
  });

  it('reads completely without scripts', async () => {
    const { page, complaints } = await openReport(browser, address, { scripts: false });
    expect(await page.locator('#matrix .view:visible').count()).toBe(3);
    expect(await page.locator('#curves figure:visible').count()).toBe(9);
    expect(await page.locator('button:visible, input:visible').count()).toBe(0);
    expect(complaints.filter((line) => !line.includes('scripts are blocked'))).toEqual([]);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('has no serious problem that axe knows of, in %s', async (scheme) => {
    // axe is put into the page from outside, which the page's own policy forbids.
    const { page } = await openReport(browser, address, { scheme, bypassPolicy: true });
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
    await page.evaluate(axe.source);
    const { violations, passes } = (await page.evaluate('axe.run()')) as { violations: AxeFinding[]; passes: unknown[] };
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map((node) => node.html.slice(0, 120))
            .join(' | ')}`,
      ),
    ).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
    await page.context().close();
  });
});
