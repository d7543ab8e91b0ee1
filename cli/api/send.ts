import { type HttpResponse, http } from '../../shared/runtime/http/http-client.ts';
import type { Address } from './address.ts';
import type { SigningOptions } from './sign-request.ts';

/** The time limit of one call: API Gateway's own limit of 30 s, and a margin. */
export const timeoutMs = 35_000;

/** A call of the management API. */
export interface ApiCall {
  method: string;
  /** The path with its query, below the API's address. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | undefined;
}

/**
 * Calls the management API once, signed unless the API is on this machine. Throws `HttpUnreachable`, and the errors of
 * the credentials.
 * @param options `mostBytes` limits the response's size, `timeout` the call's milliseconds
 */
export async function sendToApi(
  address: Pick<Address, 'url' | 'isLoopback'>,
  { method, path, headers: given = {}, body }: ApiCall,
  { mostBytes, timeout = timeoutMs, ...signing }: SigningOptions & { mostBytes?: number; timeout?: number },
): Promise<HttpResponse> {
  const url = address.url + path;
  const headers = {
    accept: 'application/json',
    ...given,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const signed = address.isLoopback
    ? headers
    : await (await import('./sign-request.ts')).signRequest({ method, url, headers, body }, signing);
  return http(url, {
    method,
    headers: signed,
    timeoutMs: timeout,
    ...(body === undefined ? {} : { body }),
    ...(mostBytes === undefined ? {} : { mostBytes }),
  });
}
