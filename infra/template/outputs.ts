import type { Secret } from '../../harness/domain/secret.ts';
import type { Needs } from './needs.ts';

/**
 * Ids go from stack to stack as outputs and parameters, never as exports. These are their names, and the typed
 * ways over: what DescribeStacks returned → `NetOutputs` / `PaidOutputs` → parameters of the next stack.
 */
export type StackOutputs = Readonly<Record<string, string>>;
export type StackParameters = Readonly<Record<string, string>>;

/** Outputs of the stack `net` that do not depend on a route profile. */
export const NET_OUTPUTS = {
  bucketName: 'BucketName',
  functionRoleArn: 'FunctionRoleArn',
  vpcId: 'VpcId',
  functionSecurityGroupId: 'FunctionSecurityGroupId',
  s3EndpointId: 'S3EndpointId',
  endpointSubnetId: 'EndpointSubnetId',
  endpointSecurityGroupId: 'EndpointSecurityGroupId',
  publicSubnetId: 'PublicSubnetId',
  databaseSubnetGroupName: 'DatabaseSubnetGroupName',
  databaseSecurityGroupId: 'DatabaseSecurityGroupId',
} as const;

/** Output of `net` and parameter of `fn`: the function subnet of a route profile. */
export function functionSubnetIdName(profileKey: string): string {
  return `FunctionSubnet${profileKey}Id`;
}

/** Output of `net` and parameter of `paid`: the route table of a route profile. */
export function routeTableIdName(profileKey: string): string {
  return `RouteTable${profileKey}Id`;
}

/** Outputs of the stack `paid`. */
export const PAID_OUTPUTS = {
  natAddress: 'NatAddress',
  natGatewayId: 'NatGatewayId',
  s3InterfaceEndpointDns: 'S3InterfaceEndpointDns',
  databaseHost: 'DatabaseHost',
  databasePort: 'DatabasePort',
} as const;

/** Parameters of `paid` beside the ids of `net`, which keep their output's name. */
export const PAID_PARAMETERS = { databasePassword: 'DatabasePassword' } as const;

/** Parameters of `fn` beside the ids of `net`, which keep their output's name. */
export const FN_PARAMETERS = { codeKey: 'CodeKey' } as const;

/** What `net` made; a member is absent when nothing in the run needs it. */
export interface NetOutputs {
  readonly bucketName: string;
  readonly functionRoleArn: string;
  readonly vpcId?: string;
  readonly functionSecurityGroupId?: string;
  readonly s3EndpointId?: string;
  /** Where the interface endpoint goes, and its security group. */
  readonly endpointSubnetId?: string;
  readonly endpointSecurityGroupId?: string;
  readonly publicSubnetId?: string;
  readonly databaseSubnetGroupName?: string;
  readonly databaseSecurityGroupId?: string;
  /** By route profile key. */
  readonly functionSubnetIds: Readonly<Record<string, string>>;
  readonly routeTableIds: Readonly<Record<string, string>>;
}

/** What `paid` made. */
export interface PaidOutputs {
  /** Public address of the NAT gateway; absent without one. */
  readonly natAddress?: string;
  readonly natGatewayId?: string;
  /** DNS name of the S3 interface endpoint, `vpce-….s3.<region>.vpce.amazonaws.com`; absent without one. */
  readonly s3EndpointName?: string;
  readonly database?: { readonly host: string; readonly port: number };
}

