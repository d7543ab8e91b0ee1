import {
  BatchGetBuildsCommand,
  type CodeBuildClient,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Build } from '../../../domain/builds/build.ts';
import { restrictsRobots } from '../../../domain/environments/environment.ts';
import type { Builder } from '../../../ports/builder.ts';
import { machineNameOf } from '../../../runtime/machine-name.ts';
import { createObject } from '../s3/create-object.ts';
import { readDated, readText } from '../s3/read-text.ts';
import { withWaitErrors } from '../wait-errors.ts';
import { activityKeys, BuildInput, StartedBuild } from './build-documents.ts';
import { findBuild } from './find-build.ts';

/**
 * Runs the builder in CodeBuild. Starting is idempotent: the first start stores the input, and no second build starts
 * while one runs. CodeBuild's idempotency tokens expire after five minutes, so a build without a stored id is searched
 * among the project's builds.
 */
export function codebuildBuilder(
  codebuild: CodeBuildClient,
  s3: S3Client,
  projectName: string,
  bucket: string,
  newPermit: () => string,
): Builder {
  const note = async (project: string, activity: string, id: string | undefined) => {
    const { started } = activityKeys(project, activity);
    await s3.send(new PutObjectCommand(putJson(bucket, started, StartedBuild.parse({ id }))));
  };
  const buildOf = async (project: string, activity: string): Promise<string | null> => {
    const keys = activityKeys(project, activity);
    const noted = await readText(s3, bucket, keys.started);
    if (noted !== null) return StartedBuild.parse(JSON.parse(noted)).id;
    const input = await readDated(s3, bucket, keys.input);
    if (input === null) return null;
    const found = await findBuild(codebuild, projectName, activity, input.writtenAt);
    if (found !== null) await note(project, activity, found);
    return found;
  };
  const isInProgress = async (id: string): Promise<boolean> => {
    const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids: [id] }));
    return builds?.some(({ buildStatus }) => buildStatus === 'IN_PROGRESS') ?? false;
  };

  const isRunning = async (project: string, activity: string): Promise<boolean> => {
    const id = await buildOf(project, activity);
    return id !== null && (await isInProgress(id));
  };
  const startedFor = async (project: string, activity: string): Promise<string | null> => {
    if ((await buildOf(project, activity)) === null) return null;
    const input = await readText(s3, bucket, activityKeys(project, activity).input);
    return input === null ? null : BuildInput.parse(JSON.parse(input)).commit;
  };
  const stop = async (project: string, activity: string): Promise<void> => {
    const id = await buildOf(project, activity);
    if (id !== null) await codebuild.send(new StopBuildCommand({ id }));
  };
  const start = async (build: Build): Promise<void> => {
    const { project } = build.environment;
    const earlier = await buildOf(project, build.activity.id);
    if (earlier !== null && (await isInProgress(earlier))) return;

    const { input } = activityKeys(project, build.activity.id);
    const settled = await settleInput(s3, bucket, input, inputOf(build, newPermit()));
    const response = await codebuild.send(
      new StartBuildCommand({
        projectName,
        idempotencyToken: tokenFor(build.activity.id, earlier),
        environmentVariablesOverride: Object.entries(buildVariables(build, settled)).map(([name, value]) => ({
          name,
          value,
          type: 'PLAINTEXT',
        })),
      }),
    );
    await note(project, build.activity.id, response.build?.id);
  };
  return {
    isRunning: (project, activity) => withWaitErrors(() => isRunning(project, activity)),
    startedFor: (project, activity) => withWaitErrors(() => startedFor(project, activity)),
    stop: (project, activity) => withWaitErrors(() => stop(project, activity)),
    start: (build) => withWaitErrors(() => start(build)),
  };
}

/** The idempotency token. Within five minutes the plain activity id would return the ended build again. */
function tokenFor(activity: string, earlier: string | null): string {
  return earlier === null ? activity : `${activity}-${earlier.split(':').at(-1)}`;
}

function inputOf({ commit, bundles, environment, data_from }: Build, permit: string): BuildInput {
  return { commit, bundles: [...bundles], environment: environment.id, data_from, permit };
}

/** Writes the input, or reads the input that an earlier start has written. */
async function settleInput(
  s3: S3Client,
  bucket: string,
  key: string,
  input: BuildInput,
): Promise<BuildInput> {
  if (await createObject(s3, putJson(bucket, key, input))) return input;
  return BuildInput.parse(JSON.parse((await readText(s3, bucket, key)) ?? ''));
}

function putJson(Bucket: string, Key: string, value: object) {
  return { Bucket, Key, Body: JSON.stringify(value), ContentType: 'application/json' };
}

/** The environment variables of one build. The CodeBuild project sets those that all builds share. */
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
    BOUGH_RESTRICT_ROBOTS: String(restrictsRobots(environment)),
    BOUGH_ACTIVITY: activity.id,
    BOUGH_PERMIT: permit,
  };
}
