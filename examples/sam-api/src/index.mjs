import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient();
const TableName = process.env.TABLE;

/** `GET` lists the bookings, `POST` with `{"name", "email", "date"}` adds one. */
export async function handler({ requestContext, body, isBase64Encoded }) {
  if (requestContext.http.method === 'GET') return answer(200, await list());
  if (requestContext.http.method !== 'POST') return answer(405, { message: 'Method not allowed' });
  const booking = parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  return booking ? answer(201, await add(booking)) : answer(400, { message: 'Send name, email and date' });
}

async function list() {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, Limit: 100 }));
  return Items.map(({ id, name, email, date }) => ({ id: id.S, name: name.S, email: email.S, date: date.S }));
}

async function add({ name, email, date }) {
  const id = randomUUID();
  const Item = { id: { S: id }, name: { S: name }, email: { S: email }, date: { S: date } };
  await dynamodb.send(new PutItemCommand({ TableName, Item }));
  return { id, name, email, date };
}

/** The booking in a request; null for anything else. */
function parse(text) {
  try {
    const { name, email, date } = JSON.parse(text);
    return [name, email, date].every((value) => typeof value === 'string') ? { name, email, date } : null;
  } catch {
    return null;
  }
}

function answer(statusCode, value) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}
