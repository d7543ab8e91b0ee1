import { type Log, logProblem } from '../log/log.ts';
import { failure, type Outcome } from './invocation.ts';
import { type FunctionDefinition, type Sandbox, startSandbox } from './sandbox.ts';

/** Invokes a function with a JSON text. Never rejects: a failure is an outcome. */
export type Invoke = (payload: string) => Promise<Outcome>;

/** A function's processes: one per concurrent invocation, reused by later ones. */
export interface FunctionPool {
  readonly name: string;
  readonly invoke: Invoke;
  /** Resolves when no invocation runs. */
  idle(): Promise<void>;
  /** Refuses new invocations and kills the processes. */
  stop(): Promise<void>;
}

/** Options of a function's pool. */
export interface FunctionPoolOptions {
  readonly definition: FunctionDefinition;
  /** Path of the bootstrap program. */
  readonly bootstrap: string;
  readonly log: Log;
  /** Maximum number of processes; further invocations wait. */
  readonly limit: number;
  /** Idle time after which a process ends. */
  readonly idleMs: number;
}

/** Lambda's limit for the payload of a synchronous invocation. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Creates a function's pool without a process. */
export function createFunctionPool({
  definition,
  bootstrap,
  log,
  limit,
  idleMs,
}: FunctionPoolOptions): FunctionPool {
  const all = new Set<Sandbox>();
  const free = new Map<Sandbox, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  const running = new Set<Promise<Outcome>>();
  let busy = 0;
  let stopped = false;

  async function invoke(payload: string): Promise<Outcome> {
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
      return failure('RequestTooLargeException', 'The payload is larger than 6 MiB.');
    }
    if (busy >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy++;
    try {
      return stopped ? failure('Local.Stopped', 'The local stack is stopping.') : await invokeFree(payload);
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy--;
      else next();
    }
  }

  async function invokeFree(payload: string): Promise<Outcome> {
    let sandbox: Sandbox | undefined;
    try {
      sandbox = takeAlive() ?? (await start());
      return await sandbox.invoke(payload);
    } catch (error) {
      logProblem(log, `${definition.name} could not be started`, error);
      return failure('Local.StartFailed', error instanceof Error ? error.message : String(error));
    } finally {
      if (sandbox?.alive === true) keep(sandbox);
      else if (sandbox !== undefined) all.delete(sandbox);
    }
  }

  function keep(sandbox: Sandbox): void {
    const timer = setTimeout(() => discard(sandbox), idleMs);
    free.set(sandbox, timer.unref());
  }

  function discard(sandbox: Sandbox): void {
    free.delete(sandbox);
    all.delete(sandbox);
    sandbox
      .end()
      .catch((error: unknown) => logProblem(log, `A process of ${definition.name} did not end`, error));
  }

  /** Takes the most recently used process, so that the others become idle and end. */
  function takeAlive(): Sandbox | undefined {
    for (const [sandbox, timer] of [...free].reverse()) {
      clearTimeout(timer);
      free.delete(sandbox);
      if (sandbox.alive) return sandbox;
      all.delete(sandbox);
    }
    return undefined;
  }

  async function start(): Promise<Sandbox> {
    const sandbox = await startSandbox({ definition, bootstrap, log });
    all.add(sandbox);
    if (stopped) await sandbox.end();
    return sandbox;
  }

  return {
    name: definition.name,
    invoke(payload) {
      const outcome = invoke(payload);
      running.add(outcome);
      outcome.finally(() => running.delete(outcome));
      return outcome;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    async stop() {
      stopped = true;
      await Promise.all([...all].map((sandbox) => sandbox.end()));
      await Promise.all(running);
    },
  };
}
