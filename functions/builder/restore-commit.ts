import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { activityKeys, BuildInput } from '../../shared/adapters/aws/builds/build-documents.ts';
import { failedBecauseMissing } from '../../shared/adapters/aws/s3/objects.ts';
import { readTextIfExists } from '../../shared/adapters/aws/s3/read-text.ts';
import { BoughError } from '../../shared/errors.ts';
import { GitError } from '../../shared/git/git-error.ts';
import { inParallel } from '../../shared/runtime/in-parallel.ts';
import type { BuildContext } from './build-context.ts';
import { restore } from './restore.ts';

const downloads = 4;

/**
 * Creates the checkout from the mirror's bundles.
 * @returns false when the mirror does not have the commit
 */
export async function restoreCommit(context: BuildContext): Promise<boolean> {
  const { job, log, workspace, scriptEnvironment } = context;
  log.line(`Restoring ${job.BOUGH_COMMIT.slice(0, 7)} from the mirror`);
  const bundles = await download(context, await readInput(context));
  if (!bundles) return false;
  try {
    await restore({
      bundles,
      directory: workspace.checkout,
      commit: job.BOUGH_COMMIT,
      environment: scriptEnvironment,
    });
    return true;
  } catch (error) {
    if (error instanceof GitError && error.code === 'git_commit_missing') return false;
    throw error;
  } finally {
    await rm(workspace.bundles, { recursive: true, force: true });
  }
}

async function readInput({ job, config, s3 }: BuildContext): Promise<BuildInput> {
  const key = activityKeys(job.BOUGH_PROJECT, job.BOUGH_ACTIVITY).input;
  const text = await readTextIfExists(s3, config.ACTIVITIES_BUCKET, key);
  if (text !== null) return BuildInput.parse(JSON.parse(text));
  throw new BoughError(
    'internal',
    `The build was started without ${key}, which lists the mirror’s bundles.`,
    {
      remedy: 'Push again, or wait for the next scheduled prune.',
    },
  );
}

/** Downloads the bundles. Resolves to their files in the order of the chain; null when a bundle no longer exists. */
async function download(
  { config, s3, workspace }: BuildContext,
  { bundles }: BuildInput,
): Promise<string[] | null> {
  const files = bundles.map((key, index) => ({ key, path: join(workspace.bundles, `${index}.bundle`) }));
  await mkdir(workspace.bundles, { recursive: true });
  let isComplete = true;
  await inParallel(files, downloads, async ({ key, path }) => {
    const Bucket = config.MIRROR_BUCKET;
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
      if (Body instanceof Readable) await pipeline(Body, createWriteStream(path));
    } catch (error) {
      if (!(await failedBecauseMissing(s3, Bucket, key, error))) throw error;
      isComplete = false;
    }
  });
  return isComplete ? files.map(({ path }) => path) : null;
}
