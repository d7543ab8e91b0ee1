import { randomUUID } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type * as z from 'zod/mini';

/** The bytes of JSON whose parsed objects stay in memory. */
const mostCached = 4 * 1024 * 1024;

/** The immutable JSON objects of mirrors, with a cache of those that were used last. */
export interface MirrorObjects {
  read<T>(key: string, schema: z.ZodMiniType<T>): Promise<T>;
  /** Stores an object under a new key. */
  write(
    project: string,
    folder: 'manifests' | 'heads' | 'changes',
    name: string,
    value: object,
  ): Promise<string>;
}

/** Creates the access to the objects of mirrors in a bucket. */
export function mirrorObjects(s3: S3Client, bucket: string): MirrorObjects {
  const cached = new Map<string, { bytes: number; value: unknown }>();
  let total = 0;
  const forget = (key: string) => {
    total -= cached.get(key)?.bytes ?? 0;
    cached.delete(key);
  };
  const keep = (key: string, bytes: number, value: unknown) => {
    forget(key);
    if (bytes > mostCached) return;
    cached.set(key, { bytes, value });
    total += bytes;
    for (const oldest of cached.keys()) {
      if (total <= mostCached) break;
      forget(oldest);
    }
  };
  const readJson = async (key: string): Promise<{ bytes: number; value: unknown }> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const text = (await Body?.transformToString()) ?? '';
    return { bytes: text.length, value: JSON.parse(text) };
  };
  return {
    async read(key, schema) {
      const { bytes, value } = cached.get(key) ?? (await readJson(key));
      const parsed = schema.parse(value);
      keep(key, bytes, value);
      return parsed;
    },
    async write(project, folder, name, value) {
      const key = `${project}/${folder}/${name}-${randomUUID()}.json`;
      const body = JSON.stringify(value);
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }),
      );
      keep(key, body.length, value);
      return key;
    },
  };
}
