import * as z from 'zod';
import { type Api, ApiError, connectApi, path } from '../../api/client.ts';
import { Environment } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { selectProject } from '../../selection.ts';
import { ActionOptions, ActionResult, carryOut, type Plan, type Scene } from './actions.ts';
import { decideFates, type Fate, idsOf } from './confirm-deletion.ts';
import { confirmedUrl } from './protection.ts';
import { selectForDeletion } from './select-for-deletion.ts';

const texts = z.array(z.string()).optional();

const Options = z.object({
  ...ActionOptions.shape,
  deleteBranch: z.boolean().optional(),
  type: texts,
  onlyType: texts,
  exclude: texts,
  excludeType: texts,
  inactive: z.boolean().optional(),
  status: texts,
  onlyStatus: texts,
  excludeStatus: texts,
  merged: z.boolean().optional(),
  allowDeleteParent: z.boolean().optional(),
  deleteProtected: z.boolean().optional(),
});

/** An active environment is deactivated and an inactive one deleted; `--delete-branch` deletes both at once. */
export const deleteEnvironments: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  if (given.inactive && given.deleteBranch === false) {
    throw new CliError('The option --no-delete-branch cannot be combined with --inactive.');
  }
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const all = await api.list(path`/projects/${project.id}/environments`, Environment);
  const option = given.environment === '.' ? project.default_branch : given.environment;
  const selected = selectForDeletion(all, { ...given, ids: [...(option ? [option] : []), ...args] });
  if (!selected) {
    terminal.tell('No environments to delete.\nFor help, run: bough help environment:delete');
    return 0;
  }
  for (const line of selected.told) terminal.tell(line);
  const exitCode = await deleteSelected({ api, terminal, project }, selected.environments, given);
  return exitCode === 0 && selected.unknown.length > 0 ? 1 : exitCode;
};

async function deleteSelected(
  scene: Scene,
  selected: readonly Environment[],
  given: z.infer<typeof Options>,
): Promise<number> {
  const { api, terminal } = scene;
  if (selected.length > 0) {
    terminal.tell(`Selected environment${selected.length > 1 ? 's' : ''}: ${idsOf(selected)}\n`);
  }
  const fates = await decideFates(scene, selected, given);
  const refusal = [...fates.values()].includes('refused') ? 1 : 0;
  const withFate = (fate: Fate) => selected.filter((environment) => fates.get(environment) === fate);
  const [active, doomed] = [withFate('deactivated'), withFate('deleted')];
  if (active.length + doomed.length === 0) {
    terminal.tell('No environments to delete.');
    return refusal;
  }
  const planFor = (one: Environment) => (doomed.includes(one) ? deletion(api, one) : deactivation(api, one));
  return (await carryOut(scene, [...active, ...doomed], planFor, given)) || refusal;
}

function deactivation(api: Api, environment: Environment): Plan {
  const { id } = environment;
  return {
    destroys: true,
    participle: 'deleted',
    begun: `Deleting environment ${id}`,
    send: (url) => api.post(confirmedUrl(`${url}/deactivate`, environment), undefined, ActionResult),
  };
}

function deletion(api: Api, environment: Environment): Plan {
  const { id, status } = environment;
  return {
    destroys: true,
    participle: 'deleted',
    begun: `Deleting ${status === 'inactive' ? 'inactive ' : ''}environment ${id}`,
    async send(url) {
      // Who agreed to delete an inactive one did not agree to lose data.
      const now = status === 'inactive' ? await api.get(url, Environment) : null;
      if (now && now.status !== status) throw new ApiError(409, 'The environment is not inactive any more.');
      return api.delete(confirmedUrl(url, environment), ActionResult);
    },
  };
}
