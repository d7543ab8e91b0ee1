/**
 * The builder: a program that CodeBuild runs, not a Lambda function. Its environment variables are `ProjectConfig` and
 * `Job`, its exit code is 0 for a success, and its result is an object in the activities bucket.
 */

import { performance } from 'node:perf_hooks';
import { s3Client } from '../../shared/adapters/aws/s3/client.ts';
import { explain } from '../../shared/errors.ts';
import { BuildStopped, build } from './build.ts';
import { buildLimit } from './build-limit.ts';
import { ProjectConfig } from './config.ts';
import { fetchCredentials, withCredentials } from './credentials.ts';
import { Job } from './job.ts';

const stopping = new AbortController();
const stop = () => stopping.abort(new BuildStopped('The build was stopped before it had ended.'));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// Unexpected errors also end the build with a result, which has their message.
process.on('uncaughtException', (error) => stopping.abort(error));
process.on('unhandledRejection', (reason) => stopping.abort(reason));

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const parsed = parseEnvironment();
  if (!parsed) return 1;
  const { variables, ...credentials } = await fetchCredentials(
    parsed.job,
    parsed.config,
    process.env['AWS_REGION'] ?? '',
  );
  const succeeded = await build({
    ...parsed,
    s3: s3Client(credentials),
    environment: withCredentials(process.env, credentials),
    variables,
    print,
    signal: stopping.signal,
    limit: buildLimit(parsed.config, performance.now()),
  });
  return succeeded ? 0 : 1;
}

function parseEnvironment(): { job: Job; config: ProjectConfig } | null {
  const job = Job.safeParse(process.env);
  const config = ProjectConfig.safeParse(process.env);
  if (job.success && config.success) return { job: job.data, config: config.data };
  const issues = [...(job.error?.issues ?? []), ...(config.error?.issues ?? [])];
  print(
    `Missing or wrong in the build's environment: ${issues.map(({ path }) => path.join('.')).join(', ')}.`,
  );
  return null;
}

const code = await main().catch((error: unknown) => {
  print(`The build broke off: ${explain(error)}`);
  return 1;
});
// Pending requests of a stopped build must not keep the process alive.
process.exit(code);
