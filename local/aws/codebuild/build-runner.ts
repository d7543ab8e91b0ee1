import { cp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Log } from '../../log/log.ts';
import { type Child, type ChildExit, startChild } from '../../process/child.ts';
import type { Build } from './build.ts';
import { confined } from './confine.ts';
import { isLambda } from './lambda-compute.ts';

/** Final status of a build's process. */
export type BuildOutcome = 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';

/** A build whose process runs. */
export interface RunningBuild {
  /** Resolves when the process has ended. */
  readonly outcome: Promise<BuildOutcome>;
  /** Ends the process and its children. */
  stop(): void;
}

/** Input of a build's process. */
export interface BuildRun {
  readonly build: Build;
  /** Program for `sh`. */
  readonly script: string;
  /** Directory of the source. */
  readonly source: string;
  /** Directory of this build alone, removed after the build. */
  readonly workspace: string;
  /** AWS region, credentials and endpoints. */
  readonly environment: Readonly<Record<string, string>>;
  /** Directories that precede `PATH`. */
  readonly path?: string | undefined;
  readonly log: Log;
}

/** Lambda's limit of open files. */
const OPEN_FILES = 'ulimit -n 1024';

/** Time between SIGTERM and SIGKILL. */
const STOP_GRACE_MS = 1_000;

/** Runs a build's script with `sh` in a copy of the source. */
export function runBuild(run: BuildRun): RunningBuild {
  const state: { child?: Child; ending?: 'STOPPED' | 'TIMED_OUT'; killTimer?: NodeJS.Timeout } = {};

  function end(reason: 'STOPPED' | 'TIMED_OUT'): void {
    if (state.ending !== undefined) return;
    state.ending = reason;
    state.child?.kill('SIGTERM');
    state.killTimer = setTimeout(() => state.child?.kill('SIGKILL'), STOP_GRACE_MS);
  }

  async function execute(): Promise<BuildOutcome> {
    const timeout = setTimeout(() => end('TIMED_OUT'), run.build.timeoutInMinutes * 60_000);
    try {
      const prepared = await prepare(run);
      if (state.ending !== undefined) return state.ending;
      state.child = await startChild(prepared);
      if (state.ending !== undefined) state.child.kill('SIGKILL');
      const exit: ChildExit = await state.child.ended;
      return state.ending ?? (exit.code === 0 ? 'SUCCEEDED' : 'FAILED');
    } finally {
      clearTimeout(timeout);
      clearTimeout(state.killTimer);
      await rm(run.workspace, { recursive: true, force: true });
    }
  }

  return { outcome: execute(), stop: () => end('STOPPED') };
}

/** The directories of a build. On Lambda compute only the directory of temporary files can be written, so it has the others. */
function directoriesOf({ environmentType }: Build, workspace: string) {
  const temporary = join(workspace, 'tmp');
  if (!isLambda(environmentType)) {
    return { source: join(workspace, 'src'), home: join(workspace, 'home'), temporary };
  }
  return { source: join(temporary, 'codebuild/output/src'), home: temporary, temporary };
}

async function prepare({ build, script, source, workspace, environment, path, log }: BuildRun) {
  const { source: sourceDirectory, ...directories } = directoriesOf(build, workspace);
  await Promise.all(Object.values(directories).map((directory) => mkdir(directory, { recursive: true })));
  await cp(source, sourceDirectory, { recursive: true });
  // Other builds have their directories below that of the system too, so it is writable, as /tmp is on Lambda.
  const program = isLambda(build.environmentType)
    ? await confined(`${OPEN_FILES}\n${script}`, [tmpdir(), workspace])
    : { command: '/bin/sh', args: ['-c', script] };
  return {
    ...program,
    cwd: sourceDirectory,
    env: {
      ...environment,
      // The Node that runs the stack precedes any other on the user's PATH.
      PATH: [...(path ? [path] : []), dirname(process.execPath), process.env['PATH'] ?? '/usr/bin:/bin'].join(
        delimiter,
      ),
      // The user's git configuration must not affect builds.
      HOME: directories.home,
      TMPDIR: directories.temporary,
      LANG: 'C.UTF-8',
      NODE_NO_WARNINGS: '1',
      CODEBUILD_BUILD_ID: build.id,
      CODEBUILD_BUILD_ARN: build.arn,
      CODEBUILD_BUILD_NUMBER: String(build.number),
      CODEBUILD_INITIATOR: 'local',
      CODEBUILD_SRC_DIR: sourceDirectory,
      CODEBUILD_START_TIME: String(build.startTime),
      ...Object.fromEntries(build.variables.map(({ name, value }) => [name, value])),
    },
    onLine: (stream: 'stdout' | 'stderr', line: string) =>
      log({ source: `codebuild:${build.project}`, stream, line }),
  };
}
