/** The limits of a cache. */
export interface CacheLimits {
  /** The bytes of the stored archive. */
  packed: number;
  /** The bytes of the files, with a little for their names. */
  unpacked: number;
  /** Files, directories and links. */
  files: number;
  /** Minutes in which a cache must be restored, and stored. */
  minutes: number;
}

/** The limits of every cache. */
export const cacheLimits: CacheLimits = {
  packed: 500 * 2 ** 20,
  unpacked: 2 * 2 ** 30,
  files: 200_000,
  minutes: 3,
};
