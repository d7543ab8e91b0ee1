import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { MirrorTable } from '../../shared/adapters/aws/mirror/mirrors.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';

const bucket = 'mirrors';

/** Surrounds each request to the store, for example to delay it, to refuse it, or to lose its response. */
export type Around = <T>(name: string, request: () => Promise<T>) => Promise<T>;

const Request = z.object({
  method: z.string(),
  path: z.string(),
  query: z._default(z.record(z.string(), z.unknown()), {}),
  body: z.optional(z.union([z.string(), z.instanceof(Uint8Array)])),
});

/** A table and an S3 in memory for a mirror store. The objects have the time of `clock`. */
export function memoryMirrorStore(clock: { now: Date } = { now: new Date('2026-11-22') }) {
  const items = new Map<string, string>();
  const objects = new Map<string, { body: string; at: Date }>();
  const log: string[] = [];

  const answer = (request: unknown) => {
    const { method, path, query, body } = Request.parse(request);
    const key = decodeURIComponent(path).replace(`/${bucket}`, '').slice(1);
    const reply = (statusCode: number, text: string) => ({
      response: { statusCode, headers: {}, body: Readable.from([Buffer.from(text)]) },
    });
    const text = typeof body === 'string' ? body : Buffer.from(body ?? []).toString();
    if (method === 'PUT') {
      objects.set(key, { body: text, at: clock.now });
      return reply(200, '');
    }
    if (method === 'POST') {
      for (const [, removed] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(removed ?? '');
      return reply(200, '<DeleteResult/>');
    }
    if (query['list-type'] === '2') {
      const found = [...objects].filter(([name]) => name.startsWith(`${query['prefix']}`));
      const entries = found.map(
        ([name, { at }]) =>
          `<Contents><Key>${name}</Key><LastModified>${at.toISOString()}</LastModified></Contents>`,
      );
      return reply(200, `<ListBucketResult>${entries.join('')}</ListBucketResult>`);
    }
    const found = objects.get(key);
    return found ? reply(200, found.body) : reply(404, '<Error><Code>NoSuchKey</Code></Error>');
  };

  return {
    bucket,
    items,
    objects,
    log,
    /** The store as one program sees it. */
    seen(around: Around = (_, request) => request()): { table: MirrorTable; s3: S3Client } {
      const request = async <T>(name: string, perform: () => T) =>
        around(name, async () => {
          log.push(name);
          return perform();
        });
      const table: MirrorTable = {
        async get({ pk }, schema) {
          const item = await request('get', () => items.get(pk));
          return item === undefined ? null : schema.parse(JSON.parse(item));
        },
        save: ({ pk }, item) =>
          request('save', () => {
            const stored = items.get(pk);
            const version = stored === undefined ? 0 : VersionOf.parse(JSON.parse(stored)).version;
            if (version + 1 !== item.version) throw new StoreConflict(pk);
            items.set(pk, JSON.stringify(item));
          }),
      };
      const s3 = new S3Client({
        region: 'eu-central-1',
        endpoint: 'http://s3.invalid',
        forcePathStyle: true,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        maxAttempts: 1,
        requestHandler: {
          handle: (sent: { method: string; path: string }) =>
            request(`${sent.method} ${sent.path.split('/')[3] ?? ''}`, () => answer(sent)),
        },
      });
      return { table, s3 };
    },
  };
}

const VersionOf = z.object({ version: z.int() });
