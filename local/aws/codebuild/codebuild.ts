import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { type Log, logProblem } from '../../log/log.ts';
import { arn } from '../../template/resource-types.ts';
import { type Allows, allowAll } from '../iam/authorizer.ts';
import { codeBuildCalls } from '../iam/codebuild-calls.ts';
import { createJsonService, ServiceError } from '../json-service.ts';
import { type Build, buildEvent, describeBuild, Variable } from './build.ts';
import { openBuildRecords } from './build-records.ts';
import { type RunningBuild, runBuild } from './build-runner.ts';

/** A CodeBuild project of the template. */
export interface BuildProject {
  readonly name: string;
  /** Program for `sh`. */
  readonly script: string;
  /** S3 location in the template, and the local directory of the same content. */
  readonly source: { readonly location: string; readonly directory: string };
  readonly variables: readonly Variable[];
  readonly timeoutInMinutes: number;
  /** Maximum number of builds of the project at a time. */
  readonly concurrency: number;
  readonly image: string;
  readonly computeType: string;
  readonly environmentType: string;
  readonly privileged: boolean;
}

/** Options of the CodeBuild emulator. */
export interface CodeBuildOptions {
  readonly projects: readonly BuildProject[];
  /** Directory of the emulator's state. */
  readonly directory: string;
  /** Returns AWS region, credentials and endpoints for a project's builds; called when a build starts. */
  readonly environment: (project: string) => Readonly<Record<string, string>>;
  readonly allows?: Allows;
  /** Emits an event to the event bus. */
  readonly emit: (event: ReturnType<typeof buildEvent>) => Promise<void>;
  readonly log: Log;
  /** The account's quota of concurrent builds over all projects; by default none. */
  readonly accountLimit?: number | undefined;
  /** Directories that precede the `PATH` of builds, separated as in `PATH`; by default none. */
  readonly path?: string | undefined;
  /** Lifetime of an idempotency token; by default five minutes. */
  readonly tokenMs?: number | undefined;
}

/** The CodeBuild emulator. */
export interface CodeBuild {
  readonly server: Server;
  /** Emits STOPPED for builds that an earlier run of the stack left unfinished. */
  resume(): Promise<void>;
  /** Changes the account's quota for later starts. */
  limitAccount(builds: number): void;
  /** Returns the account's quota of concurrent builds, or a large number without a quota. */
  accountLimit(): number;
  /** Ends running builds. Their STOPPED events follow at the next start. */
  stop(): Promise<void>;
}

/** CodeBuild's lifetime of an idempotency token. */
const TOKEN_MS = 5 * 60 * 1000;

const PAGE_SIZE = 100;
/** Reported quota of an account without a limit. */
const UNLIMITED_ACCOUNT = 100;

const StartBuildInput = z.strictObject({
  projectName: z.string(),
  idempotencyToken: z.string().optional(),
  environmentVariablesOverride: z.array(Variable).default([]),
});
const IdsInput = z.object({ ids: z.array(z.string()).min(1).max(100) });
const StopInput = z.object({ id: z.string() });
const ListInput = z.strictObject({
  projectName: z.string(),
  sortOrder: z.literal('DESCENDING').default('DESCENDING'),
  nextToken: z.string().regex(/^\d+$/).transform(Number).default(0),
});

