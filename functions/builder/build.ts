import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  activityKeys,
  type BuildResult,
  longestReason,
} from '../../shared/adapters/aws/builds/build-documents.ts';
import { exists } from '../../shared/adapters/aws/s3/objects.ts';
import type { Route } from '../../shared/domain/environments/routes.ts';
import { cut } from '../../shared/domain/values/text.ts';
import type { BuildVariable } from '../../shared/domain/variables/variable.ts';
import { BoughError, explain } from '../../shared/errors.ts';
import { GitError } from '../../shared/git/git-error.ts';
import type { BuildContext, Workspace } from './build-context.ts';
import type { BuildLimit } from './build-limit.ts';
import { buildLink } from './build-link.ts';
import type { ProjectConfig } from './config.ts';
import { deploy } from './deploy.ts';
import type { Job } from './job.ts';
import { type BuildLog, openLog } from './log.ts';
import { createMask, type Mask } from './mask.ts';
import { ownSecrets } from './own-secrets.ts';
import { scriptEnvironment } from './script-environment.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import { teardown } from './teardown.ts';
import { withTimeLimit } from './time-limit.ts';

/** The time in which a stopped build ends by itself. Its script gets most of that time. */
const graceMilliseconds = 3000;

/** The reason of a build that was stopped from outside. Such a build leaves no result. */
export class BuildStopped extends Error {
  override readonly name = 'BuildStopped';
}

/** The input of `build`. */
export interface BuildOptions {
  job: Job;
  config: ProjectConfig;
  s3: S3Client;
  /** The builder's own environment, which scripts inherit. */
  environment: Record<string, string | undefined>;
  /** The variables that users gave scripts. */
  variables: readonly BuildVariable[];
  /** Receives every line of the log. */
  print: (line: string) => void;
  /** Stops the build; the signal's reason becomes the build's. */
  signal: AbortSignal;
  /** The time after which the build fails; undefined where CodeBuild ends it. */
  limit?: BuildLimit | undefined;
}

/**
 * Runs one job and writes its result to the activities bucket, except when the build is stopped (`BuildStopped`).
 * A job that has a result is not run again.
 * @returns true for a success
 */
export async function build(options: BuildOptions): Promise<boolean> {
  const { job, config, s3, print } = options;
  const mask = createMask([...options.variables, ...ownSecrets(job, options.environment)]);
  const keys = activityKeys(job.BOUGH_PROJECT, job.BOUGH_ACTIVITY);
  const bucket = config.ACTIVITIES_BUCKET;
  if (await exists(s3, bucket, keys.result)) {
    print(`Activity ${job.BOUGH_ACTIVITY} has ended before: there is nothing to do`);
    return true;
  }
  const log = maskedLog(await openLog({ s3, bucket, key: keys.log, echo: print }), mask);
  const link = buildLink(options.environment);
  if (link) log.line(`Build: ${link}`);
  const { timings, timed, summary } = startStopwatch();
  const outcome = await attempt(options, log, mask, timed);
  log.line(summary());
  if (outcome.result === 'failure') log.line(outcome.because);
  // The result ends the build, so the log must be complete before.
  await log.close().catch((error: unknown) => print(`The log could not be stored: ${explain(error)}`));
  if (options.signal.reason instanceof BuildStopped && outcome.result === 'failure') return false;
  const because = cut(mask.hide(outcome.because), longestReason);
  const result: BuildResult = { ...outcome, because, log_tail: log.tail(), timings };
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: keys.result,
      Body: JSON.stringify(result),
      ContentType: 'application/json',
    }),
  );
  return outcome.result === 'success';
}

type Outcome = Pick<BuildResult, 'result' | 'because' | 'fault' | 'routes'>;

/** The log, whose own lines have no sensitive values either: messages can quote what a script wrote. */
function maskedLog(log: BuildLog, mask: Mask): BuildLog {
  return { ...log, line: (text) => log.line(mask.hide(text)) };
}

async function attempt(options: BuildOptions, log: BuildLog, mask: Mask, timed: Stopwatch): Promise<Outcome> {
  const { job, signal, limit } = options;
  try {
    const routes = await withTimeLimit(signal, limit?.milliseconds, limit?.reason, (limited) => {
      const steps = inWorkspace(options, (place) =>
        work({ ...options, ...place, signal: limited, log, mask }, timed),
      );
      return untilStopped(steps, limited);
    });
    return { result: 'success', because: successText(job), routes };
  } catch (error) {
    // Steps of a stopped build can fail with secondary errors; the reason of the stop is the cause.
    const reason = signal.aborted ? signal.reason : error;
    return { result: 'failure', because: explainFailure(reason), ...faultOf(reason), routes: [] };
  }
}

/** Failures of the repository's scripts and settings are `invalid`. All others are faults of the infrastructure. */
function faultOf(error: unknown): Pick<BuildResult, 'fault'> {
  const isUsers = error instanceof BoughError && error.code === 'invalid';
  return isUsers ? {} : { fault: 'infrastructure' };
}

async function work(context: BuildContext, timed: Stopwatch): Promise<Route[]> {
  if (context.job.BOUGH_ACTION === 'deploy') return deploy(context, timed);
  await teardown(context, timed);
  return [];
}

function successText(job: Job): string {
  return job.BOUGH_ACTION === 'deploy'
    ? `Deployed ${job.BOUGH_COMMIT.slice(0, 7)}`
    : `Removed what ${job.BOUGH_ENVIRONMENT} had`;
}

function explainFailure(error: unknown): string {
  return error instanceof GitError ? `${error.message}. ${error.remedy}` : explain(error);
}

/** Rejects when the build is stopped, after a grace period in which the steps can end. */
async function untilStopped<T>(steps: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = () => void delay(graceMilliseconds).then(() => reject(signal.reason));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([steps, stopped]);
}

async function inWorkspace<T>(
  { job, config, environment, print }: BuildOptions,
  act: (place: Pick<BuildContext, 'workspace' | 'scriptEnvironment'>) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'bough-'));
  const workspace: Workspace = {
    home: join(directory, 'home'),
    temporary: join(directory, 'tmp'),
    bundles: join(directory, 'bundles'),
    checkout: join(directory, 'checkout'),
    site: join(directory, 'site'),
    cache: join(directory, 'cache'),
    packedCache: join(directory, 'cache.tgz'),
    routes: join(directory, 'routes.json'),
    variables: join(directory, 'variables.json'),
  };
  try {
    for (const name of ['home', 'temporary', 'site', 'cache'] as const) await mkdir(workspace[name]);
    return await act({
      workspace,
      scriptEnvironment: scriptEnvironment(job, config, workspace, environment),
    });
  } finally {
    // Scripts can leave files that cannot be deleted. The build's result does not depend on that.
    await rm(directory, { recursive: true, force: true }).catch((error: unknown) => print(explain(error)));
  }
}
