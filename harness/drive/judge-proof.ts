import { formatArm, originalOf } from '../domain/arm.ts';
import type { Deployment } from '../domain/deployment.ts';
import { expectedPath } from '../domain/path.ts';
import type { Plan } from '../domain/plan.ts';
import type { Observation } from './observation.ts';
import { provePath } from './path-proof.ts';

/** A path other than the scenario's own: no figures may come of such a run. */
export interface WrongPath {
  readonly arm: string;
  readonly expected: string;
  readonly seen: string;
}

/** An observation with what its proof says of the path. */
export interface JudgedProof {
  readonly observation: Observation;
  /** The path is the scenario's own. */
  readonly proven: boolean;
  readonly wrongPath?: WrongPath;
}

/** Judges the proof of an `open` call; what has none is neither proven nor wrong. */
export function judgeProof(plan: Plan, deployment: Deployment, observation: Observation): JudgedProof {
  const { answer, sample } = observation;
  if (answer?.proof === undefined) return { observation, proven: false };
  const proven = provePath(sample.call, answer.proof, deployment.pathFacts);
  if (proven === undefined) return { observation, proven: false };
  const scenario = plan.scenarios.find(({ name }) => name === originalOf(sample.call.scenario));
  const expected = scenario === undefined ? undefined : expectedPath(scenario, sample.call.target);
  const agrees = expected === undefined || proven.path === expected;
  const seenAddress = 'seenAddress' in answer.proof ? { seenAddress: answer.proof.seenAddress } : {};
  return {
    observation: { ...observation, sample: { ...sample, provenPath: proven.path, ...seenAddress } },
    proven: agrees,
    ...(agrees
      ? {}
      : { wrongPath: { arm: formatArm(sample.call), expected: expected ?? 'none', seen: `${proven.path} (${proven.seen})` } }),
  };
}
