import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BuildSpec, ComputeType, LinuxArmBuildImage, Project, Source } from 'aws-cdk-lib/aws-codebuild';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ProjectConfig } from '../../functions/builder/config.ts';
import { acknowledge, logicalIdOf } from './acknowledge.ts';
import { grantObjects } from './grants.ts';
import type { Storage } from './storage.ts';

export interface BuilderProps {
  /** The directory with the builder's bundle. */
  readonly directory: string;
  readonly storage: Storage;
  readonly events: Queue;
  readonly sitesUrl: string;
  /** ARNs of managed policies for what deploy scripts do beside publishing. */
  readonly policies: readonly string[];
}

/** Every status that ends a build. */
const FINAL_STATUSES = ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'];

const buildSpec = BuildSpec.fromObject({
  version: '0.2',
  phases: {
    install: { 'runtime-versions': { nodejs: 22 } },
    build: { commands: ['node --enable-source-maps "$CODEBUILD_SRC_DIR/index.mjs"'] },
  },
});

/** Deploys environments, clones their data and tears them down, in CodeBuild; the end of a build is an event. */
export class Builder extends Construct {
  readonly project: Project;

  constructor(
    scope: Construct,
    id: string,
    { directory, storage, events, sitesUrl, policies }: BuilderProps,
  ) {
    super(scope, id);

    const source = new Asset(this, 'Source', { path: directory });
    const environment = {
      MIRROR_BUCKET: storage.mirror.bucketName,
      SITES_BUCKET: storage.sites.bucketName,
      DATA_BUCKET: storage.data.bucketName,
      ACTIVITIES_BUCKET: storage.activities.bucketName,
      SITES_URL: sitesUrl,
    } satisfies ProjectConfig;
    this.project = new Project(this, 'Project', {
      description: 'Deploys, clones the data of, and tears down environments',
      source: Source.s3({ bucket: source.bucket, path: source.s3ObjectKey }),
      buildSpec,
      environment: {
        buildImage: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
        computeType: ComputeType.SMALL,
      },
      environmentVariables: Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, { value }]),
      ),
      timeout: Duration.minutes(30),
      logging: { cloudWatch: { logGroup: this.createLogGroup() } },
      grantReportGroupPermissions: false,
    });
    grantObjects(this.project, storage.mirror, ['read']);
    grantObjects(this.project, storage.sites, ['read', 'write', 'delete']);
    grantObjects(this.project, storage.data, ['read', 'write', 'delete']);
    grantObjects(this.project, storage.activities, ['read', 'write']);

    for (const arn of policies) {
      this.project.role?.addManagedPolicy(ManagedPolicy.fromManagedPolicyArn(this, arn, arn));
    }

    const finished = new Rule(this, 'Finished', {
      description: 'Tells the processor that a build has ended',
      eventPattern: {
        source: ['aws.codebuild'],
        detailType: ['CodeBuild Build State Change'],
        detail: { 'project-name': [this.project.projectName], 'build-status': FINAL_STATUSES },
      },
      targets: [new SqsQueue(events)],
    });
    acknowledge(finished, {
      'Serverless-EventBusDLQ': 'A build whose end was not told of is asked about by the next prune.',
    });
    this.acknowledgeProject();
  }

  /** What the CDK gives every CodeBuild project. */
  private acknowledgeProject(): void {
    const logs = `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/codebuild/<${logicalIdOf(this.project)}>`;
    const source = "Only for the builder's own bundle, in the bucket of the CDK.";
    acknowledge(this.project, {
      'AwsSolutions-CB4': 'It makes no artifacts that could be encrypted.',
      'AwsSolutions-IAM5[Action::s3:GetBucket*]': source,
      'AwsSolutions-IAM5[Action::s3:GetObject*]': source,
      'AwsSolutions-IAM5[Action::s3:List*]': source,
      [`AwsSolutions-IAM5[Resource::${logs}:*]`]: "Only the streams of the project's own log group.",
    });
  }

  private createLogGroup(): LogGroup {
    return new LogGroup(this, 'Logs', { removalPolicy: RemovalPolicy.DESTROY });
  }
}
