import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTables, type DynamoDbEngine, startDynamoDb } from '../../../local/aws/dynamodb/dynamodb.ts';
import { StateMismatchError } from '../../../local/errors.ts';
import { readResources } from '../../../local/template/resources.ts';
import { template } from '../small-stack.ts';
import { aws, recordLog, temporaryDirectory } from '../support.ts';

const addresses = { sqs: 'http://sqs', api: 'http://api', sitesHost: 'sites' };
const { tables } = readResources(template, addresses);

async function start(engine: DynamoDbEngine, directory: string) {
  const dynamodb = await startDynamoDb({ engine, directory, log: recordLog().log });
  const client = new DynamoDBClient({ ...aws, endpoint: dynamodb.endpoint, maxAttempts: 1 });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= dynamodb.stop();
    return stopped;
  };
  onTestFinished(async () => {
    client.destroy();
    await stop();
  });
  return { client, stop };
}

const item = { pk: { S: 'a' }, sk: { S: 'b' }, gpk: { S: 'index' }, text: { S: 'é' } };

describe.each(['dynoxide', 'dynalite'] as const)('the tables on %s', (engine) => {
  it("have the template's keys and indexes, and survive a restart", async () => {
    const directory = await temporaryDirectory();
    const first = await start(engine, directory);
    await createTables(first.client, tables, directory);
    await first.client.send(new PutItemCommand({ TableName: 'Table', Item: item }));
    const again = new PutItemCommand({
      TableName: 'Table',
      Item: item,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(first.client.send(again)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    await first.stop();

    const second = await start(engine, directory);
    await createTables(second.client, tables, directory);
    const Key = { pk: item.pk, sk: item.sk };
    const { Item } = await second.client.send(
      new GetItemCommand({ TableName: 'Table', Key, ConsistentRead: true }),
    );
    expect(Item).toEqual(item);
    const { Items } = await second.client.send(
      new QueryCommand({
        TableName: 'Table',
        IndexName: 'index',
        KeyConditionExpression: 'gpk = :gpk',
        ExpressionAttributeValues: { ':gpk': item.gpk },
      }),
    );
    expect(Items).toEqual([item]);
  });

  it('are refused when another template created them', async () => {
    const directory = await temporaryDirectory();
    const { client } = await start(engine, directory);
    await createTables(client, tables, directory);
    const changed = tables.map((table) => ({
      ...table,
      properties: { ...table.properties, GlobalSecondaryIndexes: [] },
    }));
    await expect(createTables(client, changed, directory)).rejects.toBeInstanceOf(StateMismatchError);
  });
});
