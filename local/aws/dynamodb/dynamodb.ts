import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { StateMismatchError } from '../../errors.ts';
import { guarded } from '../../http/guard.ts';
import { closeServer, findFreePort, listen, localUrl } from '../../http/net.ts';
import type { Log } from '../../log/log.ts';
import { startChild } from '../../process/child.ts';
import type { Resource } from '../../template/resources.ts';
import type { TableProperties } from '../../template/schemas.ts';

/** Program that emulates DynamoDB. */
export type DynamoDbEngine = 'dynoxide' | 'dynalite';

/** The running DynamoDB emulator. */
export interface DynamoDb {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Options of the DynamoDB emulator. */
export interface DynamoDbOptions {
  /** Directory of the tables. */
  readonly directory: string;
  /** By default dynoxide if its package is installed, else dynalite. */
  readonly engine?: DynamoDbEngine | undefined;
  readonly log: Log;
}

/** Number of attempts, because another program may take the port first. */
const START_ATTEMPTS = 3;
const STOP_GRACE_MS = 1_500;

/** Starts the emulator. Its HTTP server accepts any caller; createDynamoDbProxy checks permissions. */
export async function startDynamoDb({ directory, engine, log }: DynamoDbOptions): Promise<DynamoDb> {
  await mkdir(directory, { recursive: true });
  const program = findDynoxide();
  if (engine === 'dynoxide' && program === undefined)
    throw new Error('@dynoxide/linux-x64 is not installed.');
  if (engine === 'dynalite' || program === undefined) return startDynalite(join(directory, 'dynalite'));
  return startDynoxide(program, join(directory, 'dynoxide.sqlite'), log, START_ATTEMPTS);
}

function findDynoxide(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return process.platform === 'linux' && process.arch === 'x64'
      ? join(dirname(manifest), 'dynoxide')
      : undefined;
  } catch {
    return undefined;
  }
}

async function startDynoxide(program: string, path: string, log: Log, attempts: number): Promise<DynamoDb> {
  const port = await findFreePort();
  const host = unguessableLoopback();
  const url = `http://${host}:${port}`;
  const output: string[] = [];
  let ready = false;
  const child = await startChild({
    command: program,
    args: ['--host', host, '--port', String(port), '--db-path', path],
    env: {},
    cwd: dirname(path),
    onLine(stream, line) {
      output.push(line);
      if (ready && stream === 'stderr') log({ source: 'dynamodb', stream, line });
    },
  });
  const answered = await Promise.race([waitForResponse(url), child.ended.then(() => false)]);
  if (!answered) {
    child.kill('SIGKILL');
    if (attempts > 1) return startDynoxide(program, path, log, attempts - 1);
    throw new Error(`dynoxide did not start: ${output.slice(-3).join(' ')}`);
  }
  ready = true;
  return {
    endpoint: url,
    async stop() {
      // Ignore the messages of its shutdown.
      ready = false;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      await child.ended;
      clearTimeout(timer);
    },
  };
}

/**
 * Returns one of 16 million loopback addresses. dynoxide accepts requests of web pages, with any host name, so its address
 * must be hard to find. Other programs use the proxy, which refuses web pages.
 */
function unguessableLoopback(): string {
  return `127.${[...randomBytes(3)].map((byte) => 1 + (byte % 254)).join('.')}`;
}

/** Waits for any response: the program serves HTTP as soon as it listens. */
async function waitForResponse(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 250; attempt++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
      await response.arrayBuffer();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return false;
}

async function startDynalite(path: string): Promise<DynamoDb> {
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  for (const listener of listeners)
    server.on(
      'request',
      guarded((...exchange) => Reflect.apply(listener, server, exchange)),
    );
  const port = await listen(server, 0);
  return { endpoint: localUrl(port), stop: () => closeServer(server) };
}

/**
 * Creates the tables that do not exist yet.
 * @throws StateMismatchError when a table exists with other keys or indexes
 */
export async function createTables(
  client: DynamoDBClient,
  tables: readonly Resource<TableProperties>[],
  directory: string,
): Promise<void> {
  await Promise.all(tables.map((table) => createTable(client, table, directory)));
}

async function createTable(client: DynamoDBClient, table: Resource<TableProperties>, directory: string) {
  const wanted = tableInput(table);
  const existing = await describe(client, table.ref);
  if (existing !== undefined) {
    if (existing !== keysOf(wanted)) throw new StateMismatchError(`The table ${table.ref}`, directory);
    return;
  }
  await client.send(new CreateTableCommand(wanted));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: table.ref });
}

function tableInput({ ref, properties }: Resource<TableProperties>): CreateTableCommandInput {
  const indexes = properties.GlobalSecondaryIndexes;
  return {
    TableName: ref,
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    // Capacity is free locally, so tables with provisioned capacity become on-demand tables.
    BillingMode: 'PAY_PER_REQUEST',
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  };
}

async function describe(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return keysOf(Table ?? {});
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

type KeySchema = readonly {
  readonly AttributeName?: string | undefined;
  readonly KeyType?: string | undefined;
}[];

interface TableKeys {
  readonly KeySchema?: KeySchema | undefined;
  readonly GlobalSecondaryIndexes?:
    | readonly { readonly IndexName?: string | undefined; readonly KeySchema?: KeySchema | undefined }[]
    | undefined;
}

function keysOf({ KeySchema = [], GlobalSecondaryIndexes = [] }: TableKeys): string {
  const keys = (schema: KeySchema = []) => schema.map((key) => `${key.KeyType} ${key.AttributeName}`).sort();
  const indexes = GlobalSecondaryIndexes.map((index) =>
    JSON.stringify([index.IndexName, keys(index.KeySchema)]),
  );
  return JSON.stringify([keys(KeySchema), indexes.sort()]);
}
