/** A byte range, both ends included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a Range header for content of the given size.
 * @returns undefined for the whole content, `unsatisfiable` for a range outside the content
 */
export function readRange(header: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}

/** Every suffix of an empty object is the whole object. */
function suffix(length: number, size: number): Range | 'unsatisfiable' | undefined {
  if (length === 0) return 'unsatisfiable';
  if (size === 0) return undefined;
  return { start: Math.max(0, size - length), end: size - 1 };
}
