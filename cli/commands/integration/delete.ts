import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { type Integration, RemovedIntegration } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { selectIntegration, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { projectOptions, waitOptions } from '../options.ts';
import { repositoryName } from './view.ts';

const Options = z.object({ ...projectOptions, ...waitOptions });

export const deleteIntegration: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const integration = await selectIntegration(api, terminal, project, args[0]);
  const { id, type, _links } = integration;
  if (!(await terminal.confirm(`Delete the integration ${id} (type: ${type})?`))) return 1;

  const url = path`/projects/${project.id}/integrations/${id}`;
  const { webhook_error, environments } = await api.delete(url, RemovedIntegration);
  terminal.tell(`Deleted integration ${id}`);
  if (webhook_error !== null) {
    terminal.tell(`\nWarning: its webhook could not be removed from Bitbucket: ${webhook_error}`);
    terminal.tell(`If it is still there, remove it by hand from ${repositoryName(integration)}.`);
    terminal.tell(`  Hook URL: ${_links['#hook'].href}`);
  }
  if (environments > 0) tellOfEnvironments(terminal, integration, environments);
  return 0;
};

/** Deployed environments stay deployed, which users may not expect. */
function tellOfEnvironments({ tell }: Terminal, integration: Integration, count: number): void {
  const [noun, stay, them] =
    count === 1 ? ['environment', 'stays as it is', 'it'] : ['environments', 'stay as they are', 'them'];
  tell(`\n${count} ${noun} ${stay}, with sites and data. Nothing is deployed any more.`);
  tell(`  To go on with ${them}, add an integration with ${repositoryName(integration)} again.`);
  tell(`  To see ${them}: bough environment:list`);
  tell(`  To delete ${them}: bough environment:delete --delete-branch --allow-delete-parent '%'`);
}
