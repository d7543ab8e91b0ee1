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

/** Larger files are streamed. */
export const largestInMemory = 2 ** 20;

/** Minutes of a build for its result, and for the start of its machine, which CodeBuild counts. */
const reservedMinutes = 2;

/** The limits for storing a cache when the build has these minutes left, so that CodeBuild does not end the build. */
export function cacheLimitsWithin(minutesLeft: number): CacheLimits {
  const minutes = Math.min(cacheLimits.minutes, Math.floor(minutesLeft - reservedMinutes));
  return { ...cacheLimits, minutes: Math.max(minutes, 0) };
}

/** The error of a cache whose time is up. */
export function tooSlow({ minutes }: Pick<CacheLimits, 'minutes'>): Error {
  return new Error(minutes > 0 ? `it took more than ${minutes} min` : 'the build has no time left for it');
}
