import { DescribeAddressesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { readServiceError } from '../aws/service-error.ts';
import type { DeployClients } from './options.ts';
import { natGatewaysIn } from './region-looks.ts';
import { askAccount, type Told } from './told.ts';

/** Pages that are read at most: 100 things each. */
const PAGES = 50;

/** What asking for quotas needs. */
export interface QuotaClients extends Pick<DeployClients, 'ec2' | 'rds'> {
  readonly quotas: Pick<ServiceQuotasClient, 'send'>;
}

/** A quota that a run meets. Codes: Service Quotas, as in the links of the VPC and RDS User Guides ("Quotas"). */
export interface RunQuota {
  /** Of the template: so many of them a run makes. */
  readonly resourceType: string;
  readonly name: string;
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** IAM actions that counting needs. */
  readonly countActions: readonly string[];
  /** How many there are. `zone`: the one that a run begins with. Rejects with what the service refuses. */
  readonly count: (clients: QuotaClients, zone: string) => Promise<number>;
}

export const RUN_QUOTAS: readonly RunQuota[] = [
  {
    resourceType: 'AWS::EC2::VPC',
    ...{ name: 'VPCs', serviceCode: 'vpc', quotaCode: 'L-F678F1CE', countActions: ['ec2:DescribeVpcs'] },
    count: async ({ ec2 }) => (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length ?? 0,
  },
  {
    resourceType: 'AWS::EC2::EIP',
    ...{ name: 'Elastic IP addresses', serviceCode: 'ec2', quotaCode: 'L-0263D0A3', countActions: ['ec2:DescribeAddresses'] },
    count: async ({ ec2 }) => (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0,
  },
  {
    resourceType: 'AWS::EC2::NatGateway',
    ...{ name: 'NAT gateways in a zone', serviceCode: 'vpc', quotaCode: 'L-FE5A380F' },
    countActions: ['ec2:DescribeNatGateways', 'ec2:DescribeSubnets'],
    count: ({ ec2 }, zone) => natGatewaysIn(ec2, zone),
  },
  {
    resourceType: 'AWS::RDS::DBInstance',
    ...{ name: 'DB instances', serviceCode: 'rds', quotaCode: 'L-7B6409FD', countActions: ['rds:DescribeDBInstances'] },
    count: ({ rds }) => countDatabases(rds),
  },
];

async function countDatabases(rds: DeployClients['rds']): Promise<number> {
  let [count, marker] = [0, undefined as string | undefined];
  for (let page = 0; page < PAGES; page++) {
    const { DBInstances = [], Marker } = await rds.send(new DescribeDBInstancesCommand(marker ? { Marker: marker } : {}));
    count += DBInstances.length;
    marker = Marker;
    if (!marker) break;
  }
  return count;
}

/** A quota's value, and how much of it is taken. */
export interface QuotaUse {
  readonly limit: number;
  readonly used: number;
}

/** Asks for a quota and counts what is there. */
export async function useOfQuota(clients: QuotaClients, quota: RunQuota, zone: string): Promise<Told<QuotaUse>> {
  const [limit, used] = await Promise.all([
    askAccount(['servicequotas:GetServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota'], () => limitOf(clients.quotas, quota)),
    askAccount(quota.countActions, () => quota.count(clients, zone)),
  ]);
  if (limit.kind !== 'told') return limit;
  return used.kind === 'told' ? { kind: 'told', value: { limit: limit.value, used: used.value } } : used;
}

/** Service Quotas has a value of the account's own only for some; for the others there is the one that every account begins with. */
async function limitOf(client: QuotaClients['quotas'], { serviceCode, quotaCode }: RunQuota): Promise<number> {
  const asked = { ServiceCode: serviceCode, QuotaCode: quotaCode };
  const own = await client.send(new GetServiceQuotaCommand(asked)).catch((thrown: unknown) => {
    if (readServiceError(thrown).name === 'NoSuchResourceException') return undefined;
    throw thrown;
  });
  const { Quota } = own ?? (await client.send(new GetAWSDefaultServiceQuotaCommand(asked)));
  if (Quota?.Value === undefined) throw Object.assign(new Error('the answer names no value'), { $metadata: {} });
  return Quota.Value;
}
