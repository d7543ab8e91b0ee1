/** The keys that lead to a value within a JSON document. */
export type Path = readonly string[];

/** The paths of a document, up to seven levels deep, without properties of the `boring` names. */
export function pathsIn(value: unknown, boring: readonly string[], path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length > 6) return [path];
  const inside = Object.entries(value)
    .filter(([key]) => !boring.includes(key))
    .flatMap(([key, child]) => pathsIn(child, boring, [...path, key]));
  return [path, ...inside];
}

/** A copy of the document with another value at the path. */
export function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  Object.assign(copy, { [key]: replaced((copy as Record<string, unknown>)[key], rest, by) });
  return copy;
}
