import { ACCOUNT } from '../../template/resource-types.ts';

type Headers = Readonly<NodeJS.Dict<string[]>>;

/** A request that matches a route. */
export interface GatewayRequest {
  /** A UUID. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly apiId: string;
  readonly routeKey: string;
  /** Whether the route has IAM authorisation. */
  readonly iam: boolean;
  readonly method: string;
  readonly protocol: string;
  readonly sourceIp: string;
  /** Port of the API. */
  readonly port: number;
  /** Decoded, as API Gateway delivers it. */
  readonly path: string;
  /** Undecoded, without the question mark. */
  readonly query: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
  /** All values by lower-case name. */
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Identity of every caller of a route with IAM authorisation: local signatures are not verified. */
const LOCAL_CALLER = {
  accessKey: 'local',
  accountId: ACCOUNT,
  callerId: 'local',
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: `arn:aws:iam::${ACCOUNT}:user/local`,
  userId: 'local',
};

/**
 * Creates the event of a Lambda proxy integration, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function createEvent(request: GatewayRequest): object {
  const userAgent = header(request.headers, 'user-agent');
  const host = header(request.headers, 'host');
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...cookies(request.headers),
    headers: readHeaders(request),
    ...queryParameters(request.query),
    requestContext: {
      accountId: ACCOUNT,
      apiId: request.apiId,
      ...(request.iam ? { authorizer: { iam: LOCAL_CALLER } } : {}),
      domainName: host.replace(/:\d+$/, ''),
      domainPrefix: request.apiId,
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent,
      },
      requestId: request.id,
      routeKey: request.routeKey,
      stage: '$default',
      time: accessLogTime(request.time),
      timeEpoch: request.time,
    },
    ...(request.pathParameters === undefined ? {} : { pathParameters: request.pathParameters }),
    ...readBodyFields(request),
  };
}

/** Repeated headers are joined; cookies have a field of their own. */
function readHeaders({ headers, sourceIp, port, id, time }: GatewayRequest): Record<string, string> {
  const entries = Object.keys(headers)
    .filter((name) => name !== 'cookie' && name !== 'connection' && name !== 'transfer-encoding')
    .map((name) => [name, header(headers, name)]);
  return {
    ...Object.fromEntries(entries),
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
    'x-amzn-trace-id': `Root=1-${Math.floor(time / 1000).toString(16)}-${id.replaceAll('-', '').slice(0, 24)}`,
  };
}

function cookies({ cookie }: Headers): { cookies?: string[] } {
  return cookie === undefined ? {} : { cookies: cookie.flatMap((value) => value.split(/;\s*/)) };
}

function header(headers: Headers, name: string): string {
  return headers[name]?.join(',') ?? '';
}

function queryParameters(query: string): { queryStringParameters?: Record<string, string> } {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return parameters.size === 0 ? {} : { queryStringParameters: Object.fromEntries(parameters) };
}

function readBodyFields({ headers, body }: GatewayRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const text = isText(headers) ? readUtf8(body) : undefined;
  return text === undefined
    ? { body: body.toString('base64'), isBase64Encoded: true }
    : { body: text, isBase64Encoded: false };
}

/** Reports whether API Gateway passes the body as text. Any other content type, or none, means binary. */
function isText(headers: Headers): boolean {
  const type = header(headers, 'content-type').split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || /^application\/(?:json|javascript|xml)$/.test(type);
}

/** Returns undefined for invalid UTF-8: a replacement character would break the signature over the bytes. */
function readUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Formats a time as in `12/Mar/2020:19:03:58 +0000`. */
function accessLogTime(time: number): string {
  const [, day, month, year, clock] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
