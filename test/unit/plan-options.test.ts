import { describe, expect, it } from 'vitest';
import { nearestName, type PlanOptionTexts, parsePlanOptions } from '../../harness/plan/options.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

const NAMES = ['default', 'vpc-nat', 'vpc-endpoints'];

const REFUSED: readonly (readonly [PlanOptionTexts, string, string])[] = [
  [{ scenario: ['vpc-nta'] }, 'Did you mean "vpc-nat"?', 'a slip suggests the nearest name'],
  [{ scenario: ['zzzzzzzz'] }, 'Known: default, vpc-nat, vpc-endpoints', 'far from any name lists all'],
  [{ targets: 's4' }, 'Did you mean "s3"?', 'targets suggest as well'],
  [{ targets: '' }, 'unknown target ""', 'an empty list is not all'],
  [{ rounds: '0' }, 'from 1 to 999, got "0"', 'no rounds would be no run'],
  [{ rounds: '-3' }, 'got "-3"', 'a negative number is no count'],
  [{ rounds: '1e3' }, 'got "1e3"', 'only digits'],
  [{ warm: '1.5' }, 'got "1.5"', 'half a call cannot be made'],
  [{ seed: 'a b' }, 'printable ASCII', 'the seed goes into a command line'],
  [{ backend: 'azure' }, 'unknown backend "azure"', 'a closed list'],
];

describe('parsePlanOptions', () => {
  it.each(REFUSED)('refuses %j with "%s": %s', (texts, message) => {
    const parsed = parsePlanOptions(texts, NAMES, 'fresh');
    expect(parsed.kind).toBe('problems');
    expect(parsed.kind === 'problems' && parsed.problems.map((problem) => problem.message).join('\n')).toContain(message);
  });

  it('names all problems at once', () => {
    const parsed = parsePlanOptions({ scenario: ['a', 'b'], rounds: 'x', targets: 'y' }, NAMES, 'fresh');
    expect(parsed.kind === 'problems' && parsed.problems.length).toBe(4);
  });

  it('takes the defaults of the place', () => {
    expect(parsePlanOptions({}, NAMES, 'fresh')).toEqual({
      kind: 'options',
      options: { backend: 'lab', scenarios: [], targets: ['internet', 's3', 'rds'], rounds: 16, warm: 10, seed: 'fresh', reference: true },
    });
    const aws = parsePlanOptions({ backend: 'aws' }, NAMES, 'fresh');
    expect(aws.kind === 'options' && aws.options.rounds).toBe(40);
  });
});

describe('newPlan', () => {
  const base = { backend: 'lab', targets: ['internet', 's3', 'rds'], rounds: 1, warm: 1, seed: 's' } as const;

  it('measures a scenario beside its reference and twins', () => {
    const plan = newPlan({ ...base, scenarios: ['vpc-nat'], reference: true }, SCENARIOS);
    expect(plan.arms.map(({ scenario, target, expected }) => `${scenario}/${target} ${expected}`)).toEqual([
      'default/internet reachable',
      'default/s3 reachable',
      'default/rds blocked',
      'vpc-nat/internet reachable',
      'vpc-nat/s3 reachable',
      'vpc-nat/rds reachable',
      'default~twin/internet reachable',
      'default~twin/s3 reachable',
      'vpc-nat~twin/rds reachable',
    ]);
  });

  it.each([
    [[], ['default', 'vpc-nat', 'vpc-endpoints'], 'the default set leaves out what is measured on request'],
    [['vpc-endpoints-interface'], ['default', 'vpc-endpoints-interface'], 'which is there when it is named'],
  ])('scenarios %j: %j (%s)', (scenarios, chosen, _reason) => {
    const plan = newPlan({ ...base, scenarios, reference: true }, SCENARIOS);
    expect(plan.scenarios.map(({ name }) => name)).toEqual(chosen);
  });

  it('drops the reference when asked to; the twin then copies what is there', () => {
    const plan = newPlan({ ...base, scenarios: ['vpc-endpoints'], reference: false }, SCENARIOS);
    expect(plan.reference).toBeUndefined();
    expect(plan.arms.map(({ scenario, target }) => `${scenario}/${target}`)).toEqual([
      'vpc-endpoints/internet',
      'vpc-endpoints/s3',
      'vpc-endpoints/rds',
      'vpc-endpoints~twin/s3',
      'vpc-endpoints~twin/rds',
    ]);
  });
});

describe('nearestName', () => {
  it.each([
    ['vpc-ant', 'vpc-nat'],
    ['defualt', 'default'],
    ['vpc-endpoint', 'vpc-endpoints'],
  ])('%s → %s', (given, expected) => expect(nearestName(given, NAMES)).toBe(expected));
});
