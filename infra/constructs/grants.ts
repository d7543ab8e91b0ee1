import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcard, arnOf } from './acknowledge.ts';
import { INDEX_NAME } from './storage.ts';

// The CDK's grants allow more than Bough's programs call (`s3:GetObject*`, streams, scans), so these list each action.

const OBJECT_ACTIONS = {
  list: [],
  read: ['s3:GetObject'],
  write: ['s3:PutObject'],
  /** Multipart uploads, for objects too large for one request. */
  upload: ['s3:PutObject', 's3:AbortMultipartUpload'],
  delete: ['s3:DeleteObject'],
} as const;

/**
 * Grants exactly these actions on a bucket's objects.
 * Reading includes listing: without it S3 responds with "access denied" instead of "not found" for a missing object.
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
    'Object names contain projects and environments that do not exist yet.',
  );
  if (verbs.includes('read') || verbs.includes('list')) {
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] });
  }
}

/** Grants reading the pages that are sent for paths without a file, without listing. */
export function grantSitePages(grantee: IGrantable, sites: IBucket): void {
  const pages = ['*/200.html', '*/404.html', '*/index.html'];
  Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    resourceArns: pages.map((page) => sites.arnForObjects(page)),
  });
  for (const page of pages) {
    acknowledgeWildcard(
      grantee,
      `${arnOf(sites)}/${page}`,
      'Site names contain environments that do not exist yet.',
    );
  }
}

const ITEM_ACTIONS = {
  get: 'dynamodb:GetItem',
  query: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  delete: 'dynamodb:DeleteItem',
} as const;

/** Grants exactly these actions on the table's items. */
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

/** Grants queries of the index, for lists across partitions. */
export function grantIndex(grantee: IGrantable, table: Table): void {
  Grant.addToPrincipal({
    grantee,
    actions: [ITEM_ACTIONS.query],
    resourceArns: [`${table.tableArn}/index/${INDEX_NAME}`],
  });
}
