import * as z from 'zod';

/**
 * System attribute for X-Ray. SQS stores the sender's `X-Amzn-Trace-Id` header with each message, unless the message has
 * this attribute, and returns it to receivers (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html).
 * The emulator does not support it, so here it is stored as a message attribute, which snapshots and dead-letter queues
 * keep.
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

/** Adds the trace to an operation's input for the emulator. */
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

/** Converts the emulator's received messages to SQS's: the trace becomes a system attribute if the input requests it. */
export function readTrace(input: unknown, output: unknown): unknown {
  const { MessageSystemAttributeNames: names } = Receiving.parse(input);
  const isRequested = names.includes(TRACE) || names.includes('All');
  const { Messages, ...rest } = Received.parse(output);
  const converted = Messages?.map(({ MessageAttributes, Attributes, ...message }) => {
    const { [TRACE]: trace, ...others } = MessageAttributes;
    const header = isRequested ? trace?.StringValue : undefined;
    // The digest covers all attributes, including the trace.
    if (trace) delete message['MD5OfMessageAttributes'];
    return {
      ...message,
      ...(Attributes || header ? { Attributes: { ...Attributes, ...(header && { [TRACE]: header }) } } : {}),
      ...(Object.keys(others).length > 0 ? { MessageAttributes: others } : {}),
    };
  });
  return { ...rest, ...(converted ? { Messages: converted } : {}) };
}
