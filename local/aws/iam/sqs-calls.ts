import * as z from 'zod';
import { arn } from '../../template/resource-types.ts';
import type { Call } from './call.ts';

const Queue = z.union([
  z.object({ QueueUrl: z.string() }).transform(({ QueueUrl }) => QueueUrl.split('/').at(-1) ?? ''),
  z.object({ QueueName: z.string() }).transform(({ QueueName }) => QueueName),
]);

/** Returns the call that an SQS request makes. A batch needs the permission of its single operation. */
export function sqsCalls(operation: string, input: unknown): Call[] {
  const queue = Queue.safeParse(input);
  const resource = queue.success ? arn('sqs', queue.data) : '*';
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource }];
}
