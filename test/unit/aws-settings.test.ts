import { createHash } from 'node:crypto';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { flattenSettings } from '../../infra/aws/settings.ts';

const CONFIGURATION: FunctionConfiguration = {
  FunctionName: 'lnb-x-default-s3',
  FunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:lnb-x-default-s3',
  Runtime: 'nodejs22.x',
  MemorySize: 1769,
  RevisionId: 'r1',
  State: 'Active',
  LastModified: '2026-11-23',
  LastUpdateStatus: 'Successful',
  Architectures: ['arm64'],
  Environment: { Variables: { LNB_NONCE: '0000', SECRET: 'hidden' } },
  EphemeralStorage: { Size: 512 },
  LoggingConfig: { LogFormat: 'JSON', LogGroup: '/aws/lambda/lnb-x-default-s3' },
  VpcConfig: { SubnetIds: ['subnet-b', 'subnet-a'], SecurityGroupIds: [], VpcId: '' },
  Layers: [{ Arn: 'arn:layer', CodeSize: 7 }],
  RuntimeVersionConfig: { RuntimeVersionArn: 'arn:runtime' },
};

describe('stored settings', () => {
  it('are flat, named, sorted, and hold neither identity nor state', () => {
    const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
    expect(Object.entries(flattenSettings(CONFIGURATION, 'lnb-x-default-s3'))).toEqual([
      ['Architectures', '[arm64]'],
      ['Environment.LNB_NONCE', hash('0000')],
      ['Environment.SECRET', hash('hidden')],
      ['EphemeralStorage.Size', '512'],
      ['Layers.0.Arn', 'arn:layer'],
      ['Layers.0.CodeSize', '7'],
      ['LoggingConfig.LogFormat', 'JSON'],
      ['LoggingConfig.LogGroup', '/aws/lambda/{name}'],
      ['MemorySize', '1769'],
      ['Runtime', 'nodejs22.x'],
      ['RuntimeVersionConfig.RuntimeVersionArn', 'arn:runtime'],
      ['VpcConfig.SecurityGroupIds', '[]'],
      ['VpcConfig.SubnetIds', '[subnet-a, subnet-b]'],
      ['VpcConfig.VpcId', ''],
    ]);
  });

  it('never hold the value of an environment variable', () => {
    expect(JSON.stringify(flattenSettings(CONFIGURATION, 'lnb-x-default-s3'))).not.toContain('hidden');
  });

  it('compare a setting that this tool has never heard of', () => {
    expect(flattenSettings({ Tomorrow: { Setting: true } } as FunctionConfiguration, 'f')).toEqual({ 'Tomorrow.Setting': 'true' });
  });
});
