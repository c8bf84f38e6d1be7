import type { Arm } from '../domain/arm.ts';
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

/** The event of one call, encoded before the clock starts. The password leaves only here. */
export function encodeProbeEvent(call: Call, targets: DeployedTargets, phaseTimeoutMs: number): Uint8Array {
  const event: ProbeEvent = {
    version: PROBE_WIRE_VERSION,
    callId: call.callId,
    connection: call.connection,
    keep: call.purpose === 'open',
    prove: call.purpose === 'open',
    phaseTimeoutMs,
    target: probeTarget(call, targets),
  };
  return utf8.encode(JSON.stringify(event));
}
