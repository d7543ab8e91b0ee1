import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchGetBuildsCommand, CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { onTestFinished } from 'vitest';
import type { buildEvent } from '../../../local/aws/codebuild/build.ts';
import { readBuildspec } from '../../../local/aws/codebuild/buildspec.ts';
import { createCodeBuild } from '../../../local/aws/codebuild/codebuild.ts';
import { aws, eventually, recordLog, serve, temporaryDirectory } from '../support.ts';

type BuildEvent = ReturnType<typeof buildEvent>;

interface Options {
  readonly directory?: string;
  readonly timeoutInMinutes?: number;
  readonly concurrency?: number;
  readonly accountLimit?: number;
  readonly tokenMs?: number;
  readonly path?: string;
  readonly environmentType?: string;
}

/** Starts the CodeBuild emulator with one project, `builder`, until the end of the test. */
export async function startCodeBuild(buildspec: string | object, options: Options = {}) {
  const directory = options.directory ?? (await temporaryDirectory());
  const source = join(directory, 'source');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'file.txt'), 'from the source');
  const recorder = recordLog();
  const events: BuildEvent[] = [];
  const codebuild = await createCodeBuild({
    projects: [
      {
        name: 'builder',
        script: readBuildspec(typeof buildspec === 'string' ? buildspec : JSON.stringify(buildspec)),
        source: { location: 'assets/abc.zip', directory: source },
        variables: [
          { name: 'BUCKET', value: 'sites', type: 'PLAINTEXT' },
          { name: 'MODE', value: 'default', type: 'PLAINTEXT' },
        ],
        timeoutInMinutes: options.timeoutInMinutes ?? 30,
        concurrency: options.concurrency ?? 4,
        image: 'image',
        computeType: 'BUILD_GENERAL1_SMALL',
        environmentType: options.environmentType ?? 'ARM_CONTAINER',
        privileged: false,
      },
    ],
    directory,
    environment: () => ({ AWS_ENDPOINT_URL_S3: 'http://s3' }),
    emit: async (event) => {
      events.push(event);
    },
    log: recorder.log,
    accountLimit: options.accountLimit,
    tokenMs: options.tokenMs,
    path: options.path,
  });
  const endpoint = await serve(codebuild.server);
  onTestFinished(() => codebuild.stop());
  const client = new CodeBuildClient({ ...aws, endpoint, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  const get = async (id: string | undefined) =>
    (await client.send(new BatchGetBuildsCommand({ ids: [id ?? ''] }))).builds?.[0];
  return {
    ...recorder,
    codebuild,
    client,
    endpoint,
    directory,
    events,
    get,
    start: async (rest: object = {}) =>
      (await client.send(new StartBuildCommand({ projectName: 'builder', ...rest }))).build,
    finished: (id: string | undefined) =>
      eventually(async () => {
        const build = await get(id);
        return build?.buildComplete === true ? build : undefined;
      }),
    event: (id: string | undefined, status: string) =>
      eventually(async () =>
        events.find(
          ({ detail, resources }) => detail['build-status'] === status && resources[0]?.endsWith(id ?? ''),
        ),
      ),
    output: () => recorder.lines.map(({ line }) => line),
  };
}

/** A buildspec with these commands. */
export const spec = (...commands: string[]) => ({ version: '0.2', phases: { build: { commands } } });

/** A build's environment variable. */
export const variable = (name: string, value: string) => ({ name, value, type: 'PLAINTEXT' as const });
