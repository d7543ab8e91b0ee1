import { createHash } from 'node:crypto';
import { type CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { machineName } from '../../domain/names.ts';
import type { Build, Builder } from '../../ports.ts';
import { activityKeys } from './build-result.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/**
 * Starts the builder as a CodeBuild build. The activity's id makes it one build however often it is started.
 * The chain of bundles can be longer than a build's environment may be, so it travels as an object.
 */
export function codebuildBuilder(
  codebuild: CodeBuildClient,
  s3: S3Client,
  projectName: string,
  bucket: string,
): Builder {
  return {
    async start(build) {
      const { project } = build.environment;
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: activityKeys(project, build.activity.id).input,
          Body: JSON.stringify({ bundles: build.bundles }),
          ContentType: 'application/json',
        }),
      );
      await codebuild.send(
        new StartBuildCommand({
          projectName,
          idempotencyToken: build.activity.id,
          environmentVariablesOverride: Object.entries(buildVariables(build)).map(([name, value]) => ({
            name,
            value,
            type: 'PLAINTEXT',
          })),
        }),
      );
    },
  };
}

/** What a build is told, beside what its CodeBuild project sets for all of them. */
export function buildVariables({ action, environment, activity, commit }: Build): Record<string, string> {
  return {
    BOUGH_ACTION: action,
    BOUGH_PROJECT: environment.project,
    BOUGH_INTEGRATION: environment.integration,
    BOUGH_ENVIRONMENT: environment.id,
    BOUGH_ENVIRONMENT_TYPE: environment.type,
    BOUGH_MACHINE_NAME: machineName(environment.id, sha256),
    BOUGH_BRANCH: environment.pull_request?.source_branch ?? environment.id,
    BOUGH_COMMIT: commit,
    BOUGH_PULL_REQUEST: environment.pull_request ? String(environment.pull_request.number) : '',
    BOUGH_PARENT: environment.parent ?? '',
    BOUGH_PARENT_MACHINE_NAME: environment.parent ? machineName(environment.parent, sha256) : '',
    BOUGH_CLONE_DATA: String(activity.clone_data && environment.parent !== null),
    BOUGH_RESOURCES: 'default',
    BOUGH_ACTIVITY: activity.id,
  };
}
