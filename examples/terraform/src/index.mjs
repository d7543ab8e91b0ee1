import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient();
const table = {
  list: async () => (await client.send(new ScanCommand({ TableName: process.env.TABLE, Limit: 100 }))).Items,
  put: (Item) => client.send(new PutItemCommand({ TableName: process.env.TABLE, Item })),
};

/** The function behind the URL. */
export const handler = (event) => answer(event, table);

/** Lists the notes, or adds one. Notes never show the e-mail address of their author. */
export async function answer({ requestContext, body, isBase64Encoded }, notes) {
  if (requestContext.http.method !== 'POST') {
    const items = (await notes.list()) ?? [];
    return json(
      200,
      items.map(({ id, text }) => ({ id: id.S, text: text.S })),
    );
  }
  const { email, text } = parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  if (typeof email !== 'string' || typeof text !== 'string' || text.length > 1000) {
    return json(400, { message: 'A note has an email and a text of at most 1,000 characters.' });
  }
  const id = randomUUID();
  await notes.put({ id: { S: id }, email: { S: email }, text: { S: text } });
  return json(201, { id });
}

function parse(body) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

function json(statusCode, value) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
