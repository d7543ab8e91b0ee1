import { branchNameProblem } from '../../../domain/deliveries/branch-name.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { isMoveUnfinished, isPlaced } from '../../../domain/projects/default-branch.ts';
import type { Project } from '../../../domain/projects/project.ts';
import { BoughError } from '../../../errors.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { ConnectGitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Projects } from '../../../ports/projects.ts';
import { defaultBranchRequest, requestOnce } from '../../commit/integration-activities.ts';

type QueuePorts = Parameters<typeof requestOnce>[0];

/** The ports of `changeDefaultBranch`. */
export interface ChangeDefaultBranchPorts extends QueuePorts {
  projects: Projects;
  environments: Pick<Environments, 'get' | 'listOf'>;
  integrations: Pick<Integrations, 'get' | 'listOf' | 'save'>;
  connect: ConnectGitHost;
}

/** The queued activity that changes the default branch, and its integration. */
export interface RequestedMove {
  integration: Integration;
  activity: string;
}

/**
 * Queues a change of the default branch to any existing branch of the repository.
 * @returns the activity of the integration that does the work; null when the change is already complete
 * @throws BoughError `not_found`; `invalid` when the branch cannot be the default branch; errors of Bitbucket
 */
export async function changeDefaultBranch(
  ports: ChangeDefaultBranchPorts,
  id: string,
  branch: string,
): Promise<RequestedMove | null> {
  const { projects, environments, integrations } = ports;
  const project = await projects.get(id);
  if (!project) throw new BoughError('not_found', `There is no project ${id}.`);
  const all = await environments.listOf(id);
  if (project.default_branch === branch && all.every((one) => isPlaced(one, branch))) return null;
  const [integration] = await integrations.listOf(id);
  if (!integration)
    throw invalid('The project has no integration, so its branches are unknown. Add an integration first.');
  const problem = branchNameProblem(branch);
  if (problem) throw invalid(`Impossible: ${problem}.`);
  const taken = all.find((one) => one.id === branch)?.pull_request;
  if (taken) throw invalid(`The environment ${branch} belongs to pull request #${taken.number}.`);
  if (!(await hasBranch(ports, integration, branch)))
    throw invalid(`The repository has no branch ${branch}. Push the branch first.`);
  return requestMove(ports, integration, branch, 'a user asked for it');
}

/** Queues the rest of a change of the default branch that ended before all environments were moved. */
export async function finishMove(
  ports: QueuePorts,
  { default_branch }: Project,
  integration: Integration,
  known: Parameters<typeof isMoveUnfinished>[0],
): Promise<void> {
  if (default_branch === null || !isMoveUnfinished(known, default_branch)) return;
  await requestMove(
    ports,
    integration,
    default_branch,
    'the last change of the default branch was interrupted',
  );
}

async function requestMove(
  ports: QueuePorts,
  integration: Integration,
  branch: string,
  because: string,
): Promise<RequestedMove | null> {
  return requestOnce(ports, integration, defaultBranchRequest(integration, branch, because));
}

/** Whether the repository has the branch now. */
export async function hasBranch(
  { connect }: { connect: ConnectGitHost },
  integration: Integration,
  branch: string,
): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const source = await (await connect(integration)).source();
  return (await source.listRefs([ref])).refs.has(ref);
}

function invalid(message: string): BoughError {
  return new BoughError('invalid', 'The project is invalid.', { fields: { default_branch: message } });
}
