import { RESOURCE_TYPES, type ResourceType } from '../realise/realiser.ts';
import type { PropertyTable } from './property-shape.ts';
import { EC2_NETWORK_TABLES } from './property-tables-ec2-network.ts';
import { EC2_SECURITY_TABLES } from './property-tables-ec2-security.ts';
import { IAM_TABLES } from './property-tables-iam.ts';
import { LAMBDA_TABLES } from './property-tables-lambda.ts';
import { RDS_TABLES } from './property-tables-rds.ts';
import { S3_TABLES } from './property-tables-s3.ts';
import { SCHEDULER_TABLES } from './property-tables-scheduler.ts';

/** What the lab does with every property of every type that it can make. */
export const PROPERTY_TABLES: Readonly<Record<ResourceType, PropertyTable>> = {
  ...EC2_NETWORK_TABLES,
  ...EC2_SECURITY_TABLES,
  ...RDS_TABLES,
  ...S3_TABLES,
  ...IAM_TABLES,
  ...LAMBDA_TABLES,
  ...SCHEDULER_TABLES,
};

/** The type, when the lab can make it. */
export function labResourceType(type: string): ResourceType | undefined {
  return RESOURCE_TYPES.find((known) => known === type);
}

/** Names `Fn::GetAtt` takes for a type; undefined when the lab does not have the type. */
export function attributesOf(type: string): readonly string[] | undefined {
  const known = labResourceType(type);
  return known === undefined ? undefined : PROPERTY_TABLES[known].attributes;
}
