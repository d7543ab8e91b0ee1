import { createServer, type IncomingHttpHeaders } from 'node:http';

/** A webhook request that the receiver got. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly body: unknown;
}

/** An HTTP server that receives webhook requests. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The names of the received events, sorted. */
  events(): string[];
  /** The received bodies of one event. */
  bodies(event: string): unknown[];
  /** Removes the received requests. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts a receiver. `statusOf` returns the response status of each request by its number, from 1. */
export async function startReceiver(
  statusOf: (number: number) => number | 'never' = () => 202,
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    received.push({ headers: request.headers, raw, body: JSON.parse(raw.toString('utf8')) });
    const status = statusOf(received.length);
    if (status !== 'never') response.writeHead(status).end(JSON.stringify({ accepted: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    events: () => received.map(({ headers }) => String(headers['x-event-key'])).sort(),
    bodies: (event) =>
      received.filter(({ headers }) => headers['x-event-key'] === event).map(({ body }) => body),
    forget: () => {
      received.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
