import * as z from 'zod';
import { readFileIfExists, replaceFile } from '../../state/files.ts';

const Message = z.object({
  body: z.string(),
  messageAttributes: z.record(z.string(), z.looseObject({ DataType: z.string() })).default({}),
  sentTimestamp: z.number(),
  delayUntil: z.number().optional(),
  messageGroupId: z.string().optional(),
});
type Message = z.infer<typeof Message>;

/** A queue's content as the emulator reports it. */
const Inspection = z.object({
  messages: z.object({
    ready: z.array(Message),
    delayed: z.array(Message),
    inflight: z.array(z.object({ message: Message })),
  }),
});

const Snapshot = z.record(z.string(), z.array(Message));

interface Queue {
  readonly name: string;
  readonly retentionSeconds: number;
}

interface Emulator {
  /** Returns the queue's content, unparsed. */
  read(name: string): Promise<unknown>;
  send(name: string, message: object): Promise<void>;
}

/** Persists the messages of the in-memory emulator in a file. */
export interface QueueSnapshots {
  /** Schedules a save after a change. */
  touch(onError: (error: unknown) => void): void;
  save(): Promise<void>;
  /**
   * Sends the saved messages again and starts to track these queues. A message that was in flight becomes visible at
   * once, since its consumer is gone. Message ids and receive counts start anew.
   */
  restore(queues: readonly Queue[]): Promise<void>;
}

/** Long enough to combine a burst of changes, short enough that a killed stack loses little. */
const SAVE_DELAY_MS = 100;

/** Creates snapshots of the emulator's queues in a file. */
export function createQueueSnapshots(file: string, emulator: Emulator): QueueSnapshots {
  let names: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const queues = await Promise.all(
      names.map(async (name) => [name, contentOf(Inspection.parse(await emulator.read(name)))] as const),
    );
    await replaceFile(file, JSON.stringify(Object.fromEntries(queues)));
  }

  function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    saving = saving.then(write, write);
    return saving;
  }

  return {
    save,
    touch(onError) {
      if (names.length === 0 || timer !== undefined) return;
      timer = setTimeout(() => save().catch(onError), SAVE_DELAY_MS);
    },
    async restore(queues) {
      const text = await readFileIfExists(file);
      const saved = Snapshot.parse(text === undefined ? {} : JSON.parse(text));
      for (const { name, retentionSeconds } of queues) {
        const oldest = Date.now() - retentionSeconds * 1000;
        const kept = (saved[name] ?? []).filter(({ sentTimestamp }) => sentTimestamp >= oldest);
        for (const message of kept) await emulator.send(name, sendInput(message));
      }
      names = queues.map(({ name }) => name);
    },
  };
}

function contentOf({ messages }: z.infer<typeof Inspection>): Message[] {
  return [...messages.inflight.map(({ message }) => message), ...messages.ready, ...messages.delayed];
}

function sendInput({ body, messageAttributes, delayUntil, messageGroupId }: Message): object {
  const delay = delayUntil === undefined ? 0 : Math.ceil((delayUntil - Date.now()) / 1000);
  return {
    MessageBody: body,
    MessageAttributes: messageAttributes,
    DelaySeconds: Math.max(0, delay),
    ...(messageGroupId === undefined ? {} : { MessageGroupId: messageGroupId }),
  };
}
