import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the page and passes calls on to the API, until the gate of `bough console` does. */
export async function startGate({ page, api, readOnly }: { page: string; api: string; readOnly: boolean }) {
  const token = 'a-token-of-the-tests';
  const state = { down: false };
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    if (state.down) return void request.socket.destroy();
    const path = url.split('?')[0] ?? '/';
    if (path === '/session' || path.startsWith('/api/')) {
      const send = (status: number, body: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.headers['x-bough-token'] !== token) {
        const detail = { error: 'wrong_token', remedy: 'Open the address that bough console printed.' };
        return void send(401, { code: 401, message: 'The token is not valid.', detail });
      }
      if (path === '/session')
        return void send(200, {
          api_url: api,
          region: 'eu-west-1',
          stack: 'bough',
          read_only: readOnly,
          version: '0.1.0',
        });
      const body = Buffer.concat(await request.toArray());
      const answer = await fetch(api + url.slice('/api'.length), {
        method,
        ...(body.length > 0 ? { body, headers: { 'content-type': 'application/json' } } : {}),
      });
      const headers = ['content-type', 'etag', 'link'].flatMap((name) => {
        const value = answer.headers.get(name);
        return value === null ? [] : [[name, value]];
      });
      response
        .writeHead(answer.status, Object.fromEntries(headers))
        .end(Buffer.from(await answer.arrayBuffer()));
      return;
    }
    const file = await readFile(join(page, path === '/' ? 'index.html' : path)).catch(() => null);
    const type = types[path === '/' ? '.html' : extname(path)] ?? 'text/plain';
    response
      .writeHead(file ? 200 : 404, { 'content-type': type, 'content-security-policy': policy })
      .end(file ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    state,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
