import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A response that is sent in parts until the client closes the connection. */
export interface EndlessAnswer {
  status?: number;
  headers: Record<string, string>;
  parts: Iterable<string | Buffer>;
  /** The pause between two parts. */
  pauseMs?: number;
}

/** The server stops here, so that a client without a limit fails a test and does not exhaust the machine. */
const mostBytes = 64 * 2 ** 20;

/** A server on 127.0.0.1 with endless responses. `sent` counts the bytes sent before the client stopped reading. */
export async function startEndlessServer(answerTo: (method: string) => EndlessAnswer) {
  const sent = { bytes: 0, open: 0 };
  const server = createServer(async (incoming, response) => {
    incoming.resume();
    const { status = 200, headers, parts, pauseMs } = answerTo(incoming.method ?? '');
    response.writeHead(status, headers);
    sent.open += 1;
    response.once('close', () => {
      sent.open -= 1;
    });
    for (const part of parts) {
      if (response.destroyed || sent.bytes > mostBytes) break;
      await send(response, part);
      sent.bytes += part.length;
      if (pauseMs !== undefined) await pause(pauseMs);
    }
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/endless.git`,
    sent,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function send(response: ServerResponse, part: string | Buffer): Promise<void> {
  if (response.write(part)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
