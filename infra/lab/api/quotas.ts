import type { Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatJsonAnswer, parseTarget } from './protocol/json.ts';
import { type Members, parseMembers } from './protocol/members.ts';
import type { WireService } from './protocol/wire.ts';
import { pageByToken } from './token-page.ts';

/** A quota of the account. */
export interface Quota {
  readonly serviceCode: string;
  readonly serviceName: string;
  readonly quotaCode: string;
  readonly quotaName: string;
  readonly value: number;
  /** The account has no value of its own: GetServiceQuota and ListServiceQuotas do not have it, the default does. */
  readonly isDefaultOnly?: true;
}

/**
 * AWS's default values of the quotas that a run meets, with the codes that Service Quotas has for them (they stand in the console's links of the
 * VPC User Guide, "Amazon VPC quotas", and in many public tools). Lambda's is the lab's own. "For some quotas, only the default values are available" (API reference, GetServiceQuota); which ones
 * is unverified: here that of NAT gateways.
 */
export function labQuotas(lambdaConcurrency: number): readonly Quota[] {
  const vpc = { serviceCode: 'vpc', serviceName: 'Amazon Virtual Private Cloud (Amazon VPC)' };
  const ec2 = { serviceCode: 'ec2', serviceName: 'Amazon Elastic Compute Cloud (Amazon EC2)' };
  const rds = { serviceCode: 'rds', serviceName: 'Amazon Relational Database Service (Amazon RDS)' };
  return [
    { ...vpc, quotaCode: 'L-F678F1CE', quotaName: 'VPCs per Region', value: 5 },
    { ...vpc, quotaCode: 'L-FE5A380F', quotaName: 'NAT gateways per Availability Zone', value: 5, isDefaultOnly: true },
    { ...ec2, quotaCode: 'L-0263D0A3', quotaName: 'EC2-VPC Elastic IPs', value: 5 },
    { ...rds, quotaCode: 'L-7B6409FD', quotaName: 'DB instances', value: 40 },
    {
      serviceCode: 'lambda',
      serviceName: 'AWS Lambda',
      quotaCode: 'L-B99A9384',
      quotaName: 'Concurrent executions',
      value: lambdaConcurrency,
    },
  ];
}

type Operation = (members: Members) => object;

/** Service Quotas: GetServiceQuota, GetAWSDefaultServiceQuota and ListServiceQuotas; any other operation is `UnknownOperationException` by name. */
export function newQuotasService(account: Account, quotas: readonly Quota[]): WireService {
  const format = (quota: Quota): object => formatQuota(account, quota);
  const ofService = (serviceCode: string): readonly Quota[] => {
    const found = quotas.filter((quota) => quota.serviceCode === serviceCode);
    if (found.length === 0) throw noSuch(`The lab has no quotas of the service ${serviceCode}.`);
    return found;
  };
  const oneOf = (members: Members, isFit: (quota: Quota) => boolean): object => {
    const [serviceCode, quotaCode] = [members.requiredText('ServiceCode'), members.requiredText('QuotaCode')];
    members.finish();
    const quota = ofService(serviceCode).find((each) => each.quotaCode === quotaCode && isFit(each));
    if (quota === undefined) throw noSuch(`The lab has no quota ${quotaCode} of the service ${serviceCode}.`);
    return { Quota: format(quota) };
  };
  const operations: Readonly<Record<string, Operation>> = {
    GetServiceQuota: (members) => oneOf(members, isOfAccount),
    GetAWSDefaultServiceQuota: (members) => oneOf(members, () => true),
    ListServiceQuotas: (members) => {
      const serviceCode = members.requiredText('ServiceCode');
      const count = members.integer('MaxResults', 1, 100) ?? 100;
      const token = members.text('NextToken');
      members.finish();
      const { page, next } = pageByToken(ofService(serviceCode).filter(isOfAccount), token, count, badToken);
      return { Quotas: page.map(format), ...(next === undefined ? {} : { NextToken: next }) };
    },
  };
  return (call) => {
    const name = parseTarget(call.headers['x-amz-target']) ?? '';
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined)
      throw refuseUnknown('json', `The lab does not realise the operation ${name || '(none named)'} of servicequotas.`);
    return formatJsonAnswer(operation(parseMembers(call.body, name, 'IllegalArgumentException')));
  };
}

function isOfAccount({ isDefaultOnly }: Quota): boolean {
  return isDefaultOnly !== true;
}

function noSuch(message: string): Refusal {
  return new Refusal('NoSuchResourceException', 400, message);
}

function badToken(): Refusal {
  return new Refusal('InvalidPaginationTokenException', 400, 'The pagination token is invalid.');
}

function formatQuota({ region, accountId }: Account, quota: Quota): object {
  const { serviceCode, serviceName, quotaCode, quotaName, value } = quota;
  return {
    ServiceCode: serviceCode,
    ServiceName: serviceName,
    QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:${serviceCode}/${quotaCode}`,
    QuotaCode: quotaCode,
    QuotaName: quotaName,
    Value: value,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
  };
}
