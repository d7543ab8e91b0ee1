import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { readFileIfExists, replaceFile } from '../../state/files.ts';

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores
const LONGEST_KEY = 512;
const LONGEST_VALUE = 1024;
const LARGEST_STORE = 5 * 1024 * 1024;

const Stored = z.record(z.string(), z.record(z.string(), z.string()));

/** An error of the data plane. */
export class KeyValueError extends Error {
  readonly type:
    | 'ConflictException'
    | 'ResourceNotFoundException'
    | 'ServiceQuotaExceededException'
    | 'ValidationException';

  constructor(type: KeyValueError['type'], message: string) {
    super(message);
    this.name = 'KeyValueError';
    this.type = type;
  }
}

/** The changes of one request. */
export interface KeyValueChanges {
  readonly puts: readonly { readonly Key: string; readonly Value: string }[];
  readonly deletes: readonly { readonly Key: string }[];
}

/** One store. Its ETag follows from its content and its changes. */
export interface KeyValueStore {
  readonly items: ReadonlyMap<string, string>;
  etag(): string;
  /** Bytes of keys and values. */
  bytes(): number;
  /**
   * Applies all changes or none.
   * @throws KeyValueError
   */
  update(etag: string, changes: KeyValueChanges): Promise<void>;
}

/** The key value stores of CloudFront, kept in one file. */
export interface KeyValueStores {
  create(arn: string): void;
  /** @throws KeyValueError */
  find(arn: string): KeyValueStore;
}

/** Opens the stores in a directory. */
export async function openKeyValueStores(directory: string): Promise<KeyValueStores> {
  const file = join(directory, 'key-values.json');
  const stored = Stored.parse(JSON.parse((await readFileIfExists(file)) ?? '{}'));
  const all = new Map(Object.entries(stored).map(([arn, items]) => [arn, new Map(Object.entries(items))]));
  const changes = new Map<string, number>();
  let saving = Promise.resolve();

  const save = (): Promise<void> => {
    const content = Object.fromEntries([...all].map(([arn, items]) => [arn, Object.fromEntries(items)]));
    saving = saving.catch(() => undefined).then(() => replaceFile(file, JSON.stringify(content)));
    return saving;
  };

  const opened = (arn: string, items: Map<string, string>): KeyValueStore => {
    const etag = () =>
      createHash('sha256')
        .update(JSON.stringify([...items, changes.get(arn) ?? 0]))
        .digest('hex')
        .slice(0, 16);
    return {
      items,
      etag,
      bytes: () => bytesOf(items),
      async update(given, { puts, deletes }) {
        if (given !== etag()) throw new KeyValueError('ConflictException', 'The store has another version.');
        const next = applied(items, { puts, deletes });
        items.clear();
        for (const [key, value] of next) items.set(key, value);
        changes.set(arn, (changes.get(arn) ?? 0) + 1);
        await save();
      },
    };
  };

  return {
    create: (arn) => void (all.has(arn) || all.set(arn, new Map())),
    find(arn) {
      const items = all.get(arn);
      if (items === undefined)
        throw new KeyValueError('ResourceNotFoundException', `There is no store ${arn}.`);
      return opened(arn, items);
    },
  };
}

function applied(
  items: ReadonlyMap<string, string>,
  { puts, deletes }: KeyValueChanges,
): Map<string, string> {
  const next = new Map(items);
  for (const { Key } of deletes) {
    // CloudFront's answer is not documented; the stricter one.
    if (!next.delete(Key)) throw new KeyValueError('ResourceNotFoundException', `There is no key ${Key}.`);
  }
  for (const { Key, Value } of puts) {
    if (Buffer.byteLength(Key) > LONGEST_KEY || Buffer.byteLength(Value) > LONGEST_VALUE)
      throw new KeyValueError('ValidationException', `The key or the value of ${Key} is too long.`);
    next.set(Key, Value);
  }
  if (bytesOf(next) > LARGEST_STORE)
    throw new KeyValueError('ServiceQuotaExceededException', 'The store has more than 5 MB.');
  return next;
}

function bytesOf(items: ReadonlyMap<string, string>): number {
  return [...items].reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
}
