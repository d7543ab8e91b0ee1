import type { Activity } from '../../../domain/activities/activity.ts';
import { type Environment, mirrorRef } from '../../../domain/environments/environment.ts';
import { isFullCommit, sameCommit } from '../../../domain/values/commit.ts';
import type { Log } from '../../../ports/log.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';

interface Ports {
  mirrors: Pick<Mirrors, 'read'>;
  log: Log;
}

/**
 * The commit of an activity with its full id, if the mirror has it. Bitbucket accepts statuses for full ids only, and
 * its pull request webhooks contain abbreviated ids.
 */
export async function wholeCommit(
  { mirrors, log }: Ports,
  environment: Environment,
  { id, commit }: Activity,
): Promise<string | null> {
  if (commit !== null && isFullCommit(commit)) return commit;
  try {
    const ref = mirrorRef(environment);
    const head = (await mirrors.read(environment.project, [ref])).heads.get(ref);
    return head && (commit === null || sameCommit(head, commit)) ? head : commit;
  } catch (error) {
    log.warn('commit not completed', { project: environment.project, activity: id, error });
    return commit;
  }
}
