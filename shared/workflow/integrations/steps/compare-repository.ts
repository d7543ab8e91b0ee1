import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { RefListing } from '../../../domain/mirror/refs.ts';
import { explainLeftOut } from '../../../domain/rules/left-out.ts';
import { type Kept, type PlannedChange, reconcile } from '../../../domain/rules/reconcile.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitHost } from '../../../ports/git-host.ts';
import { listedPrefixes } from '../../mirror/steps/tags.ts';
import { branchesIn, hasPullRequests } from './fetch-all.ts';
import { otherRepository } from './follow-repository.ts';

/** The current state of a repository, and the changes that its environments need. */
export interface Comparison {
  /** The repository's current name. */
  repository: string;
  /** The default branch in Bitbucket's settings; a branch of that name need not exist. */
  named_default: string | null;
  listing: RefListing;
  branches: ReadonlyMap<string, string>;
  changes: PlannedChange[];
  kept: Kept[];
  /** The names of branches and pull requests that are not followed, and why; null without any. */
  left_out: string | null;
}

/**
 * Reads an integration's repository and compares its environments with the branches and open pull requests. A failed
 * read fails the comparison, so partial data never leads to a deletion.
 * @param defaultBranch gives the project's default branch for a listing; null means unknown, and no changes
 * @throws BoughError `git_host_not_found` when the name belongs to another repository
 */
export async function compareRepository(
  { clock }: { clock: Pick<Clock, 'now'> },
  integration: Integration,
  host: GitHost,
  environments: readonly Environment[],
  defaultBranch: (listing: RefListing) => string | null,
): Promise<Comparison> {
  const source = await host.source();
  const [repository, listing] = await Promise.all([host.repository(), source.listRefs(listedPrefixes)]);
  // A recreated repository has none of the branches, and must not cause their deletion.
  if (repository.uuid !== integration.repository_uuid) throw otherRepository(repository.full_name);
  const pullRequests = hasPullRequests(integration, environments)
    ? await host.openPullRequests(integration.pull_requests_max_pages)
    : null;
  const { branches, unreadable } = branchesIn(listing);
  const default_branch = defaultBranch(listing);
  const found =
    default_branch === null
      ? { changes: [], kept: [] }
      : reconcile(
          { branches, unreadable, pullRequests, mirrored: false },
          environments,
          { default_branch, integration },
          clock.now(),
        );
  const left_out = explainLeftOut({ branches, unreadable, pullRequests }, integration);
  const { full_name, default_branch: named_default } = repository;
  return { repository: full_name, named_default, listing, branches, left_out, ...found };
}
