import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { readFileIfExists } from '../../state/files.ts';
import type { Bucket, Precondition } from './bucket.ts';
import { type Checksums, createMeter } from './checksums.ts';
import { noSuchUpload, S3Error } from './errors.ts';
import type { ObjectRecord } from './journal.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024;
const UPLOAD_ID = /^[0-9a-f-]{36}$/;
const PART_FILE = /^(\d{5})-([0-9a-f]{32})$/;

const Upload = z.object({
  key: z.string(),
  headers: z.record(z.string(), z.string()),
  initiated: z.number(),
});
type Upload = z.infer<typeof Upload>;

/** A stored part of a multipart upload. */
export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly path: string;
}

/** Starts a multipart upload: a directory for its parts. Returns its id. */
export async function createUpload(
  bucket: Bucket,
  key: string,
  headers: Record<string, string>,
): Promise<string> {
  const id = randomUUID();
  const directory = uploadDirectory(bucket, id);
  await mkdir(directory, { recursive: true });
  const upload: Upload = { key, headers, initiated: Date.now() };
  await writeFile(join(directory, 'upload.json'), JSON.stringify(upload));
  return id;
}

/** Finds an upload by id and key. Throws S3Error `NoSuchUpload`. */
export async function findUpload(bucket: Bucket, id: string, key: string): Promise<Upload> {
  if (!UPLOAD_ID.test(id)) throw noSuchUpload();
  const text = await readFileIfExists(join(uploadDirectory(bucket, id), 'upload.json'));
  if (text === undefined) throw noSuchUpload();
  const upload = Upload.parse(JSON.parse(text));
  if (upload.key !== key) throw noSuchUpload();
  return upload;
}

/** Lists the uploads that are neither completed nor aborted. */
export async function listUploads(bucket: Bucket): Promise<(Upload & { id: string })[]> {
  const root = join(bucket.directory, 'uploads');
  await mkdir(root, { recursive: true });
  const uploads = await Promise.all(
    (await readdir(root)).map(async (id) => {
      const text = await readFileIfExists(join(root, id, 'upload.json'));
      return text === undefined ? [] : [{ id, ...Upload.parse(JSON.parse(text)) }];
    }),
  );
  return uploads.flat();
}

/** Stores a part and replaces an earlier one with the same number. Returns its ETag. */
export async function addPart(
  bucket: Bucket,
  id: string,
  number: number,
  content: Readable,
  announced: readonly string[],
  checksums: () => Checksums,
): Promise<string> {
  const directory = uploadDirectory(bucket, id);
  const temporary = join(directory, `receiving-${randomUUID()}`);
  const meter = createMeter(announced);
  try {
    await pipeline(content, meter, createWriteStream(temporary, { flags: 'wx' }));
    meter.verify(checksums());
    const replaced = (await listParts(bucket, id)).filter((part) => part.number === number);
    const path = join(directory, `${String(number).padStart(5, '0')}-${meter.md5()}`);
    await rename(temporary, path);
    await Promise.all(
      replaced.filter((part) => part.path !== path).map((part) => rm(part.path, { force: true })),
    );
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return meter.md5();
}

/** Lists an upload's parts by number. */
export async function listParts(bucket: Bucket, id: string): Promise<Part[]> {
  const directory = uploadDirectory(bucket, id);
  const parts = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const [, number, etag] = PART_FILE.exec(name) ?? [];
      if (number === undefined || etag === undefined) return [];
      const path = join(directory, name);
      return [{ number: Number(number), etag, size: (await stat(path)).size, path }];
    }),
  );
  return parts.flat().sort((a, b) => a.number - b.number);
}

/** A part as the request to complete an upload names it. */
export interface PartReference {
  readonly number: number;
  readonly etag: string;
}

/** Creates the object from the parts. Throws S3Error `InvalidPart`, `InvalidPartOrder` or `EntityTooSmall`. */
export async function completeUpload(
  bucket: Bucket,
  id: string,
  { key, headers }: Upload,
  wanted: readonly PartReference[],
  when: Precondition,
): Promise<ObjectRecord> {
  const parts = selectParts(await listParts(bucket, id), wanted);
  const blob = await bucket.receive(Readable.from(concatenate(parts)));
  const digest = createHash('md5');
  for (const { etag } of parts) digest.update(Buffer.from(etag, 'hex'));
  const etag = `${digest.digest('hex')}-${parts.length}`;
  const record = await bucket.commit(key, blob, { headers, checksums: {} }, etag, when);
  await abortUpload(bucket, id);
  return record;
}

/** Removes an upload and its parts. */
export async function abortUpload(bucket: Bucket, id: string): Promise<void> {
  await rm(uploadDirectory(bucket, id), { recursive: true, force: true });
}

function selectParts(present: readonly Part[], wanted: readonly PartReference[]): Part[] {
  if (wanted.length === 0) throw new S3Error(400, 'MalformedXML', 'The list of parts is empty.');
  const parts = wanted.map(({ number, etag }, index) => {
    const previous = wanted[index - 1];
    if (previous !== undefined && previous.number >= number) {
      throw new S3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    const part = present.find((candidate) => candidate.number === number && candidate.etag === etag);
    if (part === undefined) throw new S3Error(400, 'InvalidPart', `Part ${number} could not be found.`);
    return part;
  });
  if (parts.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES)) {
    throw new S3Error(400, 'EntityTooSmall', 'Every part but the last must have at least 5 MiB.');
  }
  return parts;
}

async function* concatenate(parts: readonly Part[]): AsyncIterable<Buffer> {
  for (const { path } of parts) yield* createReadStream(path);
}

function uploadDirectory(bucket: Bucket, id: string): string {
  return join(bucket.directory, 'uploads', id);
}
