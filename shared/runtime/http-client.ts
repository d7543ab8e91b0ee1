import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BoughError } from '../errors.ts';
import { type Network, openNetwork } from './network.ts';
import { whyUnreachable } from './unreachable.ts';

export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** For the whole call, the last byte of the answer included. */
  timeoutMs?: number;
  /** The answer's size after decompression. */
  mostBytes?: number;
  /** Default: one that reaches every address. */
  network?: Network;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** The other side could not be reached, or did not answer in time. */
export class HttpUnreachable extends Error {
  override readonly name: string = 'HttpUnreachable';
}

/** The answer was longer than its reader takes. */
export class AnswerTooLarge extends HttpUnreachable {
  override readonly name = 'AnswerTooLarge';
}

const megabyte = 1024 * 1024;

/** The largest response that is read, in bytes, where the caller does not say another. */
export const longestAnswer = 10 * megabyte;

/**
 * The one way out for calls that fit into memory: bounded in time and size, and never following a redirect elsewhere.
 * Made with node:http, because fetch() cannot check the address that it connects to.
 * @throws HttpUnreachable, AnswerTooLarge; BoughError address_refused when the network does not reach that host
 */
export async function http(url: string, request: HttpRequest = {}): Promise<HttpAnswer> {
  const { timeoutMs = 10_000, mostBytes = longestAnswer } = request;
  const address = new URL(url);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(address, request, signal);
    const text = await readText(response, mostBytes, address.host);
    return { status: response.statusCode ?? 0, headers: headersOf(response), text };
  } catch (error) {
    if (error instanceof BoughError || error instanceof AnswerTooLarge) throw error;
    const cause = signal.aborted ? signal.reason : error;
    throw new HttpUnreachable(`${address.host} could not be reached: ${whyUnreachable(cause)}`, { cause });
  }
}

/** Only what reads may use a kept connection: the server may have closed it, and only reading may be tried twice. */
function send(url: URL, request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { method = 'GET', network = openNetwork } = request;
  if (method !== 'GET') return open(url, request, { signal, agent: network.agentFor(url, 'fresh') });
  return open(url, request, { signal, agent: network.agentFor(url) }).catch((error: unknown) => {
    if (!(error instanceof StaleConnection)) throw error;
    return open(url, request, { signal, agent: network.agentFor(url, 'fresh') });
  });
}

class StaleConnection extends Error {}

function open(url: URL, request: HttpRequest, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = start(url, {
      ...options,
      method: request.method ?? 'GET',
      headers: { 'accept-encoding': 'gzip', 'user-agent': 'Bough', ...request.headers },
    });
    outgoing.on('response', resolve);
    outgoing.on('error', (cause) => {
      const isStale = outgoing.reusedSocket && options.signal?.aborted !== true;
      reject(isStale ? new StaleConnection('The kept connection was closed.', { cause }) : cause);
    });
    outgoing.end(request.body);
  });
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

/** Leaving the loop closes the connection, so hardly more is received than is counted. */
async function readText(response: IncomingMessage, mostBytes: number, host: string): Promise<string> {
  const isCompressed = response.headers['content-encoding'] === 'gzip';
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The reader is told of an error by the stream that it reads.
  for await (const chunk of isCompressed ? pipeline(response, createGunzip(), () => {}) : response) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new AnswerTooLarge(`${host} sent more than ${Math.round(mostBytes / megabyte)} MB`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The JSON in an answer; undefined when it is something else, such as a proxy's error page. */
export function jsonIn({ text }: HttpAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
