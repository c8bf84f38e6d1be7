/**
 * `npm run bench:speed`: how long a person waits, figure beside target. On a busy machine it says so instead of judging.
 * It never fails for a time; a command that fails does.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExample } from '../../docs/example/example-run.ts';
import { pageSeconds } from './page-speed.ts';

const BUSY_LOAD_PER_CPU = 0.75;
const CLI = ['--import', 'tsx', 'harness/cli/main.ts'];

interface Timed {
  readonly seconds: number;
  /** Until the first line on stderr that matches; absent when none did. */
  readonly untilSeconds?: number;
}

/** Runs Node with `args` and times it as a whole, and until a line matches. Rejects when it fails. */
function time(args: readonly string[], env: NodeJS.ProcessEnv = process.env, until?: RegExp): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, [...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const since = (): number => (performance.now() - begin) / 1000;
    let untilSeconds: number | undefined;
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (untilSeconds === undefined && until?.test(text)) untilSeconds = since();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) reject(new Error(`exit ${code}: ${text.slice(-2000)}`));
      else resolve({ seconds: since(), ...(untilSeconds === undefined ? {} : { untilSeconds }) });
    });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

const busyBefore = (loadavg()[0] ?? 0) / cpus().length > BUSY_LOAD_PER_CPU;

function print(name: string, seconds: number | undefined, target: number): void {
  const figure = seconds === undefined ? 'not seen' : `${seconds.toFixed(2)} s`;
  const met = seconds !== undefined && seconds <= target ? 'met' : 'MISSED';
  process.stdout.write(
    `${name.padEnd(52)} ${figure.padStart(9)}   target ${target} s   ${busyBefore ? 'not judged: machine busy' : met}\n`,
  );
}

const results = mkdtempSync(join(tmpdir(), 'lnb-speed-'));
const freshCache = { ...process.env, XDG_CACHE_HOME: join(results, 'cache') };
try {
  process.stdout.write(`load ${loadavg()[0]?.toFixed(2)} on ${cpus().length} cores\n`);
  const helps: number[] = [];
  for (let i = 0; i < 5; i++) helps.push((await time([...CLI, '--help'])).seconds);
  print('--help, without npm (median of 5)', median(helps), 0.5);
  const pages = await pageSeconds(join(findExample().folder, 'report.html'));
  if (pages === undefined) process.stdout.write('report.html in Chromium: not measured, there is none (apt-get install chromium)\n');
  else print('report.html of the kept run, in Chromium (median)', median(pages), 1);
  const small = ['--scenario', 'vpc-nat', '--rounds', '1', '--warm', '1', '--out', results];
  const cold = await time([...CLI, ...small], freshCache);
  const warm = await time([...CLI, ...small], freshCache);
  print('first PostgreSQL initialisation (first run − second)', Math.max(0, cold.seconds - warm.seconds), 15);
  const whole = await time([...CLI, '--scenario', 'vpc-nat', '--out', results], process.env, /round 1\/16/);
  print('--scenario vpc-nat, 16 rounds', whole.seconds, 90);
  print('until the first live figures', whole.untilSeconds, 20);
} finally {
  rmSync(results, { recursive: true, force: true });
}
