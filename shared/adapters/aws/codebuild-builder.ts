import {
  BatchGetBuildsCommand,
  type CodeBuildClient,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Build, Builder } from '../../ports.ts';
import { machineNameOf } from '../../runtime/machine-name.ts';
import { activityKeys, BuildInput, StartedBuild } from './build-result.ts';
import { readText } from './read-text.ts';

/**
 * Runs the builder in CodeBuild. An activity has one build, however often it is started: the first start settles what
 * is built, and while that runs no other begins. CodeBuild's own idempotency forgets after five minutes.
 */
export function codebuildBuilder(
  codebuild: CodeBuildClient,
  s3: S3Client,
  projectName: string,
  bucket: string,
  newPermit: () => string,
): Builder {
  const startedBuild = async (project: string, activity: string): Promise<string | null> => {
    const started = await readText(s3, bucket, activityKeys(project, activity).started);
    return started === null ? null : StartedBuild.parse(JSON.parse(started)).id;
  };
  const isRunning = async (project: string, activity: string): Promise<boolean> => {
    const id = await startedBuild(project, activity);
    if (id === null) return false;
    const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids: [id] }));
    return builds?.some(({ buildStatus }) => buildStatus === 'IN_PROGRESS') ?? false;
  };
  return {
    isRunning,
    async startedFor(project, activity) {
      if ((await startedBuild(project, activity)) === null) return null;
      const input = await readText(s3, bucket, activityKeys(project, activity).input);
      return input === null ? null : BuildInput.parse(JSON.parse(input)).commit;
    },
    async stop(project, activity) {
      const id = await startedBuild(project, activity);
      if (id !== null) await codebuild.send(new StopBuildCommand({ id }));
    },
    async start(build) {
      const { project } = build.environment;
      if (await isRunning(project, build.activity.id)) return;

      const keys = activityKeys(project, build.activity.id);
      const settled = await settleInput(s3, bucket, keys.input, inputOf(build, newPermit()));
      const answer = await codebuild.send(
        new StartBuildCommand({
          projectName,
          idempotencyToken: build.activity.id,
          environmentVariablesOverride: Object.entries(buildVariables(build, settled)).map(
            ([name, value]) => ({ name, value, type: 'PLAINTEXT' }),
          ),
        }),
      );
      await s3.send(putJson(bucket, keys.started, StartedBuild.parse({ id: answer.build?.id })));
    },
  };
}

function inputOf({ commit, bundles, environment, data_from }: Build, permit: string): BuildInput {
  return { commit, bundles: [...bundles], environment: environment.id, data_from, permit };
}

/** Writes what is to be built, or reads what an earlier start has written. */
async function settleInput(
  s3: S3Client,
  bucket: string,
  key: string,
  input: BuildInput,
): Promise<BuildInput> {
  try {
    await s3.send(putJson(bucket, key, input, { IfNoneMatch: '*' }));
    return input;
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
    return BuildInput.parse(JSON.parse((await readText(s3, bucket, key)) ?? ''));
  }
}

function putJson(bucket: string, key: string, value: object, condition: { IfNoneMatch?: string } = {}) {
  return new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: JSON.stringify(value),
    ContentType: 'application/json',
    ...condition,
  });
}

/** What a build is told, beside what its CodeBuild project sets for all of them. */
export function buildVariables(
  { action, environment, activity }: Build,
  { commit, data_from, permit }: BuildInput,
): Record<string, string> {
  return {
    BOUGH_ACTION: action,
    BOUGH_PROJECT: environment.project,
    BOUGH_INTEGRATION: environment.integration,
    BOUGH_ENVIRONMENT: environment.id,
    BOUGH_ENVIRONMENT_TYPE: environment.type,
    BOUGH_MACHINE_NAME: machineNameOf(environment.id),
    BOUGH_BRANCH: environment.pull_request?.source_branch ?? environment.id,
    BOUGH_COMMIT: commit,
    BOUGH_PULL_REQUEST: environment.pull_request ? String(environment.pull_request.number) : '',
    BOUGH_PARENT: environment.parent ?? '',
    BOUGH_DATA_FROM: data_from ?? '',
    BOUGH_DATA_FROM_MACHINE_NAME: data_from ? machineNameOf(data_from) : '',
    BOUGH_CLONE_DATA: String(activity.clone_data && data_from !== null),
    BOUGH_RESOURCES: environment.resources ?? 'default',
    BOUGH_ACTIVITY: activity.id,
    BOUGH_PERMIT: permit,
  };
}
