import type { Account } from './account/identity.ts';
import { newSchedules, type Schedules } from './account/schedules.ts';
import { newCloudFormationService } from './api/cloudformation.ts';
import { newEc2Service } from './api/ec2/service.ts';
import { newIamService } from './api/iam.ts';
import type { WireService } from './api/protocol/wire.ts';
import { labQuotas, newQuotasService } from './api/quotas.ts';
import { newRdsService } from './api/rds.ts';
import { newSchedulerService } from './api/scheduler/service.ts';
import { newTaggingService } from './api/tagging.ts';
import type { Authority } from './authorization/authority.ts';
import type { Databases } from './realise/db-realisers.ts';
import type { Ec2Realisers } from './realise/ec2.ts';
import type { FabricContext } from './realise/network/context.ts';
import type { Runtime } from './runtime/start.ts';
import type { StackClock } from './stack/clock.ts';
import type { StackService } from './stack/service.ts';
import { type TaggedParts, taggedResources } from './tagged-resources.ts';

/** The account's schedules. `stacks` is asked when one's time has come: by then the engine is there. */
export function startSchedules(
  account: Account,
  runtime: Pick<Runtime, 'roles'>,
  clock: StackClock,
  scaled: (milliseconds: number) => number,
  stacks: () => StackService,
  onFault: (error: unknown) => void,
): Schedules {
  return newSchedules({
    account,
    clock,
    scaled,
    keyOf: (roleArn) => runtime.roles.assumable(roleArn, 'scheduler.amazonaws.com'),
    call: async ({ stackName }, caller) => {
      const body = Buffer.from(new URLSearchParams({ Action: 'DeleteStack', StackName: stackName }).toString());
      await newCloudFormationService(stacks())({ method: 'POST', path: '/', query: '', headers: {}, body, caller, requestId: 'scheduler' });
    },
    onFault,
  });
}

/** What the services of this file work on. */
export interface AccountParts extends TaggedParts {
  readonly context: FabricContext;
  readonly ec2: Ec2Realisers;
  readonly runtime: Runtime;
  readonly schedules: Schedules;
  readonly databases: Databases;
  readonly zoneOf: (subnetId: string) => string | undefined;
  readonly authority: Pick<Authority, 'judge'>;
  readonly onFault: (error: unknown) => void;
}

/** The services that look at the account and take it apart, by signing name. */
export function newAccountServices(parts: AccountParts): Readonly<Record<string, WireService>> {
  const { account, context, ec2, runtime, schedules, authority } = parts;
  const { roles, roleRealiser } = runtime;
  return {
    ec2: newEc2Service({ account, context }, ec2),
    rds: newRdsService(parts),
    iam: newIamService({
      roles,
      roleRealiser,
      judge: (principalArn, action, resource) => authority.judge(principalArn, { action, resource, context: {} }),
    }),
    servicequotas: newQuotasService(account, labQuotas(runtime.functions.account().concurrency)),
    tagging: newTaggingService(() => taggedResources(parts)),
    scheduler: newSchedulerService(schedules),
  };
}
