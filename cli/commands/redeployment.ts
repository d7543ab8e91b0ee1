import { waitForActivities } from '../activities/follow.ts';
import { type Api, path } from '../api/client.ts';
import type { Environment, Project } from '../api/resources.ts';
import { hasSucceeded } from '../output/outcomes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ActionResult } from './environment/actions.ts';

/** The project that was changed, and the selected environment if there is one. */
interface Changed {
  api: Api;
  terminal: Terminal;
  project: Project;
  environment: Environment | null;
}

/**
 * Says that a change takes effect with the next deployment, and offers to redeploy the selected environment. Resolves to
 * the exit code.
 */
export async function offerRedeployment(
  { api, terminal, project, environment }: Changed,
  { wait }: { wait: boolean },
): Promise<number> {
  terminal.info('\nThe remote environment(s) must be redeployed for the change to take effect.');
  const canRedeploy = environment?._links['#redeploy'] !== undefined;
  if (!environment || !canRedeploy || !terminal.interactive) {
    terminal.info('To redeploy an environment, run: bough redeploy');
    return 0;
  }
  const isWanted = await terminal.confirm(`Redeploy the environment ${environment.id} now?`, {
    default: false,
  });
  if (!isWanted) return 0;
  const url = path`/projects/${project.id}/environments/${environment.id}`;
  const { _embedded } = await api.post(`${url}/redeploy`, undefined, ActionResult);
  const ended = await waitForActivities(api, terminal, project.id, _embedded.activities, { wait });
  return ended.every(hasSucceeded) ? 0 : 1;
}
