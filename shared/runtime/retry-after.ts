/** A longer `Retry-After` is cut to an hour, which is also the longest window of Bitbucket's limits. */
export const longestSeconds = 3600;

/** The seconds of a `Retry-After`, which may be a number of them or a date; undefined where it says neither. */
export function retryAfterIn(
  value: string | null | undefined,
  date: string | null | undefined,
): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return bounded(Number(text));
  // The name of a month is in every HTTP date, and JavaScript takes much else for a date.
  const until = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  // The server's own clock, where it tells, is the one that the date was made with.
  const told = Date.parse(date ?? '');
  return bounded((until - (Number.isNaN(told) ? Date.now() : told)) / 1000);
}

function bounded(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 1), longestSeconds);
}
