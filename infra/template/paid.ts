import {
  att,
  type Resource,
  ref,
  type StackTemplate,
  stringParameters,
  sub,
  type Template,
  type TemplateContext,
  type Value,
  zone,
} from './model.ts';
import { DATABASE_NAME, DATABASE_USER, databaseIdentifier, NAME_PREFIX, PROOF_KEYS, stackName } from './names.ts';
import type { Needs } from './needs.ts';
import { DATABASE_PORT } from './net.ts';
import { NET_OUTPUTS, PAID_OUTPUTS, PAID_PARAMETERS, paidOutputNames, paidParameterNames, routeTableIdName } from './outputs.ts';
import { resourceTags } from './tags.ts';

/** Major version: RDS takes its default minor. The same major as the lab's PostgreSQL. */
export const POSTGRES_VERSION = '18';
export const DATABASE_INSTANCE_CLASS = 'db.t4g.micro';
export const DATABASE_STORAGE_TYPE = 'gp3';
/** The CA whose certificate travels in the probe's event. */
export const DATABASE_CA_IDENTIFIER = 'rds-ca-rsa2048-g1';

type Resources = Readonly<Record<string, Resource>>;

/**
 * The stack of what is billed by the hour, and of the proof rules that need its addresses. Undefined when the needs
 * ask for none of it. Creating it takes minutes on AWS (the DB instance), so `fn` is created beside it.
 */
export function paidTemplate(context: TemplateContext): StackTemplate | undefined {
  const { needs } = context;
  const resources: Resources = {
    ...(needs.natGateway ? natGateway(context) : {}),
    ...(needs.s3InterfaceEndpoint ? s3InterfaceEndpoint(context) : {}),
    ...(needs.database ? database(context) : {}),
    ...(needs.pathProofInS3 ? proofPolicy(needs) : {}),
  };
  if (Object.keys(resources).length === 0) return undefined;
  const parameterNames = paidParameterNames(needs);
  const outputNames = paidOutputNames(needs);
  const template: Template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `lambda-network-bench run ${context.runId}: what is billed by the hour, and the path proof's bucket policy`,
    ...stringParameters(parameterNames, [PAID_PARAMETERS.databasePassword]),
    Resources: resources,
    ...(outputNames.length > 0 ? { Outputs: outputs(outputNames) } : {}),
  };
  return { stackName: stackName(context.runId, 'paid'), template, parameterNames, outputNames, capabilities: [] };
}

function natGateway(context: TemplateContext): Resources {
  const tags = resourceTags(context, { name: `${NAME_PREFIX}${context.runId}-nat` });
  const profiles = context.needs.profiles.filter((profile) => profile.features.includes('nat-gateway'));
  return {
    NatAddress: { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc', Tags: tags } },
    NatGateway: {
      Type: 'AWS::EC2::NatGateway',
      Properties: { AllocationId: att('NatAddress', 'AllocationId'), SubnetId: ref(NET_OUTPUTS.publicSubnetId), Tags: tags },
    },
    ...Object.fromEntries(
      profiles.map(({ key }): [string, Resource] => [
        `NatRoute${key}`,
        {
          Type: 'AWS::EC2::Route',
          Properties: {
            RouteTableId: ref(routeTableIdName(key)),
            DestinationCidrBlock: '0.0.0.0/0',
            NatGatewayId: ref('NatGateway'),
          },
        },
      ]),
    ),
  };
}

/** Addressed by its own name: with private DNS it would take the region's name away from every other subnet of the VPC. */
function s3InterfaceEndpoint(context: TemplateContext): Resources {
  return {
    S3InterfaceEndpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcEndpointType: 'Interface',
        VpcId: ref(NET_OUTPUTS.vpcId),
        ServiceName: sub(`com.amazonaws.\${AWS::Region}.s3`),
        SubnetIds: [ref(NET_OUTPUTS.endpointSubnetId)],
        SecurityGroupIds: [ref(NET_OUTPUTS.endpointSecurityGroupId)],
        PrivateDnsEnabled: false,
        Tags: resourceTags(context, { name: `${NAME_PREFIX}${context.runId}-s3-interface` }),
      },
    },
  };
}

