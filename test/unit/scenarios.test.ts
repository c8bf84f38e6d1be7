import { expect, test } from 'vitest';
import { defineScenario } from '../../harness/domain/scenario.ts';
import { findScenario, SCENARIOS } from '../../scenarios/index.ts';

test('the shipped scenarios are found by name, default first', () => {
  expect(SCENARIOS.map(({ name }) => name)).toEqual(['default', 'vpc-nat', 'vpc-endpoints', 'vpc-endpoints-interface']);
  for (const scenario of SCENARIOS) expect(findScenario(scenario.name)).toBe(scenario);
  expect(findScenario('vpc-net')).toBeUndefined();
});

test.each([
  ['default', { internet: 'reachable', s3: 'reachable', rds: 'blocked' }],
  ['vpc-nat', { internet: 'reachable', s3: 'reachable', rds: 'reachable' }],
  ['vpc-endpoints', { internet: 'blocked', s3: 'reachable', rds: 'reachable' }],
  ['vpc-endpoints-interface', { internet: 'blocked', s3: 'reachable', rds: 'reachable' }],
])('%s reaches what AWS lets it reach', (name, expected) => {
  expect(findScenario(name)?.expected).toEqual(expected);
});

test('the default set is the three without a standing price of their own kind: the fourth is asked for by name', () => {
  const byDefault = SCENARIOS.filter(({ onRequest }) => onRequest !== true).map(({ name }) => name);
  expect(byDefault).toEqual(['default', 'vpc-nat', 'vpc-endpoints']);
});

test.each(['VPC', '-nat', 'nat_gateway', '', 'a'.repeat(25)])('"%s" is no name for a scenario', (name) => {
  const [first] = SCENARIOS;
  expect(() => first && defineScenario({ ...first, name })).toThrow(RangeError);
});
