import { createHash } from 'node:crypto';

/** The runtimes that a function may ask for. All run with the Node that runs the lab, and `runtimeVersion` says which. */
export const RUNTIMES = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'] as const;

/** `nodejs:<version>.lab`, as INIT_START prints it: no AWS runtime has such a name. */
export function runtimeVersion(nodeVersion: string): string {
  return `nodejs:${nodeVersion}.lab`;
}

/** ARN of the runtime version; equal for equal Node versions, as AWS's is for equal runtimes. */
export function runtimeVersionArn(region: string, nodeVersion: string): string {
  return `arn:aws:lambda:${region}::runtime:${createHash('sha256').update(nodeVersion).digest('hex')}`;
}
