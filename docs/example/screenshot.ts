/**
 * `npm run docs:screenshot`: renders the kept run again and photographs its page, light and dark, in Debian's Chromium (`apt-get install chromium`).
 * `npm run docs:screenshot -- --keep results/RUN` keeps another run first; then `npx vitest run --project unit test/docs/example.test.ts -u` for the
 * README. `-- --whole FOLDER` writes whole pages instead, 500 px wide and as on paper too, to look at.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { main } from '../../harness/cli/command-line.ts';
import { findExample, KEPT_REPORTS, keepRun, unpackExample } from './example-run.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Pixels: what a reader sees first, down to the end of the matrix. */
const [WIDTH, HEIGHT] = [1180, 1380] as const;

interface Shot {
  readonly name: string;
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  readonly whole: boolean;
  readonly paper?: boolean;
}

const FIRST_SIGHT: readonly Shot[] = [
  { name: 'report-light.png', scheme: 'light', width: WIDTH, whole: false },
  { name: 'report-dark.png', scheme: 'dark', width: WIDTH, whole: false },
];

const WHOLE: readonly Shot[] = [
  { name: 'light.png', scheme: 'light', width: WIDTH, whole: true },
  { name: 'dark.png', scheme: 'dark', width: WIDTH, whole: true },
  { name: 'narrow.png', scheme: 'light', width: 500, whole: true },
  { name: 'paper.png', scheme: 'light', width: 800, whole: true, paper: true },
];

async function take(browser: Browser, page: string, { name, scheme, width, whole, paper = false }: Shot, folder: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: HEIGHT }, colorScheme: scheme });
  const opened = await context.newPage();
  if (paper) await opened.emulateMedia({ media: 'print' });
  await opened.goto(pathToFileURL(page).href);
  await opened.screenshot({ path: join(folder, name), fullPage: whole });
  await context.close();
  process.stdout.write(`${join(folder, name)}\n`);
}

async function photograph(page: string, shots: readonly Shot[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
  try {
    for (const shot of shots) await take(browser, page, shot, folder);
  } finally {
    await browser.close();
  }
}

/** The word behind a flag. */
function wordAfter(flag: string): string | undefined {
  const at = process.argv.indexOf(flag);
  return at === -1 ? undefined : process.argv[at + 1];
}

const other = wordAfter('--keep');
if (other !== undefined) keepRun(other);
const example = findExample();
const unpacked = unpackExample(example);
try {
  const code = await main(['report', unpacked.folder], { stdout: process.stderr, stderr: process.stderr, env: {} });
  if (code !== 0) throw new Error(`bench report ended with ${code}`);
  for (const name of KEPT_REPORTS) copyFileSync(join(unpacked.folder, name), join(example.folder, name));
  const folder = wordAfter('--whole');
  if (folder === undefined) await photograph(join(example.folder, 'report.html'), FIRST_SIGHT, join(example.folder, '..'));
  else await photograph(join(example.folder, 'report.html'), WHOLE, folder);
} finally {
  unpacked.remove();
}
