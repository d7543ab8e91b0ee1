import type { PullRequest } from '../../../domain/deliveries/source-event.ts';
import { isNew, sourceRef } from '../../../domain/environments/environment.ts';
import { mayGitBeBehind } from '../../../domain/rules/bitbucket-lag.ts';
import { sameCommit } from '../../../domain/values/commit.ts';
import { BoughError, explain } from '../../../errors.ts';
import type { GitSource } from '../../../ports/git-source.ts';
import { requireSame } from '../../integrations/steps/follow-repository.ts';
import type { ConnectedRun } from './activity-run.ts';
import { readPullRequest } from './read-pull-request.ts';

/** Where an environment's source is now, and the repository to fetch it from. */
export interface Reading {
  /** Null when the repository does not have it. */
  commit: string | null;
  source: GitSource;
}

/** A fork that the integration's credentials may not read. */
export interface ClosedFork {
  /** Why, and what to do. */
  closed: string;
  /** The commit as the pull request has it, which may be abbreviated. */
  commit: string | null;
}

/** The environment's source, read again; `'ended'` when the pull request that it is for has. */
export async function readSource(run: ConnectedRun): Promise<Reading | ClosedFork | 'ended'> {
  const { environment, activity, host, say } = run;
  const link = environment.pull_request;
  if (link?.fork) return readFork(run, link);
  if (link && isNew(environment) && !(await openPullRequest(run, link))) return 'ended';

  const source = await host.source();
  const ref = sourceRef(environment);
  await say(`Reading ${ref} from Bitbucket`);
  const commit = await commitAt(source, ref);
  if (commit) await waitForAnnounced(run, commit);
  if (!isExpected(run, commit)) await requireSame(host, run.integration);
  // What was made here has no branch in the repository: it stays where it is.
  if (!commit && !environment.has_remote) return { commit: environment.head_commit, source };
  if (!commit && activity.commit) await waitForAnnounced(run, null);
  return { commit, source };
}

/** What was announced, or is known, can only come from the repository itself; anything else may be another's. */
function isExpected({ environment, activity }: ConnectedRun, commit: string | null): boolean {
  return sameCommit(commit, activity.commit) || sameCommit(commit, environment.head_commit);
}

/** A fork may be renamed, closed or deleted without a word to us, so its pull request is read each time. */
async function readFork(
  run: ConnectedRun,
  { number }: { number: number },
): Promise<Reading | ClosedFork | 'ended'> {
  const { environment, host, say } = run;
  const pullRequest = await openPullRequest(run, { number });
  if (!pullRequest) return 'ended';
  const { repository } = pullRequest.source;
  const own = await host.source();
  if (repository === null) return { commit: null, source: own };

  const ref = sourceRef(environment);
  await say(`Reading ${ref} from the fork ${repository}`);
  try {
    const source = await host.source(repository);
    return { commit: await commitAt(source, ref), source };
  } catch (error) {
    if (!isClosedToUs(error)) throw error;
    // Bitbucket Server keeps the commits of pull requests in the target too, where they arrive a little later.
    const commit = await commitAt(own, `refs/pull-requests/${number}/from`);
    const isCurrent = sameCommit(commit, pullRequest.source.commit);
    return isCurrent
      ? { commit, source: own }
      : { closed: explain(error), commit: pullRequest.source.commit };
  }
}

/** The pull request of the run's environment; null when it has ended. */
export function openPullRequest(
  { ports: { clock }, host, environment, activity }: ConnectedRun,
  { number }: { number: number },
): Promise<PullRequest | null> {
  return readPullRequest({ host, environment, activity, clock }, number);
}

/** Bitbucket's webhooks can be ahead of its git by seconds. That is worth one retry; then git is believed. */
async function waitForAnnounced(
  { ports: { clock }, environment, activity, attempt, say }: ConnectedRun,
  commit: string | null,
): Promise<void> {
  if (!mayGitBeBehind(activity, clock.now())) return;
  const isNews = activity.commit !== null && !sameCommit(activity.commit, commit);
  const hasChanged = commit !== null && !sameCommit(commit, environment.head_commit);
  if (attempt > 1 || activity.requested || !isNews || hasChanged) return;
  await say('W: No changes found, scheduling a retry');
  throw new BoughError('git_host_behind', `Git does not show ${activity.commit} yet.`, { retryAfter: 5 });
}

/** A pull request's source may be an annotated tag, which stands for a commit. */
async function commitAt(source: GitSource, ref: string): Promise<string | null> {
  const peeled = `${ref}^{}`;
  const { refs } = await source.listRefs(ref.startsWith('refs/tags/') ? [ref, peeled] : [ref]);
  return refs.get(peeled) ?? refs.get(ref) ?? null;
}

function isClosedToUs(error: unknown): boolean {
  return (
    error instanceof BoughError &&
    (error.code === 'git_host_forbidden' || error.code === 'git_host_not_found')
  );
}
