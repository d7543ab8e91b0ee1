import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BuildSpec, ComputeType, LinuxArmBuildImage, Project, Source } from 'aws-cdk-lib/aws-codebuild';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ProjectConfig } from '../../functions/builder/config.ts';
import { grantObjects } from './grants.ts';
import type { Storage } from './storage.ts';

export interface BuilderProps {
  /** The directory with the builder's bundle. */
  readonly directory: string;
  readonly storage: Storage;
  readonly events: Queue;
  readonly sitesUrl: string;
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

  constructor(scope: Construct, id: string, { directory, storage, events, sitesUrl }: BuilderProps) {
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

    new Rule(this, 'Finished', {
      description: 'Tells the processor that a build has ended',
      eventPattern: {
        source: ['aws.codebuild'],
        detailType: ['CodeBuild Build State Change'],
        detail: { 'project-name': [this.project.projectName], 'build-status': FINAL_STATUSES },
      },
      targets: [new SqsQueue(events)],
    });
  }

  private createLogGroup(): LogGroup {
    return new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
