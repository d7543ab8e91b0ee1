import * as z from 'zod';
import { arn } from '../../template/resource-types.ts';
import type { Call } from './call.ts';

const Table = z.object({ TableName: z.string(), IndexName: z.string().optional() });

/**
 * Returns the call that a DynamoDB request makes. Transactions and batches name no single table: only a statement on all
 * resources allows them.
 */
export function dynamoDbCalls(operation: string, input: unknown): Call[] {
  const action = `dynamodb:${operation}`;
  const table = Table.safeParse(input);
  if (!table.success) return [{ action, resource: '*' }];
  const { TableName, IndexName } = table.data;
  const tableArn = TableName.startsWith('arn:') ? TableName : arn('dynamodb', `table/${TableName}`);
  return [{ action, resource: IndexName === undefined ? tableArn : `${tableArn}/index/${IndexName}` }];
}
