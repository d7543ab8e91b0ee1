import type { PullRequest } from '../../../domain/deliveries/source-event.ts';
import { isNew, sourceRef } from '../../../domain/environments/environment.ts';
import { mayGitBeBehind } from '../../../domain/rules/bitbucket-lag.ts';
import { sameCommit } from '../../../domain/values/commit.ts';
import { BoughError, explain } from '../../../errors.ts';
import type { GitSource } from '../../../ports/git-source.ts';
import { requireSameRepository } from '../../integrations/steps/follow-repository.ts';
import type { ConnectedRun } from './activity-run.ts';
import { readPullRequest } from './read-pull-request.ts';

/** The present commit of an environment's source, and the repository to fetch it from. */
export interface Reading {
  /** Null when the ref does not exist. */
  commit: string | null;
  source: GitSource;
}

/** A fork that the integration's credentials cannot read. */
export interface ClosedFork {
  /** The error and its remedy. */
  closed: string;
  /** The pull request's head, which may be abbreviated. */
  commit: string | null;
}

/** Reads the environment's source again; `'ended'` when its pull request has ended. */
export async function readSource(run: ConnectedRun): Promise<Reading | ClosedFork | 'ended'> {
  const { environment, activity, host, say } = run;
  const link = environment.pull_request;
  if (link?.fork) return readFork(run, link);
  if (link && isNew(environment) && !(await openPullRequest(run, link))) return 'ended';

  const source = await host.source();
  const ref = sourceRef(environment);
  say(`Reading ${ref} from Bitbucket`);
  const commit = await commitAt(source, ref);
  if (commit) await waitForAnnounced(run, commit);
  if (!isExpected(run, commit)) await requireSameRepository(host, run.integration);
  // An environment of environment:branch has no branch in the repository, so it keeps its commit.
  if (!commit && !environment.has_remote) return { commit: environment.head_commit, source };
  if (!commit && activity.commit) await waitForAnnounced(run, null);
  return { commit, source };
}

/** Whether a commit was announced or is known. Any other commit may come from another repository with the same name. */
function isExpected({ environment, activity }: ConnectedRun, commit: string | null): boolean {
  return sameCommit(commit, activity.commit) || sameCommit(commit, environment.head_commit);
}

/** Bitbucket sends no webhook when a fork is renamed, made private or deleted, so the pull request is read each time. */
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
  say(`Reading ${ref} from the fork ${repository}`);
  try {
    const source = await host.source(repository);
    return { commit: await commitAt(source, ref), source };
  } catch (error) {
    if (!isClosedToUs(error)) throw error;
    // Bitbucket Server also keeps the heads of pull requests in the target repository, with a delay.
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

/** Bitbucket's webhooks can be seconds ahead of its git. The activity is retried once; then git's answer counts. */
async function waitForAnnounced(
  { ports: { clock }, environment, activity, attempt, say }: ConnectedRun,
  commit: string | null,
): Promise<void> {
  if (!mayGitBeBehind(activity, clock.now())) return;
  const isNews = activity.commit !== null && !sameCommit(activity.commit, commit);
  const hasChanged = commit !== null && !sameCommit(commit, environment.head_commit);
  if (attempt > 1 || activity.requested || !isNews || hasChanged) return;
  say('W: No changes found, scheduling a retry');
  throw new BoughError('git_host_behind', `Git does not show ${activity.commit} yet.`, { retryAfter: 5 });
}

/** The commit of a ref. A pull request's source can be an annotated tag, which is peeled. */
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
