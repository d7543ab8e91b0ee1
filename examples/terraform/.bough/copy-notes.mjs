// Copies all items of one DynamoDB table to another and masks personal fields: node copy-notes.mjs FROM TO
// The items of a table are held in memory. For large tables, export to S3 and import instead.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [from, to] = process.argv.slice(2);
const file = join(mkdtempSync(join(tmpdir(), 'notes-')), 'requests.json');

const aws = (...args) =>
  JSON.parse(execFileSync('aws', ['dynamodb', ...args, '--output', 'json'], { maxBuffer: 2 ** 30 }));
const itemsOf = (table) => aws('scan', '--table-name', table).Items;
const masked = (item) => ({ ...item, email: { S: `${item.id.S}@example.com` } });

/** Writes requests in batches of 25, and repeats those that DynamoDB leaves out. */
async function write(requests) {
  for (let start = 0; start < requests.length; start += 25) {
    let batch = { [to]: requests.slice(start, start + 25) };
    for (let attempt = 1; Object.keys(batch).length > 0; attempt += 1) {
      if (attempt > 10) throw new Error(`${to} does not accept all items`);
      if (attempt > 1) await delay(100 * 2 ** attempt);
      writeFileSync(file, JSON.stringify(batch));
      batch = aws('batch-write-item', '--request-items', `file://${file}`).UnprocessedItems;
    }
  }
}

const items = itemsOf(from);
await write(itemsOf(to).map(({ id }) => ({ DeleteRequest: { Key: { id } } })));
await write(items.map((item) => ({ PutRequest: { Item: masked(item) } })));
console.log(`Copied ${items.length} notes from ${from}`);
