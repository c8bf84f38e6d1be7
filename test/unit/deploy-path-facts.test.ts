import { expect, test } from 'vitest';
import { newPlan } from '../../harness/plan/plan.ts';
import { s3EndpointNamesOf } from '../../infra/deploy/path-facts.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

const NAME = 'vpce-1-2.s3.eu-west-1.vpce.amazonaws.com';
const OPTIONS = { backend: 'lab', targets: ['s3'], rounds: 1, warm: 1, seed: 's', reference: false } as const;

test.each([
  [
    ['vpc-endpoints-interface'],
    { 'vpc-endpoints-interface': NAME, 'vpc-endpoints-interface~twin': NAME },
    'a twin goes where its original does',
  ],
  [['vpc-endpoints', 'vpc-endpoints-interface'], { 'vpc-endpoints-interface': NAME }, 'the gateway endpoint has no name'],
  [['vpc-nat'], {}, 'nobody asks for one'],
])('%j: %j (%s)', (scenarios, names, _reason) => {
  const plan = newPlan({ ...OPTIONS, scenarios }, SCENARIOS);
  expect(s3EndpointNamesOf(plan, { s3EndpointName: NAME })).toEqual(names);
});

test('without an endpoint there is no name to tell', () => {
  const plan = newPlan({ ...OPTIONS, scenarios: ['vpc-endpoints-interface'] }, SCENARIOS);
  expect(s3EndpointNamesOf(plan, {})).toEqual({});
});
