import { HANDLER_PERMISSIONS } from '../../policies/handler-permissions.ts';
import type { Account } from '../account/identity.ts';
import type { RealiseRequest } from '../realise/realiser.ts';
import { ec2Arn, idsIn, onThing, type Tags, tagContext } from './ec2-things.ts';
import type { Asked } from './identity-policy.ts';

/** A resource that a handler works on. */
export interface Handled {
  readonly type: string;
  readonly request: RealiseRequest;
  /** Absent before it is made. */
  readonly physicalId?: string;
}

/** What the questions need of the account. */
export interface HandlerPlace {
  readonly account: Account;
  /** Tags of a thing in EC2; none for what is not there. */
  readonly tagsOf: (id: string) => Tags;
}

/** What a handler asks IAM in the caller's name, in the order of the table: every action on each of its resources. */
export function handlerCalls(place: HandlerPlace, handler: 'create' | 'delete', handled: Handled): readonly Asked[] {
  const row = HANDLER_PERMISSIONS[handled.type];
  if (row === undefined) return [];
  const actions = handler === 'create' ? [...row.create, ...row.read] : row.delete;
  return [...new Set(actions)].flatMap((action) => askedOf(place, handled, action));
}

function askedOf(place: HandlerPlace, handled: Handled, action: string): readonly Asked[] {
  const [service = ''] = action.split(':');
  switch (service) {
    case 'ec2':
      return ec2Calls(place, handled, action);
    case 'iam':
      return iamCalls(place, handled, action);
    case 'rds':
      return rdsCalls(place, handled, action);
    case 's3':
      return [s3Call(handled, action)];
    default:
      return [namedCall(place, handled, action, service)];
  }
}

/** Types whose making needs one action of EC2, and the word for the thing. */
const MADE: Readonly<Record<string, readonly [action: string, kind: string]>> = {
  'AWS::EC2::EIP': ['AllocateAddress', 'elastic-ip'],
  'AWS::EC2::InternetGateway': ['CreateInternetGateway', 'internet-gateway'],
  'AWS::EC2::NatGateway': ['CreateNatGateway', 'natgateway'],
  'AWS::EC2::RouteTable': ['CreateRouteTable', 'route-table'],
  'AWS::EC2::SecurityGroup': ['CreateSecurityGroup', 'security-group'],
  'AWS::EC2::Subnet': ['CreateSubnet', 'subnet'],
  'AWS::EC2::VPC': ['CreateVpc', 'vpc'],
  'AWS::EC2::VPCEndpoint': ['CreateVpcEndpoint', 'vpc-endpoint'],
};

/** For a new thing also what it is made in is asked for; a thing that links others is asked for in each of them. */
function ec2Calls({ account, tagsOf }: HandlerPlace, { type, request, physicalId }: Handled, action: string): readonly Asked[] {
  if (/^ec2:(Describe|Get)/.test(action)) return [{ action, resource: '*', context: {} }];
  const others = idsIn(request.properties);
  const made = MADE[type];
  if (made === undefined) return linkedIds(action, others).map((id) => onThing(account, action, id, tagsOf(id)));
  const [creation, kind] = made;
  const resource = ec2Arn(account, kind, physicalId);
  if (action === 'ec2:CreateTags') {
    return [{ action, resource, context: { ...tagContext('request', request.tags), 'ec2:createaction': creation } }];
  }
  if (action !== `ec2:${creation}`) return [{ action, resource, context: tagContext('resource', request.tags) }];
  const parents = others.map((id) => onThing(account, action, id, tagsOf(id)));
  return [{ action, resource, context: tagContext('request', request.tags) }, ...parents];
}

/** A route is asked for in its table only, not in what it leads to. */
function linkedIds(action: string, ids: readonly string[]): readonly string[] {
  return /Route$/.test(action) ? ids.filter((id) => id.startsWith('rtb-')) : ids;
}

function iamCalls({ account }: HandlerPlace, { type, request, physicalId }: Handled, action: string): readonly Asked[] {
  const role = (name: string): string => `arn:aws:iam::${account.accountId}:role/${name}`;
  if (action === 'iam:CreateServiceLinkedRole') {
    const resource = role('aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS');
    return [{ action, resource, context: { 'iam:awsservicename': 'rds.amazonaws.com' } }];
  }
  if (action === 'iam:PassRole') {
    const { Role, Target } = request.properties as { readonly Role?: unknown; readonly Target?: { readonly RoleArn?: unknown } };
    const service = type === 'AWS::Lambda::Function' ? 'lambda' : 'scheduler';
    return [{ action, resource: String(Role ?? Target?.RoleArn), context: { 'iam:passedtoservice': `${service}.amazonaws.com` } }];
  }
  return [{ action, resource: role(physicalId ?? nameIn(request, 'RoleName')), context: tagContext('resource', request.tags) }];
}

function rdsCalls({ account }: HandlerPlace, { type, request, physicalId }: Handled, action: string): readonly Asked[] {
  const arn = (resource: string): string => `arn:aws:rds:${account.region}:${account.accountId}:${resource}`;
  if (/^rds:Describe/.test(action)) return [{ action, resource: '*', context: {} }];
  const isInstance = type === 'AWS::RDS::DBInstance';
  const name = (physicalId ?? nameIn(request, isInstance ? 'DBInstanceIdentifier' : 'DBSubnetGroupName')).toLowerCase();
  const own = { action, resource: arn(`${isInstance ? 'db' : 'subgrp'}:${name}`), context: tagContext('request', request.tags) };
  if (action !== 'rds:CreateDBInstance') return [own];
  // Whoever makes an instance must also be allowed the groups that it takes (RDS user guide, identity-based policies).
  const groups = [`subgrp:${String(request.properties['DBSubnetGroupName'])}`, 'og:default:postgres', 'pg:default.postgres'];
  return [own, ...groups.map((group) => ({ action, resource: arn(group), context: {} }))];
}

function s3Call({ type, request, physicalId }: Handled, action: string): Asked {
  const { Bucket, Code } = request.properties as { readonly Bucket?: unknown; readonly Code?: Readonly<Record<string, unknown>> };
  const path =
    type === 'AWS::Lambda::Function'
      ? `${String(Code?.['S3Bucket'])}/${String(Code?.['S3Key'])}`
      : String(Bucket ?? physicalId ?? nameIn(request, 'BucketName'));
  return { action, resource: `arn:aws:s3:::${path}`, context: {} };
}

/** Services that limit by a name in the ARN. */
function namedCall({ account }: HandlerPlace, { request }: Handled, action: string, service: string): Asked {
  const { region, accountId } = account;
  const place = `arn:aws:${service}:${region}:${accountId}`;
  const context = { ...tagContext('request', request.tags), ...tagContext('resource', request.tags) };
  if (/^logs:Describe(LogGroups|ResourcePolicies)$/.test(action)) return { action, resource: '*', context: {} };
  switch (service) {
    case 'lambda':
      return { action, resource: `${place}:function:${nameIn(request, 'FunctionName')}`, context };
    case 'logs':
      return { action, resource: `${place}:log-group:${nameIn(request, 'LogGroupName')}:*`, context };
    default:
      return { action, resource: `${place}:schedule/default/${nameIn(request, 'Name')}`, context: {} };
  }
}

function nameIn({ properties, generatedName }: RealiseRequest, property: string): string {
  const name = properties[property];
  return typeof name === 'string' ? name : generatedName;
}
