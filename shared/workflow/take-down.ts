import type { Activity } from '../domain/activity.ts';
import { type Environment, mirrorRef, sourceRef, teardownCommit } from '../domain/environment.ts';
import { bundlesFor } from '../domain/mirror-chain.ts';
import type { MirrorState } from '../ports.ts';
import { type ConnectedRun, cancelled, type Run, type Step, succeeded } from './activity-run.ts';
import { requireSame } from './follow-repository.ts';
import { forgetRefs } from './mirror-refs.ts';

/** Deletes an environment whose source is gone. Deleting cannot be undone: whatever speaks against it keeps it. */
export async function removeIfGone(run: ConnectedRun): Promise<Step> {
  const doubt = await reasonToKeep(run);
  if (doubt) return { ...cancelled(run.activity, doubt.because), alive: doubt.commit };
  await requireSame(run.host, run.integration);
  return remove(run);
}

/** Deletes an environment: what is deployed first, by the builder, and then its record, when the activity ends. */
export async function remove(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  const mirror = await forgetRefs(ports, environment.project, [mirrorRef(environment)]);
  const wasNeverBuilt = environment.deployment === null && environment.head_commit === null;
  if (environment.status === 'inactive' || wasNeverBuilt) {
    return succeeded(activity, `${environment.id} is deleted; it had nothing deployed`);
  }
  return tearDown(run, mirror);
}

/** Takes down what is deployed; the code stays. */
export async function deactivate(run: Run): Promise<Step> {
  return tearDown(run, await run.ports.mirrors.read(run.environment.project));
}

/** No commit has this id, so nothing of it can be run, and the site and the data go all the same. */
const noCommit = '0'.repeat(40);

async function tearDown({ ports, environment, activity, say }: Run, mirror: MirrorState): Promise<Step> {
  await say(`Tearing down ${environment.id}`);
  const commit = scriptsCommit(environment, activity);
  await ports.builder.start({
    action: 'teardown',
    environment,
    activity,
    commit: commit ?? noCommit,
    bundles: commit ? bundlesFor(mirror, commit) : [],
    data_from: environment.parent,
  });
  return 'building';
}

/** What a user wants gone although its own script has failed goes without it. */
function scriptsCommit(environment: Environment, { requested }: Activity): string | null {
  return requested && environment.failed_deletions > 0 ? null : teardownCommit(environment);
}

/** `commit` is where the source is. */
async function reasonToKeep({
  environment,
  host,
}: ConnectedRun): Promise<{ because: string; commit?: string | undefined } | null> {
  const link = environment.pull_request;
  if (link) {
    const pullRequest = await host.openPullRequest(link.number);
    const commit = pullRequest?.source.commit ?? undefined;
    return pullRequest && { because: `pull request #${link.number} is open`, commit };
  }
  const ref = sourceRef(environment);
  const source = await host.source();
  const { refs, head } = await source.listRefs([ref, 'HEAD']);
  if (refs.has(ref)) return { because: `the branch ${environment.id} exists`, commit: refs.get(ref) };
  if (head !== null) return null;
  // Without a default branch there may still be others.
  const { refs: all } = await source.listRefs(['refs/heads/']);
  return all.size === 0 ? { because: 'Bitbucket shows no branches at all' } : null;
}
