/**
 * Removes references that conflict with others. When `feature` is deleted and `feature/x` is pushed, or the reverse,
 * the mirror may have both for a moment. Git cannot store both, so the shorter one is dropped.
 */
export function compatibleRefs(heads: ReadonlyMap<string, string>): Map<string, string> {
  const directories = new Set([...heads.keys()].flatMap(directoriesOf));
  return new Map([...heads].filter(([name]) => !directories.has(name)));
}

function directoriesOf(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
