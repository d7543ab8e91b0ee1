/**
 * The program of a function's process. Like Lambda's own runtime, it loads the handler and is a client of the Lambda
 * Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */
import { existsSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveLocalhostNames } from './localhost-names.ts';

type Handler = (event: unknown, context: object) => unknown;

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const base = `http://${environment('AWS_LAMBDA_RUNTIME_API')}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let current: string | undefined;

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
}

function call(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${base}${path}`, { method, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ headers: incoming.headers, body: Buffer.concat(chunks).toString() }),
      );
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function describeError(error: unknown, type?: string): string {
  if (!(error instanceof Error)) {
    return JSON.stringify({ errorType: type ?? typeof error, errorMessage: String(error), trace: [] });
  }
  const trace = (error.stack ?? '').split('\n');
  return JSON.stringify({ errorType: type ?? error.name, errorMessage: error.message, trace });
}

async function loadHandler(): Promise<Handler> {
  const [, file = '', names = ''] = /^(.*)\.([^./]+)$/.exec(environment('_HANDLER')) ?? [];
  const stem = join(environment('LAMBDA_TASK_ROOT'), file);
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => stem + extension)
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`Cannot find module '${stem}'`);
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const handler = module[names];
  if (typeof handler !== 'function') throw new Error(`${file} exports no function ${names}`);
  return (event, context) => handler(event, context);
}

function createContext(headers: IncomingHttpHeaders, id: string): object {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: environment('AWS_LAMBDA_FUNCTION_VERSION'),
    memoryLimitInMB: environment('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: environment('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: environment('AWS_LAMBDA_LOG_STREAM_NAME'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: id,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function serve(handler: Handler): Promise<never> {
  for (;;) {
    const { headers, body } = await call('GET', '/invocation/next');
    const id = String(headers['lambda-runtime-aws-request-id']);
    current = id;
    process.env['_X_AMZN_TRACE_ID'] = String(headers['lambda-runtime-trace-id']);
    const [outcome, text] = await run(handler, body, createContext(headers, id));
    current = undefined;
    await call('POST', `/invocation/${id}/${outcome}`, text);
  }
}

async function run(handler: Handler, body: string, context: object): Promise<['response' | 'error', string]> {
  try {
    const result = await handler(JSON.parse(body), context);
    return ['response', JSON.stringify(result ?? null)];
  } catch (error) {
    return ['error', describeError(error)];
  }
}

/** An uncaught error fails the invocation and ends the process. */
async function die(type: string, error: unknown): Promise<void> {
  process.stderr.write(
    `${type}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  const path = current === undefined ? '/init/error' : `/invocation/${current}/error`;
  await call('POST', path, describeError(error, type)).catch(() => undefined);
  process.exit(129);
}

process.on('uncaughtException', (error) => void die('Runtime.UncaughtException', error));
process.on('unhandledRejection', (error) => void die('Runtime.UnhandledPromiseRejection', error));

resolveLocalhostNames();

try {
  await serve(await loadHandler());
} catch (error) {
  const hostIsGone = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  if (!hostIsGone) await die('Runtime.InitError', error);
  process.exit(1);
}
