import { type Arm, formatArm } from '../domain/arm.ts';
import type { DeployedTargets } from '../domain/deployment.ts';
import { PROBE_WIRE_VERSION, type ProbeEvent, type ProbeTarget } from '../domain/probe-wire.ts';
import type { Call } from '../domain/sample.ts';

function probeTarget({ scenario, target }: Arm, targets: DeployedTargets): ProbeTarget {
  switch (target) {
    case 'internet':
      return { kind: 'internet', url: targets.internetUrl, echoUrl: targets.echoUrl };
    case 's3': {
      const { region, bucket, key, proofKeys } = targets;
      const endpointName = targets.s3EndpointNames[scenario];
      return { kind: 's3', region, bucket, key, ...(endpointName === undefined ? {} : { endpointName }), proofKeys };
    }
    case 'rds': {
      if (targets.rds === undefined) throw new Error('a call for RDS was planned, but no database was deployed');
      const { password, ...rest } = targets.rds;
      return { kind: 'rds', ...rest, password: password.reveal() };
    }
  }
}

const utf8 = new TextEncoder();

/** Encodes the event of a call. */
export type EncodeProbeEvent = (call: Call) => Uint8Array;

/**
 * An encoder for one deployment's targets, to be used before the clock of a call starts. The password leaves only here. A target is the same
 * for all calls of its arm, and the longest part of their events (a CA certificate is in it): its text is made once.
 */
export function newProbeEventEncoder(targets: DeployedTargets, phaseTimeoutMs: number): EncodeProbeEvent {
  const textOf = new Map<string, string>();
  const targetText = (arm: Arm): string => {
    const key = formatArm(arm);
    const known = textOf.get(key) ?? JSON.stringify(probeTarget(arm, targets));
    textOf.set(key, known);
    return known;
  };
  return (call) => {
    const { callId, connection, purpose } = call;
    const opens = purpose === 'open';
    const head: Omit<ProbeEvent, 'target'> = { version: PROBE_WIRE_VERSION, callId, connection, keep: opens, prove: opens, phaseTimeoutMs };
    return utf8.encode(`${JSON.stringify(head).slice(0, -1)},"target":${targetText(call)}}`);
  };
}
