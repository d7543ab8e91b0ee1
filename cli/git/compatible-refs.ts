/**
 * Those references that one repository can have. When `feature` is deleted and `feature/x` pushed, or the other way
 * round, the mirror may still have both for a moment; git cannot, and here the one without the slash gives way.
 */
export function compatibleRefs(heads: ReadonlyMap<string, string>): Map<string, string> {
  const directories = new Set([...heads.keys()].flatMap(directoriesOf));
  return new Map([...heads].filter(([name]) => !directories.has(name)));
}

function directoriesOf(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
