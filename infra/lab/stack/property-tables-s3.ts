import type { ResourceType } from '../realise/realiser.ts';
import {
  boolean,
  integer,
  labHas,
  listOf,
  members,
  oneOf,
  type PropertyTable,
  policyDocument,
  realised,
  required,
  type Shape,
  stored,
  tags,
  text,
} from './property-shape.ts';

type S3Type = Extract<ResourceType, `AWS::S3::${string}`>;

const status = oneOf('Enabled', 'Disabled');

const publicAccessBlock: Shape = members({
  BlockPublicAcls: stored(boolean, 'the lab has no ACLs'),
  BlockPublicPolicy: stored(boolean, 'only the account of the lab asks'),
  IgnorePublicAcls: stored(boolean, 'the lab has no ACLs'),
  RestrictPublicBuckets: stored(boolean, 'only the account of the lab asks'),
});

const encryption: Shape = members({
  ServerSideEncryptionConfiguration: required(
    stored(
      listOf(
        members(
          {
            BucketKeyEnabled: stored(boolean, 'objects lie in memory'),
            ServerSideEncryptionByDefault: stored(
              members({ SSEAlgorithm: required(stored(labHas('AES256'), 'objects lie in memory')) }, ['KMSMasterKeyID']),
              'objects lie in memory',
            ),
          },
          ['BlockedEncryptionTypes'],
        ),
      ),
      'objects lie in memory',
    ),
  ),
});

const lifecycleRule: Shape = members(
  {
    Id: stored(text, 'its name'),
    Status: required(stored(status, 'no lab lives for a day')),
    Prefix: stored(text, 'no lab lives for a day'),
    ExpirationInDays: stored(integer, 'no lab lives for a day'),
    AbortIncompleteMultipartUpload: stored(
      members({ DaysAfterInitiation: required(stored(integer, 'no lab lives for a day')) }),
      'no lab lives for a day',
    ),
    NoncurrentVersionExpiration: stored(
      members({ NoncurrentDays: required(stored(integer, 'no lab lives for a day')) }, ['NewerNoncurrentVersions']),
      'no lab lives for a day',
    ),
  },
  [
    'ExpirationDate',
    'ExpiredObjectDeleteMarker',
    'NoncurrentVersionExpirationInDays',
    'NoncurrentVersionTransition',
    'NoncurrentVersionTransitions',
    'ObjectSizeGreaterThan',
    'ObjectSizeLessThan',
    'TagFilters',
    'Transition',
    'Transitions',
  ],
);

/** Buckets and who may read them. */
export const S3_TABLES: Readonly<Record<S3Type, PropertyTable>> = {
  'AWS::S3::Bucket': {
    properties: {
      BucketName: realised(text, 'its name; made up when absent'),
      PublicAccessBlockConfiguration: stored(publicAccessBlock, 'only the account of the lab asks'),
      BucketEncryption: stored(encryption, 'objects lie in memory'),
      OwnershipControls: stored(
        members({
          Rules: required(
            stored(
              listOf(
                members({
                  ObjectOwnership: stored(oneOf('BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'), 'the lab has no ACLs'),
                }),
              ),
              'the lab has no ACLs',
            ),
          ),
        }),
        'the lab has one owner',
      ),
      VersioningConfiguration: stored(
        members({ Status: required(stored(labHas('Suspended'), 'the lab keeps one version of an object')) }),
        'the lab keeps one version of an object',
      ),
      LifecycleConfiguration: stored(
        members({ Rules: required(stored(listOf(lifecycleRule), 'no lab lives for a day')) }, ['TransitionDefaultMinimumObjectSize']),
        'no lab lives for a day',
      ),
      Tags: tags,
    },
    lacks: [
      'AbacStatus',
      'AccelerateConfiguration',
      'AccessControl',
      'AnalyticsConfigurations',
      'BucketNamePrefix',
      'BucketNamespace',
      'CorsConfiguration',
      'IntelligentTieringConfigurations',
      'InventoryConfigurations',
      'LoggingConfiguration',
      'MetadataConfiguration',
      'MetadataTableConfiguration',
      'MetricsConfigurations',
      'NotificationConfiguration',
      'ObjectLockConfiguration',
      'ObjectLockEnabled',
      'ReplicationConfiguration',
      'WebsiteConfiguration',
    ],
    exactlyOneOf: [],
    attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  },
  'AWS::S3::BucketPolicy': {
    properties: {
      Bucket: required(realised(text, 'the bucket that it guards')),
      PolicyDocument: required(realised(policyDocument, 'which requests are answered')),
    },
    lacks: [],
    exactlyOneOf: [],
    attributes: [],
  },
};
