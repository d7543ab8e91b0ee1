import type { Bitbucket } from '../bitbucket.ts';
import { BRANCH_PREFIX, listBranches, type RefChange, readHead, writeHead } from '../git/refs.ts';
import type { Account, Repository } from '../store/records.ts';
import { publishPush } from '../webhooks/publish.ts';
import { updatePullRequests } from './pull-request-heads.ts';

/** Makes the first branch of an empty repository its main branch. */
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
 * Handles refs that a push, a merge or the API has moved: sets the main branch of a new repository, updates pull
 * requests and publishes to webhooks. Runs in the background, so the caller does not wait.
 */
export function processRefChanges(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
  actor: Account,
): void {
  bitbucket.background.runInTurn(repository.uuid, 'processing a push', async () => {
    await adoptMainBranch(bitbucket, repository, changes);
    repository.updatedOn = bitbucket.now().toISOString();
    bitbucket.store.save(repository);
    const publishPullRequests = await updatePullRequests(bitbucket, repository, changes, actor);
    await publishPush(bitbucket, repository, changes, actor);
    publishPullRequests();
  });
}
