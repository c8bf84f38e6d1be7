/** How long Chromium takes from asking for a report's page until it stands there, its script run. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { CHROMIUM, startBrowser } from '../support/report-browser.ts';

const TIMES = 5;
const PAINT_LIMIT_MS = 10_000;
/** Resolves when text was painted. Not `waitForFunction`: it evaluates within the page, whose policy forbids that. */
const PAINTED = `new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('nothing was painted')), ${PAINT_LIMIT_MS});
  new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').length > 0 && resolve())
    .observe({ type: 'paint', buffered: true });
})`;
/** From the begin of the navigation until the first paint of text and the end of the page's own script, the later; seconds. */
const SINCE_NAVIGATION = `(() => {
  const [navigation] = performance.getEntriesByType('navigation');
  const [painted] = performance.getEntriesByName('first-contentful-paint');
  return Math.max(navigation.loadEventEnd, painted.startTime) / 1000;
})()`;

/** Seconds of each of five openings, each in a context of its own; undefined without Debian's Chromium. */
export async function pageSeconds(page: string): Promise<readonly number[] | undefined> {
  if (!existsSync(CHROMIUM)) return undefined;
  const browser = await startBrowser();
  try {
    const seconds: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
      const opened = await context.newPage();
      await opened.goto(pathToFileURL(page).href, { waitUntil: 'load' });
      await opened.evaluate(PAINTED);
      seconds.push((await opened.evaluate(SINCE_NAVIGATION)) as number);
      await context.close();
    }
    return seconds;
  } finally {
    await browser.close();
  }
}
