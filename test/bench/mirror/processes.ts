/** Measures the duration of processes and the peak memory of the largest one. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { gitEnvironment } from './repositories.ts';

/** The duration and the peak memory of a run. */
export interface Measurement {
  milliseconds: number;
  peakBytes: number;
}

/** The sampling interval in milliseconds. Git processes that are shorter-lived stay small. */
const memoryInterval = 40;

/** Runs git commands one after the other, and measures them together. */
export async function measureGit(directory: string, commands: string[][]): Promise<Measurement> {
  const since = performance.now();
  let peakBytes = 0;
  for (const args of commands) {
    const child = spawn('git', args, {
      cwd: directory,
      env: gitEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-1_000);
    });
    const timer = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid));
    }, memoryInterval);
    const [code] = await once(child, 'close');
    clearInterval(timer);
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${complaint}`);
  }
  return { milliseconds: performance.now() - since, peakBytes };
}

/** The largest peak of a process and its descendants, from Linux's /proc; 0 when the process has ended. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const own = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    return Math.max(own, ...children.map((child) => peakOf(Number(child))));
  } catch {
    return 0;
  }
}

/** A child process that exchanges messages with the benchmark. */
export interface Program {
  /** Sends a message and returns the next message as its reply. */
  ask(message: object): Promise<unknown>;
  /** The next message of the process. */
  next(): Promise<unknown>;
  end(): Promise<void>;
}

/** Starts a Node program as a child process, which exits when the parent disconnects. */
export function startProgram(
  file: string,
  args: string[],
  { env = {}, execArgv = [] }: { env?: Record<string, string>; execArgv?: string[] } = {},
): Program {
  const child = fork(file, args, {
    execArgv: ['--no-warnings', ...execArgv],
    env: { PATH: gitEnvironment.PATH, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // "close" is never emitted after a disconnect by the parent, so this waits for "exit".
  const ended = once(child, 'exit');
  const next = () => nextMessage(child, file);
  return {
    next,
    async ask(message) {
      child.send(message);
      return next();
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

async function nextMessage(child: ChildProcess, file: string): Promise<unknown> {
  const stop = new AbortController();
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal: stop.signal }),
      once(child, 'exit', { signal: stop.signal }).then(([code]) => {
        throw new Error(`${file} ended with ${code}`);
      }),
    ]);
    return message;
  } finally {
    stop.abort();
  }
}
