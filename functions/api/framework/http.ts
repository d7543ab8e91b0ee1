import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BoughError } from '../../../shared/errors.ts';

/** A call, with the placeholders of its route filled in. */
export interface ApiRequest {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The parsed body. Throws `malformed_json`, `unsupported_media_type`. */
  json: () => unknown;
  /** How many bytes the answer's body may have. */
  longest: number;
  /** The name of the user or the session that IAM let in; null where IAM does not stand before the route. */
  caller: string | null;
}

export type Answer = APIGatewayProxyStructuredResultV2;

/** Clients of Upsun's API take an error for a JSON document only with exactly this type, without a charset. */
const jsonHeaders = { 'content-type': 'application/json' };

export function json(statusCode: number, body: unknown): Answer {
  return { statusCode, headers: jsonHeaders, body: JSON.stringify(body) };
}

export function ndjson(lines: readonly string[]): Answer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${line}\n`).join(''),
  };
}

/** A page for browsers, which take it for nothing but text and keep no copy. */
export function plainText(statusCode: number, body: string, headers: Record<string, string> = {}): Answer {
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

/** A page that nobody keeps: what it says may be otherwise a moment later. */
export function html(statusCode: number, body: string): Answer {
  return {
    statusCode,
    headers: {
      'content-type': 'text/html;charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
    body,
  };
}

/** The answer to a mutation that made something: what it made, and the work that it started. */
export function created(entity: unknown, activities: readonly unknown[] = []): Answer {
  return json(201, { status: 'Created', code: 201, _embedded: { entity, activities } });
}

/**
 * The answer to a mutation of something that exists, with the work that it started.
 * Never 202, though that goes on: of such an answer Upsun's clients do not read the body.
 */
export function changed(entity: unknown, activities: readonly unknown[] = []): Answer {
  return json(200, { status: 'OK', code: 200, _embedded: { entity, activities } });
}

/** What went wrong, in the two shapes that Upsun's clients know. */
export function failure(error: BoughError): Answer {
  const { code, status, message, remedy, fields } = error;
  return fields
    ? json(status, { code: status, detail: fields })
    : json(status, { code: status, message, detail: { error: code, remedy } });
}

/**
 * The body of a call. Only JSON that calls itself so is taken: a web page cannot send that elsewhere unasked.
 * @throws BoughError malformed_json, unsupported_media_type
 */
export function parseJson(event: APIGatewayProxyEventV2): unknown {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : event.body;
  const type = event.headers['content-type'] ?? 'none';
  if (text && !/^application\/json *(?:;|$)/i.test(type))
    throw new BoughError('unsupported_media_type', `The body's content type is ${type.slice(0, 100)}.`);
  try {
    // Operations without parameters are called without a body.
    return JSON.parse(text || '{}');
  } catch (cause) {
    throw new BoughError('malformed_json', 'The body is not a JSON document.', { cause });
  }
}
