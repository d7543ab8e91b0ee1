/** The size of a mirror's chain of bundles, which is stored beside the chain. */
export interface MirrorSize {
  /** The bytes of the bundles of the last full fetch. */
  full_bytes: number;
  /** The bundles of the incremental fetches since then. */
  added_bundles: number;
  added_bytes: number;
  /** The time of the last sweep of unreferenced bundles; null when unknown. */
  swept_at: string | null;
  /** The fingerprint of the tags; null in mirrors from before this field. */
  tags: string | null;
}

interface Chain {
  bundles: readonly { key: string; bytes: number; tips?: readonly string[] }[];
  renewed: { bundles: number };
}

const MiB = 1024 * 1024;
/** The number of added bundles, plus one for each MiB of the full bundle, after which the mirror is renewed. */
export const mostBundles = 32;
/** The bytes of added bundles after which a mirror with a smaller full bundle is renewed. */
export const leastWaste = 16 * MiB;
/** The most tips that are stored for one bundle. */
const mostTips = 2000;

/** The size of a mirror. */
export function sizeOf({
  bundles,
  renewed,
  swept_at,
  tags,
}: Chain & Pick<MirrorSize, 'swept_at' | 'tags'>): MirrorSize {
  const sum = (some: Chain['bundles']) => some.reduce((total, { bytes }) => total + bytes, 0);
  const added = bundles.slice(renewed.bundles);
  return {
    full_bytes: sum(bundles.slice(0, renewed.bundles)),
    added_bundles: added.length,
    added_bytes: sum(added),
    swept_at,
    tags,
  };
}

/**
 * The reason to renew a mirror by a full fetch; null for none. Reading one more bundle takes as long as reading one more
 * MiB, so a large repository may have more bundles before it is fetched again.
 */
export function whyRenew({
  full_bytes,
  added_bundles,
  added_bytes,
}: Pick<MirrorSize, 'full_bytes' | 'added_bundles' | 'added_bytes'>): string | null {
  if (added_bytes > Math.max(full_bytes, leastWaste)) {
    return `${inMiB(added_bytes)} have come behind a full bundle of ${inMiB(full_bytes)}`;
  }
  if (added_bundles < mostBundles + full_bytes / MiB) return null;
  return `${added_bundles} bundles have come behind a full one of ${inMiB(full_bytes)}`;
}

/** The commits that a bundle was fetched for; omitted when there are too many to store. */
export function tipsOf(refs: ReadonlyMap<string, string>): { tips?: string[] } {
  const tips = [...new Set(refs.values())];
  return tips.length > mostTips ? {} : { tips };
}

/**
 * The bundles that contain a commit and its history, in order: all up to the bundle with the commit as a tip. For a head
 * that is no tip, all up to the last bundle with unknown tips. For any other commit, all bundles.
 */
export function bundlesFor(
  { heads, bundles }: { heads: ReadonlyMap<string, string>; bundles: Chain['bundles'] },
  commit: string,
): string[] {
  const keys = bundles.map(({ key }) => key);
  const brought = bundles.findIndex(({ tips }) => tips?.includes(commit));
  if (brought >= 0) return keys.slice(0, brought + 1);
  const unknown = bundles.findLastIndex(({ tips }) => tips === undefined);
  const isHead = [...heads.values()].includes(commit);
  return isHead && unknown >= 0 ? keys.slice(0, unknown + 1) : keys;
}

function inMiB(bytes: number): string {
  return `${(bytes / MiB).toFixed(1)} MiB`;
}
