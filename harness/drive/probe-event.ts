import type { DeployedTargets } from '../domain/deployment.ts';
import { PROBE_WIRE_VERSION, type ProbeEvent, type ProbeTarget } from '../domain/probe-wire.ts';
import type { Call } from '../domain/sample.ts';
import type { Target } from '../domain/target.ts';

function probeTarget(target: Target, targets: DeployedTargets): ProbeTarget {
  switch (target) {
    case 'internet':
      return { kind: 'internet', url: targets.internetUrl, echoUrl: targets.echoUrl };
    case 's3': {
      const { region, bucket, key, proofKeys } = targets;
      return { kind: 's3', region, bucket, key, proofKeys };
    }
    case 'rds': {
      if (targets.rds === undefined) throw new Error('a call for RDS was planned, but no database was deployed');
      const { password, ...rest } = targets.rds;
      return { kind: 'rds', ...rest, password: password.reveal() };
    }
  }
}

const utf8 = new TextEncoder();

/** The event of one call, encoded before the clock starts. The password leaves only here. */
export function encodeProbeEvent(call: Call, targets: DeployedTargets, phaseTimeoutMs: number): Uint8Array {
  const event: ProbeEvent = {
    version: PROBE_WIRE_VERSION,
    callId: call.callId,
    connection: call.connection,
    keep: call.purpose === 'open',
    prove: call.purpose === 'open',
    phaseTimeoutMs,
    target: probeTarget(call.target, targets),
  };
  return utf8.encode(JSON.stringify(event));
}
