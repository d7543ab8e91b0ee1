import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcard, arnOf } from './acknowledge.ts';
import { INDEX_NAME } from './storage.ts';

// The CDK's own grants are wider than what Bough's programs call (`s3:GetObject*`, streams, scans): these name each call.

const OBJECT_ACTIONS = {
  list: [],
  read: ['s3:GetObject'],
  write: ['s3:PutObject'],
  /** Of what is too large for one request. */
  upload: ['s3:PutObject', 's3:AbortMultipartUpload'],
  delete: ['s3:DeleteObject'],
} as const;

/**
 * Lets a program do just this with a bucket's objects.
 * Whoever reads may list, because S3 calls a missing object "access denied" to those who may not.
 */
export function grantObjects(
  grantee: IGrantable,
  bucket: IBucket,
  verbs: readonly (keyof typeof OBJECT_ACTIONS)[],
): void {
  Grant.addToPrincipal({
    grantee,
    actions: verbs.flatMap((verb) => OBJECT_ACTIONS[verb]),
    resourceArns: [bucket.arnForObjects('*')],
  });
  acknowledgeWildcard(
    grantee,
    `${arnOf(bucket)}/*`,
    'Objects are named after projects and environments to come.',
  );
  if (verbs.includes('read') || verbs.includes('list')) {
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] });
  }
}

/** Lets a program read the page that a site has for what it does not have. Whether there is one, it need not be told. */
export function grantErrorPages(grantee: IGrantable, sites: IBucket): void {
  const pages = '*/404.html';
  Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [sites.arnForObjects(pages)] });
  acknowledgeWildcard(grantee, `${arnOf(sites)}/${pages}`, 'Sites are named after environments to come.');
}

const ITEM_ACTIONS = {
  get: 'dynamodb:GetItem',
  query: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  delete: 'dynamodb:DeleteItem',
} as const;

/** Lets a program do just this with the table's items. */
export function grantItems(
  grantee: IGrantable,
  table: Table,
  verbs: readonly (keyof typeof ITEM_ACTIONS)[],
): void {
  Grant.addToPrincipal({
    grantee,
    actions: verbs.map((verb) => ITEM_ACTIONS[verb]),
    resourceArns: [table.tableArn],
  });
}

/** Lets a program list what is listed across partitions. */
export function grantIndex(grantee: IGrantable, table: Table): void {
  Grant.addToPrincipal({
    grantee,
    actions: [ITEM_ACTIONS.query],
    resourceArns: [`${table.tableArn}/index/${INDEX_NAME}`],
  });
}
