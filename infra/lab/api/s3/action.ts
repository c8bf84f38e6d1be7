/**
 * The S3 permissions that the lab's operations need, and the kind of resource that each applies to (AWS, "Actions,
 * resources, and condition keys for Amazon S3").
 */
export const S3_ACTIONS = {
  's3:GetObject': 'object',
  's3:GetObjectVersion': 'object',
  's3:PutObject': 'object',
  's3:DeleteObject': 'object',
  's3:DeleteObjectVersion': 'object',
  's3:ListBucket': 'bucket',
  's3:ListBucketVersions': 'bucket',
  's3:ListBucketMultipartUploads': 'bucket',
  's3:GetBucketLocation': 'bucket',
} as const;
export type S3Action = keyof typeof S3_ACTIONS;
