import type { Bitbucket } from '../bitbucket.ts';
import { BRANCH_PREFIX, listBranches, type RefChange, readHead, writeHead } from '../git/refs.ts';
import type { Account, Repository } from '../store/records.ts';
import { followRefChanges } from './pull-request-heads.ts';

/** The first branch that is pushed into an empty repository becomes its main branch. */
async function adoptMainBranch(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
): Promise<void> {
  const directory = bitbucket.store.gitDirectory(repository);
  const created = changes.filter((each) => each.old === null && each.ref.startsWith(BRANCH_PREFIX));
  const first = created[0];
  if (first === undefined) return;
  const [head, branches] = await Promise.all([
    readHead(bitbucket.git, directory),
    listBranches(bitbucket.git, directory),
  ]);
  if (branches.length !== created.length || branches.some((branch) => branch.name === head)) return;
  await writeHead(bitbucket.git, directory, first.ref.slice(BRANCH_PREFIX.length));
}

/**
 * Everything that follows when refs have moved, by a push, a merge or the API: the main branch of a new
 * repository, pull requests, webhooks. In the background: nobody who pushes waits for it.
 */
export function announceRefChanges(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
  actor: Account,
): void {
  bitbucket.background.runInTurn(repository.uuid, 'announcing a push', async () => {
    await adoptMainBranch(bitbucket, repository, changes);
    repository.updatedOn = bitbucket.now().toISOString();
    bitbucket.store.save(repository);
    const announcePullRequests = await followRefChanges(bitbucket, repository, changes, actor);
    for (const voice of bitbucket.voices) await voice.tellPush(bitbucket, repository, changes, actor);
    announcePullRequests();
  });
}
