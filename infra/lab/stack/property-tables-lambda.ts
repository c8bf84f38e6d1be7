import type { ResourceType } from '../realise/realiser.ts';
import {
  integerFrom,
  integerOf,
  labHas,
  listOf,
  members,
  oneOf,
  onlyFalse,
  type PropertyTable,
  realised,
  required,
  type Shape,
  stored,
  tags,
  text,
  texts,
} from './property-shape.ts';

type LambdaType = Extract<ResourceType, `AWS::Lambda::${string}` | `AWS::Logs::${string}`>;

/** Days that CloudWatch Logs takes. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

const logging: Shape = members({
  LogFormat: realised(oneOf('Text', 'JSON'), 'how platform lines and console output are written'),
  LogGroup: realised(text, 'where they are written'),
  ApplicationLogLevel: realised(oneOf('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'), 'what of the output is kept, in JSON'),
  SystemLogLevel: realised(oneOf('DEBUG', 'INFO', 'WARN'), 'what of the platform lines is kept, in JSON'),
});

/** Functions and their log groups. */
export const LAMBDA_TABLES: Readonly<Record<LambdaType, PropertyTable>> = {
  'AWS::Logs::LogGroup': {
    properties: {
      LogGroupName: realised(text, 'its name; made up when absent'),
      RetentionInDays: stored(integerOf(...RETENTION_DAYS), 'no lab lives for a day'),
      LogGroupClass: stored(labHas('STANDARD'), 'the lab has one class'),
      Tags: tags,
    },
    lacks: [
      'BearerTokenAuthenticationEnabled',
      'DataProtectionPolicy',
      'DeletionProtectionEnabled',
      'FieldIndexPolicies',
      'KmsKeyId',
      'ResourcePolicyDocument',
    ],
    exactlyOneOf: [],
    attributes: ['Arn'],
  },
  'AWS::Lambda::Function': {
    properties: {
      FunctionName: realised(text, 'its name; made up when absent'),
      Handler: required(realised(text, 'file and export that a call runs')),
      Runtime: required(stored(text, 'described back; the Node that runs the lab runs the function')),
      Role: required(realised(text, 'whose keys its processes have; must be one that Lambda may use')),
      Code: required(
        realised(
          members({ S3Bucket: required(realised(text, 'bucket of the zip')), S3Key: required(realised(text, 'key of the zip')) }, [
            'ImageUri',
            'S3ObjectStorageMode',
            'S3ObjectVersion',
            'SourceKMSKeyArn',
            'ZipFile',
          ]),
          'the zip that environments unpack',
        ),
      ),
      Timeout: realised(integerFrom(1, 900), 'seconds after which a call is ended; 3 when absent'),
      MemorySize: realised(integerFrom(128, 10_240), 'MB in the REPORT line; 128 when absent'),
      Architectures: stored(listOf(oneOf('x86_64', 'arm64')), 'described back; the machine has the one that it has'),
      Environment: realised(members({ Variables: realised(texts, 'environment variables of its processes') }), 'its environment'),
      VpcConfig: realised(
        members({
          SubnetIds: realised(listOf(text), 'where its environments have their leg; empty: default mode'),
          SecurityGroupIds: realised(listOf(text), 'what filters it'),
          Ipv6AllowedForDualStack: stored(onlyFalse, 'the lab has no IPv6'),
        }),
        'the network of its environments',
      ),
      LoggingConfig: realised(logging, 'its log'),
      EphemeralStorage: stored(
        members({ Size: required(stored(integerFrom(512, 10_240), 'not limited')) }),
        'described back; /tmp is not limited',
      ),
      TracingConfig: stored(members({ Mode: stored(labHas('PassThrough'), 'the lab has no X-Ray') }), 'the lab has no X-Ray'),
      PackageType: stored(labHas('Zip'), 'the lab runs no container images'),
      Description: realised(text, 'described back; changing it makes new environments'),
      Tags: tags,
    },
    lacks: [
      'CapacityProviderConfig',
      'CodeSigningConfigArn',
      'DeadLetterConfig',
      'DurableConfig',
      'FileSystemConfigs',
      'FunctionScalingConfig',
      'ImageConfig',
      'KmsKeyArn',
      'Layers',
      'PublishToLatestPublished',
      'RecursiveLoop',
      'ReservedConcurrentExecutions',
      'RuntimeManagementConfig',
      'SnapStart',
      'TenancyConfig',
    ],
    exactlyOneOf: [],
    attributes: ['Arn', 'SnapStartResponse', 'SnapStartResponse.ApplyOn', 'SnapStartResponse.OptimizationStatus'],
  },
};
