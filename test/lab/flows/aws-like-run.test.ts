import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { waitingTimes } from '../../../harness/cli/waiting-times.ts';
import { AWS_LIKE } from '../../../infra/lab/faults/aws-like.ts';
import { type BenchEnd, startBench } from '../../support/bench-process.ts';
import { newLabOfFile } from '../../support/lab-of-file.ts';
import { onlyRunIn } from '../../support/run-folder.ts';

const RUN_MS = 180_000;
/** Seconds of AWS in a second of the lab. What the run waits for by itself (looks, settling, pacing) is not scaled: it is AWS's. */
const SCALE = 10;
const MOST = 1.2;
const ROUNDS = 4;
/** How a run waits for interfaces is no matter of its rounds. */
const KNOBS = { preset: 'aws-like', timeScale: SCALE, interfaceReleaseMs: 0 };

const place = newLabOfFile(() => ['--lab-knobs', JSON.stringify(KNOBS)]);
let end: BenchEnd;

beforeAll(async () => {
  if (place.missing !== undefined) return;
  const size = ['--scenario', 'vpc-nat', '--targets', 'internet,s3', '--rounds', String(ROUNDS), '--warm', '5'];
  end = await startBench(['run', '--backend', 'aws', '--yes', ...size, '--out', place.sandbox.results], place.lab.env).ended;
}, RUN_MS);

type Terms = Readonly<Record<'total_ms' | 'slowest_update_ms' | 'settle_ms' | 'calls_ms' | 'pacing_ms', number>>;
interface Line {
  readonly event: string;
  readonly kind?: string;
  readonly at?: string;
  readonly detail?: Readonly<Record<string, string>>;
}

const fileOf = (name: string): string => readFileSync(join(onlyRunIn(place.sandbox.results) ?? '', name), 'utf8');
const journal = (): readonly Line[] =>
  fileOf('samples.ndjson')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

function termsOfRounds(): readonly Terms[] {
  const details = journal().flatMap(({ kind, detail }) => (kind === 'round-timed' && detail !== undefined ? [detail] : []));
  return details.map(
    (detail) => Object.fromEntries(Object.entries(detail).map(([name, text]) => [name, Number(text)])) as unknown as Terms,
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Client time of every call of the rounds; of one that was asked again, of the last. */
function callTimes(): number {
  const rows: readonly Readonly<Record<string, string>>[] = parse(fileOf('samples.csv'), { columns: true });
  const last = new Map(rows.filter((row) => row['round'] !== '0').map((row) => [row['call_id']?.slice(0, 'r001-0000'.length), row]));
  return sum([...last.values()].map((row) => Number(row['client_ms'])));
}

describe('a run on AWS-like delays', () => {
  test('goes to its end, and prints what its rounds took with the terms', () => {
    expect({ code: end.code, stderr: end.stderr }).toMatchObject({ code: 0 });
    const printed =
      /^✓ 4 rounds in [\d.]+ s = ([\d.]+) × [\d.]+ s \(slowest updates .* \+ settling .* \+ planned calls .* \+ pacing .*\)$/m.exec(
        end.stderr,
      );
    process.stdout.write(`${printed?.[0]}\n`);
    expect(Number(printed?.[1])).toBeGreaterThanOrEqual(1);
    expect(Number(printed?.[1])).toBeLessThanOrEqual(MOST);
  });

  test('has terms that are what the place and the plan make them', () => {
    const rounds = termsOfRounds();
    expect(rounds).toHaveLength(ROUNDS);
    const { force, settleMs, callGapMs } = waitingTimes('aws');
    const updateMs = (AWS_LIKE.vpcUpdateMs ?? Number.NaN) / SCALE;
    for (const round of rounds) {
      // Between two looks an update can end unseen; no look is quicker than its answer.
      expect(round.slowest_update_ms).toBeGreaterThanOrEqual(updateMs);
      expect(round.slowest_update_ms).toBeLessThan(updateMs + 2 * force.pollMs);
      expect(round.settle_ms).toBe(settleMs);
    }
    const rows: readonly unknown[] = parse(fileOf('samples.csv'), { columns: true });
    expect(sum(rounds.map(({ pacing_ms }) => pacing_ms))).toBeGreaterThan(0);
    expect(sum(rounds.map(({ pacing_ms }) => pacing_ms))).toBeLessThan(rows.length * callGapMs);
    const calls = sum(rounds.map(({ calls_ms }) => calls_ms));
    expect(Math.abs(calls - callTimes()) / calls).toBeLessThan(0.01);
  });

  test('takes at most 1.2 × the same sum with the delay that was set in the place of the one that was seen, by the journal’s stamps', () => {
    const { settleMs } = waitingTimes('aws');
    const rounds = termsOfRounds();
    const least = sum(rounds.map(({ pacing_ms }) => (AWS_LIKE.vpcUpdateMs ?? Number.NaN) / SCALE + settleMs + pacing_ms)) + callTimes();
    const ends = journal().flatMap(({ kind, at }) => (kind === 'round-timed' ? [Date.parse(at ?? '')] : []));
    const begin = (ends[0] ?? Number.NaN) - (rounds[0]?.total_ms ?? Number.NaN);
    const took = (ends.at(-1) ?? Number.NaN) - begin;
    process.stdout.write(`${(took / 1000).toFixed(2)} s of ${(least / 1000).toFixed(2)} s: ${(took / least).toFixed(3)}\n`);
    expect(took / least).toBeGreaterThan(1);
    expect(took / least).toBeLessThanOrEqual(MOST);
  });
});
