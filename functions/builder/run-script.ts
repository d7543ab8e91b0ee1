import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { BoughError } from '../../shared/errors.ts';
import { splitLines } from '../../shared/runtime/split-lines.ts';
import type { BuildContext } from './build-context.ts';
import { statIfThere } from './files.ts';
import { scriptVariables } from './script-variables.ts';

/** The time in which a script must end after SIGTERM. */
export const graceMilliseconds = 2000;

/**
 * Runs the script with stdout and stderr in one pipe, which keeps their lines in order. A watcher reads another pipe,
 * whose only writer is the builder. When the builder ends in any way, the watcher kills the script's process group.
 */
const launcher = `(
  trap '' TERM INT
  (cat <&3; kill -s KILL -- "-$$") >/dev/null 2>&1 &
)
exec 3<&-
exec "$0" 2>&1`;

type ScriptName = 'clone-data' | 'deploy' | 'teardown';

const pathOf = ({ workspace }: Pick<BuildContext, 'workspace'>, name: ScriptName) =>
  join(workspace.checkout, '.bough', name);

/** Whether the repository has this script. */
export async function hasScript(
  context: Pick<BuildContext, 'workspace'>,
  name: ScriptName,
): Promise<boolean> {
  return (await statIfThere(pathOf(context, name))) !== null;
}

/**
 * Runs one of the repository's executables in `.bough/`, if it exists, with its output in the log.
 * @returns true when the executable exists
 * @throws BoughError invalid, when the executable cannot be run or fails
 */
export async function runScript(
  { workspace, scriptEnvironment, variables, mask, log, signal }: BuildContext,
  name: ScriptName,
): Promise<boolean> {
  const path = pathOf({ workspace }, name);
  if (!(await isThere(path, name))) return false;
  const given = await scriptVariables(workspace.variables, variables);
  signal.throwIfAborted();
  log.line(`Running .bough/${name}`);
  const script = spawn('/bin/sh', ['-c', launcher, path], {
    cwd: workspace.checkout,
    env: { ...scriptEnvironment, ...given },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    detached: true,
  });
  const lines = splitLines(log.output);
  // Values are hidden before lines are split, because a value can have several lines.
  const masked = mask.stream(lines.push);
  const output = {
    push: masked.push,
    end: () => {
      masked.end();
      lines.end();
    },
  };
  const ending = await untilEnded(script, output, signal);
  if (ending.leftovers)
    log.line(`Ended what .bough/${name} had left running: it does not outlive the build.`);
  signal.throwIfAborted();
  if (ending.how) throw new BoughError('invalid', `.bough/${name} ${ending.how}.`, { remedy: ending.remedy });
  return true;
}

async function isThere(path: string, name: string): Promise<boolean> {
  const stats = await statIfThere(path);
  if (!stats) return false;
  if (!stats.isFile()) {
    throw new BoughError('invalid', `.bough/${name} is not a file.`, {
      remedy: 'Make it a script or a program that can be run.',
    });
  }
  if ((stats.mode & 0o111) === 0) {
    throw new BoughError('invalid', `.bough/${name} is not executable.`, {
      remedy: `Run \`git update-index --chmod=+x .bough/${name}\`, commit and push.`,
    });
  }
  return true;
}

type Lines = ReturnType<typeof splitLines>;

interface Ending {
  /** Null for a success. */
  how: string | null;
  remedy: string;
  /** True when a process that the script started was still running. */
  leftovers: boolean;
}

/** Waits for the script and all of its output, then kills the remaining processes of its group. */
async function untilEnded(script: ChildProcess, lines: Lines, signal: AbortSignal): Promise<Ending> {
  const { stdout } = script;
  let leftovers = false;
  let grace: NodeJS.Timeout | undefined;
  const endAll = () => {
    endGroup(script, 'SIGKILL');
    stdout?.destroy();
  };
  const stop = () => {
    endGroup(script, 'SIGTERM');
    grace = setTimeout(endAll, graceMilliseconds);
  };
  signal.addEventListener('abort', stop, { once: true });
  script.once('exit', () => {
    clearTimeout(grace);
    grace = setTimeout(() => {
      leftovers = true;
      endAll();
    }, graceMilliseconds);
  });
  stdout?.setEncoding('utf8').on('data', lines.push);
  try {
    await Promise.all([once(script, 'exit'), stdout && once(stdout, 'close')]);
    lines.end();
    return { ...describe(script.exitCode, script.signalCode), leftovers };
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', stop);
    endAll();
    script.stdio[3]?.destroy();
  }
}

function endGroup(script: ChildProcess, signal: NodeJS.Signals): void {
  if (script.pid === undefined) return;
  try {
    process.kill(-script.pid, signal);
  } catch {
    // The process group has ended.
  }
}

function describe(code: number | null, killedBy: NodeJS.Signals | null): Pick<Ending, 'how' | 'remedy'> {
  if (code === 0) return { how: null, remedy: '' };
  if (code === null)
    return { how: `was ended by ${killedBy}`, remedy: 'The log has what it printed before.' };
  const started = code !== 126 && code !== 127;
  return {
    how: `exited with code ${code}`,
    remedy: started
      ? 'The log has what it printed.'
      : 'A command could not be found or run; the log names it. If it is the script, check its first line, and that its lines do not end with carriage returns.',
  };
}
