import type { Activity } from '../../../domain/activities/activity.ts';
import { type Environment, mirrorRef, teardownCommit } from '../../../domain/environments/environment.ts';
import type { MirrorState } from '../../../domain/mirror/mirror.ts';
import { bundlesFor } from '../../../domain/mirror/mirror-chain.ts';
import { nameCollisionOf } from '../../environments/steps/name-collision.ts';
import { dropRefs } from '../../mirror/steps/mirror-refs.ts';
import { type Run, type Step, succeeded } from './activity-run.ts';
import { startBuild } from './start-build.ts';

/** Deletes an environment: the builder removes its deployment, and the end of the activity removes its record. */
export async function remove(run: Run): Promise<Step> {
  const { ports, environment, activity } = run;
  const { project } = environment;
  // The mirror of a deleted project goes as a whole. An outdated read only drops a reference too many.
  const goesWithProject = (await ports.projects.get(project, 'eventual'))?.deletion;
  const mirror = goesWithProject ? null : await dropRefs(ports, project, [mirrorRef(environment)]);
  const wasNeverBuilt = environment.deployment === null && environment.head_commit === null;
  if (environment.status === 'inactive' || wasNeverBuilt) {
    return succeeded(activity, `${environment.id} is deleted; it had nothing deployed`);
  }
  return tearDown(run, mirror);
}

/** Removes an environment's deployment and keeps its record and code. */
export async function deactivate(run: Run): Promise<Step> {
  return tearDown(run, null);
}

/** No commit has this id, so no script runs, and the builder removes the site and the data. */
const noCommit = '0'.repeat(40);

/** @param known the mirror, when the caller has just read it */
async function tearDown(
  { ports, environment, activity, say }: Run,
  known: MirrorState | null,
): Promise<Step> {
  const namesake = await nameCollisionOf(ports, environment);
  if (namesake) {
    return succeeded(
      activity,
      `${environment.id} has nothing of its own: its machine name is ${namesake.id}'s`,
    );
  }
  say(`Tearing down ${environment.id}`);
  const commit = scriptsCommit(environment, activity);
  const mirror = commit
    ? (known ?? (await ports.mirrors.read(environment.project, [mirrorRef(environment)])))
    : null;
  await startBuild(ports, {
    action: 'teardown',
    environment,
    activity,
    commit: commit ?? noCommit,
    bundles: commit && mirror ? bundlesFor(mirror, commit) : [],
    data_from: environment.parent,
  });
  return 'building';
}

/** The commit whose teardown script runs; null when it failed before and a user requests the deletion again. */
function scriptsCommit(environment: Environment, { requested }: Activity): string | null {
  return requested && environment.failed_deletions > 0 ? null : teardownCommit(environment);
}
