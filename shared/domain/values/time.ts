/** Arithmetic with points in time, which the domain keeps as ISO 8601 texts in UTC. */

/** Negative when `to` is earlier. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

export function minutesBetween(from: string, to: string): number {
  return secondsBetween(from, to) / 60;
}

export function secondsAfter(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}
