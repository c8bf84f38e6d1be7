import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listTags } from 'hdr-histogram-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupByCell } from '../../harness/analyse/cell-samples.ts';
import { metricNamed } from '../../harness/analyse/metric.ts';
import { nearestRank, sortAscending } from '../../harness/analyse/quantile.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

const JAR = '/usr/share/java/hdrhistogram.jar';
const JAVA = ['/usr/bin/java', '/usr/local/bin/java'].find((path) => existsSync(path));

/** Why Java cannot be asked on this machine; undefined when it can. */
function whatIsMissing(): string | undefined {
  if (JAVA === undefined) return 'no java: apt-get install default-jre-headless';
  return existsSync(JAR) ? undefined : `no ${JAR}: apt-get install libhdrhistogram-java`;
}

function askProcessor(...args: string[]): string {
  return execFileSync(JAVA ?? 'java', ['-cp', JAR, 'org.HdrHistogram.HistogramLogProcessor', ...args], { encoding: 'utf8' });
}

/** Count, p50 and p99 in nanoseconds, from the processor's log of all intervals of one tag. */
function readTag(log: string, tag: string, folder: string): { readonly n: number; readonly p50: number; readonly p99: number } {
  const out = join(folder, 'intervals');
  askProcessor('-i', log, '-tag', tag, '-outputValueUnitRatio', '1', '-o', out);
  const last = readFileSync(out, 'utf8').trim().split('\n').at(-1) ?? '';
  const total = /T:(\d+) \(([^)]*)\)/.exec(last);
  const [p50, , p99] = (total?.[2] ?? '').trim().split(/\s+/).map(Number);
  return { n: Number(total?.[1]), p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN };
}

let run: FakeRun;
let folder: string;
beforeAll(async () => {
  // A hundred values a cell: there, nearest rank and the rounding of older Java versions name the same value.
  run = await newFakeRun({ ...SMALL_RUN, rounds: 10, warm: 10 });
  folder = mkdtempSync(join(tmpdir(), 'lnb-java-'));
});
afterAll(() => {
  run.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("Java's HistogramLogProcessor", () => {
  it.for([
    ['vpc-nat', 's3', 'new', 'fn_total_ms'],
    ['default~twin', 'internet', 'reused', 'fn_ttfb_ms'],
  ] as const)(
    'reads %s/%s/warm/%s/%s with the quantiles of the raw values, within a bucket',
    ([scenario, target, connection, name], ctx) => {
      const missing = whatIsMissing();
      if (missing !== undefined) ctx.skip(missing);
      const cells = groupByCell(run.analysis.manifest.plan, run.analysis.samples);
      const found = cells.find(
        ({ cell }) => cell.scenario === scenario && cell.target === target && cell.start === 'warm' && cell.connection === connection,
      );
      const raw = sortAscending(found?.measured.flatMap((sample) => metricNamed(name).figureOf(sample) ?? []) ?? []);
      expect(raw).toHaveLength(100);
      const java = readTag(join(run.folder, 'histograms.hlog'), `${scenario}/${target}/warm/${connection}/${name}`, folder);
      expect(java.n).toBe(100);
      expect(Math.abs(java.p50 / nearestRank(raw, 0.5) - 1)).toBeLessThan(0.001);
      expect(Math.abs(java.p99 / nearestRank(raw, 0.99) - 1)).toBeLessThan(0.001);
    },
  );

  it('lists every tag of the run', (ctx) => {
    const missing = whatIsMissing();
    if (missing !== undefined) ctx.skip(missing);
    const listed = askProcessor('-i', join(run.folder, 'histograms.hlog'), '-listtags');
    const tags = listTags(run.read('histograms.hlog'));
    expect(tags.length).toBeGreaterThan(50);
    expect(tags.filter((tag) => !listed.includes(tag))).toEqual([]);
  });
});
