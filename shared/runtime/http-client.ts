import { whyUnreachable } from './unreachable.ts';

export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** The other side could not be reached, or did not answer in time. */
export class HttpUnreachable extends Error {
  override readonly name = 'HttpUnreachable';
}

/** The one way out for calls that fit into memory: always with a timeout, and never following a redirect elsewhere. */
export async function http(url: string, request: HttpRequest = {}): Promise<HttpAnswer> {
  const { timeoutMs = 10_000, ...init } = request;
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    throw new HttpUnreachable(`${new URL(url).host} could not be reached: ${whyUnreachable(cause)}`, {
      cause,
    });
  }
}

/** The JSON in an answer; undefined when it is something else, such as a proxy's error page. */
export function jsonIn({ text }: HttpAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
