import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { BuildContext } from '../../../functions/builder/build-context.ts';
import type { ProjectConfig } from '../../../functions/builder/config.ts';
import { Job } from '../../../functions/builder/job.ts';
import type { BuildLog } from '../../../functions/builder/log.ts';
import { createMask } from '../../../functions/builder/mask.ts';
import { scriptEnvironment } from '../../../functions/builder/script-environment.ts';
import { createS3Server } from '../../../local/aws/s3/server.ts';
import { openStorage } from '../../../local/aws/s3/storage.ts';
import { type BuildInput, BuildResult } from '../../../shared/adapters/aws/builds/build-documents.ts';
import { s3Client } from '../../../shared/adapters/aws/s3/client.ts';
import { deleteObjects, listObjects } from '../../../shared/adapters/aws/s3/objects.ts';
import { readText } from '../../../shared/adapters/aws/s3/read-text.ts';
import { ownMark } from '../../../shared/api/log.ts';
import { inParallel } from '../../../shared/runtime/in-parallel.ts';
import { createRepository } from '../../support/git-repository.ts';

const buckets = ['mirror', 'sites', 'data', 'activities'];

export const config: ProjectConfig = {
  MIRROR_BUCKET: 'mirror',
  SITES_BUCKET: 'sites',
  DATA_BUCKET: 'data',
  ACTIVITIES_BUCKET: 'activities',
  API_URL: 'https://api.example.org',
  SITES_URL: 'https://sites.example.org',
  COMPUTE: 'container',
  TIMEOUT_MINUTES: '30',
};

/** The environment variables from which the SDK takes the S3 endpoint. */
export function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
}

/** An S3 server with Bough's buckets, and functions that read them. */
export async function startBuckets() {
  const { directory, remove } = temporaryDirectory();
  const storage = await openStorage(directory);
  for (const bucket of buckets) await storage.create(bucket);
  const server = createS3Server(storage, ({ line }) => process.stderr.write(`${line}\n`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = awsEnvironment(endpoint);
  Object.assign(process.env, environment);
  const s3 = s3Client();
  return {
    s3,
    /** A client with a hook that sees each request (`PutObjectCommand key`), can delay it, and refuses it with true. */
    watched(refuse: (request: string) => boolean | Promise<boolean>): S3Client {
      const client = s3Client();
      client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            const { Key = '' } = args.input as { Key?: string };
            if (await refuse(`${commandName} ${Key}`.trim())) throw new Error('refused');
            return next(args);
          },
        { step: 'initialize' },
      );
      return client;
    },
    environment,
    async put(bucket: string, objects: Record<string, string | Buffer>) {
      await inParallel(Object.entries(objects), 16, async ([Key, Body]) => {
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(Body) }));
      });
    },
    text: (bucket: string, key: string) => readText(s3, bucket, key),
    head: (bucket: string, key: string) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
    /** Every key and its content. */
    async content(bucket: string): Promise<Record<string, string>> {
      const content: Record<string, string> = {};
      for await (const { key } of listObjects(s3, bucket, '')) {
        content[key] = (await readText(s3, bucket, key)) ?? '';
      }
      return content;
    },
    async clear() {
      for (const bucket of buckets) {
        const keys: string[] = [];
        for await (const { key } of listObjects(s3, bucket, '')) keys.push(key);
        await deleteObjects(s3, bucket, keys);
      }
    },
    async stop() {
      s3.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storage.close();
      remove();
    },
  };
}
/** The server that `startBuckets` starts. */
export type Buckets = Awaited<ReturnType<typeof startBuckets>>;