/** Names of all outputs that `net` has for these needs. */
export function netOutputNames(needs: Needs): readonly string[] {
  const inVpc = needs.profiles.length > 0;
  return [
    NET_OUTPUTS.bucketName,
    NET_OUTPUTS.functionRoleArn,
    ...(inVpc ? [NET_OUTPUTS.vpcId, NET_OUTPUTS.functionSecurityGroupId] : []),
    ...(needs.s3Endpoint ? [NET_OUTPUTS.s3EndpointId] : []),
    ...(needs.s3InterfaceEndpoint ? [NET_OUTPUTS.endpointSubnetId, NET_OUTPUTS.endpointSecurityGroupId] : []),
    ...(needs.natGateway ? [NET_OUTPUTS.publicSubnetId] : []),
    ...(needs.database ? [NET_OUTPUTS.databaseSubnetGroupName, NET_OUTPUTS.databaseSecurityGroupId] : []),
    ...needs.profiles.flatMap((profile) => [functionSubnetIdName(profile.key), routeTableIdName(profile.key)]),
  ];
}

/** Types what DescribeStacks gave for `net`. Throws `Error` naming the outputs that are missing. */
export function readNetOutputs(needs: Needs, outputs: StackOutputs): NetOutputs {
  demand('net', netOutputNames(needs), outputs);
  const text = (name: string) => outputs[name] ?? '';
  const byProfile = (nameOf: (key: string) => string) => Object.fromEntries(needs.profiles.map(({ key }) => [key, text(nameOf(key))]));
  return {
    bucketName: text(NET_OUTPUTS.bucketName),
    functionRoleArn: text(NET_OUTPUTS.functionRoleArn),
    ...(needs.profiles.length > 0
      ? { vpcId: text(NET_OUTPUTS.vpcId), functionSecurityGroupId: text(NET_OUTPUTS.functionSecurityGroupId) }
      : {}),
    ...(needs.s3Endpoint ? { s3EndpointId: text(NET_OUTPUTS.s3EndpointId) } : {}),
    ...(needs.s3InterfaceEndpoint
      ? {
          endpointSubnetId: text(NET_OUTPUTS.endpointSubnetId),
          endpointSecurityGroupId: text(NET_OUTPUTS.endpointSecurityGroupId),
        }
      : {}),
    ...(needs.natGateway ? { publicSubnetId: text(NET_OUTPUTS.publicSubnetId) } : {}),
    ...(needs.database
      ? {
          databaseSubnetGroupName: text(NET_OUTPUTS.databaseSubnetGroupName),
          databaseSecurityGroupId: text(NET_OUTPUTS.databaseSecurityGroupId),
        }
      : {}),
    functionSubnetIds: byProfile(functionSubnetIdName),
    routeTableIds: byProfile(routeTableIdName),
  };
}

/** Names of all outputs that `paid` has for these needs. */
export function paidOutputNames(needs: Needs): readonly string[] {
  return [
    ...(needs.natGateway ? [PAID_OUTPUTS.natAddress, PAID_OUTPUTS.natGatewayId] : []),
    ...(needs.s3InterfaceEndpoint ? [PAID_OUTPUTS.s3InterfaceEndpointDns] : []),
    ...(needs.database ? [PAID_OUTPUTS.databaseHost, PAID_OUTPUTS.databasePort] : []),
  ];
}

/** Types what DescribeStacks gave for `paid`. Throws `Error` naming the outputs that are missing, for a port or a DNS entry that is none. */
export function readPaidOutputs(needs: Needs, outputs: StackOutputs): PaidOutputs {
  demand('paid', paidOutputNames(needs), outputs);
  const text = (name: string) => outputs[name] ?? '';
  const port = Number(text(PAID_OUTPUTS.databasePort));
  if (needs.database && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`stack paid: output ${PAID_OUTPUTS.databasePort} is no port: "${text(PAID_OUTPUTS.databasePort)}"`);
  }
  return {
    ...(needs.natGateway ? { natAddress: text(PAID_OUTPUTS.natAddress), natGatewayId: text(PAID_OUTPUTS.natGatewayId) } : {}),
    ...(needs.s3InterfaceEndpoint ? { s3EndpointName: parseDnsEntry(text(PAID_OUTPUTS.s3InterfaceEndpointDns)) } : {}),
    ...(needs.database ? { database: { host: text(PAID_OUTPUTS.databaseHost), port } } : {}),
  };
}

