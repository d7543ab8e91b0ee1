import { commit, git } from '../bitbucket/support/bitbucket.ts';

/** Commits to each branch, pushes the branches together, deletes other branches, and returns the last commit. */
export async function pushTo(
  workingCopy: string,
  branches: string[],
  deleted: string[] = [],
): Promise<string> {
  for (const branch of branches)
    await commit(workingCopy, { branch, file: `${branch.replaceAll('/', '-')}.html` });
  const refs = [...branches, ...deleted.map((branch) => `:${branch}`)];
  await git(workingCopy, 'push', '--quiet', 'origin', ...refs);
  return git(workingCopy, 'rev-parse', 'HEAD');
}
