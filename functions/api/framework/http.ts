import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BoughError } from '../../../shared/errors.ts';
import type { Caller } from './caller.ts';

/** A request, with the parameters of its route. */
export interface ApiRequest {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The parsed body. Throws `malformed_json`, `unsupported_media_type`. */
  json: () => unknown;
  /** The header `If-None-Match`. */
  ifNoneMatch: string | undefined;
  /** The header by which the distribution of sites identifies itself. */
  distributionKey: string | undefined;
  /** Null for routes without IAM. */
  caller: Caller | null;
}

/** A response for API Gateway. */
export type ApiResponse = APIGatewayProxyStructuredResultV2;

/** Clients of Upsun's API parse errors as JSON only with exactly this content type, without a charset. */
const jsonHeaders = { 'content-type': 'application/json' };

/** A JSON response. */
export function json(statusCode: number, body: unknown): ApiResponse {
  return { statusCode, headers: jsonHeaders, body: JSON.stringify(body) };
}

/** A response of JSON lines. */
export function ndjson(lines: readonly string[]): ApiResponse {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${line}\n`).join(''),
  };
}

/** A text page for browsers, which must neither guess another type nor store a copy. */
export function plainText(
  statusCode: number,
  body: string,
  headers: Record<string, string> = {},
): ApiResponse {
  return {
    statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
      ...headers,
    },
    body,
  };
}

/** An HTML page that caches must not store, because it can change at any time. */
export function html(
  statusCode: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return {
    statusCode,
    headers: {
      'content-type': 'text/html;charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...headers,
    },
    body,
  };
}

/** The response to a mutation that created a resource: the resource, and the activities that it started. */
export function created(entity: unknown, activities: readonly unknown[] = []): ApiResponse {
  return json(201, { status: 'Created', code: 201, _embedded: { entity, activities } });
}

/**
 * The response to a mutation of an existing resource, with the activities that it started.
 * The status is 200 although activities are still running: clients of Upsun's API ignore the body of a 202.
 */
export function changed(entity: unknown, activities: readonly unknown[] = []): ApiResponse {
  return json(200, { status: 'OK', code: 200, _embedded: { entity, activities } });
}

/** The response to a failed request, in one of the two formats of Upsun's API. */
export function failure(error: BoughError): ApiResponse {
  const { code, status, message, remedy, fields } = error;
  return fields
    ? json(status, { code: status, detail: fields })
    : json(status, { code: status, message, detail: { error: code, remedy } });
}

/**
 * Parses the body of a request. The content type must be JSON: browsers send it across origins only after a preflight.
 * @throws BoughError malformed_json, unsupported_media_type
 */
export function parseJson(event: APIGatewayProxyEventV2): unknown {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : event.body;
  const type = event.headers['content-type'] ?? 'none';
  if (text && !/^application\/json *(?:;|$)/i.test(type))
    throw new BoughError('unsupported_media_type', `The body's content type is ${type.slice(0, 100)}.`);
  try {
    // Requests to operations without parameters have no body.
    return JSON.parse(text || '{}');
  } catch (cause) {
    throw new BoughError('malformed_json', 'The body is not a JSON document.', { cause });
  }
}
