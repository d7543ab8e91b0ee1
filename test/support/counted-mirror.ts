import * as z from 'zod/mini';
import { s3Mirrors } from '../../shared/adapters/aws/mirror/mirrors.ts';
import type { GitSource } from '../../shared/ports/git-source.ts';
import { mirrorRefs } from '../../shared/workflow/mirror/steps/mirror-refs.ts';
import { aClock } from './doubles.ts';
import { type Around, memoryMirrorStore } from './memory-mirror-store.ts';

const project = 'p';
/** The bytes of each bundle that the repository sends. They are not counted. */
const bundleBytes = 600;

const source: GitSource = {
  listRefs: () => Promise.reject(new Error('A push does not list references.')),
  fetchBundle: () => Promise.resolve(oneBundle()),
};

async function* oneBundle(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(bundleBytes, 'b');
}

const Input = z.object({ Key: z._default(z.string(), ''), Body: z.optional(z.unknown()) });

/** The cost of pushes to a mirror, without their bundles. */
export interface MirrorCounts {
  requests: number;
  /** The writes of the record that another writer preceded. */
  conflicts: number;
  /** The bytes of objects and records. */
  written: number;
  read: number;
  /** The bytes of objects written to S3. */
  stored: number;
  manifests: number;
  /** The manifests that no record has named. */
  lost: number;
}

const nothing = { requests: 0, conflicts: 0, written: 0, read: 0, stored: 0, manifests: 0 };

/** A mirror whose pushes are counted, over a table and an S3 in memory. */
export function countedMirror(around?: Around) {
  const store = memoryMirrorStore();
  const seen = store.seen(around);
  const counts = { ...nothing };
  const named = new Set<string>();
  const { items } = store;
  const table: typeof seen.table = {
    async get(place, schema, consistency) {
      counts.requests += 1;
      counts.read += items.get(place.pk)?.length ?? 0;
      return seen.table.get(place, schema, consistency);
    },
    async save(place, item) {
      counts.requests += 1;
      try {
        await seen.table.save(place, item);
      } catch (error) {
        counts.conflicts += 1;
        throw error;
      }
      counts.written += JSON.stringify(item).length;
      const { base } = { base: null, ...item };
      if (typeof base === 'string') named.add(base);
    },
  };
  seen.s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        counts.requests += 1;
        const { Key: key, Body: body } = Input.parse(args.input);
        if (commandName === 'GetObject' || commandName === 'GetObjectCommand')
          counts.read += store.objects.get(key)?.body.length ?? 0;
        else if (!key.includes('/bundles/')) counts.stored += typeof body === 'string' ? body.length : 0;
        if (key.includes('/manifests/') && commandName.startsWith('Put')) counts.manifests += 1;
        return next(args);
      },
    { step: 'initialize' },
  );
  const ports = { mirrors: s3Mirrors(table, seen.s3, store.bucket), clock: aClock() };
  let pushes = 0;
  const bring = (branches: readonly number[]) => {
    pushes += 1;
    const set = new Map(branches.map((branch) => [refOf(branch), commitOf(pushes, branch)]));
    return mirrorRefs(ports, project, source, { set }, () => undefined);
  };
  return {
    /** Pushes one new commit to each of the branches, in one delivery. */
    push: bring,
    /** Fetches a repository with this number of branches. */
    fill: (branches: number) => bring(Array.from({ length: branches }, (_, branch) => branch)),
    /** The costs of a piece of work. */
    async costOf(work: () => Promise<unknown>): Promise<MirrorCounts> {
      Object.assign(counts, nothing);
      named.clear();
      await work();
      const { manifests } = counts;
      return { ...counts, written: counts.written + counts.stored, lost: manifests - named.size };
    },
    /** The mirror's references. */
    heads: async () => (await ports.mirrors.read(project, 'all')).heads,
  };
}

function refOf(branch: number): string {
  return `refs/heads/feature/branch-${String(branch).padStart(6, '0')}`;
}

function commitOf(push: number, branch: number): string {
  return `${push.toString(16).padStart(20, '0')}${branch.toString(16).padStart(20, '0')}`;
}
