import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { constants, copyFile, type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isMissing } from '../../state/files.ts';
import { type Checksums, createMeter } from './checksums.ts';
import { noSuchKey, preconditionFailed } from './errors.ts';
import { type ObjectRecord, openJournal } from './journal.ts';
import { createSortedKeys } from './sorted-keys.ts';

/** Condition of a write on the present object. ETags without quotes, or `*`. */
export interface Precondition {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** Content on disk that belongs to no object yet. */
export interface Blob {
  /** File name. */
  readonly name: string;
  readonly size: number;
  readonly md5: string;
}

/** Stored attributes of an object besides its content. */
export type Attributes = Pick<ObjectRecord, 'headers' | 'checksums'>;

/** A bucket: immutable content files, and a journal that maps keys to files. */
export interface Bucket {
  readonly name: string;
  readonly directory: string;
  find(key: string): ObjectRecord | undefined;
  /** Path of an object's content, valid until the object changes. */
  pathOf(record: ObjectRecord): string;
  /** Keys from `start` on, in the order of their UTF-8 bytes. */
  keysFrom(start: string): Iterable<string>;
  /** Opens an object's content. Throws S3Error `NoSuchKey`. */
  open(key: string): Promise<{ record: ObjectRecord; file: FileHandle }>;
  /** Streams content to disk. `checksums` is called after the content has been read, because they may be trailers. */
  receive(content: Readable, announced?: readonly string[], checksums?: () => Checksums): Promise<Blob>;
  /** Copies another object's content. Throws S3Error `NoSuchKey`. */
  copy(source: Bucket, key: string): Promise<{ blob: Blob; record: ObjectRecord }>;
  /** Makes the blob the key's content if the precondition holds. Throws S3Error `PreconditionFailed` or `NoSuchKey`. */
  commit(
    key: string,
    blob: Blob,
    attributes: Attributes,
    etag: string,
    when?: Precondition,
  ): Promise<ObjectRecord>;
  discard(blob: Pick<Blob, 'name'>): Promise<void>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a bucket's directory and removes content that no object has. */
export async function openBucket(name: string, directory: string): Promise<Bucket> {
  const blobs = join(directory, 'objects');
  await mkdir(blobs, { recursive: true });
  const { journal, records } = await openJournal(join(directory, 'index.ndjson'));
  const keys = createSortedKeys(records.keys());
  const blobPath = (blob: string) => join(blobs, blob);
  await removeOrphans(blobs, records);

  const bucket: Bucket = {
    name,
    directory,
    find: (key) => records.get(key),
    pathOf: (record) => blobPath(record.blob),
    keysFrom: (start) => keys.from(start),
    async open(key) {
      const { record, result } = await whilePresent(bucket, key, (present) => open(bucket.pathOf(present)));
      return { record, file: result };
    },
    async receive(content, announced = [], checksums = () => ({})) {
      const blob = randomUUID();
      const meter = createMeter(announced);
      try {
        await pipeline(content, meter, createWriteStream(blobPath(blob), { flags: 'wx' }));
        meter.verify(checksums());
      } catch (error) {
        await rm(blobPath(blob), { force: true });
        throw error;
      }
      return { name: blob, size: meter.size(), md5: meter.md5() };
    },
    async copy(source, key) {
      const blob = randomUUID();
      const { record } = await whilePresent(source, key, (present) =>
        copyFile(
          source.pathOf(present),
          blobPath(blob),
          constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE,
        ),
      );
      return { record, blob: { name: blob, size: record.size, md5: record.etag } };
    },
    async commit(key, blob, { headers, checksums }, etag, when = {}) {
      const previous = records.get(key);
      if (!holds(when, previous)) {
        await bucket.discard(blob);
        throw when.ifMatch !== undefined && previous === undefined ? noSuchKey() : preconditionFailed();
      }
      const lastModified = Math.floor(Date.now() / 1000) * 1000;
      const record = { key, blob: blob.name, size: blob.size, etag, lastModified, headers, checksums };
      records.set(key, record);
      if (previous === undefined) keys.add(key);
      await journal.append({ put: record });
      if (previous !== undefined) await bucket.discard({ name: previous.blob });
      return record;
    },
    discard: (blob) => rm(blobPath(blob.name), { force: true }),
    async delete(key) {
      const record = records.get(key);
      if (record === undefined) return;
      records.delete(key);
      keys.remove(key);
      await journal.append({ delete: key });
      await bucket.discard({ name: record.blob });
    },
    close: () => journal.close(),
  };
  return bucket;
}

/** Reads an object's file. Retries when an overwrite removes the file between the look-up and the reading. */
async function whilePresent<T>(bucket: Bucket, key: string, read: (record: ObjectRecord) => Promise<T>) {
  for (;;) {
    const record = bucket.find(key);
    if (record === undefined) throw noSuchKey();
    try {
      return { record, result: await read(record) };
    } catch (error) {
      if (!isMissing(error) || bucket.find(key) === record) throw error;
    }
  }
}

/** Checks a precondition against the present ETag. */
function holds({ ifMatch, ifNoneMatch }: Precondition, present: ObjectRecord | undefined): boolean {
  const matches = (etag: string) => present !== undefined && (etag === '*' || etag === present.etag);
  if (ifMatch !== undefined && !matches(ifMatch)) return false;
  return ifNoneMatch === undefined || !matches(ifNoneMatch);
}

/** Removes content that a killed stack received but never committed. */
async function removeOrphans(blobs: string, records: ReadonlyMap<string, ObjectRecord>): Promise<void> {
  const known = new Set([...records.values()].map(({ blob }) => blob));
  const orphans = (await readdir(blobs)).filter((name) => !known.has(name));
  await Promise.all(orphans.map((name) => rm(join(blobs, name), { force: true })));
}
