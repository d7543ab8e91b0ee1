import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BoughError } from '../../errors.ts';
import { jsonOrUndefined } from '../json.ts';
import { type Network, unrestrictedNetwork } from './network.ts';
import { whyUnreachable } from './unreachable.ts';

/** Options of one HTTP request. */
export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Covers the whole call, including the response's last byte. Default: 10 seconds. */
  timeoutMs?: number;
  /** The limit for the response's size after decompression. */
  mostBytes?: number;
  /** Default: a network that reaches every address. */
  network?: Network;
}

/** The headers of a response. Names are in lower case. */
export type ResponseHeaders = Pick<Headers, 'get' | 'has'>;

/** A response with its whole body. */
export interface HttpResponse {
  status: number;
  headers: ResponseHeaders;
  /** The body as text. */
  text: string;
  /** The body as it came, after decompression. */
  bytes: Buffer;
}

/** The server could not be reached, or did not answer in time. */
export class HttpUnreachable extends Error {
  override readonly name: string = 'HttpUnreachable';
}

/** The response exceeded the limit for its size. */
export class ResponseTooLarge extends HttpUnreachable {
  override readonly name = 'ResponseTooLarge';
}

const megabyte = 1024 * 1024;

/** The largest response that is read, in bytes, where the caller does not say another. */
export const longestResponse = 10 * megabyte;

/**
 * Makes an HTTP call whose response fits into memory, with limits on time and size. Redirects are not followed. Uses
 * node:http, because fetch() cannot check the address of its connection.
 * @throws HttpUnreachable, ResponseTooLarge; BoughError address_refused when the network does not reach that host
 */
export async function http(url: string, request: HttpRequest = {}): Promise<HttpResponse> {
  const { timeoutMs = 10_000, mostBytes = longestResponse } = request;
  const address = new URL(url);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(address, request, signal);
    const bytes = await readBody(response, mostBytes, address.host);
    const text = new TextDecoder().decode(bytes);
    return { status: response.statusCode ?? 0, headers: headersOf(response), text, bytes };
  } catch (error) {
    if (error instanceof BoughError || error instanceof ResponseTooLarge) throw error;
    const cause = signal.aborted ? signal.reason : error;
    throw new HttpUnreachable(`${address.host} could not be reached: ${whyUnreachable(cause)}`, { cause });
  }
}

/** Only GET requests use kept connections: the server may have closed the connection, and only reads can be repeated. */
function send(url: URL, request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { method = 'GET', network = unrestrictedNetwork } = request;
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

/** Without `Headers`, whose first use loads all of fetch(): that takes tens of milliseconds at the start of a program. */
function headersOf({ headersDistinct }: IncomingMessage): ResponseHeaders {
  const headers = new Map(
    Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
  );
  return { get: (name) => headers.get(name) ?? null, has: (name) => headers.has(name) };
}

/** Reads the body up to the limit. Leaving the loop closes the connection. */
async function readBody(response: IncomingMessage, mostBytes: number, host: string): Promise<Buffer> {
  const isCompressed = response.headers['content-encoding'] === 'gzip';
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An error surfaces in the stream that is read, so the callback has nothing to do.
  for await (const chunk of isCompressed ? pipeline(response, createGunzip(), () => {}) : response) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new ResponseTooLarge(`${host} sent more than ${Math.round(mostBytes / megabyte)} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parses a response's JSON; undefined for any other body, such as a proxy's error page. */
export function jsonIn({ text }: Pick<HttpResponse, 'text'>): unknown {
  return jsonOrUndefined(text);
}
