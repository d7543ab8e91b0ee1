import { fingerprintOfTags } from './tags.ts';

/** What is known of a mirror's chain of bundles without reading it. */
export interface MirrorSize {
  /** What it began with when all of it was last fetched anew. */
  full_bytes: number;
  /** What has come behind that. */
  added_bundles: number;
  added_bytes: number;
  /** When what nothing refers to was last removed; null when nobody knows. */
  swept_at: string | null;
  /** The fingerprint of its tags; null in a mirror from before there were any. */
  tags: string | null;
}

interface Chain {
  heads: ReadonlyMap<string, string>;
  bundles: readonly { key: string; bytes: number; tips?: readonly string[] }[];
  renewed: { bundles: number };
  swept_at: string | null;
}

const MiB = 1024 * 1024;
/** Bundles behind the full one, beside one more for each MiB of that, after which the mirror is renewed. */
export const mostBundles = 32;
/** Bytes behind the full bundle, if that is smaller, after which the mirror is renewed. */
export const leastWaste = 16 * MiB;
/** So many references are worth remembering for one bundle. */
const mostTips = 2000;

export function sizeOf({ heads, bundles, renewed, swept_at }: Chain): MirrorSize {
  const sum = (some: Chain['bundles']) => some.reduce((total, { bytes }) => total + bytes, 0);
  const added = bundles.slice(renewed.bundles);
  return {
    full_bytes: sum(bundles.slice(0, renewed.bundles)),
    added_bundles: added.length,
    added_bytes: sum(added),
    swept_at,
    tags: fingerprintOfTags(heads),
  };
}

/**
 * Why a mirror ought to be fetched anew; null as long as it is well. To take one more bundle takes as long as a MiB
 * more of the full one: so a large repository may have more of them, and is not fetched again for every few pushes.
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

/** The commits that a bundle was fetched for, as far as they are remembered. */
export function tipsOf(refs: ReadonlyMap<string, string>): { tips?: string[] } {
  const tips = [...new Set(refs.values())];
  return tips.length > mostTips ? {} : { tips };
}

/**
 * The bundles that have a commit and its history, in their order: all up to the one that it was fetched with, or to
 * the last of which it is not known what it was fetched for. All of them for a commit that no reference has had.
 */
export function bundlesFor({ heads, bundles }: Pick<Chain, 'heads' | 'bundles'>, commit: string): string[] {
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
