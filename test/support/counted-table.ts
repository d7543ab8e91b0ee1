import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, startDynamoDb } from '../../local/aws/dynamodb/dynamodb.ts';
import { dynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { aws } from '../local/support.ts';
import { canImport, importItems } from './imported-tables.ts';
import { stackResources } from './stack-resources.ts';

/** Work on the stores of a table. */
export type StoreWork = (stores: ReturnType<typeof dynamoStores>) => Promise<unknown>;

/**
 * Starts a DynamoDB with the stack's table, and counts the units that calls of `stores` consume.
 * @param fill writes new records, as many as needed: they are imported where possible
 */
export async function startCountedTable(fill: StoreWork) {
  const empty = await mkdtemp(join(tmpdir(), 'bough-counted-'));
  const directories = [empty];
  const { tables } = await stackResources();
  const tableName = tables[0]?.ref ?? '';
  let dynamodb = await startDynamoDb({ directory: empty, log: () => undefined });
  let client = new DynamoDBClient({ ...aws, endpoint: dynamodb.endpoint });
  await createTables(client, tables, empty);
  if (canImport) {
    const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    client.destroy();
    await dynamodb.stop();
    const directory = await importItems(Table, await itemsOf(fill, tableName));
    directories.push(directory);
    dynamodb = await startDynamoDb({ directory, log: () => undefined });
    client = new DynamoDBClient({ ...aws, endpoint: dynamodb.endpoint });
  } else await fill(dynamoStores(client, tableName));

  const units = { read: 0, write: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        units[/^(Get|Query)/.test(commandName) ? 'read' : 'write'] += unitsIn(result.output);
        return result;
      },
    { step: 'initialize' },
  );
  return {
    stores: dynamoStores(client, tableName),
    /** The units that a piece of work consumes. */
    async unitsOf(work: () => Promise<unknown>) {
      const before = { ...units };
      await work();
      return { read: units.read - before.read, write: units.write - before.write };
    },
    async stop() {
      client.destroy();
      await dynamodb.stop();
      await Promise.all(directories.map((directory) => rm(directory, { recursive: true })));
    },
  };
}

/** The items that work on empty stores would write. */
async function itemsOf(work: StoreWork, tableName: string): Promise<Record<string, AttributeValue>[]> {
  const items = new Map<string, Record<string, AttributeValue>>();
  const client = new DynamoDBClient(aws);
  client.middlewareStack.add(
    () => async (args) => {
      const { Item }: { Item?: Record<string, AttributeValue> } = Object(args.input);
      if (Item) items.set(`${Item['pk']?.S} ${Item['sk']?.S}`, Item);
      return { output: { $metadata: {} } as never, response: {} };
    },
    { step: 'initialize' },
  );
  await work(dynamoStores(client, tableName));
  return [...items.values()];
}

function unitsIn(output: unknown): number {
  const { ConsumedCapacity: found } = Object(output);
  return [found ?? []].flat().reduce((sum: number, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
}
