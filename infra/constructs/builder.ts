import { RemovalPolicy } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Project, Source } from 'aws-cdk-lib/aws-codebuild';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ProjectConfig } from '../../functions/builder/config.ts';
import { isCurated } from '../builder-settings.ts';
import type { Settings } from '../settings.ts';
import { acknowledge, acknowledgeWildcard, logicalIdOf } from './acknowledge.ts';
import { buildMachine } from './build-machine.ts';
import type { Storage } from './storage.ts';

/** The resources that builds use. */
export interface BuilderProps {
  /** The directory of the builder's bundle. */
  readonly directory: string;
  readonly storage: Storage;
  readonly events: Queue;
  readonly http: HttpApi;
  readonly sitesUrl: string;
  readonly settings: Settings;
}

/** The final statuses of a build. */
const FINAL_STATUSES = ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'];

/** The CodeBuild project that deploys environments, clones their data and tears them down. The end of a build is an event. */
export class Builder extends Construct {
  readonly project: Project;
  /** The ARN of the builder's program in the `cdk bootstrap` bucket. */
  readonly sourceArn: string;

  constructor(scope: Construct, name: string, props: BuilderProps) {
    super(scope, name);
    const { directory, storage, events, http, sitesUrl, settings } = props;
    const { builderCompute, builderImage, builderPrivileged, bootstrapKeyArn } = settings;

    const source = new Asset(this, 'Source', { path: directory });
    this.sourceArn = source.bucket.arnForObjects(source.s3ObjectKey);
    const environment = {
      MIRROR_BUCKET: storage.mirror.bucketName,
      SITES_BUCKET: storage.sites.bucketName,
      DATA_BUCKET: storage.data.bucketName,
      ACTIVITIES_BUCKET: storage.activities.bucketName,
      API_URL: http.apiEndpoint,
      SITES_URL: sitesUrl,
      COMPUTE: settings.builderCompute,
      TIMEOUT_MINUTES: String(settings.builderTimeoutMinutes),
    } satisfies ProjectConfig;
    // CodeBuild refuses timeouts on Lambda compute, so a change of the compute replaces the project instead of removing them.
    const id = builderCompute === 'lambda' ? 'LambdaProject' : 'Project';
    this.project = new Project(this, id, {
      description: 'Deploys, clones the data of, and tears down environments',
      source: Source.s3({ bucket: source.bucket, path: source.s3ObjectKey }),
      ...buildMachine(this, settings),
      environmentVariables: Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, { value }]),
      ),
      logging: { cloudWatch: { logGroup: this.createLogGroup() } },
      grantReportGroupPermissions: false,
    });
    if (bootstrapKeyArn !== undefined) {
      Grant.addToPrincipal({
        grantee: this.project,
        actions: ['kms:Decrypt'],
        resourceArns: [bootstrapKeyArn],
      });
    }
    // Deploy scripts can use this role, so it only allows requesting their environment's credentials.
    Grant.addToPrincipal({
      grantee: this.project,
      actions: ['execute-api:Invoke'],
      resourceArns: [http.arnForExecuteApi(HttpMethod.POST, '/builds/*', '$default')],
    });

    const finished = new Rule(this, 'Finished', {
      description: 'Sends the end of a build to the processor',
      eventPattern: {
        source: ['aws.codebuild'],
        detailType: ['CodeBuild Build State Change'],
        detail: { 'project-name': [this.project.projectName], 'build-status': FINAL_STATUSES },
      },
      targets: [new SqsQueue(events)],
    });
    acknowledge(finished, {
      'Serverless-EventBusDLQ': 'The next prune checks builds whose end event was lost.',
    });
    if (builderPrivileged) {
      acknowledge(this.project, {
        'AwsSolutions-CB3':
          'The user who deploys allows `docker build`. Every build has a machine of its own.',
      });
    }
    if (builderImage !== undefined && !isCurated(builderImage)) {
      acknowledge(this.project, { 'AwsSolutions-CB5': 'The user who deploys has chosen the image.' });
      acknowledgeWildcard(this.project, '*', 'A token of ECR belongs to the account, not to a repository.');
    }
    this.acknowledgeProject(http);
  }

  /** Acknowledges the permissions that the CDK gives every CodeBuild project. */
  private acknowledgeProject(http: HttpApi): void {
    const logs = `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/codebuild/<${logicalIdOf(this.project)}>`;
    const source = "Only the builder's own bundle, in the CDK's bucket.";
    const api = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${logicalIdOf(http)}>/$default`;
    acknowledge(this.project, {
      [`AwsSolutions-IAM5[Resource::${api}/POST/builds/*]`]:
        'A build requests its own credentials with a permit that only it has.',
      'AwsSolutions-CB4': 'The project has no artifacts to encrypt.',
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
