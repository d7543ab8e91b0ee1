import { expect, it } from 'vitest';
import { dynamoDbCalls } from '../../../../local/aws/iam/dynamodb-calls.ts';

const table = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;

it('A batch of DynamoDB needs the permission for each of its tables', () => {
  const input = { RequestItems: { orders: [], [table('guests')]: [] } };

  expect(dynamoDbCalls('BatchWriteItem', input)).toEqual([
    { action: 'dynamodb:BatchWriteItem', resource: table('orders') },
    { action: 'dynamodb:BatchWriteItem', resource: table('guests') },
  ]);
  expect(dynamoDbCalls('BatchWriteItem', { RequestItems: {} })).toEqual([
    { action: 'dynamodb:BatchWriteItem', resource: '*' },
  ]);
});
