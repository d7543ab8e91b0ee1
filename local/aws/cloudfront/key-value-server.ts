import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../../http/body.ts';
import { guarded } from '../../http/guard.ts';
import { ACCOUNT } from '../../template/resource-types.ts';
import { AccessDeniedError } from '../iam/access-denied.ts';
import { type Allows, allowAll, requireAll } from '../iam/authorizer.ts';
import { readAccessKey } from '../iam/caller.ts';
import { KeyValueError, type KeyValueStores } from './key-value-stores.ts';

/** The largest request of UpdateKeys. */
const MAX_REQUEST_BYTES = 3 * 1024 * 1024;
const MOST_KEYS = 50;

const Update = z
  .strictObject({
    Puts: z.array(z.strictObject({ Key: z.string().min(1), Value: z.string().min(1) })).default([]),
    Deletes: z.array(z.strictObject({ Key: z.string().min(1) })).default([]),
  })
  .refine(
    ({ Puts, Deletes }) => Puts.length + Deletes.length > 0 && Puts.length + Deletes.length <= MOST_KEYS,
    `1 to ${MOST_KEYS} keys`,
  );

const STATUS = {
  ConflictException: 409,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 402,
  ValidationException: 400,
} as const;

interface Answer {
  readonly body: object;
  readonly etag?: string;
}

/**
 * Creates the emulator of the data plane of CloudFront KeyValueStore: DescribeKeyValueStore, GetKey and UpdateKeys.
 * Signatures are not verified, as by the other emulators.
 */
export function createKeyValueServer(stores: KeyValueStores, allows: Allows = allowAll): Server {
  return createServer(
    guarded(
      (request, response) => {
        answer(request).then(
          ({ body, etag }) => send(response, 200, body, etag === undefined ? {} : { etag }),
          (error: unknown) => sendError(response, error),
        );
      },
      // SDK clients put the account before the endpoint's host.
      [`${ACCOUNT}.localhost`],
    ),
  );

  async function answer(request: IncomingMessage): Promise<Answer> {
    const body = await readBody(request, MAX_REQUEST_BYTES);
    const [root, arn = '', keys, key] = (request.url ?? '').slice(1).split('/').map(decodeURIComponent);
    const name = operationOf(request.method, keys, key);
    if (root !== 'key-value-stores' || name === undefined)
      throw new KeyValueError('ValidationException', `${request.method} ${request.url} is not emulated.`);
    requireAll(allows, readAccessKey(request), [
      { action: `cloudfront-keyvaluestore:${name}`, resource: arn },
    ]);
    const store = stores.find(arn);
    const size = () => ({ ItemCount: store.items.size, TotalSizeInBytes: store.bytes() });
    if (name === 'GetKey') {
      const Value = store.items.get(key ?? '');
      if (Value === undefined)
        throw new KeyValueError('ResourceNotFoundException', `There is no key ${key}.`);
      return { body: { Key: key, Value, ...size() } };
    }
    if (name === 'UpdateKeys') {
      const { Puts: puts, Deletes: deletes } = Update.parse(JSON.parse(body.toString()));
      await store.update(String(request.headers['if-match']), { puts, deletes });
      return { body: size(), etag: store.etag() };
    }
    return { body: { ...size(), KvsARN: arn, Created: 0, Status: 'READY' }, etag: store.etag() };
  }
}

function operationOf(method: string | undefined, keys: string | undefined, key: string | undefined) {
  if (method === 'GET' && keys === undefined) return 'DescribeKeyValueStore';
  if (method === 'GET' && keys === 'keys' && key !== undefined) return 'GetKey';
  return method === 'POST' && keys === 'keys' && key === undefined ? 'UpdateKeys' : undefined;
}

function sendError(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const failWith = (status: number, type: string) =>
    send(response, status, { Message: message }, { 'x-amzn-errortype': type });
  if (error instanceof KeyValueError) failWith(STATUS[error.type], error.type);
  else if (error instanceof AccessDeniedError) failWith(403, 'AccessDeniedException');
  else if (error instanceof z.ZodError || error instanceof SyntaxError) failWith(400, 'ValidationException');
  else failWith(500, 'InternalServerException');
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
