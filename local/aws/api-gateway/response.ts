import * as z from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const Structured = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), scalar).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});

/** An HTTP response. */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/**
 * Converts a function's result as API Gateway does: an object with a `statusCode` is the response, any other value is
 * the body of a JSON response.
 * @returns undefined for a malformed response
 */
export function readFunctionResponse(payload: string): GatewayResponse | undefined {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null || !('statusCode' in value))
    return inferred(value, payload);
  const result = Structured.safeParse(value);
  return result.success ? structured(result.data) : undefined;
}

function inferred(value: unknown, payload: string): GatewayResponse {
  const body = Buffer.from(typeof value === 'string' ? value : payload);
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function structured({
  statusCode,
  headers,
  cookies,
  body = '',
  isBase64Encoded,
}: z.infer<typeof Structured>) {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status: statusCode,
    headers: {
      ...(body === '' ? {} : { 'content-type': 'text/plain;charset=UTF-8' }),
      ...Object.fromEntries(named),
      ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** Creates a response of API Gateway itself. */
export function gatewayError(status: number, message: string): GatewayResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}
