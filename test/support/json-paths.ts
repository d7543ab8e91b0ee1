/** Where something is within a JSON document. */
export type Path = readonly string[];

/** Every place in a document, seven levels deep, apart from what is below the `boring` names. */
export function pathsIn(value: unknown, boring: readonly string[], path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length > 6) return [path];
  const inside = Object.entries(value)
    .filter(([key]) => !boring.includes(key))
    .flatMap(([key, child]) => pathsIn(child, boring, [...path, key]));
  return [path, ...inside];
}

/** The document with something else in that place. */
export function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  Object.assign(copy, { [key]: replaced((copy as Record<string, unknown>)[key], rest, by) });
  return copy;
}