/** One small instance in the functions' zone; nothing of it may outlive the stack, neither snapshot nor backup. */
function database(context: TemplateContext): Resources {
  return {
    Database: {
      Type: 'AWS::RDS::DBInstance',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        DBInstanceIdentifier: databaseIdentifier(context.runId),
        DBInstanceClass: DATABASE_INSTANCE_CLASS,
        Engine: 'postgres',
        EngineVersion: POSTGRES_VERSION,
        AllocatedStorage: '20',
        StorageType: DATABASE_STORAGE_TYPE,
        StorageEncrypted: true,
        DBName: DATABASE_NAME,
        MasterUsername: DATABASE_USER,
        MasterUserPassword: ref(PAID_PARAMETERS.databasePassword),
        Port: String(DATABASE_PORT),
        DBSubnetGroupName: ref(NET_OUTPUTS.databaseSubnetGroupName),
        VPCSecurityGroups: [ref(NET_OUTPUTS.databaseSecurityGroupId)],
        AvailabilityZone: zone(context, 0),
        MultiAZ: false,
        PubliclyAccessible: false,
        BackupRetentionPeriod: 0,
        DeleteAutomatedBackups: true,
        DeletionProtection: false,
        AutoMinorVersionUpgrade: false,
        CACertificateIdentifier: DATABASE_CA_IDENTIFIER,
        Tags: resourceTags(context),
      },
    },
  };
}

/**
 * Objects of which exactly one can be read on each way to S3. The functions' role may read all of them, so each
 * rule is a Deny. A negated operator also matches when its key is absent: a request through an endpoint carries
 * no `aws:SourceIp`, one from outside no `aws:SourceVpce` (IAM reference, "condition operators").
 */
function proofPolicy(needs: Needs): Resources {
  const gateway = needs.s3Endpoint ? ref(NET_OUTPUTS.s3EndpointId) : undefined;
  const interfaceEndpoint = needs.s3InterfaceEndpoint ? ref('S3InterfaceEndpoint') : undefined;
  const address = needs.natGateway ? ref('NatAddress') : undefined;
  const statements: readonly Value[] = [
    deny('OnlyThroughTheGatewayEndpoint', PROOF_KEYS.vpcEndpoint, gateway && unless(gateway)),
    deny('OnlyThroughTheInterfaceEndpoint', PROOF_KEYS.interfaceEndpoint, interfaceEndpoint && unless(interfaceEndpoint)),
    deny('OnlyFromTheNatAddress', PROOF_KEYS.sourceIp, address && { NotIpAddress: { 'aws:SourceIp': address } }),
    ...(gateway ? [deny('NotThroughTheGatewayEndpoint', PROOF_KEYS.neither, when(gateway))] : []),
    ...(interfaceEndpoint ? [deny('NotThroughTheInterfaceEndpoint', PROOF_KEYS.neither, when(interfaceEndpoint))] : []),
    ...(address ? [deny('NotFromTheNatAddress', PROOF_KEYS.neither, { IpAddress: { 'aws:SourceIp': address } })] : []),
  ];
  return {
    ProofPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: ref(NET_OUTPUTS.bucketName), PolicyDocument: { Version: '2012-10-17', Statement: statements } },
    },
  };
}

/** Any request but those through this endpoint; through another one, too. */
function unless(endpointId: Value): Value {
  return { StringNotEquals: { 'aws:SourceVpce': endpointId } };
}

function when(endpointId: Value): Value {
  return { StringEquals: { 'aws:SourceVpce': endpointId } };
}

/** Without a condition the object cannot be read on any way: the run has no such endpoint or address. */
function deny(sid: string, key: string, condition: Value | undefined): Value {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::\${${NET_OUTPUTS.bucketName}}/${key}` },
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function outputs(names: readonly string[]): NonNullable<Template['Outputs']> {
  const values: Record<string, Value> = {
    [PAID_OUTPUTS.natAddress]: ref('NatAddress'),
    [PAID_OUTPUTS.natGatewayId]: ref('NatGateway'),
    [PAID_OUTPUTS.s3InterfaceEndpointDns]: { 'Fn::Select': [0, att('S3InterfaceEndpoint', 'DnsEntries')] },
    [PAID_OUTPUTS.databaseHost]: att('Database', 'Endpoint.Address'),
    [PAID_OUTPUTS.databasePort]: att('Database', 'Endpoint.Port'),
  };
  return Object.fromEntries(names.map((name) => [name, { Description: 'For the driver', Value: values[name] ?? '' }]));
}
