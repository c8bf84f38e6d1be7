import { DeleteNetworkInterfaceCommand, DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock } from '../../harness/domain/ports.ts';
import { readServiceError } from '../aws/service-error.ts';
import type { NetworkClient } from './options.ts';

/** How the description of every interface begins that Lambda made; nothing else tells them apart once they are detached. */
const LAMBDA_DESCRIPTION = 'AWS Lambda VPC ENI';

export interface ReapBounds {
  readonly pollMs: number;
  readonly deadlineMs: number;
}

/** A network interface of Lambda's that is still there. */
export interface LambdaInterface {
  readonly id: string;
  readonly status: string;
}

/** All interfaces in the VPC that Lambda made: by VPC, for one interface serves several functions and is named after one of them. */
async function lambdaInterfaces(ec2: NetworkClient, vpcId: string): Promise<readonly LambdaInterface[]> {
  const output = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }));
  return (output.NetworkInterfaces ?? [])
    .filter(({ Description }) => Description?.startsWith(LAMBDA_DESCRIPTION))
    .map(({ NetworkInterfaceId = '', Status = '' }) => ({ id: NetworkInterfaceId, status: Status }));
}

/** Deletes those that are detached; returns what is still there. Throws what EC2 refuses, except that one is gone or in use again. */
export async function reapOnce(ec2: NetworkClient, vpcId: string): Promise<readonly LambdaInterface[]> {
  const left: LambdaInterface[] = [];
  for (const one of await lambdaInterfaces(ec2, vpcId)) {
    if (one.status !== 'available') left.push(one);
    else if (!(await isDeleted(ec2, one.id))) left.push(one);
  }
  return left;
}

/** Reaps until Lambda has nothing left in the VPC, `over` is aborted, or the deadline has come; returns what is still there. */
export async function reapUntilGone(
  ec2: NetworkClient,
  clock: Clock,
  vpcId: string,
  bounds: ReapBounds,
  over: AbortSignal,
): Promise<readonly LambdaInterface[]> {
  const startedAt = clock.now();
  for (;;) {
    const left = await reapOnce(ec2, vpcId);
    const isLate = toMilliseconds(clock.now() - startedAt) >= bounds.deadlineMs;
    if (left.length === 0 || over.aborted || isLate) return left;
    await clock.sleep(bounds.pollMs, over).catch(() => undefined);
  }
}

async function isDeleted(ec2: NetworkClient, id: string): Promise<boolean> {
  try {
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
    return true;
  } catch (thrown) {
    const { name } = readServiceError(thrown);
    if (name === 'InvalidNetworkInterfaceID.NotFound') return true;
    if (name === 'InvalidParameterValue' || name === 'InvalidNetworkInterface.InUse' || name === 'OperationNotPermitted') return false;
    throw thrown;
  }
}
