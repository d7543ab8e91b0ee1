import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bundleStream } from '../../shared/git/bundle.ts';
import { fetchPack } from '../../shared/git/fetch-pack.ts';
import { listRefs } from '../../shared/git/list-refs.ts';
import type { GitRemote } from '../../shared/git/remote.ts';

/** A mirror in local files. Each update adds a bundle with the objects that the earlier bundles lack. */
export interface BundleChain {
  /** The bundles' files, oldest first. */
  bundles: string[];
  /** The remote's refs at the last update. */
  refs: Map<string, string>;
  update(): Promise<void>;
}

/** Creates an empty chain in a directory. */
export function createBundleChain(directory: string, remote: GitRemote): BundleChain {
  const haves = new Set<string>();
  const chain: BundleChain = {
    bundles: [],
    refs: new Map(),
    async update() {
      const { refs } = await listRefs(remote);
      const prerequisites = [...haves];
      const pack = await fetchPack(remote, { wants: [...new Set(refs.values())], haves: prerequisites });
      const file = join(directory, `${chain.bundles.length}.bundle`);
      await pipeline(bundleStream({ refs, prerequisites }, pack), createWriteStream(file));
      chain.bundles.push(file);
      chain.refs = refs;
      // Git does not accept tag objects as prerequisites, so only branch heads are used.
      for (const [name, oid] of refs) if (name.startsWith('refs/heads/')) haves.add(oid);
    },
  };
  return chain;
}
