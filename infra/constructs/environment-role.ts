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

/** The role's sessions and policies. */
export interface EnvironmentRoleProps {
  /** The principal that creates sessions. */
  readonly assumedBy: IPrincipal;
  readonly storage: Storage;
  /** ARNs of managed policies for deploy scripts. */
  readonly policies: readonly string[];
  /** ARNs of the roles that builds may assume. */
  readonly deployRoles: readonly string[];
}

/** The policy variable of a session tag. */
const tag = (name: string) => `\${aws:PrincipalTag/${name}}`;

const PROJECT = tag('project');
const ENVIRONMENT = tag('environment');
const DATA = tag('data');
const ACTIVITY = tag('activity');

/**
 * The role of builds. A session's tags name a project, an environment, an environment whose data it may read, and an
 * activity. A session can access only these resources, regardless of the attached policies.
 */
export class EnvironmentRole extends Role {
  private readonly boundary: ManagedPolicy;

  constructor(scope: Construct, id: string, props: EnvironmentRoleProps) {
    const { assumedBy, storage, policies, deployRoles } = props;
    const own = ownOf(storage);
    const boundary = new ManagedPolicy(scope, `${id}Boundary`, {
      description: "The most that builds can do: nothing to Bough itself, nothing to other environments' own",
      statements: limitsOf(storage),
    });
    super(scope, id, {
      description: 'The role of builds, limited to their own environment',
      assumedBy: new SessionTagsPrincipal(assumedBy),
      permissionsBoundary: boundary,
      managedPolicies: policies.map((arn) => ManagedPolicy.fromManagedPolicyArn(scope, arn, arn)),
    });
    this.boundary = boundary;
    for (const statement of own) this.addToPolicy(statement);
    if (deployRoles.length > 0) {
      this.addToPolicy(
        new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources: [...deployRoles] }),
      );
    }
    for (const arn of policies) {
      acknowledge(this, {
        [`AwsSolutions-IAM4[Policy::${arn}]`]:
          'The user who deploys has chosen it, and the boundary limits it.',
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
      'AwsSolutions-IAM5[Action::*]': 'A boundary allows nothing by itself: it only limits policies.',
    });
  }

  /**
   * Denies resources to every attached policy. Call once, when all resources exist. `resources` are ARNs and patterns
   * of ARNs; `detours` are statements that deny indirect access to them.
   */
  close(resources: string[], detours: readonly PolicyStatement[]): void {
    this.boundary.addStatements(new PolicyStatement({ actions: ['*'], notResources: resources }), ...detours);
  }
}

/** The key patterns of a session's own objects. */
const SITE = `${ENVIRONMENT}-${PROJECT}/*`;
const OWN_DATA = `${PROJECT}/${ENVIRONMENT}/*`;
const PARENT_DATA = `${PROJECT}/${DATA}/*`;
const MIRROR = `${PROJECT}/*`;
const OWN_CACHE = `${PROJECT}/cache/${ENVIRONMENT}.tgz`;
const PARENT_CACHE = `${PROJECT}/cache/${DATA}.tgz`;

function ownOf({ mirror, sites, data, activities }: Storage): PolicyStatement[] {
  const file = (name: string) => `${PROJECT}/${ACTIVITY}.${name}`;
  return [
    mayList([mirror], [MIRROR]),
    may(['s3:GetObject'], mirror, [MIRROR]),
    mayList([sites], [SITE]),
    may(['s3:PutObject', 's3:DeleteObject'], sites, [SITE]),
    mayList([data], [OWN_DATA, PARENT_DATA]),
    may(['s3:GetObject'], data, [OWN_DATA, PARENT_DATA]),
    may(['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'], data, [OWN_DATA]),
    mayList([activities], [file('*'), OWN_CACHE, PARENT_CACHE]),
    may(['s3:GetObject'], activities, [file('build.json'), file('log'), OWN_CACHE, PARENT_CACHE]),
    may(['s3:PutObject'], activities, [file('log'), file('result.json'), OWN_CACHE]),
    may(['s3:DeleteObject'], activities, [OWN_CACHE]),
  ];
}

/**
 * The limits of attached policies on the same resources, in few characters: a managed policy has at most 6,144. No key of
 * one bucket has the form of another bucket's prefixes, except in the mirror.
 */
function limitsOf({ mirror, sites, data, activities }: Storage): PolicyStatement[] {
  const file = (name: string) => activities.arnForObjects(`${PROJECT}/${ACTIVITY}.${name}`);
  const prefixes = [SITE, OWN_DATA, PARENT_DATA, `${PROJECT}/${ACTIVITY}.*`, OWN_CACHE, PARENT_CACHE];
  return [
    mayList([mirror], [MIRROR]),
    mayList([sites, data, activities], prefixes),
    new PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [
        sites.arnForObjects(SITE),
        data.arnForObjects(OWN_DATA),
        activities.arnForObjects(OWN_CACHE),
      ],
    }),
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [
        mirror.arnForObjects(MIRROR),
        data.arnForObjects(PARENT_DATA),
        activities.arnForObjects(PARENT_CACHE),
        file('build.json'),
      ],
    }),
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [file('log'), file('result.json')],
    }),
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
      [`AwsSolutions-IAM5[Resource::${resource}]`]: "Only objects below the session's own prefix.",
    });
  }
}

function may(actions: string[], bucket: IBucket, keys: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: keys.map((key) => bucket.arnForObjects(key)) });
}

function mayList(buckets: readonly IBucket[], prefixes: string[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: buckets.map(({ bucketArn }) => bucketArn),
    conditions: { StringLike: { 's3:prefix': prefixes } },
  });
}
