import * as z from 'zod';
import { arn } from '../../template/resource-types.ts';
import type { Call } from './call.ts';

const Batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const Table = z.object({ TableName: z.string(), IndexName: z.string().optional() });

/**
 * Returns the calls that a DynamoDB request makes: a batch makes one for each of its tables. Only a statement on all
 * resources allows transactions, whose tables are not read here.
 */
export function dynamoDbCalls(operation: string, input: unknown): Call[] {
  const action = `dynamodb:${operation}`;
  const batch = Batch.safeParse(input);
  const tables = Object.keys(batch.data?.RequestItems ?? {});
  if (tables.length > 0) return tables.map((name) => ({ action, resource: arnOf(name) }));
  const table = Table.safeParse(input);
  if (!table.success) return [{ action, resource: '*' }];
  const { TableName, IndexName } = table.data;
  const tableArn = arnOf(TableName);
  return [{ action, resource: IndexName === undefined ? tableArn : `${tableArn}/index/${IndexName}` }];
}

function arnOf(table: string): string {
  return table.startsWith('arn:') ? table : arn('dynamodb', `table/${table}`);
}