/** A valid job. */
export function aJob(overrides: Partial<Job> = {}): Job {
  return Job.parse({
    BOUGH_ACTION: 'deploy',
    BOUGH_PROJECT: 'shop',
    BOUGH_INTEGRATION: 'i1',
    BOUGH_ENVIRONMENT: 'pr-7',
    BOUGH_ENVIRONMENT_TYPE: 'development',
    BOUGH_MACHINE_NAME: 'pr-7-abcdefg',
    BOUGH_BRANCH: 'feature/cart',
    BOUGH_COMMIT: '1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b',
    BOUGH_PULL_REQUEST: '7',
    BOUGH_PARENT: 'main',
    BOUGH_DATA_FROM: 'main',
    BOUGH_DATA_FROM_MACHINE_NAME: 'main-bvxea6i',
    BOUGH_CLONE_DATA: 'false',
    BOUGH_RESOURCES: 'default',
    BOUGH_ACTIVITY: 'a1',
    BOUGH_PERMIT: 'permit',
    ...overrides,
  });
}

/** The input of a build with these bundles. */
export function anInput(commit: string, bundles: readonly string[]): string {
  const input: BuildInput = {
    commit,
    bundles: [...bundles],
    environment: 'pr-7',
    data_from: 'main',
    permit: 'permit',
  };
  return JSON.stringify(input);
}

/** A build log in memory. */
export interface TestLog extends BuildLog {
  lines: string[];
}

/** Creates a build log in memory. */
export function keptLog(): TestLog {
  const lines: string[] = [];
  return {
    lines,
    line: (text) => void lines.push(text),
    output: (text) => void lines.push(`> ${text}`),
    tail: () => lines,
    close: async () => {},
  };
}

/** A temporary directory, which `remove` deletes. */
export function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'bough-test-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** The context of a step, with an empty checkout. */
export function aContext(
  s3: S3Client,
  directory: string,
  overrides: Partial<BuildContext> = {},
): BuildContext & { log: TestLog } {
  const workspace = {
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
  mkdirSync(workspace.checkout, { recursive: true });
  mkdirSync(workspace.site, { recursive: true });
  mkdirSync(workspace.cache, { recursive: true });
  const job = overrides.job ?? aJob();
  return {
    job,
    config,
    s3,
    workspace,
    variables: [],
    mask: createMask(overrides.variables ?? []),
    scriptEnvironment: scriptEnvironment(job, config, workspace, { PATH: process.env['PATH'] }),
    signal: new AbortController().signal,
    ...overrides,
    log: keptLog(),
  };
}

/** Writes files below a directory. Files that begin with `#!` are executable. */
export function writeFiles(directory: string, files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (content.startsWith('#!')) chmodSync(path, 0o755);
  }
}

/** A repository whose commits are mirrored as a chain of bundles. */
export function aRepository(directory: string, buckets: Buckets, project = 'shop') {
  const repository = createRepository(directory, 'repository');
  const bundles: string[] = [];
  let last: string | undefined;
  return {
    bundles,
    /** Commits the files on top of the last commit, mirrors the commit, and returns its id. */
    async push(files: Record<string, string>): Promise<string> {
      const commit = repository.commit({ branch: 'main', files });
      const file = join(directory, 'new.bundle');
      repository.git('bundle', 'create', '--quiet', file, 'main', ...(last ? [`^${last}`] : []));
      const key = `${project}/bundles/${bundles.length + 1}.bundle`;
      await buckets.put('mirror', { [key]: readFileSync(file) });
      bundles.push(key);
      last = commit;
      return commit;
    },
  };
}

/** The result and the log of an activity's build. */
export async function outcomeOf(buckets: Buckets, activity = 'a1') {
  const result = await buckets.text('activities', `shop/${activity}.result.json`);
  const log = (await buckets.text('activities', `shop/${activity}.log`)) ?? '';
  return {
    result: result === null ? null : BuildResult.parse(JSON.parse(result)),
    /** Without the marks of the builder's own lines. */
    log: messages(log).map((line) => line.replace(ownMark, '')),
    marked: messages(log),
  };
}

/** The messages of a stored log. */
export function messages(log: string): string[] {
  return log
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { data: { message: string } }).data.message.replace(/\n$/, ''));
}

/** True when a process runs. An ended process can still be listed as a zombie. */
export function isRunning(pid: number): boolean {
  return /^[^Z\s]/.test(spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`]).stdout.toString());
}
