import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request just as it is written: no path is tidied up, no redirect followed, and the host may be any. */
export async function ask(
  base: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answered> {
  const { hostname, port } = new URL(base);
  const sent = request({ hostname, port, path, method, headers, agent: false }).end();
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (answer === undefined) throw new Error('There is no answer.');
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}
