import { IAMClient } from '@aws-sdk/client-iam';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { unreservedConcurrency } from '../aws/account-settings.ts';
import { type ClientOptions, controlPlane } from '../aws/client-options.ts';
import { newControlClient } from '../aws/cold-forcer.ts';
import { type FoundRun, findRuns } from './find-runs.ts';
import { type DeployClients, newDeployClients } from './options.ts';
import { type PermissionVerdict, type Principal, principalOf, simulatePermissions } from './permission-looks.ts';
import { type QuotaClients, type QuotaUse, RUN_QUOTAS, type RunQuota, useOfQuota } from './quota-looks.ts';
import { zonesOfDatabase, zonesOfRegion } from './region-looks.ts';
import { REQUIRED_ACTIONS, type RequiredAction } from './required-actions.ts';
import type { ArnPlace } from './resource-arns.ts';
import { askAccount, type Told } from './told.ts';

/** The services that an inspection asks. */
export interface InspectionClients extends QuotaClients, Pick<DeployClients, 'cloudFormation' | 'tagging'> {
  readonly iam: Pick<IAMClient, 'send'>;
  readonly lambda: Parameters<typeof unreservedConcurrency>[0];
}

/** Clients for one place. */
export function newInspectionClients(place: ClientOptions): InspectionClients {
  const { ec2, rds, cloudFormation, tagging } = newDeployClients(place);
  const configuration = controlPlane(place);
  const [iam, quotas] = [new IAMClient(configuration), new ServiceQuotasClient(configuration)];
  return { ec2, rds, cloudFormation, tagging, iam, quotas, lambda: newControlClient(place) };
}

/** What an account said about itself. Nothing was changed. */
export interface Inspection {
  readonly zones: Told<readonly string[]>;
  readonly databaseZones: Told<readonly string[]>;
  readonly concurrency: Told<number>;
  readonly quotas: readonly { readonly quota: RunQuota; readonly use: Told<QuotaUse> }[];
  readonly principal: Principal;
  /** Absent for a principal whose policies nobody can be asked about. */
  readonly permissions?: Told<readonly PermissionVerdict[]>;
  readonly runs: Told<readonly FoundRun[]>;
}

/** Asks everything that can be asked without changing anything. Refusals are answers; throws only what no service said. */
export async function inspectAccount(clients: InspectionClients, callerArn: string, region: string): Promise<Inspection> {
  const principal = await principalOf(clients.iam, callerArn);
  const zones = await zonesOfRegion(clients.ec2);
  const firstZone = (zones.kind === 'told' ? zones.value[0] : undefined) ?? `${region}a`;
  const [databaseZones, concurrency, quotas, permissions, runs] = await Promise.all([
    zonesOfDatabase(clients.rds),
    askAccount(['lambda:GetAccountSettings'], () => unreservedConcurrency(clients.lambda)),
    Promise.all(RUN_QUOTAS.map(async (quota) => ({ quota, use: await useOfQuota(clients, quota, firstZone) }))),
    'arn' in principal ? simulatePermissions(clients.iam, arnPlaceOf(principal.arn, region), requiredOf(principal)) : undefined,
    askAccount(['cloudformation:DescribeStacks', 'tag:GetResources'], () => findRuns(clients)),
  ]);
  const known = { zones, databaseZones, concurrency, quotas, principal, runs };
  return permissions === undefined ? known : { ...known, permissions };
}

/** Only a session's role has to be looked up. */
function requiredOf({ kind }: Principal): readonly RequiredAction[] {
  return kind === 'role' ? REQUIRED_ACTIONS : REQUIRED_ACTIONS.filter(({ action }) => action !== 'iam:GetRole');
}

function arnPlaceOf(principal: string, region: string): ArnPlace {
  const [, partition = 'aws', , , accountId = ''] = principal.split(':');
  return { partition, region, accountId, principal };
}
