import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from './config.ts';

/** The milliseconds that the preparation may take: an unreachable AWS must not stop the function's start. */
const patience = 500;

/** The SDK clients of the webhook. */
export interface Clients {
  dynamodb: DynamoDBClient;
  kms: KMSClient;
  sqs: SQSClient;
}

/**
 * Prepares the clients for the first delivery: resolves credentials and endpoints, builds a signed request with each, and
 * opens the connections. Lambda gives the start of a function a whole CPU, and its first invocation only the share of its
 * memory. The requests that are sent name no resource, so they have no effect and need no permission.
 */
export async function warmUp(
  { dynamodb, kms, sqs }: Clients,
  { TABLE_NAME, KEY_ARN, EVENTS_QUEUE_URL }: Config,
): Promise<void> {
  const get = new GetItemCommand({ TableName: TABLE_NAME, Key: { pk: { S: '-' }, sk: { S: '-' } } });
  const decrypt = new DecryptCommand({ KeyId: KEY_ARN, CiphertextBlob: new Uint8Array(1) });
  const Entries = [{ Id: '0', MessageBody: '{}' }];
  const send = new SendMessageBatchCommand({ QueueUrl: EVENTS_QUEUE_URL, Entries });
  // The innermost step: the request is complete.
  const step = { step: 'deserialize', priority: 'low' } as const;
  get.middlewareStack.add(onlyConnect, step);
  decrypt.middlewareStack.add(onlyConnect, step);
  send.middlewareStack.add(onlyConnect, step);
  const options = () => ({ abortSignal: AbortSignal.timeout(patience) });
  // The responses are no results of the commands, so every call fails.
  await Promise.allSettled([
    dynamodb.send(get, options()),
    kms.send(decrypt, options()),
    sqs.send(send, options()),
  ]);
}

/** Replaces the complete request by one for the root of the same host. */
function onlyConnect<Args extends { request: unknown }, Result>(next: (args: Args) => Promise<Result>) {
  return (args: Args): Promise<Result> => next({ ...args, request: rootOf(args.request) });
}

function rootOf(request: unknown): object {
  const host = request instanceof Object && 'hostname' in request ? String(request.hostname) : '';
  return { ...Object(request), method: 'GET', path: '/', query: {}, headers: { host }, body: undefined };
}
