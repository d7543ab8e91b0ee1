import type { Integration } from '../../../domain/integrations/integration.ts';
import type { RefListing } from '../../../domain/mirror/refs.ts';
import { fingerprintOfTags } from '../../../domain/mirror/tags.ts';

/** The ref prefixes of a listing. With all of them, a listing without tags means a repository without tags. */
export const listedPrefixes = ['HEAD', 'refs/heads/', 'refs/tags/'] as const;

/**
 * Whether the repository's tags differ from the mirror's.
 * @param mirrored the fingerprint of the mirror's tags, or null
 */
export function hasOtherTags(
  { fetch_branches }: Pick<Integration, 'fetch_branches'>,
  listing: RefListing,
  mirrored: string | null,
): boolean {
  return fetch_branches && isTrustworthy(listing) && fingerprintOfTags(listing.refs) !== mirrored;
}

/** False for an empty listing: a broken server may send one, so it removes no tags. */
export function isTrustworthy({ refs }: RefListing): boolean {
  return refs.size > 0;
}
