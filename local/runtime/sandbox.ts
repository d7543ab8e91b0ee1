import { randomUUID } from 'node:crypto';
import { closeServer, listen } from '../http/net.ts';
import type { Log } from '../log/log.ts';
import { type Child, startChild } from '../process/child.ts';
import { failure, type Outcome } from './invocation.ts';
import { createRuntimeApi, InitError, type RuntimeApi } from './runtime-api.ts';
import { newTrace } from './trace.ts';

/** A function of the template with its staged code. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** `<file>.<export>` below the code directory. */
  readonly handler: string;
  readonly directory: string;
  /** Path of the Node program that runs it. */
  readonly node: string;
  readonly timeoutSeconds: number;
  readonly memoryMib: number;
  /** Environment variables except those that Lambda's runtime adds. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Lambda's limit for loading a function's code. */
const INIT_TIMEOUT_MS = 10_000;

/** One process of a function, for one invocation at a time. */
export interface Sandbox {
  /** False after the process has ended or end() was called. */
  readonly alive: boolean;
  invoke(payload: string): Promise<Outcome>;
  /** Kills the process and waits for its end. */
  end(): Promise<void>;
}

/** Options of a process. */
export interface SandboxOptions {
  readonly definition: FunctionDefinition;
  /** Path of the bootstrap program. */
  readonly bootstrap: string;
  readonly log: Log;
}

/** Starts a process. An error while loading the code is the outcome of the first invocation. */
export async function startSandbox({ definition, bootstrap, log }: SandboxOptions): Promise<Sandbox> {
  const api = createRuntimeApi();
  const port = await listen(api.server, 0);
  let child: Child;
  try {
    child = await startChild({
      command: definition.node,
      args: ['--enable-source-maps', bootstrap],
      cwd: definition.directory,
      env: { ...definition.environment, ...runtimeVariables(definition, port) },
      onLine: (stream, line) => log({ source: definition.name, stream, line }),
    });
  } catch (error) {
    await closeServer(api.server);
    throw error;
  }
  return superviseSandbox(definition, api, child, log);
}

function runtimeVariables(definition: FunctionDefinition, port: number): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    NODE_NO_WARNINGS: '1',
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMib),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: definition.directory,
    _HANDLER: definition.handler,
  };
}

function superviseSandbox(definition: FunctionDefinition, api: RuntimeApi, child: Child, log: Log): Sandbox {
  let alive = true;
  const ended = child.ended.then(async ({ code, signal }) => {
    alive = false;
    await closeServer(api.server);
    return failure('Runtime.ExitError', `The process ended with ${signal ?? `exit status ${code}`}.`);
  });

  function kill(): Promise<Outcome> {
    alive = false;
    child.kill('SIGKILL');
    return ended;
  }

  async function initialise(): Promise<Outcome | undefined> {
    const limit = timer(
      INIT_TIMEOUT_MS,
      failure('Sandbox.Timedout', 'Loading the code took more than 10 seconds.'),
    );
    try {
      return await Promise.race([api.initialised.then(() => undefined), ended, limit.elapsed]);
    } catch (error) {
      return error instanceof InitError
        ? { ok: false, error: error.functionError }
        : failure('Unknown', String(error));
    } finally {
      limit.cancel();
    }
  }

  async function run(payload: string): Promise<Outcome> {
    const seconds = definition.timeoutSeconds;
    const id = randomUUID();
    const limit = timer(
      seconds * 1000,
      failure('Sandbox.Timedout', `${id} Task timed out after ${seconds}.00 seconds`),
    );
    const deadline = Date.now() + seconds * 1000;
    const answer = api.invoke({
      id,
      payload,
      deadline,
      functionArn: definition.arn,
      trace: newTrace(),
    });
    const outcome = await Promise.race([answer, ended, limit.elapsed]);
    limit.cancel();
    return outcome;
  }

  return {
    get alive() {
      return alive;
    },
    async invoke(payload) {
      const obstacle = await initialise();
      const outcome = obstacle ?? (await run(payload));
      const lost = !outcome.ok && /^(?:Runtime|Sandbox)\./.test(outcome.error.errorType);
      if (obstacle !== undefined || lost) await kill();
      if (!outcome.ok) {
        const { errorType, errorMessage } = outcome.error;
        log({ source: definition.name, stream: 'stderr', line: `${errorType}: ${errorMessage}` });
      }
      return outcome;
    },
    async end() {
      await kill();
    },
  };
}

function timer(milliseconds: number, outcome: Outcome) {
  let handle: NodeJS.Timeout | undefined;
  const elapsed = new Promise<Outcome>((resolve) => {
    handle = setTimeout(() => resolve(outcome), milliseconds);
  });
  return { elapsed, cancel: () => clearTimeout(handle) };
}
