import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { type Clock, type DeployEvent, type Leftover, NOTE_STATUS } from '../../harness/domain/ports.ts';
import type { RunId } from '../../harness/domain/run.ts';
import { hasFunction } from '../aws/function-look.ts';
import { logGroupNames } from '../aws/log-groups.ts';
import { isUnknownOperation, readServiceError } from '../aws/service-error.ts';
import { databaseIdentifier, logGroupName, NAME_PREFIX } from '../template/names.ts';
import { TAG_KEYS } from '../template/tags.ts';
import { databaseStatus } from './database-instance.ts';
import { NETWORK_TYPES, networkIds, ofRun } from './network-things.ts';
import type { DeployClients, DeployTimes } from './options.ts';
import { describeStack } from './stacks.ts';

/** What a verification works with. */
export interface Verification {
  readonly clients: DeployClients;
  readonly clock: Clock;
  readonly times: Pick<DeployTimes, 'interfacePollMs'>;
  readonly onEvent: (event: DeployEvent) => void;
}

/** How often it is looked before something counts as left: services go on showing for seconds what is deleted. */
const LOOKS = 4;

type Check = readonly [type: string, look: () => Promise<readonly Leftover[]>];

/**
 * Looks in every service for what still carries the run's tag or name. A check that is refused is itself left over, for
 * nothing is known then; one that the server does not have at all is told as a note (servers that only resemble AWS).
 */
export async function verifyEmpty(runId: RunId, work: Verification): Promise<readonly Leftover[]> {
  const unknown = new Set<string>();
  let left: readonly Leftover[] = [];
  for (let look = 1; look <= LOOKS; look++) {
    left = (await Promise.all(checksOf(runId, work.clients).map((check) => looked(check, unknown)))).flat();
    if (left.length === 0 || look === LOOKS) break;
    await work.clock.sleep(work.times.interfacePollMs);
  }
  if (unknown.size > 0) {
    const reason = `not looked for, because this server has no such call: ${[...unknown].join(', ')}`;
    work.onEvent({ stack: `${NAME_PREFIX}${runId}`, status: NOTE_STATUS, reason });
  }
  return left;
}

async function looked([type, look]: Check, unknown: Set<string>): Promise<readonly Leftover[]> {
  try {
    return await look();
  } catch (thrown) {
    const error = readServiceError(thrown);
    if (!isUnknownOperation(error)) return [{ kind: type, id: 'not verified', why: `cannot be told: ${error.name}: ${error.message}` }];
    unknown.add(type);
    return [];
  }
}

function checksOf(runId: RunId, clients: DeployClients): readonly Check[] {
  const still = (kind: string, ids: readonly string[], why: string): readonly Leftover[] => ids.map((id) => ({ kind, id, why }));
  return [
    ...NETWORK_TYPES.map(
      (type): Check => [
        type,
        async () => still(type, await networkIds(clients.ec2, type, ofRun(runId)), `still carries the tag ${TAG_KEYS.run}`),
      ],
    ),
    [
      'AWS::RDS::DBInstance',
      async () => {
        const status = await databaseStatus(clients.rds, runId);
        return status === undefined ? [] : still('AWS::RDS::DBInstance', [databaseIdentifier(runId)], `its status is ${status}`);
      },
    ],
    [
      'AWS::Logs::LogGroup',
      async () =>
        still('AWS::Logs::LogGroup', await logGroupNames(clients.logs, logGroupName(`${NAME_PREFIX}${runId}-`)), 'is still there'),
    ],
    ['tagged resources', () => taggedStill(runId, clients)],
  ];
}

/** The tagging service goes on listing what is gone: each is asked for where it lives, and EC2 and RDS were asked above. */
async function taggedStill(runId: RunId, clients: DeployClients): Promise<readonly Leftover[]> {
  const { ResourceTagMappingList = [] } = await clients.tagging.send(
    new GetResourcesCommand({ TagFilters: [{ Key: TAG_KEYS.run, Values: [runId] }] }),
  );
  const arns = ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []);
  const confirmed = await Promise.all(arns.map(async (arn) => ((await isThere(arn, clients)) ? [arn] : [])));
  return confirmed
    .flat()
    .map((arn) => ({ kind: `tagged in ${arn.split(':')[2] ?? 'a service'}`, id: arn, why: `still carries the tag ${TAG_KEYS.run}` }));
}

async function isThere(arn: string, clients: DeployClients): Promise<boolean> {
  const [, , service, , , ...rest] = arn.split(':');
  switch (service) {
    case 'ec2':
    case 'rds':
    case 'logs':
      return false;
    case 's3':
      return hasBucket(clients.s3, rest.join(':'));
    case 'lambda':
      return hasFunction(clients.lambda, arn);
    case 'cloudformation': {
      const stack = await describeStack(clients.cloudFormation, arn);
      return stack !== undefined && stack.status !== 'DELETE_COMPLETE';
    }
    default:
      return true;
  }
}

/** Whether the bucket is there. Throws what S3 says but "no such bucket". */
export async function hasBucket(s3: DeployClients['s3'], bucket: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (thrown) {
    if (readServiceError(thrown).status === 404) return false;
    throw thrown;
  }
}
