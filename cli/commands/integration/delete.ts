import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { type Integration, RemovedIntegration } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { selectIntegration, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { projectOptions, waitOptions } from '../options.ts';
import { repositoryName } from './view.ts';

const Options = z.object({ ...projectOptions, ...waitOptions });

/** `integration:delete`. */
export const deleteIntegration: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const integration = await selectIntegration(api, terminal, project, args[0]);
  const { id, type, _links } = integration;
  if (!(await terminal.confirm(`Delete the integration ${id} (type: ${type})?`))) return 1;

  const url = path`/projects/${project.id}/integrations/${id}`;
  const { webhook_error, environments } = await api.delete(url, RemovedIntegration);
  terminal.info(`Deleted integration ${id}`);
  if (webhook_error !== null) {
    terminal.info(`\nWarning: its webhook could not be removed from Bitbucket: ${webhook_error}`);
    terminal.info(`If it still exists, remove it manually from ${repositoryName(integration)}.`);
    terminal.info(`  Hook URL: ${_links['#hook'].href}`);
  }
  if (environments > 0) reportRemainingEnvironments(terminal, integration, environments);
  return 0;
};

/** Reports that deployed environments stay deployed, which users may not expect. */
function reportRemainingEnvironments({ info }: Terminal, integration: Integration, count: number): void {
  const [noun, stay, them] =
    count === 1 ? ['environment', 'stays as it is', 'it'] : ['environments', 'stay as they are', 'them'];
  info(`\n${count} ${noun} ${stay}, with sites and data. New pushes are not deployed.`);
  info(`  To update ${them} again, add an integration with ${repositoryName(integration)}.`);
  info(`  To list ${them}: bough environment:list`);
  info(`  To delete ${them}: bough environment:delete --delete-branch --allow-delete-parent '%'`);
}
