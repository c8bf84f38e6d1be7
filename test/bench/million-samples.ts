import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Judgement } from './judged-figure.ts';
import { type MadeUpRun, writeMadeUpRun } from './made-up-run.ts';

const SIZES = [250_000, 1_000_000] as const;
const [TARGET_SECONDS, TARGET_MB] = [25, 400];
const TARGET_PAGE_KB = 400;
const KIB_PER_MB = 1000 / 1.024;

interface Reported extends MadeUpRun {
  readonly seconds: number;
  /** Of all its threads, the collector's and the compiler's too. */
  readonly cpuSeconds: number;
  readonly startKiB: number;
  readonly peakKiB: number;
  readonly csvBytes: number;
  readonly pageBytes: number;
}

/** Makes a run up, reports it in a process of its own, and removes it again. */
async function reportMadeUpRun(wanted: number): Promise<Reported> {
  const folder = mkdtempSync(join(tmpdir(), 'lnb-million-'));
  try {
    const run = writeMadeUpRun(folder, wanted);
    const words = ['--import', 'tsx', 'test/bench/report-process.ts', folder];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    return { ...run, ...JSON.parse(stdout), csvBytes: statSync(join(folder, 'samples.csv')).size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Journal to all report files of 250,000 and a million samples: time and memory beside the targets, and whether time is linear. */
export async function printMillionSamples({ print }: Judgement): Promise<void> {
  const [quarter, whole] = [await reportMadeUpRun(SIZES[0]), await reportMadeUpRun(SIZES[1])];
  const { samples, seconds, cpuSeconds, startKiB, peakKiB, journalBytes, csvBytes, pageBytes, shortestLine } = whole;
  const perMillion = (bytes: number): string => `${(bytes / samples / 1000).toFixed(2)} GB`;
  const megabytes = (kib: number): string => `${(kib / KIB_PER_MB).toFixed(0)} MB`;
  process.stdout.write(`${samples} samples in nine arms, observed lines of at least ${shortestLine} bytes, journal to report\n`);
  print('time', `${seconds.toFixed(1)} s`, `${TARGET_SECONDS} s`, seconds <= TARGET_SECONDS);
  print('processor time, of all threads', `${cpuSeconds.toFixed(1)} s`);
  print('peak resident memory', megabytes(peakKiB), `${TARGET_MB} MB`, peakKiB / KIB_PER_MB <= TARGET_MB, 'anyLoad');
  print('of it before the first byte was read', megabytes(startKiB));
  print('journal a million samples', perMillion(journalBytes));
  print('samples.csv a million samples', perMillion(csvBytes));
  print('report.html', `${(pageBytes / 1000).toFixed(0)} kB`, `${TARGET_PAGE_KB} kB`, pageBytes <= TARGET_PAGE_KB * 1000, 'anyLoad');
  const ratio = seconds / samples / (quarter.seconds / quarter.samples);
  const cpuRatio = cpuSeconds / samples / (quarter.cpuSeconds / quarter.samples);
  print(`time a sample, against ${quarter.samples} samples`, `${ratio.toFixed(2)} times`, '1.2 times', ratio <= 1.2);
  print('processor time a sample, against the same', `${cpuRatio.toFixed(2)} times`);
}
