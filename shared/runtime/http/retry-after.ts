/** A longer `Retry-After` is cut to an hour, which is also the longest window of Bitbucket's limits. */
export const longestSeconds = 3600;

/** Parses a `Retry-After` header, a number of seconds or a date, into seconds from 1 to 3600; undefined when invalid. */
export function retryAfterIn(
  value: string | null | undefined,
  date: string | null | undefined,
): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return bounded(Number(text));
  // Every HTTP date contains the name of a month. JavaScript parses many other texts as dates.
  const until = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  // The date is relative to the server's own clock, if its Date header states the time.
  const serverTime = Date.parse(date ?? '');
  return bounded((until - (Number.isNaN(serverTime) ? Date.now() : serverTime)) / 1000);
}

function bounded(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 1), longestSeconds);
}
