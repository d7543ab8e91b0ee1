// The domain represents times as ISO 8601 texts in UTC.

/** The seconds from one time to another; negative when `to` is earlier. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** The minutes from one time to another, with fractions. */
export function minutesBetween(from: string, to: string): number {
  return secondsBetween(from, to) / 60;
}

/** The time that is this many seconds later. */
export function secondsAfter(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}
