import type { Integration } from '../../../domain/integrations/integration.ts';
import { isPlaced, movesTo, placed } from '../../../domain/projects/default-branch.ts';
import { changeWith } from '../../../domain/rules/decision.ts';
import { activated, initialResources, waitsFor } from '../../../domain/rules/waiting.ts';
import { BoughError } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { ConnectGitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue } from '../../../ports/queues.ts';
import { commitDecision } from '../../commit/commit-decision.ts';
import { requestFetch } from '../../commit/integration-activities.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';
import { hasBranch } from './change-default-branch.ts';

interface Ports {
  projects: Projects;
  integrations: Pick<Integrations, 'get' | 'save'>;
  environments: Environments;
  connect: ConnectGitHost;
  effects: EffectQueue;
  clock: Clock;
}

/**
 * Changes the project's default branch. The new default branch's environment becomes the production environment and is
 * activated, and the environments of other branches become its children. The old default branch's environment becomes
 * an ordinary one and stays deployed.
 *
 * The project is changed first, so environments that are created meanwhile get the new parent. A repeated call resumes:
 * each environment's own state shows whether it was moved.
 * @throws BoughError `refused` when the branch no longer exists
 */
export async function moveDefaultBranch(
  ports: Ports,
  integration: Integration,
  branch: string,
  say: (line: string) => void,
): Promise<string> {
  const { environments } = ports;
  const { project } = integration;
  await commitDefaultBranch(ports, integration, branch);
  say(`The project's default branch is now ${branch}`);
  const all = await environments.listOf(project);
  const moves = movesTo(all, branch);
  say(`Moving ${moves.length} environments`);
  for (const { id } of moves) await retryOnConflict(() => moveBelow(ports, branch, integration, id));
  if (moves.length > 0) await ports.effects.send([{ type: 'access.publish', project }]);
  if (!all.some(({ id }) => id === branch)) {
    await requestFetch(ports, integration, `${branch} is the default branch now`);
    say(`${branch} has no environment yet: a fetch creates it`);
  }
  return `${branch} is the default branch`;
}

/** Verifies that the branch still exists, because the activity may have waited for hours, and stores the new default. */
async function commitDefaultBranch(ports: Ports, integration: Integration, branch: string): Promise<void> {
  const { projects, clock } = ports;
  const isKnown = (await projects.get(integration.project))?.default_branch === branch;
  if (isKnown) return;
  if (!(await hasBranch(ports, integration, branch))) {
    throw new BoughError('refused', `The repository no longer has a branch ${branch}.`, {
      remedy: 'Push the branch, and make it the default branch again.',
    });
  }
  await retryOnConflict(async () => {
    const project = await projects.get(integration.project);
    if (!project || project.default_branch === branch) return;
    const version = project.version + 1;
    await projects.save({ ...project, default_branch: branch, updated_at: clock.now(), version });
  });
}

async function moveBelow(ports: Ports, branch: string, integration: Integration, id: string): Promise<void> {
  const environment = await ports.environments.get(integration.project, id);
  if (!environment || isPlaced(environment, branch)) return;
  const after = placed(environment, branch);
  const moment = { now: ports.clock.now(), activityId: ports.clock.activityId() };
  const isInactiveDefault = id === branch && after.status === 'inactive';
  if (isInactiveDefault && waitsFor(after, after.head_commit, integration) === null) {
    const active = activated(after, initialResources(integration));
    const request = {
      type: 'environment.activate' as const,
      text: `Activate ${id}`,
      because: `${id} is the default branch now`,
      commit: after.head_commit,
    };
    await commitDecision(ports, environment, changeWith(active, request, moment));
  } else if (after !== environment) {
    await ports.environments.save({ ...after, updated_at: moment.now, version: environment.version + 1 });
  }
}
