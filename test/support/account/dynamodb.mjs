import { accountId, authorise, find, refuse, region, store } from './account.mjs';
import { content, print, readOptions } from './cli.mjs';

/** The ARN of a table. */
export const tableArn = (name) => `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;

/** The most requests of one batch-write-item: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const largestBatch = 25;

function tableOf(name, operation) {
  return (
    find('tables', name) ??
    refuse('ResourceNotFoundException', operation, `Requested resource not found: Table: ${name}`)
  );
}

/** Commands of DynamoDB. Keys are the attribute `id`; the first request of a batch of several stays unprocessed once. */
export const dynamodb = {
  scan(args) {
    const options = readOptions(args, { 'table-name': 'value!' });
    const name = options['table-name'];
    authorise('Scan', 'dynamodb:Scan', tableArn(name));
    const { items } = tableOf(name, 'Scan');
    print({ Items: items, Count: items.length }, options);
  },
  'batch-write-item'(args) {
    const options = readOptions(args, { 'request-items': 'value!' });
    const tables = Object.entries(JSON.parse(content(options['request-items'])));
    const left = {};
    for (const [name, requests] of tables) {
      authorise('BatchWriteItem', 'dynamodb:BatchWriteItem', tableArn(name));
      if (requests.length < 1 || requests.length > largestBatch) {
        refuse('ValidationException', 'BatchWriteItem', 'Member must have length less than or equal to 25');
      }
      const table = tableOf(name, 'BatchWriteItem');
      const [first, ...others] = requests;
      const processed = others.length > 0 ? others : requests;
      if (others.length > 0) left[name] = [first];
      store('tables', name, { ...table, items: processed.reduce(write, table.items) });
    }
    print({ UnprocessedItems: left }, options);
  },
};

function write(items, { PutRequest, DeleteRequest }) {
  const id = (PutRequest?.Item ?? DeleteRequest.Key).id.S;
  const others = items.filter((item) => item.id.S !== id);
  return PutRequest ? [...others, PutRequest.Item] : others;
}
