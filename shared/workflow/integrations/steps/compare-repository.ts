import type { Environment } from '../../../domain/environments/environment.ts';
import { allChecks, type DueChecks } from '../../../domain/integrations/api-checks.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { RefListing } from '../../../domain/mirror/refs.ts';
import { explainLeftOut } from '../../../domain/rules/left-out.ts';
import { type Kept, type PlannedChange, reconcile } from '../../../domain/rules/reconcile.ts';
import { BoughError, type ErrorCode } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitHost } from '../../../ports/git-host.ts';
import { listedPrefixes } from '../../mirror/steps/tags.ts';
import { branchesIn, hasPullRequests } from './fetch-all.ts';
import { otherRepository } from './follow-repository.ts';

/** The current state of a repository, and the changes that its environments need. */
export interface Comparison {
  /** The repository's current name and its default branch in Bitbucket's settings, which need not exist; null when not asked. */
  repository: { full_name: string; default_branch: string | null } | null;
  listing: RefListing;
  branches: ReadonlyMap<string, string>;
  changes: PlannedChange[];
  kept: Kept[];
  /** The names of branches and pull requests that are not followed, and why; null without any. */
  left_out: string | null;
  /** The checks that were due. */
  due: DueChecks;
  /** True when the open pull requests were listed. */
  isListed: boolean;
}

/** Decides about the checks by Bitbucket's API, given the references and the changes that git alone shows. */
export type ChooseChecks = (listing: RefListing, changes: readonly PlannedChange[]) => DueChecks;

/**
 * Compares an integration's environments with the branches of its repository, and with its open pull requests where they
 * are due. Before any change the repository is identified, so that one of the same name deletes nothing. A failed
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
  choose: ChooseChecks = everything,
): Promise<Comparison> {
  const source = await host.source();
  const identify = async () => {
    const found = await host.repository();
    // A recreated repository has none of the branches, and must not cause their deletion.
    if (found.uuid !== integration.repository_uuid) throw otherRepository(found.full_name);
    return found;
  };
  const listing = await explained(source.listRefs(listedPrefixes), identify);
  const { branches, unreadable } = branchesIn(listing);
  const default_branch = defaultBranch(listing);
  const compare = (pullRequests: Awaited<ReturnType<GitHost['openPullRequests']>> | null) =>
    default_branch === null
      ? { changes: [], kept: [] }
      : reconcile(
          { branches, unreadable, pullRequests, mirrored: false },
          environments,
          { default_branch, integration },
          clock.now(),
        );
  const byGit = compare(null);
  const due = choose(listing, byGit.changes);
  const isRequired = choose === everything;
  // A redirect is followed by git, and the new name is known by the API only.
  const known =
    due.repository || listing.isMoved
      ? await unlessLimited(isRequired || byGit.changes.length > 0, identify)
      : null;
  const pullRequests =
    due.pull_requests && hasPullRequests(integration, environments)
      ? await unlessLimited(isRequired, () => host.openPullRequests(integration.pull_requests_max_pages))
      : null;
  const found = pullRequests ? compare(pullRequests) : byGit;
  const repository = known ?? (found.changes.length > 0 ? await identify() : null);
  const left_out = explainLeftOut({ branches, unreadable, pullRequests }, integration);
  return { repository, listing, branches, left_out, due, isListed: pullRequests !== null, ...found };
}

const everything: ChooseChecks = () => allChecks;

/** Null when the account has no call left for a check that can wait. */
async function unlessLimited<T>(isRequired: boolean, check: () => Promise<T>): Promise<T | null> {
  try {
    return await check();
  } catch (error) {
    const isLimited = error instanceof BoughError && error.code === 'git_host_rate_limited';
    if (isRequired || !isLimited) throw error;
    return null;
  }
}

/** A redirect to another server is a rejection. */
const refusals: readonly ErrorCode[] = ['git_host_not_found', 'git_host_forbidden', 'git_host_rejected'];

/** Refused git does not tell a deleted, recreated or closed repository apart. The API does, and its error then counts. */
async function explained<T>(listing: Promise<T>, identify: () => Promise<unknown>): Promise<T> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof BoughError && refusals.includes(error.code)) await unlessLimited(false, identify);
    throw error;
  }
}
