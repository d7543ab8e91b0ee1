import type { Server } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createKeyValueServer } from '../aws/cloudfront/key-value-server.ts';
import { type KeyValueStores, openKeyValueStores } from '../aws/cloudfront/key-value-stores.ts';
import { createTables, type DynamoDbEngine, startDynamoDb } from '../aws/dynamodb/dynamodb.ts';
import { createDynamoDbProxy } from '../aws/dynamodb/proxy.ts';
import { ADMINISTRATOR, type Allows, type Authorizer } from '../aws/iam/authorizer.ts';
import { createKeyStore, createKmsServer } from '../aws/kms.ts';
import { createS3Server } from '../aws/s3/server.ts';
import { type ObjectStorage, openStorage } from '../aws/s3/storage.ts';
import { type Sqs, startSqs } from '../aws/sqs/sqs.ts';
import { createStsServer } from '../aws/sts.ts';
import { closeServer, listen, localUrl } from '../http/net.ts';
import type { Log } from '../log/log.ts';
import { REGION } from '../template/resource-types.ts';
import type { Resources } from '../template/resources.ts';
import { type Lifetime, settleAll } from './lifetime.ts';

/** Configuration of an SDK client with the administrator's rights. */
export const LOCAL_CLIENT = {
  region: REGION,
  credentials: { accessKeyId: ADMINISTRATOR, secretAccessKey: 'local' },
};

/** The emulators of the services that keep state, and of STS. */
export interface Emulators {
  readonly endpoints: {
    readonly dynamodb: string;
    readonly sqs: string;
    readonly s3: string;
    readonly kms: string;
    readonly sts: string;
    readonly cloudfront_keyvaluestore: string;
  };
  readonly sqs: Sqs;
  readonly storage: ObjectStorage;
  readonly keyValues: KeyValueStores;
  /** Creates the template's resources that the state directory does not have yet. */
  provision(resources: Resources): Promise<void>;
}

/** Options of the emulators. */
export interface EmulatorOptions {
  readonly stateDirectory: string;
  readonly dynamodb?: DynamoDbEngine | undefined;
  readonly log: Log;
}

/** Starts the emulators in parallel on free ports. Every call needs a permission. */
export async function startEmulators(
  options: EmulatorOptions,
  authorizer: Authorizer,
  lifetime: Lifetime,
): Promise<Emulators> {
  const { stateDirectory, log } = options;
  const { allows } = authorizer;
  const tables = join(stateDirectory, 'dynamodb');
  const keys = createKeyStore(join(stateDirectory, 'kms'));
  const [dynamodb, sqs, { storage, s3 }, kms, sts, { keyValues, keyValuesUrl }] = await settleAll([
    owned(lifetime, startDynamoDb({ directory: tables, engine: options.dynamodb, log })).then(
      ({ endpoint }) => serve(createDynamoDbProxy(endpoint, allows), lifetime),
    ),
    owned(lifetime, startSqs(join(stateDirectory, 'queues.json'), log, allows)),
    startS3(join(stateDirectory, 's3'), allows, lifetime, log),
    serve(createKmsServer(keys, allows), lifetime),
    serve(createStsServer(authorizer), lifetime),
    startKeyValues(stateDirectory, allows, lifetime),
  ]);
  return {
    endpoints: { dynamodb, sqs: sqs.endpoint, s3, kms, sts, cloudfront_keyvaluestore: keyValuesUrl },
    sqs,
    storage,
    keyValues,
    async provision(resources) {
      const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: dynamodb });
      for (const { arn } of resources.keyValueStores) keyValues.create(arn);
      for (const { ref, properties } of resources.keyAliases) keys.addAlias(ref, properties.TargetKeyId);
      await settleAll([
        createTables(client, resources.tables, tables),
        sqs.createQueues(resources.queues),
        ...resources.buckets.map(({ ref }) => storage.create(ref)),
        ...resources.keys.map(({ ref }) => keys.create(ref)),
      ]);
      client.destroy();
    },
  };
}

async function owned<T extends { stop(): Promise<void> }>(
  lifetime: Lifetime,
  starting: Promise<T>,
): Promise<T> {
  const started = await starting;
  lifetime.own(() => started.stop());
  return started;
}

async function startS3(directory: string, allows: Allows, lifetime: Lifetime, log: Log) {
  const storage = await openStorage(directory);
  lifetime.own(() => storage.close());
  return { storage, s3: await serve(createS3Server(storage, log, allows), lifetime) };
}

async function startKeyValues(directory: string, allows: Allows, lifetime: Lifetime) {
  const keyValues = await openKeyValueStores(directory);
  const url = new URL(await serve(createKeyValueServer(keyValues, allows), lifetime));
  // SDK clients put the account before the host, which needs a name.
  return { keyValues, keyValuesUrl: `http://localhost:${url.port}` };
}

/** Listens on a port (by default any free one) until the lifetime's end. Returns the base URL. */
export async function serve(server: Server, lifetime: Lifetime, port = 0): Promise<string> {
  const url = localUrl(await listen(server, port));
  lifetime.own(() => closeServer(server));
  return url;
}
