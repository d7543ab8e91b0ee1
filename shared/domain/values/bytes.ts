const units = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
] as const;

/** A number of bytes for people: `1.5 MiB`. */
export function describeBytes(bytes: number): string {
  const [size, name] = units.find(([unit]) => bytes >= unit) ?? [1, 'bytes'];
  return `${Number((bytes / size).toFixed(1))} ${name}`;
}
