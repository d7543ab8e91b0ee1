import * as z from 'zod';
import { type Api, ApiError, connectApi, path } from '../../api/client.ts';
import { Environment } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { selectProject } from '../../selection.ts';
import {
  type ActionContext,
  ActionOptions,
  ActionResult,
  type EnvironmentAction,
  runActions,
} from './actions.ts';
import { type DeletionDecision, decideDeletions, idsOf } from './confirm-deletion.ts';
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

/** `environment:delete`: deactivates active environments and deletes inactive ones; `--delete-branch` deletes both. */
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
    terminal.info('No environments to delete.\nFor help, run: bough help environment:delete');
    return 0;
  }
  for (const line of selected.messages) terminal.info(line);
  const exitCode = await deleteSelected({ api, terminal, project }, selected.environments, given);
  return exitCode === 0 && selected.unknown.length > 0 ? 1 : exitCode;
};

async function deleteSelected(
  context: ActionContext,
  selected: readonly Environment[],
  given: z.infer<typeof Options>,
): Promise<number> {
  const { api, terminal } = context;
  if (selected.length > 0) {
    terminal.info(`Selected environment${selected.length > 1 ? 's' : ''}: ${idsOf(selected)}\n`);
  }
  const decisions = await decideDeletions(context, selected, given);
  const refusal = [...decisions.values()].includes('refused') ? 1 : 0;
  const decidedAs = (decision: DeletionDecision) =>
    selected.filter((environment) => decisions.get(environment) === decision);
  const [active, toDelete] = [decidedAs('deactivated'), decidedAs('deleted')];
  if (active.length + toDelete.length === 0) {
    terminal.info('No environments to delete.');
    return refusal;
  }
  const actionFor = (one: Environment) =>
    toDelete.includes(one) ? deletion(api, one) : deactivation(api, one);
  return (await runActions(context, [...active, ...toDelete], actionFor, given)) || refusal;
}

function deactivation(api: Api, environment: Environment): EnvironmentAction {
  const { id } = environment;
  return {
    deletesData: true,
    pastParticiple: 'deleted',
    startMessage: `Deleting environment ${id}`,
    send: (url) => api.post(confirmedUrl(`${url}/deactivate`, environment), undefined, ActionResult),
  };
}

function deletion(api: Api, environment: Environment): EnvironmentAction {
  const { id, status } = environment;
  return {
    deletesData: true,
    pastParticiple: 'deleted',
    startMessage: `Deleting ${status === 'inactive' ? 'inactive ' : ''}environment ${id}`,
    async send(url) {
      // The user confirmed the deletion of an inactive environment, which has no data.
      const now = status === 'inactive' ? await api.get(url, Environment) : null;
      if (now && now.status !== status) throw new ApiError(409, 'The environment is not inactive any more.');
      return api.delete(confirmedUrl(url, environment), ActionResult);
    },
  };
}
