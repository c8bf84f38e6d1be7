import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProbePhase } from '../../harness/domain/probe-wire.ts';
import { newRandom, shuffle } from '../../harness/domain/random.ts';
import type { Target } from '../../harness/domain/target.ts';
import type { PhaseDelays } from '../../infra/lab/faults/knobs.ts';
import { vpcNat } from '../../scenarios/vpc-nat.ts';
import { type DeployedRun, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';
import { askTimed, median, type TimedAnswer } from '../support/timed-ask.ts';

const DELAY_MS = 30;
/** Warm calls of each arm without and with each delay. */
const TURNS = 15;
/** Cold calls of each arm without and with all delays. */
const COLD_TURNS = 5;

interface Row {
  readonly knob: keyof PhaseDelays;
  readonly phase: ProbePhase;
  readonly targets: readonly Target[];
}
const ROWS: readonly Row[] = [
  { knob: 'dnsAnswer', phase: 'dns', targets: ['internet', 's3', 'rds'] },
  { knob: 'synAck', phase: 'connect', targets: ['internet', 's3', 'rds'] },
  { knob: 'tlsHandshake', phase: 'tls', targets: ['internet', 's3'] },
  { knob: 'firstByte', phase: 'ttfb', targets: ['internet', 's3'] },
  { knob: 'lastByte', phase: 'body', targets: ['internet', 's3'] },
  { knob: 'databaseAuth', phase: 'auth', targets: ['rds'] },
  { knob: 'databaseQuery', phase: 'query', targets: ['rds'] },
];
const TARGETS = ['internet', 's3', 'rds'] as const;
type Turned = Row['knob'] | 'nothing' | 'everything';

const missing = whyNoLab();
let lab: RunningLab;
let run: DeployedRun;
/** `knob/target` → its calls. */
const warm = new Map<string, TimedAnswer[]>();
const cold = new Map<string, TimedAnswer[]>();

async function turn(knob: Turned): Promise<void> {
  const all = Object.fromEntries(ROWS.map((row) => [row.knob, DELAY_MS]));
  await lab.knobs({ delays: knob === 'nothing' ? {} : knob === 'everything' ? all : { [knob]: DELAY_MS } });
}

async function ask(answers: Map<string, TimedAnswer[]>, knob: Turned, target: Target): Promise<void> {
  const timed = await askTimed(lab, run.deployment, { scenario: vpcNat.name, target });
  const key = `${knob}/${target}`;
  answers.set(key, [...(answers.get(key) ?? []), timed]);
}

/** Every turn visits no delay and each delay once, in an order of its own: what drifts meanwhile drifts for all. */
async function askWarm(): Promise<void> {
  const random = newRandom('phases');
  const visits = [{ knob: 'nothing' as const, targets: TARGETS }, ...ROWS];
  for (let i = 0; i < TURNS; i++) {
    for (const { knob, targets } of shuffle(visits, random)) {
      await turn(knob);
      for (const target of targets) await ask(warm, knob, target);
    }
  }
}

async function askCold(): Promise<void> {
  const random = newRandom('cold phases');
  const functions = run.deployment.functions.filter(({ scenario }) => scenario === vpcNat.name);
  for (let i = 0; i < COLD_TURNS; i++) {
    for (const knob of shuffle(['nothing', 'everything'] as const, random)) {
      await turn(knob);
      const nonce = random.next().toString(16).slice(2).padEnd(32, '0');
      await lab.measuring.coldForcer.force(
        functions.map(({ functionName }) => functionName),
        nonce,
        AbortSignal.timeout(60_000),
      );
      for (const { target } of functions) await ask(cold, knob, target);
    }
  }
}

beforeAll(async () => {
  if (missing !== undefined) return;
  lab = await startRunningLab();
  run = await lab.deployRun([vpcNat]);
  await turn('nothing');
  for (const target of TARGETS) await ask(new Map(), 'nothing', target);
  await askWarm();
  await askCold();
});
afterAll(() => lab?.stop());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** p50 with the delay − p50 without, milliseconds. */
function rise(
  answers: ReadonlyMap<string, readonly TimedAnswer[]>,
  knob: Turned,
  target: Target,
  of: (timed: TimedAnswer) => number,
): number {
  const p50 = (turned: Turned): number => median((answers.get(`${turned}/${target}`) ?? []).map(of));
  return p50(knob) - p50('nothing');
}

describe.each(ROWS)('$knob: $phase alone', ({ knob, phase, targets }) => {
  test.each(targets)('of %s rises by the delay, totals with it, no other phase', (target) => {
    const phases = Object.keys(warm.get(`nothing/${target}`)?.[0]?.phasesMs ?? {});
    expect(phases).toContain(phase);
    const moved = Object.fromEntries(
      phases.map((name) => [name, rise(warm, knob, target, ({ phasesMs }) => phasesMs[name] ?? Number.NaN)]),
    );
    const totals = {
      fn_total_ms: rise(warm, knob, target, ({ fnMs }) => fnMs),
      client_ms: rise(warm, knob, target, ({ clientMs }) => clientMs),
      duration_ms: rise(warm, knob, target, ({ durationMs }) => durationMs),
    };
    const { [phase]: own, ...others } = moved;
    for (const [name, value] of Object.entries({ [phase]: own, ...totals })) {
      expect(value, `${name} of ${JSON.stringify({ moved, totals })}`).toBeGreaterThanOrEqual(25);
      expect(value, `${name} of ${JSON.stringify({ moved, totals })}`).toBeLessThanOrEqual(60);
    }
    for (const [name, value] of Object.entries(others)) {
      expect(Math.abs(value ?? Number.NaN), `${name} of ${JSON.stringify({ moved, totals })}`).toBeLessThan(5);
    }
  });
});

describe('all delays at once', () => {
  test.each(TARGETS)('leave the Init Duration of %s alone, and are in the Duration of the same cold calls', (target) => {
    for (const turned of ['nothing', 'everything'] as const) {
      for (const { answer, initMs } of cold.get(`${turned}/${target}`) ?? []) {
        expect(answer.first).toBe(true);
        expect(initMs).toBeGreaterThan(0);
      }
    }
    expect(cold.get(`everything/${target}`)).toHaveLength(COLD_TURNS);
    const delays = ROWS.filter(({ targets }) => targets.includes(target)).length * DELAY_MS;
    expect(rise(cold, 'everything', target, ({ durationMs }) => durationMs)).toBeGreaterThan(delays * 0.75);
    // Less than half of one delay: none of the seven is in it.
    expect(Math.abs(rise(cold, 'everything', target, ({ initMs = Number.NaN }) => initMs))).toBeLessThan(DELAY_MS);
  });
});
