import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';

interface Message {
  /** Text is sent unchanged, any other value as JSON. */
  body: unknown;
  /** The receive count, including this receive. */
  attempt?: number;
  id?: string | undefined;
  handle?: string | undefined;
}

/** A batch as Lambda passes it to a function. The first message is `message-0`, its handle `handle-0`. */
export function sqsEvent(...messages: Message[]): SQSEvent {
  return {
    Records: messages.map(({ body, attempt = 1, id, handle }, index) => ({
      messageId: id ?? `message-${index}`,
      receiptHandle: handle ?? `handle-${index}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: {
        ApproximateReceiveCount: String(attempt),
        SentTimestamp: '1795341600000',
        SenderId: 'AIDAEXAMPLE',
        ApproximateFirstReceiveTimestamp: '1795341600001',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:queue',
      awsRegion: 'us-east-1',
    })),
  };
}

/** Passes a batch to a handler and returns the ids of the messages that return to the queue. */
export async function failuresOf(
  handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>,
  ...messages: Message[]
): Promise<string[]> {
  const context = { awsRequestId: 'request-1' } as Context;
  const { batchItemFailures } = await handler(sqsEvent(...messages), context);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
