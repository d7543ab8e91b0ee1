import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { BoughError, explain } from '../../../errors.ts';
import type { BuildResults } from '../../../ports/builder.ts';
import { jsonOrUndefined } from '../../../runtime/json.ts';
import { type End, readTail, readText } from '../s3/read-text.ts';
import { activityKeys, BuildInput, BuildResult } from './build-documents.ts';

/** The largest result of a build that is read, in bytes; the limits of its parts add up to less. */
export const longestResult = 2 ** 20;

const Settled = z.pick(BuildInput, { commit: true });

/**
 * Reads the results of builds. The repository's scripts may have forged a result, so the commit is taken from the
 * build's input, and an invalid result is a failure of the activity.
 */
export function s3BuildResults(s3: S3Client, bucket: string): BuildResults {
  return {
    async read(project, activity) {
      const keys = activityKeys(project, activity);
      const left = await readTail(s3, bucket, keys.result, longestResult);
      if (left === null) return null;
      const input = await readText(s3, bucket, keys.input);
      if (input === null) return null;
      return { ...resultIn(left), commit: Settled.parse(JSON.parse(input)).commit };
    },
  };
}

type Result = Pick<BuildResult, 'result' | 'because' | 'fault' | 'routes'>;

function resultIn({ text, isCut }: End): Result {
  if (isCut) return unusable(`it is larger than ${longestResult} bytes`);
  const { success, data, error } = BuildResult.safeParse(jsonOrUndefined(text));
  if (!success) return unusable(problemIn(error));
  const { log_tail: _, timings: __, ...result } = data;
  return result;
}

function problemIn({ issues: [issue] }: z.core.$ZodError): string {
  const field = issue?.path.join('.') ?? '';
  return field === '' ? 'it is not a JSON object with its fields' : `${field}: ${issue?.message}`;
}

function unusable(problem: string): Result {
  const error = new BoughError('invalid', `The build has left a result that cannot be used: ${problem}.`, {
    remedy:
      'Only Bough writes the results of builds: see that the scripts in .bough do not, and try it again.',
  });
  return { result: 'failure', because: explain(error), routes: [] };
}
