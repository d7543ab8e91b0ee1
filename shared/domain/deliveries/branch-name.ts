import { shown } from '../values/text.ts';

/** Bytes of UTF-8: an environment's id is a key of the table. */
export const longestBranchName = 1_000;

/** Why there can be no environment for a branch of this name, in half a sentence; null for a name that git allows. */
export function branchNameProblem(name: string): string | null {
  if (name === '') return 'the name of the branch is empty';
  if (new TextEncoder().encode(name).length > longestBranchName) {
    return `the name of the branch "${shown(name)}" has more than ${longestBranchName} bytes`;
  }
  return isRefName(name) ? null : `git allows no branch of the name "${shown(name)}"`;
}

/** The rules of `git check-ref-format`. */
export function isRefName(name: string): boolean {
  if (name === '' || !name.isWellFormed()) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them, so they are looked for.
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|[/.]$/.test(name)) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));
}
