import * as z from 'zod/mini';

/**
 * A project's mirror: its manifest, the changes since, and its size. A record from before sizes existed gets them with
 * its next commit.
 */
export const MirrorRecord = z.object({
  /** The manifest's key in records from before changes existed. Programs of that time refuse a record without it, and so lose no change. */
  manifest: z.exactOptional(z.string()),
  /** The manifest's key; null before the first one. */
  base: z._default(z.nullable(z.string()), null),
  /** The changes since the manifest, each as the JSON of a `MirrorChangeRecord`. */
  changes: z._default(z.array(z.string()), []),
  version: z.int(),
  full_bytes: z._default(z.number(), 0),
  added_bundles: z._default(z.int(), 0),
  added_bytes: z._default(z.number(), 0),
  swept_at: z._default(z.nullable(z.string()), null),
  tags: z._default(z.nullable(z.string()), null),
});

const Heads = z.record(z.string(), z.string());

const bundle = {
  key: z.string(),
  bytes: z.number(),
  created_at: z.string(),
  on: z.exactOptional(z.int()),
};

const chain = {
  bundles: z.array(z.object({ ...bundle, tips: z.exactOptional(z.array(z.string())) })),
  renewed: z._default(z.object({ version: z.int(), bundles: z.int() }), { version: 0, bundles: 1 }),
  superseded: z._default(z.array(z.object({ key: z.string(), at: z.string() })), []),
};

/** A change of a mirror. A large one is an object in S3, and the record has its key. */
export const MirrorChangeRecord = z.object({
  in: z.exactOptional(z.string()),
  heads: z._default(Heads, {}),
  dropped: z._default(z.array(z.string()), []),
  /** Without `tips`, they are the commits of `heads`; null stands for too many. */
  bundle: z.exactOptional(z.object({ ...bundle, tips: z.exactOptional(z.nullable(z.array(z.string()))) })),
  chain: z.exactOptional(z.object(chain)),
});

/**
 * A mirror's manifest in S3: its chain, and its heads. Of many heads, it has those that changed last, and the shards
 * have all of them as of an earlier time.
 */
export const ManifestRecord = z.object({
  heads: Heads,
  /** The refs in shards that were removed since. */
  dropped: z._default(z.array(z.string()), []),
  shards: z._default(z.array(z.object({ key: z.string(), count: z.int() })), []),
  /** The shards that the present ones replaced; a reader of the manifest before may still read them. */
  replaced: z._default(z.array(z.string()), []),
  ...chain,
});

/** A part of a mirror's heads in S3. */
export const ShardRecord = z.object({ heads: Heads });