/**
 * The name in an entry of an S3 interface endpoint's `DnsEntries`, `<hosted zone>:*.vpce-….s3.<region>.vpce.amazonaws.com`: it is given with
 * a wildcard, because `bucket.`, `accesspoint.` or `control.` comes first. Throws `Error` for anything else.
 */
function parseDnsEntry(entry: string): string {
  const name = /^[A-Z0-9]+:\*\.(vpce-[a-z0-9-]+\.s3\.[a-z0-9-]+\.vpce\.amazonaws\.com(?:\.cn)?)$/.exec(entry)?.[1];
  if (name === undefined) throw new Error(`stack paid: output ${PAID_OUTPUTS.s3InterfaceEndpointDns} is no DNS entry of S3: "${entry}"`);
  return name;
}

/** Names of the parameters that `paid` takes for these needs. */
export function paidParameterNames(needs: Needs): readonly string[] {
  return [
    ...(needs.pathProofInS3 ? [NET_OUTPUTS.bucketName] : []),
    ...(needs.pathProofInS3 && needs.s3Endpoint ? [NET_OUTPUTS.s3EndpointId] : []),
    ...(needs.s3InterfaceEndpoint ? [NET_OUTPUTS.vpcId, NET_OUTPUTS.endpointSubnetId, NET_OUTPUTS.endpointSecurityGroupId] : []),
    ...(needs.natGateway ? [NET_OUTPUTS.publicSubnetId] : []),
    ...needs.profiles.filter((profile) => profile.features.includes('nat-gateway')).map((profile) => routeTableIdName(profile.key)),
    ...(needs.database ? [NET_OUTPUTS.databaseSubnetGroupName, NET_OUTPUTS.databaseSecurityGroupId, PAID_PARAMETERS.databasePassword] : []),
  ];
}

/** Parameter values of `paid`. `password` is used only when the run has a database. */
export function paidParameters(needs: Needs, net: NetOutputs, password: Secret): StackParameters {
  return choose(paidParameterNames(needs), { ...parametersOf(net), [PAID_PARAMETERS.databasePassword]: password.reveal() });
}

/** Names of the parameters that `fn` takes for these needs. */
export function fnParameterNames(needs: Needs): readonly string[] {
  return [
    NET_OUTPUTS.bucketName,
    NET_OUTPUTS.functionRoleArn,
    FN_PARAMETERS.codeKey,
    ...(needs.profiles.length > 0 ? [NET_OUTPUTS.functionSecurityGroupId] : []),
    ...needs.profiles.map((profile) => functionSubnetIdName(profile.key)),
  ];
}

/** Parameter values of `fn`; `codeKey` is the key of the uploaded zip. */
export function fnParameters(needs: Needs, net: NetOutputs, codeKey: string): StackParameters {
  return choose(fnParameterNames(needs), { ...parametersOf(net), [FN_PARAMETERS.codeKey]: codeKey });
}

function parametersOf(net: NetOutputs): Readonly<Record<string, string | undefined>> {
  const plain = Object.entries(NET_OUTPUTS).map(([member, name]) => [name, net[member as keyof typeof NET_OUTPUTS]] as const);
  const subnets = Object.entries(net.functionSubnetIds).map(([key, id]) => [functionSubnetIdName(key), id] as const);
  const tables = Object.entries(net.routeTableIds).map(([key, id]) => [routeTableIdName(key), id] as const);
  return Object.fromEntries([...plain, ...subnets, ...tables]);
}

function choose(names: readonly string[], values: Readonly<Record<string, string | undefined>>): StackParameters {
  return Object.fromEntries(
    names.map((name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`no value for stack parameter ${name}`);
      return [name, value];
    }),
  );
}

function demand(stack: string, names: readonly string[], outputs: StackOutputs): void {
  const missing = names.filter((name) => !outputs[name]);
  if (missing.length > 0) throw new Error(`stack ${stack}: missing outputs ${missing.join(', ')}`);
}