/** Creates the emulator of CodeBuild: StartBuild, StopBuild, ListBuildsForProject and BatchGetBuilds. */
export async function createCodeBuild(options: CodeBuildOptions): Promise<CodeBuild> {
  const { directory, log } = options;
  const projects = new Map(options.projects.map((project) => [project.name, project]));
  const records = await openBuildRecords(join(directory, 'builds'), Date.now());
  const workspaces = join(directory, 'work');
  await rm(workspaces, { recursive: true, force: true });
  const tokens: Tokens = new Map();
  let accountLimit = options.accountLimit ?? Number.POSITIVE_INFINITY;
  const running = new Map<string, RunningBuild>();
  const waiting: Build[] = [];
  const unfinished = new Set<Promise<void>>();
  let stopping = false;

  async function changed(build: Build): Promise<void> {
    await records.save(build);
    await options.emit(buildEvent(build, randomUUID(), Date.now()));
  }

  function startWaiting(): void {
    for (const build of [...waiting]) {
      const project = projects.get(build.project);
      const busy = [...running.keys()].filter((id) => id.startsWith(`${build.project}:`)).length;
      if (stopping || project === undefined || busy >= project.concurrency) continue;
      waiting.splice(waiting.indexOf(build), 1);
      const work = follow({ ...build, queued: false }, project).catch((error: unknown) =>
        logProblem(log, `The end of build ${build.id} could not be reported`, error),
      );
      unfinished.add(work);
      work.finally(() => unfinished.delete(work));
    }
  }

  async function follow(build: Build, { script, source }: BuildProject): Promise<void> {
    const workspace = join(workspaces, build.id.split(':').at(-1) ?? build.id);
    const environment = options.environment(build.project);
    const { path } = options;
    const run = runBuild({ build, script, source: source.directory, workspace, environment, path, log });
    running.set(build.id, run);
    await records.save(build);
    const status = await run.outcome.catch((error: unknown) => {
      logProblem(log, `Build ${build.id} could not be run`, error);
      return 'FAULT' as const;
    });
    running.delete(build.id);
    if (stopping) return;
    await changed({ ...build, status, endTime: Date.now() });
    startWaiting();
  }

  async function startBuild(input: unknown): Promise<object> {
    const request = StartBuildInput.parse(input);
    const project = findProject(request.projectName);
    const repeated = findRepeated(tokens, request, JSON.stringify(request));
    const known = repeated === undefined ? undefined : records.find(repeated);
    if (known !== undefined) return { build: describeBuild(known) };
    // AWS documents a queue of five times the quota, but accounts with a quota of 0 or 1 get this refusal.
    const present = [...records.all()].filter(({ status }) => status === 'IN_PROGRESS').length;
    if (present >= accountLimit) {
      throw new ServiceError(
        'AccountLimitExceededException',
        `Cannot have more than ${accountLimit} builds in queue for the account`,
      );
    }
    const build = newBuild(project, request, [...records.all()].length + 1);
    if (request.idempotencyToken !== undefined) {
      const until = Date.now() + (options.tokenMs ?? TOKEN_MS);
      remember(tokens, request.idempotencyToken, { request: JSON.stringify(request), id: build.id, until });
    }
    await changed(build);
    waiting.push(build);
    startWaiting();
    return { build: describeBuild(build) };
  }

  function findProject(name: string): BuildProject {
    const project = projects.get(name);
    if (project !== undefined) return project;
    throw new ServiceError('ResourceNotFoundException', `Project cannot be found: ${name}`);
  }

  function listBuilds(input: unknown): object {
    const { projectName, nextToken } = ListInput.parse(input);
    const { name } = findProject(projectName);
    const ids = [...records.all()]
      .filter(({ project }) => project === name)
      .sort((a, b) => b.startTime - a.startTime || b.number - a.number)
      .map(({ id }) => id);
    const end = nextToken + PAGE_SIZE;
    return { ids: ids.slice(nextToken, end), ...(end < ids.length && { nextToken: String(end) }) };
  }

  async function stopBuild(input: unknown): Promise<object> {
    const { id } = StopInput.parse(input);
    const build = records.find(id);
    if (build === undefined)
      throw new ServiceError('ResourceNotFoundException', `Build ${id} cannot be found.`);
    const position = waiting.findIndex((queued) => queued.id === id);
    if (position >= 0) {
      waiting.splice(position, 1);
      await changed({ ...build, status: 'STOPPED', queued: false, endTime: Date.now() });
    }
    running.get(id)?.stop();
    return { build: describeBuild(records.find(id) ?? build) };
  }

  const server = createJsonService(
    'CodeBuild_20161006',
    {
      StartBuild: startBuild,
      StopBuild: stopBuild,
      ListBuildsForProject: listBuilds,
      BatchGetBuilds: (input) => {
        const found = IdsInput.parse(input).ids.map((id) => ({ id, build: records.find(id) }));
        return {
          builds: found.flatMap(({ build }) => (build === undefined ? [] : [describeBuild(build)])),
          buildsNotFound: found.flatMap(({ id, build }) => (build === undefined ? [id] : [])),
        };
      },
    },
    'InvalidInputException',
    { allows: options.allows ?? allowAll, callsOf: codeBuildCalls },
  );

  return {
    server,
    async resume() {
      const interrupted = [...records.all()].filter(({ status }) => status === 'IN_PROGRESS');
      for (const build of interrupted) await changed({ ...build, status: 'STOPPED', endTime: Date.now() });
    },
    accountLimit: () => Math.min(accountLimit, UNLIMITED_ACCOUNT),
    limitAccount(builds) {
      accountLimit = builds;
    },
    async stop() {
      stopping = true;
      for (const build of running.values()) build.stop();
      await Promise.all(unfinished);
    },
  };
}

interface Token {
  readonly request: string;
  readonly id: string;
  /** Expiry in milliseconds since the epoch. */
  readonly until: number;
}
type Tokens = Map<string, Token>;

/** Returns the id of the build that an earlier request with the same token started. */
function findRepeated(
  tokens: Tokens,
  { idempotencyToken }: { idempotencyToken?: string | undefined },
  request: string,
) {
  const earlier = idempotencyToken === undefined ? undefined : tokens.get(idempotencyToken);
  if (earlier === undefined || earlier.until <= Date.now()) return undefined;
  if (earlier.request !== request) {
    throw new ServiceError('InvalidInputException', 'The idempotency token was used with other parameters.');
  }
  return earlier.id;
}

function remember(tokens: Tokens, token: string, build: Token): void {
  for (const [old, { until }] of tokens) if (until <= Date.now()) tokens.delete(old);
  tokens.set(token, build);
}

function newBuild(project: BuildProject, request: z.infer<typeof StartBuildInput>, number: number): Build {
  const id = `${project.name}:${randomUUID()}`;
  const overridden = new Set(request.environmentVariablesOverride.map(({ name }) => name));
  const kept = project.variables.filter(({ name }) => !overridden.has(name));
  return {
    id,
    arn: arn('codebuild', `build/${id}`),
    number,
    project: project.name,
    status: 'IN_PROGRESS',
    queued: true,
    startTime: Date.now(),
    variables: [...kept, ...request.environmentVariablesOverride],
    timeoutInMinutes: project.timeoutInMinutes,
    location: project.source.location,
    image: project.image,
    computeType: project.computeType,
    environmentType: project.environmentType,
    privileged: project.privileged,
  };
}
