import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';

/** The optional parts of a call. */
export interface CallOptions {
  query?: string;
  /** An object is sent as JSON, a string unchanged. */
  body?: unknown;
  base64?: boolean;
  /** The content type of the body; null for none. */
  type?: string | null;
  /** The ARN of the IAM caller; without it the route has no IAM authorisation. */
  caller?: string;
  headers?: Record<string, string>;
}

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** A request as API Gateway passes it to a function: payload format 2.0. */
export function apiEvent(method: string, path: string, options: CallOptions = {}): APIGatewayProxyEventV2 {
  const { query = '', body, base64 = false, type = 'application/json', caller } = options;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      accept: 'application/json',
      host: 'api.example.org',
      ...(text === undefined || type === null ? {} : { 'content-type': type }),
      ...options.headers,
    },
    isBase64Encoded: base64,
    ...(text === undefined ? {} : { body: base64 ? Buffer.from(text).toString('base64') : text }),
    requestContext: {
      accountId: '123456789012',
      ...(caller === undefined ? {} : { authorizer: { iam: iamContext(caller) } }),
      apiId: 'a1b2c3',
      domainName: 'api.example.org',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '22/Nov/2026:10:00:00 +0000',
      timeEpoch: 1_795_341_600_000,
    },
  };
}

/** API Gateway's context of a caller with IAM authorisation. */
function iamContext(userArn: string) {
  return {
    accessKey: 'AKIAEXAMPLE',
    accountId: userArn.split(':')[4] ?? '',
    callerId: 'AIDAEXAMPLE',
    cognitoIdentity: null,
    principalOrgId: '',
    userArn,
    userId: 'AIDAEXAMPLE',
  };
}

/** Calls a handler and parses its response. */
export async function call(handler: Handler, method: string, path: string, options: CallOptions = {}) {
  const context = { awsRequestId: 'request-1' } as Context;
  const answer = await handler(apiEvent(method, path, options), context);
  const text = answer.body ?? '';
  const type = answer.headers?.['content-type'];
  return {
    status: answer.statusCode,
    type,
    headers: answer.headers ?? {},
    text,
    body: type === 'application/json' && text !== '' ? JSON.parse(text) : null,
  };
}
