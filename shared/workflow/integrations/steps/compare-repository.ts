import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { RefListing } from '../../../domain/mirror/refs.ts';
import { explainLeftOut } from '../../../domain/rules/left-out.ts';
import { type Kept, type PlannedChange, reconcile } from '../../../domain/rules/reconcile.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitHost } from '../../../ports/git-host.ts';
import { listedPrefixes } from '../../mirror/steps/tags.ts';
import { branchesIn, hasPullRequests } from './fetch-all.ts';
import { isAnother } from './follow-repository.ts';

/** A repository as it is now, and what its environments lack. */
export interface Comparison {
  /** The name that the repository has now. */
  repository: string;
  /** The default branch that Bitbucket names; it need not exist. */
  named_default: string | null;
  listing: RefListing;
  branches: ReadonlyMap<string, string>;
  changes: PlannedChange[];
  kept: Kept[];
  /** The names in the repository that are not followed, and why; null when there are none. */
  left_out: string | null;
}

/**
 * Reads an integration's repository and compares the environments with it. Any reading that fails is an error of the
 * whole: nothing is concluded from half a picture.
 * @param defaultBranch the project's; when that is not known, it is called with what was listed. Null: nothing has a place
 * @throws BoughError `git_host_not_found` when the name leads to another repository by now
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
  // A repository that was made anew under the old name has none of the branches, and deletes nothing.
  if (repository.uuid !== integration.repository_uuid) throw isAnother(repository.full_name);
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
