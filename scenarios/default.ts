import { defineScenario } from '../harness/domain/scenario.ts';

/** No VPC: the function runs in AWS's own network, reaches public addresses, and no private one. */
export const defaultMode = defineScenario({
  name: 'default',
  summary: 'no VPC: out through the network of AWS itself, no way to private addresses',
  network: { kind: 'default' },
  expected: { internet: 'reachable', s3: 'reachable', rds: 'blocked' },
});
