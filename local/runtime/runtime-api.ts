import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BodyTooLargeError, readBody } from '../http/body.ts';
import { guarded } from '../http/guard.ts';
import { type FunctionError, failure, type Outcome, readFunctionError } from './invocation.ts';

/** Lambda's limit for the response of a synchronous invocation. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** An invocation as the Runtime API delivers it. */
export interface Invocation {
  readonly id: string;
  /** JSON text. */
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly functionArn: string;
  /** X-Ray trace header. */
  readonly trace: string;
}

/** The Lambda Runtime API of one process. */
export interface RuntimeApi {
  readonly server: Server;
  /** Resolves when the process requests its first invocation; rejects with InitError when it reports an error. */
  readonly initialised: Promise<void>;
  /** Delivers an invocation to the process; one at a time. */
  invoke(invocation: Invocation): Promise<Outcome>;
}

/** The process reported that it cannot start. */
export class InitError extends Error {
  readonly functionError: FunctionError;

  constructor(functionError: FunctionError) {
    super(functionError.errorMessage);
    this.name = 'InitError';
    this.functionError = functionError;
  }
}

interface Running {
  readonly invocation: Invocation;
  readonly settle: (outcome: Outcome) => void;
}

/** Creates the Lambda Runtime API for one process. */
export function createRuntimeApi(): RuntimeApi {
  let isReady = (): void => undefined;
  let hasFailed: (error: InitError) => void = () => undefined;
  const initialised = new Promise<void>((resolve, reject) => {
    isReady = resolve;
    hasFailed = reject;
  });
  // The failure reaches the first invocation; until then nothing awaits the promise.
  initialised.catch(() => undefined);
  let running: Running | undefined;
  let delivered = false;
  let asking: ServerResponse | undefined;

  function deliver(): void {
    if (running === undefined || delivered || asking === undefined) return;
    const { id, payload, deadline, functionArn, trace } = running.invocation;
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': deadline,
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': trace,
    });
    asking.end(payload);
    asking = undefined;
    delivered = true;
  }

  function settle(id: string, outcome: Outcome): void {
    if (running?.invocation.id !== id) return;
    const { settle: finish } = running;
    running = undefined;
    finish(outcome);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id, kind] =
      /\/runtime\/(?:invocation|init)\/?(.*?)\/?(next|response|error)$/.exec(request.url ?? '') ?? [];
    if (kind === 'next') {
      asking = response;
      isReady();
      return deliver();
    }
    const outcome = await readOutcome(request, kind);
    response.writeHead(outcome === undefined ? 404 : 202).end();
    if (outcome === undefined) return;
    if (id === '' && !outcome.ok) hasFailed(new InitError(outcome.error));
    else settle(id ?? '', outcome);
  }

  const server = createServer(
    guarded((request, response) => void answer(request, response).catch(() => response.destroy())),
  );
  return {
    server,
    initialised,
    invoke(invocation) {
      if (running !== undefined) throw new Error('The process has not finished its last invocation.');
      return new Promise((resolve) => {
        running = { invocation, settle: resolve };
        delivered = false;
        deliver();
      });
    },
  };
}

async function readOutcome(request: IncomingMessage, kind: string | undefined): Promise<Outcome | undefined> {
  if (kind === undefined) return undefined;
  try {
    const body = (await readBody(request, MAX_RESPONSE_BYTES)).toString();
    return kind === 'response' ? { ok: true, payload: body } : { ok: false, error: readFunctionError(body) };
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    return failure(
      'Function.ResponseSizeTooLarge',
      'Response payload size exceeded maximum allowed payload size.',
    );
  }
}
