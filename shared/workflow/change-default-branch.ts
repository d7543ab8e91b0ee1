import { changeWith } from '../domain/decision.ts';
import type { Environment } from '../domain/environment.ts';
import type { Integration } from '../domain/integration.ts';
import type { Project } from '../domain/project.ts';
import { activated, initialResources, waitsFor } from '../domain/waiting.ts';
import { BoughError } from '../errors.ts';
import type { Clock, EffectQueue, Environments, Integrations, Projects } from '../ports.ts';
import { commitDecision } from './commit-decision.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

export interface ChangeDefaultBranchPorts {
  projects: Projects;
  environments: Environments;
  integrations: Pick<Integrations, 'listOf'>;
  effects: EffectQueue;
  clock: Clock;
}

/**
 * Makes another branch the project's default one: its environment becomes the production one and is activated,
 * and other branches' move below it. The old one becomes like any other branch's, and stays deployed.
 * @throws BoughError `not_found`; `invalid` when the branch has no environment
 */
export async function changeDefaultBranch(
  ports: ChangeDefaultBranchPorts,
  id: string,
  branch: string,
): Promise<Project> {
  const { projects, environments, integrations, clock } = ports;
  const project = await retryOnConflict(async () => {
    const before = await projects.get(id);
    if (!before) throw new BoughError('not_found', `There is no project ${id}.`);
    const target = await environments.get(id, branch);
    if (!target || target.pull_request) throw noSuchBranch(branch);
    if (before.default_branch === branch) return before;
    const after = { ...before, default_branch: branch, updated_at: clock.now(), version: before.version + 1 };
    await projects.save(after);
    return after;
  });
  // Repeating this after a failure half way finishes it: each environment says by itself what is left to do.
  const [integration] = await integrations.listOf(id);
  for (const environment of await environments.listOf(id)) {
    await retryOnConflict(() => moveBelow(ports, branch, integration ?? null, environment));
  }
  return project;
}

async function moveBelow(
  ports: ChangeDefaultBranchPorts,
  branch: string,
  integration: Integration | null,
  { project, id }: Environment,
): Promise<void> {
  const environment = await ports.environments.get(project, id);
  if (!environment || environment.pull_request) return;
  const placed = place(environment, branch);
  const moment = { now: ports.clock.now(), activityId: ports.clock.activityId() };
  const isAsleep = placed.id === branch && placed.status === 'inactive';
  if (integration && isAsleep && waitsFor(placed, placed.head_commit, integration) === null) {
    const awake = activated(placed, initialResources(integration));
    const request = {
      type: 'environment.activate' as const,
      text: `Activate ${id}`,
      because: `${id} is the default branch now`,
      commit: placed.head_commit,
    };
    await commitDecision(ports, environment, changeWith(awake, request, moment));
  } else if (placed !== environment) {
    await ports.environments.save({
      ...placed,
      updated_at: moment.now,
      version: environment.version + 1,
    });
  }
}

/** The environment where it belongs under this default branch; the same object when it is there already. */
function place(environment: Environment, branch: string): Environment {
  if (environment.id === branch) {
    const isThere = environment.type === 'production' && environment.parent === null;
    return isThere ? environment : { ...environment, type: 'production', parent: null };
  }
  const type = environment.type === 'production' ? 'development' : environment.type;
  // What a user made here stays where it was made.
  const parent = environment.has_remote ? branch : environment.parent;
  const isSame = type === environment.type && parent === environment.parent;
  return isSame ? environment : { ...environment, type, parent };
}

function noSuchBranch(branch: string): BoughError {
  return new BoughError('invalid', 'The project is invalid.', {
    fields: { default_branch: `There is no environment of a branch ${branch}. Push the branch first.` },
  });
}
