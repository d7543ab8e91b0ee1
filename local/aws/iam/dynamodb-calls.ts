import * as z from 'zod';
import { arn } from '../../template/resource-types.ts';
import type { Call } from './call.ts';

const Table = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const TransactItems = z.object({ TransactItems: z.array(z.record(z.string(), Table)) });
const RequestItems = z.object({ RequestItems: z.record(z.string(), z.unknown()) });

/** What the parts of a transaction are called in policies. */
const TRANSACTED: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** What a request to DynamoDB does. */
export function dynamoDbCalls(operation: string, input: unknown): Call[] {
  switch (operation) {
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return TransactItems.parse(input)
        .TransactItems.flatMap(Object.entries)
        .map(([part, table]) => callOn(TRANSACTED[part] ?? part, Table.parse(table)));
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(RequestItems.parse(input).RequestItems).map((TableName) =>
        callOn(operation, { TableName }),
      );
  }
  const table = Table.safeParse(input);
  return [table.success ? callOn(operation, table.data) : { action: `dynamodb:${operation}`, resource: '*' }];
}

function callOn(operation: string, { TableName, IndexName }: z.infer<typeof Table>): Call {
  const table = TableName.startsWith('arn:') ? TableName : arn('dynamodb', `table/${TableName}`);
  const resource = IndexName === undefined ? table : `${table}/index/${IndexName}`;
  return { action: `dynamodb:${operation}`, resource };
}
