import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import type { createHandler } from '../../functions/api/handler.ts';
import { apiEvent } from './api-events.ts';

/** A request that the server has received. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Serves a handler on a free port of 127.0.0.1, as API Gateway does. */
export async function serveApi(
  handler: ReturnType<typeof createHandler>,
  options: { decodes?: boolean; caller?: string } = {},
) {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    requests.push({ method, path: url, headers, body });
    const [path = '/', query = ''] = url.split('?');
    // API Gateway's HTTP APIs decode the path.
    const rawPath = options.decodes ? decodeURIComponent(path) : path;
    const answer = await handler(
      apiEvent(method, rawPath, {
        query,
        ...(body ? { body } : {}),
        ...(options.caller === undefined ? {} : { caller: options.caller }),
      }),
      {} as Context,
    );
    const content = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
    response.writeHead(answer.statusCode ?? 200, answer.headers as Record<string, string>).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
