import * as z from 'zod';

/**
 * X-Ray over queues, which the emulator does not know: SQS keeps the header `X-Amzn-Trace-Id` of whoever sends with
 * each message, unless the message has its own, and gives it to whoever receives as the system attribute
 * `AWSTraceHeader` (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html). Inside the emulator it is
 * an attribute like any other, so that it goes where the message goes: into snapshots and to the dead letters.
 */
const TRACE = 'AWSTraceHeader';

const Attributes = z.record(z.string(), z.looseObject({ StringValue: z.string().optional() }));

const Sent = z.looseObject({
  MessageAttributes: Attributes.optional(),
  MessageSystemAttributes: Attributes.optional(),
});
const SentBatch = z.looseObject({ Entries: z.array(Sent) });

const Receiving = z.looseObject({
  MessageAttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
});

const Received = z.looseObject({
  Messages: z
    .array(
      z.looseObject({
        Attributes: z.record(z.string(), z.string()).optional(),
        MessageAttributes: Attributes.default({}),
      }),
    )
    .optional(),
});

/** The input of an operation as the emulator is to have it. */
export function withTrace(operation: string, input: unknown, header: string | undefined): unknown {
  switch (operation) {
    case 'SendMessage':
      return stamped(Sent.parse(input), header);
    case 'SendMessageBatch': {
      const batch = SentBatch.parse(input);
      return { ...batch, Entries: batch.Entries.map((entry) => stamped(entry, header)) };
    }
    case 'ReceiveMessage': {
      const receiving = Receiving.parse(input);
      return { ...receiving, MessageAttributeNames: [...receiving.MessageAttributeNames, TRACE] };
    }
    default:
      return input;
  }
}

function stamped(message: z.infer<typeof Sent>, header: string | undefined) {
  const trace = message.MessageSystemAttributes?.[TRACE]?.StringValue ?? header;
  if (trace === undefined) return message;
  const attribute = { DataType: 'String', StringValue: trace };
  return { ...message, MessageAttributes: { ...message.MessageAttributes, [TRACE]: attribute } };
}

/** What the emulator says that it has received, as SQS says it to who asks for these attributes. */
export function readTrace(input: unknown, output: unknown): unknown {
  const { MessageSystemAttributeNames: names } = Receiving.parse(input);
  const isAsked = names.includes(TRACE) || names.includes('All');
  const { Messages, ...rest } = Received.parse(output);
  const told = Messages?.map(({ MessageAttributes, Attributes, ...message }) => {
    const { [TRACE]: trace, ...others } = MessageAttributes;
    const header = isAsked ? trace?.StringValue : undefined;
    // The digest is of all attributes together, so it would be wrong now.
    if (trace) delete message['MD5OfMessageAttributes'];
    return {
      ...message,
      ...(Attributes || header ? { Attributes: { ...Attributes, ...(header && { [TRACE]: header }) } } : {}),
      ...(Object.keys(others).length > 0 ? { MessageAttributes: others } : {}),
    };
  });
  return { ...rest, ...(told ? { Messages: told } : {}) };
}
