import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { examplesDirectory } from '../support/examples.ts';
import { startHttpServer } from '../support/http-server.ts';

const run = promisify(execFile);
const script = join(examplesDirectory, 'cdk-api/.bough/copy-items.mjs');

const Item = z.looseObject({ id: z.object({ S: z.string() }) });
type Item = z.infer<typeof Item>;
const Put = z.object({ PutRequest: z.object({ Item }) });
const Delete = z.object({ DeleteRequest: z.object({ Key: Item }) });
const Input = z.object({
  TableName: z.string().default(''),
  ExclusiveStartKey: Item.optional(),
  RequestItems: z.record(z.string(), z.array(z.union([Put, Delete]))).default({}),
});

const guest = (id: string): Item => ({
  id: { S: id },
  name: { S: `Name of ${Number(id) % 2}` },
  email: { N: '1' },
  date: { S: '2026' },
});

/** DynamoDB with the tables `from` and `to`, which answers in pages of 20 items and leaves a request of each large batch. */
async function aDynamoDb(tables: Record<string, Map<string, Item>>) {
  const batches: number[] = [];
  const operations: Record<string, (input: z.infer<typeof Input>) => object> = {
    DescribeTable: () => ({ Table: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] } }),
    Scan({ TableName, ExclusiveStartKey }) {
      const items = [...(tables[TableName]?.values() ?? [])];
      const start = ExclusiveStartKey ? items.findIndex(({ id }) => id.S === ExclusiveStartKey.id.S) + 1 : 0;
      const Items = items.slice(start, start + 20);
      const last = Items.at(-1);
      return { Items, ...(start + 20 < items.length && last && { LastEvaluatedKey: { id: last.id } }) };
    },
    BatchWriteItem({ RequestItems }) {
      const [[name = '', requests = []] = []] = Object.entries(RequestItems);
      batches.push(requests.length);
      const done = requests.length > 1 ? requests.slice(1) : requests;
      for (const request of done) {
        if ('PutRequest' in request) tables[name]?.set(request.PutRequest.Item.id.S, request.PutRequest.Item);
        else tables[name]?.delete(request.DeleteRequest.Key.id.S);
      }
      return { UnprocessedItems: requests.length > 1 ? { [name]: requests.slice(0, 1) } : {} };
    },
  };
  const server = await startHttpServer(({ headers, body }) => {
    const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
    const answer = operations[operation]?.(Input.parse(JSON.parse(body))) ?? {};
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify(answer),
    };
  });
  onTestFinished(() => server.stop());
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_DYNAMODB: server.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  return { batches, copy: () => run('node', ['--no-warnings', script, 'from', 'to'], { env }) };
}

it('The copy of a table has every item once, however often it is made, and masked fields', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => String(index));
  const from = new Map(ids.map((id) => [id, guest(id)]));
  const to = new Map([['old', guest('old')]]);
  const { batches, copy } = await aDynamoDb({ from, to });

  const copied = 'Copied 60 items from from with masked name and email; removed';

  expect((await copy()).stdout).toBe(`${copied} 1 others\n`);
  expect((await copy()).stdout).toBe(`${copied} 0 others\n`);
  expect([...to.keys()].sort()).toEqual(ids.sort());
  expect(Math.max(...batches)).toBeLessThanOrEqual(25);
  const names = new Set([...to.values()].map(({ name }) => JSON.stringify(name)));
  expect(names.size).toBe(2);
  for (const item of to.values()) {
    expect(item).toEqual({
      id: expect.anything(),
      name: { S: expect.stringMatching(/^Guest [0-9a-f]{8}$/) },
      date: { S: '2026' },
    });
  }
});
