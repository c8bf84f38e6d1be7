import { describe, expect, it } from 'vitest';
import type { Check, CheckId, CheckVerdict } from '../../harness/analyse/check.ts';
import { CHECK_IDS } from '../../harness/analyse/check.ts';
import type { ProbeAnswer, ProbeEvent } from '../../harness/domain/probe-wire.ts';
import type { Call } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { trustLine } from '../../reports/checks.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import type { FakeBehaviour } from '../support/fake-place.ts';
import { newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const RUN = { ...SMALL_RUN, targets: ['s3'], rounds: 8, warm: 3 } as const;
const calls = newPlan(RUN, SCENARIOS).schedule.flatMap((round) => round.calls);
/** What the plan says of a call; a repeated one is named `r001-0002-1`. */
const planned = ({ callId }: Pick<ProbeEvent, 'callId'>): Call | undefined => calls.find((call) => callId.startsWith(call.callId));

/** The ordinary answer, with a target that takes so much longer. */
function slower(ordinary: ProbeAnswer, ns: number): ProbeAnswer {
  const { result } = ordinary;
  if (result.kind !== 'ok') return ordinary;
  const phases = { ...result.phases, ttfb: (result.phases.ttfb ?? 0) + ns };
  return { ...ordinary, result: { ...result, phases, totalNs: result.totalNs + ns } };
}

const isNat = (event: ProbeEvent): boolean => planned(event)?.scenario === 'vpc-nat';

/** Warm calls that come in the first third of what their cell has in the round: three of each kind. */
function isEarly(event: ProbeEvent): boolean {
  const call = planned(event);
  if (call?.purpose !== 'measure') return false;
  const same = calls.filter(
    (other) =>
      other.purpose === 'measure' && other.round === call.round && other.scenario === call.scenario && other.connection === call.connection,
  );
  return same[0]?.callId === call.callId;
}

const BEHAVIOURS: readonly (readonly [CheckId, CheckVerdict, FakeBehaviour, RegExp, string])[] = [
  [
    'drift',
    'warn',
    { answer: (event, ordinary) => slower(ordinary, (planned(event)?.round ?? 0) * 500_000) },
    /rise or fall/,
    'it slows down',
  ],
  [
    'warm-up',
    'warn',
    { answer: (event, ordinary) => slower(ordinary, isEarly(event) ? 2_000_000 : 0) },
    /not stationary after 2/,
    'slow first',
  ],
  [
    'cold starts',
    'fail',
    { answer: (event, ordinary) => (ordinary.first && isNat(event) ? { ...ordinary, initGapNs: 200_000_000 } : ordinary) },
    /often not proven cold/,
    'one scenario is initialised ahead',
  ],
  [
    'age',
    'warn',
    { updatedEarlierBy: (name) => (name === 'fn-vpc-nat-s3' ? 900_000_000 : 0) },
    /1 of 2 compared pairs/,
    'one is updated first',
  ],
  [
    'zones',
    'warn',
    {
      answer: (event, ordinary) =>
        event.prove && isNat(event) ? { ...ordinary, azId: `euc1-az${(planned(event)?.round ?? 0) % 2}` } : ordinary,
    },
    /stood in several zones/,
    'subnets of two zones',
  ],
  ['reports', 'fail', { report: (event, line) => (event.connection === 'reused' ? undefined : line) }, /never arrived/, 'logs are late'],
  [
    'billing',
    'warn',
    { report: (_, line) => line.replace('Billed Duration: 3 ms', 'Billed Duration: 40 ms') },
    /billed for more than their duration/,
    'an init may be hidden',
  ],
  ['billing', 'fail', { report: (_, line) => line.replace('Billed Duration: 3 ms', 'Billed Duration: 2 ms') }, /no rule gives/, 'misread'],
  ['driver', 'warn', {}, /was disturbed/, 'the fake clock jumps over cold calls'],
  [
    'residue',
    'warn',
    { report: (event, line) => (isNat(event) ? line.replace('1769 MB', '128 MB') : line) },
    /differ in more than their network/,
    'another memory size',
  ],
  [
    'lost calls',
    'fail',
    {
      answer: (event, ordinary) => {
        if (!isNat(event) || !ordinary.first) return ordinary;
        const result = { kind: 'error', class: 'timeout', phase: 'connect', message: 'no', phases: {}, elapsedNs: 1 } as const;
        return { ...ordinary, result };
      },
    },
    /planned calls were never asked/,
    'rounds are given up',
  ],
];

function checkOf(checks: readonly Check[], id: CheckId): Check {
  const found = checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`${id} is not among the checks`);
  return found;
}

