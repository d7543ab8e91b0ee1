// Usage: node copy-items.mjs FROM TO
// Replaces the items of a table with those of another one. Personal fields are masked before they are written.
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';

// Adapt these lines to your data. Each field has a rule that makes its new value.
const masks = {
  name: (mark) => `Guest ${mark}`,
  email: (mark) => `guest-${mark}@example.invalid`,
};

// Equal values have equal marks, so that a guest with two bookings stays one guest. Nobody has the key after the copy.
const key = randomBytes(32);
const markOf = (value) => createHmac('sha256', key).update(value).digest('hex').slice(0, 8);

/** An item with masked fields. A field of another type than text is left out, because no rule fits it. */
function masked(item) {
  const kept = Object.entries(item).filter(([field, value]) => !Object.hasOwn(masks, field) || 'S' in value);
  return Object.fromEntries(
    kept.map(([field, value]) => [
      field,
      Object.hasOwn(masks, field) ? { S: masks[field](markOf(value.S)) } : value,
    ]),
  );
}

const dynamodb = new DynamoDBClient();

/** Writes up to 25 requests. DynamoDB returns those that exceed its capacity, which are sent again after a pause. */
async function write(table, requests) {
  let rest = requests;
  for (let attempt = 0; rest.length > 0; attempt += 1) {
    if (attempt === 10) throw new Error(`${table} takes no more items for now. Redeploy to try again.`);
    if (attempt > 0) await delay(Math.random() * Math.min(100 * 2 ** attempt, 10_000));
    const { UnprocessedItems } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: rest } }),
    );
    rest = UnprocessedItems?.[table] ?? [];
  }
}

async function writeAll(table, requests) {
  for (let start = 0; start < requests.length; start += 25)
    await write(table, requests.slice(start, start + 25));
}

const [from, to] = process.argv.slice(2);
const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: to }));
const keyNames = Table.KeySchema.map(({ AttributeName }) => AttributeName);
const keyOf = (item) => Object.fromEntries(keyNames.map((name) => [name, item[name]]));

const copied = new Set();
for await (const { Items } of paginateScan({ client: dynamodb }, { TableName: from })) {
  await writeAll(
    to,
    Items.map((item) => ({ PutRequest: { Item: masked(item) } })),
  );
  for (const item of Items) copied.add(JSON.stringify(keyOf(item)));
}

// Items that the parent does not have are from an earlier copy, or from somebody who tried the environment.
let removed = 0;
for await (const { Items } of paginateScan({ client: dynamodb }, { TableName: to })) {
  const surplus = Items.map(keyOf).filter((item) => !copied.has(JSON.stringify(item)));
  await writeAll(
    to,
    surplus.map((item) => ({ DeleteRequest: { Key: item } })),
  );
  removed += surplus.length;
}
console.log(
  `Copied ${copied.size} items from ${from} with masked ${Object.keys(masks).join(' and ')}; removed ${removed} others`,
);
