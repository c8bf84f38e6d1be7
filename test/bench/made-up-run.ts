import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { formatArm } from '../../harness/domain/arm.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import { newRandom, type Random } from '../../harness/domain/random.ts';
import type { Call, ReportFigures, Sample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { planRounds } from '../../harness/plan/schedule.ts';
import { askedEntry, formatJournalEntry, observedEntry, runEntry } from '../../harness/record/journal.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newReportedRun } from '../support/reported-run.ts';

const [ARMS, WARM] = [9, 60];
/** Cold, two discarded, and the measured warm calls on both kinds of connection. */
const CALLS_A_ROUND = ARMS * (3 + 2 * WARM);
const ONE_FAILS_OF = 200;
const RUNTIME = `arn:aws:lambda:us-east-1::runtime:${'0123456789abcdef'.repeat(4)}`;

/** A run that was never made. */
export interface MadeUpRun {
  readonly samples: number;
  readonly journalBytes: number;
  /** The shortest `observed` line, without LF. */
  readonly shortestLine: number;
}

/** The nine arms of a whole run that answer, twins among them. */
function newWidePlan(rounds: number): Plan {
  const targets = ['internet', 's3', 'rds'] as const;
  const plan = newPlan({ backend: 'aws', scenarios: [], targets, rounds: 1, warm: WARM, seed: 'million', reference: true }, SCENARIOS);
  const arms = plan.arms.filter(({ expected }) => expected === 'reachable').slice(0, ARMS);
  return { ...plan, rounds, arms, schedule: [], blockedBefore: [], blockedAfter: [] };
}

function hexadecimal(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits)
    text += random
      .below(2 ** 28)
      .toString(16)
      .padStart(7, '0');
  return text.slice(0, digits);
}

function newUuid(random: Random): string {
  const text = hexadecimal(random, 32);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

interface Environment {
  readonly id: string;
  readonly logStream: string;
}

/** Every field that such a call can have. */
function newSample(call: Call, { id, logStream }: Environment, random: Random): Sample {
  const time = (ms: number) => nanoseconds(Math.round(ms * 1e6) + random.below(Math.round(ms * 4e5)));
  const cold = call.purpose === 'cold';
  const discardReason = call.purpose === 'open' || call.purpose === 'settle' ? { discardReason: 'warm-up' } : {};
  const seen = {
    call,
    askedAt: new Date(1_767_225_600_000 + call.round * 60_000 + call.position * 40).toISOString(),
    requestId: newUuid(random),
    client: {
      ...{ total: time(20), sdk: time(0.4), wait: time(0.01), dns: time(0.02), connect: time(0.5), tls: time(1.5) },
      ...{ write: time(0.02), ttfb: time(15), body: time(0.02) },
    },
    perturbed: random.below(100) === 0,
    ...(cold ? { age: time(900) } : {}),
    ...(call.connection === 'reused' ? { idleGap: time(60) } : {}),
    ...discardReason,
  };
  if (random.below(ONE_FAILS_OF) === 0) {
    return {
      ...seen,
      outcome: 'failed',
      errorClass: 'reset',
      errorPhase: 'ttfb',
      errorMessage: `read ECONNRESET after ${time(1)} ns`.padEnd(260, '.'),
    };
  }
  return {
    ...seen,
    outcome: 'ok',
    start: call.startAsked,
    environmentId: id,
    logStream,
    fn: {
      total: time(5),
      phases: { dns: time(0.1), connect: time(0.4), tls: time(1.2), auth: time(0.8), ttfb: time(0.9), query: time(0.3), body: time(0.02) },
    },
    ...(cold ? { moduleLoad: time(40), initGap: time(2) } : {}),
    tlsResumed: call.connection === 'reused',
    localAddress: `10.0.${random.below(4)}.${random.below(250)}`,
    remoteAddress: `52.216.${random.below(8)}.${random.below(250)}`,
    seenAddress: `18.200.0.${random.below(4)}`,
    provenPath: 'nat-gateway',
    azId: `use1-az${random.below(3)}`,
  };
}

function newFigures(call: Call, random: Random): ReportFigures {
  const duration = nanoseconds(6_000_000 + 10_000 * random.below(200));
  const init = call.purpose === 'cold' ? nanoseconds(180_000_000 + 10_000 * random.below(4000)) : undefined;
  return {
    duration,
    billed: nanoseconds(Math.ceil((duration + (init ?? 0)) / 1e6) * 1_000_000),
    ...(init === undefined ? {} : { init, initType: 'on-demand' }),
    ...(random.below(5000) === 0 ? { restore: nanoseconds(1_000_000), errorType: 'Runtime.ExitError' } : {}),
    memoryMb: 1769,
    maxMemoryMb: 70 + random.below(9),
    status: 'success',
    runtimeVersionArn: RUNTIME,
  };
}

/** The entries of one round as the recorder writes them: a REPORT comes a turn later than its call. */
function* roundLines(calls: readonly Call[], random: Random): Generator<{ readonly line: string; readonly observed: boolean }> {
  const environments = new Map<string, Environment>();
  let reports: string[] = [];
  for (const call of calls) {
    const arm = formatArm(call);
    const environment = environments.get(arm) ?? { id: newUuid(random), logStream: `2026/01/01/[$LATEST]${hexadecimal(random, 32)}` };
    environments.set(arm, environment);
    const sample = newSample(call, environment, random);
    yield { line: formatJournalEntry(askedEntry(call, sample.askedAt)), observed: false };
    yield { line: formatJournalEntry(observedEntry(sample)), observed: true };
    reports.push(formatJournalEntry({ event: 'report', call_id: call.callId, source: 'tail', figures: newFigures(call, random) }));
    if (reports.length < ARMS) continue;
    for (const line of reports) yield { line, observed: false };
    reports = [];
  }
}

/** Writes `run.json` and `samples.ndjson` of at least `wanted` samples into a folder: nine arms, every column. */
export function writeMadeUpRun(folder: string, wanted: number): MadeUpRun {
  const rounds = Math.ceil(wanted / CALLS_A_ROUND);
  const plan = newWidePlan(rounds);
  const { manifest } = newReportedRun({ rounds });
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...manifest, plan }));
  const random = newRandom('made-up');
  const journal = openSync(join(folder, 'samples.ndjson'), 'w');
  let [journalBytes, shortestLine] = [0, Number.POSITIVE_INFINITY];
  try {
    journalBytes += writeSync(journal, `${formatJournalEntry(runEntry(manifest.runId, '0.0.0', manifest.startedAt))}\n`);
    for (const { calls } of planRounds(plan.arms, { rounds, warm: WARM }, random)) {
      let text = '';
      for (const { line, observed } of roundLines(calls, random)) {
        text += `${line}\n`;
        if (observed) shortestLine = Math.min(shortestLine, line.length);
      }
      journalBytes += writeSync(journal, text);
    }
  } finally {
    closeSync(journal);
  }
  return { samples: rounds * CALLS_A_ROUND, journalBytes, shortestLine };
}
