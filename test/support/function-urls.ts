import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DIST } from '../../infra/programs.ts';
import { readFunctionResponse } from '../../local/aws/api-gateway/response.ts';
import { readBody } from '../../local/http/body.ts';
import { closeServer, listen, localUrl } from '../../local/http/net.ts';
import { createFunctionPool } from '../../local/runtime/function-pool.ts';
import { REGION } from '../../local/template/resource-types.ts';
import { readStack, type Stack } from './stand-ins/on-local-stack/cloudformation/stack-state.ts';

/** Serves the functions of the stacks that stand-ins deployed, at `/<stack>/`, in place of their function URLs. */
export async function serveFunctionUrls(directory: string) {
  const server = createServer((request, response) => {
    answer(request, response, directory).catch((error: unknown) =>
      response.writeHead(500).end(String(error)),
    );
  });
  return { url: localUrl(await listen(server, 0)), stop: () => closeServer(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse, directory: string) {
  const [, name = '', path = '/'] = /^\/([^/?]+)(\/[^?]*)/.exec(request.url ?? '') ?? [];
  const stack = readStack(directory, name);
  if (stack === null) return response.writeHead(404).end();
  const payload = {
    version: '2.0',
    rawPath: path,
    requestContext: { http: { method: request.method, path } },
    body: (await readBody(request, 1_000_000)).toString(),
    isBase64Encoded: false,
  };
  const outcome = await invoke(name, stack, JSON.stringify(payload));
  if (!outcome.ok) return response.writeHead(502).end(JSON.stringify(outcome.error));
  const result = readFunctionResponse(outcome.payload);
  if (result === undefined) return response.writeHead(502).end();
  for (const [header, value] of Object.entries(result.headers)) response.setHeader(header, value);
  return response.writeHead(result.status).end(result.body);
}

/** Runs the stack's function once, in a process of its own, as Lambda runs it. */
async function invoke(name: string, { functions: [api], dynamodb }: Stack, payload: string) {
  if (api === undefined) throw new Error(`${name} has no function.`);
  const pool = createFunctionPool({
    definition: {
      name,
      arn: name,
      handler: api.handler,
      directory: api.directory,
      node: process.execPath,
      timeoutSeconds: 10,
      memoryMib: 128,
      environment: {
        ...api.variables,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      },
    },
    bootstrap: join(DIST, 'local/bootstrap.mjs'),
    log: () => undefined,
    limit: 1,
    idleMs: 1_000,
  });
  try {
    return await pool.invoke(payload);
  } finally {
    await pool.stop();
  }
}
