import { shown } from '../values/text.ts';

/** In bytes of UTF-8: an environment's id is a key of the table. */
export const longestBranchName = 1_000;

/** The reason for which a branch of this name cannot have an environment, as a clause; null for a valid name. */
export function branchNameProblem(name: string): string | null {
  if (name === '') return 'the name of the branch is empty';
  if (new TextEncoder().encode(name).length > longestBranchName) {
    return `the name of the branch "${shown(name)}" has more than ${longestBranchName} bytes`;
  }
  return isRefName(name) ? null : `git allows no branch of the name "${shown(name)}"`;
}

/** True for a name that `git check-ref-format` accepts. */
export function isRefName(name: string): boolean {
  if (name === '' || !name.isWellFormed()) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them in names.
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|[/.]$/.test(name)) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));
}
