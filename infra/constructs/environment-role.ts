import { ArnFormat, Stack } from 'aws-cdk-lib';
import {
  Grant,
  type IPrincipal,
  ManagedPolicy,
  PolicyStatement,
  Role,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge, arnOf } from './acknowledge.ts';
import type { Storage } from './storage.ts';

export interface EnvironmentRoleProps {
  /** Who gives its sessions out. */
  readonly assumedBy: IPrincipal;
  readonly storage: Storage;
  /** What else of Bough no attached policy shall reach. */
  readonly closed: readonly string[];
  /** ARNs of managed policies for what deploy scripts do beside publishing. */
  readonly policies: readonly string[];
}

/** A session's tag, as policies name it. */
const tag = (name: string) => `\${aws:PrincipalTag/${name}}`;

const PROJECT = tag('project');
const ENVIRONMENT = tag('environment');
const DATA = tag('data');
const ACTIVITY = tag('activity');

/**
 * What builds act with. A session's tags name a project, an environment, one whose data it may read, and an activity:
 * it reaches what is these's own and nothing of any other environment, whatever other policies are attached.
 */
export class EnvironmentRole extends Role {
  constructor(scope: Construct, id: string, props: EnvironmentRoleProps) {
    const { assumedBy, storage, closed, policies } = props;
    const own = ownOf(storage);
    const boundary = new ManagedPolicy(scope, `${id}Boundary`, {
      description: "The most that builds can do: nothing to Bough itself, nothing to other environments' own",
      statements: [...own, everythingBut([...kept(storage), ...named(Stack.of(scope)), ...closed])],
    });
    super(scope, id, {
      description: 'What builds act with, each for its own environment',
      assumedBy: new SessionTagsPrincipal(assumedBy),
      permissionsBoundary: boundary,
      managedPolicies: policies.map((arn) => ManagedPolicy.fromManagedPolicyArn(scope, arn, arn)),
    });
    for (const statement of own) this.addToPolicy(statement);
    for (const arn of policies) {
      acknowledge(this, {
        [`AwsSolutions-IAM4[Policy::${arn}]`]: 'Whoever deploys has chosen it, and the boundary limits it.',
      });
    }
    Grant.addToPrincipal({
      grantee: { grantPrincipal: assumedBy },
      actions: ['sts:AssumeRole', 'sts:TagSession'],
      resourceArns: [this.roleArn],
    });
    acknowledgeOwn(this, storage);
    acknowledgeOwn(boundary, storage);
    acknowledge(boundary, {
      'AwsSolutions-IAM5[Action::*]': 'It allows nothing by itself: it only limits what policies allow.',
    });
  }
}

/** The keys of a session's own objects. */
const SITE = `${ENVIRONMENT}-${PROJECT}/*`;
const OWN_DATA = `${PROJECT}/${ENVIRONMENT}/*`;
const PARENT_DATA = `${PROJECT}/${DATA}/*`;
const MIRROR = `${PROJECT}/*`;

function ownOf({ mirror, sites, data, activities }: Storage): PolicyStatement[] {
  const file = (name: string) => `${PROJECT}/${ACTIVITY}.${name}`;
  return [
    mayList(mirror, [MIRROR]),
    may(['s3:GetObject'], mirror, [MIRROR]),
    mayList(sites, [SITE]),
    may(['s3:PutObject', 's3:DeleteObject'], sites, [SITE]),
    mayList(data, [OWN_DATA, PARENT_DATA]),
    may(['s3:GetObject'], data, [OWN_DATA, PARENT_DATA]),
    may(['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'], data, [OWN_DATA]),
    mayList(activities, [file('*')]),
    may(['s3:GetObject'], activities, [file('build.json'), file('log')]),
    may(['s3:PutObject'], activities, [file('log'), file('result.json')]),
  ];
}

function acknowledgeOwn(construct: Construct, { mirror, sites, data }: Storage): void {
  const own: [IBucket, string][] = [
    [mirror, MIRROR],
    [sites, SITE],
    [data, OWN_DATA],
    [data, PARENT_DATA],
  ];
  for (const [bucket, keys] of own) {
    const resource = `${arnOf(bucket)}/${keys.replaceAll('${', '<').replaceAll('}', '>')}`;
    acknowledge(construct, {
      [`AwsSolutions-IAM5[Resource::${resource}]`]: "Only what is below the session's own prefix.",
    });
  }
}

function may(actions: string[], bucket: IBucket, keys: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: keys.map((key) => bucket.arnForObjects(key)) });
}

function mayList(bucket: IBucket, prefixes: string[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [bucket.bucketArn],
    conditions: { StringLike: { 's3:prefix': prefixes } },
  });
}

/** Whatever policies are attached, they do not reach what Bough itself consists of. */
function everythingBut(notResources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['*'], notResources });
}

function kept({ table, key, mirror, sites, data, activities }: Storage): string[] {
  return [
    ...[mirror, sites, data, activities].flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')]),
    table.tableArn,
    `${table.tableArn}/*`,
    key.keyArn,
  ];
}

/** What CloudFormation names after the stack; by name, because some of it is made later and refers to the role. */
function named(stack: Stack): string[] {
  const all = `${stack.stackName}-*`;
  const { COLON_RESOURCE_NAME } = ArnFormat;
  return [
    { service: 'lambda', resource: 'function', resourceName: all, arnFormat: COLON_RESOURCE_NAME },
    { service: 'iam', region: '', resource: 'role', resourceName: all },
    { service: 'iam', region: '', resource: 'policy', resourceName: all },
    { service: 'logs', resource: 'log-group', resourceName: all, arnFormat: COLON_RESOURCE_NAME },
    { service: 'events', resource: 'rule', resourceName: all },
    { service: 'cloudformation', resource: 'stack', resourceName: `${stack.stackName}/*` },
  ].map((arn) => stack.formatArn(arn));
}
