import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An HTTP response with its whole body. */
export interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request unchanged: the path is not normalised, redirects are not followed, and any Host header is allowed. */
export async function ask(
  base: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answered> {
  const { hostname, port } = new URL(base);
  const sent = request({ hostname, port, path, method, headers, agent: false }).end();
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (answer === undefined) throw new Error('There is no response.');
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}