describe('a whole run', () => {
  it('without anything odd passes all checks but the one of its jumping clock', async () => {
    const run = await newFakeRun(RUN);
    try {
      const verdicts = run.analysis.checks.map(({ id, verdict }) => [id, verdict]);
      expect(verdicts).toEqual(CHECK_IDS.map((id) => [id, id === 'driver' ? 'warn' : 'pass']));
      expect(trustLine(run.analysis)).toBe('Trust  10 checks: 9 pass; 1 warn: driver');
    } finally {
      run.remove();
    }
  });

  it.each(BEHAVIOURS)('%s: %s', async (id, verdict, behaviour, text, _why) => {
    const run = await newFakeRun(RUN, behaviour);
    try {
      const check = checkOf(run.analysis.checks, id);
      expect([check.verdict, check.text]).toEqual([verdict, expect.stringMatching(text)]);
      expect(check.figures.length).toBeGreaterThan(0);
      expect(run.read('report.md')).toMatch(new RegExp(`^- [!✗] \\*\\*${id}\\*\\* ${verdict}: `, 'm'));
      expect(trustLine(run.analysis)).toMatch(new RegExp(`${verdict}: ([\\w ,-]*, )?${id}`));
    } finally {
      run.remove();
    }
  });

  it('names what differs, and shows it as text', async () => {
    const address = '<b>|`x`\u202e\n# ';
    const run = await newFakeRun(RUN, {
      answer: (event, ordinary) =>
        isNat(event) && ordinary.result.kind === 'ok' ? { ...ordinary, result: { ...ordinary.result, remoteAddress: address } } : ordinary,
    });
    try {
      const { details = [] } = checkOf(run.analysis.checks, 'residue');
      expect(details).toEqual([`s3, remote address: vpc-nat has ${address}; default has 198.51.100.1`]);
      const line = run
        .read('report.md')
        .split('\n')
        .find((text) => text.includes('**residue**'));
      expect(line).toContain('vpc-nat has \\<b\\>\\|\\`x\\`??\\# ; default has 198.51.100.1');
    } finally {
      run.remove();
    }
  });
});

describe('a run without samples', () => {
  it('passes nothing: there is nothing to look at', () => {
    expect(newReportedRun().checks.map(({ verdict }) => verdict)).toEqual(CHECK_IDS.map(() => 'no data'));
  });
});

describe('residue', () => {
  const sides = (own: readonly string[], other: readonly string[]) =>
    [own.map((value) => ['vpc-nat', value] as const), other.map((value) => ['default', value] as const)].flat();
  it.each<[readonly string[], readonly string[], CheckVerdict, CheckVerdict, string]>([
    [['a'], ['a'], 'pass', 'pass', 'the same'],
    [['a'], ['b'], 'warn', 'warn', 'nothing in common'],
    [['a', 'b'], ['b'], 'warn', 'pass', 'a name may have several addresses; a function has one runtime'],
    [['a'], [], 'no data', 'no data', 'one side does not say'],
  ])('of %j against %j: runtime %s, address %s: %s', (own, other, ofRuntime, ofAddress) => {
    const run = (sample: (value: string) => object) =>
      newReportedRun({
        samples: sides(own, other).map(([scenario, value]) => newReportedSample({ call: { scenario }, ...sample(value) })),
      });
    const runtime = run((runtimeVersionArn) => ({ report: { runtimeVersionArn } }));
    const address = run((remoteAddress) => ({ remoteAddress }));
    expect([runtime, address].map(({ checks }) => checkOf(checks, 'residue').verdict)).toEqual([ofRuntime, ofAddress]);
  });
});

describe('zones', () => {
  const sample = (scenario: string, azId: string | undefined, round: number, fnTotal = 1_000_000) =>
    newReportedSample({
      call: { scenario, round },
      environmentId: `${scenario}-${round}`,
      fnTotal,
      ...(azId === undefined ? {} : { azId }),
    });
  const zonesOf = (...samples: readonly ReturnType<typeof sample>[]) => checkOf(newReportedRun({ samples }).checks, 'zones');

  it('split what default mode measured by the zone of the VPC scenarios and another one', () => {
    const vpc = [1, 2].map((round) => sample('vpc-nat', 'euc1-az1', round));
    const same = [1, 2, 3].map((round) => sample('default', 'euc1-az1', round, 1_000_000));
    const other = [4, 5].map((round) => sample('default', 'euc1-az2', round, 3_000_000));
    const check = zonesOf(...vpc, ...same, ...other, sample('default', undefined, 6, 9_000_000));
    expect(check).toMatchObject({ verdict: 'pass', text: expect.stringContaining('in another too') });
    expect(check.details).toEqual(['VPC scenarios: euc1-az1; default mode: euc1-az1, euc1-az2']);
    expect(check.figures.map(({ name, value }) => [name, value])).toEqual([
      ['environments in the zone of the VPC scenarios', 3],
      ['environments in another zone', 2],
      ['warm new p50 (fn_total) in the same zone', 1_000_000],
      ['warm new p50 (fn_total) in another zone', 3_000_000],
    ]);
  });

  it.each<[string, (string | undefined)[], (string | undefined)[], CheckVerdict]>([
    ['all in one', ['a'], ['a'], 'pass'],
    ['default elsewhere', ['a'], ['b'], 'pass'],
    ['two of ours', ['a', 'b'], ['a'], 'warn'],
    ['ours not told', [undefined], ['a'], 'no data'],
    ['default not told', ['a'], [undefined], 'no data'],
  ])('%s: %j against %j is %s', (_, vpc, own, verdict) => {
    const all = [...vpc.map((zone, i) => sample('vpc-nat', zone, i + 1)), ...own.map((zone, i) => sample('default', zone, i + 1))];
    expect(zonesOf(...all).verdict).toBe(verdict);
  });
});
