import { type ChildProcess, spawn } from 'node:child_process';
import { outputLines } from './output-lines.ts';

/** End of a child process. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process in its own process group. */
export interface Child {
  readonly pid: number;
  /** Resolves when the process has ended and its output has been read. */
  readonly ended: Promise<ChildExit>;
  /** Signals the process and its children. */
  kill(signal: NodeJS.Signals): void;
}

/** Options of a child process. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

/**
 * Shell program that replaces itself by `$@`. A watcher reads a pipe that only the stack holds open, and kills the process
 * group when the pipe closes. So the group ends with the stack, even after SIGKILL.
 */
const TIED_TO_PARENT = `exec 3<&0 </dev/null
(cat <&3; kill -s KILL -- "-$$") >/dev/null 2>&1 &
exec 3<&-
exec "$@"`;

/**
 * Starts a program that ends with the stack, even if the stack is killed. The separate process group shields the program
 * from a terminal's Ctrl-C, so the stack decides when it ends.
 */
export function startChild({ command, args, cwd, env, onLine }: ChildOptions): Promise<Child> {
  const child = spawn('/bin/sh', ['-c', TIED_TO_PARENT, 'sh', command, ...args], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = followOutput(child, onLine);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const pid = child.pid;
      if (pid === undefined) return reject(new Error(`${command} has no process id.`));
      child.stdin.on('error', () => child.stdin.destroy());
      resolve({ pid, ended, kill: (signal) => killGroup(pid, signal) });
    });
  });
}

function followOutput(child: ChildProcess, onLine: ChildOptions['onLine']): Promise<ChildExit> {
  for (const stream of ['stdout', 'stderr'] as const) {
    const output = child[stream];
    if (output === null) continue;
    const lines = outputLines((line) => onLine(stream, line));
    output.on('data', (chunk: Buffer) => lines.push(chunk)).once('close', () => lines.end());
  }
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}
