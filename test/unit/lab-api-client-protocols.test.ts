import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';

const options = { region: 'eu-central-1', endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } };

interface ClientWithProtocol {
  readonly config: { readonly protocol: { getShapeId(): string } };
  destroy(): void;
}

/**
 * The clients choose their protocol themselves and may change it between versions; the lab speaks exactly these. A new one here
 * means: write its codec first, then change this table.
 */
const SPOKEN: readonly (readonly [string, () => ClientWithProtocol, string])[] = [
  ['CloudFormation', () => new CloudFormationClient(options) as unknown as ClientWithProtocol, 'aws.protocols#awsQuery'],
  ['STS', () => new STSClient(options) as unknown as ClientWithProtocol, 'aws.protocols#awsQuery'],
  ['CloudWatch Logs', () => new CloudWatchLogsClient(options) as unknown as ClientWithProtocol, 'aws.protocols#awsJson1_1'],
  ['Lambda', () => new LambdaClient(options) as unknown as ClientWithProtocol, 'aws.protocols#restJson1'],
  ['S3', () => new S3Client(options) as unknown as ClientWithProtocol, 'aws.protocols#restXml'],
];

test.each(SPOKEN)('the installed %s client speaks what the lab speaks: %3$s', (name, make, protocol) => {
  const client = make();
  const used = client.config.protocol.getShapeId();
  client.destroy();
  expect(`${name}: ${used}`).toBe(`${name}: ${protocol}`);
});
